//! Headers as a user writes them in a flag, and what nobody may see of any header.
//!
//! Separate because what is sent, what is answered and what is shown of what came are treated alike.

use crate::delivery::{BadHeader, Header};
use crate::error::Error;

/// Marks what nobody may see of a header: what follows the first word, which only says of what sort it is.
pub(super) fn hide(header: &mut Header) {
    let word = header.value.find(' ').filter(|_| !header.is("Cookie"));
    header.secret = Some(word.map_or(0, |word| word + 1)..header.value.len());
}

/// Headers that carry somebody's secret, whoever sends them.
pub(super) const CONFIDENTIAL: [&str; 3] = ["Authorization", "Proxy-Authorization", "Cookie"];

/// A header as a user writes it behind that flag: `Name: value`.
pub(super) fn header(flag: &str, text: &str) -> Result<Header, Error> {
    let refuse = |what: String, hint: &str| Err(Error::Usage { what, hint: hint.to_owned() });
    // What is behind the name may be a secret, and is not repeated.
    let shown = text.split([' ', ':']).next().unwrap_or_default();
    let Some((name, value)) = text.split_once(':') else {
        return refuse(format!("{flag} {shown:?} has no colon"), &format!("write it like {flag} 'X-Test: 1'"));
    };
    match Header::new(name.trim_end(), value.trim_matches([' ', '\t'])) {
        Ok(header) if header.is("Content-Length") || header.is("Transfer-Encoding") => {
            refuse(format!("{flag} {} would contradict the body", header.name), "the length is set by what is sent")
        }
        Ok(mut header) => {
            if CONFIDENTIAL.iter().any(|name| header.is(name)) {
                hide(&mut header);
            }
            Ok(header)
        }
        Err(BadHeader::Name) => {
            refuse(format!("{flag} {shown:?}: that is no name of a header"), "letters, digits and hyphens make a name")
        }
        Err(BadHeader::Value) => refuse(
            format!("{flag} {shown:?}: a control character cannot stand in a header"),
            "leave out line feeds, carriage returns and NUL",
        ),
    }
}
