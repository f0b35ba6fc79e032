//! Text as mail programs send it: `=` and two digits for a byte, and `=` at the end of a line that was wrapped.

/// The text without this encoding; `None` if it does not have it. Every `=` must belong to it, and one must wrap a line.
pub(super) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(text, b"=\n").or_else(|| memchr::memmem::find(text, b"=\r\n"))?;
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(at) = memchr::memchr(b'=', rest) {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let wrapped = after
            .strip_prefix(b"\n")
            .or_else(|| after.strip_prefix(b"\r\n"));
        rest = match wrapped {
            Some(next) => next,
            None => {
                let (digits, next) = after.split_at_checked(2)?;
                out.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                next
            }
        };
    }
    out.extend_from_slice(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_that_is_encoded_throughout_is_decoded() {
        for (text, expected) in [
            ("{\"a\":=\n\"=C3=A9=3D\"}", Some("{\"a\":\"é=\"}")),
            ("a=\r\nb", Some("ab")),
            ("a=3D", None),
            ("a=\nb=c", None),
            ("a=\nb=", None),
        ] {
            let decoded = decoded(text.as_bytes());
            assert_eq!(decoded.as_deref(), expected.map(str::as_bytes), "{text}");
        }
    }
}
