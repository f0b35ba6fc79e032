//! What all cases of a run share: the target, the provider's deliveries, the shop, and what the calibration found out.

use super::access::Access;
use super::deliveries::Deliveries;
use super::doubt::PaidDoubt;
use super::effect::{Effect, Ignored};
use super::options::{JudgeOptions, OutageCommands, Strictness};
use super::process::{EndpointProcess, connected};
use crate::body::Seed;
use crate::cases::Case;
use crate::catalogue::Provider;
use crate::config::ResolvedSecret;
use crate::error::Error;
use crate::http::{ExactClient, Route};
use crate::outbound::{self, RoutedTarget, Sender, Setup};
use crate::redact::Redactor;
use crate::remote_targets::RemotePolicy;
use crate::report::PaidMeaning;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What all cases of a run share. Threads use it side by side.
pub(crate) struct Session<'c> {
    pub(crate) deliveries: Deliveries<'c>,
    pub(crate) client: ExactClient,
    /// How long to wait for an answer.
    pub(crate) limit: Duration,
    pub(super) order: Option<Access>,
    pub(super) state: Option<Access>,
    /// Where the state of a paid order has which value.
    pub(super) paid: Option<(String, String)>,
    pub(crate) outage: Option<OutageCommands>,
    /// The endpoint, where `test` starts it.
    pub(crate) process: Option<EndpointProcess>,
    /// The events that the endpoint says it handles.
    pub(crate) events: Vec<String>,
    pub(crate) strictness: Strictness,
    pub(crate) seed: Seed,
    /// Set when the run is to end.
    pub(crate) stop: Arc<AtomicBool>,
    pub(super) ignored: Ignored,
    pub(super) calibration: OnceLock<Calibration>,
    pub(crate) redactor: Redactor,
    pub(crate) route: Route,
}

/// What genuine payments do to the state.
#[derive(Clone, Debug)]
pub(crate) struct Calibration {
    /// What one payment does.
    pub(crate) paid: Effect,
    /// Why that may not be what paid looks like.
    pub(super) doubt: Option<PaidDoubt>,
    pub(crate) ignored: Ignored,
    /// How long it took until the state had changed.
    pub(crate) delay: Duration,
    /// How long to wait before "nothing changed" is believed.
    pub(crate) quiet: Duration,
    /// A payment of one order leaves the state of others alone, so that cases can run side by side.
    pub(crate) isolated: bool,
    /// How long a payment was handled.
    pub(crate) handling: Duration,
}

impl<'c> Session<'c> {
    /// Checks the options and prepares everything; sends nothing.
    pub(crate) fn new(
        setup: Setup<'_, 'c>,
        provider: &'c Provider,
        options: &JudgeOptions,
        seed: Seed,
        now: Option<i64>,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, Error> {
        check_pointers(options)?;
        let sender = Sender::new(setup, Some(&provider.manifest), &options.sender)?;
        let policy = RemotePolicy {
            config: setup.config,
            catalogue: setup.catalogue,
            allow_remote: options.route.allow_remote,
        };
        let route = route(setup, &options.route, &sender)?;
        let trust = options.route.trust()?;
        let access = |flag, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| Access::new(flag, text, &policy, &trust, stop))
                .transpose()
        };
        let (order, state) = (
            access("--order", &options.shop.order)?,
            access("--state", &options.shop.state)?,
        );
        // Longer than the provider waits: an answer that comes too late is another finding than none.
        let limit = sender.timeout() * 3 / 2;
        let limit = options.route.timeout.unwrap_or(limit);
        let client =
            ExactClient::new(&trust, route.clone(), Arc::clone(stop)).map_err(|fault| {
                Error::Usage {
                    what: format!("{}: {}", route.target, fault.words(limit)),
                    hint: "check the URL and --cacert".to_owned(),
                }
            })?;
        let secret = sender
            .secret()
            .map(|(_, resolved)| resolved.secret.expose().to_vec());
        let events = event_names(provider, &options.events)?;
        let target = route.target.clone();
        Ok(Self {
            redactor: Redactor::new(secret.iter().map(Vec::as_slice)),
            deliveries: Deliveries::new(provider, sender, target, &events, now)?,
            client,
            limit,
            order,
            state,
            paid: options.shop.paid.clone(),
            outage: options.shop.outage.clone(),
            process: None,
            events,
            strictness: options.strictness,
            seed,
            stop: Arc::clone(stop),
            ignored: Ignored::new(&options.shop.ignore),
            calibration: OnceLock::new(),
            route,
        })
    }

    /// That the payments are of another event than those of `--events`, where it is so.
    pub(crate) fn event_note(&self) -> Option<String> {
        let payment = self.deliveries.payment_event();
        let is_other = !self.events.is_empty() && !self.events.iter().any(|name| name == payment);
        is_other.then(|| {
            format!(
                "none of --events says that an order is paid, so {payment} is sent as the payment"
            )
        })
    }

    /// Whether the shop makes the orders.
    pub(crate) fn makes_orders(&self) -> bool {
        self.order.is_some()
    }

    /// Whether the shop shows states.
    pub(crate) fn shows_states(&self) -> bool {
        self.state.is_some()
    }

    /// What the calibration found, once it is over.
    pub(crate) fn calibration(&self) -> Option<&Calibration> {
        self.calibration.get()
    }

    /// Why what the calibration took for paid may not be that.
    pub(super) fn doubt(&self) -> Option<PaidDoubt> {
        self.calibration()?.doubt
    }

    /// What paid looks like, for the report.
    pub(super) fn paid_meaning(&self) -> Option<PaidMeaning> {
        self.calibration().map(|calibration| PaidMeaning {
            effect: calibration.paid.to_string(),
            given: self
                .paid
                .as_ref()
                .map(|(pointer, value)| format!("{pointer}={value}")),
            doubt: calibration.doubt.map(PaidDoubt::note),
        })
    }

    /// How many cases a run has: the chosen ones, and those of the gate.
    pub(crate) fn count_with_gate(&self, chosen: &[Case]) -> usize {
        let gate = if self.shows_states() { 4 } else { 2 };
        let others = chosen.iter().filter(|case| case.group() != "gate");
        gate + others.count()
    }

    /// Whether the endpoint takes connections.
    pub(super) fn listens(&self) -> bool {
        connected(&self.route.addresses).is_some()
    }

    /// Whether the run is to end.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The provider's secret and where it is from.
    pub(crate) fn secret(&self) -> Option<&ResolvedSecret> {
        self.deliveries.sender.secret().map(|(_, secret)| secret)
    }
}

/// Refuses what cannot be a JSON pointer, which would match nothing.
fn check_pointers(options: &JudgeOptions) -> Result<(), Error> {
    let paid = options
        .shop
        .paid
        .iter()
        .map(|(pointer, _)| ("--paid", pointer));
    let ignore = options
        .shop
        .ignore
        .iter()
        .map(|pointer| ("--ignore", pointer));
    let bad = paid
        .chain(ignore)
        .find(|(_, pointer)| !pointer.starts_with('/'));
    bad.map_or(Ok(()), |(flag, pointer)| {
        Err(Error::InvalidValue {
            option: format!("{flag} {pointer}"),
            why: "not a JSON pointer".to_owned(),
            hint: format!("begin it with a slash: {flag} /{pointer}"),
        })
    })
}

/// The way to the one target.
fn route(
    setup: Setup<'_, '_>,
    options: &outbound::RouteOptions,
    sender: &Sender<'_>,
) -> Result<Route, Error> {
    let mut routes = outbound::resolve(setup, options, std::slice::from_ref(sender))?;
    let RoutedTarget { target, route } = match (routes.pop(), routes.len()) {
        (Some(one), 0) => one,
        (None, _) => {
            return Err(Error::Usage {
                what: "there is no endpoint to test".to_owned(),
                hint: "give it with --to, as in --to :3000/webhooks".to_owned(),
            });
        }
        (Some(_), others) => {
            return Err(Error::Usage {
                what: format!(
                    "{} targets are given, and one endpoint is tested at a time",
                    others + 1
                ),
                hint: "leave one --to, and run test once for each endpoint".to_owned(),
            });
        }
    };
    route.map_err(|fault| Error::Usage {
        what: format!("{target}: {}", fault.words(Duration::ZERO)),
        hint: "check the spelling of the host".to_owned(),
    })
}

/// The names of events within their provider, as the catalogue spells them.
fn event_names(provider: &Provider, given: &[String]) -> Result<Vec<String>, Error> {
    let known = &provider.manifest.events;
    let named = |text: &String| {
        let bare = text
            .strip_prefix(&format!("{}/", provider.manifest.name))
            .unwrap_or(text);
        let event = known
            .iter()
            .find(|event| event.names().any(|name| name.eq_ignore_ascii_case(bare)));
        event.map(|event| event.name.to_string()).ok_or_else(|| {
            let names = known.iter().map(|event| event.name.as_str());
            Error::UnknownEvent {
                name: text.clone(),
                nearest: crate::suggest::nearest(bare, names)
                    .iter()
                    .map(|name| format!("{}/{name}", provider.manifest.name))
                    .collect(),
                retired: provider.manifest.retired.get(bare).map(ToString::to_string),
            }
        })
    };
    given.iter().map(named).collect()
}
