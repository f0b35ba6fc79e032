//! Times as webhooks write them: parsed and formatted. There is no clock here: the current time is passed in, so that runs
//! can be repeated.

pub(crate) mod zone;

use std::time::Duration;

/// The longest pause: longer than any run, and short enough to add to the present moment.
pub(crate) const LONGEST_TIME: Duration = Duration::from_secs(10 * 365 * 86_400);

/// A moment: seconds and nanoseconds since 1970, in UTC where no zone was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: u32,
}

impl Moment {
    /// The moment of a millisecond since 1970.
    pub(crate) fn at_millisecond(milliseconds: i64) -> Self {
        let nanoseconds =
            u32::try_from(milliseconds.rem_euclid(1_000)).unwrap_or_default() * 1_000_000;
        Self {
            seconds: milliseconds.div_euclid(1_000),
            nanoseconds,
        }
    }
}

/// Why a text is not a valid time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTime {
    /// It does not have the form of a time.
    Form,
    /// It has the form, but there is no such day or hour.
    Impossible(&'static str),
}

/// The moment in a text, and whether the text has a zone.
pub(crate) fn parse_time(text: &[u8]) -> Result<(Moment, bool), NoTime> {
    let pair = |at: usize| -> Result<i64, NoTime> {
        let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
        if tens < 10 && ones < 10 {
            Ok(i64::from(tens * 10 + ones))
        } else {
            Err(NoTime::Form)
        }
    };
    if text.len() < 16 || (text[4], text[7], text[10], text[13]) != (b'-', b'-', b'T', b':') {
        return Err(NoTime::Form);
    }
    let (year, month, day) = (pair(0)? * 100 + pair(2)?, pair(5)?, pair(8)?);
    let (hour, minute) = (pair(11)?, pair(14)?);
    let mut at = 16;
    let mut second = 0;
    let mut nanoseconds = 0;
    if text.get(at) == Some(&b':') {
        if text.len() < 19 {
            return Err(NoTime::Form);
        }
        second = pair(17)?;
        at = 19;
        if text.get(at) == Some(&b'.') {
            at += 1;
            let mut unit: u32 = 1_000_000_000;
            while let Some(digit) = text
                .get(at)
                .map(|byte| byte.wrapping_sub(b'0'))
                .filter(|digit| *digit < 10)
            {
                // A tenth digit would be below a nanosecond.
                unit /= 10;
                if unit == 0 {
                    return Err(NoTime::Form);
                }
                nanoseconds += u32::from(digit) * unit;
                at += 1;
            }
            if at == 20 {
                return Err(NoTime::Form);
            }
        }
    }
    let (zone, offset) = match &text[at..] {
        [] => (false, 0),
        [b'Z'] => (true, 0),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (pair(at + 1)?, pair(at + 4)?);
            if hours > 23 || minutes > 59 {
                return Err(NoTime::Impossible("no zone is that far from UTC"));
            }
            let seconds = (hours * 60 + minutes) * 60;
            (true, if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return Err(NoTime::Form),
    };
    if !(1..=12).contains(&month) {
        return Err(NoTime::Impossible("no such month"));
    }
    if day < 1 || day > days_in(year, month) {
        return Err(NoTime::Impossible("no such day in that month"));
    }
    if hour > 23 || minute > 59 || second > 59 {
        return Err(NoTime::Impossible("no such time of day"));
    }
    let seconds =
        days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Ok((
        Moment {
            seconds,
            nanoseconds,
        },
        zone,
    ))
}

/// Whether a text is a time as most are written, and if so, whether it has a zone. `None` means that it needs a closer
/// look: that takes four times as long.
pub(crate) fn usual_time(text: &[u8]) -> Option<bool> {
    let (second, rest) = text.split_first_chunk::<TO_THE_SECOND>()?;
    let (fraction, zone) = match rest {
        [fraction @ .., b'Z'] => (fraction, true),
        fraction => (fraction, false),
    };
    // Compared eight bytes per step, of which the last overlaps the one before. Where nothing is odd, no byte's sum reaches
    // the high bit: a digit differs from `0` by at most nine, and the rest not at all.
    let odd = [0, 8, TO_THE_SECOND - 8].iter().fold(0, |odd, at| {
        let differs = word(second, *at) ^ word(b"0000-00-00T00:00:00", *at);
        let most = word(b"vvvv\x7fvv\x7fvv\x7fvv\x7fvv\x7fvv", *at);
        odd | differs.wrapping_add(most) | differs
    });
    let pair = |at: usize| 10 * (second[at] & 15) + (second[at + 1] & 15);
    let (month, day) = (pair(5), pair(8));
    // Only the last days of a month depend on the year.
    let in_month = day <= 28 || day <= 30 && month != 2;
    let real = month.wrapping_sub(1) < 12 && day > 0 && in_month;
    let real = real && pair(11) < 24 && pair(14) < 60 && pair(17) < 60;
    let sound = match fraction {
        [] => true,
        [b'.', digits @ ..] => {
            (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    (odd & 0x8080_8080_8080_8080 == 0 && real && sound).then_some(zone)
}

/// The eight bytes from there on.
fn word(text: &[u8; TO_THE_SECOND], at: usize) -> u64 {
    let bytes = text[at..at + 8].try_into();
    u64::from_le_bytes(bytes.expect("the slice has eight bytes"))
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the proleptic Gregorian calendar, counted in years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The calendar's year, month and day of a day since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (0, month + 3)
    } else {
        (1, month - 9)
    };
    (year_of_era + era * 400 + year, month, day)
}

/// The length of a date and a time to the second.
pub(crate) const TO_THE_SECOND: usize = "2026-11-21T09:30:00".len();

/// Date and time of a second since 1970, in UTC, without a zone.
pub(crate) fn write_second(seconds: i64) -> [u8; TO_THE_SECOND] {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let mut text = *b"0000-00-00T00:00:00";
    let mut pair = |at: usize, value: i64| {
        let value = value.rem_euclid(100) as u8;
        (text[at], text[at + 1]) = (b'0' + value / 10, b'0' + value % 10);
    };
    pair(0, year / 100);
    pair(2, year);
    pair(5, month);
    pair(8, day);
    pair(11, of_day / 3_600);
    pair(14, of_day / 60 % 60);
    pair(17, of_day % 60);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_time_is_a_time_and_has_its_zone() {
        let (mut usual, mut chance) = (0, 7_u64);
        for _ in 0..200_000 {
            chance = chance.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let mut text = b"2026-02-27T20:59:49.123456789Z".to_vec();
            let place = (chance >> 40) as usize % text.len();
            let letters = b"0123456789:;/-.TZz\x00\x80\xb0\xff";
            text[place] = letters[(chance >> 50) as usize % letters.len()];
            if chance >> 63 == 0 {
                text.truncate(15 + (chance >> 57) as usize % 16);
            }
            let parsed = parse_time(&text).ok().map(|(_, zone)| zone);
            let quick = usual_time(&text);
            assert!(
                quick.is_none() || quick == parsed,
                "{}",
                text.escape_ascii()
            );
            usual += usize::from(quick.is_some());
        }
        assert!(usual > 20_000, "{usual} were usual");
        for day in ["2026-02-28", "2026-12-30", "2026-01-01"] {
            assert_eq!(
                usual_time(format!("{day}T00:00:00").as_bytes()),
                Some(false)
            );
        }
        for odd in [
            "2026-02-29T00:00:00",
            "2026-00-01T00:00:00",
            "2026-13-01T00:00:00",
            "2026-01-00T00:00:00",
        ] {
            assert_eq!(usual_time(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_400, "2000-02-29T00:00:00"),
            (1_795_253_400, "2026-11-21T09:30:00"),
            (4_102_444_799, "2099-12-31T23:59:59"),
            (-1, "1969-12-31T23:59:59"),
        ] {
            let text = write_second(seconds);
            assert_eq!(std::str::from_utf8(&text), Ok(expected));
            assert_eq!(
                parse_time(&text),
                Ok((
                    Moment {
                        seconds,
                        nanoseconds: 0
                    },
                    false
                ))
            );
        }
    }
}
