//! How values of other modules are written on the command line, so that those modules need not know clap.

use crate::catalogue::manifest::Form;
use crate::report::{ColorChoice, FindingsFormat, Format, TestFormat};
use crate::verifying::Language;
use clap::ValueEnum;
use clap::builder::PossibleValue;

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Human, Self::Json]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Human => "human",
            Self::Json => "json",
        }))
    }
}

impl ValueEnum for FindingsFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Human,
            Self::Json,
            Self::Sarif,
            Self::Github,
            Self::Junit,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Human => PossibleValue::new("human").help("Code frames and a summary"),
            Self::Json => PossibleValue::new("json").help("NDJSON, one object per line"),
            Self::Sarif => PossibleValue::new("sarif").help("SARIF 2.1.0, for code scanning"),
            Self::Github => PossibleValue::new("github").help("Annotations for GitHub Actions"),
            Self::Junit => PossibleValue::new("junit").help("JUnit XML, one test case per body"),
        })
    }
}

impl ValueEnum for TestFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Human,
            Self::Json,
            Self::Junit,
            Self::Sarif,
            Self::Github,
            Self::Html,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Human => PossibleValue::new("human").help("Findings, a table and a sentence"),
            Self::Json => PossibleValue::new("json").help("NDJSON, one object per line"),
            Self::Junit => PossibleValue::new("junit").help("JUnit XML, one test case per case"),
            Self::Sarif => PossibleValue::new("sarif").help("SARIF 2.1.0, for code scanning"),
            Self::Github => PossibleValue::new("github").help("Annotations for GitHub Actions"),
            Self::Html => PossibleValue::new("html").help("One page for a browser"),
        })
    }
}

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Full, Self::Bare]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl ValueEnum for Language {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl ValueEnum for ColorChoice {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }))
    }
}
