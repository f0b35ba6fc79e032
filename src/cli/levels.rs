//! The flags that set the level of rules, which `validate` and `config` share.

use crate::config::{Config, Level, Origin};
use crate::error::Error;
use clap::Args;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(super) struct LevelFlags {
    /// Treat these rules, or all `warnings`, as errors
    ///
    /// Comma-separated. `warnings` stands for every rule whose findings are warnings by default; a rule given by its own
    /// name takes precedence. [$INQUD_HOOK_DENY]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    deny: Vec<String>,
    /// Treat these rules as warnings
    ///
    /// Comma-separated. [$INQUD_HOOK_WARN]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    warn: Vec<String>,
    /// Turn these rules off
    ///
    /// Comma-separated. [$INQUD_HOOK_ALLOW]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    allow: Vec<String>,
}

impl LevelFlags {
    /// Puts these levels over those of the configuration.
    pub(super) fn apply(&self, config: &mut Config) -> Result<(), Error> {
        let origin = |level: &str| {
            Origin::Flag(match level {
                "deny" => "--deny",
                "warn" => "--warn",
                _ => "--allow",
            })
        };
        config.set_levels(
            &[
                (Level::Deny, &self.deny),
                (Level::Warn, &self.warn),
                (Level::Allow, &self.allow),
            ],
            &origin,
        )
    }
}

/// One rule of a list, which may have spaces after its commas.
fn trimmed(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_owned())
}
