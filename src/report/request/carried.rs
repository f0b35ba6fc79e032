//! Which options of `send` and `replay` each form of `--as` can carry, and what to do about those that it cannot.
//!
//! An option is never dropped in silence: where a form cannot carry it, the tool refuses, with these words. The tests go
//! through every pair, and the documentation shows the same table.

use super::RequestForm::{self, Curl, Har, Http, Hurl, K6, Locust, Vegeta};

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
    /// What to do instead in a form that cannot carry the option; `None` if it can.
    pub fn instead(&self, form: RequestForm) -> Option<&'static str> {
        let mut lost = self.lost.iter();
        let (_, instead) = lost.find(|(forms, _)| forms.contains(&form))?;
        Some(instead)
    }
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
            (&[Vegeta], "use vegeta attack -timeout 30s"),
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
            (&[K6], "run k6 with SSL_CERT_FILE=FILE"),
            (&[Vegeta], "use vegeta attack -root-certs FILE"),
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
            (&[Hurl], "use hurl --delay 500ms"),
            (&[Vegeta], "use vegeta attack -rate 2/s"),
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
        &[SHAPE, (&[Vegeta], "use vegeta attack -duration 10s")],
    ),
    lost(
        "concurrency",
        &[SHAPE, (&[Vegeta], "use vegeta attack -max-workers 10")],
    ),
    lost(
        "rate",
        &[SHAPE, (&[Vegeta], "use vegeta attack -rate 50/s")],
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
