//! Tests of `send`.

mod deliveries;
mod edges;
mod faults;
mod many;
mod targets;
mod why;
