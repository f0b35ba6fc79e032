//! Every rule of the linter: its stable name, its default severity, and its page.
//!
//! A new rule is one line here, one page in `rules/`, and its check in `lint`, which words the finding. Separate from
//! `lint` because rules are also listed, completed, explained and configured.

use crate::error::Error;
use crate::suggest;
use serde::Serialize;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Possible, but it may cost money, or the documentation contradicts it.
    Warning,
    /// Not a valid body of the event, or parsers may read it differently.
    Error,
}

impl Severity {
    /// The name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! rules {
    ($($variant:ident $name:literal $severity:ident $title:literal)*) => {
        /// A rule of the linter. The order is that of `explain`'s list: text, recognition, fields, values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $title] $variant,)*
        }

        impl Rule {
            /// All rules, in the order of their declaration.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)*];

            /// The stable name, as in `--deny NAME` and in every output.
            pub fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)* }
            }

            /// The severity unless the user sets another.
            pub fn default_severity(self) -> Severity {
                match self { $(Rule::$variant => Severity::$severity,)* }
            }

            /// One line that says what the rule finds.
            pub fn title(self) -> &'static str {
                match self { $(Rule::$variant => $title,)* }
            }

            /// The page that `explain` prints, in Markdown.
            pub fn page(self) -> &'static str {
                match self { $(Rule::$variant => include_str!(concat!("rules/", $name, ".md")),)* }
            }
        }
    };
}

rules! {
    EmptyBody "empty-body" Error "there is no body, or nothing but white space"
    TooLarge "too-large" Error "a body larger than any webhook"
    InvalidUtf8 "invalid-utf8" Error "bytes that are not valid UTF-8"
    ByteOrderMark "byte-order-mark" Error "a byte-order mark before the JSON"
    Syntax "syntax" Error "the text is not JSON"
    Truncated "truncated" Error "the JSON ends too early"
    ExtraValue "extra-value" Error "more text after the body"
    TooDeep "too-deep" Error "nested deeper than common parsers allow"
    NotAnObject "not-an-object" Error "a body that is not an object, or a list without bodies"
    DuplicateKey "duplicate-key" Error "an object with the same key twice"
    LoneSurrogate "lone-surrogate" Error "half of a surrogate pair in an escape"
    NulCharacter "nul-character" Warning "a NUL character in a text"
    NumberOverflow "number-overflow" Error "a number too large for a double"
    NumberPrecision "number-precision" Warning "a number with more digits than a double can hold"
    BadRecord "bad-record" Error "a journal line that is not a delivery"
    TornRecord "torn-record" Warning "the last line of a journal is incomplete"
    MaskedBody "masked-body" Note "a captured body with stars in place of a secret"
    TooManyFindings "too-many-findings" Warning "too many findings in one text"
    TooManyValues "too-many-values" Error "more bodies or values than are checked"

    Unrecognised "unrecognised" Error "a body that no provider sends"
    UnknownEvent "unknown-event" Error "an event name that is not in the catalogue"
    MisspeltEvent "misspelt-event" Warning "a known typo of an event name from the provider's docs"
    EventMismatch "event-mismatch" Error "a body that names two different events"
    TwoEventNames "two-event-names" Note "a body that uses two names for one event"

    MissingField "missing-field" Error "a required field is missing"
    NullField "null-field" Error "a required field is null"
    WrongType "wrong-type" Error "a value of an undocumented type"
    OtherType "other-type" Warning "a value of a type that only part of the docs allows"
    UnknownValue "unknown-value" Error "a value outside the documented list"
    UnlistedValue "unlisted-value" Warning "a value outside the values known so far"
    OutOfRange "out-of-range" Error "a number outside the documented range"
    UnknownField "unknown-field" Note "an undocumented field"
    MisspeltField "misspelt-field" Warning "a known typo of a field from the provider's docs"
    TooLong "too-long" Warning "a text longer than the provider's API allows"
    EmptyList "empty-list" Warning "an empty list that should have an item"

    TimeFormat "time-format" Error "a time that is not in the provider's format"
    ImpossibleTime "impossible-time" Error "a date or time that does not exist"
    TimeZone "time-zone" Warning "a time without its zone"
    TimeOrder "time-order" Warning "two times in an impossible order"
    TimeUnit "time-unit" Warning "seconds or microseconds instead of milliseconds"
    TimeZero "time-zero" Note "a time that is 0"
    AmountForm "amount-form" Error "an amount as text that is not a decimal number"
    NegativeAmount "negative-amount" Error "an amount below zero"
    ZeroAmount "zero-amount" Warning "a zero amount in an event that reports a payment"
    PaidShort "paid-short" Warning "a paid invoice with less than 99.5 % paid"
    PaidDiffers "paid-differs" Note "a paid invoice with a slightly different amount paid"
    IdPrefix "id-prefix" Warning "an id with the prefix of another kind of object"
    IdForm "id-form" Warning "an id that is not a UUID"
    AddressForm "address-form" Warning "an address of another chain than the currency's"
    HashForm "hash-form" Warning "a transaction hash of another chain than the currency's"
    QuoteStatus "quote-status" Warning "a quote whose status and amounts disagree"
    QuoteAmount "quote-amount" Note "a quote whose amount differs from the request's"
    SumMismatch "sum-mismatch" Warning "amounts and fees that do not add up"
}

impl Rule {
    /// The rule of that name, which was given at `place`; case does not matter.
    pub fn named(name: &str, place: Option<String>) -> Result<Rule, Error> {
        let known = Self::ALL
            .iter()
            .copied()
            .find(|rule| rule.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| {
            let near = suggest::nearest(name, Self::ALL.iter().map(|rule| rule.name()));
            let nearest = near.into_iter().map(str::to_owned).collect();
            Error::UnknownRule {
                name: name.to_owned(),
                place,
                nearest,
            }
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The severities that a user set with `--deny`, `--warn`, `--allow` and the configuration, in the order given.
#[derive(Clone, Debug)]
pub struct Levels {
    /// `None` hides a rule.
    by_rule: Vec<Option<Severity>>,
    /// The same without what was set for all warnings together.
    alone: Vec<Option<Severity>>,
}

impl Default for Levels {
    fn default() -> Self {
        let by_rule: Vec<_> = Rule::ALL
            .iter()
            .map(|rule| Some(rule.default_severity()))
            .collect();
        Self {
            alone: by_rule.clone(),
            by_rule,
        }
    }
}

impl Levels {
    /// The severity of a rule's findings; `None` if they are hidden.
    pub fn of(&self, rule: Rule) -> Option<Severity> {
        self.by_rule[rule as usize]
    }

    /// Sets one rule.
    pub fn set(&mut self, rule: Rule, severity: Option<Severity>) {
        self.by_rule[rule as usize] = severity;
        self.alone[rule as usize] = severity;
    }

    /// Whether a rule is a warning, regardless of what was set for all warnings together.
    pub fn is_warning(&self, rule: Rule) -> bool {
        self.alone[rule as usize] == Some(Severity::Warning)
    }

    /// Sets a rule as one of all warnings.
    pub fn set_as_warning(&mut self, rule: Rule, severity: Option<Severity>) {
        self.by_rule[rule as usize] = severity;
    }
}
