//! `config`: every effective setting, and where it came from.

use super::{Context, Outcome, list_format};
use crate::error::Error;
use crate::report::{Format, Message};

/// Prints the settings.
pub(crate) fn run(context: &mut Context<'_>, format: Format) -> Result<Outcome, Error> {
    let settings = context.config.settings();
    context.say(list_format(format)?, settings.iter().map(Message::Setting))?;
    Ok(Outcome::Good)
}
