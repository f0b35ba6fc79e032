//! `replay`: sends captured deliveries again, newly signed or byte for byte as they were captured.

use super::deliver::{DeliverOptions, deliver, setup};
use super::other_words::refuse_other_words;
use super::{Context, Outcome};
use crate::body::Seed;
use crate::error::Error;
use crate::http::unpacked;
use crate::outbound::capture_selection::{SelectedCapture, Selection, SelectionOptions};
use crate::outbound::edit_body;
use crate::outbound::replay::{Speed, replayed, skipped_words};
use crate::report::{Message, SendFormat, SendMessage, SentReport, Totals};
use std::collections::VecDeque;
use std::path::PathBuf;

/// What `replay` was asked to do.
#[derive(Debug)]
pub(crate) struct ReplayOptions {
    pub(crate) paths: Vec<PathBuf>,
    /// Send bytes and headers as they were captured.
    pub(crate) as_captured: bool,
    pub(crate) selection: SelectionOptions,
    pub(crate) speed: Speed,
    /// Open the one body in an editor first.
    pub(crate) edit: bool,
    pub(crate) deliver: DeliverOptions,
}

/// Reads, selects and sends.
pub(crate) fn run(context: &mut Context<'_>, options: &ReplayOptions) -> Result<Outcome, Error> {
    let catalogue = context.catalogue;
    refuse_other_words(
        &options.paths,
        "to choose a delivery by its number or its id, write --id",
    )?;
    let since = context.since(options.selection.since.as_deref())?;
    let mut selection = Selection::new(
        catalogue,
        &options.selection,
        since,
        &options.deliver.sender.scheme,
        unpacked,
    )?;
    context.note_stdin(&options.paths);
    crate::capture::reader::read(&options.paths, &mut *context.world.stdin, &mut selection)?;
    let Selection {
        found,
        chosen,
        skipped,
        accepted,
        not_genuine,
        ..
    } = selection;
    context.notes(&skipped);
    if let Some(words) = not_genuine_words(not_genuine, options.selection.failed) {
        context.note(&words);
    }
    if chosen.is_empty() && accepted + not_genuine > 0 {
        return nothing_to_send(context, accepted, &options.deliver);
    }
    if chosen.is_empty() {
        return Err(Error::NothingSelected { read: found });
    }
    if chosen.iter().any(|capture| capture.masked) {
        context.note(
            "some deliveries were recorded with secrets replaced by stars, so they differ from what was received; \
             record with `listen --keep-secrets` to keep them",
        );
    }
    if options.as_captured {
        note_lost(context, &chosen);
    }
    let (mut batch, unknown) = replayed(
        setup(context),
        chosen,
        options.speed,
        &options.deliver.sender,
        Seed((context.world.entropy)()),
        (context.world.now)(),
    )?;
    skipped_words(&unknown)
        .iter()
        .for_each(|words| context.note(words));
    batch.goes_on = options.selection.failed;
    if options.edit {
        let otherwise = "choose one delivery, as with --last 1 or --id";
        edit_body(&mut batch, &*context.world.environment, otherwise)?;
    }
    deliver(context, &batch, &options.deliver, "replay")
}

/// What is said of deliveries with a bad signature, which are left out; nothing where there are none.
fn not_genuine_words(count: usize, failed: bool) -> Option<String> {
    let (which, it, was) = match count {
        0 => return None,
        1 => ("1 delivery".to_owned(), "it", "it was"),
        _ => (format!("{count} deliveries"), "them", "they were"),
    };
    let rightly = if failed { ", rightly not accepted" } else { "" };
    Some(format!(
        "leaving out {which} with an invalid or missing signature{rightly}; --as-captured sends {it} as {was}, --scheme \
         signs {it} anew"
    ))
}

/// Says that all was accepted when it was captured or has a bad signature, so that there is nothing to send again.
fn nothing_to_send(
    context: &mut Context<'_>,
    accepted: usize,
    options: &DeliverOptions,
) -> Result<Outcome, Error> {
    context.note(&match accepted {
        0 => "nothing to send: no other delivery was selected".to_owned(),
        1 => "nothing to send: the delivery was accepted when captured".to_owned(),
        all => format!("nothing to send: all {all} deliveries were accepted when captured"),
    });
    if options.format != SendFormat::Human {
        let style = context.style();
        let mut report = SentReport::new(options.format, options.detail, "replay", style);
        let totals = Totals::default();
        context.print(&report.message(&Message::Send(SendMessage::Totals(&totals))))?;
    }
    Ok(Outcome::Good)
}

/// Says what cannot be sent as it was captured.
fn note_lost(context: &mut Context<'_>, chosen: &VecDeque<SelectedCapture<'_>>) {
    let mut names: Vec<&str> = Vec::new();
    for name in chosen.iter().flat_map(|capture| &capture.lost_headers) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if !names.is_empty() {
        context.note(&format!(
            "leaving out {}, recorded only as a fingerprint; record with `listen --keep-secrets` to keep such headers",
            names.join(", ")
        ));
    }
    if chosen.iter().any(|capture| capture.unpacked) {
        context.note(
            "some bodies were received compressed and printed uncompressed, so their signatures do not match; \
             record with `listen --journal` to keep the bytes",
        );
    }
    if chosen.iter().any(|capture| capture.without_headers) {
        context.note(
            "some deliveries were captured without headers, so they are not signed; leave out --as-captured to sign them",
        );
    }
}
