//! Tests of `validate`.

mod bodies;
mod formats;
mod hostile_files;
mod input;
