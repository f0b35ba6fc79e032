//! `send`: posts signed samples, whole life cycles or a body of the user's own, and shows what the endpoint said.
//!
//! This file reads like the help text: what is sent, how it is signed, where it goes, and then one of three ways to
//! go about it: show the requests, one after the other, or many at once. Each has its own file.

mod burst;
mod captured;
mod compose;
mod dry_run;
mod editor;
mod judge;
pub(crate) mod remote_targets;
mod sequence;
mod sign;
mod targets;

pub use burst::load::Load;
pub use burst::load::Make;
pub use burst::load::Parcel;
pub use burst::tally::Tally;

use crate::body::{Edit, Seed};
use crate::bounded_read::{self, SourceKinds};
use crate::catalogue::manifest::Form;
use crate::commands::{Context, Outcome};
use crate::error::Error;
use crate::http::{Client, Delivery, Target, Trust};
use crate::redact::Redactor;
use crate::report::{Format, RequestForm};
pub(crate) use captured::{CapturedStep, PackedHeaders};
pub(crate) use compose::{Clock, Consignment, Content, Sender, Step, recognise};
use sign::Signature;
use std::path::PathBuf;
use std::time::Duration;
use targets::Targets;

/// What `send` was asked to do.
#[derive(Debug)]
pub(crate) struct SendOptions {
    /// The event, where one is named.
    pub(crate) event: Option<String>,
    /// The life cycle, where one is named.
    pub(crate) scenario: Option<String>,
    /// A body of the user's own.
    pub(crate) body: Option<PathBuf>,
    pub(crate) form: Form,
    pub(crate) edits: Vec<Edit>,
    /// Open an editor on the body first.
    pub(crate) edit: bool,
    pub(crate) seed: Option<u64>,
    /// The moment of the last delivery.
    pub(crate) now: Option<String>,
    pub(crate) deliver: DeliverOptions,
}

/// How deliveries travel, whatever they are.
#[derive(Debug)]
pub(crate) struct DeliverOptions {
    pub(crate) route: RouteOptions,
    pub(crate) sign: SignOptions,
    pub(crate) sequence: SequenceOptions,
    pub(crate) burst: Option<BurstOptions>,
    /// Print the requests in that form instead of sending them.
    pub(crate) show: Option<RequestForm>,
    pub(crate) format: Format,
}

/// Where deliveries go and how.
#[derive(Debug)]
pub(crate) struct RouteOptions {
    pub(crate) targets: Vec<String>,
    pub(crate) allow_remote: bool,
    pub(crate) headers: Vec<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) insecure: bool,
    pub(crate) authorities: Option<PathBuf>,
}

/// How deliveries are signed.
#[derive(Debug)]
pub(crate) struct SignOptions {
    pub(crate) scheme: SchemeChoice,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) show_secrets: bool,
}

/// Whose way of signing is taken.
#[derive(Debug)]
pub(crate) enum SchemeChoice {
    /// The sender's own.
    Own,
    /// That provider's.
    Of(String),
    /// Nobody's: it is not signed.
    Unsigned,
    /// Nobody's: the header that signed it was captured.
    Captured,
}

impl SchemeChoice {
    /// What a user means by a provider's name, by `none`, or by saying nothing.
    pub(crate) fn named(name: Option<String>) -> Self {
        match name {
            Some(none) if none.eq_ignore_ascii_case("none") => Self::Unsigned,
            Some(name) => Self::Of(name),
            None => Self::Own,
        }
    }
}

/// How several deliveries follow each other.
#[derive(Debug)]
pub(crate) struct SequenceOptions {
    pub(crate) gap: Duration,
    pub(crate) order: Order,
    /// Each is sent so many times more.
    pub(crate) duplicates: u32,
    pub(crate) keep_going: bool,
    /// Behave as the provider does when it is refused.
    pub(crate) retry: bool,
    /// So many times faster.
    pub(crate) time_scale: f64,
}

/// The order in which a life cycle's events are delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they happened.
    #[default]
    In,
    /// The last one first.
    Reversed,
    /// As the seed has it.
    Shuffled,
}

/// How many are sent at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BurstOptions {
    pub(crate) count: Option<u64>,
    pub(crate) duration: Option<Duration>,
    pub(crate) connections: usize,
    pub(crate) rate: Option<f64>,
}

/// Everything that is decided before the first delivery.
struct Plan<'c> {
    shipment: Shipment<'c>,
    targets: Targets,
    client: Client,
    /// How long is waited for an answer; as long as the sender waits without it.
    timeout: Option<Duration>,
    format: Format,
}

/// What is sent, by whom, and how that is signed.
struct Shipment<'c> {
    steps: Vec<Step>,
    clock: Clock,
    seed: Seed,
    signatories: Vec<Signatory<'c>>,
}

/// Somebody who sends, and how that is signed.
pub(crate) struct Signatory<'c> {
    sender: Sender<'c>,
    pub(crate) signature: Signature,
}

impl<'c> Shipment<'c> {
    /// Who sends a step.
    fn signatory(&self, step: &Step) -> &Signatory<'c> {
        &self.signatories[step.sender]
    }

    /// A step on its way to a target, and the place of the header that signs it.
    fn delivery(&self, step: &Step, target: &Target, body: Vec<u8>) -> (Delivery, Option<usize>) {
        let Signatory { sender, signature } = self.signatory(step);
        match &step.captured {
            Some(captured) => {
                captured.delivery(sender, signature, target, body, self.clock.moment())
            }
            None => signature.delivery(sender, target, body, self.clock.moment()),
        }
    }
}

impl Plan<'_> {
    /// How long the answer to a sender is waited for.
    fn limit(&self, sender: &Sender<'_>) -> Duration {
        self.timeout.unwrap_or_else(|| sender.limit())
    }
}

/// Sends, or shows what would be sent.
pub(crate) fn run(context: &mut Context<'_>, options: &SendOptions) -> Result<Outcome, Error> {
    let seed = Seed(options.seed.unwrap_or_else(context.world.entropy));
    let consignment = Consignment::compose(context, options, seed)?;
    deliver(context, consignment, &options.deliver, seed)
}

/// Delivers a consignment, or shows what would be delivered.
pub(crate) fn deliver<'c>(
    context: &mut Context<'_>,
    consignment: Consignment<'c>,
    options: &DeliverOptions,
    seed: Seed,
) -> Result<Outcome, Error> {
    let format = options.format;
    let Consignment {
        senders,
        steps,
        clock,
    } = consignment;
    let mut signatories = Vec::new();
    for sender in senders {
        let signature = Signature::of(context, &sender, &options.sign, &options.route.headers)?;
        signatories.push(Signatory { sender, signature });
    }
    let shipment = Shipment {
        steps,
        clock,
        seed,
        signatories,
    };
    Signature::say_notes(
        context,
        shipment
            .signatories
            .iter()
            .map(|signatory| &signatory.signature),
    );
    let held = shipment
        .signatories
        .iter()
        .filter_map(|signatory| Some(&signatory.signature.held.as_ref()?.1));
    let redactor = Redactor::new(held.map(|held| held.secret.expose()));
    if let Some(form) = options.show {
        return dry_run::run(context, options, form, &shipment)
            .map_err(|error| error.without_secrets(&redactor));
    }
    let trust = trust(&options.route)?;
    let targets = Targets::resolve(context, &options.route, &shipment.signatories);
    let targets = targets.map_err(|error| error.without_secrets(&redactor))?;
    if targets.receiver.is_some() {
        context.note("nobody named a target, so a receiver of this tool's own takes it; --to names your endpoint");
    }
    for Signatory { sender, .. } in shipment
        .signatories
        .iter()
        .filter(|signatory| signatory.sender.retries().is_none())
    {
        if options.sequence.retry {
            let title = sender.title();
            context.note(&format!(
                "{title} does not say when it tries again, so --retry changes nothing"
            ));
        }
    }
    // Only now does Ctrl-C wait for us: no name is being looked up and no editor is open any more.
    let client = Client::new(trust);
    let client = client.map_err(|source| Error::System {
        what: "cannot start the network".to_owned(),
        source,
    })?;
    let plan = Plan {
        shipment,
        targets,
        client,
        timeout: options.route.timeout,
        format,
    };
    match options.burst {
        Some(burst) => burst::run(context, &plan, burst),
        None => sequence::run(context, &plan, &options.sequence),
    }
}

fn trust(options: &RouteOptions) -> Result<Trust, Error> {
    let Some(path) = &options.authorities else {
        return Ok(if options.insecure {
            Trust::AnyCertificate
        } else {
            Trust::System
        });
    };
    let shown = path.display();
    let pem = bounded_read::read(path, bounded_read::CERTIFICATES, SourceKinds::Any);
    let pem = pem.map_err(|source| Error::Unreadable {
        path: shown.to_string(),
        source,
    })?;
    Trust::in_authorities(&pem).map_err(|why| Error::Usage {
        what: format!("--cacert {shown}: {why}"),
        hint: "name a file with the certificate of whoever signed the endpoint's, in PEM"
            .to_owned(),
    })
}
