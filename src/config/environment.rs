//! The variables of the environment that configure the tool.

use super::{Config, Env, Level, NamedRules, Origin, SecretSource, Valued};
use crate::error::Error;
use crate::suggest;
use std::ffi::OsString;

/// What the names of all variables of the tool begin with.
pub(super) const PREFIX: &str = "INQUD_HOOK_";

/// The variables that are settings.
pub(super) const CONFIG: &str = "INQUD_HOOK_CONFIG";
pub(super) const ALLOWED_HOSTS: &str = "INQUD_HOOK_ALLOWED_HOSTS";
pub(crate) const SECRET_VARIABLE: &str = "INQUD_HOOK_SECRET";

/// Those with a second spelling.
pub(super) const TARGET: [&str; 2] = ["INQUD_HOOK_TO", "INQUD_HOOK_TARGET"];
pub(super) const CATALOGUE: [&str; 2] = ["INQUD_HOOK_CATALOG", "INQUD_HOOK_CATALOGUE"];

impl Config {
    /// A variable of the environment, else of the file that `--env-file` gives.
    pub(super) fn variable(&self, name: &str, env: Env<'_>) -> Option<Valued<OsString>> {
        let valued = |value, file| Valued {
            value,
            origin: Origin::Variable(name.to_owned(), file),
        };
        if let Some(value) = env(name) {
            return Some(valued(value, None));
        }
        let file = self.env_file.as_ref()?;
        let value = file.get(name)?;
        Some(valued(value.into(), Some(file.path().to_owned())))
    }

    /// The same, where it is not empty.
    pub(super) fn set_variable(&self, name: &str, env: Env<'_>) -> Option<Valued<OsString>> {
        self.variable(name, env)
            .filter(|variable| !variable.value.is_empty())
    }

    /// The same, where it is text.
    fn text(&self, name: &str, env: Env<'_>) -> Option<Valued<String>> {
        let Valued { value, origin } = self.set_variable(name, env)?;
        let value = value.into_string().ok()?;
        Some(Valued { value, origin })
    }

    pub(super) fn read_environment(&mut self, env: Env<'_>) -> Result<(), Error> {
        let list = |value: String| {
            value
                .split(',')
                .map(|part| part.trim().to_owned())
                .collect::<Vec<_>>()
        };
        if let Some(target) = TARGET.iter().find_map(|name| self.text(name, env)) {
            self.target = target.map(Some);
        }
        if let Some(hosts) = self.text(ALLOWED_HOSTS, env) {
            self.allowed_hosts = hosts.map(list);
        }
        let folders = CATALOGUE
            .iter()
            .find_map(|name| self.set_variable(name, env));
        if let Some(folders) = folders {
            self.catalogue = folders.map(|folders| std::env::split_paths(&folders).collect());
        }
        let lists: Vec<(Level, Valued<Vec<String>>)> = Level::ALL
            .iter()
            .filter_map(|(level, word)| {
                let rules = self.text(&level_variable(word), env)?;
                Some((*level, rules.map(list)))
            })
            .collect();
        let named: Vec<NamedRules<'_>> = lists
            .iter()
            .map(|(level, rules)| (*level, rules.value.as_slice()))
            .collect();
        self.set_levels(&named, &|word| {
            let mut all = lists.iter();
            all.find(|(level, _)| level.word() == word)
                .map_or(Origin::BuiltIn, |(_, rules)| rules.origin.clone())
        })
    }

    /// Reads the secrets and keys of these providers from the environment, and refuses those of unknown providers in the
    /// file.
    pub fn secrets_from(&mut self, env: Env<'_>, providers: &[&str]) -> Result<(), Error> {
        self.check_providers(providers)?;
        for provider in providers {
            if let Some(key) = self.text(&variable("KEY", provider), env) {
                self.keys.insert((*provider).to_owned(), key);
            }
        }
        let general = ("default", SECRET_VARIABLE.to_owned());
        let own = providers
            .iter()
            .map(|provider| (*provider, variable("SECRET", provider)));
        for (provider, name) in std::iter::once(general).chain(own) {
            // One that is empty was meant to be set, as in a CI job without access to the secret: using it is an error.
            if let Some(secret) = self.variable(&name, env) {
                let source = secret.map(|_| SecretSource::Variable(name));
                self.secrets.insert(provider.to_owned(), source);
            }
        }
        Ok(())
    }

    fn check_providers(&self, providers: &[&str]) -> Result<(), Error> {
        let with_default: Vec<&str> = providers.iter().copied().chain(["default"]).collect();
        let secrets = self
            .secrets
            .iter()
            .map(|(name, secret)| (name, &secret.origin));
        check_names("secrets", secrets, &with_default)?;
        let keys = self.keys.iter().map(|(name, key)| (name, &key.origin));
        check_names("keys", keys, providers)
    }
}

/// Refuses a key of a table that is none of the known names.
fn check_names<'n>(
    table: &str,
    mut names: impl Iterator<Item = (&'n String, &'n Origin)>,
    known: &[&str],
) -> Result<(), Error> {
    let Some((name, origin)) = names.find(|(name, _)| !known.contains(&name.as_str())) else {
        return Ok(());
    };
    let hint = match suggest::best(name, known.iter().copied()) {
        Some(near) => format!("did you mean {table}.{near}?"),
        None => format!("known providers: {}", known.join(", ")),
    };
    Err(Error::Configuration {
        place: origin.to_string(),
        why: format!("{table}.{name} is not a provider"),
        hint: Some(hint),
    })
}

/// The variable for the rules of a level.
pub(super) fn level_variable(word: &str) -> String {
    format!("{PREFIX}{}", word.to_uppercase())
}

/// The variable for something of one provider, such as its secret.
pub(crate) fn variable(what: &str, provider: &str) -> String {
    format!(
        "{PREFIX}{what}_{}",
        provider.to_uppercase().replace('-', "_")
    )
}
