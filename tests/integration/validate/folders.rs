//! What `validate` reads of a folder that holds more than captures, and how it shows what comes again and again.

use crate::support::{
    BAD, FORMATS, Folder, Ran, folder, json_lines, of_type, payload, repository, run, run_line,
    three,
};
use std::fs;

fn good() -> String {
    payload("calypso/samples/INVOICE_PAID.json")
}

/// A project of Node with the packages that it uses, its own files, and one capture.
fn node_project() -> Folder {
    let project = folder(&[("package.json", r#"{"name": "shop"}"#)]);
    for name in [
        "node_modules/a/package.json",
        "node_modules/a/node_modules/b/package.json",
        "vendor/composer.json",
        "target/debug/build.json",
        ".vscode/settings.json",
        ".git/index.json",
        ".eslintrc.json",
        "dist/bundle.json",
        "config/local.json",
        "config/default.json",
        "captures/paid.ndjson.json",
    ] {
        let path = project.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, BAD).unwrap();
    }
    let write = |name: &str, text: &str| fs::write(project.path.join(name), text).unwrap();
    write(".gitignore", "# built\n/dist/\n");
    write("config/.gitignore", "local.json\n");
    write("captures/paid.ndjson.json", &good());
    project
}

fn sources(project: &Folder, line: &str) -> Vec<String> {
    let lines = json_lines(&run_line(&project.path, line).out);
    let bodies = of_type(&lines, "body");
    let sources = bodies
        .iter()
        .map(|body| body["source"].as_str().unwrap().to_owned());
    sources.collect()
}

#[test]
fn in_a_project_of_node_only_its_own_files_are_read_and_the_rest_is_counted() {
    let project = node_project();
    let ran = run_line(&project.path, "validate .");
    assert_eq!(
        (ran.code, &*ran.err),
        (1, ""),
        "what is not recognised is an error"
    );
    let end = "\
2 × error[unrecognised], 1 shown: ./config/default.json, ./package.json
(-v shows all)

3 bodies, 1 valid, 2 invalid (2 errors)
      2 not recognised
      1 calypso/INVOICE_PAID
skipped 5 folders and 2 files: hidden, git-ignored, or node_modules, target or vendor
    (--no-ignore reads them)
";
    assert!(ran.out.ends_with(end), "{}", ran.out);
    assert_eq!(
        ran.out.matches("error[unrecognised]: ").count(),
        1,
        "{}",
        ran.out
    );

    let ran = run_line(&project.path, "validate . --format json");
    let summary = json_lines(&ran.out).pop().unwrap();
    assert_eq!(
        (&summary["skipped_folders"], &summary["skipped_files"]),
        (&5.into(), &2.into())
    );
    let allowed = run_line(&project.path, "validate . --allow unrecognised");
    assert_eq!(allowed.code, 0, "{}", allowed.out);
}

#[test]
fn what_is_named_is_read_and_no_ignore_reads_everything() {
    let project = node_project();
    let line = "validate --format json node_modules/a .eslintrc.json dist config/local.json";
    assert_eq!(
        sources(&project, line),
        [
            "node_modules/a/package.json",
            ".eslintrc.json",
            "dist/bundle.json",
            "config/local.json"
        ]
    );
    assert_eq!(
        sources(&project, "validate --format json --no-ignore .").len(),
        12
    );

    fs::create_dir(project.path.join("only")).unwrap();
    fs::rename(
        project.path.join("vendor"),
        project.path.join("only/vendor"),
    )
    .unwrap();
    let ran = run_line(&project.path, "validate only");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.starts_with("error: no bodies in only\n") && ran.err.contains("--no-ignore"),
        "{}",
        ran.err
    );
}

#[test]
fn a_finding_of_many_files_is_shown_a_few_times_and_counted_for_people_alone() {
    let folder = three();
    let short = fs::read(folder.path().join("short.json")).unwrap();
    fs::create_dir(folder.path().join("day")).unwrap();
    for number in 0..300 {
        let name = format!("day/{number:03}.json");
        fs::write(folder.path().join(name), &short).unwrap();
    }
    let ran = run_line(folder.path(), "validate day");
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let frames = |out: &str| out.matches("warning[paid-short]: ").count();
    assert_eq!(frames(&ran.out), 3);
    for number in ["000", "001", "002"] {
        assert!(
            ran.out.contains(&format!("day/{number}.json:")),
            "{}",
            ran.out
        );
    }
    let end = "\
300 × warning[paid-short] at /data/realAmount, 3 shown: day/000.json, day/001.json, day/002.json
    and 297 more files
(-v shows all)

300 bodies, all valid (300 warnings)
    300 calypso/INVOICE_PAID
";
    assert!(ran.out.ends_with(end), "{}", ran.out);

    let verbose = run_line(folder.path(), "validate day -v").out;
    assert_eq!(frames(&verbose), 300);
    assert_eq!(
        verbose.matches(": valid: calypso/INVOICE_PAID").count(),
        300
    );
    assert!(!verbose.contains('×'), "{verbose}");
    for format in &FORMATS[1..] {
        let out = run(folder.path(), ["validate", "day", "--format", format]).out;
        assert!(out.matches("paid-short").count() >= 300, "{format}");
    }
}

#[test]
fn the_missing_fields_of_an_object_are_one_finding_for_people_and_all_findings_for_machines() {
    let folder = folder(&[("body.json", r#"{"eventType": "INVOICE_PAID", "data": {}}"#)]);
    let out = run_line(&folder.path, "validate body.json").out;
    let first = "error[missing-field]: 5 fields are missing: `requestId`, `id`, `createdDate`, `level`, `service`\n";
    assert!(out.starts_with(first), "{out}");
    assert_eq!(out.matches("error[missing-field]").count(), 2, "{out}");
    let lines = json_lines(&run_line(&folder.path, "validate body.json --format json").out);
    assert_eq!(of_type(&lines, "finding").len(), 11);
    assert!(out.contains("1 body, invalid (11 errors)\n"), "{out}");
}

#[test]
fn quiet_shows_the_summary_alone() {
    let folder = three();
    let Ran { code, out, err } = run_line(folder.path(), "validate . -q");
    let summary = "\
3 bodies, 2 valid, 1 invalid (1 error, 1 warning)
      2 calypso/INVOICE_PAID
      1 not recognised
";
    assert_eq!((code, &*out, &*err), (1, summary, ""));
    for (line, said) in [
        (
            "validate . -q --format json",
            "--quiet leaves out what --format is about",
        ),
        ("validate . -q -v", "'--verbose'"),
    ] {
        let ran = run_line(folder.path(), line);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{line}");
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
    }
}

#[test]
fn with_a_file_for_the_results_the_screen_has_the_summary() {
    let folder = three();
    let ran = run_line(folder.path(), "validate bad.json -o out.txt");
    let summary = "1 body, invalid (1 error)\n      1 not recognised\n";
    assert_eq!((ran.code, &*ran.out), (1, ""));
    assert_eq!(ran.err, format!("{summary}written to out.txt\n"));
    let written = fs::read_to_string(folder.path().join("out.txt")).unwrap();
    assert!(written.starts_with("error[unrecognised]: ") && written.ends_with(summary));
}

#[test]
fn the_documentation_lists_the_folders_that_the_help_lists() {
    let folder = folder(&[]);
    let help = run_line(&folder.path, "validate --help").out;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, skipped) = help
        .split_once("hidden files and folders are skipped, ")
        .unwrap();
    let (folders, _) = skipped.split_once(", and what").unwrap();
    let names = folders.replace(" and ", ", ");
    let quoted = |name: &str| format!("`{name}`");
    let docs = fs::read_to_string(repository("docs/reference.md")).unwrap();
    for name in names.split(", ") {
        assert!(docs.contains(&quoted(name)), "{name}");
    }
    assert_eq!(names.split(", ").count(), 3);
}
