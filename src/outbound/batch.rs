//! What one run sends: the bodies of its steps, who sends them, and the clock and the seed that make each delivery new.

use super::captured::CapturedStep;
use super::sender::Sender;
use super::signed::SignedDelivery;
use crate::body::{BadEdit, Edit, Fresh, Seed, Template};
use crate::http::Target;
use crate::redact::Redactor;
use std::time::Duration;

/// Steps with their senders.
pub(crate) struct Batch<'c> {
    pub(crate) senders: Vec<Sender<'c>>,
    pub(crate) steps: Vec<Step>,
    pub(crate) clock: Clock,
    pub(crate) seed: Seed,
    /// The number that `--seed` takes, where bodies are made with it.
    pub(crate) given_seed: Option<u64>,
    /// The canonical name of the scenario that the steps are of.
    pub(crate) scenario: Option<String>,
    /// It does not stop at a delivery that is not answered as expected.
    pub(crate) goes_on: bool,
    /// How many captures cannot be sent, because it is not known who signs them.
    pub(crate) skipped: usize,
    /// What the user should know about the bodies.
    pub(crate) notes: Vec<String>,
}

/// A body that can be made as often as it is needed.
pub(crate) struct Step {
    /// The canonical name of its event, where that is known.
    pub(crate) event: Option<String>,
    pub(crate) content: Content,
    /// The index of its sender in the batch.
    pub(crate) sender: usize,
    /// The delivery that it was captured from.
    pub(crate) captured: Option<CapturedStep>,
}

/// What a body is made from.
#[derive(Clone)]
pub(crate) enum Content {
    /// A text whose ids and times are renewed.
    Template(Template),
    /// Bytes that are sent as they are.
    Bytes(Vec<u8>),
}

/// Which times the bodies tell.
#[derive(Clone, Copy, Default)]
pub(crate) struct Clock {
    /// The second at which the last event happened according to the samples.
    pub(crate) happened: i64,
    /// The second at which it happens now; `None` keeps the samples' own times.
    pub(crate) now: Option<i64>,
}

impl<'c> Batch<'c> {
    pub(crate) fn sender(&self, step: &Step) -> &Sender<'c> {
        &self.senders[step.sender]
    }

    /// The body of the delivery with that number, due that long after the start.
    pub(crate) fn body(&self, step: &Step, number: u64, since: Duration) -> Vec<u8> {
        step.content
            .body(&self.clock.fresh(self.seed, number, since))
    }

    /// The signed delivery of a step's body to a target.
    pub(crate) fn delivery(&self, step: &Step, target: &Target, body: Vec<u8>) -> SignedDelivery {
        let (sender, now) = (self.sender(step), self.clock.moment());
        match &step.captured {
            Some(captured) => captured.delivery(sender, target, body, now),
            None => sender.delivery(target, body, now),
        }
    }

    /// The seed with which the same body can be made again, where it is one that was made.
    pub(crate) fn remake(&self, step: &Step) -> Option<u64> {
        let made = matches!(step.content, Content::Template(_)) && step.captured.is_none();
        self.given_seed.filter(|_| made)
    }

    /// The id of a step's delivery. Its attempts and its duplicates share it.
    pub(crate) fn id(&self, index: usize) -> String {
        let captured = self.steps[index].captured.as_ref();
        let known = captured.and_then(|captured| captured.id.clone());
        known.unwrap_or_else(|| Seed(self.seed.draw(0x1d + index as u64)).uuid(0))
    }

    /// Finds the secrets that sign.
    pub(crate) fn redactor(&self) -> Redactor {
        let secrets = self.senders.iter().filter_map(Sender::secret);
        Redactor::new(secrets.map(|(_, resolved)| resolved.secret.expose()))
    }
}

impl Step {
    pub(crate) fn new(event: Option<String>, content: Content) -> Self {
        Self {
            event,
            content,
            sender: 0,
            captured: None,
        }
    }

    /// Its text, where it has one.
    pub(crate) fn template(&mut self) -> Result<&mut Template, BadEdit> {
        if let Content::Bytes(bytes) = &self.content {
            let text = String::from_utf8(bytes.clone()).map_err(|_| BadEdit::NoJson)?;
            self.content = Content::Template(Template::fixed(text));
        }
        match &mut self.content {
            Content::Template(template) => Ok(template),
            Content::Bytes(_) => Err(BadEdit::NoJson),
        }
    }

    /// Spells a sample so that neither JavaScript nor Python prints it again as it is.
    pub(crate) fn mark(&mut self) {
        if let Content::Template(template) = &mut self.content {
            template.mark();
        }
    }

    pub(crate) fn edit(&mut self, edit: &Edit) -> Result<Option<&'static str>, BadEdit> {
        self.template()?.edit(edit)
    }
}

impl Content {
    /// The bytes of one delivery.
    pub(crate) fn body(&self, fresh: &Fresh) -> Vec<u8> {
        match self {
            Self::Template(template) => template.body(fresh),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }

    /// Writes the bytes of one delivery.
    pub(crate) fn write(&self, fresh: &Fresh, out: &mut Vec<u8>) {
        match self {
            Self::Template(template) => template.write_body(fresh, out),
            Self::Bytes(bytes) => out.extend_from_slice(bytes),
        }
    }
}

impl Clock {
    /// A clock that shows that second and leaves all times as they are.
    pub(crate) fn at(second: i64) -> Self {
        Self {
            happened: second,
            now: None,
        }
    }

    /// What is new in the delivery with that number, due that long after the start.
    pub(crate) fn fresh(self, seed: Seed, number: u64, since: Duration) -> Fresh {
        Fresh::new(seed, number, self.shift(since))
    }

    /// The second at which the last event happens in what is sent.
    pub(crate) fn moment(self) -> i64 {
        self.now.unwrap_or(self.happened)
    }

    /// By how many seconds times move in a delivery that is due that long after the start.
    fn shift(self, since: Duration) -> i64 {
        let since = i64::try_from(since.as_secs()).unwrap_or_default();
        self.now.map_or(0, |now| now + since - self.happened)
    }
}
