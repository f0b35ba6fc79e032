//! Tests of `listen`.

mod abuse;
mod answers;
mod broken_json;
mod deliveries;
mod edges;
mod end;
mod exact_bytes;
mod forward_faults;
mod journal;
mod journal_disk;
mod journal_loops;
mod lines;
mod load;
mod signatures;
mod smuggling;
mod weight;
