//! Tests of `validate`.

mod bodies;
mod folders;
mod formats;
mod hostile_files;
mod input;
