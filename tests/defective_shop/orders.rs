//! The shop's own side: makes orders, and shows what it thinks of them.

use crate::deliver::decoded;
use crate::http::{Answer, Request};
use crate::news;
use crate::settle::{after, settled};
use crate::store::{Order, Record, Status, Unavailable};
use crate::switches::{Defect, Trap};
use crate::{Provider, Shop, now};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// After how many orders that shop has odd prices: a judge that calibrates with the first ones sees nothing unusual.
const USUAL_PRICES: usize = 7;

/// The prices of a shop in which not every price survives its arithmetic.
const ODD_PRICES: [&str; 3] = ["19.99", "1.15", "8.20"];

/// Makes an order, under the name that the caller may give.
pub(crate) fn make(shop: &Shop, request: &Request) -> Answer {
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let (mut amount, currency) = shop.provider.price();
    let made = shop.store.change(|memory| {
        let number = 1001 + memory.orders.len();
        let name = asked["order"]
            .as_str()
            .map_or_else(|| format!("order-{number}"), ToOwned::to_owned);
        if shop.has(Defect::FloatMoney) && memory.orders.len() >= USUAL_PRICES {
            amount = ODD_PRICES[memory.orders.len() % ODD_PRICES.len()];
        }
        let order = Order {
            order: name.clone(),
            amount: amount.to_owned(),
            currency: currency.to_owned(),
            status: Status::Open,
            paid: 0,
            shipped: 0,
            at: String::new(),
            updated_at: now(),
        };
        let mut records = vec![Record::Order(order.clone())];
        // A payment that came first.
        if let Some(body) = memory.early.get(&name) {
            let body = news::parsed(body.as_bytes(), false);
            let news = body.and_then(|body| news::read(shop.provider, &body));
            records.extend(
                news.and_then(|news| after(shop, &order, &news))
                    .map(Record::Order),
            );
            records.push(Record::Took(name));
        }
        (records, order)
    });
    let Ok(order) = made else {
        return Answer::new(503, "the database is down");
    };
    if shop.is_trap(Trap::OrderNameAlone) {
        return Answer::new(200, format!("{}\n", order.order));
    }
    let Order {
        order,
        amount,
        currency,
        ..
    } = order;
    let price: Value = serde_json::from_str(&amount).unwrap_or_default();
    Answer::new(
        200,
        json!({"order": order, "amount": price, "currency": currency}).to_string(),
    )
}

/// What the shop thinks of an order, or of all.
pub(crate) fn show(shop: &Shop, path: &str) -> Answer {
    let shown = if path == "/stats" {
        shop.store.read(|memory| Some(all(memory.orders.values())))
    } else {
        let name = decoded(path.trim_start_matches("/orders/"));
        if shop.has(Defect::PaidByLooking) {
            pay(shop, &name);
        }
        shop.store.read(|memory| memory.orders.get(&name).map(one))
    };
    let mut view = match shown {
        Ok(Some(view)) => view,
        Ok(None) => return Answer::new(404, "no such order"),
        Err(Unavailable) => return Answer::new(503, "the database is down"),
    };
    if shop.is_trap(Trap::TextState) {
        return Answer::new(200, text(&view));
    }
    if shop.is_trap(Trap::NoisyState) {
        let count = shop.requests.load(Ordering::SeqCst);
        view["seen_at"] = json!(now());
        view["requests"] = json!(count);
        view["request_id"] = json!(format!(
            "{:016x}",
            now().wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ));
        view["generated"] = json!({"in_us": now() % 977, "by": format!("worker-{}", count % 4)});
    }
    Answer::new(200, view.to_string())
}

/// Takes an order for paid that is looked at again.
fn pay(shop: &Shop, name: &str) {
    if shop.memory().seen.insert(name.to_owned()) {
        return;
    }
    // While the database is down, the order stays as it is.
    let _ = shop.store.change(|memory| {
        let order = memory
            .orders
            .get(name)
            .filter(|order| order.status != Status::Paid);
        let paid = order.map(|order| Record::Order(settled(order.clone())));
        (paid.into_iter().collect(), ())
    });
}

fn one(order: &Order) -> Value {
    let mut view = json!(order);
    if let Some(fields) = view.as_object_mut() {
        fields.remove("at");
    }
    view
}

fn all<'o>(orders: impl Iterator<Item = &'o Order>) -> Value {
    let (mut count, mut paid, mut shipped, mut open) = (0, 0, 0, 0);
    for order in orders {
        count += 1;
        paid += order.paid;
        shipped += order.shipped;
        open += u32::from(order.status != Status::Paid);
    }
    json!({"orders": count, "paid": paid, "shipped": shipped, "not_paid": open})
}

fn text(view: &Value) -> String {
    let fields = view.as_object().into_iter().flatten();
    fields
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect()
}

impl Provider {
    /// What the provider's usual sample asks for.
    const fn price(self) -> (&'static str, &'static str) {
        match self {
            Self::Calypso => ("249.95", "EUR"),
            Self::Inqud => ("64.90", "USD"),
            Self::Rehive => ("129.95", "USD"),
        }
    }
}
