//! What a user can choose about receiving: answers, forwarding, stop conditions, the journal.

use crate::capture::JournalSync;
use crate::http::Trust;
use std::path::PathBuf;
use std::time::Duration;

/// How deliveries are answered.
#[derive(Debug)]
pub(crate) struct AnswerOptions {
    /// Answer 401, 400 or 422 to bad deliveries, as a careful endpoint does.
    pub(crate) strict: bool,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<PathBuf>,
    pub(crate) headers: Vec<String>,
    pub(crate) delay: Duration,
    pub(crate) fail_first: u64,
    pub(crate) fail_rate: Option<f64>,
    pub(crate) reset: bool,
    pub(crate) seed: Option<u64>,
}

/// Where deliveries are forwarded to.
#[derive(Debug)]
pub(crate) struct ForwardOptions {
    pub(crate) targets: Vec<ForwardTarget>,
    pub(crate) timeout: Duration,
    pub(crate) allow_remote: bool,
    pub(crate) trust: Trust,
}

/// A value of `--forward`: `URL`, or `PATTERN=URL`.
#[derive(Debug)]
pub(crate) struct ForwardTarget {
    /// Which events are forwarded; `None` for all.
    pub(crate) pattern: Option<String>,
    pub(crate) url: String,
}

/// When the run ends.
#[derive(Debug)]
pub(crate) struct UntilOptions {
    pub(crate) events: Vec<String>,
    pub(crate) count: Option<u64>,
    pub(crate) deadline: Option<Duration>,
}

/// Where deliveries are recorded.
#[derive(Debug)]
pub(crate) struct JournalOptions {
    pub(crate) path: PathBuf,
    pub(crate) sync: JournalSync,
    pub(crate) keep_secrets: bool,
}

/// How much of a body is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyShown {
    Full,
    /// Only the first lines.
    Folded,
    /// Only the differences from the previous delivery about the same object.
    Changed,
    None,
}

/// How much is said of each delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loudness {
    /// Only what is wrong.
    Quiet,
    /// A line for each, and details of what is wrong.
    Usual,
    /// All of the request and of the answer.
    Verbose,
}

impl UntilOptions {
    /// Whether the user set a stop condition, which then also decides the exit code.
    pub(crate) fn any(&self) -> bool {
        !self.events.is_empty() || self.count.is_some() || self.deadline.is_some()
    }
}

impl ForwardTarget {
    pub(crate) fn parse(text: &str) -> Self {
        // A URL's query may contain `=` as well, but then `:` or `/…?` comes before it, which no pattern contains.
        let is_pattern = |text: &str| {
            !text.contains(':')
                && !text
                    .split_once('/')
                    .is_some_and(|(_, path)| path.contains('?'))
        };
        match text.split_once('=') {
            Some((pattern, url)) if is_pattern(pattern) && !url.is_empty() => Self {
                pattern: Some(pattern.to_owned()),
                url: url.to_owned(),
            },
            _ => Self {
                pattern: None,
                url: text.to_owned(),
            },
        }
    }
}
