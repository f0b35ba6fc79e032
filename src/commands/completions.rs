//! `completions`: the script with which a shell completes commands, flags, and the names that they take.

use super::{Context, Outcome};
use crate::catalogue::{Catalogue, Entry};
use crate::cli::completions::{List, Shell, Word, script};
use crate::error::Error;
use crate::lint::Rule;
use crate::sanitize::visible;

/// Prints the script.
pub(crate) fn run(context: &mut Context<'_>, shell: Shell) -> Result<Outcome, Error> {
    let lists = lists(context.catalogue)?;
    context.print(script(shell, lists).as_bytes())?;
    Ok(Outcome::Good)
}

fn lists(catalogue: &Catalogue) -> Result<Vec<List>, Error> {
    let events = catalogue.events();
    let events = events.map(|Entry { provider, event }| {
        (
            &*provider.manifest.name,
            event.name.clone(),
            meaning(&event.summary),
        )
    });
    let mut scenarios = Vec::new();
    let mut providers = Vec::new();
    for provider in catalogue.providers() {
        let name = &*provider.manifest.name;
        scenarios.extend(
            provider
                .scenarios()?
                .into_iter()
                .map(|scenario| (name, scenario.name, meaning(&scenario.summary))),
        );
        providers.push((name.to_owned(), meaning(&provider.manifest.about)));
    }
    let mut schemes = providers.clone();
    schemes.push(("none".to_owned(), "No signature at all".to_owned()));
    let rules: Vec<Word> = Rule::ALL
        .iter()
        .map(|rule| (rule.name().to_owned(), rule.title().to_owned()))
        .collect();
    let mut rules_or_warnings = rules.clone();
    rules_or_warnings.insert(
        0,
        (
            "warnings".to_owned(),
            "all rules whose findings are warnings".to_owned(),
        ),
    );
    let list = |marker, values, words| List {
        marker,
        values,
        words,
    };
    Ok(vec![
        list(
            "@events@",
            &["EVENT", "PATTERN"],
            with_and_without_provider(&events.collect::<Vec<_>>()),
        ),
        list(
            "@scenarios@",
            &["SCENARIO"],
            with_and_without_provider(&scenarios),
        ),
        list("@providers@", &["PROVIDER"], providers),
        list("@schemes@", &["SCHEME"], schemes),
        list("@rules@", &["RULE"], rules),
        list("@rules_or_warnings@", &["RULES"], rules_or_warnings),
    ])
}

/// A meaning as a shell may show it: a script for PowerShell or fish has a line for each.
fn meaning(text: &str) -> String {
    visible(text).into_owned()
}

/// The bare names, where only one provider has them, then all names with their providers.
fn with_and_without_provider(named: &[(&str, String, String)]) -> Vec<Word> {
    let alone = |name: &str| {
        named
            .iter()
            .filter(|(_, other, _)| other.eq_ignore_ascii_case(name))
            .count()
            == 1
    };
    let bare = named
        .iter()
        .filter(|(_, name, _)| alone(name))
        .map(|(_, name, about)| (name.clone(), about.clone()));
    let whole = named
        .iter()
        .map(|(provider, name, about)| (format!("{provider}/{name}"), about.clone()));
    bare.chain(whole).collect()
}
