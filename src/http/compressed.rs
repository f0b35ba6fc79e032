//! Bodies that a proxy compressed on their way.

use flate2::read::GzDecoder;
use std::io::Read as _;

/// Decompresses a body; `None` where it is not compressed, is corrupt, or would be larger than allowed.
pub(crate) fn unpacked(encoding: &[u8], body: &[u8], most: usize) -> Option<Vec<u8>> {
    if !encoding.eq_ignore_ascii_case(b"gzip") && !encoding.eq_ignore_ascii_case(b"x-gzip") {
        return None;
    }
    let mut text = Vec::new();
    let most = most as u64;
    GzDecoder::new(body)
        .take(most + 1)
        .read_to_end(&mut text)
        .ok()?;
    (text.len() as u64 <= most).then_some(text)
}
