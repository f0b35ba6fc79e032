//! Ctrl-C: waiting for it, and keeping it from this process while another program has the terminal.
//!
//! One listener lives as long as the work, so that a signal between two waits is not lost.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch;

/// Ctrl-C is handled by an [`Interrupt`], and so does not end the process by itself.
static HANDLED: AtomicBool = AtomicBool::new(false);

/// Knows whether Ctrl-C was pressed.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

/// Ctrl-C was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

impl Interrupt {
    /// Listens for Ctrl-C from now on.
    pub(crate) fn listen(runtime: &Runtime) -> Self {
        HANDLED.store(true, Ordering::Relaxed);
        let (sender, receiver) = watch::channel(false);
        runtime.spawn(async move {
            // If no handler can be installed the system's own stays, which ends the process.
            if tokio::signal::ctrl_c().await.is_ok() {
                let _ = sender.send(true);
            } else {
                std::future::pending::<()>().await;
            }
        });
        // The handler is installed when the task is first polled.
        runtime.block_on(tokio::task::yield_now());
        Self(receiver)
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn received(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for Ctrl-C.
    pub(crate) async fn wait(&self) {
        // Without a listener it is never received.
        if self.0.clone().wait_for(|received| *received).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The work's outcome, unless Ctrl-C is pressed first.
    pub(crate) async fn race<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        let mut interrupted = pin!(self.wait());
        let mut work = pin!(work);
        poll_fn(|context| match interrupted.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Interrupted)),
            Poll::Pending => work.as_mut().poll(context).map(Ok),
        })
        .await
    }
}

/// A flag that Ctrl-C sets, and on Unix SIGTERM and SIGHUP too, for work on threads that block.
pub(crate) fn interrupt_flag() -> io::Result<Arc<AtomicBool>> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let interrupt = Interrupt::listen(&runtime);
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    std::thread::Builder::new()
        .name("interrupt".to_owned())
        .spawn(move || {
            runtime.block_on(ended(&interrupt));
            set.store(true, Ordering::Relaxed);
        })?;
    Ok(flag)
}

/// Waits for Ctrl-C, or until the process is told to end.
#[cfg(unix)]
async fn ended(interrupt: &Interrupt) {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::hangup()];
    let mut signals: Vec<_> = kinds
        .into_iter()
        .filter_map(|kind| signal(kind).ok())
        .collect();
    let mut interrupted = pin!(interrupt.wait());
    poll_fn(|context| {
        let told = signals
            .iter_mut()
            .any(|signal| signal.poll_recv(context).is_ready());
        if told {
            Poll::Ready(())
        } else {
            interrupted.as_mut().poll(context)
        }
    })
    .await;
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn ended(interrupt: &Interrupt) {
    interrupt.wait().await;
}

/// Does some work while another program has the terminal, and ignores Ctrl-C and Ctrl-\, which are meant for that
/// program. Afterwards they end this process again, unless it handles them.
#[cfg(unix)]
pub fn ignore_ctrl_c_during<T>(work: impl FnOnce() -> T) -> io::Result<T> {
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
    // The exit code that shells give the next received signal.
    let mut next = move |context: &mut std::task::Context<'_>| {
        signals
            .iter_mut()
            .find_map(|(signal, code)| signal.poll_recv(context).is_ready().then_some(*code))
    };
    runtime.block_on(async {
        // The runtime notices signals only while it waits for something.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        poll_fn(|context| {
            while next(context).is_some() {}
            Poll::Ready(())
        })
        .await;
    });
    // A handler cannot be removed without unsafe code, so this one does what the system would do.
    let after = move || {
        runtime.block_on(poll_fn(|context| {
            while let Some(code) = next(context) {
                if code != 130 || !HANDLED.load(Ordering::Relaxed) {
                    #[expect(clippy::exit, reason = "the main thread may be blocked")]
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

/// Does some work while another program has the terminal.
#[cfg(not(unix))]
pub fn ignore_ctrl_c_during<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    Ok(work())
}
