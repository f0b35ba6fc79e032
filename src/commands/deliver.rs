//! What `send` and `replay` share: a batch is delivered to its targets, or printed, and each outcome reported.

use super::no_effect::{note_retries, note_single, refuse_without_effect};
use super::outcomes::Delivering;
use super::{Context, Outcome, asking, built_in, dry_run};
use crate::error::Error;
use crate::http::Client;
use crate::outbound::{
    self, Batch, BurstOptions, Dispatch, RouteOptions, SenderOptions, SequenceOptions, Setup,
    secret_notes,
};
use crate::report::{Detail, RequestForm, SendFormat, SentReport};

/// How deliveries are sent.
#[derive(Debug)]
pub(crate) struct DeliverOptions {
    pub(crate) route: RouteOptions,
    pub(crate) sender: SenderOptions,
    pub(crate) sequence: SequenceOptions,
    pub(crate) burst: Option<BurstOptions>,
    /// Print the requests instead of sending them.
    pub(crate) print: Option<PrintOptions>,
    /// Print secrets in full in these requests.
    pub(crate) show_secrets: bool,
    /// Ask an endpoint that refuses why it does.
    pub(crate) why: bool,
    pub(crate) detail: Detail,
    pub(crate) format: SendFormat,
}

/// How requests are printed.
#[derive(Debug)]
pub(crate) struct PrintOptions {
    pub(crate) form: RequestForm,
    /// Options that only matter for what is sent.
    pub(crate) unused: Vec<&'static str>,
}

pub(crate) fn setup<'a>(context: &'a Context<'_>) -> Setup<'a, 'static> {
    Setup {
        catalogue: context.catalogue,
        config: &context.config,
        environment: &*context.world.environment,
    }
}

/// Sends a batch, or prints what would be sent.
pub(crate) fn deliver(
    context: &mut Context<'_>,
    batch: &Batch<'_>,
    options: &DeliverOptions,
    command: &'static str,
) -> Result<Outcome, Error> {
    refuse_without_effect(options)?;
    let masked = |error: Error| error.without_secrets(&batch.redactor());
    if let Some(print) = &options.print {
        context.notes(&batch.notes);
        return dry_run::run(context, batch, options, print).map_err(masked);
    }
    let trust = options.route.trust()?;
    let routes = outbound::resolve(setup(context), &options.route, &batch.senders);
    let mut routes = routes.map_err(masked)?;
    outbound::use_proxies(&mut routes, &*context.world.environment);
    if options.why {
        asking::check(batch, &routes)?;
    }
    context.notes(&batch.notes);
    let quiet = options.detail == Detail::Quiet;
    if !quiet {
        note_secrets(context, batch);
    }
    note_single(context, batch, &options.sequence);
    let receiver = built_in::receiver(context, batch, &mut routes)?;
    if receiver.is_some() && !quiet {
        context.note("no --to given, sending to a built-in receiver");
    }
    if options.sequence.retry {
        note_retries(context, batch);
    }
    // Ctrl-C is handled from here on: name look-ups and the editor are done.
    let client = Client::new(trust).map_err(|source| Error::System {
        what: "cannot start the network".to_owned(),
        source,
    })?;
    let keys = options.why.then(|| asking::keys(context));
    let dispatch = Dispatch {
        batch,
        routes,
        client,
        timeout: options.route.timeout,
        why: keys.as_deref(),
        built_in: receiver.is_some(),
    };
    let style = context.style();
    let mut delivering = Delivering {
        context,
        dispatch,
        receiver,
        report: SentReport::new(options.format, options.detail, command, style),
        detail: options.detail,
    };
    match options.burst {
        Some(burst) => delivering.burst(burst, options.sequence.expect),
        None => delivering.sequence(&options.sequence),
    }
}

/// Says what the user should know about the secrets that sign.
pub(super) fn note_secrets(context: &mut Context<'_>, batch: &Batch<'_>) {
    context.notes(&secret_notes(&batch.senders, false));
}
