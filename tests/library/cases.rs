//! Every case of `test` has a page, every page a case, and what a page promises is there: short first paragraphs, which
//! reports print, and fixes whose code four languages can parse.

use inqud_hook::cases::{Case, FIXES, Need};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The longest first paragraph that a report prints beside a failure.
const LONGEST: usize = 240;

/// The heading of a fix's code, the mark of its block, and how its file ends.
const LANGUAGES: [(&str, &str, &str); 4] = [
    ("Node", "js", "mjs"),
    ("Python", "python", "py"),
    ("PHP", "php", "php"),
    ("Go", "go", "go"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cases")
}

/// The names of the files below `src/cases/FOLDER`, with FOLDER and without their ending.
fn pages(within: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder().join(within)).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| format!("{within}/{}", name.strip_suffix(".md").expect(&name)))
        .collect()
}

/// The fixes that a page includes.
fn included(case: Case) -> Vec<&'static str> {
    let lines = case.page().lines();
    lines
        .filter_map(|line| line.strip_prefix("@fix "))
        .collect()
}

/// The code of a fix in one language.
fn code(fix: &'static str, mark: &str) -> &'static str {
    let (_, opened) = fix.split_once(&format!("\n```{mark}\n")).expect(mark);
    opened.split_once("```").expect("the block is closed").0
}

#[test]
fn every_page_is_of_a_case_and_every_case_has_its_own() {
    let groups: BTreeSet<&str> = Case::ALL.iter().map(|case| case.group()).collect();
    let written: BTreeSet<String> = groups.iter().flat_map(|group| pages(group)).collect();
    let named: BTreeSet<String> = Case::ALL
        .iter()
        .map(|case| case.name().to_owned())
        .collect();
    assert_eq!(written, named);
    assert_eq!(
        named.len(),
        Case::ALL.len(),
        "every case has a name of its own"
    );
    let folders = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| entry.path().is_dir());
    let folders = folders.map(|entry| entry.file_name().into_string().unwrap());
    let folders: BTreeSet<String> = folders.filter(|name| name != "fixes").collect();
    assert_eq!(
        folders,
        groups.iter().map(|group| (*group).to_owned()).collect()
    );
}

#[test]
fn every_page_says_what_is_sent_why_it_matters_and_what_to_do() {
    for case in Case::ALL {
        let (name, page) = (case.name(), case.page());
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
        let title = format!("# {name}");
        let mut expected = vec![
            &*title,
            "## Why it costs money",
            "## Seen in the wild",
            "## Fix",
        ];
        if headings.len() == 3 {
            expected.remove(2);
        }
        assert_eq!(headings, expected, "{name}");
        for section in page.split("\n## ") {
            let (heading, text) = section.split_once("\n\n").expect(name);
            assert!(text.trim().len() > 40, "{name}: {heading} says nothing");
        }
        for (part, text) in [("why", case.why()), ("fix", case.fix())] {
            let text = text.unwrap_or_else(|| panic!("{name} has no {part}"));
            assert!(
                text.chars().count() <= LONGEST,
                "{name}: {part} is too long: {text}"
            );
            assert!(
                text.ends_with('.'),
                "{name}: {part} is not a sentence: {text}"
            );
        }
        let long = page.lines().find(|line| line.chars().count() > 100);
        assert_eq!(long, None, "{name}");
    }
}

#[test]
fn every_incident_names_where_it_can_be_read() {
    for case in Case::ALL {
        let Some((_, after)) = case.page().split_once("\n## Seen in the wild\n") else {
            continue;
        };
        let section = after.split("\n## ").next().unwrap_or_default().trim();
        for incident in section.split("\n\n") {
            let (places, what) = incident.split_once(": ").expect(incident);
            assert!(what.len() > 20 && what.ends_with('.'), "{incident}");
            for place in places
                .split_whitespace()
                .map(|place| place.trim_end_matches(','))
            {
                let known = match place.split_once('#') {
                    Some((repository, number)) => {
                        repository.split('/').count() == 2 && number.parse::<u32>().is_ok()
                    }
                    None => place.starts_with("CVE-"),
                };
                assert!(known, "{}: {place}", case.name());
            }
        }
    }
}

#[test]
fn every_fix_is_there_and_used() {
    let mut used = BTreeSet::new();
    for case in Case::ALL {
        let fixes = included(*case);
        // What is wrong with a state that moves by itself is the question, not the code.
        assert_eq!(
            fixes.is_empty(),
            *case == Case::StateStill,
            "{}",
            case.name()
        );
        let page = case.whole_page();
        assert!(!page.contains("@fix "), "{}: a fix is missing", case.name());
        used.extend(fixes.into_iter().map(|name| format!("fixes/{name}")));
    }
    let known: BTreeSet<String> = FIXES
        .iter()
        .map(|(name, _)| format!("fixes/{name}"))
        .collect();
    assert_eq!(known, used);
    assert_eq!(known, pages("fixes"));
    for (name, fix) in FIXES {
        let headings: Vec<&str> = fix.lines().filter(|line| line.starts_with("###")).collect();
        assert!(headings[0].starts_with("### "), "{name}");
        let expected = LANGUAGES.map(|(language, ..)| format!("#### {language}"));
        assert_eq!(headings[1..], expected, "{name}");
    }
}

#[test]
fn titles_continue_a_sentence() {
    for case in Case::ALL {
        let title = case.title();
        assert!(
            title.starts_with(|first: char| first.is_ascii_lowercase()),
            "{title}"
        );
        assert!(!title.ends_with('.') && title.len() <= 70, "{title}");
        let verb = title
            .split(' ')
            .find(|word| *word != "still")
            .unwrap_or_default();
        assert!(verb.ends_with('s'), "{title}: \"the endpoint {title}\"");
    }
}

#[test]
fn what_needs_an_order_or_a_process_needs_a_state_too() {
    for case in Case::ALL {
        let needs = case.needs();
        assert!(
            needs.is_empty() || needs.contains(&Need::State),
            "{}",
            case.name()
        );
    }
}

/// Runs a parser over files; `None` if it is not installed.
#[allow(clippy::print_stdout, reason = "a test that is skipped says so")]
fn parsed(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(_) => {
            println!(
                "skipped: {} is not installed",
                command.get_program().display()
            );
            None
        }
    }
}

/// Writes the code of every fix in one language to a folder, and returns the files.
fn written(folder: &Path, index: usize, head: &str) -> Vec<PathBuf> {
    let (_, mark, ending) = LANGUAGES[index];
    let written = FIXES.iter().map(|(name, fix)| {
        let path = folder.join(name).with_extension(ending);
        fs::write(&path, format!("{head}{}", code(fix, mark))).unwrap();
        path
    });
    written.collect()
}

fn assert_good(output: Option<Output>) {
    if let Some(Output {
        status,
        stdout,
        stderr,
    }) = output
    {
        let (out, err) = (
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr),
        );
        assert!(status.success() && out.is_empty(), "{out}{err}");
    }
}

#[test]
fn node_parses_the_fixes() {
    let folder = tempfile::tempdir().unwrap();
    // One module with a block for each fix, since Node checks one file at a time.
    let (mut imports, mut blocks) = (BTreeSet::new(), String::new());
    for (name, fix) in FIXES {
        let (own, rest): (Vec<&str>, Vec<&str>) = code(fix, "js")
            .lines()
            .partition(|line| line.starts_with("import "));
        imports.extend(own);
        blocks += &format!("{{ // {name}\n{}\n}}\n", rest.join("\n"));
    }
    let path = folder.path().join("fixes.mjs");
    let imports: Vec<&str> = imports.into_iter().collect();
    fs::write(&path, format!("{}\n{blocks}", imports.join("\n"))).unwrap();
    assert_good(parsed(Command::new("node").arg("--check").arg(path)));
}

#[test]
fn python_parses_the_fixes() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path(), 1, "");
    assert_good(parsed(
        Command::new("python3")
            .args(["-m", "py_compile"])
            .args(files),
    ));
}

#[test]
fn php_parses_the_fixes() {
    // `php -l` takes one file; the tokenizer parses many.
    const PARSE: &str = "if (!function_exists('token_get_all')) exit(0);
        foreach (array_slice($argv, 1) as $file) {
            token_get_all(file_get_contents($file), TOKEN_PARSE);
        }";
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path(), 2, "<?php\n");
    assert_good(parsed(
        Command::new("php").args(["-r", PARSE, "--"]).args(files),
    ));
}

#[test]
fn gofmt_leaves_the_fixes_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path(), 3, "package fix\n\n");
    assert_good(parsed(Command::new("gofmt").arg("-l").args(files)));
}
