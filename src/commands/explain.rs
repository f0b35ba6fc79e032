//! `explain`: a rule of the linter or a case of `test`: what it is about, why it matters, an example, and the fix; and
//! the names in reports: causes that `test` found, and reasons that a signature is wrong.

use super::pager::show;
use super::{Context, Outcome};
use crate::cases::Case;
use crate::catalogue::pattern::Patterns;
use crate::error::Error;
use crate::judge::Cause;
use crate::lint::Rule;
use crate::report::{CatalogueMessage, Format};
use crate::rules::Levels;
use crate::signature::diagnose::Reason;
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
        Some(topic) => match explained(topic, &levels) {
            Err(_) if context.catalogue.event(topic).is_ok() => {
                return Err(Error::Usage {
                    what: format!(
                        "{topic} is an event, and explain knows rules, cases and mistakes"
                    ),
                    hint: format!("use `inqud-hook events {topic}`"),
                });
            }
            explained => explained?,
        },
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
    let mut causes = Cause::ALL.iter();
    let mut reasons = Reason::ALL.iter();
    Ok(match meant(topic).as_slice() {
        [case] => vec![CatalogueMessage::CasePage(*case)],
        [] => {
            if let Some(cause) = causes.find(|cause| same(cause.id(), topic)) {
                let (name, title) = (cause.id(), cause.title());
                vec![CatalogueMessage::CausePage(name, title, cause.page())]
            } else if let Some(reason) = reasons.find(|reason| same(reason.name(), topic)) {
                vec![CatalogueMessage::ReasonPage(*reason)]
            } else {
                return Err(unknown(topic));
            }
        }
        several => listed(several).collect(),
    })
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

/// Whether that name is meant. Rules, cases and causes have hyphens, reasons underscores: either will do.
fn same(name: &str, topic: &str) -> bool {
    name.replace('_', "-")
        .eq_ignore_ascii_case(&topic.replace('_', "-"))
}

fn unknown(topic: &str) -> Error {
    let cases = Case::ALL.iter().map(|case| case.name());
    // The part behind the slash is a name too, which stands for the whole one.
    let own = cases.clone().filter_map(|name| name.split_once('/'));
    let rules = Rule::ALL.iter().map(|rule| rule.name());
    let others = Cause::ALL.iter().map(|cause| cause.id());
    let others = others.chain(Reason::ALL.iter().map(|reason| reason.name()));
    let names = rules.chain(cases).chain(own.map(|(_, own)| own));
    let near = suggest::nearest(topic, names.chain(others));
    Error::UnknownTopic {
        name: topic.to_owned(),
        nearest: near.into_iter().map(str::to_owned).collect(),
    }
}
