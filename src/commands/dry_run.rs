//! `--dry-run` and `--as`: prints the requests that would be sent, for people or for other tools to run.
//!
//! No name is looked up, nothing is connected to, and remote targets are fine: nothing is sent.

use super::deliver::{DeliverOptions, PrintOptions};
use super::{Context, Outcome};
use crate::error::Error;
use crate::http::{DEFAULT_PORT, Target};
use crate::outbound::{
    Batch, BurstOptions, PlannedRequest, open_test_secret, parse_targets, planned, secret_notes,
};
use crate::report::{
    Connect, RequestForm, ScriptLoad, ScriptRun, SendFormat, ShownRequest, requests,
};
use crate::time::write_second;

/// The most requests in one document, which is made in memory.
const MOST_IN_ONE: usize = 10_000;

/// How many bytes are written at once.
const BLOCK: usize = 1 << 16;

/// What all requests have in common.
struct CommonParts<'s> {
    connect: Connect<'s>,
    run: ScriptRun,
    started: String,
    show_secrets: bool,
}

/// Prints every delivery that would be sent.
pub(crate) fn run(
    context: &mut Context<'_>,
    batch: &Batch<'_>,
    options: &DeliverOptions,
    print: &PrintOptions,
) -> Result<Outcome, Error> {
    let form = print.form;
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
    context.notes(&secret_notes(&batch.senders, form.is_script()));
    for option in &print.unused {
        context.note(&format!("--{option} has no effect: nothing is sent"));
    }
    let count = match options.burst {
        Some(burst) if !form.is_script() => burst.count.unwrap_or(1),
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
    let opens = form == RequestForm::Http || form.holds_secrets();
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
        run: ScriptRun {
            load: options.burst.map(script_load),
            gap: options.sequence.gap,
            keep_going: options.sequence.keep_going || batch.goes_on,
        },
        started: format!("{}Z", String::from_utf8_lossy(&started)),
        show_secrets: options.show_secrets,
    };
    let masked = match form.divider() {
        Some(divider) => print_each(context, made, &common, form, divider)?,
        None => print_together(context, made, &common, form)?,
    };
    if masked {
        context.note(
            "secrets are replaced by stars, so the requests cannot be run as they are; --show-secrets prints them",
        );
    }
    Ok(Outcome::Good)
}

fn script_load(burst: BurstOptions) -> ScriptLoad {
    ScriptLoad {
        count: burst.count,
        duration: burst.duration,
        rate: burst.rate,
        connections: burst.connections,
    }
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
        masked |= made.masked || (shown.hides() && form.holds_secrets());
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
        || (shown.iter().any(ShownRequest::hides) && form.holds_secrets()))
}

impl CommonParts<'_> {
    fn request<'r>(&'r self, made: &'r PlannedRequest<'_>) -> ShownRequest<'r> {
        made.shown(&self.started, self.connect, self.run, self.show_secrets)
    }
}
