//! Tests of `replay`.

mod genuine;
mod hostile_captures;
mod many;
mod odd;
mod sources;
