//! Tests of `events`.

mod own_catalogue;
mod search;
