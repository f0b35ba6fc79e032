//! The flags that set the level of rules, which `validate` and `config` share.

use crate::config::{Config, Level, Origin};
use crate::error::Error;
use clap::Args;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(super) struct LevelFlags {
    /// Count a rule's findings as errors, or all `warnings`
    ///
    /// Several with commas. `warnings` stands for every rule whose findings are warnings by themselves, and a rule's own
    /// name counts more. [$INQUD_HOOK_DENY]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    deny: Vec<String>,
    /// Count a rule's findings as warnings
    ///
    /// Several with commas. [$INQUD_HOOK_WARN]
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = trimmed)]
    warn: Vec<String>,
    /// Do not show a rule's findings
    ///
    /// Several with commas. [$INQUD_HOOK_ALLOW]
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
