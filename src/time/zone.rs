//! The time zone of this machine, for times that people read.

use super::{TO_THE_SECOND, parse_time, write_second};
use std::ffi::OsStr;
use tz::TimeZone;

/// The length of a date.
const DATE: usize = "2026-11-21".len();

/// The zone that `TZ` gives, else that of the system.
#[derive(Debug)]
pub(crate) struct LocalZone(TimeZone);

/// A moment as it is shown: to the second, with the distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    text: [u8; TO_THE_SECOND],
    /// Seconds east of UTC.
    offset: i32,
}

impl LocalZone {
    /// The zone for a value of `TZ`. What cannot be read counts as UTC, as in the C library.
    pub(crate) fn new(variable: Option<&OsStr>) -> Self {
        let zone = match variable.map(OsStr::to_str) {
            None => TimeZone::local(),
            Some(value) => TimeZone::from_posix_tz(value.unwrap_or_default()),
        };
        Self(zone.unwrap_or_else(|_| TimeZone::utc()))
    }

    /// A second since 1970, as a clock in this zone shows it.
    pub(crate) fn at(&self, second: i64) -> LocalTime {
        let offset = self.offset(second);
        LocalTime {
            text: write_second(second.saturating_add(offset.into())),
            offset,
        }
    }

    /// The second since 1970 at which a clock in this zone shows that time, which has no zone of its own.
    pub(crate) fn second(&self, shown: i64) -> i64 {
        // The offset that holds there, except in the hour of a change, where it may be either.
        let near = shown.saturating_sub(self.offset(shown).into());
        shown.saturating_sub(self.offset(near).into())
    }

    fn offset(&self, second: i64) -> i32 {
        let found = self.0.find_local_time_type(second);
        found.map_or(0, tz::LocalTimeType::ut_offset)
    }

    /// The second since 1970 in a text: a time with or without a zone, a day, or an hour of the day that `now` is in.
    pub(crate) fn parse(&self, text: &str, now: i64) -> Option<i64> {
        let whole = match text.len() {
            5 | 8 if text.as_bytes()[2] == b':' => format!("{}T{text}", self.at(now).date()),
            10 => format!("{text}T00:00"),
            _ => text.replacen(' ', "T", 1),
        };
        let (moment, zone) = parse_time(whole.as_bytes()).ok()?;
        Some(if zone {
            moment.seconds
        } else {
            self.second(moment.seconds)
        })
    }
}

impl LocalTime {
    /// `2026-11-21`.
    pub(crate) fn date(&self) -> &str {
        self.part(0..DATE)
    }

    /// `09:30:00`.
    pub(crate) fn clock(&self) -> &str {
        self.part(11..TO_THE_SECOND)
    }

    /// `UTC`, or `UTC+02:00`.
    pub(crate) fn zone(&self) -> String {
        let minutes = self.offset.unsigned_abs() / 60;
        match self.offset {
            0 => "UTC".to_owned(),
            offset => {
                let sign = if offset < 0 { '-' } else { '+' };
                format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }

    /// `2026-11-21 (UTC+02:00)`.
    pub(crate) fn day(&self) -> String {
        format!("{} ({})", self.date(), self.zone())
    }

    /// Whether both are shown with the same date and distance from UTC.
    pub(crate) fn is_same_day(&self, other: &Self) -> bool {
        self.text[..DATE] == other.text[..DATE] && self.offset == other.offset
    }

    fn part(&self, range: std::ops::Range<usize>) -> &str {
        // Only digits and signs are written.
        std::str::from_utf8(&self.text[range]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn zone(name: &str) -> LocalZone {
        LocalZone::new(Some(OsStr::new(name)))
    }

    #[test]
    fn a_moment_is_shown_as_the_clocks_there_show_it() {
        for (name, second, expected) in [
            ("UTC", 1_795_253_400, "2026-11-21 09:30:00 UTC"),
            ("nonsense", 1_795_253_400, "2026-11-21 09:30:00 UTC"),
            ("", 0, "1970-01-01 00:00:00 UTC"),
            (BERLIN, 1_795_253_400, "2026-11-21 10:30:00 UTC+01:00"),
            (BERLIN, 1_782_000_000, "2026-06-21 02:00:00 UTC+02:00"),
            (
                "<-0330>3:30",
                1_795_253_400,
                "2026-11-21 06:00:00 UTC-03:30",
            ),
        ] {
            let time = zone(name).at(second);
            let shown = format!("{} {} {}", time.date(), time.clock(), time.zone());
            assert_eq!(shown, expected, "{name}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_local() {
        let now = 1_795_253_400;
        for (text, expected) in [
            ("2026-11-21T09:30:00Z", Some(now)),
            ("2026-11-21T10:30", Some(now)),
            ("2026-11-21 10:30:00", Some(now)),
            ("10:30", Some(now)),
            ("10:30:05", Some(now + 5)),
            ("2026-11-21", Some(now - 37_800)),
            ("2026-06-21", Some(1_782_000_000 - 7_200)),
            ("yesterday!", None),
            ("éé:00", None),
            ("25:00", None),
        ] {
            assert_eq!(zone(BERLIN).parse(text, now), expected, "{text}");
        }
    }
}
