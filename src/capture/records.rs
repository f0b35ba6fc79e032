//! Finds the records in a chunk: bodies, lists of bodies, or the captures of a journal.

use super::chunks::{Chunk, MAX_BODY};
use super::framing::{Framing, bodies_in, is_blank};
use super::journal::{self, CapturedBody, NoBody};

/// A part of a chunk that holds one body or a list of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordText<'t> {
    pub(crate) text: &'t [u8],
    /// The line and the byte of its source at which it begins.
    pub(crate) line: u64,
    pub(crate) offset: u64,
    /// The number of its first body within the source, from 1.
    pub(crate) number: u64,
}

/// What a record holds.
pub(crate) enum Record<'t> {
    /// A body, or a list of bodies: all of its text.
    Bodies,
    /// The body of a captured delivery, within a line of a journal.
    Captured(CapturedBody<'t>),
    /// More than any body has; it was not read to its end.
    TooLarge,
    /// The last line of a journal, without its end: the writer was stopped in the middle.
    CutOff,
    /// A line of a journal that holds no delivery.
    Broken(NoBody),
}

/// Finds all records of a chunk, in order.
pub(crate) fn records<'t>(
    chunk: &Chunk,
    text: &'t [u8],
    mut found: impl FnMut(RecordText<'t>, Record<'t>),
) {
    let mut place = RecordText {
        text,
        line: chunk.line,
        offset: chunk.offset,
        number: chunk.record,
    };
    if chunk.framing == Framing::Document {
        let record = if chunk.oversized {
            Record::TooLarge
        } else {
            Record::Bodies
        };
        return found(place, record);
    }
    let mut start = 0;
    while start < text.len() {
        let newline = memchr::memchr(b'\n', &text[start..]).map(|length| start + length);
        let end = newline.unwrap_or(text.len());
        place.text = &text[start..end];
        place.offset = chunk.offset + start as u64;
        if !is_blank(place.text) {
            let cut_off = chunk.last && newline.is_none();
            found(place, record_in(place.text, chunk, cut_off));
            place.number += bodies_in(chunk.framing, place.text);
        }
        place.line += 1;
        start = end + 1;
    }
}

fn record_in<'t>(line: &'t [u8], chunk: &Chunk, cut_off: bool) -> Record<'t> {
    // A line is judged by its own length, however much of it was read.
    if chunk.oversized || line.len() > MAX_BODY {
        return Record::TooLarge;
    }
    if chunk.framing != Framing::Journal {
        return Record::Bodies;
    }
    match journal::body(line) {
        Ok(body) => Record::Captured(body),
        Err(NoBody::NoObject) if cut_off => Record::CutOff,
        Err(why) => Record::Broken(why),
    }
}
