//! `explain`: a rule of the linter or a case of `test`: what it is about, why it matters, an example, and the fix.

use super::pager::show;
use super::{Context, Outcome};
use crate::cases::Case;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::lint::Rule;
use crate::report::{CatalogueMessage, Format};
use crate::rules::Levels;
use crate::suggest;

/// What `explain` was asked to do.
pub(crate) struct ExplainOptions {
    /// The rule, case, group of cases or pattern to explain; without one, all rules and cases are listed.
    pub(crate) topic: Option<String>,
    pub(crate) format: Format,
}

/// Prints the page of a rule or a case, or a list of them.
pub(crate) fn run(context: &mut Context<'_>, options: &ExplainOptions) -> Result<Outcome, Error> {
    let levels = context.config.levels.clone();
    let said = match &options.topic {
        Some(topic) => explained(topic, &levels)?,
        None => {
            let rules = Rule::ALL.iter();
            let rules = rules.map(|rule| CatalogueMessage::Rule(*rule, levels.of(*rule)));
            rules.chain(listed(Case::ALL)).collect()
        }
    };
    show(context, options.format, said)?;
    Ok(Outcome::Good)
}

/// The page that was meant, or a list where several were.
fn explained(topic: &str, levels: &Levels) -> Result<Vec<CatalogueMessage<'static>>, Error> {
    let rules = Rule::ALL.iter();
    if let Some(rule) = rules.copied().find(|rule| same(rule.name(), topic)) {
        return Ok(vec![CatalogueMessage::RulePage(rule, levels.of(rule))]);
    }
    match meant(topic).as_slice() {
        [] => Err(unknown(topic)),
        [case] => Ok(vec![CatalogueMessage::CasePage(*case)]),
        several => Ok(listed(several).collect()),
    }
}

/// The cases of that group, or with a name that matches; the part behind the slash is enough.
fn meant(topic: &str) -> Vec<Case> {
    let patterns = Patterns::new(&[topic.to_owned()]);
    let cases = Case::ALL.iter().copied();
    cases
        .filter(|case| same(case.group(), topic) || patterns.fit(case.name().split_once('/')))
        .collect()
}

fn listed(cases: &[Case]) -> impl Iterator<Item = CatalogueMessage<'static>> {
    cases.iter().copied().map(CatalogueMessage::Case)
}

fn same(name: &str, topic: &str) -> bool {
    name.eq_ignore_ascii_case(topic)
}

fn unknown(topic: &str) -> Error {
    let cases = Case::ALL.iter().map(|case| case.name());
    // The part behind the slash is a name too, which stands for the whole one.
    let own = cases.clone().filter_map(|name| name.split_once('/'));
    let rules = Rule::ALL.iter().map(|rule| rule.name());
    let near = suggest::nearest(topic, rules.chain(cases).chain(own.map(|(_, own)| own)));
    Error::UnknownTopic {
        name: topic.to_owned(),
        nearest: near.into_iter().map(str::to_owned).collect(),
    }
}
