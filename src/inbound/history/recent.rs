//! A map of limited size.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by hash that forgets its oldest entries.
pub(crate) struct Recent<T> {
    known: HashMap<u64, T, BuildHasherDefault<Hashed>>,
    order: VecDeque<u64>,
    most: usize,
}

impl<T> Recent<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            known: HashMap::default(),
            order: VecDeque::new(),
            most,
        }
    }

    pub(crate) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        self.known.get_mut(&key)
    }

    pub(crate) fn insert(&mut self, key: u64, value: T) {
        if self.order.len() >= self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(key);
        self.known.insert(key, value);
    }

    pub(crate) fn get_or_default(&mut self, key: u64) -> &mut T
    where
        T: Default,
    {
        if !self.known.contains_key(&key) {
            self.insert(key, T::default());
        }
        self.known.entry(key).or_default()
    }
}

/// Does not hash again what is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        // Not used: keys are single numbers.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
