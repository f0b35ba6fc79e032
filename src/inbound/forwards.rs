//! Forwards deliveries to the targets of `--forward`, and decides what the sender is answered if a target fails.

use super::ForwardOptions;
use super::gate::Refusal;
use crate::catalogue::Catalogue;
use crate::catalogue::pattern::Patterns;
use crate::config::Env;
use crate::error::Error;
use crate::http::{Fault, Forward, Received, Reply, Route, Target, VIA};
use crate::report::Forwarded;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// All targets.
#[derive(Default)]
pub(crate) struct Forwards {
    all: Vec<(Patterns, Rc<Forward>)>,
    /// How long to wait for a target's answer.
    pub(crate) limit: Duration,
    /// Every accepted path was given by the user, and may be forwarded.
    pub(crate) any_path: bool,
    /// Stands in the header `Inqud-Hook-Via` of every delivery that was forwarded.
    mark: String,
    /// It was said that a target forwards to this listener.
    loops: Cell<bool>,
}

/// The way to a target of `--forward`.
pub(crate) fn route_to(
    target: &Target,
    limit: Duration,
    environment: Env<'_>,
) -> Result<Route, Error> {
    if target.login().is_some() {
        return Err(Error::Usage {
            what: format!(
                "{target} has a user and a password, but deliveries are forwarded without changes"
            ),
            hint: "leave them out of the URL".to_owned(),
        });
    }
    let refuse = |hint| move |fault: Fault| unreachable_target(target, &fault, limit, hint);
    let mut route = Route::to(target).map_err(refuse("check the host name"))?;
    route
        .use_proxy(environment)
        .map_err(refuse("check HTTP_PROXY and HTTPS_PROXY"))?;
    Ok(route)
}

fn unreachable_target(target: &Target, fault: &Fault, limit: Duration, hint: &str) -> Error {
    Error::Usage {
        what: format!("cannot forward to {target}: {}", fault.words(limit)),
        hint: hint.to_owned(),
    }
}

impl Forwards {
    /// Resolves the targets. `route` parses a URL and refuses what may not be sent to; headers that sign are
    /// always forwarded. `mark` stands for this listener.
    pub(crate) fn resolve(
        options: &ForwardOptions,
        any_path: bool,
        catalogue: &Catalogue,
        mark: String,
        route: impl Fn(&str) -> Result<Route, Error>,
    ) -> Result<Self, Error> {
        let mut all = Vec::new();
        let signing = catalogue.signing_headers();
        for target in &options.targets {
            let patterns = target.pattern.as_slice();
            let patterns = Patterns::known("--forward", patterns, catalogue)?;
            let route = route(&target.url)?;
            let url = route.target.clone();
            let forward =
                Forward::new(route, &options.trust, signing.clone(), &mark).map_err(|fault| {
                    unreachable_target(&url, &fault, options.timeout, "check the URL")
                })?;
            all.push((patterns, Rc::new(forward)));
        }
        Ok(Self {
            all,
            limit: options.timeout,
            any_path,
            mark,
            loops: false.into(),
        })
    }

    /// Refuses a target that is this listener itself: a delivery would go round for ever. `name` is what has that address.
    pub(crate) fn refuse_loops(&self, own: SocketAddr, name: &str) -> Result<(), Error> {
        match self
            .all
            .iter()
            .find(|(_, forward)| forward.route.reaches(own))
        {
            None => Ok(()),
            Some((_, forward)) => Err(Error::Usage {
                what: format!(
                    "--forward {} leads back to {name}, on {own}",
                    forward.route.target
                ),
                hint: "give the URL of your service, or listen on another port".to_owned(),
            }),
        }
    }

    /// The patterns of each target, and its URL.
    pub(crate) fn targets(&self) -> impl Iterator<Item = (&[String], String)> {
        let target = |forward: &Rc<Forward>| forward.route.target.to_string();
        self.all
            .iter()
            .map(move |(patterns, forward)| (patterns.all(), target(forward)))
    }

    /// Why a delivery must not be taken: it was forwarded from here, and came back through another listener.
    pub(crate) fn refusal(&self, received: &Received) -> Option<Refusal> {
        let mut vias = received.values(VIA);
        let own = !self.all.is_empty() && vias.any(|via| via == self.mark.as_bytes());
        own.then(|| Refusal {
            status: 508,
            why: "it was forwarded from here and came back: a target of --forward forwards to this listener"
                .to_owned(),
        })
    }

    /// Whether a loop is found for the first time.
    pub(crate) fn is_first_loop(&self) -> bool {
        !self.loops.replace(true)
    }

    /// The targets that get an event.
    pub(crate) fn of(&self, event: Option<(&str, &str)>) -> Vec<Rc<Forward>> {
        self.all
            .iter()
            .filter(|(pattern, _)| pattern.fit(event))
            .map(|(_, forward)| Rc::clone(forward))
            .collect()
    }
}

/// Why a delivery is not forwarded. The path is not repeated here: it may contain a secret.
const UNKNOWN_SENDER: &str = "the sender chose the path or query, and did not sign with a secret that you configured; put \
                              the path into the URL of --forward, or allow it with --path";

/// Forwards a delivery; returns the answer for its sender and what is shown. Where the target's URL has no path or query,
/// the delivery's are taken if its sender `may_choose` them: strangers must not choose which part of a service they reach.
pub(crate) async fn pass(
    forward: &Forward,
    received: &Received,
    limit: Duration,
    may_choose: bool,
) -> (Reply, Forwarded) {
    let target = forward.route.target.to_string();
    let (path, is_choice) = forward.path(received);
    if is_choice && !may_choose {
        let why = UNKNOWN_SENDER.to_owned();
        let reply = Reply::line(403, &format!("not forwarded: {why}"));
        return (
            reply,
            Forwarded {
                target,
                outcome: Err(why),
                latency: None,
            },
        );
    }
    let begun = Instant::now();
    let outcome = forward.pass(received, &path, limit).await;
    let latency = Some(begun.elapsed());
    match outcome {
        Ok(reply) => {
            let status = reply.status.as_u16();
            (
                reply,
                Forwarded {
                    target,
                    outcome: Ok(status),
                    latency,
                },
            )
        }
        Err(fault) => {
            let words = fault.words(limit);
            let reply = match &fault {
                Fault::Timeout(_) => Reply::line(504, &format!("{target}: {words}")),
                _ => Reply::line(502, &format!("{target}: {words}")),
            };
            (
                reply,
                Forwarded {
                    target,
                    outcome: Err(words),
                    latency,
                },
            )
        }
    }
}

/// Waits for the task that runs `pass`; aborts it when `give_up` is ready first, which says why.
pub(crate) async fn forwarded(
    forward: &Forward,
    mut task: JoinHandle<(Reply, Forwarded)>,
    give_up: impl Future<Output = &'static str>,
) -> (Reply, Forwarded) {
    let begun = Instant::now();
    let mut give_up = pin!(give_up);
    let outcome = poll_fn(|context| match Pin::new(&mut task).poll(context) {
        Poll::Ready(outcome) => Poll::Ready(outcome.map_err(|_| "forwarding failed")),
        Poll::Pending => give_up.as_mut().poll(context).map(Err),
    });
    outcome.await.unwrap_or_else(|why| {
        task.abort();
        let forwarded = Forwarded {
            target: forward.route.target.to_string(),
            outcome: Err(why.to_owned()),
            latency: Some(begun.elapsed()),
        };
        (Reply::line(500, why), forwarded)
    })
}

/// Waits until there is a reason to abort the forwarding of a delivery, and says which: too many are waiting once its
/// sender has left, or the listener is stopped.
pub(crate) async fn given_up(received: &Received, left: impl Future<Output = ()>) -> &'static str {
    let mut overloaded = pin!(async {
        left.await;
        received.overloaded().await;
    });
    let mut stopped = pin!(received.given_up());
    poll_fn(|context| {
        if overloaded.as_mut().poll(context).is_ready() {
            return Poll::Ready("gave up: too many deliveries are waiting");
        }
        stopped
            .as_mut()
            .poll(context)
            .map(|()| "gave up: the listener was stopped")
    })
    .await
}
