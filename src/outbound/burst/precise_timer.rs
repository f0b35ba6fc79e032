//! Waits for a moment to within a few microseconds.
//!
//! tokio's own timer has a resolution of one millisecond, by which each of a thousand deliveries a second could be late.
//! Linux has a precise timer that can be polled like a socket; elsewhere the last two milliseconds are spent in a busy
//! loop.

use std::io;
use std::time::Instant;

/// Waits until then, with tokio's timer if there is no precise one.
pub(super) async fn wait(due: Instant, timer: &mut Option<PreciseTimer>) {
    if timer.is_none() {
        *timer = PreciseTimer::new().ok();
    }
    let waited = match timer {
        Some(timer) => timer.until(due).await.is_ok(),
        None => false,
    };
    if !waited {
        tokio::time::sleep_until(due.into()).await;
    }
}

/// A timer for one moment after the other.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(crate) struct PreciseTimer {
    timer: tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>,
}

#[cfg(target_os = "linux")]
impl PreciseTimer {
    pub(crate) fn new() -> io::Result<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        #[allow(
            deprecated,
            reason = "its successor is unsafe for types that may close early; an OwnedFd does not"
        )]
        let timer = tokio::io::unix::AsyncFd::with_interest(timer, tokio::io::Interest::READABLE)?;
        Ok(Self { timer })
    }

    pub(crate) async fn until(&mut self, due: Instant) -> io::Result<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        let wait = due.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(());
        }
        let once = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let value = Timespec::try_from(wait).map_err(io::Error::other)?;
        timerfd_settime(
            &self.timer,
            TimerfdTimerFlags::empty(),
            &Itimerspec {
                it_interval: once,
                it_value: value,
            },
        )?;
        loop {
            let mut ready = self.timer.readable().await?;
            let mut count = [0; 8];
            match ready.try_io(|timer| rustix::io::read(timer, &mut count).map_err(Into::into)) {
                Ok(read) => return read.map(drop),
                Err(_) => continue,
            }
        }
    }
}

/// A timer for one moment after the other.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(crate) struct PreciseTimer;

#[cfg(not(target_os = "linux"))]
impl PreciseTimer {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn until(&mut self, due: Instant) -> io::Result<()> {
        // tokio's timer may be this late.
        const COARSE: std::time::Duration = std::time::Duration::from_millis(2);
        if let Some(early) = due
            .checked_sub(COARSE)
            .filter(|early| *early > Instant::now())
        {
            tokio::time::sleep_until(early.into()).await;
        }
        while Instant::now() < due {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}
