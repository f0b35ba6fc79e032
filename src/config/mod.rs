//! The configuration: `inqud-hook.toml`, the environment, and what is built in; with where each value came from.
//!
//! Precedence (flag, environment, file, built-in) is decided here; `cli` adds the flags.

mod found;
mod written;

use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::http::masked;
use crate::lint::{Levels, Rule, Severity};
use crate::secret::Secret;
use crate::suggest;
pub(crate) use found::FoundPart;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use written::{ConfigFile, SECRET_HINT, WrittenLint, bad_file};

/// The name of the configuration file, searched for in the working folder and its parents.
pub const FILE: &str = "inqud-hook.toml";

/// Reads a variable of the environment.
pub type Env<'e> = &'e dyn Fn(&str) -> Option<OsString>;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    BuiltIn,
    /// A configuration file that was found, not given.
    Found,
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::Found => f.write_str("found automatically"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value, and where it came from.
#[derive(Clone, Debug)]
pub struct Valued<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a secret is stored; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A file that holds it.
    File(PathBuf),
    /// A variable that holds it.
    Variable(String),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "in the file {}", path.display()),
            Self::Variable(name) => write!(f, "in ${name}"),
        }
    }
}

/// A setting, as `config` prints it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key, as in the file.
    pub name: String,
    /// The value, if it is set.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: String,
    /// A remark about it.
    pub note: Option<String>,
}

/// The level that a user can give a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Its findings are errors.
    Deny,
    /// Its findings are warnings.
    Warn,
    /// Its findings are not shown.
    Allow,
}

impl Level {
    /// All of them, with the words that flags, variables and keys use.
    pub const ALL: [(Level, &'static str); 3] = [
        (Level::Deny, "deny"),
        (Level::Warn, "warn"),
        (Level::Allow, "allow"),
    ];

    fn severity(self) -> Option<Severity> {
        match self {
            Self::Deny => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Allow => None,
        }
    }
}

/// Rules that a user gave one level.
pub type NamedRules<'n> = (Level, &'n [String]);

/// The effective configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file that was read.
    pub file: Option<Valued<PathBuf>>,
    /// Where `send` delivers to without --to.
    pub target: Valued<Option<String>>,
    /// Remote hosts that may be delivered to.
    pub allowed_hosts: Valued<Vec<String>>,
    /// Folders with the user's own providers.
    pub catalogue: Valued<Vec<PathBuf>>,
    /// Where secrets are stored, by provider; `default` is for all others.
    pub secrets: BTreeMap<String, Valued<SecretSource>>,
    /// The public keys that belong to them, by provider.
    pub keys: BTreeMap<String, Valued<String>>,
    /// The levels of rules.
    pub levels: Levels,
    changed: BTreeMap<&'static str, Origin>,
    /// Secrets that were read from files: a pipe can be read only once, and several providers may share it.
    pub(crate) read: RefCell<BTreeMap<PathBuf, Secret>>,
}

impl Config {
    /// Reads the given configuration file, or else the nearest one, and the environment.
    pub fn load(named: Option<PathBuf>, folder: &Path, env: Env<'_>) -> Result<Self, Error> {
        let mut config = Self {
            file: None,
            target: built_in(None),
            allowed_hosts: built_in(Vec::new()),
            catalogue: built_in(Vec::new()),
            secrets: BTreeMap::new(),
            keys: BTreeMap::new(),
            levels: Levels::default(),
            changed: BTreeMap::new(),
            read: RefCell::default(),
        };
        let named = named.map(|path| Valued {
            value: path,
            origin: Origin::Flag("--config"),
        });
        let variable = || {
            let path = PathBuf::from(env("INQUD_HOOK_CONFIG").filter(|path| !path.is_empty())?);
            Some(Valued {
                value: path,
                origin: Origin::Variable("INQUD_HOOK_CONFIG".to_owned()),
            })
        };
        let found = || {
            Some(Valued {
                value: found::nearest(folder, env)?,
                origin: Origin::Found,
            })
        };
        if let Some(file) = named.or_else(variable).or_else(found) {
            config.read(&file)?;
            config.file = Some(file);
        }
        config.environment(env)?;
        Ok(config)
    }

    fn read(&mut self, file: &Valued<PathBuf>) -> Result<(), Error> {
        let path = &file.value;
        let shown = path.display().to_string();
        let takes = if file.origin == Origin::Found {
            SourceKinds::File
        } else {
            SourceKinds::Any
        };
        if file.origin == Origin::Found {
            found::refuse_others(path, path)?;
        }
        let text = bounded_read::read_text(path, bounded_read::CONFIGURATION, takes);
        let text = text.map_err(|source| Error::Unreadable {
            path: shown.clone(),
            source,
        })?;
        let written: ConfigFile =
            toml::from_str(&text).map_err(|error| bad_file(&shown, &text, &error))?;
        let origin = Origin::File(path.to_owned());
        // Paths in the file are relative to the file.
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(target) = written.target {
            self.target = Valued {
                value: Some(target),
                origin: origin.clone(),
            };
        }
        if let Some(hosts) = written.allowed_hosts {
            self.allowed_hosts = Valued {
                value: hosts,
                origin: origin.clone(),
            };
        }
        if let Some(folders) = written.catalogue {
            let value = folders.iter().map(|inner| folder.join(inner)).collect();
            self.catalogue = Valued {
                value,
                origin: origin.clone(),
            };
        }
        for (provider, secret) in written.secrets {
            let value = match (secret.file, secret.env) {
                (Some(file), None) => SecretSource::File(folder.join(file)),
                // Anything else is probably the secret itself, so it is not repeated.
                (None, Some(variable)) if is_variable(&variable) => {
                    SecretSource::Variable(variable)
                }
                (None, Some(_)) => {
                    return Err(Error::Configuration {
                        place: shown,
                        why: format!("secrets.{provider}: `env` is not the name of a variable"),
                        hint: Some(
                            "write its name in capital letters, as in { env = \"CALYPSO_SECRET\" }"
                                .to_owned(),
                        ),
                    });
                }
                _ => {
                    return Err(Error::Configuration {
                        place: shown,
                        why: format!(
                            "secrets.{provider} must have exactly one of `file` and `env`"
                        ),
                        hint: Some(SECRET_HINT.to_owned()),
                    });
                }
            };
            self.secrets.insert(
                provider,
                Valued {
                    value,
                    origin: origin.clone(),
                },
            );
        }
        let valued = |value| Valued {
            value,
            origin: origin.clone(),
        };
        self.keys = written
            .keys
            .into_iter()
            .map(|(provider, key)| (provider, valued(key)))
            .collect();
        let WrittenLint { deny, warn, allow } = written.lint;
        self.set_levels(
            &[
                (Level::Deny, &deny),
                (Level::Warn, &warn),
                (Level::Allow, &allow),
            ],
            &|_| origin.clone(),
        )
    }

    fn environment(&mut self, env: Env<'_>) -> Result<(), Error> {
        let get = |name: &str| {
            env(name)
                .and_then(|value| value.into_string().ok())
                .filter(|value| !value.is_empty())
        };
        let list = |value: String| {
            value
                .split(',')
                .map(|part| part.trim().to_owned())
                .collect::<Vec<_>>()
        };
        let variable = |name: &str| Origin::Variable(name.to_owned());
        if let Some(target) = get("INQUD_HOOK_TO") {
            self.target = Valued {
                value: Some(target),
                origin: variable("INQUD_HOOK_TO"),
            };
        }
        if let Some(hosts) = get("INQUD_HOOK_ALLOWED_HOSTS") {
            self.allowed_hosts = Valued {
                value: list(hosts),
                origin: variable("INQUD_HOOK_ALLOWED_HOSTS"),
            };
        }
        if let Some(folders) = env("INQUD_HOOK_CATALOG").filter(|folders| !folders.is_empty()) {
            let value = std::env::split_paths(&folders).collect();
            self.catalogue = Valued {
                value,
                origin: variable("INQUD_HOOK_CATALOG"),
            };
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
            variable(&format!("INQUD_HOOK_{}", level.to_uppercase()))
        })
    }

    /// Adds secrets and keys from the environment. Refuses those of unknown providers in the file.
    pub fn secrets_from(&mut self, env: Env<'_>, providers: &[&str]) -> Result<(), Error> {
        let known = || providers.iter().copied().chain(["default"]);
        if let Some((name, secret)) = self
            .secrets
            .iter()
            .find(|(name, _)| !known().any(|known| known == *name))
        {
            let hint = match suggest::best(name, known()) {
                Some(near) => format!("did you mean secrets.{near}?"),
                None => format!(
                    "known providers: {}",
                    known().collect::<Vec<_>>().join(", ")
                ),
            };
            let why = format!("secrets.{name} is not a provider");
            return Err(Error::Configuration {
                place: secret.origin.to_string(),
                why,
                hint: Some(hint),
            });
        }
        if let Some((name, key)) = self
            .keys
            .iter()
            .find(|(name, _)| !providers.contains(&name.as_str()))
        {
            let hint = format!("known providers: {}", providers.join(", "));
            let why = format!("keys.{name} is not a provider");
            return Err(Error::Configuration {
                place: key.origin.to_string(),
                why,
                hint: Some(hint),
            });
        }
        for provider in providers {
            let name = variable("KEY", provider);
            if let Some(value) = env(&name)
                .and_then(|key| key.into_string().ok())
                .filter(|key| !key.is_empty())
            {
                self.keys.insert(
                    (*provider).to_owned(),
                    Valued {
                        value,
                        origin: Origin::Variable(name),
                    },
                );
            }
        }
        let own = providers
            .iter()
            .map(|provider| (*provider, variable("SECRET", provider)));
        for (provider, name) in
            std::iter::once(("default", "INQUD_HOOK_SECRET".to_owned())).chain(own)
        {
            if env(&name).is_some_and(|secret| !secret.is_empty()) {
                let origin = Origin::Variable(name.clone());
                self.secrets.insert(
                    provider.to_owned(),
                    Valued {
                        value: SecretSource::Variable(name),
                        origin,
                    },
                );
            }
        }
        Ok(())
    }

    /// Overrides the levels of rules: first those of all warnings, then those of single rules.
    pub fn set_levels(
        &mut self,
        named: &[NamedRules<'_>],
        origin: &dyn Fn(&str) -> Origin,
    ) -> Result<(), Error> {
        let word = |level: Level| {
            Level::ALL
                .iter()
                .find(|(known, _)| *known == level)
                .map_or("", |(_, word)| word)
        };
        let mut seen: BTreeMap<&'static str, Level> = BTreeMap::new();
        let twice = |name: &str, origin: &Origin| Error::ConflictingOptions {
            what: format!("rule \"{name}\" has two levels ({origin})"),
            hint: "keep one of them".to_owned(),
        };
        for (level, names) in named {
            if names
                .iter()
                .any(|name| name.eq_ignore_ascii_case("warnings"))
            {
                let origin = origin(word(*level));
                if seen.insert("warnings", *level).is_some() {
                    return Err(twice("warnings", &origin));
                }
                for rule in Rule::ALL
                    .iter()
                    .filter(|rule| self.levels.is_warning(**rule))
                    .collect::<Vec<_>>()
                {
                    self.levels.set_as_warning(*rule, level.severity());
                    self.changed.insert(rule.name(), origin.clone());
                }
            }
        }
        for (level, names) in named {
            let origin = origin(word(*level));
            for name in names
                .iter()
                .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("warnings"))
            {
                let rule = Rule::named(name, Some(origin.to_string()))?;
                if seen
                    .insert(rule.name(), *level)
                    .is_some_and(|other| other != *level)
                {
                    return Err(twice(rule.name(), &origin));
                }
                self.levels.set(rule, level.severity());
                self.changed.insert(rule.name(), origin.clone());
            }
        }
        Ok(())
    }

    /// Every setting, and where it came from.
    pub fn settings(&self) -> Vec<Setting> {
        let setting = |name: &str, value: Option<String>, origin: &Origin| Setting {
            name: name.to_owned(),
            value,
            origin: origin.to_string(),
            note: None,
        };
        let list = |items: Vec<String>| {
            if items.is_empty() {
                None
            } else {
                Some(items.join(", "))
            }
        };
        let folders = self
            .catalogue
            .value
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        let file = self.file.as_ref();
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
                list(self.allowed_hosts.value.clone()),
                &self.allowed_hosts.origin,
            ),
            setting("catalogue", list(folders), &self.catalogue.origin),
        ];
        for (provider, secret) in &self.secrets {
            let place = match &secret.value {
                SecretSource::File(path) => format!("from the file {}", path.display()),
                SecretSource::Variable(name) => format!("from ${name}"),
            };
            let shown = setting(&format!("secrets.{provider}"), Some(place), &secret.origin);
            settings.push(Setting {
                note: self.secret_note(secret),
                ..shown
            });
        }
        for (provider, key) in &self.keys {
            settings.push(setting(
                &format!("keys.{provider}"),
                Some(key.value.clone()),
                &key.origin,
            ));
        }
        for rule in Rule::ALL {
            let level = self.levels.of(*rule);
            let origin = self.changed.get(rule.name());
            let value = level.map_or("allowed", Severity::name).to_owned();
            settings.push(setting(
                &format!("lint.{rule}"),
                Some(value),
                origin.unwrap_or(&Origin::BuiltIn),
            ));
        }
        settings
    }
}

/// The variable of the environment that holds a provider's own.
pub(crate) fn variable(what: &str, provider: &str) -> String {
    format!(
        "INQUD_HOOK_{what}_{}",
        provider.to_uppercase().replace('-', "_")
    )
}

fn is_variable(name: &str) -> bool {
    let letter = |char: char| char.is_ascii_uppercase() || char == '_';
    name.starts_with(letter)
        && name
            .chars()
            .all(|char| letter(char) || char.is_ascii_digit())
}

fn built_in<T>(value: T) -> Valued<T> {
    Valued {
        value,
        origin: Origin::BuiltIn,
    }
}
