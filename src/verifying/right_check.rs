//! How a handler checks a provider's signatures, in four languages. The code is data: a file for each language and kind of
//! scheme in `examples/`, with the essential line first, and placeholders in braces.

use crate::catalogue::manifest::Manifest;
use crate::report::RightCheck;

/// The languages of the examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Node,
    Python,
    Php,
    Go,
}

impl Language {
    pub(crate) const ALL: [Self; 4] = [Self::Node, Self::Python, Self::Php, Self::Go];

    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
            Self::Php => "php",
            Self::Go => "go",
        }
    }

    /// The whole check, for that provider.
    pub(crate) fn whole(self, manifest: &Manifest) -> String {
        self.example(manifest).1
    }

    /// The file for schemes that sign the body, and the one for schemes that send the secret.
    fn templates(self) -> [&'static str; 2] {
        match self {
            Self::Node => [
                include_str!("examples/hmac.node.txt"),
                include_str!("examples/secret.node.txt"),
            ],
            Self::Python => [
                include_str!("examples/hmac.python.txt"),
                include_str!("examples/secret.python.txt"),
            ],
            Self::Php => [
                include_str!("examples/hmac.php.txt"),
                include_str!("examples/secret.php.txt"),
            ],
            Self::Go => [
                include_str!("examples/hmac.go.txt"),
                include_str!("examples/secret.go.txt"),
            ],
        }
    }

    /// The essential line and the whole example, for that provider.
    fn example(self, manifest: &Manifest) -> (String, String) {
        let signing = &manifest.signing.value;
        let header = signing.header();
        let word = |text: &str| -> String {
            let upper = |char: char| match char.is_ascii_alphanumeric() {
                true => char.to_ascii_uppercase(),
                false => '_',
            };
            text.chars().map(upper).collect()
        };
        let quote = if self == Self::Php { "'" } else { "\"" };
        let prefix = signing.prefix().filter(|prefix| !prefix.is_empty());
        let prefix = prefix.map_or(String::new(), |prefix| {
            let escaped = prefix.replace('\\', "\\\\");
            format!("{} ", escaped.replace(quote, &format!("\\{quote}")))
        });
        let [of_digests, of_secrets] = self.templates();
        let template = if signing.sends_secret() {
            of_secrets
        } else {
            of_digests
        };
        let hash = signing.hash().map_or("", |hash| hash.name());
        let mut text = template.to_owned();
        for (placeholder, value) in [
            ("{hash}", hash.to_lowercase()),
            (
                "{variable}",
                format!("{}_WEBHOOK_SECRET", word(&manifest.name)),
            ),
            ("{lower}", header.to_ascii_lowercase()),
            ("{cgi}", word(header)),
            ("{header}", header.to_owned()),
            ("{prefix}", prefix),
        ] {
            text = text.replace(placeholder, &value);
        }
        let (line, whole) = text.split_once("\n\n").unwrap_or((&text, ""));
        (line.to_owned(), whole.to_owned())
    }
}

/// The right check for a provider: all of it in one language, or the essential line in each.
pub(super) fn right_check(manifest: &Manifest, language: Option<Language>) -> RightCheck {
    match language {
        Some(language) => RightCheck::Whole(language.whole(manifest)),
        None => RightCheck::Lines(
            Language::ALL
                .map(|language| (language.name(), language.example(manifest).0))
                .into(),
        ),
    }
}
