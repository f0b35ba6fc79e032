//! Decides what a delivery is answered, which deliveries fail, and how.

use super::AnswerOptions;
use super::delivery::InspectedDelivery;
use crate::body::Seed;
use crate::bounded_read::{self, SourceKinds};
use crate::error::Error;
use crate::http::{HeaderLines, Reply};
use crate::redact::headers::header;
use bytes::Bytes;
use http::StatusCode;
use std::time::Duration;

/// How deliveries are answered.
#[derive(Debug)]
pub(crate) struct Answers {
    /// Answer 401, 400 or 422 to bad deliveries.
    pub(super) strict: bool,
    /// The answer to deliveries that do not fail.
    success: Reply,
    /// The answer to deliveries that fail; `None` resets the connection.
    failure: Option<Reply>,
    /// The number of deliveries at the start that fail.
    fail_first: u64,
    /// The fraction of deliveries that fail.
    fail_rate: Option<f64>,
    fail_all: bool,
    seed: Seed,
    /// How long to wait before answering.
    pub(crate) delay: Duration,
}

/// What is done with a delivery.
pub(crate) enum Decision {
    /// Forward it, or give this answer where there is no target.
    Good(Reply),
    /// Give this answer, and do not forward it.
    Bad(Reply),
    /// Reset the connection.
    Reset,
}

impl Answers {
    pub(crate) fn new(
        options: &AnswerOptions,
        forwards: bool,
        entropy: Seed,
    ) -> Result<Self, Error> {
        let some_fail = options.fail_first > 0 || options.fail_rate.is_some();
        let own = options.status.is_some() || options.body.is_some() || !options.headers.is_empty();
        if forwards && !some_fail && (own || options.reset) {
            return Err(Error::ConflictingOptions {
                what: "forwarded deliveries are answered by the target, so --answer and --reset do not apply to them"
                    .to_owned(),
                hint: "leave out --answer or --forward, or add --fail-first or --fail-rate to choose which ones fail"
                    .to_owned(),
            });
        }
        // If some deliveries fail, the options describe the answer to those.
        let own_reply = |status| reply(options, status);
        let (success, failure) = if some_fail {
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
            success,
            failure: (!options.reset).then_some(failure),
            fail_first: options.fail_first,
            fail_rate: options.fail_rate,
            fail_all: options.reset && !some_fail,
            seed: options.seed.map_or(entropy, Seed),
            delay: options.delay,
        })
    }

    /// The answers of a careful endpoint.
    pub(crate) fn careful() -> Self {
        Self {
            strict: true,
            success: Reply::line(200, "ok"),
            failure: None,
            fail_first: 0,
            fail_rate: None,
            fail_all: false,
            seed: Seed(0),
            delay: Duration::ZERO,
        }
    }

    pub(crate) fn decide(&self, delivery: &InspectedDelivery) -> Decision {
        let number = delivery.number;
        if self.strict {
            let (status, why) = delivery.careful_answer();
            if status != 200 {
                return Decision::Bad(Reply::line(status, why));
            }
        }
        let drawn = |rate: f64| (self.seed.draw(number) as f64 / u64::MAX as f64) < rate;
        if self.fail_all || number < self.fail_first || self.fail_rate.is_some_and(drawn) {
            return self.failure.clone().map_or(Decision::Reset, Decision::Bad);
        }
        Decision::Good(self.success.clone())
    }
}

/// The answer that the options describe, with that status.
fn reply(options: &AnswerOptions, status: u16) -> Result<Reply, Error> {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let mut reply = match &options.body {
        None if status == 200 => Reply::line(status, "ok"),
        None => Reply::line(status, &reason.unwrap_or("as requested").to_lowercase()),
        Some(path) => {
            let body = bounded_read::read(path, bounded_read::BODY, SourceKinds::Any);
            let body = body.map_err(|source| Error::Unreadable {
                path: path.display().to_string(),
                source,
            })?;
            let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
            let mut reply = Reply::line(status, "");
            if is_json {
                reply.headers = HeaderLines::default();
                reply.headers.push("content-type", b"application/json");
            }
            Reply {
                body: Bytes::from(body),
                ..reply
            }
        }
    };
    if matches!(status, 204 | 205 | 304) {
        // Answers with these statuses have no body.
        reply.body = Bytes::new();
    }
    for text in &options.headers {
        let header = header("--answer-header", text)?;
        if header.is("Content-Type") {
            reply.headers = reply.headers.without(&header.name);
        }
        reply.headers.push(&header.name, header.value.as_bytes());
    }
    Ok(reply)
}
