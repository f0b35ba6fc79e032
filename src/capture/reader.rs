//! Reads captured deliveries one after the other: from journals, the output of `listen --format json`, HTTP archives, raw
//! HTTP requests, curl commands, and files with plain bodies.

use super::follow::FollowedFile;
pub(crate) use super::found_capture::{CaptureKind, FoundCapture};
use super::har;
use super::journal::{Captured, NoBody, is_capture};
use super::raw_request::{self, NoRequest, RawRequest};
use super::walk::{DELIVERIES, FileWalk, WalkEntry, unreadable};
use super::{curl_command, curl_log, log_list, quoted_printable, ticket, viewer};
use crate::catalogue::Catalogue;
use crate::error::{Error, STDIN};
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

/// The longest line of a journal, and the longest document: both are held in memory. The largest body that `listen`
/// takes fits in as base64.
const MOST: usize = 384 << 20;

/// What the reader hands deliveries to.
pub(crate) trait CaptureSink {
    /// Takes a delivery.
    fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error>;

    /// Says what had to be skipped.
    fn skipped(&mut self, words: String);

    /// The catalogue, if deliveries are to be looked for in other texts, such as mails.
    fn catalogue(&self) -> Option<&'static Catalogue> {
        None
    }

    /// What happens if an input cannot be read: by default the reader stops.
    fn failed(&mut self, error: Error) -> Result<(), Error> {
        Err(error)
    }
}

/// Reads everything that the paths name, in their order.
pub(crate) fn read(
    paths: &[PathBuf],
    stdin: &mut dyn Read,
    sink: &mut dyn CaptureSink,
) -> Result<(), Error> {
    let mut reader = DeliveryReader { sink, found: 0 };
    let mut walk = FileWalk::new(paths, DELIVERIES).skipping(true);
    for entry in walk.by_ref() {
        match entry {
            WalkEntry::Stdin => {
                let done = reader.read(STDIN, &mut BufReader::new(&mut *stdin));
                reader.survive(done)?;
            }
            WalkEntry::File(path, _) => {
                let done = reader.read_file(&path);
                reader.survive(done)?;
            }
            WalkEntry::Batch(folder, names) => names.iter().try_for_each(|name| {
                let done = reader.read_file(&folder.join(name));
                reader.survive(done)
            })?,
            WalkEntry::Failed(error) => reader.survive(Err(error))?,
        }
    }
    if let Some(words) = walk.skipped().words() {
        sink.skipped(format!("{words}; give their names to read them"));
    }
    Ok(())
}

/// Reads a file and whatever is appended to it, without an end.
pub(crate) fn follow(path: &Path, sink: &mut dyn CaptureSink) -> Result<(), Error> {
    let file = FollowedFile::open(path).map_err(|source| unreadable(path, source))?;
    let mut reader = DeliveryReader { sink, found: 0 };
    reader.read(&path.display().to_string(), &mut BufReader::new(file))
}

struct DeliveryReader<'f> {
    sink: &'f mut dyn CaptureSink,
    /// How many deliveries the source has had so far.
    found: u64,
}

impl DeliveryReader<'_> {
    fn survive(&mut self, done: Result<(), Error>) -> Result<(), Error> {
        done.or_else(|error| self.sink.failed(error))
    }

    fn take(&mut self, source: &str, kind: CaptureKind, captured: Captured) -> Result<(), Error> {
        self.found += 1;
        self.sink.take(FoundCapture {
            source,
            record: self.found,
            kind,
            captured,
        })
    }

    fn read_file(&mut self, path: &Path) -> Result<(), Error> {
        let opened = File::open(path).and_then(|file| Ok((is_device(&file)?, file)));
        let (device, file) = opened.map_err(|source| unreadable(path, source))?;
        let name = path.display().to_string();
        if device {
            return Err(Error::Usage {
                what: format!("{name} is a device, which has no end"),
                hint: "give a file, or - for standard input".to_owned(),
            });
        }
        self.read(&name, &mut BufReader::new(file))
    }

    /// Reads a journal line by line, and anything else as a whole. The first capture tells that it is a journal.
    fn read(&mut self, name: &str, input: &mut dyn BufRead) -> Result<(), Error> {
        self.found = 0;
        let mut text = Vec::new();
        loop {
            let start = text.len();
            if !next_line(name, input, &mut text)? {
                return self.take_document(name, text);
            }
            if is_capture(&text[start..]) {
                break;
            }
        }
        let mut number = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            number += 1;
            self.take_line(name, number, line)?;
        }
        text.clear();
        while next_line(name, input, &mut text)? {
            number += 1;
            self.take_line(name, number, &text)?;
            text.clear();
            // The memory of one long line is given back.
            text.shrink_to(64 << 10);
        }
        Ok(())
    }

    /// A line of a journal, or of what `listen --format json` printed.
    fn take_line(&mut self, name: &str, number: u64, line: &[u8]) -> Result<(), Error> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        match Captured::read(line) {
            Ok(captured) => self.take(name, CaptureKind::Recorded, captured)?,
            Err(NoBody::Missing) if is_other_message(line) => {}
            Err(NoBody::NoObject) if !line.ends_with(b"\n") => {
                let words = format!("skipping the last line of {name}: it is cut off");
                self.sink.skipped(words);
            }
            Err(why) => {
                let words = format!("skipping line {number} of {name}: {}", why.words());
                self.sink.skipped(words);
            }
        }
        Ok(())
    }

    /// An HTTP archive, raw requests, curl commands, one body a line, or one body.
    fn take_document(&mut self, name: &str, text: Vec<u8>) -> Result<(), Error> {
        if let Some(requests) = har::requests(&text) {
            drop(text);
            return self.take_requests(name, requests);
        }
        if let Some((kind, captured)) = viewer::request(&text) {
            return self.take(name, kind, captured);
        }
        if text.trim_ascii().is_empty() {
            return Err(Error::NoBodies {
                path: name.to_owned(),
                folder: false,
                skipped: false,
            });
        }
        let requests = self.requests(&text);
        let requests = requests.map_err(|NoRequest { what, hint }| Error::Usage {
            what: format!("{name}: {what}"),
            hint: hint.to_owned(),
        })?;
        if !requests.is_empty() {
            return requests.into_iter().try_for_each(|request| {
                let notes = request.notes.iter();
                notes.for_each(|note| self.sink.skipped(format!("{name}: {note}")));
                self.take(name, CaptureKind::Request, request.captured)
            });
        }
        if log_list::is_one(&text) {
            return Err(log_list::refused(name));
        }
        let lines = || {
            text.split(|byte| *byte == b'\n')
                .filter(|line| !line.trim_ascii().is_empty())
        };
        if lines().count() > 1 && lines().all(is_json) {
            // On Windows a carriage return belongs to the end of the line, not to the body.
            let bodies = lines().map(|line| line.strip_suffix(b"\r").unwrap_or(line));
            return bodies
                .map(<[u8]>::to_vec)
                .try_for_each(|line| self.take(name, CaptureKind::Body, body(line)));
        }
        self.take(name, CaptureKind::Body, body(text))
    }

    /// Raw requests, curl commands, or else a delivery in another text.
    fn requests(&self, text: &[u8]) -> Result<Vec<RawRequest>, NoRequest> {
        let requests = match raw_request::requests(text) {
            none if none.is_empty() => curl_command::requests(text)
                .or_else(|| curl_log::requests(text))
                .unwrap_or(Ok(none)),
            some => Ok(some),
        };
        let Some(catalogue) = self.sink.catalogue() else {
            return requests;
        };
        if let Some(decoded) = quoted_printable::decoded(text)
            && let Some(Ok(mut found)) = ticket::request(&decoded, catalogue)
        {
            found.notes.insert(
                0,
                "decoding it from quoted-printable, as mails are sent".to_owned(),
            );
            return Ok(vec![found]);
        }
        let complete = |request: &RawRequest| ticket::is_complete(request, catalogue);
        if requests.as_ref().is_ok_and(|all| all.iter().any(complete)) {
            return requests;
        }
        match (ticket::request(text, catalogue), requests) {
            (Some(Ok(found)), _) => Ok(vec![found]),
            (Some(Err(why)), Ok(none)) if none.is_empty() => Err(why),
            (_, requests) => requests,
        }
    }

    /// The requests of an HTTP archive that have a body.
    fn take_requests(
        &mut self,
        name: &str,
        requests: impl Iterator<Item = Option<Result<Captured, har::BadBase64>>>,
    ) -> Result<(), Error> {
        let mut any = false;
        for (number, request) in (1..).zip(requests) {
            let Some(request) = request else { continue };
            any = true;
            match request {
                Ok(captured) => self.take(name, CaptureKind::Recorded, captured)?,
                Err(har::BadBase64) => self.sink.skipped(format!(
                    "skipping entry {number} of {name}: its body is marked as base64 but is not valid base64"
                )),
            }
        }
        if !any {
            self.sink
                .skipped(format!("no request in {name} has a body"));
        }
        Ok(())
    }
}

/// Appends the next line, with its end, to that text; whether there was one.
fn next_line(name: &str, input: &mut dyn BufRead, text: &mut Vec<u8>) -> Result<bool, Error> {
    let room = (MOST + 1).saturating_sub(text.len());
    let read = input.take(room as u64).read_until(b'\n', text);
    let read = read.map_err(|source| unreadable(Path::new(name), source))?;
    if text.len() > MOST {
        return Err(Error::Usage {
            what: format!("{name} has more than {} MiB in one piece", MOST >> 20),
            hint: "only a journal may be larger, with one delivery per line".to_owned(),
        });
    }
    Ok(read > 0)
}

/// Whether it is a device; a terminal that a person types into does not count.
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

/// A body that was captured without its request.
fn body(bytes: Vec<u8>) -> Captured {
    Captured {
        body: bytes,
        ..Captured::default()
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether it is a line that `listen` prints about something other than a delivery.
fn is_other_message(line: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Typed {
        r#type: String,
    }
    serde_json::from_slice::<Typed>(line).is_ok_and(|line| line.r#type != "delivery")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts deliveries, and keeps what was skipped.
    #[derive(Default)]
    struct Counted {
        found: Vec<(u64, CaptureKind)>,
        skipped: Vec<String>,
    }

    impl CaptureSink for Counted {
        fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
            self.found.push((found.record, found.kind));
            Ok(())
        }

        fn skipped(&mut self, words: String) {
            self.skipped.push(words);
        }
    }

    fn read_text(text: &str) -> Result<Counted, Error> {
        let mut counted = Counted::default();
        let mut reader = DeliveryReader {
            sink: &mut counted,
            found: 0,
        };
        reader.read("file", &mut text.as_bytes())?;
        Ok(counted)
    }

    #[test]
    fn every_kind_of_file_is_recognised_by_its_content() {
        let capture =
            r#"{"v":1,"id":"a","received_at":"2026-11-21T09:30:00.000Z","headers":[],"body":"{}"}"#;
        let ready = r#"{"type":"ready","v":1,"port":8080}"#;
        let har = r#"{"log":{"entries":[{"request":{"method":"POST","url":"http://x/","postData":{"text":"{}"}}}]}}"#;
        let request = "POST /hooks HTTP/1.1\nSign: ab\n\n{}";
        use CaptureKind::{Body, Recorded, Request};
        for (text, kind, count, broken) in [
            (format!("{capture}\n{capture}\n"), Recorded, 2, 0),
            (format!("{ready}\n{capture}\n{ready}\n"), Recorded, 1, 0),
            (format!("{capture}\n{}", &capture[..40]), Recorded, 1, 1),
            (
                format!("{capture}\nno capture\n{capture}\n"),
                Recorded,
                2,
                1,
            ),
            (har.to_owned(), Recorded, 1, 0),
            (r#"{"log":{"entries":[]}}"#.to_owned(), Recorded, 0, 1),
            (request.to_owned(), Request, 1, 0),
            (format!("junk: x\nodd\n{request}"), Request, 1, 2),
            ("{\"a\":1}\n{\"a\":2}\n".to_owned(), Body, 2, 0),
            ("{\n \"a\": 1\n}\n".to_owned(), Body, 1, 0),
            ("no JSON\nat all".to_owned(), Body, 1, 0),
        ] {
            let Counted { found, skipped } = read_text(&text).unwrap();
            let expected: Vec<_> = (1..=count).map(|record| (record, kind)).collect();
            assert_eq!(
                (found, skipped.len()),
                (expected, broken),
                "{text}: {skipped:?}"
            );
        }
        assert!(read_text(" \n").is_err());
    }
}
