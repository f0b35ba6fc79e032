//! Bodies that a proxy compressed on their way.

use flate2::read::{GzDecoder, ZlibDecoder};
use std::io::Read;

/// Decompresses a body; `None` where it is not compressed, is corrupt, or would be larger than allowed.
pub(crate) fn unpacked(encoding: &[u8], body: &[u8], most: usize) -> Option<Vec<u8>> {
    if !encoding.eq_ignore_ascii_case(b"gzip") && !encoding.eq_ignore_ascii_case(b"x-gzip") {
        return None;
    }
    read(GzDecoder::new(body), most)
}

/// The same for a body that is gzip or zlib by its first bytes, whatever its headers say.
pub(crate) fn inflated(body: &[u8], most: usize) -> Option<Vec<u8>> {
    match body {
        [0x1f, 0x8b, ..] => read(GzDecoder::new(body), most),
        // The usual window; other texts that start with x are not zlib by their second byte.
        [0x78, ..] => read(ZlibDecoder::new(body), most),
        _ => None,
    }
}

fn read(decoder: impl Read, most: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let most = most as u64;
    decoder.take(most + 1).read_to_end(&mut text).ok()?;
    (text.len() as u64 <= most).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::{GzEncoder, ZlibEncoder};

    #[test]
    fn a_compressed_body_is_known_by_its_first_bytes_and_read_up_to_a_limit() {
        let text = "x-ray".repeat(100);
        let bytes = |mut encoder: Box<dyn Read + '_>| {
            let mut all = Vec::new();
            encoder.read_to_end(&mut all).map(|_| all).unwrap()
        };
        let level = Compression::default();
        for body in [
            bytes(Box::new(GzEncoder::new(text.as_bytes(), level))),
            bytes(Box::new(ZlibEncoder::new(text.as_bytes(), level))),
        ] {
            assert_eq!(inflated(&body, 500).as_deref(), Some(text.as_bytes()));
            assert_eq!(inflated(&body, 499), None);
            assert_eq!(inflated(&body[..body.len() / 2], 500), None);
        }
        for other in [text.as_bytes(), b"{}", b"\x1f", b"x", b""] {
            assert_eq!(inflated(other, 500), None);
        }
    }
}
