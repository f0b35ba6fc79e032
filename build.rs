//! Compiles the catalogue in: finds what lies under `payloads/` and writes a table of it for `catalogue::embedded`.
//!
//! The manifests are turned from TOML into JSON here, because reading TOML at every start of the program would cost
//! as much as everything else that it does before the first byte of a body.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=payloads");
    let mut table = String::from("&[\n");
    for folder in entries(Path::new("payloads")).iter().filter(|path| path.is_dir()) {
        let manifest = json_of(&folder.join("provider.toml"));
        let scenarios = json_of(&folder.join("scenarios.toml"));
        let _ = write!(table, "Files {{ manifest: {manifest:?}, scenarios: {scenarios:?}, ");
        for (field, name) in [("schemas", "schemas"), ("samples", "samples")] {
            let _ = write!(table, "{field}: &[");
            for file in entries(&folder.join(name)) {
                let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("file names are UTF-8");
                let path = fs::canonicalize(&file).expect("the file was just listed");
                let _ = write!(table, "({stem:?}, include_str!({path:?})), ");
            }
            table.push_str("], ");
        }
        table.push_str("},\n");
    }
    table.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).expect("cargo sets OUT_DIR");
    fs::write(out.join("embedded.rs"), table).expect("OUT_DIR can be written");
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = listing.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort();
    paths
}

fn json_of(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let value: toml::Value = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::to_string(&value).expect("what TOML holds, JSON holds too")
}
