//! The content of `provider.toml` and `scenarios.toml`, as plain values. `payloads/README.md` describes the same files.

pub use super::payment::{EventMeaning, PaymentFacts, TotalFact};
pub use super::tables::{FactList, FactMap, FactText};
use serde::{Deserialize, Serialize};

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The provider's documentation says so.
    Documented,
    /// Seen in one of the provider's examples.
    Example,
    /// Seen in the code of a receiver.
    Code,
    /// Concluded from other facts.
    Inferred,
}

impl Confidence {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Example => "example",
            Self::Code => "code",
            Self::Inferred => "inferred",
        }
    }
}

/// A fact with its confidence and its sources.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fact<T> {
    /// The fact itself.
    pub value: T,
    /// How sure it is.
    pub confidence: Confidence,
    /// Keys of the manifest's sources.
    #[serde(default)]
    pub sources: FactList<FactText>,
    /// A remark for readers.
    #[serde(default)]
    pub note: Option<FactText>,
}

/// How deliveries are signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "scheme", rename_all = "lowercase", deny_unknown_fields)]
pub enum Signing {
    /// A digest of the raw body, keyed by the secret.
    Hmac {
        /// The hash function.
        hash: Hash,
        /// How the digest is written; only `hex` so far.
        encoding: Encoding,
        /// The header that carries the digest.
        header: FactText,
        /// A second header that carries a public key.
        #[serde(default)]
        key_header: Option<FactText>,
        /// Deliveries without a secret are sent without the header.
        #[serde(default)]
        optional: bool,
    },
    /// The secret itself, after a word.
    Secret {
        /// The header that carries it.
        header: FactText,
        /// The word before the secret.
        prefix: FactText,
        /// Deliveries without a secret are sent without the header.
        #[serde(default)]
        optional: bool,
    },
}

/// A hash function for HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-1, 40 hex digits.
    Sha1,
    /// SHA-256, 64 hex digits.
    Sha256,
    /// SHA-512, 128 hex digits.
    Sha512,
}

/// How a digest is written in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Lower-case hexadecimal digits.
    Hex,
}

/// How deliveries are sent, and what happens to rejected ones.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPolicy {
    /// The HTTP method.
    pub method: Fact<FactText>,
    /// The content type of the body.
    #[serde(default)]
    pub content_type: Option<Fact<FactText>>,
    /// Status codes that count as accepted.
    #[serde(default)]
    pub success: Option<Fact<FactList<u16>>>,
    /// How long the provider waits for an answer.
    #[serde(default)]
    pub timeout_seconds: Option<Fact<u32>>,
    /// The codes and the limit are documented for payments, so that every other answer is one that fails.
    #[serde(default)]
    pub binding: bool,
    /// Deliveries that failed for good are sent again much later, as old as they are then.
    #[serde(default)]
    pub resends: bool,
    /// The waits between tries.
    #[serde(default)]
    pub retry_seconds: Option<Fact<FactList<u32>>>,
    /// The IP addresses that deliveries come from.
    #[serde(default)]
    pub source_ips: Option<Fact<FactList<FactText>>>,
    /// The user agent.
    #[serde(default)]
    pub user_agent: Option<Fact<FactText>>,
}

/// How the full form of a body wraps the bare one.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Keys that the full form has and the bare form lacks.
    pub keys: FactList<FactText>,
    /// Pointer to what the bare form is.
    pub bare: FactText,
}

/// What is renewed in a sample before it is sent. UUIDs, transaction hashes and times are found by their form.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FreshFields {
    /// Pointers into the full form: the first that exists tells when the event happened.
    pub clock: FactList<FactText>,
    /// Names of fields whose values stay as they are: a subscription's, a project's, a user's.
    #[serde(default)]
    pub keep: FactList<FactText>,
    /// Names of fields with numbers (or texts that contain the number of an order) that count up from delivery to
    /// delivery.
    #[serde(default)]
    pub count: FactList<FactText>,
}

/// How deliveries relate to each other.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryFacts {
    /// Pointer into the full form: the delivery's own id, which its retries share.
    #[serde(default)]
    pub delivery: Option<FactText>,
    /// Pointers into the full form: the first that exists tells what the event is about.
    #[serde(default)]
    pub object: FactList<FactText>,
    /// Events after which nothing more happens to it.
    #[serde(default)]
    pub ends: FactList<FactText>,
}

/// Which of its two forms a body has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As it is delivered, in its envelope.
    Full,
    /// As the provider's documentation shows it.
    Bare,
}

impl Form {
    /// The word that people and machines read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Bare => "bare",
        }
    }
}

/// A test that recognises bodies.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recognise {
    /// The form of the bodies that it recognises.
    #[serde(default = "full")]
    pub form: Form,
    /// No other test is tried once this one holds.
    #[serde(default)]
    pub decides: bool,
    /// Pointers that must all exist.
    #[serde(default)]
    pub has: FactList<FactText>,
    /// Pointers to texts, each of which must begin with one of the words.
    #[serde(default)]
    pub starts: FactMap<FactList<FactText>>,
    /// Pointer to the event's own name.
    #[serde(default)]
    pub name: Option<FactText>,
    /// The kind, where the body has no event name.
    #[serde(default)]
    pub kind: Option<FactText>,
    /// The object, of which `object.status` is the event.
    #[serde(default)]
    pub object: Option<FactText>,
    /// Pointer to the status.
    #[serde(default)]
    pub status: Option<FactText>,
    /// Why such a body is refused although it is known.
    #[serde(default)]
    pub refuse: Option<FactText>,
}

fn full() -> Form {
    Form::Full
}

/// An entry of the catalogue.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The provider's own name, or `object.status`.
    pub name: FactText,
    /// The schema that it shares with others.
    pub kind: FactText,
    /// Other correct names of the same event.
    #[serde(default)]
    pub aliases: FactList<FactText>,
    /// Misspellings in the provider's documentation.
    #[serde(default)]
    pub misspellings: FactList<FactText>,
    /// What it means, in one line.
    pub summary: FactText,
    /// When it comes and what to do with it.
    pub when: FactText,
    /// What it says about its order.
    #[serde(default)]
    pub means: EventMeaning,
    /// How sure that is.
    pub confidence: Confidence,
    /// Keys of the manifest's sources.
    #[serde(default)]
    pub sources: FactList<FactText>,
}

impl Event {
    /// The name, its aliases and its misspellings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .chain(&self.misspellings)
            .map(FactText::as_str)
    }
}

/// Everything that `provider.toml` says.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The provider's name, as in `provider/event`.
    pub name: FactText,
    /// The name for people.
    pub title: FactText,
    /// What it does, in a line or two.
    pub about: FactText,
    /// Where the facts come from: pages, examples, code.
    #[serde(default)]
    pub sources: FactMap<FactText>,
    /// How deliveries are signed.
    pub signing: Fact<Signing>,
    /// How they travel.
    pub delivery: DeliveryPolicy,
    /// How the full form wraps the bare one.
    #[serde(default)]
    pub envelope: Option<Fact<Envelope>>,
    /// What is renewed in a sample before it is sent.
    #[serde(default)]
    pub fresh: FreshFields,
    /// How deliveries relate to each other.
    #[serde(default)]
    pub history: HistoryFacts,
    /// Where the bodies name the order and its money.
    #[serde(default)]
    pub payment: Option<PaymentFacts>,
    /// The chain that each currency lives on.
    #[serde(default)]
    pub currencies: FactMap<FactText>,
    /// Names that are no longer sent, and what replaced them.
    #[serde(default)]
    pub retired: FactMap<FactText>,
    /// The kind of events with unknown names; without it, an unknown name is an error.
    #[serde(default)]
    pub unknown_events: Option<FactText>,
    /// How a body is recognised, in order.
    pub recognise: FactList<Recognise>,
    /// The events, in the order in which they are listed.
    pub events: FactList<Event>,
}

impl Manifest {
    /// Pointer to the bare form in the full one; empty where there is none.
    pub(crate) fn bare_pointer(&self) -> &str {
        let envelope = self.envelope.as_ref();
        envelope.map_or("", |envelope| &envelope.value.bare)
    }

    /// If the events of that kind are named `object.status`: the object, and the pointer to the status.
    pub(crate) fn status_of(&self, kind: &str) -> Option<(&str, &str)> {
        let mut tests = self.recognise.iter();
        tests.find_map(|test| {
            let known = test.kind.as_deref()?;
            let named = test.object.as_deref().zip(test.status.as_deref());
            named.filter(|_| known == kind)
        })
    }
}

/// A named life cycle.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The name, as in `provider/name`.
    pub name: FactText,
    /// What happens, in one line.
    pub summary: FactText,
    /// How sure that order of events is.
    pub confidence: Confidence,
    /// Keys of the manifest's sources.
    #[serde(default)]
    pub sources: FactList<FactText>,
    /// The events, in order.
    pub steps: FactList<ScenarioStep>,
}

/// One event of a scenario.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioStep {
    /// The event's name within its provider.
    pub event: FactText,
    /// Seconds since the step before.
    #[serde(default)]
    pub after: u32,
    /// What differs from the sample: pointer → JSON, or any other text, which becomes a string.
    #[serde(default)]
    pub set: FactMap<FactText>,
}

/// Everything that `scenarios.toml` says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    /// The life cycles, in the order in which they are listed.
    #[serde(default)]
    pub scenarios: FactList<Scenario>,
}
