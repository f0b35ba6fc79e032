//! Tests of `action`.

mod hostile;
mod patterns;
