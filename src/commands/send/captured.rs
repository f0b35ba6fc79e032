//! What a step keeps of the delivery that it was captured from.
//!
//! Separate because a sample has nothing of it: here the method, the path, and if so wanted every header are those that
//! came.

use super::compose::Sender;
use super::sign::Signature;
use crate::delivery::{Delivery, Header, Target};
use std::time::Duration;

/// How a step came when it was captured.
#[derive(Debug, Default)]
pub(in crate::commands) struct CapturedStep {
    /// Its id then.
    pub(in crate::commands) id: Option<String>,
    pub(in crate::commands) method: Option<String>,
    /// Path and query.
    pub(in crate::commands) path: Option<String>,
    /// What the bytes are wrapped in, which is said with them.
    pub(in crate::commands) encoding: Option<Header>,
    /// The headers that came, where they are sent instead of new ones.
    pub(in crate::commands) headers: Option<Vec<Header>>,
    /// How long after the step before.
    pub(in crate::commands) pause: Duration,
}

impl CapturedStep {
    /// The step on its way to a target, and the place of the header that signs it.
    pub(super) fn delivery(
        &self,
        sender: &Sender<'_>,
        signature: &Signature,
        target: &Target,
        body: Vec<u8>,
    ) -> (Delivery, Option<usize>) {
        // A path of the target's own is where the user wants it; else it goes where it came.
        let path = self.path.as_deref().filter(|_| target.path() == "/");
        let target = path.map_or_else(|| target.clone(), |path| target.with_path(path));
        let (mut delivery, mut signed) = signature.delivery(sender, &target, body);
        if let Some(method) = &self.method {
            delivery.method.clone_from(method);
        }
        if let Some(headers) = &self.headers {
            delivery.headers.clone_from(headers);
            delivery.headers.retain(|header| !signature.own.iter().any(|own| own.is(&header.name)));
            signed = signature.place_in(&delivery.headers);
            delivery.headers.extend(signature.own.iter().cloned());
        } else {
            let encoding = self.encoding.iter().filter(|header| !signature.own.iter().any(|own| own.is(&header.name)));
            delivery.headers.extend(encoding.cloned());
        }
        (delivery, signed)
    }
}
