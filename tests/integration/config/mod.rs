//! Tests of `config`.

mod found;
mod init;
mod shown;
mod sources;
mod variables;
