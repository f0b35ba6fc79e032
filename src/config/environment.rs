//! The variables of the environment that configure the tool.

use super::{Config, Env, Level, NamedRules, Origin, SecretSource, Valued};
use crate::error::Error;
use crate::suggest;

impl Config {
    pub(super) fn read_environment(&mut self, env: Env<'_>) -> Result<(), Error> {
        let get = |name: &str| text(env, name);
        let list = |value: String| {
            value
                .split(',')
                .map(|part| part.trim().to_owned())
                .collect::<Vec<_>>()
        };
        if let Some(target) = get("INQUD_HOOK_TO") {
            self.target = Valued::variable(Some(target), "INQUD_HOOK_TO");
        }
        if let Some(hosts) = get("INQUD_HOOK_ALLOWED_HOSTS") {
            self.allowed_hosts = Valued::variable(list(hosts), "INQUD_HOOK_ALLOWED_HOSTS");
        }
        if let Some(folders) = env("INQUD_HOOK_CATALOG").filter(|folders| !folders.is_empty()) {
            let folders = std::env::split_paths(&folders).collect();
            self.catalogue = Valued::variable(folders, "INQUD_HOOK_CATALOG");
        }
        let lists = Level::ALL.map(|(level, word)| {
            let name = format!("INQUD_HOOK_{}", word.to_uppercase());
            (level, get(&name).map(list).unwrap_or_default())
        });
        let named: Vec<NamedRules<'_>> = lists
            .iter()
            .map(|(level, rules)| (*level, rules.as_slice()))
            .collect();
        self.set_levels(&named, &|level| {
            Origin::Variable(format!("INQUD_HOOK_{}", level.to_uppercase()))
        })
    }

    /// Reads the secrets and keys of these providers from the environment, and refuses those of unknown providers in the
    /// file.
    pub fn secrets_from(&mut self, env: Env<'_>, providers: &[&str]) -> Result<(), Error> {
        self.check_providers(providers)?;
        for provider in providers {
            let name = variable("KEY", provider);
            if let Some(key) = text(env, &name) {
                let key = Valued::variable(key, &name);
                self.keys.insert((*provider).to_owned(), key);
            }
        }
        let general = ("default", "INQUD_HOOK_SECRET".to_owned());
        let own = providers
            .iter()
            .map(|provider| (*provider, variable("SECRET", provider)));
        for (provider, name) in std::iter::once(general).chain(own) {
            if env(&name).is_some_and(|secret| !secret.is_empty()) {
                let source = Valued::variable(SecretSource::Variable(name.clone()), &name);
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

/// A variable that is set to a text which is not empty.
fn text(env: Env<'_>, name: &str) -> Option<String> {
    let text = env(name)?.into_string().ok()?;
    (!text.is_empty()).then_some(text)
}

/// The variable for something of one provider, such as its secret.
pub(crate) fn variable(what: &str, provider: &str) -> String {
    format!(
        "INQUD_HOOK_{what}_{}",
        provider.to_uppercase().replace('-', "_")
    )
}
