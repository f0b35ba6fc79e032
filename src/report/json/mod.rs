//! The format for machines: one JSON object per line, each with a type and a version.
//!
//! The structs are not shared with the rest of the tool, because their fields may be added to but never renamed.

mod listened;
mod logged;
mod sent;
mod tested;
mod verified;

use super::paint::write_json;
use super::{
    Body, CatalogueMessage, ListenMessage, LogMessage, Message, Report, SendMessage, Summary,
    ValidateMessage, VerifyMessage,
};
use crate::cases::{Case, Cost, Need};
use crate::catalogue::Entry;
use crate::catalogue::fields::Field;
use crate::catalogue::manifest::{
    Confidence, DeliveryPolicy, EventMeaning, Fact, FactMap, FactText, Form, Scenario, Signing,
};
use crate::config::{SecretState, Setting};
use crate::error::Unreadable;
use crate::json::compact;
use crate::lint::{Finding, Rule, Severity};
use crate::sanitize::visible_json;
use serde::Serialize;
use serde_json::value::RawValue;

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

#[derive(Serialize)]
struct EventLine<'a> {
    r#type: &'static str,
    v: u8,
    name: String,
    provider: &'a str,
    event: &'a str,
    kind: &'a str,
    aliases: &'a [FactText],
    summary: &'a str,
    when: &'a str,
    means: EventMeaning,
    confidence: Confidence,
    sources: Vec<&'a str>,
    #[serde(flatten)]
    page: Option<EventPage<'a>>,
}

/// What `events NAME` adds to an event's line in the list.
#[derive(Serialize)]
struct EventPage<'a> {
    signing: &'a Fact<Signing>,
    delivery: &'a DeliveryPolicy,
    /// The sources that the facts above refer to by key.
    source_keys: &'a FactMap<FactText>,
    fields: Vec<Field>,
    form: Form,
    sample: Option<Box<RawValue>>,
    schema: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct ExplainedNameLine<'a> {
    r#type: &'static str,
    v: u8,
    name: &'a str,
    explanation: &'a str,
    /// The case that finds a cause.
    case: Option<&'a str>,
    /// How to mend it.
    page: String,
}

#[derive(Serialize)]
struct ScenarioLine<'a> {
    r#type: &'static str,
    v: u8,
    name: String,
    provider: &'a str,
    summary: &'a str,
    confidence: Confidence,
    steps: Vec<StepLine<'a>>,
}

#[derive(Serialize)]
struct StepLine<'a> {
    event: &'a str,
    after_seconds: u32,
    set: &'a FactMap<FactText>,
}

#[derive(Serialize)]
struct RuleLine<'a> {
    r#type: &'static str,
    v: u8,
    name: &'static str,
    severity: Option<Severity>,
    default_severity: Severity,
    title: &'static str,
    page: Option<&'a str>,
}

#[derive(Serialize)]
struct ExplainedCaseLine {
    r#type: &'static str,
    v: u8,
    id: &'static str,
    group: &'static str,
    title: &'static str,
    cost: Cost,
    needs: &'static [Need],
    page: Option<String>,
}

#[derive(Serialize)]
struct SettingLine<'a> {
    r#type: &'static str,
    v: u8,
    name: &'a str,
    value: Option<&'a str>,
    state: Option<&'static str>,
    origin: &'a str,
    note: Option<&'a str>,
}

impl Report for Json {
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(found)) => body(found, out),
            Message::Validate(ValidateMessage::Summary(total)) => {
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
            Message::Catalogue(CatalogueMessage::Event(entry)) => line(&event(*entry, None), out),
            Message::Catalogue(CatalogueMessage::EventPage(entry, form)) => {
                line(&event(*entry, Some(*form)), out);
            }
            Message::Catalogue(CatalogueMessage::Scenario(provider, found)) => {
                line(&scenario(provider, found), out);
            }
            Message::Catalogue(CatalogueMessage::ScenarioPage(provider, found)) => {
                line(&scenario(&provider.manifest.name, found), out);
            }
            Message::Catalogue(CatalogueMessage::Rule(found, severity)) => {
                line(&rule(*found, *severity, None), out);
            }
            Message::Catalogue(CatalogueMessage::RulePage(found, severity)) => {
                line(&rule(*found, *severity, Some(found.page())), out);
            }
            Message::Catalogue(CatalogueMessage::Case(found)) => line(&case(*found, None), out),
            Message::Catalogue(CatalogueMessage::CasePage(found)) => {
                line(&case(*found, Some(found.whole_page())), out);
            }
            Message::Catalogue(CatalogueMessage::CausePage(name, title, case)) => {
                let page = ExplainedNameLine {
                    r#type: "cause",
                    v: V,
                    name,
                    explanation: title,
                    case: Some(case.name()),
                    page: case.whole_page(),
                };
                line(&page, out);
            }
            Message::Catalogue(CatalogueMessage::ReasonPage(reason)) => {
                let (explanation, fix) = reason.meaning();
                let page = ExplainedNameLine {
                    r#type: "reason",
                    v: V,
                    name: reason.name(),
                    explanation,
                    case: None,
                    page: fix.to_owned(),
                };
                line(&page, out);
            }
            Message::Catalogue(CatalogueMessage::Setting(Setting {
                name,
                value,
                state,
                origin,
                note,
            })) => {
                let (value, note) = (value.as_deref(), note.as_deref());
                line(
                    &SettingLine {
                        r#type: "setting",
                        v: V,
                        name,
                        value,
                        state: state.map(SecretState::word),
                        origin: &origin.to_string(),
                        note,
                    },
                    out,
                );
            }
            // The result line, `delivery`, contains everything.
            Message::Send(SendMessage::Heading(_)) => {}
            Message::Send(SendMessage::Delivered(found)) => sent::delivered(found, out),
            Message::Send(SendMessage::Seen(found)) => sent::seen(found, out),
            Message::Send(SendMessage::Wait(found)) => sent::wait(*found, out),
            Message::Send(SendMessage::Totals(total)) => sent::totals(total, out),
            Message::Send(SendMessage::Burst(total)) => sent::burst(total, out),
            Message::Listen(ListenMessage::Ready(found)) => listened::ready(found, out),
            Message::Listen(ListenMessage::Arrived(found)) => listened::arrived(found, out),
            Message::Listen(ListenMessage::TurnedAway(found)) => listened::turned_away(found, out),
            Message::Listen(ListenMessage::Skipped(count)) => listened::skipped(*count, out),
            // Times have their date.
            Message::Listen(ListenMessage::Day(_)) => {}
            Message::Listen(ListenMessage::Note(text)) => listened::note(text, out),
            Message::Listen(ListenMessage::Listened(total)) => listened::listened(total, out),
            Message::Verify(VerifyMessage::Verified(found)) => verified::verified(found, out),
            Message::Verify(VerifyMessage::Totals(total)) => verified::verify_totals(total, out),
            // Every line has its source and its time.
            Message::Log(LogMessage::Source(..) | LogMessage::Day(_)) => {}
            Message::Log(LogMessage::Line(found)) => logged::logged(found, out),
            Message::Log(LogMessage::Whole(found)) => logged::whole(found, out),
            Message::Log(LogMessage::Changes(found)) => logged::log_changes(found, out),
            Message::Log(LogMessage::Totals(total)) => logged::log_totals(total, out),
            Message::Test(found) => tested::message(found, out),
        }
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

fn event<'a>(entry: Entry<'a>, form: Option<Form>) -> EventLine<'a> {
    let (manifest, event) = (&entry.provider.manifest, entry.event);
    let raw = |text: String| RawValue::from_string(visible_json(&text).into_owned()).ok();
    let page = |form: Form| EventPage {
        signing: &manifest.signing,
        delivery: &manifest.delivery,
        source_keys: &manifest.sources,
        fields: entry.fields(form),
        form,
        sample: entry.sample(form).map(|text| compact(&text)).and_then(raw),
        schema: entry
            .provider
            .schema(&event.kind)
            .map(compact)
            .and_then(raw),
    };
    EventLine {
        r#type: "event",
        v: V,
        name: entry.name(),
        provider: &manifest.name,
        event: &event.name,
        kind: &event.kind,
        aliases: &event.aliases,
        summary: &event.summary,
        when: &event.when,
        means: event.means,
        confidence: event.confidence,
        sources: manifest.sources_of(&event.sources),
        page: form.map(page),
    }
}

fn scenario<'a>(provider: &'a str, scenario: &'a Scenario) -> ScenarioLine<'a> {
    ScenarioLine {
        r#type: "scenario",
        v: V,
        name: format!("{provider}/{}", scenario.name),
        provider,
        summary: &scenario.summary,
        confidence: scenario.confidence,
        steps: scenario
            .steps
            .iter()
            .map(|step| StepLine {
                event: &step.event,
                after_seconds: step.after,
                set: &step.set,
            })
            .collect(),
    }
}

fn rule(rule: Rule, severity: Option<Severity>, page: Option<&str>) -> RuleLine<'_> {
    let default_severity = rule.default_severity();
    RuleLine {
        r#type: "rule",
        v: V,
        name: rule.name(),
        severity,
        default_severity,
        title: rule.title(),
        page,
    }
}

fn case(case: Case, page: Option<String>) -> ExplainedCaseLine {
    ExplainedCaseLine {
        r#type: "case",
        v: V,
        id: case.name(),
        group: case.group(),
        title: case.title(),
        cost: case.cost(),
        needs: case.needs(),
        page,
    }
}
