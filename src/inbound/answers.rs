//! What a delivery is answered: as an observer, as a careful endpoint, or as a bad one.
//!
//! Separate from receiving so that "which deliveries fail, and how" can be read in one place.

use super::AnswerOptions;
use super::inspector::Examined;
use crate::body::Seed;
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::http::Reply;
use crate::redact::headers::header;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::time::Duration;

/// Decides on answers.
#[derive(Debug)]
pub(crate) struct Answers {
    strict: bool,
    /// What is answered to those that do not fail.
    good: Reply,
    /// What is answered to those that fail; nothing where their connection is reset.
    bad: Option<Reply>,
    /// So many fail, then none.
    fail_first: u64,
    /// That part of all fails.
    fail_rate: Option<f64>,
    /// All of them do.
    fail_all: bool,
    seed: Seed,
    /// The sender waits so long.
    pub(crate) delay: Duration,
}

/// What becomes of a delivery.
pub(crate) enum Decision {
    /// It is answered so, or passed on to somebody who answers.
    Good(Reply),
    /// It is answered so, and goes nowhere else.
    Bad(Reply),
    /// Its connection is reset.
    Reset,
}

impl Answers {
    pub(crate) fn new(
        options: &AnswerOptions,
        forwards: bool,
        entropy: Seed,
    ) -> Result<Self, Error> {
        let sometimes = options.fail_first > 0 || options.fail_rate.is_some();
        let own = options.status.is_some() || options.body.is_some() || !options.headers.is_empty();
        if forwards && !sometimes && (own || options.reset) {
            return Err(Error::Usage {
                what: "an answer was given for deliveries that are passed on, whose answer comes from there".to_owned(),
                hint: "leave --answer or --forward out, or say with --fail-first or --fail-rate which ones fail"
                    .to_owned(),
            });
        }
        // With deliveries that fail, what was given is for them.
        let own_reply = |status| reply(options, status);
        let (good, bad) = if sometimes {
            (
                Reply::line(200, "ok"),
                own_reply(options.status.unwrap_or(500))?,
            )
        } else {
            let own = own_reply(options.status.unwrap_or(200))?;
            (own.clone(), own)
        };
        Ok(Self {
            strict: options.strict,
            good,
            bad: (!options.reset).then_some(bad),
            fail_first: options.fail_first,
            fail_rate: options.fail_rate,
            fail_all: options.reset && !sometimes,
            seed: options.seed.map_or(entropy, Seed),
            delay: options.delay,
        })
    }

    /// What becomes of the delivery of that number, the first of which is 0.
    pub(crate) fn decide(&self, number: u64, examined: &Examined, body: &[u8]) -> Decision {
        if self.strict {
            let (status, why) = examined.careful(body);
            if status != 200 {
                return Decision::Bad(Reply::line(status, why));
            }
        }
        let drawn = |rate: f64| (self.seed.draw(number) as f64 / u64::MAX as f64) < rate;
        if self.fail_all || number < self.fail_first || self.fail_rate.is_some_and(drawn) {
            return self.bad.clone().map_or(Decision::Reset, Decision::Bad);
        }
        Decision::Good(self.good.clone())
    }
}

/// An answer as the user wants it.
fn reply(options: &AnswerOptions, status: u16) -> Result<Reply, Error> {
    let words = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let mut reply = match &options.body {
        None if status == 200 => Reply::line(status, "ok"),
        None => Reply::line(status, &words.unwrap_or("as told").to_lowercase()),
        Some(path) => {
            let body = bounded_read::read(path, bounded_read::BODY, SourceKinds::Any);
            let body = body.map_err(|source| Error::Unreadable {
                path: path.display().to_string(),
                source,
            })?;
            let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
            let mut reply = Reply::line(status, "");
            if is_json {
                reply.headers.insert(
                    http::header::CONTENT_TYPE,
                    HeaderValue::from_static("application/json"),
                );
            }
            Reply {
                body: Bytes::from(body),
                ..reply
            }
        }
    };
    if matches!(status, 204 | 205 | 304) {
        // These have none.
        reply.body = Bytes::new();
    }
    for text in &options.headers {
        let header = header("--answer-header", text)?;
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_bytes(header.value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            if name == http::header::CONTENT_TYPE {
                reply.headers.insert(name, value);
            } else {
                reply.headers.append(name, value);
            }
        }
    }
    Ok(reply)
}
