//! The effective configuration, as `config` prints it.

use super::{Config, Origin};
use crate::rules::{Rule, Severity};

/// An effective value, as `config` prints it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key, as in the file.
    pub name: String,
    /// The value, where there is one.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: String,
    /// What else to know about it.
    pub note: Option<String>,
}

impl Config {
    /// Every effective value, with where it came from; `masked` hides the secrets in a URL.
    pub fn settings(&self, masked: fn(&str) -> String) -> Vec<Setting> {
        let file = self.file.as_ref();
        let folders = self.catalogue.value.iter();
        let folders = folders.map(|folder| folder.display().to_string());
        let mut settings = vec![
            setting(
                "configuration",
                file.map(|file| file.value.display().to_string()),
                file.map_or(&Origin::BuiltIn, |file| &file.origin),
            ),
            setting(
                "target",
                self.target.value.as_deref().map(masked),
                &self.target.origin,
            ),
            setting(
                "allowed_hosts",
                list(&self.allowed_hosts.value),
                &self.allowed_hosts.origin,
            ),
            setting(
                "catalogue",
                list(&folders.collect::<Vec<_>>()),
                &self.catalogue.origin,
            ),
        ];
        for (provider, secret) in &self.secrets {
            let name = format!("secrets.{provider}");
            settings.push(Setting {
                note: self.secret_note(secret),
                ..setting(
                    &name,
                    Some(format!("from {}", secret.value)),
                    &secret.origin,
                )
            });
        }
        for (provider, key) in &self.keys {
            let name = format!("keys.{provider}");
            settings.push(setting(&name, Some(key.value.clone()), &key.origin));
        }
        settings.extend(self.test_settings(masked));
        for rule in Rule::ALL {
            let level = self.levels.of(*rule).map_or("allowed", Severity::name);
            let origin = self.changed.get(rule.name()).unwrap_or(&Origin::BuiltIn);
            let name = format!("lint.{rule}");
            settings.push(setting(&name, Some(level.to_owned()), origin));
        }
        settings
    }
}

pub(super) fn setting(name: &str, value: Option<String>, origin: &Origin) -> Setting {
    Setting {
        name: name.to_owned(),
        value,
        origin: origin.to_string(),
        note: None,
    }
}

fn list(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| items.join(", "))
}
