//! `events NAME` for people: what the event means, when it is sent, its fields, sample, signature, delivery and sources;
//! or the steps of a scenario.

use super::Style;
use super::wrap::lines;
use crate::catalogue::fields::Field;
use crate::catalogue::manifest::{EventMeaning, Fact, FactText, Form, Manifest, Scenario};
use crate::catalogue::{Entry, Provider};
use crate::sanitize::{visible, visible_json};
use std::collections::BTreeSet;
use std::io::Write as _;

/// Writes everything about an event, with the fields and sample of one form.
pub(super) fn event(entry: Entry<'_>, form: Form, style: &Style, out: &mut Vec<u8>) {
    let paint = style.paint;
    let (manifest, event) = (&entry.provider.manifest, entry.event);
    let heading = |out: &mut Vec<u8>, text: &str| {
        let _ = writeln!(out, "\n{}", paint.strong(text));
    };
    let _ = writeln!(
        out,
        "{}  {}",
        paint.name(&visible(&entry.name())),
        visible(&event.summary)
    );
    if !event.aliases.is_empty() {
        let _ = writeln!(out, "also called {}", visible(&event.aliases.join(", ")));
    }
    out.push(b'\n');
    wrapped(&event.when, 0, style.width, out);
    let means = match event.means {
        EventMeaning::Paid => "It means that the order is paid.\n",
        EventMeaning::NotPaid => "It means that the order is not paid.\n",
        EventMeaning::Early => {
            "It means that the order is not paid yet, but some shops act on it.\n"
        }
        // A catalogue that does not say what its events mean has this too.
        EventMeaning::Neither => "",
    };
    out.extend_from_slice(means.as_bytes());

    heading(out, "Fields");
    fields(&entry.fields(form), style, out);

    heading(out, &format!("Sample ({} form)", form.name()));
    let _ = write!(
        out,
        "{}",
        visible_json(&entry.sample(form).unwrap_or_default())
    );

    heading(out, "Signed");
    signed(manifest, style.width, out);

    heading(out, "Delivered");
    delivered(manifest, style.width, out);

    heading(out, "Sources");
    sources(
        manifest,
        &event.sources,
        event.confidence.name(),
        style,
        out,
    );
}

/// Writes the steps of a scenario, each with what its event means.
pub(super) fn scenario(provider: &Provider, scenario: &Scenario, style: &Style, out: &mut Vec<u8>) {
    let paint = style.paint;
    let manifest = &provider.manifest;
    let name = visible(&format!("{}/{}", manifest.name, scenario.name)).into_owned();
    let _ = writeln!(out, "{}\n", paint.name(&name));
    wrapped(&scenario.summary, 0, style.width, out);
    out.push(b'\n');
    for (number, step) in (1..).zip(&scenario.steps) {
        let event = paint.strong(&visible(&step.event));
        let _ = writeln!(out, "{number:>3}  {event}");
        let mut known = manifest.events.iter();
        if let Some(event) = known.find(|event| event.name == step.event) {
            wrapped(&event.summary, 5, style.width, out);
        }
        for (path, value) in &step.set {
            wrapped(&format!("{path} = {value}"), 5, style.width, out);
        }
    }
    let _ = writeln!(out, "\nSend it: inqud-hook send --scenario {name}");
}

fn fields(fields: &[Field], style: &Style, out: &mut Vec<u8>) {
    let paint = style.paint;
    for field in fields {
        let types = field.types.join(" or ");
        let required = if field.required {
            paint.strong("required")
        } else {
            paint.quiet("optional")
        };
        let _ = writeln!(
            out,
            "  {}  {required}, {}",
            paint.name(&visible(&field.path)),
            visible(&types)
        );
        wrapped(&field.description, 6, style.width, out);
        let values = |words: &str, values: &[String], out: &mut Vec<u8>| {
            let text = format!("{words} {}.", values.join(", "));
            wrapped(&text, 6, style.width, out);
        };
        match field.values.as_slice() {
            [] => {}
            one @ [_] => values("Always", one, out),
            several => values("One of", several, out),
        }
        if !field.also_seen.is_empty() {
            values("Also seen:", &field.also_seen, out);
        }
    }
}

/// Writes text from the catalogue, wrapped and indented.
fn wrapped(text: &str, indent: usize, width: usize, out: &mut Vec<u8>) {
    for line in lines(text, indent, width) {
        let _ = writeln!(out, "{:indent$}{line}", "");
    }
}

fn signed(manifest: &Manifest, width: usize, out: &mut Vec<u8>) {
    let Fact {
        value,
        confidence,
        note,
        ..
    } = &manifest.signing;
    let words = value.description();
    wrapped(&format!("{words} ({})", confidence.name()), 2, width, out);
    if value.is_optional() {
        wrapped(
            "Only where a secret was configured with the provider.",
            2,
            width,
            out,
        );
    }
    if let Some(note) = note {
        wrapped(note, 2, width, out);
    }
}

fn delivered(manifest: &Manifest, width: usize, out: &mut Vec<u8>) {
    let delivery = &manifest.delivery;
    let mut rows: Vec<(&str, String, &str, &Option<FactText>)> = Vec::new();
    let method = &delivery.method;
    rows.push((
        "method",
        method.value.to_string(),
        method.confidence.name(),
        &method.note,
    ));
    if let Some(fact) = &delivery.success {
        rows.push((
            "accepted",
            joined(&fact.value),
            fact.confidence.name(),
            &fact.note,
        ));
    }
    if let Some(fact) = &delivery.timeout_seconds {
        rows.push((
            "gives up after",
            format!("{} s", fact.value),
            fact.confidence.name(),
            &fact.note,
        ));
    }
    if let Some(fact) = &delivery.retry_seconds {
        rows.push((
            "retries after",
            format!("{} s", joined(&fact.value)),
            fact.confidence.name(),
            &fact.note,
        ));
    }
    if let Some(fact) = &delivery.source_ips {
        rows.push((
            "comes from",
            fact.value.join(", "),
            fact.confidence.name(),
            &fact.note,
        ));
    }
    for (name, value, confidence, note) in rows {
        wrapped(&format!("{name}: {value} ({confidence})"), 2, width, out);
        if let Some(note) = note {
            wrapped(note, 6, width, out);
        }
    }
}

fn sources(
    manifest: &Manifest,
    of_event: &[FactText],
    confidence: &str,
    style: &Style,
    out: &mut Vec<u8>,
) {
    let mut line = |source: &str, of: &str| {
        let text = format!("{source} ({of})");
        let lines = match style.wrapped {
            true => lines(&text, 4, style.width),
            false => vec![visible(&text).into_owned()],
        };
        let _ = writeln!(out, "  {}", lines.join("\n    "));
    };
    for source in manifest.sources_of(of_event) {
        line(source, &format!("the event: {confidence}"));
    }
    let facts = [&manifest.signing.sources, &manifest.delivery.method.sources];
    let others = manifest.delivery.success.iter().map(|fact| &fact.sources);
    let retries = manifest
        .delivery
        .retry_seconds
        .iter()
        .map(|fact| &fact.sources);
    let keys: BTreeSet<&FactText> = facts
        .into_iter()
        .chain(others)
        .chain(retries)
        .flatten()
        .filter(|key| !of_event.contains(*key))
        .collect();
    for key in keys {
        let source = manifest.sources.get(key).unwrap_or(key);
        line(source, "signing, delivery");
    }
}

fn joined<T: ToString>(values: &[T]) -> String {
    values
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
