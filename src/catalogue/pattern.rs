//! Event names with wildcards, for filters, forwards and replays: `INVOICE_*` or `calypso/*`.

/// Patterns of which one has to match; an empty list matches everything.
#[derive(Debug)]
pub(crate) struct Patterns(Vec<String>);

impl Patterns {
    pub(crate) fn new(patterns: &[String]) -> Self {
        Self(patterns.to_vec())
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
}
