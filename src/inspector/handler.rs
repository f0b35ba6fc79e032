//! Every request of the page: checked, routed, and answered on another thread. A page that waits for the next delivery
//! waits here, and costs nothing meanwhile.

use super::access::PageRefusal;
use super::api;
use super::assets::asset;
use super::replies;
use super::routes::PageRoute;
use super::state::Inspector;
use crate::http::{Handler, IncomingRequest, Received, Reply, Responder};
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::{spawn_blocking, spawn_local};
use tokio::time::{sleep, timeout};

/// How long a page waits for a delivery before it asks again.
const LONGEST_WAIT: Duration = Duration::from_secs(25);
/// How long deliveries are collected before a page that waits gets them: too short to notice, and long enough that a load
/// test does not keep the processor busy with rows.
const COLLECTING: Duration = Duration::from_millis(100);
/// How many requests are answered at once.
const AT_ONCE: usize = 4;

/// Answers the page.
pub(super) struct PageHandler {
    inspector: Arc<Inspector>,
    at_once: Semaphore,
    /// An endpoint may take its time, which must not hold up the rest.
    sending: Semaphore,
}

impl Handler for Rc<PageHandler> {
    fn received(&self, received: Received, responder: Responder) {
        match self.route(&received) {
            Err(refusal) => responder.send(replies::refusal(&refusal)),
            Ok(PageRoute::Asset) => responder.send(match asset(received.target()) {
                Some(asset) => replies::file(asset),
                None => replies::refusal(&unknown()),
            }),
            Ok(route) => {
                let request = Arc::clone(&received.request);
                spawn_local(Rc::clone(self).answer(route, request, responder));
            }
        }
    }

    fn refusal(&self, status: u16, why: &str) -> Reply {
        replies::refusal(&PageRefusal::new(status, why, "use the page"))
    }
}

impl PageHandler {
    pub(super) fn new(inspector: Arc<Inspector>) -> Self {
        Self {
            inspector,
            at_once: Semaphore::new(AT_ONCE),
            sending: Semaphore::new(AT_ONCE),
        }
    }

    fn route(&self, request: &IncomingRequest) -> Result<PageRoute, PageRefusal> {
        let access = &self.inspector.access;
        access.check(request)?;
        let route = PageRoute::of(request.method(), request.target()).ok_or_else(unknown)?;
        if route != PageRoute::Asset {
            access.check_token(request)?;
            self.inspector.door.close();
        }
        let content_type = request.header("Content-Type");
        if request.method() == "POST" && content_type != Some(b"application/json") {
            return Err(PageRefusal::new(
                415,
                "the request is not JSON",
                "use the page",
            ));
        }
        Ok(route)
    }

    async fn answer(
        self: Rc<Self>,
        route: PageRoute,
        request: Arc<IncomingRequest>,
        mut responder: Responder,
    ) {
        if let PageRoute::Rows { after, wait: true } = route {
            self.wait(after, &mut responder).await;
        }
        if responder.is_disconnected() {
            return;
        }
        let places = match route {
            PageRoute::Send => &self.sending,
            _ => &self.at_once,
        };
        let permit = places.acquire().await;
        let inspector = Arc::clone(&self.inspector);
        let work = move || api::answer(&inspector, &route, request.body());
        let failed = PageRefusal::new(500, "the request could not be answered", "try again");
        let reply = spawn_blocking(work).await;
        let reply = reply.unwrap_or_else(|_| replies::refusal(&failed));
        drop(permit);
        responder.send(reply);
    }

    /// Waits until something changes behind that number, for the longest wait, or until the page has left.
    async fn wait(&self, after: u64, responder: &mut Responder) {
        let ring = &self.inspector.ring;
        let mut changed = pin!(ring.changed.notified());
        // From here on a change is noticed.
        changed.as_mut().enable();
        if ring.after(after, 1).deliveries.is_empty() {
            let mut changed = pin!(timeout(LONGEST_WAIT, changed));
            let mut left = pin!(responder.disconnected());
            poll_fn(|context| {
                if left.as_mut().poll(context).is_ready() {
                    return Poll::Ready(());
                }
                changed.as_mut().poll(context).map(drop)
            })
            .await;
        }
        sleep(COLLECTING).await;
    }
}

fn unknown() -> PageRefusal {
    PageRefusal::new(
        404,
        "there is no such page",
        "open the link that the terminal prints",
    )
}
