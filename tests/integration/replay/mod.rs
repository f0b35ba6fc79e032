//! Tests of `replay`.

mod hostile_captures;
mod many;
mod odd;
mod sources;
