//! How values are written on the command line: numbers and times, each with words for what is wanted instead, and values
//! of other modules, so that those need not know clap.

use crate::body::Spelling;
use crate::catalogue::manifest::Form;
use crate::outbound::DeliveryOrder;
use crate::report::{ColorChoice, FindingsFormat, Format, RequestForm, SendFormat, TestFormat};
use crate::time::LONGEST_TIME;
use crate::verifying::Language;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::fmt::Display;
use std::ops::{Bound, RangeBounds, RangeInclusive};
use std::str::FromStr;
use std::time::Duration;

/// `--format`, with the formats of one command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct FormatFlag<F>
where
    F: ValueEnum + Copy + Send + Sync + 'static,
{
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        value_parser = clap::builder::EnumValueParser::<F>::new(),
        hide_possible_values = !are_described::<F>(),
        help = format_help::<F>()
    )]
    pub(super) format: F,
}

/// Whether the help lists the formats one by one, each with a few words.
fn are_described<F: ValueEnum>() -> bool {
    let values = F::value_variants().iter();
    let mut values = values.filter_map(ValueEnum::to_possible_value);
    values.any(|value| value.get_help().is_some())
}

fn format_help<F: ValueEnum>() -> String {
    let values = F::value_variants().iter();
    let values = values.filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
    match names.split_last() {
        Some((last, others)) if !are_described::<F>() => {
            // Three names leave no room for more on a line.
            let verb = if others.len() > 1 {
                "Print as"
            } else {
                "Print the results as"
            };
            format!("{verb} {} or {last}", others.join(", "))
        }
        _ => "Output format".to_owned(),
    }
}

/// Reads a whole number in a range.
pub(super) fn whole<N>(
    range: impl RangeBounds<N> + Clone + Send + Sync + 'static,
) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync + 'static
where
    N: FromStr + PartialOrd + Display + 'static,
{
    move |text| {
        let number = text.parse::<N>().ok();
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                let end = match (range.start_bound(), range.end_bound()) {
                    (Bound::Included(first), Bound::Included(last)) => {
                        format!(" from {first} to {last}")
                    }
                    (_, Bound::Included(last)) => format!(" up to {last}"),
                    (Bound::Included(first), _) => format!(" from {first} on"),
                    _ => String::new(),
                };
                let long = text.len() > 18 && text.bytes().all(|byte| byte.is_ascii_digit());
                let smaller = if long { "smaller " } else { "" };
                format!("write a {smaller}whole number{end}")
            })
    }
}

/// Reads a time such as 500ms, 10s or 2m; a number alone is seconds.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let time = seconds.or_else(|| humantime::parse_duration(text).ok());
    time.filter(|time| *time <= LONGEST_TIME)
        .ok_or_else(|| "write a time like 500ms, 10s or 2m".to_owned())
}

/// How much faster or slower than in reality pauses may be.
pub(super) const FACTORS: RangeInclusive<f64> = 1e-3..=1e9;

/// Reads by how much pauses are shortened.
pub(super) fn factor(text: &str) -> Option<f64> {
    let factor = text.parse::<f64>().ok();
    factor.filter(|factor| FACTORS.contains(factor))
}

/// Reads a time that is longer than zero.
pub(super) fn some_time(text: &str) -> Result<Duration, String> {
    time(text).and_then(|time| {
        if time.is_zero() {
            Err("the time must be longer than zero".to_owned())
        } else {
            Ok(time)
        }
    })
}

/// Whether a word without a flag is a target, such as :3000 or localhost:3000/hooks, rather than a name or a file.
pub(super) fn is_target(word: &str) -> bool {
    let host = word.split(['/', '?']).next().unwrap_or_default();
    let port = host.rsplit_once(':').map(|(_, port)| port);
    word.contains("://") || port.is_some_and(|port| port.parse::<u16>().is_ok())
}

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

impl ValueEnum for SendFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Human, Self::Json, Self::Junit]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
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

impl ValueEnum for DeliveryOrder {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Forward, Self::Reversed, Self::Shuffled]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Forward => PossibleValue::new("forward").alias("in"),
            Self::Reversed => PossibleValue::new("reversed"),
            Self::Shuffled => PossibleValue::new("shuffled"),
        })
    }
}

impl ValueEnum for Spelling {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Plain, Self::Provider, Self::Hard]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Plain => PossibleValue::new("plain"),
            Self::Provider => PossibleValue::new("provider"),
            Self::Hard => PossibleValue::new("hard"),
        })
    }
}

impl ValueEnum for RequestForm {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}
