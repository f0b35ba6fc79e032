//! What hears of every delivery: the printer of `listen`, its page, the built-in receiver of `send`.

use super::delivery::InspectedDelivery;
use crate::http::Refused;
use std::sync::Arc;
use std::time::SystemTime;

/// Is told what arrives, on the thread that receives: a watcher must return at once.
pub(crate) trait Watcher {
    /// A delivery was inspected, and its answer takes time.
    fn begun(&self, _delivery: &InspectedDelivery) {}

    /// A delivery was inspected and answered.
    fn delivery(&self, delivery: &Arc<InspectedDelivery>);

    /// A request was rejected.
    fn refused(&self, _refused: &Refused, _at: SystemTime) {}
}
