//! Tests of `config`.

mod found;
mod shown;
mod sources;
mod variables;
