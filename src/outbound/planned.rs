//! The requests that would be sent, for those who print them instead.

use super::batch::{Batch, Content, Step};
use super::options::SequenceOptions;
use super::sender::Sender;
use super::sequence::turns;
use crate::body::Template;
use crate::http::{Delivery, Target};
use crate::report::{Connect, ScriptRun, ShownRequest};
use crate::secret::DEVELOPMENT;
use std::time::Duration;

/// A request with what it was made from.
pub(crate) struct PlannedRequest<'b> {
    pub(crate) event: Option<&'b str>,
    pub(crate) delivery: Delivery,
    pub(crate) template: Template,
    pub(crate) sender: &'b Sender<'b>,
    /// The sender signs it, and no header of the user replaces the signature.
    pub(crate) signed: bool,
    /// Secrets in its path or its body were replaced by stars.
    pub(crate) masked: bool,
}

/// The requests of a sequence to all targets, `count` times over.
pub(crate) fn planned<'b>(
    batch: &'b Batch<'b>,
    targets: &'b [Target],
    sequence: &SequenceOptions,
    count: u64,
    show_secrets: bool,
) -> impl Iterator<Item = PlannedRequest<'b>> {
    let turns = turns(batch.steps.len(), sequence, batch.seed);
    (0..count).flat_map(move |number| {
        let steps: Vec<&Step> = turns.iter().map(|turn| &batch.steps[turn.step]).collect();
        steps.into_iter().flat_map(move |step| {
            targets
                .iter()
                .map(move |target| PlannedRequest::new(batch, step, number, target, show_secrets))
        })
    })
}

impl<'b> PlannedRequest<'b> {
    fn new(
        batch: &'b Batch<'b>,
        step: &'b Step,
        number: u64,
        target: &Target,
        show_secrets: bool,
    ) -> Self {
        let body = batch.body(step, number, Duration::ZERO);
        let signed = batch.delivery(step, target, body);
        let sender = batch.sender(step);
        let signs = signed.signature().is_some() && sender.signature.signed().is_some();
        let mut delivery = signed.delivery;
        let masked = !show_secrets && mask(&mut delivery, sender);
        let template = match &step.content {
            Content::Template(template) => template.clone(),
            Content::Bytes(bytes) => Template::fixed(String::from_utf8_lossy(bytes).into_owned()),
        };
        Self {
            event: step.event.as_deref(),
            delivery,
            template,
            sender,
            signed: signs,
            masked,
        }
    }

    /// The request as it is printed; `started` is when it would be sent.
    pub(crate) fn shown<'r>(
        &'r self,
        started: &'r str,
        connect: Connect<'r>,
        run: ScriptRun,
        show_secrets: bool,
    ) -> ShownRequest<'r> {
        let sender = self.sender;
        ShownRequest {
            event: self.event.unwrap_or("body"),
            delivery: &self.delivery,
            template: &self.template,
            signing: sender.signature.signing().filter(|_| self.signed),
            variable: sender
                .secret()
                .map_or("", |(_, secret)| secret.variable.as_str()),
            own: &sender.user_headers,
            success: sender.expectation.as_slice(),
            started,
            connect,
            run,
            show_secrets,
        }
    }
}

/// A delivery as it may be shown: with stars in its path and its body in place of secrets, and with the built-in test
/// secret, which is published, as it is.
pub(crate) fn masked(delivery: &Delivery, sender: &Sender<'_>) -> Delivery {
    let mut shown = delivery.clone();
    mask(&mut shown, sender);
    open_test_secret(&mut shown, sender);
    shown
}

/// Lets a header show the built-in test secret: it is published, and a request without it cannot be run.
pub(crate) fn open_test_secret(delivery: &mut Delivery, sender: &Sender<'_>) {
    let secret = sender.secret();
    if secret.is_none_or(|(_, secret)| secret.place.is_some()) {
        return;
    }
    for header in &mut delivery.headers {
        let secret = header.secret.clone();
        if secret.and_then(|range| header.value.get(range)) == Some(DEVELOPMENT) {
            header.secret = None;
        }
    }
}

/// Replaces secrets in path and body by stars, because no form can name a variable there; whether there were any.
fn mask(delivery: &mut Delivery, sender: &Sender<'_>) -> bool {
    let redactor = sender.redactor(delivery);
    let path = redactor.text(delivery.target.path()).into_owned();
    let body = redactor.bytes(&delivery.body);
    let in_path = path != delivery.target.path();
    let masked = in_path || body.is_some();
    if in_path {
        delivery.target = delivery.target.with_path(&path);
    }
    if let Some(body) = body {
        delivery.body = body.text;
    }
    masked
}
