//! Checks of single values: times, amounts and ids. They allocate nothing unless something is wrong.

use super::finding::{Complaint, quoted, shortened};
use super::schema::Means;
use crate::rules::Rule;
use crate::time::{NoTime, parse_time, usual_time};
use crate::uuid::is_uuid;

impl Means {
    /// Whether a text is certainly valid; if not, it is checked more closely.
    pub(crate) fn fits(&self, text: &[u8]) -> bool {
        match self {
            Self::LocalTime => usual_time(text).is_some() || parse_time(text).is_ok(),
            Self::UtcTime => {
                usual_time(text).unwrap_or_else(|| parse_time(text).is_ok_and(|(_, zone)| zone))
            }
            Self::Amount { moved } => is_decimal(text) && !(*moved && is_zero(text)),
            Self::Uuid => is_uuid(text),
            Self::Id(prefix) => {
                let rest = text
                    .strip_prefix(prefix.as_bytes())
                    .and_then(|rest| rest.strip_prefix(b"-"));
                rest.is_some_and(is_uuid)
            }
            Self::EpochMs | Self::EventName => true,
        }
    }
}

/// What is wrong with a time; `zone_expected` if the provider writes one.
pub(crate) fn check_time(text: &str, zone_expected: bool) -> Option<Complaint> {
    match parse_time(text.as_bytes()) {
        Ok((_, zone)) if zone || !zone_expected => None,
        Ok(_) => Some(
            Complaint::new(
                Rule::TimeZone,
                format!("the time {} has no zone", quoted(text)),
                "expected a Z at the end",
            )
            .help("the provider writes UTC with a Z; without it many parsers assume local time"),
        ),
        Err(NoTime::Impossible(why)) => Some(Complaint::new(
            Rule::ImpossibleTime,
            format!("{} does not exist: {why}", quoted(text)),
            why,
        )),
        Err(NoTime::Form) => Some(
            Complaint::new(
                Rule::TimeFormat,
                format!("{} is not in the provider's time format", quoted(text)),
                if zone_expected {
                    "expected a time like 2026-11-20T09:30:00Z"
                } else {
                    "expected a time like 2026-11-20T09:30:00.123456"
                },
            )
            .help("ISO 8601: date, T, time, and up to nine digits after the seconds"),
        ),
    }
}

/// What is suspicious about a time in milliseconds.
pub(crate) fn check_epoch_ms(time: i64) -> Option<Complaint> {
    let odd = |unit: &str, change: &str| {
        let message = format!("{time} looks like {unit} instead of milliseconds");
        Some(Complaint::new(Rule::TimeUnit, message, "expected 13 digits").help(change))
    };
    match time.unsigned_abs() {
        0 => Some(Complaint::new(
            Rule::TimeZero,
            "the time is 0, which means 1 January 1970",
            "probably never set",
        )),
        1_000_000_000..=9_999_999_999 => odd("seconds", "multiply by 1000"),
        1_000_000_000_000_000..=9_999_999_999_999_999 => odd("microseconds", "divide by 1000"),
        _ => None,
    }
}

/// Whether a text is a decimal number without sign, as schemas demand of an amount.
pub(crate) fn is_decimal(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(text);
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent
            .strip_prefix(b"+")
            .or(exponent.strip_prefix(b"-"))
            .unwrap_or(exponent);
        let length = digits(exponent);
        if length == 0 {
            return false;
        }
        rest = &exponent[length..];
    }
    whole > 0 && rest.is_empty()
}

/// Whether a number, in any spelling, is zero.
pub(crate) fn is_zero(number: &[u8]) -> bool {
    number
        .iter()
        .take_while(|byte| !matches!(byte, b'e' | b'E'))
        .all(|byte| matches!(byte, b'0' | b'.' | b'-'))
}

/// What is wrong with an amount as text.
pub(crate) fn check_amount_text(text: &str) -> Option<Complaint> {
    if is_decimal(text.as_bytes()) {
        return None;
    }
    if text
        .strip_prefix('-')
        .is_some_and(|rest| is_decimal(rest.as_bytes()))
    {
        return Some(negative_amount(text));
    }
    Some(Complaint::new(
        Rule::AmountForm,
        format!("{} is not an amount", quoted(text)),
        "expected a decimal number such as 12.50",
    ))
}

pub(crate) fn negative_amount(amount: &str) -> Complaint {
    let message = format!("the amount {} is negative", shortened(amount));
    Complaint::new(Rule::NegativeAmount, message, "expected zero or more")
        .help("negative amounts are undocumented here: do not add it to a balance")
}

pub(crate) fn zero_amount(name: &str) -> Complaint {
    Complaint::new(
        Rule::ZeroAmount,
        format!("`{name}` is zero, but the event reports a payment"),
        "expected more than zero",
    )
    .help("do not ship: ask the provider's API what was really paid")
}

pub(crate) fn check_uuid(text: &str) -> Option<Complaint> {
    if is_uuid(text.as_bytes()) {
        return None;
    }
    Some(Complaint::new(
        Rule::IdForm,
        format!("the id {} is not a UUID", quoted(text)),
        "expected a UUID",
    ))
}

/// What is wrong with an id of the form `PREFIX-uuid`.
pub(crate) fn check_prefixed_id(text: &str, prefix: &str) -> Option<Complaint> {
    let Some(rest) = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'))
    else {
        let other = text
            .split_once('-')
            .map(|(before, _)| before)
            .filter(|before| {
                (2..=8).contains(&before.len())
                    && before.bytes().all(|byte| byte.is_ascii_uppercase())
            });
        let message = match other {
            Some(other) => {
                format!("the id starts with {other}-, the prefix of another kind of object")
            }
            None => format!("the id {} does not start with {prefix}-", quoted(text)),
        };
        return Some(Complaint::new(
            Rule::IdPrefix,
            message,
            format!("expected {prefix}- and a UUID"),
        ));
    };
    if is_uuid(rest.as_bytes()) {
        return None;
    }
    let label = format!("expected a UUID after {prefix}-");
    Some(Complaint::new(
        Rule::IdForm,
        format!("the id {} is not a UUID after its prefix", quoted(text)),
        label,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_impossible_ones_refused() {
        let seconds = |text: &str| parse_time(text.as_bytes()).map(|(moment, _)| moment.seconds);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Ok(0));
        assert_eq!(seconds("2000-02-29T12:34:56"), Ok(951_827_696));
        assert_eq!(
            seconds("2026-11-20T01:00:00+01:00"),
            seconds("2026-11-20T00:00:00Z")
        );
        assert_eq!(seconds("1969-12-31T23:59"), Ok(-60));
        let (moment, zone) = parse_time(b"2025-10-30T14:08:39.96068").unwrap();
        assert_eq!((moment.nanoseconds, zone), (960_680_000, false));
        for impossible in [
            "2025-02-29T00:00:00Z",
            "2025-13-01T00:00",
            "2025-04-31T00:00",
            "2025-01-01T24:00",
            "2025-01-01T00:00:60",
        ] {
            assert!(
                matches!(
                    parse_time(impossible.as_bytes()),
                    Err(NoTime::Impossible(_))
                ),
                "{impossible}"
            );
        }
        for form in [
            "",
            "2025-01-01",
            "2025-01-01 00:00:00",
            "2025-01-01T00:00:00.",
            "2025-01-01T00:00:00.1234567890",
            "2025-01-01T00:00:00z",
            "2025-1-01T00:00",
        ] {
            assert_eq!(parse_time(form.as_bytes()), Err(NoTime::Form), "{form}");
        }
    }

    #[test]
    fn decimals_match_their_pattern() {
        for good in ["0", "10.50", "007", "1e6", "1.5E-3"] {
            assert!(is_decimal(good.as_bytes()), "{good}");
        }
        for bad in ["", ".5", "5.", "1e", "-1", "+1", "1,5", "1 ", "NaN"] {
            assert!(!is_decimal(bad.as_bytes()), "{bad}");
        }
        assert!(is_zero(b"0.00e9") && !is_zero(b"0.01"));
    }
}
