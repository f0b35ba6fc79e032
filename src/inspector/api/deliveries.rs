//! Deliveries in a list and in full, and the search in them.

use super::super::access::PageRefusal;
use super::super::ring::NumberedDelivery;
use super::super::same_order;
use super::super::state::Inspector;
use crate::inbound::changes::Changes;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// The most rows of one answer.
const MOST_ROWS: usize = 500;
/// The most rows for a page that waited, which then waits again: more a second than anyone can read, and few enough that
/// a load test does not keep the processor busy with them.
const MOST_LIVE_ROWS: usize = 100;

/// The rows that changed after that revision.
pub(super) fn rows(inspector: &Inspector, after: u64, live: bool) -> Vec<u8> {
    let most = if live { MOST_LIVE_ROWS } else { MOST_ROWS };
    let part = inspector.ring.after(after, most);
    let (oldest, newest, kept) = (part.oldest, part.newest, part.kept);
    let problem = json!(inspector.problem());
    let rest =
        format!("\"oldest\":{oldest},\"newest\":{newest},\"kept\":{kept},\"problem\":{problem}");
    rows_and(inspector, part.deliveries, &rest)
}

/// Rows of the journal.
pub(super) fn older(inspector: &Inspector, before: Option<u64>) -> Result<Vec<u8>, PageRefusal> {
    let part = inspector.read_older(before)?;
    let rest = format!("\"more\":{}", part.more);
    Ok(rows_and(inspector, part.deliveries, &rest))
}

/// A JSON object of rows and other members. It is written row by row, and lets go of each delivery: as a tree, 500 rows
/// take more memory than everything that is kept.
fn rows_and(inspector: &Inspector, deliveries: Vec<NumberedDelivery>, rest: &str) -> Vec<u8> {
    let view = inspector.view();
    let mut json = format!("{{{rest},\"deliveries\":[").into_bytes();
    for (place, one) in deliveries.into_iter().enumerate() {
        if place > 0 {
            json.push(b',');
        }
        // Its keys are strings, and writing to memory does not fail.
        let _ = serde_json::to_writer(&mut json, &inspector.row(&view, &one));
    }
    json.extend_from_slice(b"]}");
    json
}

/// All of a delivery, with what changed since the one before about the same order.
pub(super) fn whole(inspector: &Inspector, seq: u64) -> Result<Value, PageRefusal> {
    let this = inspector.find(seq)?;
    let all = inspector.all();
    let before = same_order::before(inspector.settings.catalogue, &this, &all);
    let mut whole = inspector.whole(&this);
    whole["previous"] = before.map_or(Value::Null, |before| previous(inspector, before, &this));
    Ok(whole)
}

fn previous(inspector: &Inspector, before: &NumberedDelivery, this: &NumberedDelivery) -> Value {
    let same_bytes = before.delivery.body() == this.delivery.body();
    let (old, new) = (
        inspector.text(&before.delivery),
        inspector.text(&this.delivery),
    );
    let both = json_text(&old).zip(json_text(&new));
    let changes = both.and_then(|(old, new)| Changes::default().differences(old, new));
    let changes = changes.map(|changes| -> Value {
        let change = |change: &crate::report::Change| {
            json!({ "pointer": change.pointer, "before": change.before, "now": change.now })
        };
        changes.iter().map(change).collect()
    });
    json!({ "seq": before.seq, "same_bytes": same_bytes, "changes": changes })
}

fn json_text(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    is_json.then_some(text)
}

/// The deliveries that have a text in the body, the path or a header, in upper or lower case.
pub(super) fn search(inspector: &Inspector, text: &str) -> Value {
    let text = text.to_lowercase();
    let has = |one: &NumberedDelivery| {
        let body = inspector.text(&one.delivery);
        String::from_utf8_lossy(&body)
            .to_lowercase()
            .contains(&text)
            || one.delivery.has_in_head(&text)
    };
    let all = inspector.all();
    let found = all.iter().filter(|one| has(one)).map(|one| one.seq);
    json!({ "seqs": found.collect::<Vec<_>>() })
}
