//! `test`: the cases, what they find out about an endpoint, and how that is judged.

mod child_output;
mod process;
mod process_group;
mod shell;
