//! How an answer gets from the handler to its connection: at once if it is there, otherwise the connection waits.

use super::reply::Reply;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use tokio::sync::Notify;

/// What a connection and the responders of its requests share. A connection answers one request after the other, so there
/// is one responder at a time.
#[derive(Default)]
pub(super) struct PendingAnswer {
    answer: Cell<Option<HandlerAnswer>>,
    /// Waits for the answer.
    waiting: Cell<Option<Waker>>,
    disconnected: Cell<bool>,
    left: Notify,
}

/// What is done with a request.
pub(super) enum HandlerAnswer {
    Reply(Reply),
    /// Reset the connection.
    Reset,
}

impl PendingAnswer {
    pub(super) fn poll_answer(&self, context: &Context<'_>) -> Poll<HandlerAnswer> {
        match self.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                self.waiting.set(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }

    /// The client has disconnected.
    pub(super) fn disconnect(&self) {
        self.disconnected.set(true);
        self.left.notify_one();
    }
}

/// Sends the answer to one delivery.
pub struct Responder {
    pending: Rc<PendingAnswer>,
    answered: bool,
}

impl Responder {
    pub(super) fn new(pending: &Rc<PendingAnswer>) -> Self {
        Self {
            pending: Rc::clone(pending),
            answered: false,
        }
    }

    /// Answers. Does nothing if the client has disconnected.
    pub fn send(mut self, reply: Reply) {
        self.answer(HandlerAnswer::Reply(reply));
    }

    /// Whether the client has disconnected.
    pub fn is_disconnected(&self) -> bool {
        self.pending.disconnected.get()
    }

    /// Waits until the client has disconnected.
    pub async fn disconnected(&mut self) {
        while !self.is_disconnected() {
            self.pending.left.notified().await;
        }
    }

    /// Resets the connection instead of answering.
    pub fn reset(mut self) {
        self.answer(HandlerAnswer::Reset);
    }

    fn answer(&mut self, answer: HandlerAnswer) {
        self.answered = true;
        self.pending.answer.set(Some(answer));
        if let Some(waiting) = self.pending.waiting.take() {
            waiting.wake();
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if !self.answered {
            self.answer(HandlerAnswer::Reply(Reply::line(
                500,
                "the request was not answered",
            )));
        }
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder").finish_non_exhaustive()
    }
}
