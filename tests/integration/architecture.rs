//! Which module may use which: the table in `src/lib.rs`, and that the source keeps to it.

use crate::support::repository;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Uses that the table forbids and that are still there, each with its reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Types that are defined twice, once for each system.
const TWINS: [&str; 2] = ["Id", "PreciseTimer"];

type Edge = (String, String);

#[test]
fn modules_use_only_those_that_the_map_allows() {
    let layers = layers();
    let uses = uses();
    let modules: BTreeSet<&String> = uses.keys().map(|(from, _)| from).collect();
    for module in modules.iter().copied().chain(uses.keys().map(|(_, to)| to)) {
        assert!(
            layers.contains_key(module),
            "{module} is missing in the table of src/lib.rs"
        );
    }
    let forbidden: BTreeMap<&Edge, &BTreeSet<String>> = uses
        .iter()
        .filter(|((from, to), _)| layers[from] >= layers[to])
        .collect();
    let excepted: BTreeSet<Edge> = EXCEPTIONS
        .iter()
        .map(|(from, to, _)| ((*from).to_owned(), (*to).to_owned()))
        .collect();
    for (edge, files) in &forbidden {
        let (from, to) = edge;
        assert!(
            excepted.contains(*edge),
            "{from} must not use {to}, but does in {files:?}"
        );
    }
    for edge in &excepted {
        let (from, to) = edge;
        assert!(
            forbidden.contains_key(edge),
            "{from} no longer uses {to}: drop the exception"
        );
    }
}

#[test]
fn the_map_lists_every_module_once() {
    let listed: BTreeSet<String> = layers().into_keys().collect();
    let declared: BTreeSet<String> = source("lib.rs")
        .lines()
        .filter_map(|line| line.strip_suffix(';')?.rsplit_once("mod "))
        .filter(|(before, _)| before.is_empty() || before.starts_with("pub"))
        .map(|(_, name)| name.to_owned())
        .collect();
    assert_eq!(listed, declared);
}

#[test]
fn only_cli_knows_clap() {
    for (path, text) in sources() {
        let uses = text.contains("clap::") || text.contains("clap_");
        assert!(!uses || path.starts_with("cli/"), "{path} uses clap");
    }
}

#[test]
fn names_of_types_are_unique() {
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        for name in defined_types(&text) {
            types.entry(name).or_default().push(path.clone());
        }
    }
    assert!(types.len() > 500, "found only {types:?}");
    types.retain(|_, places| places.len() > 1);
    for (name, places) in &types {
        let known = TWINS.contains(&&**name) && places.windows(2).all(|two| two[0] == two[1]);
        assert!(known, "{name} is defined more than once: {places:?}");
    }
    for twin in TWINS {
        assert!(types.contains_key(twin), "{twin} is defined once");
    }
}

#[test]
fn types_are_found_however_they_are_written() {
    let code = "pub(super) struct A<'a>(u8);\nenum B {}\n    pub type C = u8;\nunsafe trait D: E {}\n\
        impl F for A {\n    type G = B;\n}\npub(in crate::a) union H {}\nstructure I;";
    let found: Vec<String> = defined_types(code).collect();
    assert_eq!(found, ["A", "B", "D", "H"]);
}

#[test]
fn uses_are_found_however_they_are_written() {
    let text = "use crate::{World, body::{self, Edit}, http::Target};\n\
                use crate::lint;\nfn f() { crate::time::now() } // crate::secret\n\
                #[cfg(test)]\nmod tests {\n    use crate::report;\n}\n";
    let found: Vec<String> = used(&code(text)).into_iter().collect();
    assert_eq!(found, ["body", "http", "lint", "time", "world"]);
}

/// The modules of the table, each with the number of its line.
fn layers() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(repository("src/lib.rs")).expect("it is there");
    let (_, rest) = text.split_once("//! ```text\n").expect("the table begins");
    let (table, _) = rest.split_once("//! ```\n").expect("the table ends");
    let mut layers = BTreeMap::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim_start_matches("//! ");
        let names = line.split("  ").next().unwrap_or_default();
        for name in names.split(", ") {
            let twice = layers.insert(name.to_owned(), number);
            assert_eq!(twice, None, "{name} is listed twice");
        }
    }
    layers
}

/// Which module uses which, and in which files.
fn uses() -> BTreeMap<Edge, BTreeSet<String>> {
    let mut uses: BTreeMap<Edge, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let module = path.split('/').next().unwrap_or_default();
        let module = module.trim_end_matches(".rs").to_owned();
        if ["lib", "main"].contains(&&*module) {
            continue;
        }
        for other in used(&text).into_iter().filter(|other| *other != module) {
            let edge = (module.clone(), other);
            uses.entry(edge).or_default().insert(path.clone());
        }
    }
    uses
}

/// The modules behind `crate::`, in `use` and elsewhere.
fn used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            used.extend(names_in(group));
        } else {
            used.insert(first_name(rest));
        }
    }
    // `lib.rs` exports what stands in `world`.
    for exported in ["World", "Stream", "Environment"] {
        if used.remove(exported) {
            used.insert("world".to_owned());
        }
    }
    used
}

/// The first name of each path in a group, up to the brace that closes it.
fn names_in(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut start) = (Vec::new(), 1, 0);
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {}
            _ => continue,
        }
        if depth == 0 || char == ',' {
            names.push(first_name(&group[start..at]));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The types and traits that a file defines, without those within a function, a trait or an `impl`.
fn defined_types(code: &str) -> impl Iterator<Item = String> {
    code.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let kind = words.find(|word| {
            let before = ["pub", "unsafe"].contains(word) || word.starts_with("pub(");
            !before && !word.ends_with(')')
        })?;
        let defines = ["struct", "enum", "union", "trait", "type"].contains(&kind);
        defines.then(|| first_name(words.next().unwrap_or_default()))
    })
}

fn first_name(path: &str) -> String {
    let is_name = |char: &char| char.is_alphanumeric() || *char == '_';
    path.trim_start().chars().take_while(is_name).collect()
}

/// Every file of `src` but the tests, with its code.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&repository("src"), "", &mut files);
    files.retain(|file| !file.ends_with("tests.rs") && !file.contains("/tests/"));
    files
        .into_iter()
        .map(|file| (file.clone(), source(&file)))
        .collect()
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("it is a folder") {
        let entry = entry.expect("it can be read");
        let name = entry.file_name().into_string().expect("it is UTF-8");
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
}

fn source(file: &str) -> String {
    let text = fs::read_to_string(repository("src").join(file)).expect("it is there");
    code(&text)
}

/// Without comments, and without the tests at the end.
fn code(text: &str) -> String {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}
