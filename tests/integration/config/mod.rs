//! Tests of `config`.

mod found;
mod sources;
