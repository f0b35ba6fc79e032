//! When deliveries arrived, as a clock of this machine shows it.

use super::delivery::seconds;
use crate::time::zone::{LocalTime, LocalZone};
use std::cell::Cell;
use std::sync::Arc;
use std::time::SystemTime;

/// Shows times in one zone. Each thread has its own.
pub(crate) struct LocalClock {
    zone: Arc<LocalZone>,
    /// The last second that was asked for: in a burst there are many deliveries in one.
    last: Cell<Option<(i64, LocalTime)>>,
}

impl LocalClock {
    pub(crate) fn new(zone: Arc<LocalZone>) -> Self {
        Self {
            zone,
            last: Cell::default(),
        }
    }

    pub(crate) fn at(&self, time: SystemTime) -> LocalTime {
        let second = seconds(time);
        if let Some((_, shown)) = self.last.get().filter(|(last, _)| *last == second) {
            return shown;
        }
        let shown = self.zone.at(second);
        self.last.set(Some((second, shown)));
        shown
    }

    /// An earlier time as it is told at `now`: with the date if that is another.
    pub(crate) fn earlier(&self, time: SystemTime, now: SystemTime) -> String {
        let (then, now) = (self.at(time), self.at(now));
        if then.date() == now.date() {
            then.clock().to_owned()
        } else {
            format!("{} {}", then.date(), then.clock())
        }
    }
}
