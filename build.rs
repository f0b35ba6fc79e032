//! Embeds the catalogue: writes a table of the files under `payloads/`, which `catalogue` includes.
//!
//! Manifests are converted from TOML to JSON here, because parsing TOML at every start would double the start-up time.
#![allow(clippy::print_stdout, reason = "build scripts talk to cargo on stdout")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=payloads");
    let mut table = String::from("&[\n");
    for folder in entries(Path::new("payloads"))?
        .iter()
        .filter(|path| path.is_dir())
    {
        let manifest = json_of(&folder.join("provider.toml"))?;
        let scenarios = json_of(&folder.join("scenarios.toml"))?;
        write!(
            table,
            "Files {{ manifest: {manifest:?}, scenarios: {scenarios:?}, "
        )?;
        for field in ["schemas", "samples"] {
            write!(table, "{field}: &[")?;
            // Skips editor backups, as the loader of a user's own folder does.
            let is_json = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "json");
            for file in entries(&folder.join(field))?.into_iter().filter(is_json) {
                let stem = file
                    .file_stem()
                    .and_then(|stem| stem.to_str())
                    .ok_or("file names are UTF-8")?;
                let path = fs::canonicalize(&file)?;
                write!(table, "({stem:?}, include_str!({path:?})), ")?;
            }
            table.push_str("], ");
        }
        table.push_str("},\n");
    }
    table.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("embedded.rs"), table)?;
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let listing = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = listing
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

fn json_of(file: &Path) -> Result<String, Box<dyn Error>> {
    let named = |error: &dyn Error| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| named(&error))?;
    let value: toml::Value = toml::from_str(&text).map_err(|error| named(&error))?;
    Ok(serde_json::to_string(&value)?)
}
