//! Every request of the page: checked, routed, and answered on another thread. A page that waits for the next delivery
//! waits here, and costs nothing meanwhile.

use super::access::PageRefusal;
use super::api;
use super::assets::asset;
use super::replies;
use super::routes::PageRoute;
use super::state::Inspector;
use crate::http::{Handler, IncomingRequest, Received, Reply, Responder};
use crate::outbound::INSPECTOR;
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
            Err(refusal) if refusal.status == 403 && is_delivery(&received) => {
                responder.send(self.not_an_endpoint());
            }
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

    /// Tells a sender that took the page for an endpoint.
    fn not_an_endpoint(&self) -> Reply {
        let listener = self.inspector.settings.listener();
        let hint = match listener {
            Some(address) => format!("send deliveries to http://{address}"),
            None => "send deliveries to your endpoint".to_owned(),
        };
        let what = "this is the page of the inspector, not an endpoint";
        let mut reply = replies::refusal(&PageRefusal::new(403, what, &hint));
        let address = listener.map_or("-".to_owned(), |address| address.to_string());
        reply.headers.push(INSPECTOR, address.as_bytes());
        reply
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

/// Whether a request looks like a delivery: browsers say where a change comes from, and the page has its token.
fn is_delivery(request: &IncomingRequest) -> bool {
    let of_page = ["Origin", "Sec-Fetch-Site", "Authorization"];
    request.method() == "POST" && of_page.iter().all(|name| request.header(name).is_none())
}

fn unknown() -> PageRefusal {
    PageRefusal::new(
        404,
        "there is no such page",
        "open the link that the terminal prints",
    )
}
