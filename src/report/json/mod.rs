//! The format for machines: one JSON object per line, each with a type and a version.
//!
//! The structs are not shared with the rest of the tool, because their fields may be added to but never renamed.

mod catalogue;
mod listened;
mod logged;
mod sent;
mod tested;
mod verified;

use super::paint::write_json;
use super::{
    Body, ListenMessage, LogMessage, Message, Report, SendMessage, Summary, ValidateMessage,
    VerifyMessage,
};
use crate::catalogue::manifest::Form;
use crate::error::Unreadable;
use crate::lint::{Finding, Rule, Severity};
use serde::Serialize;

/// NDJSON.
pub(super) struct Json;

/// The version of all lines.
const V: u8 = 1;

#[derive(Serialize)]
struct FindingLine<'a> {
    r#type: &'static str,
    v: u8,
    source: &'a str,
    record: u64,
    event: Option<&'a str>,
    form: Option<&'static str>,
    rule: Rule,
    severity: Severity,
    pointer: &'a str,
    line: u64,
    column: u64,
    offset: u64,
    length: u64,
    message: &'a str,
    label: &'a str,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct BodyLine<'a> {
    r#type: &'static str,
    v: u8,
    source: &'a str,
    record: u64,
    event: Option<&'a str>,
    provider: Option<&'a str>,
    form: Option<&'static str>,
    errors: u64,
    warnings: u64,
    notes: u64,
}

#[derive(Serialize)]
struct UnreadableLine<'a> {
    r#type: &'static str,
    v: u8,
    source: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct ValidateSummaryLine {
    r#type: &'static str,
    v: u8,
    bodies: u64,
    invalid: u64,
    errors: u64,
    warnings: u64,
    notes: u64,
    invalid_signatures: u64,
    missing_signatures: u64,
    unreadable: u64,
    skipped_folders: u64,
    skipped_files: u64,
}

impl Report for Json {
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(found) => validate(found, out),
            Message::Catalogue(found) => catalogue::message(found, out),
            Message::Send(found) => send(found, out),
            Message::Listen(found) => listen(found, out),
            Message::Test(found) => tested::message(found, out),
            Message::Verify(found) => verify(found, out),
            Message::Log(found) => log(found, out),
        }
    }
}

fn validate(message: &ValidateMessage<'_>, out: &mut Vec<u8>) {
    match message {
        ValidateMessage::Body(found) => body(found, out),
        ValidateMessage::Summary(total) => {
            for Unreadable { path, why } in &total.unreadable {
                line(
                    &UnreadableLine {
                        r#type: "unreadable",
                        v: V,
                        source: path,
                        reason: why,
                    },
                    out,
                );
            }
            line(&summary(total), out);
        }
    }
}

fn send(message: &SendMessage<'_>, out: &mut Vec<u8>) {
    match message {
        // The result line, `delivery`, contains everything.
        SendMessage::Heading(_) => {}
        SendMessage::Delivered(found) => sent::delivered(found, out),
        SendMessage::Seen(found) => sent::seen(found, out),
        SendMessage::Wait(found) => sent::wait(*found, out),
        SendMessage::Totals(total) => sent::totals(total, out),
        SendMessage::Burst(total) => sent::burst(total, out),
    }
}

fn listen(message: &ListenMessage<'_>, out: &mut Vec<u8>) {
    match message {
        ListenMessage::Ready(found) => listened::ready(found, out),
        ListenMessage::Inspecting(link) => listened::inspecting(link, out),
        ListenMessage::Arrived(found) => listened::arrived(found, out),
        ListenMessage::TurnedAway(found) => listened::turned_away(found, out),
        ListenMessage::Skipped(count) => listened::skipped(*count, out),
        // Times have their date.
        ListenMessage::Day(_) => {}
        ListenMessage::Note(text) => listened::note(text, out),
        ListenMessage::Listened(total) => listened::listened(total, out),
    }
}

fn verify(message: &VerifyMessage<'_>, out: &mut Vec<u8>) {
    match message {
        VerifyMessage::Verified(found) => verified::verified(found, out),
        VerifyMessage::Totals(total) => verified::verify_totals(total, out),
    }
}

fn log(message: &LogMessage<'_>, out: &mut Vec<u8>) {
    match message {
        // Every line has its source and its time.
        LogMessage::Source(..) | LogMessage::Day(_) => {}
        LogMessage::Line(found) => logged::logged(found, out),
        LogMessage::Whole(found) => logged::whole(found, out),
        LogMessage::Changes(found) => logged::log_changes(found, out),
        LogMessage::Totals(total) => logged::log_totals(total, out),
    }
}

fn line(value: &impl Serialize, out: &mut Vec<u8>) {
    write_json(value, out);
    out.push(b'\n');
}

fn body(body: &Body<'_>, out: &mut Vec<u8>) {
    let name = body.name();
    let (event, form) = (name.as_deref(), body.form.map(Form::name));
    let (source, record) = (body.source, body.record);
    for finding in body.findings {
        let Finding {
            rule,
            severity,
            pointer,
            span,
            message,
            label,
            help,
        } = finding;
        let place = body.excerpt.place(span);
        let finding = FindingLine {
            r#type: "finding",
            v: V,
            source,
            record,
            event,
            form,
            rule: *rule,
            severity: *severity,
            pointer,
            line: place.line,
            column: place.column,
            offset: place.offset,
            length: place.length,
            message,
            label,
            help: help.as_deref(),
        };
        line(&finding, out);
    }
    let (errors, warnings) = (body.count(Severity::Error), body.count(Severity::Warning));
    let notes = body.count(Severity::Note);
    let provider = body.provider;
    line(
        &BodyLine {
            r#type: "body",
            v: V,
            source,
            record,
            event,
            provider,
            form,
            errors,
            warnings,
            notes,
        },
        out,
    );
}

fn summary(summary: &Summary) -> ValidateSummaryLine {
    let counts = &summary.counts;
    ValidateSummaryLine {
        r#type: "summary",
        v: V,
        bodies: counts.bodies,
        invalid: counts.invalid,
        errors: counts.errors,
        warnings: counts.warnings,
        notes: counts.notes,
        invalid_signatures: counts.invalid_signatures,
        missing_signatures: counts.missing_signatures,
        unreadable: summary.unreadable.len() as u64,
        skipped_folders: summary.skipped_folders,
        skipped_files: summary.skipped_files,
    }
}
