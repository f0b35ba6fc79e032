//! What a connection has received and not used yet, in memory that is kept from one request to the next.

/// The bytes from `start` on are unused.
#[derive(Debug, Default)]
pub(super) struct ReceiveBuffer {
    bytes: Vec<u8>,
    start: usize,
}

/// How much is read at once, and how much memory is kept between two requests.
const ROOM: usize = 8 * 1024;

impl ReceiveBuffer {
    pub(super) fn unused(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.len() == self.start
    }

    /// The memory to read into, behind what is unused. Grows with what was received, not with what was announced.
    pub(super) fn with_room(&mut self) -> &mut Vec<u8> {
        let bytes = self.compact();
        if bytes.capacity() - bytes.len() < ROOM / 2 {
            bytes.reserve(ROOM.max(bytes.len()));
        }
        bytes
    }

    /// All that is unused, and nothing else.
    pub(super) fn compact(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.start);
        self.start = 0;
        &mut self.bytes
    }

    /// Takes the first bytes, of which there must be as many. A large request is not copied.
    pub(super) fn take(&mut self, length: usize) -> Box<[u8]> {
        if length > ROOM && self.start == 0 && self.bytes.len() == length {
            return std::mem::take(&mut self.bytes).into_boxed_slice();
        }
        let end = (self.start + length).min(self.bytes.len());
        let taken = self.bytes[self.start..end].into();
        self.start = end;
        if self.is_empty() {
            self.start = 0;
            self.bytes.clear();
            self.bytes.shrink_to(2 * ROOM);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_gone_and_the_rest_stays_in_order() {
        let mut buffer = ReceiveBuffer::default();
        buffer.with_room().extend_from_slice(b"abcdef");
        assert_eq!(&*buffer.take(2), b"ab");
        assert_eq!(
            (&*buffer.take(1), buffer.unused()),
            (&b"c"[..], &b"def"[..])
        );
        buffer.with_room().extend_from_slice(b"gh");
        assert_eq!((&*buffer.take(5), buffer.is_empty()), (&b"defgh"[..], true));
        let large = vec![1; 3 * ROOM];
        for rest in [&b""[..], b"x"] {
            buffer.with_room().extend_from_slice(&large);
            buffer.compact().extend_from_slice(rest);
            assert_eq!(&*buffer.take(large.len()), large);
            assert_eq!(&*buffer.take(rest.len()), rest);
        }
        assert!(buffer.bytes.capacity() <= 2 * ROOM);
    }
}
