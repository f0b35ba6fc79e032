//! `explain`: what a rule of the linter finds, why that costs money, an example, and the fix.

use super::{Context, Outcome, list_format};
use crate::error::Error;
use crate::lint::Rule;
use crate::report::{Format, Message};

/// Prints the page of a rule, or the list of all.
pub(crate) fn run(
    context: &mut Context<'_>,
    rule: Option<&str>,
    format: Format,
) -> Result<Outcome, Error> {
    let format = list_format(format)?;
    let levels = context.config.levels.clone();
    match rule {
        Some(name) => {
            let rule = Rule::named(name, None)?;
            context.say(format, [Message::RulePage(rule, levels.of(rule))])?;
        }
        None => context.say(
            format,
            Rule::ALL
                .iter()
                .map(|rule| Message::Rule(*rule, levels.of(*rule))),
        )?,
    }
    Ok(Outcome::Good)
}
