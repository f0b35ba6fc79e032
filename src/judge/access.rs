//! How the shop is asked for orders and states: over HTTP, or by a shell command.

use super::judgement::Stop;
use super::order::Order;
use super::shell::{ShellFailure, run_shell};
use crate::config::Origin;
use crate::error::Error;
use crate::http::{
    Answer, Delivery, ExactClient, ExactRequest, Header, Manner, Route, Target, Trust,
};
use crate::remote_targets::{RemotePolicy, parse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the shop may take to make an order or to show a state.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is encoded in a URL: all but the characters that RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The place of the order's name in a URL.
const PLACE: &str = "{order}";

/// A URL or a shell command that makes orders or shows their states.
pub(super) struct Access {
    flag: &'static str,
    text: String,
    way: Way,
    stop: Arc<AtomicBool>,
}

enum Way {
    Url(ExactClient),
    Shell,
}

impl Access {
    /// Reads the value of a flag.
    pub(super) fn new(
        flag: &'static str,
        text: &str,
        policy: &RemotePolicy<'_>,
        trust: &Trust,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, Error> {
        let way = if is_url(text) {
            let origin = Origin::Flag(flag);
            let target = target(flag, text, "")?;
            let route = Route::to(&target).map_err(|fault| Error::Usage {
                what: format!("{flag} {target}: {}", fault.words(PATIENCE)),
                hint: "check the spelling of the host".to_owned(),
            })?;
            policy.check(&route, &origin, [])?;
            Way::Url(
                ExactClient::new(trust, route, Arc::clone(stop)).map_err(|fault| Error::Usage {
                    what: format!("{flag} {target}: {}", fault.words(PATIENCE)),
                    hint: "check the URL and its certificate".to_owned(),
                })?,
            )
        } else {
            check_command(flag, text)?;
            Way::Shell
        };
        Ok(Self {
            flag,
            text: text.to_owned(),
            way,
            stop: Arc::clone(stop),
        })
    }

    /// Whether each order is asked for by its name: a command may also do so.
    pub(super) fn names_order(&self) -> bool {
        self.text.contains(PLACE) || matches!(self.way, Way::Shell)
    }

    /// What the shop answers.
    pub(super) fn ask(&self, method: &str, order: Option<&Order>) -> Result<Vec<u8>, Stop> {
        match &self.way {
            Way::Url(client) => self.ask_url(client, method, order),
            Way::Shell => {
                let variables = order.map(Order::variables).unwrap_or_default();
                run_shell(&self.text, &variables, PATIENCE, &self.stop)
                    .map_err(|failure| self.failed(&failure))
            }
        }
    }

    fn ask_url(
        &self,
        client: &ExactClient,
        method: &str,
        order: Option<&Order>,
    ) -> Result<Vec<u8>, Stop> {
        let target = target(self.flag, &self.text, order.map_or("", Order::name))?;
        let accept = Header {
            name: "Accept".to_owned(),
            value: "application/json".to_owned(),
            secret: None,
        };
        let (mut headers, mut body) = (vec![accept], Vec::new());
        // An order that is to be made under that name.
        if let ("POST", Some(order)) = (method, order) {
            body = serde_json::json!({"order": order.name()})
                .to_string()
                .into_bytes();
            headers.push(Header {
                name: "Content-Type".to_owned(),
                value: "application/json".to_owned(),
                secret: None,
            });
        }
        let delivery = Delivery {
            method: method.to_owned(),
            target,
            headers,
            body,
        };
        let sent = client.send(&ExactRequest::of(&delivery), Manner::Whole, PATIENCE);
        match sent.outcome {
            Ok(Answer { status, body, .. }) if (200..300).contains(&status) => Ok(body),
            // The shop does not know the order yet: that is also a state.
            Ok(Answer { status: 404, .. }) if order.is_some_and(|order| !order.is_known()) => {
                Ok(b"{\"answer\":\"404 Not Found\"}".to_vec())
            }
            Ok(answer) => Err(self.broken(&format!(
                "answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
                    .chars()
                    .take(120)
                    .collect::<String>()
            ))),
            Err(crate::http::Fault::Interrupted) => Err(Stop::Interrupted),
            Err(fault) => Err(self.broken(&fault.words(PATIENCE))),
        }
    }

    fn failed(&self, failure: &ShellFailure) -> Stop {
        if self.stop.load(Ordering::Relaxed) {
            return Stop::Interrupted;
        }
        self.broken(&failure.to_string())
    }

    fn broken(&self, why: &str) -> Stop {
        Stop::Broken(Error::Usage {
            what: format!("{self}: {why}"),
            hint: format!(
                "try it by hand: {} must work by itself before an endpoint can be judged with it",
                self.flag
            ),
        })
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.flag, crate::http::masked(&self.text))
    }
}

/// Refuses commands that are meant to be URLs, and those in which the place for an order's name would stay.
fn check_command(flag: &'static str, text: &str) -> Result<(), Error> {
    let what = format!("{flag} {}", crate::http::masked(text));
    let word = text.split(['/', '?']).next().unwrap_or_default();
    let port = word.rsplit_once(':').map(|(_, port)| port);
    let is_address =
        !text.contains(char::is_whitespace) && port.is_some_and(|port| port.parse::<u16>().is_ok());
    if is_address {
        let host = if text.starts_with(':') {
            "127.0.0.1"
        } else {
            ""
        };
        return Err(Error::Usage {
            what: format!("{what} would run as a shell command"),
            hint: format!("a URL begins with its scheme: http://{host}{text}"),
        });
    }
    // A command that makes orders may well print that.
    if flag == "--state" && text.contains(PLACE) {
        return Err(Error::Usage {
            what: format!("{what}: {PLACE} is replaced in URLs only"),
            hint: "a command gets the name in $INQUD_HOOK_ORDER: put that in its place, within double quotes"
                .to_owned(),
        });
    }
    Ok(())
}

pub(super) fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    })
}

/// The URL with the order's name in its place.
fn target(flag: &'static str, text: &str, name: &str) -> Result<Target, Error> {
    let name = utf8_percent_encode(name, ENCODED).to_string();
    parse(&text.replace(PLACE, &name), Origin::Flag(flag))
}
