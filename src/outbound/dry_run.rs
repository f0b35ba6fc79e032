//! `--dry-run` and `--as`: the requests that would be sent, in a form that people read or other tools run.
//!
//! Separate because nothing is resolved, connected to or checked for being this machine: nothing leaves.

use super::compose::Content;
use super::{DeliverOptions, RouteOptions, Shipment, Signatory, sequence, targets};
use crate::body::Template;
use crate::commands::{Context, Outcome};
use crate::error::Error;
use crate::http::{DEFAULT_PORT, Delivery, Target};
use crate::report::{Connect, Format, RequestForm, ShownRequest, Takes, requests};
use crate::time::write_second;
use std::time::Duration;

/// The most requests that one document holds: it is made in memory, and nobody reads a longer one.
const MOST_IN_ONE: usize = 10_000;

/// As much is written at once.
const BLOCK: usize = 1 << 16;

/// A request with what it was made from.
struct Made<'m> {
    event: &'m str,
    delivery: Delivery,
    template: Template,
    signatory: &'m Signatory<'m>,
    signed: bool,
    /// Stars stand in its path or its body.
    starred: bool,
}

/// What is the same in all of them.
struct SharedParts<'s> {
    connect: Connect<'s>,
    started: String,
    show_secrets: bool,
}

/// Prints every delivery that would be sent.
pub(crate) fn run(
    context: &mut Context<'_>,
    options: &DeliverOptions,
    form: RequestForm,
    shipment: &Shipment<'_>,
) -> Result<Outcome, Error> {
    if options.format != Format::Human {
        return Err(Error::Usage {
            what: "what is not sent has no results to print as json".to_owned(),
            hint: "--as har prints the requests as JSON".to_owned(),
        });
    }
    let mut targets = targets::named(context, &options.route)?;
    if targets.is_empty() {
        // Where `listen` would be.
        let meant = Target::parse(&format!("localhost:{DEFAULT_PORT}"));
        targets.push(meant.expect("a host and a port make a good target"));
    }
    // The script makes its own deliveries; one of each is enough for it.
    let count = match options.burst {
        Some(burst) if form != RequestForm::K6 => burst.count.unwrap_or(1),
        _ => 1,
    };
    let turns = sequence::turns(shipment.steps.len(), &options.sequence, shipment.seed);
    let of_number = |number| {
        turns
            .iter()
            .map(move |turn| (number, &shipment.steps[turn.step]))
    };
    let places = (0..count)
        .flat_map(of_number)
        .flat_map(|place| targets.iter().map(move |target| (place, target)));
    let mut all = places.map(|((number, step), target)| {
        let body = step
            .content
            .body(&shipment.clock.fresh(shipment.seed, number, Duration::ZERO));
        let (mut delivery, signed) = shipment.delivery(step, target, body);
        let starred = !options.sign.show_secrets && hide(&mut delivery, shipment.signatory(step));
        let template = match &step.content {
            Content::Template(template) => template.clone(),
            Content::Bytes(bytes) => Template::fixed(String::from_utf8_lossy(bytes).into_owned()),
        };
        // A script signs only what is signed here, and not where the user wants another value.
        let (event, signatory) = (
            step.event.as_deref().unwrap_or("body"),
            shipment.signatory(step),
        );
        let signed = signed.is_some() && !signatory.signature.captured;
        Made {
            event,
            delivery,
            template,
            signatory,
            signed,
            starred,
        }
    });
    let started = format!(
        "{}Z",
        String::from_utf8_lossy(&write_second(shipment.clock.moment()))
    );
    let authorities = options
        .route
        .authorities
        .as_ref()
        .map(|path| path.display().to_string());
    let connect = Connect {
        timeout: options.route.timeout,
        insecure: options.route.insecure,
        authorities: authorities.as_deref(),
    };
    let sheet = SharedParts {
        connect,
        started,
        show_secrets: options.sign.show_secrets,
    };
    let (mut out, mut lacks) = (Vec::new(), false);
    if let Some(divider) = form.divider() {
        for (index, made) in all.enumerate() {
            if index > 0 {
                out.extend_from_slice(divider);
            }
            let shown = sheet.request(&made);
            requests(form, &[shown], &mut out);
            lacks |= made.starred || (shown.hides() && !form.takes().secrets);
            if out.len() >= BLOCK {
                context.print(&out)?;
                out.clear();
            }
        }
    } else {
        let made: Vec<Made<'_>> = all.by_ref().take(MOST_IN_ONE + 1).collect();
        if made.len() > MOST_IN_ONE {
            return Err(Error::Usage {
                what: format!("more than {MOST_IN_ONE} requests are too many for one document"),
                hint: "--as vegeta writes one a line, as many as there are".to_owned(),
            });
        }
        let shown: Vec<ShownRequest<'_>> = made.iter().map(|made| sheet.request(made)).collect();
        lacks = made.iter().any(|made| made.starred)
            || (shown.iter().any(ShownRequest::hides) && !form.takes().secrets);
        requests(form, &shown, &mut out);
    }
    context.print(&out)?;
    say_notes(context, &options.route, form.takes(), lacks);
    Ok(Outcome::Good)
}

/// Puts stars in place of secrets in path and body, where no form can name a variable instead; whether there were any.
fn hide(delivery: &mut Delivery, signatory: &Signatory<'_>) -> bool {
    let redactor = signatory.signature.redactor(delivery);
    let (path, body) = (
        redactor.text(delivery.target.path()).into_owned(),
        redactor.bytes(&delivery.body),
    );
    let starred = body.is_some() || path != delivery.target.path();
    if path != delivery.target.path() {
        delivery.target = delivery.target.with_path(&path);
    }
    if let Some(body) = body {
        delivery.body = body.text;
    }
    starred
}

impl SharedParts<'_> {
    fn request<'r>(&'r self, made: &'r Made<'_>) -> ShownRequest<'r> {
        let Signatory { sender, signature } = made.signatory;
        ShownRequest {
            event: made.event,
            delivery: &made.delivery,
            template: &made.template,
            signing: signature.signing.as_ref().filter(|_| made.signed),
            variable: signature
                .held
                .as_ref()
                .map_or("", |(_, held)| held.variable.as_str()),
            own: &signature.own,
            success: sender.success(),
            started: &self.started,
            connect: self.connect,
            show_secrets: self.show_secrets,
        }
    }
}

/// Says what a form cannot carry, so that nobody looks for it there.
fn say_notes(context: &mut Context<'_>, options: &RouteOptions, takes: Takes, lacks: bool) {
    for (flag, lost) in [
        ("--timeout", options.timeout.is_some() && !takes.timeout),
        ("--insecure", options.insecure && !takes.insecure),
        (
            "--cacert",
            options.authorities.is_some() && !takes.authorities,
        ),
    ] {
        if lost {
            context.note(&format!(
                "this form has no place for {flag}: tell the tool that runs it"
            ));
        }
    }
    if lacks {
        context.note("stars stand where secrets are, so no tool can run it like that; --show-secrets prints them");
    }
}
