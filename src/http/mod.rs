//! HTTP/1.1 in both directions, exact to the byte: sending deliveries, receiving them, passing them on.
//!
//! The only module that touches the network, and asynchronous inside; what it returns are plain values. It reports
//! what came back and leaves the judgement to its callers.

mod answer;
pub(crate) mod client;
mod compressed;
mod delivery;
mod forward;
mod header;
mod hop_by_hop;
mod interrupt;
mod proxy;
mod route;
mod server;
pub(crate) mod target;

pub use answer::{Answer, Fault, MOST_OF_A_BODY, NOT_TLS};
pub(crate) use client::exact::{ExactClient, ExactRequest, Manner};
pub use client::{Client, Sent, Trust, reason};
pub(crate) use compressed::{inflated, unpacked};
pub use delivery::Delivery;
pub use forward::{Forward, VIA};
pub(crate) use header::starred;
pub use header::{BadHeader, Header, ReceivedHeader};
pub use hop_by_hop::HopByHop;
pub(crate) use interrupt::interrupt_flag;
pub use interrupt::{Interrupted, ignore_ctrl_c_during};
pub use route::Route;
pub use server::{
    BadChunk, BadHead, BodyFraming, ChunkDecoder, Decoded, Ended, Handler, HeaderLines,
    IncomingRequest, Limits, Received, Refused, Reply, RequestHead, Responder, Server, Until,
};
pub use target::{BadTarget, DEFAULT_PORT, Target, masked};
