//! `explain`: what a rule of the linter finds, why it matters, an example, and the fix.

use super::{Context, Outcome};
use crate::error::Error;
use crate::lint::Rule;
use crate::report::{CatalogueMessage, Format, Message};

/// What `explain` was asked to do.
pub(crate) struct ExplainOptions {
    /// The rule to explain; without one, all are listed.
    pub(crate) rule: Option<String>,
    pub(crate) format: Format,
}

/// Prints a rule's documentation, or the list of all rules.
pub(crate) fn run(context: &mut Context<'_>, options: &ExplainOptions) -> Result<Outcome, Error> {
    let levels = context.config.levels.clone();
    if let Some(name) = &options.rule {
        let rule = Rule::named(name, None)?;
        context.say(
            options.format,
            [Message::Catalogue(CatalogueMessage::RulePage(
                rule,
                levels.of(rule),
            ))],
        )?;
    } else {
        let rules = Rule::ALL.iter();
        let listed =
            rules.map(|rule| Message::Catalogue(CatalogueMessage::Rule(*rule, levels.of(*rule))));
        context.say(options.format, listed)?;
    }
    Ok(Outcome::Good)
}
