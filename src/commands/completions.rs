//! `completions`: the script with which a shell completes commands, flags, and the names that they take.

use super::{Context, Outcome};
use crate::cases::Case;
use crate::catalogue::{Catalogue, Entry};
use crate::error::Error;
use crate::lint::Rule;
use crate::sanitize::visible;

/// What `completions` was asked to do.
pub(crate) struct CompletionsOptions {
    /// Makes the script; handed in, since only `cli` knows the commands and flags.
    pub(crate) script: Box<dyn FnOnce(Vec<WordList>) -> String>,
}

/// A name, and what it means.
pub(crate) type Word = (String, String);

/// Names that a script contains once, however many flags take them.
pub(crate) struct WordList {
    /// The placeholder that clap writes for the list, such as `@events@`.
    pub(crate) marker: &'static str,
    /// The names of the values that take a word of the list, as in the help: `EVENT`.
    pub(crate) values: &'static [&'static str],
    /// Several words may be given, separated by commas.
    pub(crate) several: bool,
    pub(crate) words: Vec<Word>,
}

impl WordList {
    /// Its name in the script.
    pub(crate) fn name(&self) -> &'static str {
        self.marker.trim_matches('@')
    }
}

/// The list of `--deny`, `--warn` and `--allow`.
const RULES: &str = "@rules_or_warnings@";

/// Prints the script.
pub(crate) fn run(
    context: &mut Context<'_>,
    options: CompletionsOptions,
) -> Result<Outcome, Error> {
    let lists = lists(context.catalogue);
    context.print((options.script)(lists).as_bytes())?;
    Ok(Outcome::Good)
}

fn lists(catalogue: &Catalogue) -> Vec<WordList> {
    let events = catalogue.events();
    let events = events.map(|Entry { provider, event }| {
        (
            &*provider.manifest.name,
            event.name.to_string(),
            meaning(&event.summary),
        )
    });
    let mut scenarios = Vec::new();
    let mut providers = Vec::new();
    for provider in catalogue.providers() {
        let name = &*provider.manifest.name;
        let known = provider.scenarios().iter();
        scenarios.extend(known.map(|scenario| {
            let meaning = meaning(&scenario.summary);
            (name, scenario.name.to_string(), meaning)
        }));
        providers.push((name.to_owned(), meaning(&provider.manifest.about)));
    }
    let mut schemes = providers.clone();
    schemes.push(("none".to_owned(), "No signature at all".to_owned()));
    let rules = rules();
    let mut rules_or_warnings = rules.clone();
    rules_or_warnings.insert(
        0,
        (
            "warnings".to_owned(),
            "all rules whose findings are warnings".to_owned(),
        ),
    );
    let cases = cases();
    let topics = rules.into_iter().chain(cases.clone()).collect();
    let list = |marker, values, words| WordList {
        marker,
        values,
        several: marker == RULES,
        words,
    };
    vec![
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
        list("@topics@", &["RULE|CASE"], topics),
        list("@cases@", &["CASE"], cases),
        list(RULES, &["RULES"], rules_or_warnings),
    ]
}

fn rules() -> Vec<Word> {
    let rules = Rule::ALL.iter();
    let words = rules.map(|rule| (rule.name().to_owned(), rule.title().to_owned()));
    words.collect()
}

/// The groups of cases, and the cases.
fn cases() -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut groups: Vec<&str> = Case::ALL.iter().map(|case| case.group()).collect();
    groups.dedup();
    words.extend(groups.into_iter().map(|group| {
        let meaning = format!("all cases of the group {group}");
        (group.to_owned(), meaning)
    }));
    let cases = Case::ALL.iter();
    words.extend(cases.map(|case| (case.name().to_owned(), case.title().to_owned())));
    words
}

/// A meaning on one line and without control characters, fit for a script.
fn meaning(text: &str) -> String {
    visible(text).into_owned()
}

/// The names that only one provider has, then all names prefixed with their provider.
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
