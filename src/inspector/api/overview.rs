//! What the page is about: where deliveries come from, where they can be sent, what can be sent.

use super::super::state::Inspector;
use crate::outbound::parse_targets;
use serde_json::{Value, json};

pub(super) fn state(inspector: &Inspector) -> Value {
    let settings = &inspector.settings;
    let catalogue = settings.catalogue;
    let events = catalogue.events();
    let events =
        events.map(|entry| json!({ "name": entry.name(), "summary": entry.event.summary }));
    let scenarios = catalogue.providers().iter().flat_map(|provider| {
        let name = &provider.manifest.name;
        provider.scenarios().iter().map(move |scenario| {
            json!({
                "name": format!("{name}/{}", scenario.name),
                "summary": scenario.summary,
                "steps": scenario.steps.len(),
            })
        })
    });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "following": settings.following,
        "sources": settings.sources,
        "journal": settings.journal.as_ref().map(|path| path.display().to_string()),
        "targets": targets(inspector),
        "can_record": settings.journal.is_none() && settings.reader.is_none(),
        "events": events.collect::<Vec<_>>(),
        "scenarios": scenarios.collect::<Vec<_>>(),
        "zone": settings.zone,
    })
}

/// The targets of the command line, without secrets.
fn targets(inspector: &Inspector) -> Vec<String> {
    let settings = &inspector.settings;
    if settings.route.targets.is_empty() {
        return Vec::new();
    }
    let targets = parse_targets(&inspector.config(), &settings.route);
    let shown = |text: String| settings.redactor.text(&text).into_owned();
    let targets = targets.unwrap_or_default();
    targets
        .iter()
        .map(|target| shown(target.to_string()))
        .collect()
}
