//! `config`: every effective setting, and where it came from.

use super::{Context, Outcome};
use crate::error::Error;
use crate::http::masked;
use crate::report::{CatalogueMessage, Format, Message};

/// What `config` was asked to do.
pub(crate) struct ConfigOptions {
    pub(crate) format: Format,
}

/// Prints the settings.
pub(crate) fn run(context: &mut Context<'_>, options: &ConfigOptions) -> Result<Outcome, Error> {
    let settings = context.config.settings(masked);
    context.say(
        options.format,
        settings
            .iter()
            .map(|setting| Message::Catalogue(CatalogueMessage::Setting(setting))),
    )?;
    Ok(Outcome::Good)
}
