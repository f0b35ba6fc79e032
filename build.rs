//! Makes the catalogue: constants of the providers under `payloads/`, which `catalogue` includes, so that a start parses
//! nothing.
//!
//! The structures are those of the program itself. They are filled here and printed, as an expression of Rust.
//!
//! It also says how the program is linked.
#![allow(clippy::print_stdout, reason = "build scripts talk to cargo on stdout")]

use catalogue::manifest::{Manifest, Scenarios};
use catalogue::provider::{NamedText, Provider, SchemaFile};
use catalogue::tables::FactText;
use lint::schema::Schema;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "src/catalogue"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the program uses more of it"
)]
mod catalogue {
    pub(crate) mod manifest;
    mod payment;
    pub(crate) mod provider;
    pub(crate) mod tables;
}

#[path = "src/lint"]
#[allow(dead_code, unreachable_pub, reason = "the program uses more of it")]
mod lint {
    pub(crate) mod schema;
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=payloads");
    link();
    let folders = entries(Path::new("payloads"))?;
    let folders = folders.iter().filter(|path| path.is_dir());
    let providers = folders
        .map(|folder| provider(folder))
        .collect::<Result<Vec<Provider>, _>>()?;
    let code = format!("pub(super) static PROVIDERS: &[Provider] = &{providers:?};\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("providers.rs"), code)?;
    Ok(())
}

/// Makes the program start faster where it is linked to glibc dynamically. The released ones, for musl, are static.
///
/// At a fixed address: the constants below point to each other in thousands of places, and a program that can be loaded
/// anywhere writes all of these pointers at each start. With the unwinder of panics in it: loading the shared one takes as
/// long as reading the command line.
fn link() {
    let of_target = |what| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let is_static = of_target("FEATURE").contains("crt-static");
    if of_target("OS") != "linux" || of_target("ENV") != "gnu" || is_static {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let compiler = std::env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let place = Command::new(compiler)
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let place = place.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    // A compiler without that library repeats the name.
    if place.is_ok_and(|place| Path::new(&place).is_absolute()) {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

fn provider(folder: &Path) -> Result<Provider, Box<dyn Error>> {
    let manifest: Manifest = parse(&folder.join("provider.toml"))?;
    let Scenarios { scenarios } = parse(&folder.join("scenarios.toml"))?;
    let schemas = texts(&folder.join("schemas"))?.into_iter();
    let schemas = schemas
        .map(|(kind, text)| schema(&manifest, kind, text))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Provider {
        manifest,
        folder: None,
        scenarios,
        schemas: schemas.into(),
        samples: texts(&folder.join("samples"))?.into(),
    })
}

fn schema(
    manifest: &Manifest,
    kind: FactText,
    text: FactText,
) -> Result<SchemaFile, Box<dyn Error>> {
    let status = manifest.status_of(&kind).map(|(_, pointer)| pointer);
    let schema = Schema::compile(&text, manifest.bare_pointer(), status)
        .map_err(|error| format!("{}/{kind}: {error}", manifest.name))?;
    let compiled = postcard::to_allocvec(&schema)?.into();
    Ok(SchemaFile {
        kind,
        text,
        compiled,
    })
}

fn parse<T: DeserializeOwned>(file: &Path) -> Result<T, Box<dyn Error>> {
    let text = read(file)?;
    let parsed = toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(parsed)
}

/// The JSON files of a folder, by their names without the extension. Skips editor backups, as the loader of a user's own
/// folder does.
fn texts(folder: &Path) -> Result<Vec<NamedText>, Box<dyn Error>> {
    let mut texts: Vec<NamedText> = Vec::new();
    for file in entries(folder)? {
        if file.extension().is_some_and(|ending| ending == "json") {
            let stem = file.file_stem().and_then(|stem| stem.to_str());
            let stem = stem.ok_or("file names are UTF-8")?.to_owned();
            texts.push((stem.into(), read(&file)?.into()));
        }
    }
    texts.sort();
    Ok(texts)
}

fn read(file: &Path) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let listing = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = listing
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}
