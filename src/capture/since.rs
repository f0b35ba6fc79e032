//! Since when recorded deliveries are chosen: `--since` of `log` and `replay`.

use crate::error::Error;
use crate::time::zone::LocalZone;
use std::time::Duration;

/// The second since 1970 that a time means, or a duration until now; a number alone is seconds.
pub(crate) fn since(text: &str, zone: &LocalZone, now: i64) -> Result<i64, Error> {
    if let Some(second) = zone.parse(text, now) {
        return Ok(second);
    }
    let seconds = text.parse().ok().map(Duration::from_secs);
    let duration = seconds.or_else(|| humantime::parse_duration(text).ok());
    let seconds = duration.and_then(|duration| i64::try_from(duration.as_secs()).ok());
    seconds
        .map(|seconds| now.saturating_sub(seconds))
        .ok_or_else(|| Error::Usage {
            what: format!("--since {text} is neither a time nor a duration"),
            hint: "write 2h, 09:30, 2026-11-21 or 2026-11-21T09:30:00Z".to_owned(),
        })
}
