//! Recorded deliveries searched, shown and compared: `log`.
//!
//! `entry` makes an entry of each delivery, `selection` chooses, `printer` shows. The `pager` stands between that and a
//! terminal.

mod entry;
mod pager;
mod printer;
mod selection;

pub(crate) use entry::EntryReader;
pub(crate) use pager::paged;
pub(crate) use printer::{LogPrinter, LogWork};
pub(crate) use selection::{LogFilter, LogSelection};
