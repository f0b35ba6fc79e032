//! Deliveries as they travel and as they are written down.
//!
//! Separate because this is the only module that will touch the network; so far it reads journals.

pub mod journal;
