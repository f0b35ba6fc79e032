//! Where deliveries are passed on to, and what becomes of the answers.
//!
//! Separate from the network, which passes on one: here it is decided who gets which, and what the sender is told where
//! nobody answered.

use super::inspector::VerifyingKey;
use super::{ForwardOption, ListenOptions};
use crate::catalogue::pattern::Patterns;
use crate::commands::Context;
use crate::config::Origin;
use crate::error::Error;
use crate::http::{Fault, Forward, Received, Reply, Route};
use crate::remote_targets::{RemotePolicy, parse};
use crate::report::Forwarded;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// All targets.
pub(crate) struct Forwards {
    all: Vec<(Patterns, Rc<Forward>)>,
    limit: Duration,
    /// Every path that is let in was given by the user, and may be passed on.
    pub(crate) open: bool,
}

impl Forwards {
    /// Resolves the targets, and refuses what is not this machine unless that was allowed.
    pub(crate) fn resolve(
        context: &Context<'_>,
        options: &ListenOptions,
        keys: &[VerifyingKey],
    ) -> Result<Self, Error> {
        let origin = Origin::Flag("--forward");
        let policy = RemotePolicy {
            config: &context.config,
            catalogue: context.catalogue,
            allow_remote: options.allow_remote,
        };
        let mut all = Vec::new();
        for ForwardOption { pattern, target } in &options.forwards {
            let target = parse(target, &origin)?;
            if target.login().is_some() {
                return Err(Error::Usage {
                    what: format!(
                        "{target} has a user and a password, and nothing is added to what is passed on"
                    ),
                    hint: "leave them out of the URL".to_owned(),
                });
            }
            let route = Route::to(&target).map_err(|fault| Error::Usage {
                what: format!(
                    "cannot pass on to {target}: {}",
                    fault.words(options.forward_timeout)
                ),
                hint: "check the host's name".to_owned(),
            })?;
            let secrets = keys
                .iter()
                .map(|key| (key.manifest.name.as_str(), &key.held));
            policy.check(&route, &origin, secrets)?;
            let forward = Forward::new(route, &options.trust, context.catalogue.signing_headers())
                .map_err(|fault| Error::Usage {
                    what: format!(
                        "cannot pass on to {target}: {}",
                        fault.words(options.forward_timeout)
                    ),
                    hint: "check the URL".to_owned(),
                })?;
            let pattern = Patterns::new(&pattern.iter().cloned().collect::<Vec<_>>());
            all.push((pattern, Rc::new(forward)));
        }
        Ok(Self {
            all,
            limit: options.forward_timeout,
            open: !options.paths.is_empty(),
        })
    }

    /// Refuses a target that leads back to where is listened: one delivery would go round for ever.
    pub(crate) fn refuse_loops(&self, own: SocketAddr) -> Result<(), Error> {
        match self
            .all
            .iter()
            .find(|(_, forward)| forward.route.reaches(own))
        {
            None => Ok(()),
            Some((_, forward)) => Err(Error::Usage {
                what: format!(
                    "--forward {} leads back to this listener, on {own}",
                    forward.route.target
                ),
                hint: "give the URL of your service, or listen on another port".to_owned(),
            }),
        }
    }

    /// Those that get the event.
    pub(crate) fn of(&self, event: Option<(&str, &str)>) -> Vec<Rc<Forward>> {
        self.all
            .iter()
            .filter(|(pattern, _)| pattern.fit(event))
            .map(|(_, forward)| Rc::clone(forward))
            .collect()
    }

    /// How long an answer is waited for.
    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }
}

/// Why nothing is passed on. The path itself is not repeated here: it may hold a secret.
const UNKNOWN_SENDER: &str = "the sender chose this path or query, and did not sign with a secret that you configured; put \
                              the path into the URL of --forward, or allow it with --path";

/// Passes a delivery on; the answer for its sender, and what is told of it. Where the target's URL leaves path or query
/// open, the delivery gives them if its sender `may_choose`: strangers must not decide what of a service is reached.
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
        let reply = Reply::line(403, &format!("not passed on: {why}"));
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

/// Waits for what `pass` comes to in a task of its own; gives it up where `spare` comes first.
pub(crate) async fn passed(
    forward: &Forward,
    mut passing: JoinHandle<(Reply, Forwarded)>,
    spare: impl Future<Output = ()>,
) -> (Reply, Forwarded) {
    let begun = Instant::now();
    let mut spare = pin!(spare);
    let passed = poll_fn(|context| match Pin::new(&mut passing).poll(context) {
        Poll::Ready(passed) => Poll::Ready(passed.map_err(|_| "passing it on failed")),
        Poll::Pending => spare
            .as_mut()
            .poll(context)
            .map(|()| Err("given up: too many deliveries wait for it")),
    });
    passed.await.unwrap_or_else(|why| {
        passing.abort();
        let forwarded = Forwarded {
            target: forward.route.target.to_string(),
            outcome: Err(why.to_owned()),
            latency: Some(begun.elapsed()),
        };
        (Reply::line(500, why), forwarded)
    })
}
