//! Flags of `send` and `replay` that have no effect together with others: refused, or said in a note.

use super::Context;
use super::deliver::DeliverOptions;
use crate::error::Error;
use crate::outbound::{Batch, DeliveryOrder, SequenceOptions};
use crate::report::{Detail, SendFormat};

/// Refuses a way of printing that does not fit what is printed.
pub(super) fn refuse_without_effect(options: &DeliverOptions) -> Result<(), Error> {
    let conflict = |what: String, hint: &str| {
        Err(Error::ConflictingOptions {
            what,
            hint: hint.to_owned(),
        })
    };
    let flag = match options.detail {
        Detail::Usual => None,
        Detail::Quiet => Some("--quiet"),
        Detail::Verbose => Some("--verbose"),
    };
    let format = Some(options.format).filter(|format| *format != SendFormat::Human);
    let format = format.map(SendFormat::name);
    match (flag, format) {
        (Some(flag), Some(format)) => {
            let what = format!("{flag} has no effect on --format {format}");
            conflict(
                what,
                "leave out one of them: that format has its own details",
            )
        }
        (Some(flag), None) if options.print.is_some() => {
            let what = format!("{flag} has no effect on a dry run, which prints requests alone");
            conflict(what, "leave out one of them")
        }
        (Some("--verbose"), None) if options.burst.is_some() => {
            let what = "--verbose shows single deliveries, and a burst shows none".to_owned();
            conflict(what, "leave out --verbose, or send fewer with --duplicates")
        }
        (None, Some("junit")) if options.burst.is_some() => {
            let what = "--format junit lists single deliveries, and a burst shows none".to_owned();
            conflict(what, "use --format human or json")
        }
        _ => Ok(()),
    }
}

/// Says which flags have no effect on a single delivery.
pub(super) fn note_single(context: &mut Context<'_>, batch: &Batch<'_>, options: &SequenceOptions) {
    let steps = batch.steps.len();
    let deliveries = steps * (1 + options.duplicates as usize);
    for (flag, given, least) in [
        ("--order", options.order != DeliveryOrder::Forward, steps),
        ("--gap", !options.gap.is_zero(), deliveries),
        ("--keep-going", options.keep_going, deliveries),
    ] {
        if given && least < 2 {
            context.note(&format!("{flag} has no effect: there is only one delivery"));
        }
    }
}

/// Says which providers do not say when they would try again.
pub(super) fn note_retries(context: &mut Context<'_>, batch: &Batch<'_>) {
    let senders = batch.senders.iter();
    for sender in senders.filter(|sender| sender.retries().is_none()) {
        let title = sender.title();
        context.note(&format!(
            "{title} does not document its retries, so --retry has no effect"
        ));
    }
}
