//! Recorded deliveries searched, shown and compared: `log`.
//!
//! `entry` makes an entry of each delivery, `orders` reads what it is about, `selection` chooses, `printer` shows.

mod entry;
mod orders;
mod printer;
mod selection;

pub(crate) use entry::{EntryReader, decompressed};
pub(crate) use orders::{OrderReaders, objects};
pub(crate) use printer::{LogPrinter, LogWork};
pub(crate) use selection::{LogFilter, LogSelection};
