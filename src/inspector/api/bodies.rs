//! Bodies that are about to be sent: samples as they would be sent, and what is wrong with an edited one.

use super::super::access::PageRefusal;
use super::super::rendered;
use super::super::state::Inspector;
use crate::body::Spelling;
use crate::catalogue::manifest::Form;
use crate::lint::{Linter, Scratch};
use crate::outbound::{ComposeOptions, OrderChoice, compose};
use crate::report::{Body, Excerpt, Format, Message, ValidateMessage};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::empty;
use std::time::Duration;

/// A body to be validated.
#[derive(Deserialize)]
pub(super) struct BodyToValidate {
    body: String,
    /// What it should be; what it is recognised as without it.
    event: Option<String>,
}

/// What `send` is asked for without a flag.
pub(super) fn nothing() -> ComposeOptions {
    ComposeOptions {
        event: None,
        scenario: None,
        body: None,
        form: Form::Full,
        spelling: Spelling::Provider,
        order: OrderChoice::default(),
        edits: Vec::new(),
        edit: false,
        seed: None,
        now: None,
    }
}

/// An event's sample, with new ids and times.
pub(super) fn sample(inspector: &Inspector, event: &str) -> Result<Value, PageRefusal> {
    let settings = &inspector.settings;
    let options = ComposeOptions {
        event: Some(event.to_owned()),
        ..nothing()
    };
    let seed = inspector.seed();
    let sender = &settings.sender;
    inspector.with_setup(|setup| {
        let batch = compose(setup, &options, sender, seed, settings.now, &mut empty())?;
        let step = batch.steps.first();
        let body = step.map(|step| batch.body(step, 0, Duration::ZERO));
        let event = step.and_then(|step| step.event.as_deref());
        let body = body.unwrap_or_default();
        Ok(json!({ "event": event, "body": String::from_utf8_lossy(&body) }))
    })
}

/// What is wrong with a body, as `validate` says it.
pub(super) fn validate(
    inspector: &Inspector,
    given: &BodyToValidate,
) -> Result<Value, PageRefusal> {
    let catalogue = inspector.settings.catalogue;
    let mut linter = Linter::new(catalogue.providers(), inspector.config().levels);
    if let Some(event) = &given.event {
        linter = linter.force(catalogue.event(event)?);
    }
    let mut bodies = Vec::new();
    let text = given.body.as_bytes();
    linter.lint(text, &mut Scratch::default(), &mut |body| bodies.push(body));
    let excerpt = Excerpt::new(text, 1, 0);
    let (mut event, mut findings) = (Value::Null, Vec::new());
    for (record, body) in (1..).zip(&bodies) {
        let body = ValidateMessage::Body(Body::received(record, body, &excerpt));
        let lines = rendered(&Message::Validate(body), Format::Json);
        for line in lines.split(|byte| *byte == b'\n') {
            let line: Value = serde_json::from_slice(line).unwrap_or_default();
            match line["type"].as_str() {
                Some("finding") => findings.push(line),
                Some("body") if event.is_null() => event = line["event"].clone(),
                _ => {}
            }
        }
    }
    Ok(json!({ "event": event, "findings": findings }))
}
