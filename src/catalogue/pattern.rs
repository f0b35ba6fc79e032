//! Event names with wildcards, for filters, forwards and replays: `INVOICE_*` or `calypso/*`.

use super::Catalogue;
use crate::error::Error;
use crate::suggest;

/// Patterns of which one has to match; an empty list matches everything.
#[derive(Debug)]
pub(crate) struct Patterns(Vec<String>);

impl Patterns {
    pub(crate) fn new(patterns: &[String]) -> Self {
        Self(patterns.to_vec())
    }

    /// The patterns that an option was given; an error if one of them matches no known event.
    pub(crate) fn known(
        option: &str,
        patterns: &[String],
        catalogue: &Catalogue,
    ) -> Result<Self, Error> {
        for pattern in patterns {
            let one = Self::new(std::slice::from_ref(pattern));
            let known = catalogue
                .events()
                .any(|entry| one.fit(Some((&entry.provider.manifest.name, &entry.event.name))));
            if !known {
                return Err(Error::InvalidValue {
                    option: format!("{option} {pattern}"),
                    why: "no known event matches".to_owned(),
                    hint: meant(pattern, catalogue),
                });
            }
        }
        Ok(Self::new(patterns))
    }

    /// The patterns as they were given.
    pub(crate) fn all(&self) -> &[String] {
        &self.0
    }

    /// Whether the event of that provider matches. One that was not recognised matches only `*`.
    pub(crate) fn fit(&self, event: Option<(&str, &str)>) -> bool {
        let one = |pattern: &String| match event {
            Some((provider, name)) => match pattern.split_once('/') {
                Some((first, second)) => {
                    fits(first.as_bytes(), provider) && fits(second.as_bytes(), name)
                }
                None => fits(pattern.as_bytes(), name),
            },
            None => pattern == "*",
        };
        self.0.is_empty() || self.0.iter().any(one)
    }
}

/// What was probably meant by a pattern that matches nothing.
fn meant(pattern: &str, catalogue: &Catalogue) -> String {
    let hint = |error: Error| error.hint().unwrap_or_default();
    if !is_pattern(pattern) {
        if let Some(group) = group(pattern, catalogue) {
            return format!("did you mean '{group}*'?");
        }
        return match catalogue.event(pattern) {
            // The provider's name for it in another place.
            Ok(entry) => format!("did you mean {}?", entry.name()),
            Err(error) => hint(error),
        };
    }
    let (provider, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    if !provider.is_empty()
        && !is_pattern(provider)
        && let Err(error) = catalogue.provider(provider)
    {
        return hint(error);
    }
    // The beginnings of names, up to a `_` or a dot: `INVOCE_*` is compared with `INVOICE_`.
    let beginning = name.split(WILDCARDS).next().unwrap_or_default();
    let names = catalogue.events().map(|entry| &entry.event.name);
    let beginnings =
        names.flat_map(|name| name.match_indices(['_', '.']).map(|(at, _)| &name[..=at]));
    let slash = if provider.is_empty() { "" } else { "/" };
    suggest::best(beginning, beginnings).map_or_else(
        || "`inqud-hook events` lists all events".to_owned(),
        |near| format!("did you mean '{provider}{slash}{near}*'?"),
    )
}

/// The beginning of the names of several events, or a provider, where a word is one of these.
fn group(word: &str, catalogue: &Catalogue) -> Option<String> {
    let is_word = |text: &str| text.eq_ignore_ascii_case(word);
    catalogue.events().find_map(|entry| {
        let (provider, name) = (&entry.provider.manifest.name, &entry.event.name);
        if is_word(provider) {
            return Some(format!("{provider}/"));
        }
        let mut ends = name.match_indices(['_', '.']);
        let (end, _) = ends.find(|(end, _)| is_word(&name[..*end]))?;
        Some(name[..=end].to_owned())
    })
}

const WILDCARDS: [char; 2] = ['*', '?'];

/// Whether it has wildcards.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(WILDCARDS)
}

/// Whether a name matches a pattern with wildcards.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    fits(pattern.as_bytes(), name)
}

/// Whether a name matches a pattern: `*` stands for any characters, `?` for one, and case does not matter.
fn fits(pattern: &[u8], name: &str) -> bool {
    let name = name.as_bytes();
    let (mut at, mut place) = (0, 0);
    // The position of the last star, and how far it reaches so far.
    let mut star = None;
    while place < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&name[place]) => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((stands, reached)) => {
                    star = Some((stands, reached + 1));
                    (at, place) = (stands + 1, reached + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters_and_case_does_not_matter() {
        for (pattern, provider, name, expected) in [
            ("INVOICE_*", "calypso", "INVOICE_PAID", true),
            ("invoice_*", "calypso", "INVOICE_PAID", true),
            ("*paid", "rehive", "invoice.underpaid", true),
            ("*.p*d", "rehive", "invoice.paid", true),
            ("invoice.????", "rehive", "invoice.paid", true),
            ("invoice.???", "rehive", "invoice.paid", false),
            ("calypso/*", "calypso", "INVOICE_PAID", true),
            ("rehive/*", "calypso", "INVOICE_PAID", false),
            ("PAID", "calypso", "INVOICE_PAID", false),
            ("**", "calypso", "INVOICE_PAID", true),
            ("a*a*a*a*b", "x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(
                Patterns::new(&[pattern.to_owned()]).fit(Some((provider, name))),
                expected,
                "{pattern} {name}"
            );
        }
        assert!(Patterns::new(&[]).fit(None));
        assert!(!Patterns::new(&["INVOICE_*".to_owned()]).fit(None));
    }

    #[test]
    fn a_pattern_that_matches_nothing_is_refused_with_what_was_meant() {
        let catalogue = Catalogue::load(&[]).expect("the built-in catalogue loads");
        for (pattern, hint) in [
            (
                "INVOICE_EXPIRD",
                "did you mean calypso/INVOICE_EXPIRED or rehive/invoice.expired?",
            ),
            ("INVOCE_*", "did you mean 'INVOICE_*'?"),
            ("checkout", "did you mean 'checkout.*'?"),
            ("invoice", "did you mean 'INVOICE_*'?"),
            ("Rehive", "did you mean 'rehive/*'?"),
            ("calypso/invoce_*", "did you mean 'calypso/INVOICE_*'?"),
            ("checkot.*", "did you mean 'checkout.*'?"),
            ("calipso/*", "known providers: calypso, inqud, rehive"),
            ("*refunded-twice", "`inqud-hook events` lists all events"),
        ] {
            let error = Patterns::known("--only", &[pattern.to_owned()], &catalogue)
                .expect_err("it matches nothing");
            assert_eq!(
                error.to_string(),
                format!("--only {pattern}: no known event matches")
            );
            assert_eq!(error.hint().as_deref(), Some(hint), "{pattern}");
        }
        let known = ["*", "INVOICE_*", "calypso/*", "invoice_paid", "*/*"].map(str::to_owned);
        assert!(Patterns::known("--only", &known, &catalogue).is_ok());
    }
}
