//! The configuration: `inqud-hook.toml`, the environment and the defaults; with where each value came from.
//!
//! Flags win over variables, variables over the file (`file`), the file over what is built in. The flags are applied
//! later, with the command.

mod env_file;
mod environment;
mod file;
mod found;
mod levels;
mod origin;
mod secrets;
mod settings;
mod test;
mod unknown;

pub(crate) use environment::{SECRET_VARIABLE, variable};
pub(crate) use found::{FoundPart, nearest as found_file};
pub use levels::{Level, NamedRules};
pub use origin::{Origin, Valued};
pub(crate) use secrets::USE_SECRET_FILE;
pub use secrets::{ResolvedSecret, SecretSource};
pub use settings::{ProviderDefaults, SecretState, Setting};
pub use test::TestSettings;

use crate::error::Error;
use crate::rules::Levels;
use crate::secret::Secret;
pub use crate::world::Env;
use env_file::EnvFile;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of the file that is looked for, in the working folder and above it.
pub const FILE: &str = "inqud-hook.toml";

/// A file with every setting, all of them commented out.
pub(crate) const EXAMPLE: &str = include_str!("example.toml");

/// The effective configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file that was read.
    pub file: Option<Valued<PathBuf>>,
    /// Where `send` delivers to without `--to`.
    pub target: Valued<Option<String>>,
    /// Hosts other than this machine that may be delivered to.
    pub allowed_hosts: Valued<Vec<String>>,
    /// Folders with the user's own providers.
    pub catalogue: Valued<Vec<PathBuf>>,
    /// Where secrets are kept: for one provider, or under `default` for all.
    pub secrets: BTreeMap<String, Valued<SecretSource>>,
    /// The public keys that go with them, by provider.
    pub keys: BTreeMap<String, Valued<String>>,
    /// What `test` is given in the file.
    pub test: Valued<TestSettings>,
    /// What rules count as.
    pub levels: Levels,
    /// What set the level of each rule that does not have its default.
    changed: BTreeMap<&'static str, Origin>,
    /// The variables of the file that `--env-file` gives.
    env_file: Option<EnvFile>,
    /// What to say about variables that look like settings but are not.
    pub(crate) unknown_variables: Vec<String>,
    /// What was read for `--secret-file -`.
    pub(crate) secret_from_stdin: Option<Secret>,
    /// The content of files with secrets: a pipe can be read only once, and several providers may share it.
    pub(crate) read: RefCell<BTreeMap<PathBuf, Secret>>,
}

impl Config {
    /// Reads the file (the one that the user named, or the nearest from `folder` up, if there is one) and the environment,
    /// and below that the variables in `env_file`.
    pub fn load(
        named: Option<PathBuf>,
        env_file: Option<PathBuf>,
        folder: Option<&Path>,
        env: Env<'_>,
    ) -> Result<Self, Error> {
        let mut config = Self {
            file: None,
            target: Valued::built_in(None),
            allowed_hosts: Valued::built_in(Vec::new()),
            catalogue: Valued::built_in(Vec::new()),
            secrets: BTreeMap::new(),
            keys: BTreeMap::new(),
            test: Valued::built_in(TestSettings::default()),
            levels: Levels::default(),
            changed: BTreeMap::new(),
            env_file: env_file.map(EnvFile::read).transpose()?,
            unknown_variables: Vec::new(),
            secret_from_stdin: None,
            read: RefCell::default(),
        };
        let named = named.map(|path| Valued {
            value: path,
            origin: Origin::Flag("--config"),
        });
        let variable = || {
            let path = config.set_variable(environment::CONFIG, env)?;
            Some(path.map(PathBuf::from))
        };
        let found = || {
            Some(Valued {
                value: found::nearest(folder?, env)?,
                origin: Origin::Found,
            })
        };
        if let Some(file) = named.or_else(variable).or_else(found) {
            config.read_file(&file)?;
            config.file = Some(file);
        }
        config.read_environment(env)?;
        Ok(config)
    }
}
