//! `--dry-run` and `--as`: prints the requests that would be sent, for people or for other tools to run.
//!
//! No name is looked up, nothing is connected to, and remote targets are fine: nothing is sent.

use super::deliver::{DeliverOptions, note_secrets};
use super::{Context, Outcome};
use crate::error::Error;
use crate::http::{DEFAULT_PORT, Target};
use crate::outbound::{
    Batch, PlannedRequest, RouteOptions, open_test_secret, parse_targets, planned,
};
use crate::report::{Connect, RequestForm, SendFormat, ShownRequest, Takes, requests};
use crate::time::write_second;

/// The most requests in one document, which is made in memory.
const MOST_IN_ONE: usize = 10_000;

/// How many bytes are written at once.
const BLOCK: usize = 1 << 16;

/// What all requests have in common.
struct CommonParts<'s> {
    connect: Connect<'s>,
    started: String,
    show_secrets: bool,
}

/// Prints every delivery that would be sent.
pub(crate) fn run(
    context: &mut Context<'_>,
    batch: &Batch<'_>,
    options: &DeliverOptions,
    form: RequestForm,
) -> Result<Outcome, Error> {
    if options.format != SendFormat::Human {
        return Err(Error::ConflictingOptions {
            what: format!(
                "a dry run has no results to print as {}",
                options.format.name()
            ),
            hint: "--as har prints the requests as JSON".to_owned(),
        });
    }
    let targets = targets(context, options)?;
    note_secrets(context, batch);
    note_unused(context, options);
    // A k6 script makes its own deliveries from one of each.
    let count = match options.burst {
        Some(burst) if form != RequestForm::K6 => burst.count.unwrap_or(1),
        _ => 1,
    };
    let made = planned(
        batch,
        &targets,
        &options.sequence,
        count,
        options.show_secrets,
    );
    // Other forms read it from a variable.
    let opens = form == RequestForm::Http || !form.takes().secrets;
    let made = made.map(|mut made| {
        if opens {
            open_test_secret(&mut made.delivery, made.sender);
        }
        made
    });
    let authorities = options.route.authorities.as_ref();
    let authorities = authorities.map(|path| path.display().to_string());
    let started = write_second(batch.clock.moment());
    let common = CommonParts {
        connect: Connect {
            timeout: options.route.timeout,
            insecure: options.route.insecure,
            authorities: authorities.as_deref(),
        },
        started: format!("{}Z", String::from_utf8_lossy(&started)),
        show_secrets: options.show_secrets,
    };
    let masked = match form.divider() {
        Some(divider) => print_each(context, made, &common, form, divider)?,
        None => print_together(context, made, &common, form)?,
    };
    note_lost(context, &options.route, form.takes(), masked);
    Ok(Outcome::Good)
}

/// The targets that were given, otherwise the default of `listen`.
fn targets(context: &Context<'_>, options: &DeliverOptions) -> Result<Vec<Target>, Error> {
    let mut targets = parse_targets(&context.config, &options.route)?;
    if targets.is_empty() {
        let target = Target::parse(&format!("localhost:{DEFAULT_PORT}"));
        targets.push(target.expect("a host and a port make a good target"));
    }
    Ok(targets)
}

/// Prints requests one by one; whether secrets are missing in any.
fn print_each<'m>(
    context: &mut Context<'_>,
    made: impl Iterator<Item = PlannedRequest<'m>>,
    common: &CommonParts<'_>,
    form: RequestForm,
    divider: &[u8],
) -> Result<bool, Error> {
    let (mut out, mut masked) = (Vec::new(), false);
    for (index, made) in made.enumerate() {
        if index > 0 {
            out.extend_from_slice(divider);
        }
        let shown = common.request(&made);
        requests(form, &[shown], &mut out);
        masked |= made.masked || (shown.hides() && !form.takes().secrets);
        if out.len() >= BLOCK {
            context.print(&out)?;
            out.clear();
        }
    }
    context.print(&out)?;
    Ok(masked)
}

/// Prints requests as one document; whether secrets are missing in any.
fn print_together<'m>(
    context: &mut Context<'_>,
    made: impl Iterator<Item = PlannedRequest<'m>>,
    common: &CommonParts<'_>,
    form: RequestForm,
) -> Result<bool, Error> {
    let made: Vec<PlannedRequest<'_>> = made.take(MOST_IN_ONE + 1).collect();
    if made.len() > MOST_IN_ONE {
        return Err(Error::Usage {
            what: format!("one document holds at most {MOST_IN_ONE} requests"),
            hint: "--as vegeta prints any number, one per line".to_owned(),
        });
    }
    let shown: Vec<ShownRequest<'_>> = made.iter().map(|made| common.request(made)).collect();
    let mut out = Vec::new();
    requests(form, &shown, &mut out);
    context.print(&out)?;
    Ok(made.iter().any(|made| made.masked)
        || (shown.iter().any(ShownRequest::hides) && !form.takes().secrets))
}

impl CommonParts<'_> {
    fn request<'r>(&'r self, made: &'r PlannedRequest<'_>) -> ShownRequest<'r> {
        let sender = made.sender;
        ShownRequest {
            event: made.event.unwrap_or("body"),
            delivery: &made.delivery,
            template: &made.template,
            signing: sender.signature.signing().filter(|_| made.signed),
            variable: sender
                .secret()
                .map_or("", |(_, secret)| secret.variable.as_str()),
            own: &sender.user_headers,
            success: sender.expectation.as_slice(),
            started: &self.started,
            connect: self.connect,
            show_secrets: self.show_secrets,
        }
    }
}

/// Says which flags have no effect where nothing is sent.
fn note_unused(context: &mut Context<'_>, options: &DeliverOptions) {
    let sequence = &options.sequence;
    for (flag, given) in [
        ("--gap", !sequence.gap.is_zero()),
        ("--keep-going", sequence.keep_going),
        ("--retry", sequence.retry),
        ("--expect", sequence.expect.is_some()),
    ] {
        if given {
            context.note(&format!("{flag} has no effect: nothing is sent"));
        }
    }
}

/// Says what a form cannot carry.
fn note_lost(context: &mut Context<'_>, options: &RouteOptions, takes: Takes, masked: bool) {
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
                "this form cannot carry {flag}; set it in the tool that runs the requests"
            ));
        }
    }
    if masked {
        context.note(
            "secrets are replaced by stars, so the requests cannot be run as they are; --show-secrets prints them",
        );
    }
}
