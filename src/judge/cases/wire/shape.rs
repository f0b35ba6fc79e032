//! The same payment with other white space, another order of fields, and fields more or fewer.

use super::edits::{first_member, place, rearranged, with_member};
use super::{Usual, Variant, WhenRefused, refusal};
use crate::body::{Edit, Template};
use crate::cases::Case;
use crate::catalogue::Entry;
use crate::catalogue::manifest::{FactText, Form};
use crate::json;
use crate::judge::causes::Cause;
use crate::judge::deliveries::Deliveries;
use crate::judge::judgement::{CaseJudgement, Stop};
use crate::judge::order::Order;
use crate::judge::trial::Trial;
use crate::report::CaseVerdict;

pub(super) fn indented(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let body = deliveries.paid(order);
    let text = json::indented(&body)?;
    // A line feed at the end is another variant.
    let text = text.trim_end();
    let (refused, cause) = (WhenRefused::Fails, Cause::WhiteSpace);
    Some(Variant::new(deliveries, "that is pretty-printed", text, refused, cause).reprinted(body))
}

pub(super) fn final_newline(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let body = deliveries.paid(order);
    let text = format!("{body}\n");
    let words = "with a line feed at its end";
    let mut variant = Variant::new(
        deliveries,
        words,
        text,
        WhenRefused::Fails,
        Cause::WhiteSpace,
    );
    variant.mistakes.push((Cause::TrimmedBody, body.into()));
    Some(variant)
}

pub(super) fn reversed(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let body = deliveries.paid(order);
    let text = rearranged(&body, &|members| members.reverse())?;
    let sorted = rearranged(&body, &|members| members.sort())?;
    let words = "with its fields in reversed order";
    let variant = Variant::new(
        deliveries,
        words,
        text,
        WhenRefused::Fails,
        Cause::FieldOrder,
    );
    Some(variant.reprinted(sorted).reprinted(body))
}

pub(super) fn scalar(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    extra(deliveries, order, "text", "\"x\"")
}

pub(super) fn object(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    extra(deliveries, order, "object", "{\"version\":2,\"tags\":{}}")
}

pub(super) fn list(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    extra(deliveries, order, "list", "[1,\"two\",null]")
}

fn extra(deliveries: &Deliveries<'_>, order: &Order, kind: &str, value: &str) -> Option<Variant> {
    let body = deliveries.paid(order);
    let text = with_member(&body, &format!("\"addedLater\":{value}"))?;
    let words =
        format!("with an unknown field that holds a {kind}").replace("a object", "an object");
    let (refused, cause) = (WhenRefused::CrashFailsElseStrict, Cause::UnknownFields);
    Some(Variant::new(deliveries, words, text, refused, cause).reprinted(body))
}

/// The first field, once more at the end and with the same value: no reader can understand it differently.
pub(super) fn twice(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let body = deliveries.paid(order);
    let text = with_member(&body, &first_member(&body)?)?;
    let words = "in which its first field occurs twice";
    let (refused, cause) = (WhenRefused::CrashAdvice, Cause::DuplicateKeys);
    Some(Variant::new(deliveries, words, text, refused, cause))
}

/// White space makes it long: a field would be one that a strict endpoint may refuse.
pub(super) fn long(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    const LENGTH: usize = 150_000;
    let body = deliveries.paid(order);
    let spaced = |spaces: usize| {
        let at = body.find('{').map(|at| at + 1)?;
        Some(format!(
            "{}{}{}",
            &body[..at],
            " ".repeat(spaces),
            &body[at..]
        ))
    };
    let text = spaced(LENGTH)?;
    let words = "of 150 kB, most of it white space";
    let (refused, cause) = (WhenRefused::Advice, Cause::BodyLimit);
    let mut variant = Variant::new(deliveries, words, text, refused, cause);
    let short = Box::new(deliveries.signed(spaced(1)?));
    variant.usual = Usual::Request(short, Case::Spaces);
    Some(variant)
}

/// How a field is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Null,
    Absent,
}

impl Missing {
    /// The payment without these fields.
    fn payment(
        self,
        deliveries: &Deliveries<'_>,
        order: &Order,
        pointers: &[&Optional],
    ) -> Variant {
        let mut body = Template::fixed(deliveries.paid(order));
        for Optional { pointer, .. } in pointers {
            let path = pointer.clone();
            let edit = match self {
                Self::Null => Edit::Set {
                    path,
                    value: "null".to_owned(),
                },
                Self::Absent => Edit::Unset { path },
            };
            // The pointers are of this very body.
            let _ = body.edit(&edit);
        }
        let names: Vec<&str> = pointers
            .iter()
            .map(|field| field.pointer.as_str())
            .collect();
        let words = match self {
            Self::Null => format!("with null in {}", names.join(", ")),
            Self::Absent => format!("without {}", names.join(", ")),
        };
        // A documented null breaks no careful endpoint.
        let documented = self == Self::Null && pointers.iter().all(|field| field.documented);
        let refused = if documented {
            WhenRefused::CrashFails
        } else {
            WhenRefused::Advice
        };
        let text = body.text().to_owned();
        Variant::new(deliveries, words, text, refused, Cause::MissingFields)
    }
}

/// A field that the schema allows to be null or absent.
struct Optional {
    pointer: String,
    /// The documentation says so, or shows it: it is null in a sample of the same kind.
    documented: bool,
}

/// Fields that may be null or absent: first all together, then, if that is refused, each alone.
pub(super) fn nullable(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let deliveries = &trial.session.deliveries;
    let event = deliveries.payment_event();
    let fields = optional(deliveries);
    if fields.is_empty() {
        return Err(Stop::NotRun(format!(
            "{event} has no optional field beside those that name the order and its money"
        )));
    }
    let all: Vec<&Optional> = fields.iter().collect();
    for missing in [Missing::Null, Missing::Absent] {
        let order = trial.order()?;
        let together = missing.payment(deliveries, &order, &all);
        let Some(judgement) = refusal(trial, &order, &together)? else {
            continue;
        };
        let mut first = None;
        for field in &all {
            let order = trial.order()?;
            let alone = missing.payment(deliveries, &order, &[field]);
            if let Some(judgement) = refusal(trial, &order, &alone)? {
                if judgement.verdict == CaseVerdict::Fail {
                    return Ok(judgement);
                }
                first.get_or_insert(judgement);
            }
        }
        return Ok(first.unwrap_or(judgement));
    }
    Ok(CaseJudgement::pass()
        .sent(format!(
            "a genuine {event} with null in {} optional fields, and one without them",
            fields.len()
        ))
        .expected("2xx each time")
        .got("accepted"))
}

/// The optional fields of the payment that neither name it nor its order nor its money.
fn optional(deliveries: &Deliveries<'_>) -> Vec<Optional> {
    let manifest = deliveries.manifest();
    let named = |name: &&crate::catalogue::manifest::Event| name.name == deliveries.payment_event();
    let Some(event) = manifest.events.iter().find(named) else {
        return Vec::new();
    };
    let provider = deliveries.provider;
    let sample = json::compact(provider.sample(&event.name).unwrap_or_default());
    let kin = manifest
        .events
        .iter()
        .filter(|other| other.kind == event.kind);
    let samples: Vec<&str> = kin
        .filter_map(|event| provider.sample(&event.name))
        .collect();
    let is_null = |sample: &str, pointer: &str| {
        place(sample, pointer).is_some_and(|place| &sample[place] == "null")
    };
    let fields = Entry { provider, event }.fields(Form::Full);
    let fields = fields.iter().filter(|field| {
        !field.required
            && field.types.iter().any(|name| name == "null")
            && !field.path.contains("[]")
    });
    let mut chosen: Vec<Optional> = Vec::new();
    for field in fields {
        let pointer = format!("/{}", field.path.replace('.', "/"));
        let inside = chosen
            .iter()
            .any(|outer| is_within(&pointer, &outer.pointer));
        let present = place(&sample, &pointer).is_some() && !is_null(&sample, &pointer);
        if present && !inside && !is_needed(deliveries, &pointer) {
            chosen.push(Optional {
                documented: field.description.to_lowercase().contains("null")
                    || samples.iter().any(|sample| is_null(sample, &pointer)),
                pointer,
            });
        }
    }
    chosen
}

/// Whether an endpoint may need that field: it or a part of it says what the delivery is about, and when.
fn is_needed(deliveries: &Deliveries<'_>, pointer: &str) -> bool {
    let manifest = deliveries.manifest();
    let facts = deliveries.facts.pointers().map(|(_, pointer)| pointer);
    let history = &manifest.history;
    let tests = manifest.recognise.iter();
    let told = tests.flat_map(|test| test.starts.keys().chain(&test.name).chain(&test.status));
    let others = history
        .delivery
        .iter()
        .chain(&history.object)
        .chain(&manifest.fresh.clock);
    let mut needed = facts.chain(others.chain(told).map(FactText::as_str));
    let mut present = manifest.recognise.iter().flat_map(|test| &test.has);
    needed.any(|needed| {
        let needed = needed.trim_end_matches('#');
        is_within(needed, pointer) || is_within(pointer, needed)
    }) || present.any(|present| is_within(present, pointer))
}

/// Whether a pointer leads to that value or into it.
fn is_within(pointer: &str, outer: &str) -> bool {
    let rest = pointer.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
