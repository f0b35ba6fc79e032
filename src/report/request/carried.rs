//! Which options of `send` and `replay` each form of `--as` can carry, and what to do about those that it cannot.
//!
//! An option is never dropped in silence: where a form cannot carry it, the tool refuses, with these words. The tests go
//! through every pair, and the documentation shows the same table.

use super::RequestForm::{self, Curl, Har, Http, Hurl, K6, Locust, Vegeta};
use super::script::rate_of;
use std::path::Path;
use std::time::Duration;

/// Forms that cannot carry an option, and what to do instead.
type Lost = (&'static [RequestForm], &'static str);

/// An option, without its hyphens, and what becomes of it in every form.
#[derive(Debug)]
pub struct CarriedOption {
    /// The name, such as `secret-file`.
    pub name: &'static str,
    lost: &'static [Lost],
}

impl CarriedOption {
    /// What to do instead in a form that cannot carry the option, with marks for values; `None` if it can.
    pub fn instead(&self, form: RequestForm) -> Option<&'static str> {
        let mut lost = self.lost.iter();
        let (_, instead) = lost.find(|(forms, _)| forms.contains(&form))?;
        Some(instead)
    }
}

/// What the user gave for options that another tool takes under another name.
#[derive(Clone, Copy, Debug, Default)]
pub struct CarriedValues<'a> {
    /// `--timeout`.
    pub timeout: Option<Duration>,
    /// `--cacert`.
    pub authorities: Option<&'a Path>,
    /// `--gap`.
    pub gap: Duration,
    /// `--duration`.
    pub duration: Option<Duration>,
    /// `--concurrency`.
    pub connections: Option<usize>,
    /// `--rate`, per second.
    pub rate: Option<f64>,
}

impl CarriedValues<'_> {
    /// Why a form cannot carry all of these options, and what to do instead; `None` if it can.
    pub fn refusal(
        &self,
        form: RequestForm,
        given: impl Iterator<Item = &'static CarriedOption>,
    ) -> Option<(String, String)> {
        let mut lost = given.filter_map(|option| Some((option.name, option.instead(form)?)));
        let (first, instead) = lost.next()?;
        let (mut names, mut hint) = (vec![format!("--{first}")], instead.to_owned());
        // What the same command of another tool takes is said at once.
        if let Some((command, _)) = of_command(instead) {
            for (name, instead) in lost {
                if let Some((_, option)) = of_command(instead).filter(|other| other.0 == command) {
                    names.push(format!("--{name}"));
                    hint += &format!(" {option}");
                }
            }
        }
        let what = format!("--as {} cannot carry {}", form.name(), names.join(", "));
        Some((what, self.filled(hint)))
    }

    /// What to do instead with the values in it.
    fn filled(&self, instead: String) -> String {
        let gap = Some(self.gap).filter(|gap| !gap.is_zero());
        let values = [
            ("{timeout}", self.timeout.map(time_text)),
            (
                "{file}",
                self.authorities.map(|path| path.display().to_string()),
            ),
            ("{gap}", gap.map(time_text)),
            ("{1/gap}", gap.map(|gap| rate_text(1.0 / gap.as_secs_f64()))),
            ("{duration}", self.duration.map(time_text)),
            (
                "{concurrency}",
                self.connections.map(|count| count.to_string()),
            ),
            ("{rate}", self.rate.map(rate_text)),
        ];
        let fill = |text: String, (mark, value): (&str, Option<String>)| match value {
            Some(value) => text.replace(mark, &value),
            None => text,
        };
        values.into_iter().fold(instead, fill)
    }
}

/// The command of another tool that is to be used, and what it is given.
fn of_command(instead: &str) -> Option<(&str, &str)> {
    let at = instead.strip_prefix("use ")?.find(" -")? + "use ".len();
    Some((&instead[..at], &instead[at + 1..]))
}

/// A time as other tools read it.
fn time_text(time: Duration) -> String {
    match time.subsec_nanos() {
        0 => format!("{}s", time.as_secs()),
        _ => format!("{}ms", time.as_millis().max(1)),
    }
}

/// A rate as vegeta reads it.
fn rate_text(per_second: f64) -> String {
    let (number, unit) = rate_of(per_second);
    let unit = match &*unit {
        "1s" | "1m" | "1h" => &unit[1..],
        other => other,
    };
    format!("{number}/{unit}")
}

/// The option of that name; none for the options of every command, which choose settings that are carried like flags.
pub fn carried_option(name: &str) -> Option<&'static CarriedOption> {
    CARRIED.iter().find(|option| option.name == name)
}

const ALL: &[RequestForm] = &RequestForm::ALL;
/// They send a new body each time.
const SCRIPTS: &[RequestForm] = &[K6, Locust];

const READ_ONLY: Lost = (&[Http], "leave it out: the message is only read");
const ARCHIVE: Lost = (&[Har], "set it in the tool that reads the archive");
const SHAPE: Lost = (
    &[Http, Curl, Hurl, Har],
    "--as k6 and --as locust carry it; without --as it is kept too",
);
const RETRIES: Lost = (
    &[K6, Locust, Vegeta],
    "leave out --as: this tool retries as the provider does",
);
const ANSWERS: Lost = (ALL, "leave out --as: there is no answer to look at");
const IN_FULL: Lost = (ALL, "leave it out: requests are printed in full");

const fn carried(name: &'static str) -> CarriedOption {
    lost(name, &[])
}

const fn lost(name: &'static str, lost: &'static [Lost]) -> CarriedOption {
    CarriedOption { name, lost }
}

/// All options, in the order of the help.
pub const CARRIED: &[CarriedOption] = &[
    carried("only"),
    carried("id"),
    carried("failed"),
    carried("since"),
    carried("last"),
    carried("to"),
    // Nothing is sent, so nothing needs permission.
    carried("allow-remote"),
    carried("header"),
    lost(
        "timeout",
        &[
            READ_ONLY,
            (&[Vegeta], "use vegeta attack -timeout {timeout}"),
            ARCHIVE,
        ],
    ),
    lost(
        "insecure",
        &[
            READ_ONLY,
            (&[Vegeta], "use vegeta attack -insecure"),
            ARCHIVE,
        ],
    ),
    lost(
        "cacert",
        &[
            READ_ONLY,
            (&[K6], "run k6 with SSL_CERT_FILE={file}"),
            (&[Vegeta], "use vegeta attack -root-certs {file}"),
            ARCHIVE,
        ],
    ),
    carried("order-id"),
    carried("amount"),
    carried("currency"),
    carried("set"),
    carried("set-all"),
    carried("unset"),
    carried("body"),
    carried("form"),
    carried("spelling"),
    carried("edit"),
    lost(
        "seed",
        &[(
            SCRIPTS,
            "leave it out: a script makes new ids in every run; --as vegeta keeps them",
        )],
    ),
    lost(
        "now",
        &[(
            SCRIPTS,
            "leave it out: a script takes the time at which it runs; --as vegeta keeps it",
        )],
    ),
    carried("as-captured"),
    carried("scheme"),
    lost(
        "secret-file",
        &[(
            SCRIPTS,
            "leave it out: a script reads the secret from the variable that its first lines name",
        )],
    ),
    carried("show-secrets"),
    lost("why", &[ANSWERS]),
    carried("scenario"),
    lost(
        "speed",
        &[(ALL, "leave out --as: only replay keeps recorded pauses")],
    ),
    lost(
        "gap",
        &[
            READ_ONLY,
            (&[Curl], "write sleep between the commands"),
            (&[Hurl], "use hurl --delay {gap}"),
            (&[Vegeta], "use vegeta attack -rate {1/gap}"),
            ARCHIVE,
        ],
    ),
    carried("order"),
    carried("duplicates"),
    lost(
        "keep-going",
        &[
            READ_ONLY,
            (&[Hurl], "use hurl --continue-on-error"),
            ARCHIVE,
        ],
    ),
    lost(
        "retry",
        &[
            READ_ONLY,
            (&[Curl], "use curl --retry 5 --retry-all-errors"),
            (&[Hurl], "use hurl --retry 5"),
            RETRIES,
            ARCHIVE,
        ],
    ),
    lost(
        "time-scale",
        &[
            READ_ONLY,
            (&[Curl], "use curl --retry-delay 1"),
            (&[Hurl], "use hurl --retry-interval 1s"),
            RETRIES,
            ARCHIVE,
        ],
    ),
    carried("count"),
    lost(
        "duration",
        &[SHAPE, (&[Vegeta], "use vegeta attack -duration {duration}")],
    ),
    lost(
        "concurrency",
        &[
            SHAPE,
            (&[Vegeta], "use vegeta attack -max-workers {concurrency}"),
        ],
    ),
    lost(
        "rate",
        &[SHAPE, (&[Vegeta], "use vegeta attack -rate {rate}")],
    ),
    carried("dry-run"),
    carried("as"),
    lost(
        "expect",
        &[
            READ_ONLY,
            (&[Curl], "look at the status that curl prints"),
            (&[Hurl], "change the status in the Hurl file"),
            (SCRIPTS, "change success in the script"),
            (&[Vegeta], "look at the status codes of vegeta report"),
            ARCHIVE,
        ],
    ),
    lost("verbose", &[IN_FULL]),
    lost("quiet", &[IN_FULL]),
    lost("format", &[(ALL, "--as har prints requests as JSON")]),
];
