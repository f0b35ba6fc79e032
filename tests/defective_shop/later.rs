//! Work that is done after the answer: safely, from an inbox on disk, or not.

use crate::deliver::work;
use crate::http::Answer;
use crate::news::{self, News};
use crate::store::{Record, Unavailable};
use crate::switches::{Defect, Trap};
use crate::{Provider, Shop};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long an accepted delivery waits.
const WAIT: Duration = Duration::from_millis(300);
/// How long a queue that is full of others waits for one.
const TURN: Duration = Duration::from_millis(40);

/// The process was told to end.
static TOLD: AtomicBool = AtomicBool::new(false);

/// Writes the delivery into the inbox, and answers.
pub(crate) fn accept(shop: &Arc<Shop>, body: &RawValue) -> Result<Answer, Unavailable> {
    let number = shop.store.change(|memory| {
        let number = memory.last_inbox + 1;
        (vec![Record::Inbox(number, body.get().to_owned())], number)
    })?;
    let shop_too = Arc::clone(shop);
    thread::spawn(move || {
        sleep(WAIT);
        empty(&shop_too, number);
    });
    // Rehive takes 202 for a success, the others name 200 alone.
    let status = if shop.provider == Provider::Rehive {
        202
    } else {
        200
    };
    Ok(Answer::new(status, ""))
}

/// Works on what was accepted before the process ended.
pub(crate) fn resume(shop: &Arc<Shop>) {
    let left = shop
        .store
        .read(|memory| memory.inbox.keys().copied().collect::<Vec<u64>>());
    for number in left.unwrap_or_default() {
        let shop = Arc::clone(shop);
        thread::spawn(move || empty(&shop, number));
    }
}

/// Works until it is done.
fn empty(shop: &Shop, number: u64) {
    let mut fails = shop.is_trap(Trap::QueueWithRetries);
    loop {
        if !fails && try_once(shop, number).is_ok() {
            return;
        }
        fails = false;
        sleep(Duration::from_millis(100));
    }
}

fn try_once(shop: &Shop, number: u64) -> Result<(), Unavailable> {
    let body = shop
        .store
        .read(|memory| memory.inbox.get(&number).cloned())?;
    let Some(body) = body else {
        return Ok(());
    };
    let body = news::parsed(body.as_bytes(), false);
    if let Some(news) = body.and_then(|body| news::read(shop.provider, &body)) {
        work(shop, &news)?;
    }
    // An order is paid once, so doing it again after a crash does nothing.
    shop.store.change(|_| (vec![Record::Done(number)], ()))
}

/// Keeps the news in memory alone.
pub(crate) fn forget(shop: &Arc<Shop>, news: &News) {
    if shop.has(Defect::BurstDrops) {
        let mut memory = shop.memory();
        if memory.queued >= 3 {
            return;
        }
        memory.queued += 1;
    }
    let (shop, news) = (Arc::clone(shop), news.clone());
    thread::spawn(move || {
        sleep(if shop.has(Defect::BurstDrops) {
            TURN
        } else {
            WAIT
        });
        // Whether it was done is not known to anybody.
        let _ = work(&shop, &news);
        let mut memory = shop.memory();
        memory.queued = memory.queued.saturating_sub(1);
    });
}

/// Ends the process a moment after it is told to, instead of at once.
pub(crate) fn watch_for_the_end() {
    thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else {
            return;
        };
        runtime.block_on(async {
            if let Ok(mut end) = signal(SignalKind::terminate()) {
                end.recv().await;
                TOLD.store(true, Ordering::SeqCst);
                sleep(Duration::from_millis(100));
                crate::leave(0);
            }
        });
    });
}

/// Whether the handler could work for a while without being told to end.
pub(crate) fn is_left_in_peace() -> bool {
    for _ in 0..20 {
        sleep(Duration::from_millis(5));
        if TOLD.load(Ordering::SeqCst) {
            return false;
        }
    }
    true
}
