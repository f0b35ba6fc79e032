//! Tests of `send`.

mod deliveries;
mod edges;
mod expected;
mod faults;
mod lines;
mod many;
mod spelling;
mod targets;
mod why;
