//! Tests of `send`.

mod advice;
mod changed;
mod deliveries;
mod edges;
mod expected;
mod faults;
mod forms;
mod lines;
mod locust;
mod many;
mod order;
mod order_edges;
mod spelling;
mod targets;
mod why;
