//! The orders, in memory and in a log: a change is one line, written and synced before it counts, so that the process may
//! be killed at any instant. A line that was not written whole is cut off at the next start.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Open,
    Detected,
    Pending,
    Review,
    Unpaid,
    Paid,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) order: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) status: Status,
    /// How often it was credited, and how often it was sent to the customer.
    pub(crate) paid: u32,
    pub(crate) shipped: u32,
    /// When the event happened that led to the status.
    pub(crate) at: String,
    /// When the shop learnt of it, in milliseconds.
    pub(crate) updated_at: u128,
}

/// A part of a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Record {
    Order(Order),
    Mark(String),
    /// A payment that came before its order, as its body.
    Early(String, String),
    Took(String),
    /// Accepted, to be worked on later.
    Inbox(u64, String),
    Done(u64),
}

#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) orders: BTreeMap<String, Order>,
    pub(crate) latest: Option<String>,
    pub(crate) marks: BTreeSet<String>,
    pub(crate) early: BTreeMap<String, String>,
    pub(crate) inbox: BTreeMap<u64, String>,
    pub(crate) last_inbox: u64,
}

impl Memory {
    fn apply(&mut self, record: Record) {
        match record {
            Record::Order(order) => {
                if !self.orders.contains_key(&order.order) {
                    self.latest = Some(order.order.clone());
                }
                self.orders.insert(order.order.clone(), order);
            }
            Record::Mark(key) => drop(self.marks.insert(key)),
            Record::Early(name, body) => drop(self.early.insert(name, body)),
            Record::Took(name) => drop(self.early.remove(&name)),
            Record::Inbox(number, body) => {
                self.last_inbox = self.last_inbox.max(number);
                self.inbox.insert(number, body);
            }
            Record::Done(number) => drop(self.inbox.remove(&number)),
        }
    }
}

/// The database is down.
#[derive(Debug)]
pub(crate) struct Unavailable;

pub(crate) struct Store {
    inside: Mutex<(Memory, File)>,
    /// While this file exists, the database is down.
    outage: PathBuf,
}

impl Store {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut options = OpenOptions::new();
        let path = folder.join("orders.log");
        let mut file = options.read(true).append(true).create(true).open(path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        let mut memory = Memory::default();
        for line in text[..whole].lines() {
            let records: Vec<Record> = serde_json::from_str(line)?;
            records.into_iter().for_each(|record| memory.apply(record));
        }
        Ok(Self {
            inside: Mutex::new((memory, file)),
            outage: folder.join("outage"),
        })
    }

    fn lock(&self) -> MutexGuard<'_, (Memory, File)> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides under the lock what to write, writes it, and only then lets it count.
    pub(crate) fn change<T>(
        &self,
        decide: impl FnOnce(&Memory) -> (Vec<Record>, T),
    ) -> Result<T, Unavailable> {
        if self.outage.exists() {
            return Err(Unavailable);
        }
        self.write(decide)
    }

    /// The same in a store that has no outage.
    pub(crate) fn mark(&self, key: &str) -> bool {
        let mark = |memory: &Memory| {
            let is_new = !memory.marks.contains(key);
            let records = is_new.then(|| Record::Mark(key.to_owned()));
            (records.into_iter().collect(), is_new)
        };
        self.write(mark).unwrap_or(false)
    }

    fn write<T>(&self, decide: impl FnOnce(&Memory) -> (Vec<Record>, T)) -> Result<T, Unavailable> {
        let (memory, file) = &mut *self.lock();
        let (records, result) = decide(memory);
        if records.is_empty() {
            return Ok(result);
        }
        let mut line = serde_json::to_vec(&records).map_err(|_| Unavailable)?;
        line.push(b'\n');
        let end = file.seek(SeekFrom::End(0)).map_err(|_| Unavailable)?;
        if file
            .write_all(&line)
            .and_then(|()| file.sync_data())
            .is_err()
        {
            // Half a line must not stand before the next one.
            let _ = file.set_len(end);
            return Err(Unavailable);
        }
        records.into_iter().for_each(|record| memory.apply(record));
        Ok(result)
    }

    /// Reads under the lock.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Memory) -> T) -> Result<T, Unavailable> {
        if self.outage.exists() {
            return Err(Unavailable);
        }
        Ok(look(&self.lock().0))
    }
}
