//! Bodies that were changed after signing.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::trial::Trial;
use super::attack::{Extent, attack, watched};
use super::forgery::{Forgery, Original, random_secret};
use crate::body::{OrderTerms, scalars};
use crate::json::{compact, indented};
use crate::report::CaseVerdict;
use serde_json::Map;
use serde_json::value::RawValue;

pub(super) fn other_body(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "a payment with the signature of another payment, which was accepted before";
    let other = accepted_before(trial)?;
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let what = "with the signature of another payment";
        let request = original.with_value(other.value());
        Ok(vec![Forgery::new(what, request, Cause::BodyNotCovered)])
    })
}

/// A genuine payment of an order of its own, which was accepted and has had its effect.
fn accepted_before<'s>(trial: &mut Trial<'s, '_>) -> Result<Original<'s>, Stop> {
    let order = trial.order()?;
    let original = Original::of(trial, &order)?;
    let before = watched(trial, &order)?;
    trial.deliver_or_stop(&original.request)?;
    if let Some(before) = before {
        // Later it would be taken for the effect of a forgery.
        trial.payment_effect(&order, &before)?;
    }
    Ok(original)
}

pub(super) fn tampered_field(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let example = trial.session.deliveries.paid(&Order::unknown("", 0));
    let count = scalars(&example).len();
    let sent = format!(
        "{count} payments, each with another field changed after signing, and a payment that was accepted before, \
         changed to be about another order"
    );
    let fresh = attack(trial, &sent, Extent::All, &|trial, order| {
        let original = Original::of(trial, order)?;
        let body = &original.body;
        let forgery = |(pointer, place): (String, std::ops::Range<usize>)| {
            let value = altered(&body[place.clone()]);
            let changed = format!("{}{value}{}", &body[..place.start], &body[place.end..]);
            let what = format!("with {pointer} changed after signing");
            with_old_signature(&original, what, &changed, Cause::PartlyCovered)
        };
        Ok(scalars(body).into_iter().map(forgery).collect())
    })?;
    if fresh.verdict != CaseVerdict::Pass {
        return Ok(fresh);
    }
    let again = changed_after_acceptance(trial, &sent)?;
    Ok(if again.verdict == CaseVerdict::Pass {
        fresh
    } else {
        again
    })
}

/// Some endpoints look a delivery up by its id, and check no further.
fn changed_after_acceptance(trial: &mut Trial<'_, '_>, sent: &str) -> Result<CaseJudgement, Stop> {
    let known = accepted_before(trial)?;
    let judgement = attack(trial, sent, Extent::First, &|trial, order| {
        let terms = OrderTerms {
            name: Some(order.name()),
            amount: order.amount_text(),
            currency: order.currency(),
        };
        let changed = trial
            .session
            .deliveries
            .facts
            .for_order(&known.body, &terms);
        let what = "that was accepted before, changed to be about another order,";
        Ok(vec![with_old_signature(
            &known,
            what,
            &changed,
            Cause::PartlyCovered,
        )])
    })?;
    if judgement.verdict == CaseVerdict::Fail && trial.session.calibration().is_none() {
        let random = random_secret(trial);
        let forged = known.signed_with(random.as_bytes());
        // A copy is answered as one before anything else is looked at, and that does no harm.
        if forged.is_some_and(|forged| trial.send(&forged).is_ok_and(|reply| reply.is_taken())) {
            return Ok(CaseJudgement {
                verdict: CaseVerdict::Advice,
                cause: Some(Cause::SilentRefusal),
                got: format!(
                    "{}; a known id is answered like that with any signature, and --state would show whether \
                     something happens then",
                    judgement.got
                ),
                ..judgement
            });
        }
    }
    Ok(judgement)
}

pub(super) fn reformatted(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments with other white space and another order of fields, with the signature of the original";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let body = &original.body;
        let spaced = match compact(body) {
            compact if compact == *body => indented(body),
            compact => Some(compact),
        };
        let forgery = |(what, changed): (&str, String)| Forgery {
            harmless: true,
            ..with_old_signature(&original, what, &changed, Cause::VerifiesParsedBody)
        };
        Ok([
            ("with other white space", spaced),
            ("with its fields in another order", reversed(body)),
        ]
        .into_iter()
        .filter_map(|(what, changed)| Some((what, changed?)))
        .map(forgery)
        .collect())
    })
}

pub(super) fn appended(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments with a field, a repeated field or a second object behind the signed body";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let body = &original.body;
        let other = Order::unknown("", trial.seed.draw(904));
        let second = trial.session.deliveries.paid(&other);
        let inside = body.trim_end().strip_suffix('}').unwrap_or(body);
        let repeated = members(&second).and_then(|members| {
            // The last of the largest: the object that the event is about, where there is an envelope.
            let (name, value) = members
                .into_iter()
                .max_by_key(|(_, value)| value.get().len())?;
            let name = serde_json::Value::from(name);
            Some(format!("{inside},{name}:{}}}", value.get()))
        });
        let bodies = [
            (
                "with a field appended",
                Some(format!("{inside},\"appended\":true}}")),
            ),
            ("with a field of another payment appended", repeated),
            (
                "with a second object behind the first",
                Some(format!("{body}\n{second}")),
            ),
        ];
        let forgery = |(what, changed): (&str, Option<String>)| {
            let changed = changed?;
            Some(with_old_signature(
                &original,
                what,
                &changed,
                Cause::PartlyCovered,
            ))
        };
        Ok(bodies.into_iter().filter_map(forgery).collect())
    })
}

fn with_old_signature(
    original: &Original<'_>,
    what: impl Into<String>,
    body: &str,
    cause: Cause,
) -> Forgery {
    let mut request = original.request.clone();
    request.set_body(body.as_bytes().to_vec());
    Forgery::new(what, request, cause)
}

/// Another value of the same type, as near as possible: it must fail for its signature, not for its form.
fn altered(raw: &str) -> String {
    match raw {
        "true" => return "false".to_owned(),
        "false" => return "true".to_owned(),
        "null" => return "\"x\"".to_owned(),
        _ => {}
    }
    let is_text = raw.starts_with('"');
    let end = if is_text {
        raw.len() - 1
    } else {
        raw.find(['e', 'E']).unwrap_or(raw.len())
    };
    // Behind an escape a letter may be a part of it.
    let place = raw[..end].rfind(|char: char| char.is_ascii_alphanumeric());
    let place = place.filter(|_| !is_text || !raw.contains('\\'));
    let Some(at) = place else {
        return format!("\"x{}", raw.get(1..).unwrap_or("\""));
    };
    let next = match raw.as_bytes()[at] {
        b'0' => '1',
        b'9' => '8',
        b'f' => 'a',
        b'F' => 'A',
        b'z' => 'y',
        b'Z' => 'Y',
        other => char::from(other + 1),
    };
    format!("{}{next}{}", &raw[..at], &raw[at + 1..])
}

/// The members of a body, in their order and spelling.
fn members(body: &str) -> Option<Vec<(String, Box<RawValue>)>> {
    let members: Map<String, serde_json::Value> = serde_json::from_str(body).ok()?;
    let raw: std::collections::HashMap<String, Box<RawValue>> = serde_json::from_str(body).ok()?;
    let named = members.into_iter().map(|(name, _)| {
        let value = raw.get(&name)?.clone();
        Some((name, value))
    });
    named.collect()
}

/// The body with its fields in the reverse order.
fn reversed(body: &str) -> Option<String> {
    let members = members(body)?;
    let lines: Vec<String> = members
        .iter()
        .rev()
        .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.get()))
        .collect();
    Some(format!("{{{}}}", lines.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_altered_within_their_type() {
        for (raw, expected) in [
            ("271.42", "271.43"),
            ("-9", "-8"),
            ("0", "1"),
            ("1.5e3", "1.6e3"),
            ("\"order-1001\"", "\"order-1002\""),
            ("\"2f\"", "\"2a\""),
            ("\"EUR\"", "\"EUS\""),
            ("\"\"", "\"x\""),
            ("\"\\u00e9\"", "\"x\\u00e9\""),
            ("\"\u{43a}\"", "\"x\u{43a}\""),
            ("true", "false"),
            ("null", "\"x\""),
        ] {
            assert_eq!(altered(raw), expected, "{raw}");
        }
    }

    #[test]
    fn fields_change_their_order_and_nothing_else() {
        let body = r#"{"b" : 1.50, "a": {"y": [1, 2]} }"#;
        assert_eq!(
            reversed(body).as_deref(),
            Some(r#"{"a":{"y": [1, 2]},"b":1.50}"#)
        );
        assert_eq!(reversed("[]"), None);
    }
}
