//! JSON numbers without converting them to doubles: whether they are whole, within limits, and survive a parser that uses
//! doubles.

use super::finding::Complaint;
use crate::rules::Rule;
use std::io::Write as _;

/// The significant digits of a number and the power of ten of the last one; no digits for zero.
struct Digits {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

/// Splits a valid JSON number: whether it is negative, its digits with the decimal point, and the power of ten of the
/// last digit.
fn parts(number: &[u8]) -> (bool, &[u8], i64) {
    let (negative, rest) = match number {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mantissa, written) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &b"0"[..]),
    };
    let fraction = mantissa
        .iter()
        .position(|byte| *byte == b'.')
        .map_or(0, |at| mantissa.len() - at - 1);
    // An exponent that does not fit an `i64` is as good as infinite.
    let written = std::str::from_utf8(written).unwrap_or_default();
    let far = if written.starts_with('-') {
        i64::MIN / 4
    } else {
        i64::MAX / 4
    };
    let exponent = written
        .trim_start_matches('+')
        .parse()
        .unwrap_or(far)
        .clamp(i64::MIN / 4, i64::MAX / 4);
    (negative, mantissa, exponent - fraction as i64)
}

/// The most significant digits that a double is written with.
const MOST_DIGITS: usize = 17;

/// The significant digits of a number as an integer, and the power of ten of the last one; `None` if there are more than
/// a double is written with.
fn significant(number: &[u8]) -> Option<(u64, i64)> {
    let (_, mantissa, exponent) = parts(number);
    let (mut value, mut count, mut zeros) = (0, 0, 0);
    for digit in mantissa
        .iter()
        .filter(|byte| **byte != b'.')
        .map(|byte| u64::from(byte - b'0'))
    {
        if digit == 0 {
            zeros += usize::from(value != 0);
            continue;
        }
        count += zeros + 1;
        if count > MOST_DIGITS {
            return None;
        }
        value = (0..=zeros).fold(value, |value, _| value * 10) + digit;
        zeros = 0;
    }
    Some(if value == 0 {
        (0, 0)
    } else {
        (value, exponent + zeros as i64)
    })
}

impl Digits {
    fn of(number: &[u8]) -> Self {
        let (negative, mantissa, mut exponent) = parts(number);
        let mut digits: Vec<u8> = mantissa
            .iter()
            .copied()
            .filter(u8::is_ascii_digit)
            .skip_while(|byte| *byte == b'0')
            .collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent += 1;
        }
        Self {
            negative,
            digits,
            exponent,
        }
    }
}

/// Whether a number has no fraction: `10`, `10.0` and `1e1` have none.
pub(crate) fn is_whole(number: &[u8]) -> bool {
    let parts = Digits::of(number);
    parts.digits.is_empty() || parts.exponent >= 0
}

/// The value of a whole number in any spelling, if it fits.
pub(crate) fn integer(number: &[u8]) -> Option<i64> {
    if let Some(plain) = std::str::from_utf8(number)
        .ok()
        .and_then(|text| text.parse().ok())
    {
        return Some(plain);
    }
    let parts = Digits::of(number);
    if parts.digits.is_empty() {
        return Some(0);
    }
    let mut value: i64 = 0;
    let zeros = usize::try_from(parts.exponent)
        .ok()
        .filter(|zeros| *zeros < 20)?;
    for digit in parts
        .digits
        .iter()
        .copied()
        .chain(std::iter::repeat_n(b'0', zeros))
    {
        let digit = i64::from(digit - b'0');
        value = value
            .checked_mul(10)?
            .checked_add(if parts.negative { -digit } else { digit })?;
    }
    Some(value)
}

/// Whether a number is below a whole limit.
pub(crate) fn below(number: &[u8], limit: i64) -> bool {
    if limit == 0 {
        // The common case: negative and not zero.
        return number.first() == Some(&b'-') && !super::values::is_zero(number);
    }
    integer(number).map_or_else(
        // A whole number that does not fit an `i64` is out of range on the side of its sign.
        || {
            if is_whole(number) {
                number.first() == Some(&b'-')
            } else {
                approximate(number) < limit as f64
            }
        },
        |value| value < limit,
    )
}

/// Whether a number is above a whole limit.
pub(crate) fn above(number: &[u8], limit: i64) -> bool {
    if number.len() < 15 && number.iter().all(u8::is_ascii_digit) && limit == i64::MAX {
        return false;
    }
    integer(number).map_or_else(
        || {
            if is_whole(number) {
                number.first() != Some(&b'-')
            } else {
                approximate(number) > limit as f64
            }
        },
        |value| value > limit,
    )
}

fn approximate(number: &[u8]) -> f64 {
    std::str::from_utf8(number)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(f64::NAN)
}

/// The rule that a number breaks if a double changes it.
pub(crate) fn check(number: &[u8]) -> Option<Rule> {
    let double = approximate(number);
    if double.is_infinite() {
        return Some(Rule::NumberOverflow);
    }
    let stays = significant(number).is_some_and(|meant| {
        let mut written = [0; 32];
        let mut rest = &mut written[..];
        let fits = write!(rest, "{double:e}").is_ok();
        let length = 32 - rest.len();
        fits && significant(&written[..length]) == Some(meant)
    });
    (!stays).then_some(Rule::NumberPrecision)
}

/// The complaint about a number that breaks the rule.
pub(crate) fn complaint(rule: Rule, number: &[u8]) -> Complaint {
    if rule == Rule::NumberOverflow {
        let message = "the number is larger than any double";
        return Complaint::new(rule, message, "most parsers read infinity or fail");
    }
    let double = approximate(number);
    let kept = format!("{double:e}");
    let shown = if kept.len() < 40 {
        double.to_string()
    } else {
        kept
    };
    let shown = if shown.len() < 40 {
        shown
    } else {
        format!("{double:e}")
    };
    let message = "the number has more digits than a double can hold";
    Complaint::new(rule, message, format!("most parsers read {shown}"))
        .help("parse it into a decimal type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_whole_in_every_spelling() {
        for whole in [
            "10", "10.0", "1e1", "1.5e1", "0", "0.0", "-0", "1E+2", "0e-5", "120e-1",
        ] {
            assert!(is_whole(whole.as_bytes()), "{whole}");
        }
        for broken in ["10.5", "1e-1", "15e-1"] {
            assert!(!is_whole(broken.as_bytes()), "{broken}");
        }
        for (text, value) in [
            ("10", Some(10)),
            ("-1.5e1", Some(-15)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("1e99999999999999999999", None),
            ("0e999", Some(0)),
            ("0.0", Some(0)),
            ("-0.0", Some(0)),
            ("0e-5", Some(0)),
            ("1.5", None),
        ] {
            assert_eq!(integer(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn limits_are_compared_exactly() {
        assert!(
            above(b"9223372036854775808", i64::MAX) && !above(b"9223372036854775807", i64::MAX)
        );
        assert!(above(b"1e19", i64::MAX) && !above(b"-1e19", i64::MAX) && !above(b"1.5", i64::MAX));
        assert!(below(b"-0.01", 0) && !below(b"-0.00", 0) && !below(b"0.01", 0));
        assert!(
            below(b"-9223372036854775809", i64::MIN)
                && below(b"-1e30", i64::MIN)
                && !below(b"1e30", i64::MIN)
        );
        assert!(below(b"0.5", 1) && !below(b"1", 1));
    }

    #[test]
    fn a_double_that_changes_the_number_is_found() {
        let rule = |text: &str| check(text.as_bytes());
        for kept in [
            "0.000042026017236",
            "0.1",
            "9007199254740992",
            "1e22",
            "123456789012345.6",
            "0.10",
            "1e-7",
            "0e400",
            "5e-324",
        ] {
            assert_eq!(rule(kept), None, "{kept}");
        }
        for lost in [
            "9007199254740993",
            "0.12345678901234567890",
            "1e-400",
            "100000000000000000000001",
        ] {
            assert_eq!(rule(lost), Some(Rule::NumberPrecision), "{lost}");
        }
        for infinite in ["1e400", "-1e309"] {
            assert_eq!(rule(infinite), Some(Rule::NumberOverflow), "{infinite}");
        }
    }
}
