//! Bodies that come in chunks, decoded in place: what is read stays in one buffer.

use super::head::MOST_HEADERS;

/// Decodes one body, of which any part may be missing yet.
#[derive(Debug, Default)]
pub struct ChunkDecoder {
    expects: Expects,
    /// How much of the chunk is missing.
    left: u64,
    /// The digits of its size.
    digits: usize,
    /// The bytes of all extensions.
    extensions: usize,
    /// The fields behind the last chunk.
    trailer: Vec<u8>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    #[default]
    Size,
    /// Spaces behind the size.
    Space,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    Trailer,
    LastLf,
    Nothing,
}

/// What was decoded: the data was moved to the beginning of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The length of the data.
    pub data: usize,
    /// How many bytes it was decoded from.
    pub consumed: usize,
    /// The body is complete.
    pub done: bool,
}

/// The chunks are malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadChunk;

/// The most digits of a size: as many as 64 bits have.
const MOST_DIGITS: usize = 16;
/// The most bytes of all extensions, and of the trailer: they belong to no body and no head.
const MOST_EXTRA: usize = 16 * 1024;

impl ChunkDecoder {
    /// Decodes as much as there is.
    pub fn decode(&mut self, bytes: &mut [u8]) -> Result<Decoded, BadChunk> {
        let (mut at, mut data) = (0, 0);
        while let Some(byte) = bytes.get(at).filter(|_| self.expects != Expects::Nothing) {
            if self.expects == Expects::Data {
                let rest = bytes.len() - at;
                let length = usize::try_from(self.left).map_or(rest, |left| left.min(rest));
                bytes.copy_within(at..at + length, data);
                (at, data) = (at + length, data + length);
                self.left -= length as u64;
                if self.left == 0 {
                    self.expects = Expects::DataCr;
                }
            } else {
                self.expects = self.next(*byte)?;
                at += 1;
            }
        }
        Ok(Decoded {
            data,
            consumed: at,
            done: self.expects == Expects::Nothing,
        })
    }

    /// What comes after a byte that is no data.
    fn next(&mut self, byte: u8) -> Result<Expects, BadChunk> {
        use Expects::{
            Data, DataCr, DataLf, Extension, LastLf, Nothing, Size, SizeLf, Space, Trailer,
        };
        if self.expects == Size
            && let Some(digit) = char::from(byte).to_digit(16)
        {
            self.digits += 1;
            self.left = (self.left << 4) | u64::from(digit);
            return if self.digits > MOST_DIGITS {
                Err(BadChunk)
            } else {
                Ok(Size)
            };
        }
        match (self.expects, byte) {
            (Size | Space, b'\r') if self.digits > 0 => Ok(SizeLf),
            (Size | Space, b' ' | b'\t') if self.digits > 0 => self.extra(Space),
            (Size | Space, b';') if self.digits > 0 => self.extra(Extension),
            (Extension, b'\r') => Ok(SizeLf),
            (Extension, b'\t' | b' '..=b'~' | 0x80..) => self.extra(Extension),
            (SizeLf, b'\n') => Ok(if self.left == 0 { Trailer } else { Data }),
            (DataCr, b'\r') => Ok(DataLf),
            (DataLf, b'\n') => {
                self.digits = 0;
                Ok(Size)
            }
            (Trailer, b'\r') if self.trailer.is_empty() => Ok(LastLf),
            (Trailer, _) => self.in_trailer(byte),
            (LastLf, b'\n') => Ok(Nothing),
            _ => Err(BadChunk),
        }
    }

    /// Counts a byte that is neither size nor data.
    fn extra(&mut self, next: Expects) -> Result<Expects, BadChunk> {
        self.extensions += 1;
        if self.extensions < MOST_EXTRA {
            Ok(next)
        } else {
            Err(BadChunk)
        }
    }

    /// Adds a byte to the trailer, which ends with an empty line. Its fields must be well-formed; nothing needs them.
    fn in_trailer(&mut self, byte: u8) -> Result<Expects, BadChunk> {
        self.trailer.push(byte);
        if self.trailer.len() >= MOST_EXTRA || (byte == b'\n' && !self.trailer.ends_with(b"\r\n")) {
            return Err(BadChunk);
        }
        if !self.trailer.ends_with(b"\r\n\r\n") {
            return Ok(Expects::Trailer);
        }
        let mut fields = [httparse::EMPTY_HEADER; MOST_HEADERS];
        match httparse::parse_headers(&self.trailer, &mut fields) {
            Ok(httparse::Status::Complete(_)) => Ok(Expects::Nothing),
            _ => Err(BadChunk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data of a whole body, and what is left behind it.
    type Unchunked = (Vec<u8>, Vec<u8>);

    /// Decodes a body that arrives in pieces of that length.
    fn decoded(raw: &[u8], piece: usize) -> Result<Option<Unchunked>, BadChunk> {
        let mut decoder = ChunkDecoder::default();
        let (mut data, mut rest) = (Vec::new(), Vec::new());
        for (number, part) in raw.chunks(piece).enumerate() {
            rest.extend_from_slice(part);
            let found = decoder.decode(&mut rest)?;
            data.extend_from_slice(&rest[..found.data]);
            rest.drain(..found.consumed);
            if found.done {
                rest.extend(raw.chunks(piece).skip(number + 1).flatten());
                return Ok(Some((data, rest)));
            }
        }
        Ok(None)
    }

    #[test]
    fn data_is_the_same_however_it_is_split() {
        let raw = b"4;a=\"b;\"\r\n\r\n\r\n\r\n00A \t;c\r\n0123456789\r\n0\r\nX: 1\r\n\r\nGET";
        for piece in 1..=raw.len() {
            assert_eq!(
                decoded(raw, piece),
                Ok(Some((b"\r\n\r\n0123456789".to_vec(), b"GET".to_vec())))
            );
            assert_eq!(decoded(&raw[..raw.len() - 4], piece), Ok(None));
        }
    }

    #[test]
    fn malformed_chunks_are_refused() {
        for raw in [
            &b"\r\n"[..],
            b" 1\r\n",
            b";a\r\n",
            b"+1\r\n",
            b"0x1\r\n",
            b"1 2\r\n",
            b"1\n",
            b"1\rx",
            b"1;a\0\r\n",
            b"1;a\nb\r\n",
            b"00000000000000001\r\n",
            b"1\r\nab\r\n",
            b"1\r\na\n",
            b"0\r\n\n",
            b"0\r\n\rx",
            b"0\r\nX: 1\n\r\n",
            b"0\r\nX : 1\r\n\r\n",
            b"0\r\n X: 1\r\n\r\n",
            b"0\r\nX: a\rb\r\n\r\n",
        ] {
            for piece in [1, 100] {
                assert_eq!(decoded(raw, piece), Err(BadChunk), "{}", raw.escape_ascii());
            }
        }
        let long = |part: &str| [b"1;", part.repeat(MOST_EXTRA).as_bytes()].concat();
        assert_eq!(decoded(&long("a"), 1_000), Err(BadChunk));
        let long = [b"0\r\nX: ", "a".repeat(MOST_EXTRA).as_bytes()].concat();
        assert_eq!(decoded(&long, 1_000), Err(BadChunk));
    }
}
