//! The provider's deliveries as `test` sends them: a body about an order, signed as the provider signs it, or wrongly on
//! purpose.

use super::order::Order;
use crate::body::{Fresh, OrderTerms, Seed, Spelling, Template, happened};
use crate::catalogue::Provider;
use crate::catalogue::manifest::{EventMeaning, Manifest, PaymentFacts, Scenario};
use crate::error::Error;
use crate::http::{Delivery, ExactRequest, Header, Target};
use crate::json::lookup;
use crate::outbound::{Sender, scenario_bodies};

/// Makes deliveries of one provider for one target.
pub(crate) struct Deliveries<'c> {
    pub(crate) provider: &'c Provider,
    pub(crate) sender: Sender<'c>,
    pub(crate) facts: &'c PaymentFacts,
    target: Target,
    /// The event that says that an order is paid.
    payment: String,
    /// The life cycle that leads to it: each event with its body in the catalogue. Empty where there is none.
    steps: Vec<(&'c str, String)>,
    /// The current second; `None` with a seed, so that the bytes are the same every day.
    now: Option<i64>,
}

impl<'c> Deliveries<'c> {
    /// `events` are those that the endpoint handles: its payment is the provider's most usual one, or else the first that
    /// means paid.
    pub(crate) fn new(
        provider: &'c Provider,
        sender: Sender<'c>,
        target: Target,
        events: &[String],
        now: Option<i64>,
    ) -> Result<Self, Error> {
        let manifest = &provider.manifest;
        let facts = manifest.payment.as_ref().ok_or_else(|| Error::Usage {
            what: format!(
                "the catalogue does not say where {} names orders and amounts",
                manifest.title
            ),
            hint: "add a table [payment] to its provider.toml, as payloads/README.md describes"
                .to_owned(),
        })?;
        let means_paid = |name: &&str| {
            let event = manifest.events.iter().find(|event| event.name == *name);
            event.is_some_and(|event| event.means == EventMeaning::Paid)
        };
        let usual = facts.event.as_str();
        let mut named = events.iter().map(String::as_str);
        let payment = if events.iter().any(|event| *event == usual) {
            usual
        } else {
            named.find(means_paid).unwrap_or(usual)
        };
        let leads_to =
            |scenario: &Scenario| scenario.steps.iter().any(|step| step.event == payment);
        let scenarios = provider.scenarios();
        let scenario = scenarios
            .iter()
            .find(|scenario| Some(&scenario.name) == facts.scenario.as_ref() && leads_to(scenario))
            .or_else(|| scenarios.iter().find(|scenario| leads_to(scenario)));
        let steps = match scenario {
            Some(scenario) => scenario_bodies(provider, scenario)?,
            None => Vec::new(),
        };
        let steps = steps.into_iter();
        let steps = steps.map(|(entry, text)| (entry.event.name.as_str(), text));
        Ok(Self {
            provider,
            sender,
            facts,
            target,
            payment: payment.to_owned(),
            steps: steps.collect(),
            now,
        })
    }

    pub(crate) fn manifest(&self) -> &'c Manifest {
        &self.provider.manifest
    }

    /// The event that says that an order is paid.
    pub(crate) fn payment_event(&self) -> &str {
        &self.payment
    }

    /// The events of the provider that mean this for an order, in the order of the catalogue.
    pub(crate) fn events_meaning(&self, meaning: EventMeaning) -> Vec<&'c str> {
        let events = self.manifest().events.iter();
        events
            .filter(|event| event.means == meaning)
            .map(|event| event.name.as_str())
            .collect()
    }

    /// The body of the payment for an order.
    pub(crate) fn paid(&self, order: &Order) -> String {
        self.body(&self.payment, order)
    }

    /// The same, spelled as the provider spells it.
    pub(crate) fn paid_as_spelled(&self, order: &Order) -> String {
        let sample = self.provider.sample(&self.payment).unwrap_or_default();
        self.shifted(sample, self.until_now(sample), order, Spelling::Provider)
    }

    /// That spelling as JavaScript prints it again.
    pub(crate) fn paid_printed_again(&self, order: &Order) -> String {
        let sample = self.provider.sample(&self.payment).unwrap_or_default();
        self.shifted(sample, self.until_now(sample), order, Spelling::Plain)
    }

    /// The same, as it was so many seconds ago.
    pub(crate) fn paid_ago(&self, order: &Order, seconds: i64) -> String {
        let sample = self.provider.sample(&self.payment).unwrap_or_default();
        self.renewed(sample, sample, order, seconds)
    }

    /// The body of an event of that order. Events of the same order share its ids.
    pub(crate) fn body(&self, event: &str, order: &Order) -> String {
        let sample = self.provider.sample(event).unwrap_or_default();
        self.renewed(sample, sample, order, 0)
    }

    /// The first scenario of such a name that has this event.
    pub(crate) fn scenario_with(
        &self,
        event: &str,
        is_meant: impl Fn(&str) -> bool,
    ) -> Option<&'c Scenario> {
        let has_it = |scenario: &Scenario| scenario.steps.iter().any(|step| step.event == event);
        let mut scenarios = self.provider.scenarios().iter();
        scenarios.find(|scenario| is_meant(&scenario.name) && has_it(scenario))
    }

    /// The body of an event of that order as a scenario has it.
    pub(crate) fn body_in(
        &self,
        scenario: &Scenario,
        event: &str,
        order: &Order,
    ) -> Result<String, Error> {
        let bodies = scenario_bodies(self.provider, scenario)?;
        let body = bodies.iter().find(|(entry, _)| entry.event.name == event);
        let text = body.map_or("", |(_, text)| text);
        Ok(self.renewed(text, text, order, 0))
    }

    /// The bodies of the life cycle that ends with the payment, each with its event's name, in their order.
    pub(crate) fn life_cycle(&self, order: &Order) -> Vec<(String, String)> {
        let Some((last, _)) = self.steps.last() else {
            return vec![(self.payment.clone(), self.paid(order))];
        };
        let last = self.provider.sample(last).unwrap_or_default();
        let bodies = self.steps.iter().map(|(event, text)| {
            let body = self.renewed(text, last, order, 0);
            ((*event).to_owned(), body)
        });
        bodies.collect()
    }

    /// The body of an event that happened that many seconds before the payment; `None` where its time is not known.
    pub(crate) fn earlier(&self, event: &str, order: &Order, seconds: i64) -> Option<String> {
        let rules = &self.manifest().fresh;
        let sample = self.provider.sample(event)?;
        let paid = match self.now {
            Some(now) => now,
            None => happened(self.provider.sample(&self.payment)?, rules)?,
        };
        let shift = paid - seconds - happened(sample, rules)?;
        Some(self.shifted(&self.in_ascii(sample), shift, order, Spelling::Plain))
    }

    /// A sample about that order; `clock` is the sample that happened so many seconds ago.
    fn renewed(&self, sample: &str, clock: &str, order: &Order, ago: i64) -> String {
        let seconds = self.until_now(clock) - ago;
        self.shifted(&self.in_ascii(sample), seconds, order, Spelling::Plain)
    }

    /// A sample with ASCII letters alone in the texts that people wrote. Other letters have cases of their own, as odd
    /// spellings have; anywhere else they would hide what those cases find.
    fn in_ascii(&self, sample: &str) -> String {
        let mut text = sample.to_owned();
        let start = text.find('{').unwrap_or_default();
        for pointer in &self.facts.text {
            if let Some(place) = lookup(text.as_bytes(), start, pointer) {
                let letters = text[place.clone()].chars();
                let plain = letters.map(|letter| if letter.is_ascii() { letter } else { 'x' });
                text.replace_range(place, &plain.collect::<String>());
            }
        }
        text
    }

    /// How long ago a sample happened.
    fn until_now(&self, sample: &str) -> i64 {
        match (self.now, happened(sample, &self.manifest().fresh)) {
            (Some(now), Some(happened)) => now - happened,
            _ => 0,
        }
    }

    /// A sample about that order, with all its times moved.
    fn shifted(&self, sample: &str, seconds: i64, order: &Order, spelling: Spelling) -> String {
        let seed = order.seed().unwrap_or_else(|| hash(order.name()));
        let fresh = Fresh::new(Seed(seed), 0, seconds);
        let mut template = Template::sample(sample, &self.manifest().fresh);
        template.spell(spelling);
        let body = template.body(&fresh);
        let text = String::from_utf8_lossy(&body).into_owned();
        if order.is_known() {
            let terms = OrderTerms {
                name: Some(order.name()),
                amount: order.amount_text(),
                currency: order.currency(),
            };
            let mut ordered = Template::fixed(self.facts.for_order(&text, &terms));
            ordered.spell(spelling);
            ordered.text().to_owned()
        } else {
            text
        }
    }

    /// The name of the order that a body is about.
    pub(crate) fn order_name(&self, body: &str) -> Option<String> {
        let start = body.find('{')?;
        let mut raw = self
            .facts
            .order
            .iter()
            .filter_map(|pointer| Some(&body[lookup(body.as_bytes(), start, pointer)?]));
        let raw = raw.find(|raw| *raw != "null" && *raw != "\"\"")?;
        Some(serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned()))
    }

    /// A body with another id of its delivery; `None` where deliveries have none.
    pub(crate) fn under_new_id(&self, body: &str, number: u64) -> Option<String> {
        let pointer = self.manifest().history.delivery.as_ref()?;
        let start = body.find('{')?;
        let place = lookup(body.as_bytes(), start, pointer)?;
        let old = &body[place.clone()];
        let new = match old.parse::<u64>() {
            Ok(id) => (id + 1_000_000 + number).to_string(),
            Err(_) => format!("\"{}\"", Seed(hash(old)).uuid(number)),
        };
        Some(format!(
            "{}{new}{}",
            &body[..place.start],
            &body[place.end..]
        ))
    }

    /// A body in a delivery without a signature.
    pub(crate) fn unsigned(&self, body: impl Into<Vec<u8>>) -> Delivery {
        self.sender.unsigned(&self.target, body.into())
    }

    /// A body, signed as the provider signs it.
    pub(crate) fn signed(&self, body: impl Into<Vec<u8>>) -> ExactRequest {
        ExactRequest::of(&self.signed_delivery(body))
    }

    /// The same as a delivery.
    pub(super) fn signed_delivery(&self, body: impl Into<Vec<u8>>) -> Delivery {
        let signed = self
            .sender
            .delivery(&self.target, body.into(), self.second());
        signed.delivery
    }

    /// The second at which deliveries are signed.
    pub(super) fn second(&self) -> i64 {
        self.now.unwrap_or_default()
    }

    /// A body with these headers in place of the right signature.
    pub(crate) fn signed_with(
        &self,
        body: impl Into<Vec<u8>>,
        sign: impl FnOnce(&Delivery) -> Vec<Header>,
    ) -> ExactRequest {
        let signed = self.sender.sign(self.unsigned(body), sign);
        ExactRequest::of(&signed.delivery)
    }

    /// The headers that sign a body rightly.
    pub(crate) fn signature(&self, body: &[u8]) -> Vec<Header> {
        let delivery = self.unsigned(body);
        self.sender.signature.headers(&delivery, self.second())
    }
}

/// The same number for the same text in every version (FNV-1a).
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
