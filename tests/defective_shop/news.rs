//! What a delivery says, read by hand-written paths for each provider, with amounts as exact decimals.

use crate::Provider;
use rust_decimal::Decimal;
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// What an event means for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Created,
    /// Seen on the chain, not confirmed.
    Detected,
    Pending,
    /// Too little, or something else that a person has to look at.
    Review,
    Paid,
    /// The end, without the money.
    Unpaid,
    /// Not about a sale.
    Other,
    Unknown,
}

/// An amount as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub(crate) text: String,
    pub(crate) value: Decimal,
}

#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) event: String,
    pub(crate) meaning: Meaning,
    pub(crate) order: Option<String>,
    /// The provider's name of what it is about.
    pub(crate) object: String,
    /// The delivery's id, as it was written.
    pub(crate) id: Option<String>,
    pub(crate) price: Option<Amount>,
    pub(crate) currency: Option<String>,
    /// What was to be paid on the chain, and what was.
    pub(crate) due: Option<Amount>,
    pub(crate) came: Option<Amount>,
    /// When it happened, in a form that sorts.
    pub(crate) at: String,
    /// The whole body.
    pub(crate) body: String,
}

/// A value of the body.
#[derive(Clone, Copy)]
pub(crate) struct Value<'b>(&'b RawValue);

impl<'b> Value<'b> {
    pub(crate) fn of(raw: &'b RawValue) -> Self {
        Self(raw)
    }

    /// The fields of an object, in order and with repeats.
    pub(crate) fn pairs(self) -> Option<Vec<(String, Value<'b>)>> {
        let mut reader = serde_json::Deserializer::from_str(self.0.get());
        reader.deserialize_map(Pairs).ok()
    }

    /// The fields of an object; of those that are repeated, the last.
    pub(crate) fn fields(self) -> Option<BTreeMap<String, Value<'b>>> {
        Some(self.pairs()?.into_iter().collect())
    }

    /// The value below those names; `None` also for null.
    pub(crate) fn at(self, path: &str) -> Option<Value<'b>> {
        let mut value = self;
        for name in path.split('.') {
            value = value.fields()?.remove(name)?;
        }
        (value.0.get() != "null").then_some(value)
    }

    fn items(self) -> Vec<Value<'b>> {
        let items: Vec<&'b RawValue> = serde_json::from_str(self.0.get()).unwrap_or_default();
        items.into_iter().map(Value).collect()
    }

    fn text(self) -> Option<String> {
        serde_json::from_str(self.0.get()).ok()
    }

    pub(crate) fn raw(self) -> &'b str {
        self.0.get()
    }

    fn amount(self) -> Option<Amount> {
        let text = self.text().unwrap_or_else(|| self.0.get().to_owned());
        let value = text
            .parse()
            .or_else(|_| Decimal::from_scientific(&text))
            .ok()?;
        Some(Amount { text, value })
    }
}

struct Pairs;

impl<'b> Visitor<'b> for Pairs {
    type Value = Vec<(String, Value<'b>)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<M: MapAccess<'b>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut pairs = Vec::new();
        while let Some((name, raw)) = map.next_entry()? {
            pairs.push((name, Value(raw)));
        }
        Ok(pairs)
    }
}

/// The body as a value: a text that is JSON, with nothing behind it unless that is allowed.
pub(crate) fn parsed(body: &[u8], first_only: bool) -> Option<Box<RawValue>> {
    let text = std::str::from_utf8(body).ok()?;
    if first_only {
        let mut values = serde_json::Deserializer::from_str(text).into_iter();
        return values.next()?.ok();
    }
    serde_json::from_str(text).ok()
}

/// What the body says; `None` if it is not an object.
pub(crate) fn read(provider: Provider, body: &RawValue) -> Option<News> {
    let body = Value(body);
    body.fields()?;
    Some(match provider {
        Provider::Calypso => calypso(body),
        Provider::Inqud => inqud(body),
        Provider::Rehive => rehive(body),
    })
}

impl Amount {
    /// An amount in the smallest unit, as one in the usual unit.
    fn shifted(&self, decimals: u32) -> Self {
        let mut value = self.value;
        // A scale beyond that of a decimal belongs to no currency.
        let _ = value.set_scale(value.scale() + decimals);
        Self {
            text: value.to_string(),
            value,
        }
    }
}

fn text(value: Value<'_>, path: &str) -> Option<String> {
    value.at(path)?.text()
}

fn amount(value: Value<'_>, path: &str) -> Option<Amount> {
    value.at(path)?.amount()
}

/// An ISO time sorts as it is, but for its zone.
fn iso(time: Option<String>) -> String {
    time.unwrap_or_default().trim_end_matches('Z').to_owned()
}

fn calypso(body: Value<'_>) -> News {
    // The form without the envelope is the object under data.
    let data = body.at("data").unwrap_or(body);
    let event = text(body, "eventType")
        .or_else(|| text(data, "type"))
        .unwrap_or_default();
    let meaning = match &*event {
        "INVOICE_CREATE_INVOICE" => Meaning::Created,
        "INVOICE_MEMPOOL_FOUND" => Meaning::Detected,
        "INVOICE_FUNDS_RECEIVED_FOR_INVOICE"
        | "INVOICE_PENDING_COMPLIANCE"
        | "INVOICE_COMPLIANCE_CHECK" => Meaning::Pending,
        "INVOICE_PENDING_INTERVENTION" => Meaning::Review,
        "INVOICE_PAID" => Meaning::Paid,
        "INVOICE_EXPIRED" | "INVOICE_COMPLIANCE_DECLINED" => Meaning::Unpaid,
        "INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED" | "INVOICE_CREATE_UNLIMITED_INVOICE" => {
            Meaning::Other
        }
        other => elsewhere(
            other,
            &[
                "PAYOUT_",
                "FIAT_DEPOSIT_",
                "CUSTOMER_PURSE_",
                "TOP_UP_",
                "WALLET_",
            ],
        ),
    };
    News {
        meaning,
        order: text(data, "externalId"),
        object: data
            .at("parentExternalId")
            .map(|id| id.raw().to_owned())
            .unwrap_or_default(),
        id: body.at("id").map(|id| id.raw().to_owned()),
        price: amount(data, "fiatAmount"),
        currency: text(data, "fiatCurrency").or_else(|| text(data, "fiatcurrency")),
        due: amount(data, "amount"),
        came: amount(data, "realAmount"),
        at: iso(text(body, "createdDate")),
        body: body.raw().to_owned(),
        event,
    }
}

/// An event that is not about sales, or that is unknown.
fn elsewhere(event: &str, families: &[&str]) -> Meaning {
    if families.iter().any(|family| event.starts_with(family)) {
        return Meaning::Other;
    }
    Meaning::Unknown
}

fn inqud(body: Value<'_>) -> News {
    let id = text(body, "id").unwrap_or_default();
    let status = text(body, "status").unwrap_or_default();
    let request = body.at("request").unwrap_or(body);
    // A checkout, a request, or the invoice of a subscription; all else is not about sales.
    let (kind, price, currency) = if id.starts_with("CCO-") {
        (
            "checkout",
            amount(body, "fixedAmount.amount"),
            text(body, "fixedAmount.currency"),
        )
    } else if id.starts_with("CAPD-") {
        (
            "request",
            amount(body, "requestAmount"),
            text(body, "requestAmountIn"),
        )
    } else if body.at("paymentIntents").is_some() {
        ("invoice", amount(body, "amount"), text(body, "currency"))
    } else {
        ("other", None, None)
    };
    let meaning = match &*status {
        _ if kind == "other" => Meaning::Other,
        "NEW" | "REQUEST_CREATED" | "WAITING_PAYMENT" => Meaning::Created,
        "PAYMENT_DETECTED" | "PENDING_PAYMENT" => Meaning::Detected,
        "PENDING" => Meaning::Pending,
        "CONFLICT" => Meaning::Review,
        "SUCCESS" => Meaning::Paid,
        "EXPIRED" | "FAILED" | "CANCELLED" => Meaning::Unpaid,
        _ => Meaning::Unknown,
    };
    let times = ["lastUpdatedAt", "modifiedAt", "createdAt"];
    News {
        event: format!("{kind} {status}"),
        meaning,
        order: text(body, "clientOrderId"),
        object: id,
        id: None,
        price,
        currency,
        due: amount(request, "payAmount"),
        came: amount(request, "paidAmount"),
        at: iso(times.iter().find_map(|name| text(body, name))),
        body: body.raw().to_owned(),
    }
}

fn rehive(body: Value<'_>) -> News {
    let event = text(body, "event").unwrap_or_default();
    let data = body.at("data").unwrap_or(body);
    let status = text(data, "status").unwrap_or_default();
    let is_invoice = data.at("request_reference").is_some()
        && (event.is_empty() || event.starts_with("service_payment_requests.request."));
    let meaning = match &*status {
        _ if !is_invoice && !event.is_empty() => Meaning::Other,
        "draft" | "initiated" => Meaning::Created,
        "processing" => Meaning::Pending,
        "received" => Meaning::Detected,
        "underpaid" => Meaning::Review,
        "paid" | "overpaid" | "late" | "complete" => Meaning::Paid,
        "expired" | "failed" | "cancelled" => Meaning::Unpaid,
        _ => Meaning::Unknown,
    };
    let price = amount(data, "request_amount");
    let decimals = data.at("request_currency.divisibility");
    let decimals = decimals.and_then(|value| value.raw().parse().ok());
    let decimals: u32 = decimals.unwrap_or_default();
    let quotes = data
        .at("payment_processor_quotes")
        .map(Value::items)
        .unwrap_or_default();
    let best = quotes
        .into_iter()
        .max_by_key(|quote| amount(*quote, "total_paid").map(|paid| paid.value));
    let at = data
        .at("updated")
        .map(|time| time.raw().to_owned())
        .unwrap_or_default();
    News {
        event: format!("{event} {status}"),
        meaning,
        order: text(data, "request_reference"),
        object: text(data, "id").unwrap_or_default(),
        id: body.at("id").map(|id| id.raw().to_owned()),
        price: price.map(|price| price.shifted(decimals)),
        currency: text(data, "request_currency.code"),
        due: best.and_then(|quote| amount(quote, "amount")),
        came: best.and_then(|quote| amount(quote, "total_paid")),
        at: format!("{at:0>20}"),
        body: body.raw().to_owned(),
    }
}
