//! `--dry-run` and `--as`: the requests that would be sent, in a form that people read or other tools run.
//!
//! Separate because nothing is resolved, connected to or checked for being this machine: nothing leaves.

use super::compose::{Consignment, Content};
use super::sign::Signature;
use super::{Options, sequence, targets};
use crate::body::{Seed, Template};
use crate::commands::{Context, Outcome};
use crate::delivery::{DEFAULT_PORT, Delivery, Target};
use crate::error::Error;
use crate::report::{Request, RequestForm, requests};
use crate::time::write_second;
use std::time::{Duration, UNIX_EPOCH};

/// Prints every delivery that would be sent.
pub(super) fn run(
    context: &mut Context<'_>,
    options: &Options,
    form: RequestForm,
    consignment: &Consignment<'_>,
    signature: &Signature,
    seed: Seed,
) -> Result<Outcome, Error> {
    let mut targets = targets::named(context, &options.route)?;
    if targets.is_empty() {
        // Where `listen` would be.
        let meant = format!("localhost:{DEFAULT_PORT}");
        targets.push(Target::parse(&meant).map_err(|bad| Error::Usage { what: bad.to_string(), hint: meant })?);
    }
    let now = (context.world.now)().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let started = write_second(i64::try_from(now).unwrap_or_default());
    let started = format!("{}Z", String::from_utf8_lossy(&started));
    // The script makes its own deliveries; one of each is enough for it.
    let count = match options.burst {
        Some(burst) if form != RequestForm::K6 => burst.count.unwrap_or(1),
        _ => 1,
    };
    let mut made = Vec::new();
    for number in 0..count {
        for turn in sequence::turns(consignment.steps.len(), &options.sequence, seed) {
            let step = &consignment.steps[turn.step];
            for target in &targets {
                let body = step.content.body(&consignment.clock.fresh(seed, number, Duration::ZERO));
                let (headers, signed) = signature.headers(target, &body);
                let method = consignment.sender.method().to_owned();
                let template = match &step.content {
                    Content::Template(template) => template.clone(),
                    Content::Bytes(bytes) => Template::fixed(String::from_utf8_lossy(bytes).into_owned()),
                };
                // A script signs only what is signed here, and not where the user wants another value.
                let signing = signature.signing.as_ref().filter(|_| signed.is_some());
                made.push((
                    signing,
                    step.event.as_deref(),
                    Delivery { method, target: target.clone(), headers, body },
                    template,
                ));
            }
        }
    }
    let variable = signature.held.as_ref().map_or("", |(_, held)| held.variable.as_str());
    let shown: Vec<Request<'_>> = made
        .iter()
        .map(|(signing, event, delivery, template)| Request {
            event: event.unwrap_or("body"),
            delivery,
            template,
            signing: *signing,
            variable,
            success: consignment.sender.success(),
            started: &started,
            show_secrets: options.sign.show_secrets,
        })
        .collect();
    let mut out = Vec::new();
    requests(form, &shown, &mut out);
    context.print(&out)?;
    Ok(Outcome::Good)
}
