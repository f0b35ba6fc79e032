//! The `Date` header of answers, formatted once a second.

use crate::time::write_second;
use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

type HttpDate = [u8; 29];

/// The last second that was formatted.
#[derive(Debug, Default)]
pub(super) struct DateCache(Cell<Option<(u64, HttpDate)>>);

impl DateCache {
    /// Writes the header. Without a clock that can be right an answer has none.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Ok(since) = SystemTime::now().duration_since(UNIX_EPOCH) else {
            return;
        };
        let second = since.as_secs();
        let cached = self.0.get().filter(|(known, _)| *known == second);
        let Some(date) = cached.map(|(_, date)| date).or_else(|| http_date(second)) else {
            return;
        };
        self.0.set(Some((second, date)));
        out.extend_from_slice(b"date: ");
        out.extend_from_slice(&date);
        out.extend_from_slice(b"\r\n");
    }
}

/// A second since 1970, as HTTP writes it; its years have four digits.
fn http_date(second: u64) -> Option<HttpDate> {
    const LAST: u64 = 253_402_300_799;
    const DAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
    const MONTHS: [&[u8; 3]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let text = write_second(i64::try_from(second).ok().filter(|_| second <= LAST)?);
    let month = usize::from(text[5] - b'0') * 10 + usize::from(text[6] - b'0');
    let mut date = *b"Thu, 01 Jan 1970 00:00:00 GMT";
    date[..3].copy_from_slice(DAYS[(second / 86_400 % 7) as usize]);
    date[5..7].copy_from_slice(&text[8..10]);
    date[8..11].copy_from_slice(MONTHS.get(month.checked_sub(1)?)?.as_slice());
    date[12..16].copy_from_slice(&text[..4]);
    date[17..25].copy_from_slice(&text[11..]);
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_form_of_http_or_there_are_none() {
        for (second, expected) in [
            (0, Some("Thu, 01 Jan 1970 00:00:00 GMT")),
            (784_111_777, Some("Sun, 06 Nov 1994 08:49:37 GMT")),
            (951_782_399, Some("Mon, 28 Feb 2000 23:59:59 GMT")),
            (951_782_400, Some("Tue, 29 Feb 2000 00:00:00 GMT")),
            (253_402_300_799, Some("Fri, 31 Dec 9999 23:59:59 GMT")),
            (253_402_300_800, None),
            (u64::MAX, None),
        ] {
            let date = http_date(second).map(|date| String::from_utf8(date.to_vec()).unwrap());
            assert_eq!(date.as_deref(), expected);
        }
    }
}
