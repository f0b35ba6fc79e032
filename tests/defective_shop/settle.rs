//! What news does to an order: the rule about money, right by default.

use crate::news::{Meaning, News};
use crate::store::{Memory, Order, Status};
use crate::switches::{Defect, Trap};
use crate::{Provider, Shop, now};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The order after the news; `None` where nothing changes.
pub(crate) fn after(shop: &Shop, order: &Order, news: &News) -> Option<Order> {
    let mut next = order.clone();
    next.updated_at = now();
    next.at.clone_from(&news.at);
    let meaning = meant(shop, news);
    let is_paid = order.status == Status::Paid;
    if shop.has(Defect::LateDowngrades) || shop.has(Defect::OrderMatters) {
        return Some(last_wins(shop, next, news, meaning));
    }
    if meaning == Meaning::Paid && is_agreed(shop, order, news) {
        if is_paid && !credits_again(shop) {
            return None;
        }
        return Some(settled(next));
    }
    let status = status(meaning)?;
    let may_end = shop.is_trap(Trap::ExpiryAfterPaid) && meaning == Meaning::Unpaid;
    // Paid stays paid, and what happened earlier than the last news is old.
    if (is_paid && !may_end) || news.at <= order.at {
        return None;
    }
    next.status = status;
    Some(next)
}

/// The order, credited and sent once more.
pub(crate) fn settled(mut order: Order) -> Order {
    order.status = Status::Paid;
    order.paid += 1;
    order.shipped += 1;
    order
}

/// Shops that look at deliveries instead of the order's state.
fn credits_again(shop: &Shop) -> bool {
    [
        Defect::DuplicateCredits,
        Defect::DedupeByDelivery,
        Defect::InMemoryDedupe,
        Defect::Race,
    ]
    .iter()
    .any(|defect| shop.has(*defect))
}

fn last_wins(shop: &Shop, mut next: Order, news: &News, meaning: Meaning) -> Order {
    if meaning == Meaning::Paid && is_agreed(shop, &next, news) {
        if next.paid == 0 {
            return settled(next);
        }
        next.status = Status::Paid;
    } else if let Some(status) = status(meaning) {
        next.status = status;
    }
    next
}

/// What the shop takes an event for.
fn meant(shop: &Shop, news: &News) -> Meaning {
    let ships = shop.has(Defect::MempoolShips) || shop.is_trap(Trap::ShipsUnconfirmed);
    match news.meaning {
        Meaning::Detected if ships => Meaning::Paid,
        Meaning::Unpaid if shop.has(Defect::UnpaidFinalShips) => Meaning::Paid,
        Meaning::Review if shop.has(Defect::UnderpaidIsPaid) => Meaning::Paid,
        Meaning::Pending if shop.has(Defect::DepositPays) && is_deposit(news) => Meaning::Paid,
        meaning => meaning,
    }
}

fn is_deposit(news: &News) -> bool {
    news.event == "INVOICE_FUNDS_RECEIVED_FOR_INVOICE"
}

fn status(meaning: Meaning) -> Option<Status> {
    Some(match meaning {
        Meaning::Created => Status::Open,
        Meaning::Detected => Status::Detected,
        Meaning::Pending => Status::Pending,
        // A payment that was not agreed on waits for a person.
        Meaning::Review | Meaning::Paid => Status::Review,
        Meaning::Unpaid => Status::Unpaid,
        Meaning::Other | Meaning::Unknown => return None,
    })
}

/// Whether the payment is for the order's own price.
fn is_agreed(shop: &Shop, order: &Order, news: &News) -> bool {
    // These events do not repeat the price.
    let is_loose = news.meaning != Meaning::Paid;
    is_price(shop, order, news, is_loose)
        && is_currency(shop, order, news, is_loose)
        && (is_loose || is_enough(shop, news))
}

fn is_price(shop: &Shop, order: &Order, news: &News, is_loose: bool) -> bool {
    let Some(price) = &news.price else {
        return is_loose;
    };
    let Ok(due) = order.amount.parse::<Decimal>() else {
        return false;
    };
    if shop.has(Defect::AmountNotCompared) {
        return true;
    }
    if shop.has(Defect::TrailingZeros) {
        return price.text == order.amount;
    }
    if shop.has(Defect::FloatMoney) {
        let cents = due * Decimal::ONE_HUNDRED;
        let counted = (price.value.to_f64().unwrap_or_default() * 100.0).trunc();
        return cents.to_f64() == Some(counted);
    }
    if shop.has(Defect::CentsForUnits) {
        return price.value == due * Decimal::ONE_HUNDRED;
    }
    price.value == due
}

fn is_currency(shop: &Shop, order: &Order, news: &News, is_loose: bool) -> bool {
    match &news.currency {
        None => is_loose,
        Some(_) if shop.has(Defect::CurrencyNotCompared) => true,
        Some(currency) => *currency == order.currency,
    }
}

/// Whether what came is what was due.
fn is_enough(shop: &Shop, news: &News) -> bool {
    if shop.has(Defect::ShortIsPaid) {
        return true;
    }
    let (Some(due), Some(came)) = (&news.due, &news.came) else {
        // Inqud and Rehive say in the status that enough has come.
        return shop.provider != Provider::Calypso;
    };
    if shop.has(Defect::OverpaidRefused) && came.value != due.value {
        return false;
    }
    // Calypso's own tolerance.
    let least = match shop.provider {
        Provider::Calypso => due.value * Decimal::new(995, 3),
        _ => due.value,
    };
    due.value > Decimal::ZERO && came.value >= least
}

/// The orders that the news is about: one, unless the shop looks them up carelessly.
pub(crate) fn found<'m>(shop: &Shop, memory: &'m Memory, name: &str) -> Vec<&'m Order> {
    if let Some(order) = memory.orders.get(name) {
        return vec![order];
    }
    let orders = memory.orders.values();
    if shop.has(Defect::OrderNotBound) {
        return orders
            .filter(|order| name.starts_with(&order.order))
            .max_by_key(|order| order.order.len())
            .into_iter()
            .collect();
    }
    if shop.has(Defect::SqlFromId)
        && let Some((before, after)) = name.split_once('\'')
    {
        let after = after.to_ascii_lowercase();
        let is_always = after.contains("or ");
        return orders
            .filter(|order| is_always || order.order == before)
            .collect();
    }
    if shop.has(Defect::UnknownOrderPaysLatest) {
        return memory
            .latest
            .iter()
            .filter_map(|latest| memory.orders.get(latest))
            .collect();
    }
    if shop.is_trap(Trap::Collation) {
        let name = name.trim_end();
        return orders
            .filter(|order| order.order.eq_ignore_ascii_case(name))
            .collect();
    }
    Vec::new()
}
