//! Recorded deliveries searched, shown and compared: `log`.
//!
//! `entry` makes an entry of each delivery, `selection` chooses, `printer` shows.

mod entry;
mod printer;
mod selection;

pub(crate) use entry::{EntryReader, decompressed, objects, order_in};
pub(crate) use printer::{LogPrinter, LogWork};
pub(crate) use selection::{LogFilter, LogSelection};
