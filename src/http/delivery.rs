//! One HTTP request to be sent.

use super::{Header, Target};

/// One HTTP request to be sent.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The method.
    pub method: String,
    /// Where it goes.
    pub target: Target,
    /// In order, with repeats.
    pub headers: Vec<Header>,
    /// The raw bytes.
    pub body: Vec<u8>,
}
