//! Why a delivery is refused before and after it is verified, rightly or not, and what ends the process.

use crate::http::{Answer, Request};
use crate::news::{Amount, Meaning, News, Value};
use crate::switches::{Defect, Trap};
use crate::{Provider, Shop, now};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

/// What a shop that knows the documentation by heart knows as the fields of a body.
const KNOWN: [&str; 46] = [
    "requestId",
    "id",
    "createdDate",
    "level",
    "service",
    "eventType",
    "data",
    "projectId",
    "projectName",
    "merchantDomain",
    "clientOrderId",
    "status",
    "reason",
    "name",
    "type",
    "fixedAmount",
    "suggestedAmounts",
    "cryptoCurrencies",
    "cryptoCurrenciesByBlockchain",
    "cryptoCurrencyDetails",
    "estimatedPayAmounts",
    "minLimits",
    "maxLimits",
    "merchantFixedPlatformFees",
    "merchantPercentPlatformFees",
    "payerFixedPlatformFees",
    "payerPercentPlatformFees",
    "request",
    "returnUrl",
    "acquiringUrl",
    "createdAt",
    "lastUpdatedAt",
    "expiresAt",
    "event",
    "company",
    "orderId",
    "currency",
    "blockchain",
    "amount",
    "paymentIntents",
    "authorizationId",
    "planId",
    "planName",
    "modifiedAt",
    "externalId",
    "method",
];

/// Refuses what the rest must not see.
pub(crate) fn before(shop: &Shop, request: &Request) -> Option<Answer> {
    if shop.has(Defect::Redirects) {
        let mut answer = Answer::new(308, "");
        answer.location = Some("/hooks/");
        return Some(answer);
    }
    if shop.has(Defect::Csrf) {
        return Some(Answer::new(
            403,
            "Forbidden (403): CSRF verification failed. Request aborted.",
        ));
    }
    let agent = request.header("user-agent").unwrap_or_default();
    if shop.has(Defect::UserAgentCheck) && !agent.starts_with(b"Mozilla/") {
        return Some(Answer::new(
            403,
            "<title>Just a moment...</title> Enable JavaScript and cookies to continue",
        ));
    }
    if shop.has(Defect::Http10Refused) && request.is_old {
        return Some(Answer::new(505, ""));
    }
    if shop.has(Defect::NoLimit) && request.body.len() > 4 << 20 {
        crate::die("JavaScript heap out of memory");
    }
    if shop.has(Defect::DeepJsonCrashes) && depth(&request.body) > 10_000 {
        crate::die("stack overflow");
    }
    if shop.has(Defect::OddJsonTaken) && serde_json::from_slice::<&RawValue>(&request.body).is_err()
    {
        return Some(Answer::new(200, ""));
    }
    if shop.has(Defect::Wedges) {
        let mut memory = shop.memory();
        let given = request.header(shop.provider.header()).unwrap_or_default();
        memory.is_wedged |= !given.is_ascii() || given.len() > 1024;
        if memory.is_wedged {
            return Some(Answer::new(500, "connection pool exhausted"));
        }
    }
    (shop.is_trap(Trap::RateLimit) && !may_go_on(shop)).then(|| Answer::new(429, ""))
}

/// At most 60 at once and 100 a second.
fn may_go_on(shop: &Shop) -> bool {
    let mut memory = shop.memory();
    let (at, left) = memory.allowance;
    let now = now();
    let since = now.saturating_sub(at).min(1000) as f64;
    let left = (left + since / 10.0).min(60.0);
    memory.allowance = (now, (left - 1.0).max(0.0));
    left >= 1.0
}

fn depth(body: &[u8]) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in body {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// Refuses a delivery that is signed and JSON.
pub(crate) fn after(shop: &Shop, body: &RawValue, news: &News) -> Option<Answer> {
    let text = body.get();
    let oops = || Some(Answer::new(500, "Internal Server Error"));
    if shop.has(Defect::MissingObjectCrashes) && lacks_object(shop, body) {
        crate::die("cannot read properties of undefined");
    }
    if shop.has(Defect::FourByteCharacters) && unescaped(text).chars().any(|char| char > '\u{ffff}')
    {
        return oops();
    }
    let texts = [
        "description",
        "message",
        "name",
        "note",
        "projectName",
        "planName",
    ];
    let breaks =
        |name: &str| inside(shop, body, name).is_some_and(|value| value.raw().contains('\''));
    if shop.has(Defect::QuotesBreak) && texts.into_iter().any(breaks) {
        return Some(Answer::new(500, "SQLSTATE[42000]: syntax error near ''"));
    }
    if shop.has(Defect::SqlFromId)
        && news
            .order
            .as_deref()
            .is_some_and(|name| name.matches('\'').count() == 1 && !name.contains("--"))
    {
        return oops();
    }
    let needed = ["description", "payer_mobile_number", "payer_user", "name"];
    if shop.has(Defect::NullCrashes) && needed.iter().any(|name| is_null(shop, body, name)) {
        return oops();
    }
    format(shop, body, news)
        .or_else(|| events(shop, news))
        .or_else(|| times(shop, news))
}

/// Refuses by the form of the body.
fn format(shop: &Shop, body: &RawValue, news: &News) -> Option<Answer> {
    let text = body.get();
    let refused = |why: &str| Some(Answer::new(400, why));
    if shop.has(Defect::MinifiedOnly) && text.contains("\": ") {
        return refused("unknown event");
    }
    if shop.has(Defect::ExpectsKeyOrder) && !keys_in_order(shop, text) {
        return refused("unexpected key");
    }
    if has_unknown_field(body) {
        if shop.has(Defect::ExtraFieldCrashes) {
            return Some(Answer::new(500, "unrecognized field"));
        }
        if shop.has(Defect::ExtraFieldRefused) || shop.is_trap(Trap::StrictFields) {
            return Some(Answer::new(422, "unrecognized field"));
        }
    }
    if has_repeated_key(body) {
        if shop.has(Defect::DuplicateKeysCrash) {
            return Some(Answer::new(500, "IllegalStateException: Duplicate key"));
        }
        if shop.is_trap(Trap::StrictFields) {
            return refused("a key comes twice");
        }
    }
    let amounts = [&news.price, &news.came];
    let decimals = |amount: &Amount| {
        amount
            .text
            .split_once('.')
            .map_or(0, |(_, after)| after.len())
    };
    let is_odd = |amount: &Amount| decimals(amount) != 2;
    if shop.has(Defect::TwoDecimalsOnly) && amounts.into_iter().flatten().any(is_odd) {
        return refused("an amount has two decimals");
    }
    let is_large = news.id.as_ref().is_some_and(|id| {
        id.parse::<u64>()
            .is_ok_and(|id| id > u64::from(u32::MAX >> 1))
    });
    if shop.has(Defect::SmallIds) && is_large {
        return Some(Answer::new(500, "value out of range for type integer"));
    }
    None
}

/// Refuses by the event and the order.
fn events(shop: &Shop, news: &News) -> Option<Answer> {
    if shop.has(Defect::OnlyPaidEvent) && news.meaning != Meaning::Paid {
        return Some(Answer::new(400, "unsupported event"));
    }
    if news.meaning == Meaning::Unknown {
        if shop.has(Defect::UnknownEvent500) {
            return Some(Answer::new(500, "no handler for this event"));
        }
        if shop.has(Defect::UnknownEvent400) || shop.is_trap(Trap::StrictFields) {
            return Some(Answer::new(400, "unknown event"));
        }
    }
    let is_sale = !matches!(news.meaning, Meaning::Other | Meaning::Unknown);
    let knows = |name: &String| {
        shop.store
            .read(|memory| memory.orders.contains_key(name))
            .unwrap_or(true)
    };
    if is_sale && news.order.as_ref().is_some_and(|name| !knows(name)) {
        if shop.has(Defect::UnknownOrder500) {
            return Some(Answer::new(500, "Call to a member function on null"));
        }
        if shop.is_trap(Trap::UnknownOrder404) {
            return Some(Answer::new(404, "no such order"));
        }
    }
    None
}

/// Refuses by what came before, and by how late it is.
fn times(shop: &Shop, news: &News) -> Option<Answer> {
    let text = news.body.clone();
    if shop.has(Defect::DuplicateRefused) && !shop.memory().seen.insert(text.clone()) {
        return Some(Answer::new(409, "seen before"));
    }
    if shop.is_trap(Trap::BusyAtFirst) {
        let mut memory = shop.memory();
        if memory.tried.insert(text) {
            memory.count += 1;
            if memory.count.is_multiple_of(5) {
                return Some(Answer::new(503, "try again"));
            }
        }
    }
    if shop.has(Defect::BurstFails) {
        let count = shop.memory().open;
        if count > 8 {
            return Some(Answer::new(500, "connection pool exhausted"));
        }
    }
    (shop.has(Defect::OldRefused) && is_old(&news.at)).then(|| Answer::new(400, "too old"))
}

/// Whether it is more than five minutes ago.
fn is_old(at: &str) -> bool {
    let whole = at.split('.').next().unwrap_or_default();
    let happened = humantime::parse_rfc3339(&format!("{whole}Z")).unwrap_or(UNIX_EPOCH);
    happened
        .elapsed()
        .is_ok_and(|ago| ago > Duration::from_secs(300))
}

fn lacks_object(shop: &Shop, body: &RawValue) -> bool {
    let name = match shop.provider {
        Provider::Calypso | Provider::Rehive => "data",
        Provider::Inqud => "id",
    };
    Value::of(body).at(name).is_none()
}

/// A field of the object that the event is about.
fn inside<'b>(shop: &Shop, body: &'b RawValue, name: &str) -> Option<Value<'b>> {
    let body = Value::of(body);
    match shop.provider {
        Provider::Inqud => body.at(name),
        _ => body.at("data").unwrap_or(body).at(name),
    }
}

/// Whether the field is there, as null.
fn is_null(shop: &Shop, body: &RawValue, name: &str) -> bool {
    let body = Value::of(body);
    let object = match shop.provider {
        Provider::Inqud => body,
        _ => body.at("data").unwrap_or(body),
    };
    let fields = object.fields().unwrap_or_default();
    fields.get(name).is_some_and(|value| value.raw() == "null")
}

fn unescaped(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    value.to_string()
}

/// The keys at the beginning are those of the documentation.
fn keys_in_order(shop: &Shop, text: &str) -> bool {
    let first = match shop.provider {
        Provider::Calypso => "requestId",
        Provider::Inqud | Provider::Rehive => "id",
    };
    let start = text.trim_start_matches(['{', ' ', '\n', '\r', '\t']);
    start.starts_with(&format!("\"{first}\""))
}

fn has_unknown_field(body: &RawValue) -> bool {
    let fields = Value::of(body).fields().unwrap_or_default();
    fields.keys().any(|name| !KNOWN.contains(&&**name))
}

/// Whether a key at the top, or one of the object below, comes twice.
fn has_repeated_key(body: &RawValue) -> bool {
    let repeats = |value: Value<'_>| {
        let pairs = value.pairs().unwrap_or_default();
        let names: BTreeSet<&String> = pairs.iter().map(|(name, _)| name).collect();
        names.len() < pairs.len()
    };
    let body = Value::of(body);
    repeats(body) || body.at("data").is_some_and(repeats)
}
