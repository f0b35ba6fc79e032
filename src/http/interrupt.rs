//! Ctrl-C, as something that can be waited for and asked about.
//!
//! Separate because every engine listens to it, and because one listener must live as long as the work: a signal that
//! comes between two waits must not be lost.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch;

/// Somebody waits for Ctrl-C, which therefore does not end the process by itself.
static LISTENED_FOR: AtomicBool = AtomicBool::new(false);

/// Whether somebody wants an end.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

/// Somebody pressed Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen(runtime: &Runtime) -> Self {
        LISTENED_FOR.store(true, Ordering::Relaxed);
        let (sender, receiver) = watch::channel(false);
        runtime.spawn(async move {
            // Where no handler can be had the system's own stays, which ends the process.
            if tokio::signal::ctrl_c().await.is_ok() {
                let _ = sender.send(true);
            } else {
                std::future::pending::<()>().await;
            }
        });
        // Until it is polled once, the listener is not there.
        runtime.block_on(tokio::task::yield_now());
        Self(receiver)
    }

    /// Whether it has come.
    pub(crate) fn came(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it comes.
    pub(crate) async fn wait(&self) {
        // Where the listener is gone it will never come.
        if self.0.clone().wait_for(|came| *came).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The work's outcome, unless Ctrl-C comes first.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        let mut came = pin!(self.wait());
        let mut work = pin!(work);
        poll_fn(|context| match came.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Interrupted)),
            Poll::Pending => work.as_mut().poll(context).map(Ok),
        })
        .await
    }
}

/// Does some work during which another program has the terminal: Ctrl-C and Ctrl-\ are meant for that program. After it
/// they end this process again, unless it listens for them.
#[cfg(unix)]
pub fn ignored_during<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut signals = {
        let _inside = runtime.enter();
        [
            (signal(SignalKind::interrupt())?, 130),
            (signal(SignalKind::quit())?, 131),
        ]
    };
    let done = work();
    // The exit code of the first signal that came, as shells count it.
    let mut next = move |context: &mut std::task::Context<'_>| {
        signals
            .iter_mut()
            .find_map(|(signal, code)| signal.poll_recv(context).is_ready().then_some(*code))
    };
    runtime.block_on(async {
        // Only a runtime that waits for something notices what came meanwhile.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        poll_fn(|context| {
            while next(context).is_some() {}
            Poll::Ready(())
        })
        .await;
    });
    // A handler cannot be taken back without unsafe code; this one does what the system would do.
    let after = move || {
        runtime.block_on(poll_fn(|context| {
            while let Some(code) = next(context) {
                if code != 130 || !LISTENED_FOR.load(Ordering::Relaxed) {
                    #[expect(
                        clippy::exit,
                        reason = "whoever pressed it does not wait for the main thread"
                    )]
                    std::process::exit(code);
                }
            }
            Poll::<()>::Pending
        }));
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(after)?;
    Ok(done)
}

/// Does some work during which another program has the terminal.
#[cfg(not(unix))]
pub fn ignored_during<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    Ok(work())
}
