//! The cases, a file a group: each sends what it is about, looks at answers and states, and concludes.

mod ack;
mod crash;
mod forge;
mod load;
mod once;
mod state;
mod wire;

use super::judgement::{CaseJudgement, Stop};
use super::trial::Trial;
use crate::cases::Case;

/// The work of a case.
pub(super) type Run = fn(&mut Trial<'_, '_>) -> Result<CaseJudgement, Stop>;

/// The work of a case; the cases of the gate have none of their own.
pub(super) fn run(case: Case) -> Option<Run> {
    match case.group() {
        "forge" => forge::of(case),
        "wire" => wire::of(case),
        "ack" => ack::of(case),
        "state" => state::of(case),
        "crash" => crash::of(case),
        "load" => load::of(case),
        _ => None,
    }
}
