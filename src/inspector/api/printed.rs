//! A delivery as a request for another tool, by the code of `replay --as`.

use super::super::access::PageRefusal;
use super::super::state::Inspector;
use super::send::{batch, one_after_the_other};
use crate::http::{DEFAULT_PORT, Target};
use crate::outbound::{open_test_secret, parse_targets, planned};
use crate::report::{Connect, RequestForm, ScriptRun, requests};
use crate::scheme_choice::SchemeChoice;
use crate::time::write_second;

/// Signed again where its provider is known, otherwise as it came.
pub(super) fn printed(
    inspector: &Inspector,
    seq: u64,
    form: RequestForm,
) -> Result<Vec<u8>, PageRefusal> {
    let numbered = inspector.find(seq)?;
    let delivery = &numbered.delivery;
    let scheme = match delivery.provider() {
        Some(_) => inspector.settings.sender.scheme.clone(),
        None => SchemeChoice::Captured,
    };
    let targets = parse_targets(&inspector.config(), &inspector.settings.route)?;
    let target = match targets.into_iter().next() {
        Some(target) => vec![target],
        None => Target::parse(&format!("localhost:{DEFAULT_PORT}"))
            .into_iter()
            .collect(),
    };
    inspector.with_setup(|setup| {
        let batch = batch(inspector, setup, delivery, scheme)?;
        let started = write_second(batch.clock.moment());
        let started = format!("{}Z", String::from_utf8_lossy(&started));
        let once = one_after_the_other();
        let mut made = planned(&batch, &target, &once, 1, false);
        let mut out = Vec::new();
        if let Some(made) = &mut made.next() {
            open_test_secret(&mut made.delivery, made.sender);
            let shown = made.shown(&started, Connect::default(), ScriptRun::default(), false);
            requests(form, &[shown], &mut out);
        }
        Ok(out)
    })
}
