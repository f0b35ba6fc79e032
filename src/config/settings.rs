//! The effective configuration, as `config` prints it.

use super::{Config, Env, Origin};
use crate::rules::{Rule, Severity};
use crate::secret::DEVELOPMENT;
use std::time::Duration;

/// An effective value, as `config` prints it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key, as in the file.
    pub name: String,
    /// The value, where there is one.
    pub value: Option<String>,
    /// Whether the secret is where the value says.
    pub state: Option<SecretState>,
    /// Where it came from.
    pub origin: Origin,
    /// What else to know about it.
    pub note: Option<String>,
}

impl Setting {
    /// Whether something sets it.
    pub fn is_changed(&self) -> bool {
        self.origin != Origin::BuiltIn
    }

    /// Whether it is the level of a rule.
    pub fn is_level(&self) -> bool {
        self.name.starts_with("lint.")
    }
}

/// What is found where a secret should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretState {
    /// A variable that is set.
    Set,
    /// A variable that is set, but holds no secret.
    Empty,
    /// A variable that is not set.
    NotSet,
    /// A file that exists.
    Exists,
    /// A file that does not exist.
    Missing,
}

impl SecretState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Empty => "empty",
            Self::NotSet => "not set",
            Self::Exists => "exists",
            Self::Missing => "missing",
        }
    }

    /// Whether the secret can be used.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Set | Self::Exists)
    }
}

/// What is built in for a provider.
#[derive(Clone, Copy, Debug)]
pub struct ProviderDefaults<'p> {
    /// Its name.
    pub name: &'p str,
    /// The public key that is sent, where its scheme has one.
    pub key: Option<&'p str>,
    /// How long to wait for an answer.
    pub timeout: Duration,
}

/// What the file itself is called.
const FILE_KEY: &str = "configuration";

const BUILT_IN: Origin = Origin::BuiltIn;

impl Config {
    /// Every effective value, with where it came from, changed ones first; `masked` hides the secrets in a URL.
    pub fn settings(
        &self,
        masked: fn(&str) -> String,
        env: Env<'_>,
        providers: &[ProviderDefaults<'_>],
    ) -> Vec<Setting> {
        let mut settings = self.places(masked);
        settings.extend(self.secrets.iter().map(|(provider, secret)| Setting {
            state: secret.value.state(self, env),
            note: self.secret_note(secret),
            ..setting(
                &format!("secrets.{provider}"),
                Some(format!("from {}", self.place_of(&secret.value, env))),
                &secret.origin,
            )
        }));
        settings.extend(self.keys.iter().map(|(provider, key)| {
            let name = format!("keys.{provider}");
            setting(&name, Some(key.value.clone()), &key.origin)
        }));
        settings.extend(self.test_settings(masked));
        settings.extend(self.defaults(providers));
        for rule in Rule::ALL {
            let level = self.levels.of(*rule).map_or("allowed", Severity::name);
            let origin = self.changed.get(rule.name()).unwrap_or(&BUILT_IN);
            let name = format!("lint.{rule}");
            settings.push(setting(&name, Some(level.to_owned()), origin));
        }
        // The file comes first in any case: the others may be from it.
        settings.sort_by_key(|setting| (setting.name != FILE_KEY, !setting.is_changed()));
        settings
    }

    /// The files and hosts.
    fn places(&self, masked: fn(&str) -> String) -> Vec<Setting> {
        let file = self.file.as_ref();
        let folders = self.catalogue.value.iter();
        let folders = folders.map(|folder| folder.display().to_string());
        let env_file = self.env_file.as_ref();
        let env_file = env_file.map(|file| file.path().display().to_string());
        let mut places = vec![
            setting(
                FILE_KEY,
                file.map(|file| file.value.display().to_string()),
                file.map_or(&BUILT_IN, |file| &file.origin),
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
        let flag = Origin::Flag("--env-file");
        places.extend(env_file.map(|path| setting("env_file", Some(path), &flag)));
        places
    }

    /// What the providers have where nothing sets it.
    fn defaults<'s>(
        &'s self,
        providers: &'s [ProviderDefaults<'s>],
    ) -> impl Iterator<Item = Setting> + 's {
        let default =
            |kind, name, value| setting(&format!("{kind}.{name}"), Some(value), &BUILT_IN);
        let without = |name| {
            [name, "default"]
                .iter()
                .all(|name| !self.secrets.contains_key(*name))
        };
        let secrets = providers.iter().filter(move |known| without(known.name));
        let secrets = secrets.map(move |known| Setting {
            note: Some("public, only for tests".to_owned()),
            ..default("secrets", known.name, DEVELOPMENT.to_owned())
        });
        let keys = providers
            .iter()
            .filter(|known| !self.keys.contains_key(known.name));
        let keys =
            keys.filter_map(move |known| Some(default("keys", known.name, known.key?.to_owned())));
        let timeouts = providers.iter().map(move |known| {
            let timeout = humantime::format_duration(known.timeout);
            default("timeout", known.name, timeout.to_string())
        });
        secrets.chain(keys).chain(timeouts)
    }
}

pub(super) fn setting(name: &str, value: Option<String>, origin: &Origin) -> Setting {
    Setting {
        name: name.to_owned(),
        value,
        state: None,
        origin: origin.clone(),
        note: None,
    }
}

fn list(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| items.join(", "))
}
