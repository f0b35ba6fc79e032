//! The lines of `events`, `explain` and `config`.

use super::super::CatalogueMessage;
use super::{V, line};
use crate::cases::{Case, Cost, Need};
use crate::catalogue::Entry;
use crate::catalogue::fields::Field;
use crate::catalogue::manifest::{
    Confidence, DeliveryPolicy, EventMeaning, Fact, FactMap, FactText, Form, Scenario, Signing,
};
use crate::config::{SecretState, Setting};
use crate::json::compact;
use crate::lint::{Rule, Severity};
use crate::sanitize::visible_json;
use crate::signature::diagnose::Reason;
use serde::Serialize;
use serde_json::value::RawValue;

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

/// A part of the catalogue, a rule or a setting.
pub(super) fn message(message: &CatalogueMessage<'_>, out: &mut Vec<u8>) {
    match message {
        CatalogueMessage::Event(entry) => line(&event(*entry, None), out),
        CatalogueMessage::EventPage(entry, form) => line(&event(*entry, Some(*form)), out),
        CatalogueMessage::Scenario(provider, found) => line(&scenario(provider, found), out),
        CatalogueMessage::ScenarioPage(provider, found) => {
            line(&scenario(&provider.manifest.name, found), out);
        }
        CatalogueMessage::Rule(found, severity) => line(&rule(*found, *severity, None), out),
        CatalogueMessage::RulePage(found, severity) => {
            line(&rule(*found, *severity, Some(found.page())), out);
        }
        CatalogueMessage::Case(found) => line(&case(*found, None), out),
        CatalogueMessage::CasePage(found) => line(&case(*found, Some(found.whole_page())), out),
        CatalogueMessage::CausePage(name, title, case) => line(&cause(name, title, *case), out),
        CatalogueMessage::ReasonPage(found) => line(&reason(*found), out),
        CatalogueMessage::Setting(found) => setting(found, out),
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

fn cause<'a>(name: &'a str, title: &'a str, case: Case) -> ExplainedNameLine<'a> {
    ExplainedNameLine {
        r#type: "cause",
        v: V,
        name,
        explanation: title,
        case: Some(case.name()),
        page: case.whole_page(),
    }
}

fn reason(reason: Reason) -> ExplainedNameLine<'static> {
    let (explanation, fix) = reason.meaning();
    ExplainedNameLine {
        r#type: "reason",
        v: V,
        name: reason.name(),
        explanation,
        case: None,
        page: fix.to_owned(),
    }
}

fn setting(setting: &Setting, out: &mut Vec<u8>) {
    let (value, note) = (setting.value.as_deref(), setting.note.as_deref());
    line(
        &SettingLine {
            r#type: "setting",
            v: V,
            name: &setting.name,
            value,
            state: setting.state.map(SecretState::word),
            origin: &setting.origin.to_string(),
            note,
        },
        out,
    );
}
