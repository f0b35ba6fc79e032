//! A delivery from its arrival to its answer: verified, read, remembered or not, and worked on.

use crate::http::{Answer, Connection, Request};
use crate::news::{self, Meaning, News};
use crate::settle::{after, found, settled};
use crate::signature;
use crate::store::{Order, Record, Status, Unavailable};
use crate::switches::{Defect, Trap};
use crate::{Provider, Shop, later, now, refusals};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

/// How long a handler takes that leaves a gap between two of its steps.
const GAP: Duration = Duration::from_millis(15);
/// Payments without an order that are kept.
const MOST_EARLY: usize = 1000;

/// Takes a delivery and says what to answer; `None` where the connection is closed instead.
pub(crate) fn take(shop: &Arc<Shop>, request: &Request, from: &Connection) -> Option<Answer> {
    if let Some(answer) = refusals::before(shop, request) {
        return Some(answer);
    }
    let body = news::parsed(&request.body, shop.has(Defect::FirstObjectOnly));
    let news = body
        .as_deref()
        .and_then(|body| news::read(shop.provider, body));
    let mut is_known = false;
    if shop.has(Defect::PoisonedDedupe)
        && let Some(news) = &news
    {
        is_known = !shop.memory().seen.insert(key(shop, news));
    }
    if shop.has(Defect::WorksBeforeVerifying)
        && let Some(news) = &news
    {
        // The answer below comes after the work.
        let _ = work(shop, news);
    }
    if !signature::passes(shop, request) {
        return refused(shop, request);
    }
    if is_known {
        return Some(Answer::new(200, "seen before"));
    }
    let (Some(body), Some(news)) = (body, news) else {
        if shop.has(Defect::OddJsonTaken) {
            return Some(Answer::new(200, ""));
        }
        return Some(Answer::new(400, "not the JSON of a delivery"));
    };
    if let Some(answer) = refusals::after(shop, &body, &news) {
        return Some(answer);
    }
    let answer = worked(shop, &body, &news, from).unwrap_or_else(|Unavailable| {
        let status = if shop.has(Defect::DatabaseError200) {
            200
        } else {
            503
        };
        Answer::new(status, "the database is down")
    });
    Some(accepted(shop, answer))
}

fn refused(shop: &Shop, request: &Request) -> Option<Answer> {
    if shop.is_trap(Trap::HangsUp) {
        return None;
    }
    let status = if shop.is_trap(Trap::Silent200) {
        200
    } else if shop.is_trap(Trap::HidesItself) {
        404
    } else {
        401
    };
    if status == 200 {
        return Some(Answer::new(200, ""));
    }
    Some(Answer::new(status, signature::refusal(shop, request)))
}

/// Spells a 200 as the shop does.
fn accepted(shop: &Shop, mut answer: Answer) -> Answer {
    if answer.status == 200 {
        answer.status = if shop.has(Defect::Answers204) {
            204
        } else if shop.has(Defect::Answers201) {
            201
        } else {
            200
        };
    }
    answer
}

/// What a shop that knows deliveries knows them by.
fn key(shop: &Shop, news: &News) -> String {
    if shop.has(Defect::BlankDedupe) {
        return news.object.clone();
    }
    let own = format!("{} {} {}", news.object, news.event, news.at);
    let id = news.id.clone().unwrap_or(own);
    if shop.has(Defect::PrecisionLost) {
        return id.parse::<f64>().map_or(id, |id| id.to_string());
    }
    id
}

/// Works on a delivery that was verified and read.
fn worked(
    shop: &Arc<Shop>,
    body: &RawValue,
    news: &News,
    from: &Connection,
) -> Result<Answer, Unavailable> {
    let fine = || Answer::new(200, "");
    if shop.has(Defect::NeverPays) {
        return Ok(fine());
    }
    if shop.is_trap(Trap::Asynchronous) || shop.is_trap(Trap::QueueWithRetries) {
        return later::accept(shop, body);
    }
    if shop.has(Defect::AnsweredThenLost) || shop.has(Defect::BurstDrops) {
        later::forget(shop, news);
        return Ok(fine());
    }
    if shop.has(Defect::DropsOnSigterm) && !later::is_left_in_peace() {
        return Ok(fine());
    }
    if shop.has(Defect::Slow) {
        let seconds = if shop.provider == Provider::Rehive {
            5
        } else {
            10
        };
        sleep(Duration::from_millis(seconds * 1000 + 300));
    }
    if shop.has(Defect::MarkedBeforeDone)
        || shop.has(Defect::TwoWrites)
        || shop.has(Defect::CancelledWithConnection)
    {
        if !shop.store.mark(&key(shop, news)) {
            return Ok(Answer::new(200, "seen before"));
        }
        sleep(GAP);
        if shop.has(Defect::CancelledWithConnection) && from.is_abandoned() {
            return Ok(fine());
        }
    }
    in_hand(shop, news)
}

/// Works with the knowledge of which other copies are in hand.
fn in_hand(shop: &Shop, news: &News) -> Result<Answer, Unavailable> {
    let name = news.order.clone().unwrap_or_default();
    let others = {
        let mut memory = shop.memory();
        let count = memory.in_hand.entry(name.clone()).or_default();
        *count += 1;
        *count - 1
    };
    let result = if shop.is_trap(Trap::Locked409) && others > 0 {
        Ok(Answer::new(409, "another copy is in hand"))
    } else {
        if shop.is_trap(Trap::Locked409) {
            sleep(GAP);
        }
        if shop.has(Defect::Deadlock500) {
            half_way(shop, news, &name)
        } else {
            work(shop, news).map(|()| Answer::new(200, ""))
        }
    };
    if let Some(count) = shop.memory().in_hand.get_mut(&name) {
        *count -= 1;
    }
    result
}

/// Marks the order as paid, and sends it unless a copy was in the way.
fn half_way(shop: &Shop, news: &News, name: &str) -> Result<Answer, Unavailable> {
    let is_alone = |shop: &Shop| {
        shop.memory()
            .in_hand
            .get(name)
            .is_none_or(|count| *count <= 1)
    };
    let mut is_victim = !is_alone(shop);
    sleep(GAP);
    is_victim |= !is_alone(shop);
    if !is_victim || news.meaning != Meaning::Paid {
        return work(shop, news).map(|()| Answer::new(200, ""));
    }
    shop.store.change(|memory| {
        let order = memory
            .orders
            .get(name)
            .filter(|order| order.status != Status::Paid);
        let half = order.cloned().map(|mut order| {
            order.status = Status::Paid;
            Record::Order(order)
        });
        (half.into_iter().collect(), ())
    })?;
    Ok(Answer::new(500, "deadlock found when trying to get lock"))
}

/// Does what the news asks for, in one transaction.
pub(crate) fn work(shop: &Shop, news: &News) -> Result<(), Unavailable> {
    let Some(name) = news.order.as_deref() else {
        return Ok(());
    };
    if shop.has(Defect::InMemoryDedupe)
        && !shop.memory().seen.insert(format!("{name} {}", news.event))
    {
        return Ok(());
    }
    if shop.has(Defect::Race) {
        return without_lock(shop, name, news);
    }
    if shop.has(Defect::CreditsTwice) {
        return credited_then_marked(shop, name, news);
    }
    let knows_deliveries = [
        Defect::BlankDedupe,
        Defect::DedupeByDelivery,
        Defect::PrecisionLost,
    ];
    let key = knows_deliveries
        .iter()
        .any(|defect| shop.has(*defect))
        .then(|| key(shop, news));
    shop.store.change(|memory| {
        let mut records = Vec::new();
        if let Some(key) = key {
            if memory.marks.contains(&key) {
                return (records, ());
            }
            records.push(Record::Mark(key));
        }
        let orders = found(shop, memory, name);
        if orders.is_empty()
            && news.meaning == Meaning::Paid
            && shop.has(Defect::UnknownOrderCreates)
        {
            return (vec![Record::Order(created(name, news))], ());
        }
        let is_early = orders.is_empty() && news.meaning == Meaning::Paid;
        if is_early && memory.early.len() < MOST_EARLY && !shop.has(Defect::EarlyLost) {
            records.push(Record::Early(name.to_owned(), news.body.clone()));
        }
        for order in orders {
            records.extend(after(shop, order, news).map(Record::Order));
        }
        (records, ())
    })
}

/// An order that is made of its payment alone.
fn created(name: &str, news: &News) -> Order {
    settled(Order {
        order: name.to_owned(),
        amount: news
            .price
            .as_ref()
            .map(|price| price.text.clone())
            .unwrap_or_default(),
        currency: news.currency.clone().unwrap_or_default(),
        status: Status::Open,
        paid: 0,
        shipped: 0,
        at: news.at.clone(),
        updated_at: now(),
    })
}

/// Reads, waits, writes.
fn without_lock(shop: &Shop, name: &str, news: &News) -> Result<(), Unavailable> {
    let is_open = |order: &Order| order.status != Status::Paid;
    if !shop
        .store
        .read(|memory| memory.orders.get(name).is_some_and(is_open))?
    {
        return Ok(());
    }
    sleep(GAP);
    shop.store.change(|memory| {
        let order = memory.orders.get(name);
        let next = order.and_then(|order| after(shop, order, news));
        (next.map(Record::Order).into_iter().collect(), ())
    })
}

/// Credits in one transaction, and says that the order is paid in the next.
fn credited_then_marked(shop: &Shop, name: &str, news: &News) -> Result<(), Unavailable> {
    let credited = shop.store.change(|memory| {
        let order = memory.orders.get(name);
        let next = order.and_then(|order| Some((order.status, after(shop, order, news)?)));
        let Some((status, mut next)) = next.filter(|(_, next)| next.status == Status::Paid) else {
            return (Vec::new(), false);
        };
        next.status = status;
        (vec![Record::Order(next)], true)
    })?;
    sleep(GAP);
    shop.store.change(|memory| {
        let order = memory.orders.get(name);
        let next = order.and_then(|order| {
            if !credited {
                return after(shop, order, news);
            }
            let mut order = order.clone();
            order.status = Status::Paid;
            Some(order)
        });
        (next.map(Record::Order).into_iter().collect(), ())
    })
}

/// Unsigned fields in the query of a GET or PUT, taken at their word.
pub(crate) fn from_query(shop: &Shop, request: &Request) -> Answer {
    let values: Vec<String> = request
        .query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(_, value)| decoded(value))
        .collect();
    let says_paid = values
        .iter()
        .any(|value| matches!(&**value, "INVOICE_PAID" | "SUCCESS" | "paid"));
    let done = shop.store.change(|memory| {
        let named = values.iter().filter_map(|value| memory.orders.get(value));
        let open = named.filter(|order| says_paid && order.status != Status::Paid);
        let paid = open
            .map(|order| Record::Order(settled(order.clone())))
            .take(1);
        (paid.collect(), ())
    });
    Answer::new(if done.is_ok() { 200 } else { 503 }, "")
}

/// Percent-decoded.
pub(crate) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
