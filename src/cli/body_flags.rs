//! The flags that say what is sent: the body of an event or of a scenario's steps, and the changes to it.

use super::values::whole;
use crate::body::{Edit, Spelling};
use crate::catalogue::manifest::Form;
use crate::outbound::ComposeOptions;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = "Body")]
pub(super) struct BodyFlags {
    /// Set a field: /data/amount=10.50 or amount=10.50
    ///
    /// By pointer, or by name if the name occurs only once. VALUE is parsed as JSON; anything else is sent as a string.
    #[arg(long, value_name = "POINTER=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Remove a field
    #[arg(long, value_name = "POINTER", hide_short_help = true)]
    unset: Vec<String>,
    /// Send exactly these bytes; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub(super) body: Option<PathBuf>,
    /// The body as delivered (full) or without its envelope (bare)
    ///
    /// The bare form is the one in the provider's documentation.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "full",
        hide_default_value = true,
        hide_possible_values = true,
        conflicts_with = "body",
        hide_short_help = true
    )]
    form: Form,
    /// How the JSON is spelled: plain, provider or hard
    ///
    /// Programs print the same values differently. A handler that computes the signature over JSON that it parsed and printed
    /// again accepts only its own spelling: `provider`, as in the catalogue, and `hard`, with every odd thing that JSON allows,
    /// make it fail; `plain`, as JavaScript prints it, does not. What --set writes stays as it is.
    #[arg(
        long,
        value_name = "SPELLING",
        default_value = "provider",
        hide_default_value = true,
        hide_possible_values = true,
        conflicts_with = "body",
        hide_short_help = true
    )]
    spelling: Spelling,
    /// Open the body in $EDITOR first
    #[arg(long, conflicts_with = "scenario", hide_short_help = true)]
    edit: bool,
    /// Use the same ids and times on every run
    ///
    /// Without --now the times are those of the samples.
    #[arg(long, value_name = "N", value_parser = whole::<u64>(..))]
    seed: Option<u64>,
    /// When the last event happened [default: now]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

impl BodyFlags {
    pub(super) fn options(self, event: Option<String>, scenario: Option<String>) -> ComposeOptions {
        let set = self
            .set
            .into_iter()
            .map(|(path, value)| Edit::Set { path, value });
        let unset = self.unset.into_iter().map(|path| Edit::Unset { path });
        ComposeOptions {
            event,
            scenario,
            body: self.body,
            form: self.form,
            spelling: self.spelling,
            edits: set.chain(unset).collect(),
            edit: self.edit,
            seed: self.seed,
            now: self.now,
        }
    }
}

pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(path, _)| !path.is_empty());
    pair.map(|(path, value)| (path.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it like /data/amount=10.50 or amount=10.50".to_owned())
}
