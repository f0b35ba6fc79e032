//! Where captured deliveries are read from: journals, what `listen --format json` printed, HTTP archives, and plain
//! bodies, alone or in folders.
//!
//! Separate from choosing among them: here is known how each lies in its file, and what is said of one that is broken.

use crate::delivery::har;
use crate::delivery::journal::{Captured, NoBody, is_capture};
use crate::error::Error;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Reads everything that the paths name, in their order; what could not be used is told by the second list.
pub(super) fn read(paths: &[PathBuf], stdin: &mut dyn Read) -> Result<(Vec<Captured>, Vec<String>), Error> {
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            let mut text = Vec::new();
            let read = stdin.read_to_end(&mut text);
            read.map_err(|source| Error::Unreadable { path: "<stdin>".to_owned(), source })?;
            take("<stdin>", text, &mut found, &mut broken)?;
        } else if path.is_dir() {
            let files = bodies_in(path).map_err(|source| unreadable(path, source))?;
            if files.is_empty() {
                return Err(Error::NoBodies { path: path.display().to_string() });
            }
            for file in files {
                let text = fs::read(&file).map_err(|source| unreadable(&file, source))?;
                take(&file.display().to_string(), text, &mut found, &mut broken)?;
            }
        } else {
            let text = fs::read(path).map_err(|source| unreadable(path, source))?;
            take(&path.display().to_string(), text, &mut found, &mut broken)?;
        }
    }
    Ok((found, broken))
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable { path: path.display().to_string(), source }
}

/// The files of a folder that hold bodies or captures, by name; links are not followed.
fn bodies_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if entry.file_type()?.is_file() && matches!(ending, Some("json" | "ndjson" | "jsonl" | "har")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn take(name: &str, text: Vec<u8>, found: &mut Vec<Captured>, broken: &mut Vec<String>) -> Result<(), Error> {
    let lines = || text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    if lines().any(|(_, line)| is_capture(line)) {
        let last = lines().last().map_or(0, |(number, _)| number);
        for (number, line) in lines() {
            match Captured::read(line) {
                Ok(captured) => found.push(captured),
                // What `listen` says beside deliveries.
                Err(NoBody::Missing) if is_remark(line) => {}
                Err(NoBody::NoObject) if number == last && !text.ends_with(b"\n") => {
                    broken.push(format!("the last line of {name} is cut off in the middle, and is left out"));
                }
                Err(why) => broken.push(format!("line {} of {name} is left out: {}", number + 1, why.words())),
            }
        }
        return Ok(());
    }
    if let Some(requests) = har::requests(&text) {
        if requests.is_empty() {
            broken.push(format!("no request in {name} carried a body"));
        }
        found.extend(requests);
        return Ok(());
    }
    if text.trim_ascii().is_empty() {
        return Err(Error::NoBodies { path: name.to_owned() });
    }
    // One body a line, or one body; a body may be anything, as long as it is one.
    let many = lines().count() > 1 && lines().all(|(_, line)| is_json(line));
    if many {
        // What ends a line is the file's, on Windows, too.
        found.extend(lines().map(|(_, line)| body(line.strip_suffix(b"\r").unwrap_or(line).to_vec())));
    } else {
        found.push(body(text));
    }
    Ok(())
}

fn body(bytes: Vec<u8>) -> Captured {
    Captured { body: bytes, ..Captured::default() }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether it is a line of `listen` that is no delivery.
fn is_remark(line: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Typed {
        r#type: String,
    }
    serde_json::from_slice::<Typed>(line).is_ok_and(|line| line.r#type != "delivery")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_file_is_known_by_what_is_in_it() {
        let capture = r#"{"v":1,"id":"a","received_at":"2026-11-21T09:30:00.000Z","headers":[],"body":"{}"}"#;
        let ready = r#"{"type":"ready","v":1,"port":8080}"#;
        let har = r#"{"log":{"entries":[{"request":{"method":"POST","url":"http://x/","postData":{"text":"{}"}}}]}}"#;
        for (text, bodies, broken) in [
            (format!("{capture}\n{capture}\n"), 2, 0),
            (format!("{ready}\n{capture}\n{ready}\n"), 1, 0),
            (format!("{capture}\n{}", &capture[..40]), 1, 1),
            (format!("{capture}\nno capture\n{capture}\n"), 2, 1),
            (har.to_owned(), 1, 0),
            (r#"{"log":{"entries":[]}}"#.to_owned(), 0, 1),
            ("{\"a\":1}\n{\"a\":2}\n".to_owned(), 2, 0),
            ("{\n \"a\": 1\n}\n".to_owned(), 1, 0),
            ("no JSON\nat all".to_owned(), 1, 0),
        ] {
            let (mut found, mut failed) = (Vec::new(), Vec::new());
            take("file", text.clone().into_bytes(), &mut found, &mut failed).unwrap();
            assert_eq!((found.len(), failed.len()), (bodies, broken), "{text}: {failed:?}");
        }
        assert!(take("file", b" \n".to_vec(), &mut Vec::new(), &mut Vec::new()).is_err());
    }
}
