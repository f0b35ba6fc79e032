//! The text that one thread works on.

use std::io::{self, Read};

/// A buffer that is kept from file to file: nothing is cleared or allocated for the next one.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// How much of it is text.
    pub(super) filled: usize,
}

impl Buffer {
    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Reads once; `None` at the end, else whether less came than there was room for.
    pub(super) fn read(&mut self, input: &mut dyn Read, room: usize) -> io::Result<Option<bool>> {
        self.reach(self.filled + room);
        loop {
            match input.read(&mut self.bytes[self.filled..]) {
                Ok(0) => return Ok(None),
                Ok(read) => {
                    self.filled += read;
                    return Ok(Some(self.filled < self.bytes.len()));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Grows to at least that length.
    fn reach(&mut self, length: usize) {
        if self.bytes.is_empty() {
            // Zeroed memory comes from the system for nothing; writing zeroes would cost more than most bodies do.
            self.bytes = vec![0; length];
        } else if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        }
    }

    /// Starts again with what was carried over from the last chunk.
    pub(super) fn refill(&mut self, carry: &mut Vec<u8>) {
        self.filled = 0;
        self.reach(carry.len());
        self.bytes[..carry.len()].copy_from_slice(carry);
        self.filled = carry.len();
        carry.clear();
    }

    /// Cuts the text there and carries the rest over to the next chunk.
    pub(super) fn cut(&mut self, at: usize, carry: &mut Vec<u8>) {
        carry.extend_from_slice(&self.bytes[at..self.filled]);
        self.filled = at;
    }
}
