//! Sends from the page: a delivery again, a sample, a scenario, or an edited body; to a target of the command line.

use super::super::access::PageRefusal;
use super::super::json_of;
use super::super::kept::KeptDelivery;
use super::super::server::own_port;
use super::super::state::Inspector;
use super::bodies::nothing;
use crate::capture::reader::CaptureSink as _;
use crate::error::Error;
use crate::http::{Client, unpacked};
use crate::outbound::capture_selection::{Selection, SelectionOptions};
use crate::outbound::replay::{Speed, replayed};
use crate::outbound::wanted_id::WantedId;
use crate::outbound::{
    Batch, ComposeOptions, DeliveryOrder, Dispatch, RouteOptions, SenderOptions, SequenceOptions,
    SequenceUpdate, Setup, compose, resolve, send_sequence, use_proxies,
};
use crate::report::{Message, SendMessage, SentOrder};
use crate::scheme_choice::SchemeChoice;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{Cursor, Read, empty};
use std::path::PathBuf;
use std::time::Duration;

/// What is to be sent, and to which of the targets.
#[derive(Deserialize)]
pub(super) struct PageSend {
    target: usize,
    #[serde(flatten)]
    what: SentFromPage,
}

#[derive(Deserialize)]
#[serde(tag = "what", rename_all = "lowercase")]
enum SentFromPage {
    Delivery { seq: u64, sign: SignFromPage },
    Sample { event: String },
    Scenario { name: String },
    Body { event: String, body: String },
}

/// How a delivery is signed that is sent again.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum SignFromPage {
    Again,
    Captured,
}

pub(super) fn send(inspector: &Inspector, asked: &PageSend) -> Result<Value, PageRefusal> {
    let settings = &inspector.settings;
    let Some(target) = settings.route.targets.get(asked.target) else {
        return Err(PageRefusal::new(
            400,
            "there is no such target",
            "start `listen` with --forward, or `inspect` with --to",
        ));
    };
    let route = RouteOptions {
        targets: vec![target.clone()],
        ..settings.route.clone()
    };
    let results = inspector.with_setup(|setup| match &asked.what {
        SentFromPage::Delivery { seq, sign } => {
            let scheme = match sign {
                SignFromPage::Captured => SchemeChoice::Captured,
                SignFromPage::Again => settings.sender.scheme.clone(),
            };
            let numbered = inspector.find(*seq)?;
            let batch = batch(inspector, setup, &numbered.delivery, scheme)?;
            sent(inspector, setup, &batch, &route)
        }
        SentFromPage::Sample { event } => {
            let event = Some(event.clone());
            let options = ComposeOptions { event, ..nothing() };
            composed(inspector, setup, &options, &mut empty(), &route)
        }
        SentFromPage::Scenario { name } => {
            let scenario = Some(name.clone());
            let options = ComposeOptions {
                scenario,
                ..nothing()
            };
            composed(inspector, setup, &options, &mut empty(), &route)
        }
        SentFromPage::Body { event, body } => {
            let options = ComposeOptions {
                event: Some(event.clone()),
                body: Some(PathBuf::from("-")),
                ..nothing()
            };
            composed(inspector, setup, &options, &mut Cursor::new(body), &route)
        }
    })?;
    Ok(json!({ "results": results }))
}

/// A delivery as a batch of its own.
pub(super) fn batch<'c>(
    inspector: &Inspector,
    setup: Setup<'_, 'c>,
    delivery: &KeptDelivery,
    scheme: SchemeChoice,
) -> Result<Batch<'c>, PageRefusal> {
    let settings = &inspector.settings;
    let sender = SenderOptions {
        scheme,
        ..settings.sender.clone()
    };
    // One that is named is sent even if it was not genuine.
    let options = SelectionOptions {
        only: Vec::new(),
        ids: vec![WantedId::Number(1, "1".to_owned())],
        failed: false,
        since: None,
        last: None,
    };
    let mut selection = Selection::new(setup.catalogue, &options, None, &sender.scheme, unpacked)?;
    selection.take(delivery.capture())?;
    let (seed, now) = (inspector.seed(), (settings.now)());
    let replayed = replayed(setup, selection.chosen, Speed::Max, &sender, seed, now);
    Ok(replayed?.0)
}

fn composed(
    inspector: &Inspector,
    setup: Setup<'_, '_>,
    options: &ComposeOptions,
    stdin: &mut dyn Read,
    route: &RouteOptions,
) -> Result<Vec<Value>, PageRefusal> {
    let settings = &inspector.settings;
    let (sender, seed) = (&settings.sender, inspector.seed());
    let batch = compose(setup, options, sender, seed, settings.now, stdin)?;
    sent(inspector, setup, &batch, route)
}

/// Sends a batch, and returns what came of each delivery as `send --format json` prints it.
fn sent(
    inspector: &Inspector,
    setup: Setup<'_, '_>,
    batch: &Batch<'_>,
    route: &RouteOptions,
) -> Result<Vec<Value>, PageRefusal> {
    let redactor = batch.redactor();
    let results = results(inspector, setup, batch, route);
    results.map_err(|error| error.without_secrets(&redactor).into())
}

fn results(
    inspector: &Inspector,
    setup: Setup<'_, '_>,
    batch: &Batch<'_>,
    route: &RouteOptions,
) -> Result<Vec<Value>, Error> {
    let mut routes = resolve(setup, route, &batch.senders)?;
    use_proxies(&mut routes, setup.environment);
    let mut ways = routes
        .iter()
        .filter_map(|routed| routed.route.as_ref().ok());
    if ways.any(|way| way.reaches(inspector.address)) {
        return Err(own_port(inspector.address));
    }
    let client = Client::new(route.trust()?).map_err(|source| Error::System {
        what: "cannot start the network".to_owned(),
        source,
    })?;
    let dispatch = Dispatch {
        batch,
        routes,
        client,
        timeout: route.timeout,
        why: None,
        built_in: false,
    };
    let mut results = Vec::new();
    send_sequence(
        &dispatch,
        &one_after_the_other(),
        Vec::new(),
        &mut |update| {
            if let SequenceUpdate::Attempted(outgoing, attempt) = update {
                let order = SentOrder::of(outgoing.order);
                let delivered = attempt.delivered(outgoing.sending(&order));
                results.push(json_of(&Message::Send(SendMessage::Delivered(&delivered))));
            }
            Ok(())
        },
    )?;
    Ok(results)
}

/// Once each, in order, without a pause.
pub(super) fn one_after_the_other() -> SequenceOptions {
    SequenceOptions {
        gap: Duration::ZERO,
        order: DeliveryOrder::Forward,
        duplicates: 0,
        keep_going: true,
        retry: false,
        time_scale: 1.0,
        expect: None,
    }
}
