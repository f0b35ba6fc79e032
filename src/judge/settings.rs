//! The table `[test]` of the configuration fills what the flags leave open. Its target is the configuration's own affair:
//! where it comes from decides which secrets may go there.

use super::options::{JudgeOptions, OutageCommands};
use crate::config::TestSettings;
use crate::error::Error;
use std::time::Duration;

impl JudgeOptions {
    /// Takes from the settings what no flag gives.
    pub(crate) fn complete(&mut self, settings: &TestSettings) -> Result<(), Error> {
        let names_variable = self.process.secret_variable.is_some();
        let or = |given: &mut Option<String>, setting: &Option<String>| {
            if given.is_none() {
                given.clone_from(setting);
            }
        };
        or(&mut self.provider, &settings.provider);
        or(&mut self.shop.order, &settings.order);
        or(&mut self.shop.state, &settings.state);
        or(&mut self.process.secret_variable, &settings.secret_env);
        for (given, setting) in [
            (&mut self.choice.only, &settings.cases),
            (&mut self.choice.skip, &settings.skip),
            (&mut self.events, &settings.events),
            (&mut self.sender.headers, &settings.header),
            (&mut self.shop.ignore, &settings.ignore),
        ] {
            if given.is_empty() {
                given.clone_from(setting);
            }
        }
        if self.process.command.is_empty() {
            self.process.command = settings.command.iter().map(Into::into).collect();
        }
        if names_variable && self.process.command.is_empty() {
            return Err(Error::ConflictingOptions {
                what: "--secret-env is for an endpoint that test starts, and no command is given"
                    .to_owned(),
                hint: "add the command after --, or give an endpoint that runs its secret yourself"
                    .to_owned(),
            });
        }
        if self.shop.paid.is_none() {
            self.shop.paid = settings.paid.as_deref().map(paid).transpose()?;
        }
        if self.shop.outage.is_none() {
            self.shop.outage = outage(settings)?;
        }
        let times = [
            ("timeout", &mut self.route.timeout, &settings.timeout),
            (
                "ready_timeout",
                &mut self.process.ready,
                &settings.ready_timeout,
            ),
        ];
        for (key, given, setting) in times {
            if given.is_none() {
                *given = setting.as_deref().map(|text| time(key, text)).transpose()?;
            }
        }
        self.strictness.strict |= settings.strict;
        self.strictness.silent_refusal |= settings.silent_refusal;
        self.jobs = self.jobs.or(settings.jobs);
        self.baseline = self.baseline.take().or_else(|| settings.baseline.clone());
        if self.update_baseline && self.baseline.is_none() {
            return Err(Error::ConflictingOptions {
                what: "--update-baseline has no baseline to write".to_owned(),
                hint:
                    "name the file with --baseline, or with baseline in [test] of the configuration"
                        .to_owned(),
            });
        }
        self.save = self.save.take().or_else(|| settings.save.clone());
        Ok(())
    }
}

fn invalid(key: &str, text: &str, why: &str, hint: &str) -> Error {
    Error::InvalidValue {
        option: format!("test.{key} {text:?}"),
        why: why.to_owned(),
        hint: hint.to_owned(),
    }
}

fn paid(text: &str) -> Result<(String, String), Error> {
    let pair = text
        .split_once('=')
        .filter(|(pointer, _)| pointer.starts_with('/'));
    pair.map(|(pointer, value)| (pointer.to_owned(), value.to_owned()))
        .ok_or_else(|| {
            invalid(
                "paid",
                text,
                "not a pointer and a value",
                "write it like /status=paid",
            )
        })
}

fn outage(settings: &TestSettings) -> Result<Option<OutageCommands>, Error> {
    match (&settings.outage, &settings.mend) {
        (Some(start), Some(end)) => Ok(Some(OutageCommands {
            start: start.clone(),
            end: end.clone(),
        })),
        (None, None) => Ok(None),
        _ => Err(invalid(
            "break",
            "",
            "it needs test.mend, and that needs it",
            "give both: one takes the database away, the other gives it back",
        )),
    }
}

fn time(key: &str, text: &str) -> Result<Duration, Error> {
    let time = humantime::parse_duration(text)
        .ok()
        .filter(|time| !time.is_zero());
    time.ok_or_else(|| {
        invalid(
            key,
            text,
            "not a time",
            "write a time like 500ms, 10s or 2m",
        )
    })
}
