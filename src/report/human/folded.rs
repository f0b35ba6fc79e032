//! A body of which only the lines that matter are shown: its event, order, money and status, as the provider's table
//! `[payment]` has them.

use crate::catalogue::manifest::{FactText, Manifest};

/// The lines of an indented JSON text that matter, in order; none where the provider says nothing of it. Several of one name
/// have the names of what they are in before it.
pub(super) fn telling_lines(lines: &[String], manifest: &Manifest, event: &str) -> Vec<String> {
    let Some(facts) = &manifest.payment else {
        return Vec::new();
    };
    let envelope = manifest.envelope.as_ref();
    let bare = envelope.map_or("", |envelope| envelope.value.bare.as_str());
    let values = values(lines);
    let value = |line: usize| values.iter().find(|(_, at)| *at == line);
    let at = |pointer: &FactText| {
        let short = pointer.strip_prefix(bare).unwrap_or(pointer);
        let place = |pattern: &str| values.iter().find(|(path, _)| fits(path, pattern));
        place(pointer)
            .or_else(|| place(short))
            .map(|(_, line)| *line)
    };
    let roles = [
        &facts.order,
        &facts.price,
        &facts.price_currency,
        &facts.due,
        &facts.paid,
        &facts.currency,
        &facts.status,
    ];
    let roles = roles
        .into_iter()
        .filter_map(|pointers| pointers.iter().find_map(at));
    let known = manifest.events.iter().find(|known| known.name == event);
    let kind = known.map(|known| format!(": \"{}\"", known.kind));
    let kind = kind.and_then(|kind| {
        let named = |line: &String| line.trim_end_matches(',').ends_with(&kind);
        lines.iter().position(named)
    });
    let mut telling: Vec<usize> = kind.into_iter().chain(roles).collect();
    telling.sort_unstable();
    telling.dedup();
    let name = |line: usize| value(line).and_then(|(path, _)| path.last().copied());
    let shown = |line: &usize| {
        let text = lines[*line].trim().trim_end_matches(',');
        let same = telling.iter().filter(|other| name(**other) == name(*line));
        let known = value(*line).zip(text.split_once("\": "));
        match known.filter(|_| same.count() > 1) {
            Some(((path, _), (_, value))) => format!("\"{}\": {value}", whole(path)),
            None => text.to_owned(),
        }
    };
    telling.iter().map(shown).collect()
}

/// A path as people read it, without the items of lists.
fn whole(path: &[&str]) -> String {
    let names = path.iter().filter(|name| !matches!(**name, "" | "*"));
    names.copied().collect::<Vec<_>>().join(".")
}

/// The paths of the plain values, each with the number of its line.
fn values(lines: &[String]) -> Vec<(Vec<&str>, usize)> {
    let (mut path, mut values) = (Vec::new(), Vec::new());
    for (number, line) in lines.iter().enumerate() {
        let text = line.trim().trim_end_matches(',');
        if matches!(text, "}" | "]") {
            path.pop();
            continue;
        }
        let (name, value) = match text
            .strip_prefix('"')
            .and_then(|rest| rest.split_once("\": "))
        {
            Some(named) => named,
            None => ("*", text),
        };
        match value {
            // The text itself has no name.
            "{" | "[" if number == 0 => path.push(""),
            "{" | "[" => path.push(name),
            _ => {
                let mut path = path.clone();
                path.push(name);
                values.push((path, number));
            }
        }
    }
    values
}

/// Whether a path is one that a pointer leads to.
fn fits(path: &[&str], pointer: &str) -> bool {
    let mut steps = pointer.split('/');
    path.iter().all(|name| steps.next() == Some(*name)) && steps.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::json::indented;

    #[test]
    fn the_event_the_order_and_its_money_are_found_in_every_provider_s_bodies() {
        let catalogue = Catalogue::load(&[]).unwrap();
        for (provider, event, expected) in [
            (
                "calypso",
                "INVOICE_PAID",
                &[
                    "eventType",
                    "externalId",
                    "fiatAmount",
                    "realAmount",
                    "currency",
                ][..],
            ),
            (
                "inqud",
                "checkout.success",
                &["clientOrderId", "amount", "currency", "status"],
            ),
            (
                "rehive",
                "invoice.underpaid",
                &[
                    "request_reference",
                    "request_amount",
                    "total_paid",
                    "status",
                ],
            ),
        ] {
            let known = catalogue.provider(provider).unwrap();
            let json = indented(known.sample(event).unwrap()).unwrap();
            let lines: Vec<String> = json.lines().map(str::to_owned).collect();
            let telling = telling_lines(&lines, &known.manifest, event);
            assert!(telling.len() <= 8, "{telling:?}");
            let names = telling.iter().map(|line| line.split("\": ").next());
            let names: std::collections::HashSet<_> = names.collect();
            assert_eq!(
                names.len(),
                telling.len(),
                "each has a name of its own: {telling:?}"
            );
            for name in expected {
                let ends = [format!("\"{name}\":"), format!(".{name}\":")];
                let found = telling
                    .iter()
                    .any(|line| ends.iter().any(|end| line.contains(end)));
                assert!(found, "{provider}: {name} in {telling:?}");
            }
        }
    }
}
