//! The checked options of `test`; `cli` and the configuration fill them.

use crate::body::Seed;
use crate::cases::Case;
use crate::http::masked;
use crate::outbound::{RouteOptions, SenderOptions};
use crate::report::shell_word;
use crate::secret::STARS;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that `test` is given.
#[derive(Debug)]
pub(crate) struct JudgeOptions {
    pub(crate) provider: Option<String>,
    pub(crate) route: RouteOptions,
    pub(crate) sender: SenderOptions,
    pub(crate) choice: CaseChoice,
    pub(crate) shop: ShopOptions,
    pub(crate) process: ProcessChoice,
    /// The events that the endpoint says it handles.
    pub(crate) events: Vec<String>,
    pub(crate) strictness: Strictness,
    pub(crate) seed: Option<u64>,
    /// How many cases run at the same time, where they cannot disturb each other.
    pub(crate) jobs: Option<NonZeroUsize>,
    pub(crate) baseline: Option<PathBuf>,
    pub(crate) update_baseline: bool,
    /// Where the deliveries of failed cases are kept.
    pub(crate) save: Option<PathBuf>,
}

impl JudgeOptions {
    /// The command that runs a case again, with the flags that decide what it does.
    pub(super) fn repeat(&self, case: Case, seed: Seed) -> String {
        let mut words = vec!["inqud-hook".to_owned(), "test".to_owned()];
        let mut add = |flag: &str, value: &str| {
            words.extend([flag.to_owned(), shell_word(value)]);
        };
        for target in &self.route.targets {
            add("--to", &masked(target));
        }
        for header in &self.sender.headers {
            // It may hold a token.
            let name = header.split(':').next().unwrap_or_default();
            add("--header", &format!("{name}: {STARS}"));
        }
        let shop = &self.shop;
        let file = self
            .sender
            .secret_file
            .as_ref()
            .map(|path| path.display().to_string());
        let named = [
            ("--provider", &self.provider),
            ("--secret-file", &file),
            ("--order", &shop.order),
            ("--state", &shop.state),
        ];
        for (flag, value) in named {
            if let Some(value) = value {
                add(flag, value);
            }
        }
        if let Some(variable) = &self.process.secret_variable
            && !self.process.command.is_empty()
        {
            add("--secret-env", variable);
        }
        if let Some((pointer, value)) = &shop.paid {
            add("--paid", &format!("{pointer}={value}"));
        }
        for pointer in &shop.ignore {
            add("--ignore", pointer);
        }
        if let Some(outage) = &shop.outage {
            add("--break", &outage.start);
            add("--mend", &outage.end);
        }
        words.push(format!("{} --seed {}", case.name(), seed.0));
        if !self.process.command.is_empty() {
            words.push("--".to_owned());
            let command = self.process.command.iter();
            words.extend(command.map(|word| shell_word(&word.to_string_lossy())));
        }
        words.join(" ")
    }
}

/// Which cases run.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseChoice {
    /// Names, groups and globs; all cases without any.
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
}

/// How the shop makes orders and shows what it thinks of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShopOptions {
    /// A URL or a shell command that makes an order.
    pub(crate) order: Option<String>,
    /// A URL or a shell command that prints the state of an order.
    pub(crate) state: Option<String>,
    /// Where the state of a paid order has which value.
    pub(crate) paid: Option<(String, String)>,
    /// Pointers to parts of the state that do not count.
    pub(crate) ignore: Vec<String>,
    /// Shell commands that take the database away and give it back.
    pub(crate) outage: Option<OutageCommands>,
}

/// The shell commands around an outage.
#[derive(Clone, Debug)]
pub(crate) struct OutageCommands {
    pub(crate) start: String,
    pub(crate) end: String,
}

/// The command that starts the endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessChoice {
    /// The program and its arguments; empty where the endpoint runs already.
    pub(crate) command: Vec<OsString>,
    /// The variable that gets the secret.
    pub(crate) secret_variable: Option<String>,
    /// How long it may take until it accepts connections.
    pub(crate) ready: Option<Duration>,
}

/// What counts as a failure.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strictness {
    /// Advice that is marked counts as failure.
    pub(crate) strict: bool,
    /// The endpoint answers forgeries with 2xx on purpose.
    pub(crate) silent_refusal: bool,
}
