//! Tests of the built binary, with real sockets and real files. A folder for each command with many tests.
#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, in a helper too"
)]

mod action;
mod architecture;
mod clock;
mod commands;
mod completions;
mod config;
mod events;
mod examples;
mod explain;
mod inspect;
mod jobs;
mod judging;
mod listen;
mod log;
mod man;
mod packages;
mod readme;
mod reads;
mod replay;
mod secrets;
mod send;
mod support;
mod test_reports;
mod usage;
mod validate;
mod verify;
mod widths;
mod wire;
