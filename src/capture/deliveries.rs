//! Where captured deliveries are read from: journals, what `listen --format json` printed, HTTP archives, and plain
//! bodies, alone or in folders.
//!
//! Separate from choosing among them: here is known how each lies in its file, and what is said of one that is broken.

use super::har;
use super::journal::{Captured, NoBody, is_capture};
use crate::error::Error;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

/// The longest line of a journal, and the longest text of another kind: both are read as a whole. The largest body that
/// `listen` takes has room in it as base64.
const MOST: usize = 384 << 20;

/// Takes what is found, one after the other.
pub(crate) type CaptureSink<'f> = &'f mut dyn FnMut(Captured) -> Result<(), Error>;

/// Reads everything that the paths name, in their order; what could not be used is returned, in words.
pub(crate) fn read(
    paths: &[PathBuf],
    stdin: &mut dyn Read,
    found: CaptureSink<'_>,
) -> Result<Vec<String>, Error> {
    let mut broken = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            take(
                "<stdin>",
                &mut BufReader::new(&mut *stdin),
                found,
                &mut broken,
            )?;
        } else if path.is_dir() {
            let files = bodies_in(path).map_err(|source| unreadable(path, source))?;
            if files.is_empty() {
                return Err(Error::NoBodies {
                    path: path.display().to_string(),
                });
            }
            for file in files {
                take_file(&file, found, &mut broken)?;
            }
        } else {
            take_file(path, found, &mut broken)?;
        }
    }
    Ok(broken)
}

fn take_file(path: &Path, found: CaptureSink<'_>, broken: &mut Vec<String>) -> Result<(), Error> {
    let opened = File::open(path).and_then(|file| Ok((is_device(&file)?, file)));
    let (device, file) = opened.map_err(|source| unreadable(path, source))?;
    let name = path.display().to_string();
    if device {
        return Err(Error::Usage {
            what: format!("{name} is a device, which has no end"),
            hint: "name a file, or - for standard input".to_owned(),
        });
    }
    take(&name, &mut BufReader::new(file), found, broken)
}

/// Whether it is a device other than the terminal that somebody types into.
fn is_device(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = file.metadata()?.file_type();
        Ok((kind.is_char_device() || kind.is_block_device()) && !file.is_terminal())
    }
    #[cfg(not(unix))]
    Ok(!file.metadata()?.is_file() && !file.is_terminal())
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable {
        path: path.display().to_string(),
        source,
    }
}

/// The files of a folder that hold bodies or captures, by name; links are not followed.
fn bodies_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if entry.file_type()?.is_file()
            && matches!(ending, Some("json" | "ndjson" | "jsonl" | "har"))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Appends the next line, with its end, to that text; whether there was one.
fn next_line(name: &str, input: &mut dyn BufRead, text: &mut Vec<u8>) -> Result<bool, Error> {
    let room = (MOST + 1).saturating_sub(text.len());
    let read = input.take(room as u64).read_until(b'\n', text);
    let read = read.map_err(|source| Error::Unreadable {
        path: name.to_owned(),
        source,
    })?;
    if text.len() > MOST {
        let what = format!("{name} has more than {} MiB in one piece", MOST >> 20);
        return Err(Error::Usage {
            what,
            hint: "only journals may be longer, a delivery a line".to_owned(),
        });
    }
    Ok(read > 0)
}

fn take(
    name: &str,
    input: &mut dyn BufRead,
    found: CaptureSink<'_>,
    broken: &mut Vec<String>,
) -> Result<(), Error> {
    // A journal is read line by line, and anything else at once: which of them it is, the first capture tells.
    let mut text = Vec::new();
    loop {
        let start = text.len();
        if !next_line(name, input, &mut text)? {
            return take_document(name, text, found, broken);
        }
        if is_capture(&text[start..]) {
            break;
        }
    }
    let mut number = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        number += 1;
        take_line(name, number, line, found, broken)?;
    }
    text.clear();
    while next_line(name, input, &mut text)? {
        number += 1;
        take_line(name, number, &text, found, broken)?;
        text.clear();
        // One long line must not keep its room until the end.
        text.shrink_to(64 << 10);
    }
    Ok(())
}

/// A line of a journal, or of what `listen` printed.
fn take_line(
    name: &str,
    number: u64,
    line: &[u8],
    found: CaptureSink<'_>,
    broken: &mut Vec<String>,
) -> Result<(), Error> {
    if line.trim_ascii().is_empty() {
        return Ok(());
    }
    match Captured::read(line) {
        Ok(captured) => found(captured)?,
        // What `listen` says beside deliveries.
        Err(NoBody::Missing) if is_remark(line) => {}
        Err(NoBody::NoObject) if !line.ends_with(b"\n") => {
            broken.push(format!(
                "the last line of {name} is cut off in the middle, and is left out"
            ));
        }
        Err(why) => broken.push(format!(
            "line {number} of {name} is left out: {}",
            why.words()
        )),
    }
    Ok(())
}

/// An archive, a body, or a body a line.
fn take_document(
    name: &str,
    text: Vec<u8>,
    found: CaptureSink<'_>,
    broken: &mut Vec<String>,
) -> Result<(), Error> {
    if let Some(requests) = har::requests(&text) {
        drop(text);
        let mut any = false;
        for (number, request) in (1..).zip(requests) {
            let Some(request) = request else { continue };
            any = true;
            match request {
                Ok(captured) => found(captured)?,
                Err(har::BadBase64) => broken.push(format!(
                    "entry {number} of {name} is left out: its body is said to be base64, and is not valid base64"
                )),
            }
        }
        if !any {
            broken.push(format!("no request in {name} carried a body"));
        }
        return Ok(());
    }
    if text.trim_ascii().is_empty() {
        return Err(Error::NoBodies {
            path: name.to_owned(),
        });
    }
    // One body a line, or one body; a body may be anything, as long as it is one.
    let lines = || {
        text.split(|byte| *byte == b'\n')
            .filter(|line| !line.trim_ascii().is_empty())
    };
    if lines().count() > 1 && lines().all(is_json) {
        // What ends a line is the file's, on Windows, too.
        return lines()
            .try_for_each(|line| found(body(line.strip_suffix(b"\r").unwrap_or(line).to_vec())));
    }
    found(body(text))
}

fn body(bytes: Vec<u8>) -> Captured {
    Captured {
        body: bytes,
        ..Captured::default()
    }
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
        let capture =
            r#"{"v":1,"id":"a","received_at":"2026-11-21T09:30:00.000Z","headers":[],"body":"{}"}"#;
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
            let (mut found, mut failed) = (0, Vec::new());
            let mut count = |_| {
                found += 1;
                Ok(())
            };
            take("file", &mut text.as_bytes(), &mut count, &mut failed).unwrap();
            assert_eq!(
                (found, failed.len()),
                (bodies, broken),
                "{text}: {failed:?}"
            );
        }
        assert!(take("file", &mut &b" \n"[..], &mut |_| Ok(()), &mut Vec::new()).is_err());
    }
}
