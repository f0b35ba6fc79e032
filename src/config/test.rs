//! The table `[test]` of the configuration, so that CI can say `inqud-hook test` alone. Its keys are the flags of `test`.

use super::settings::setting;
use super::{Config, Origin, Setting, Valued};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the file says about `test`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestSettings {
    /// The endpoint.
    pub to: Option<String>,
    /// Whose webhooks it handles.
    pub provider: Option<String>,
    /// Which cases run.
    #[serde(default)]
    pub cases: Vec<String>,
    /// Which do not.
    #[serde(default)]
    pub skip: Vec<String>,
    /// The events that it handles.
    #[serde(default)]
    pub events: Vec<String>,
    /// Headers of every delivery.
    #[serde(default)]
    pub header: Vec<String>,
    /// How long to wait for an answer.
    pub timeout: Option<String>,
    /// Makes an order.
    pub order: Option<String>,
    /// Shows an order.
    pub state: Option<String>,
    /// What the state of a paid order looks like.
    pub paid: Option<String>,
    /// Parts of the state that do not count.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Takes the database away.
    #[serde(rename = "break")]
    pub outage: Option<String>,
    /// Gives it back.
    pub mend: Option<String>,
    /// Starts the endpoint.
    #[serde(default)]
    pub command: Vec<String>,
    /// The variable in which the command gets the secret.
    pub secret_env: Option<String>,
    /// How long it may take until it accepts connections.
    pub ready_timeout: Option<String>,
    /// Marked advice counts as failure.
    #[serde(default)]
    pub strict: bool,
    /// Forgeries are answered with 2xx on purpose.
    #[serde(default)]
    pub silent_refusal: bool,
    /// How many cases run at the same time.
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Known failures.
    pub baseline: Option<PathBuf>,
    /// Where the deliveries of failed cases are kept.
    pub save: Option<PathBuf>,
}

impl TestSettings {
    /// The same, with paths relative to the folder of the file.
    pub(super) fn in_folder(mut self, folder: &Path) -> Self {
        for path in [&mut self.baseline, &mut self.save].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        self
    }

    /// The keys that are set, with their values as they may be shown.
    fn shown(&self, masked: fn(&str) -> String) -> Vec<(&'static str, String)> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let list = |items: &[String]| (!items.is_empty()).then(|| items.join(", "));
        // The value of a header may be a secret.
        let names = self.header.iter();
        let names: Vec<String> = names
            .map(|header| header.split(':').next().unwrap_or_default().to_owned())
            .collect();
        let url = |text: &Option<String>| text.as_deref().map(masked);
        let values = [
            ("to", url(&self.to)),
            ("provider", self.provider.clone()),
            ("cases", list(&self.cases)),
            ("skip", list(&self.skip)),
            ("events", list(&self.events)),
            ("header", list(&names)),
            ("timeout", self.timeout.clone()),
            ("order", url(&self.order)),
            ("state", url(&self.state)),
            ("paid", self.paid.clone()),
            ("ignore", list(&self.ignore)),
            ("break", self.outage.clone()),
            ("mend", self.mend.clone()),
            (
                "command",
                (!self.command.is_empty()).then(|| self.command.join(" ")),
            ),
            ("secret_env", self.secret_env.clone()),
            ("ready_timeout", self.ready_timeout.clone()),
            ("strict", self.strict.then(|| "true".to_owned())),
            (
                "silent_refusal",
                self.silent_refusal.then(|| "true".to_owned()),
            ),
            ("jobs", self.jobs.map(|jobs| jobs.to_string())),
            ("baseline", path(&self.baseline)),
            ("save", path(&self.save)),
        ];
        let set = values
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        set.collect()
    }
}

impl Config {
    /// The target of the table instead of that of other commands; a variable wins over both.
    pub(crate) fn use_test_target(&mut self) {
        let in_file = !matches!(self.target.origin, Origin::Variable(..));
        if let Some(to) = self.test.value.to.clone().filter(|_| in_file) {
            self.target = Valued {
                value: Some(to),
                origin: self.test.origin.clone(),
            };
        }
    }

    /// The settings of the table.
    pub(super) fn test_settings(&self, masked: fn(&str) -> String) -> Vec<Setting> {
        let shown = self.test.value.shown(masked);
        let settings = shown
            .into_iter()
            .map(|(key, value)| setting(&format!("test.{key}"), Some(value), &self.test.origin));
        settings.collect()
    }
}
