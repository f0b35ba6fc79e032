//! Cuts a source into chunks for several threads: a whole document, or some lines of many bodies, never more than a few
//! megabytes.

use super::buffer::Buffer;
use super::framing::{Framing, bodies_in, framing_of};
use std::fs::File;
use std::io::{self, Read};

/// A body, or a line of a journal, that is larger than this is not read: no webhook is that large.
pub(crate) const MAX_BODY: usize = 4 << 20;
/// How much of a file of lines one thread takes at a time.
const CHUNK: usize = 128 << 10;
/// The first read of a file: nearly every captured body fits. C libraries take less than this from memory that they have,
/// and fill it with zeroes.
const FIRST: usize = 128 << 10;

/// A part of a source.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) framing: Framing,
    /// The line and the byte at which it begins.
    pub(crate) line: u64,
    pub(crate) offset: u64,
    /// The number of its first body.
    pub(crate) record: u64,
    /// It is the last one.
    pub(crate) last: bool,
    /// It is the beginning of a body that is too large.
    pub(crate) oversized: bool,
}

/// What is read: a file, which needs no box (there may be very many of them), or anything else.
pub(crate) enum ByteSource {
    File(File),
    Other(Box<dyn Read + Send>),
}

impl From<File> for ByteSource {
    fn from(file: File) -> Self {
        Self::File(file)
    }
}

impl From<Box<dyn Read + Send>> for ByteSource {
    fn from(other: Box<dyn Read + Send>) -> Self {
        Self::Other(other)
    }
}

impl Read for ByteSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Other(other) => other.read(buffer),
        }
    }
}

/// Reads one source, chunk by chunk.
pub(crate) struct ChunkReader {
    input: ByteSource,
    /// An ordinary file, of which a short read is the end.
    regular: bool,
    carry: Vec<u8>,
    framing: Option<Framing>,
    line: u64,
    offset: u64,
    record: u64,
    /// In the middle of a line that is too large.
    skipping: bool,
    ended: bool,
    done: bool,
}

impl ChunkReader {
    pub(crate) fn new(input: impl Into<ByteSource>, regular: bool) -> Self {
        Self {
            input: input.into(),
            regular,
            carry: Vec::new(),
            framing: None,
            line: 1,
            offset: 0,
            record: 1,
            skipping: false,
            ended: false,
            done: false,
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// The next part; its text is in the buffer.
    pub(crate) fn next_chunk(&mut self, buffer: &mut Buffer) -> io::Result<Option<Chunk>> {
        if self.done {
            return Ok(None);
        }
        let chunk = self.cut_chunk(buffer)?;
        let reported = chunk
            .as_ref()
            .is_some_and(|chunk| chunk.framing == Framing::Document);
        if self.done && self.record == 1 && !reported {
            // A source of nothing but white space counts as one empty body.
            buffer.filled = 0;
            let (framing, last) = (Framing::Document, true);
            return Ok(Some(Chunk {
                framing,
                line: 1,
                offset: 0,
                record: 1,
                last,
                oversized: false,
            }));
        }
        Ok(chunk)
    }

    fn cut_chunk(&mut self, buffer: &mut Buffer) -> io::Result<Option<Chunk>> {
        buffer.refill(&mut self.carry);
        if self.skipping && !self.skip_line(buffer)? {
            self.done = true;
            return Ok(None);
        }
        let framing = match self.framing {
            Some(framing) => framing,
            None => self.sniff(buffer)?,
        };
        self.framing = Some(framing);
        let oversized = match framing {
            Framing::Document => self.read_document(buffer)?,
            Framing::Lines | Framing::Journal => self.read_lines(buffer)?,
        };
        // The lines of a stream end with a newline; what follows the last one is another, empty line.
        if buffer.text().is_empty() && self.offset > 0 {
            self.done = true;
            return Ok(None);
        }
        let (line, offset, record) = (self.line, self.offset, self.record);
        self.offset += buffer.text().len() as u64;
        let mut start = 0;
        for newline in memchr::memchr_iter(b'\n', buffer.text()) {
            self.line += 1;
            self.record += bodies_in(framing, &buffer.text()[start..newline]);
            start = newline + 1;
        }
        self.record += bodies_in(framing, &buffer.text()[start..]);
        self.skipping = oversized && framing != Framing::Document;
        self.done =
            framing == Framing::Document || (self.ended && self.carry.is_empty() && !self.skipping);
        Ok(Some(Chunk {
            framing,
            line,
            offset,
            record,
            last: self.done,
            oversized,
        }))
    }

    fn fill(&mut self, buffer: &mut Buffer, room: usize) -> io::Result<()> {
        match buffer.read(&mut self.input, room)? {
            None => self.ended = true,
            Some(short) => self.ended = short && self.regular,
        }
        Ok(())
    }

    /// Reads until the framing is clear: mostly one or two whole lines.
    fn sniff(&mut self, buffer: &mut Buffer) -> io::Result<Framing> {
        loop {
            if let Some(framing) = framing_of(buffer.text(), self.ended) {
                return Ok(framing);
            }
            if self.ended {
                return Ok(Framing::Document);
            }
            if buffer.filled > MAX_BODY {
                // A line that is too large is skipped, and the next ones are read.
                let one_line = memchr::memchr(b'\n', buffer.text().trim_ascii_start()).is_none();
                return Ok(if one_line {
                    Framing::Lines
                } else {
                    Framing::Document
                });
            }
            self.fill(buffer, FIRST.max(buffer.filled))?;
        }
    }

    fn read_document(&mut self, buffer: &mut Buffer) -> io::Result<bool> {
        while !self.ended && buffer.filled <= MAX_BODY {
            self.fill(buffer, FIRST.max(buffer.filled))?;
        }
        Ok(buffer.filled > MAX_BODY)
    }

    /// Reads some lines, whole ones. True when the first is too large.
    fn read_lines(&mut self, buffer: &mut Buffer) -> io::Result<bool> {
        while !self.ended && buffer.filled < CHUNK {
            self.fill(buffer, CHUNK - buffer.filled)?;
        }
        while !self.ended {
            match memchr::memrchr(b'\n', buffer.text()) {
                Some(newline) => {
                    buffer.cut(newline + 1, &mut self.carry);
                    return Ok(false);
                }
                None if buffer.filled > MAX_BODY => return Ok(true),
                None => self.fill(buffer, CHUNK)?,
            }
        }
        Ok(false)
    }

    /// Skips the rest of a line that is too large. False at the end of the source.
    fn skip_line(&mut self, buffer: &mut Buffer) -> io::Result<bool> {
        loop {
            if let Some(newline) = memchr::memchr(b'\n', buffer.text()) {
                self.line += 1;
                self.offset += newline as u64 + 1;
                buffer.cut(newline + 1, &mut self.carry);
                buffer.refill(&mut self.carry);
                self.skipping = false;
                return Ok(true);
            }
            self.offset += buffer.filled as u64;
            buffer.filled = 0;
            if self.ended {
                return Ok(false);
            }
            self.fill(buffer, CHUNK)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &[u8]) -> Vec<(Chunk, Vec<u8>)> {
        let mut stream = ChunkReader::new(
            ByteSource::Other(Box::new(io::Cursor::new(text.to_vec()))),
            false,
        );
        let mut buffer = Buffer::default();
        let mut chunks = Vec::new();
        while let Some(chunk) = stream.next_chunk(&mut buffer).unwrap() {
            chunks.push((chunk, buffer.text().to_vec()));
        }
        chunks
    }

    #[test]
    fn framing_follows_the_content() {
        use Framing::{Document, Journal, Lines};
        for (text, framing) in [
            ("", Document),
            ("{}", Document),
            ("{}\n", Document),
            ("\n{}\n\n", Document),
            ("{}\n{}\n", Lines),
            ("{\"a\":1}\r\n{\"a\":2}", Lines),
            ("[{}]\n[{}]", Lines),
            ("{\n  \"a\": 1\n}\n", Document),
            ("{\n  \"a\": 1\n}\n{\n}", Document),
            ("{\"a\": [\n{\"b\": 1}]}", Document),
            ("[\n{},\n{}\n]", Document),
            ("{\"a\":1\n{\"b\":2}\n", Lines),
            ("{\"a\":1,}\n{\"b\":2}\n", Lines),
            ("hello\nworld\n", Document),
            ("{\"v\":1,\"received_at\":\"\",\"body\":\"\"}", Journal),
            (
                "{\"v\":1,\"received_at\":\"\",\"body\":\"\"}\n{\"v\"",
                Journal,
            ),
        ] {
            assert_eq!(chunks(text.as_bytes())[0].0.framing, framing, "{text:?}");
        }
    }

    #[test]
    fn chunks_hold_whole_lines_and_know_where_they_are() {
        let line = format!("{{\"a\":\"{}\"}}\n", "x".repeat(1000));
        let text = format!("{}\n\n{}", line.repeat(500), line.repeat(100));
        let chunks = chunks(text.as_bytes());
        assert!(chunks.len() > 2);
        assert_eq!(
            chunks
                .iter()
                .flat_map(|(_, text)| text.clone())
                .collect::<Vec<u8>>(),
            text.as_bytes()
        );
        for (chunk, part) in &chunks {
            let before = &text[..chunk.offset as usize];
            assert!(part.ends_with(b"\n"));
            assert_eq!(chunk.line, before.matches('\n').count() as u64 + 1);
            assert_eq!(
                chunk.record,
                before.lines().filter(|line| !line.is_empty()).count() as u64 + 1
            );
        }
        assert!(chunks.last().unwrap().0.last);
    }

    #[test]
    fn a_line_that_is_too_large_is_skipped_and_the_next_one_read() {
        let text = format!(
            "{{}}\n{{\"a\":\"{}\"}}\n{{\"b\":1}}\n",
            "x".repeat(2 * MAX_BODY)
        );
        let chunks = chunks(text.as_bytes());
        let found: Vec<(bool, u64, u64)> = chunks
            .iter()
            .map(|(chunk, _)| (chunk.oversized, chunk.line, chunk.record))
            .collect();
        assert_eq!(found, [(false, 1, 1), (true, 2, 2), (false, 3, 3)]);
        assert_eq!(chunks[2].1, b"{\"b\":1}\n");
        assert_eq!(text[chunks[2].0.offset as usize..], *"{\"b\":1}\n");
    }
}
