//! Questions that were committed so lately that the feeder may not have seen it.

use std::collections::{HashSet, VecDeque};

use crate::ask::RequestKey;

/// The keys that were committed last.
pub(super) struct Recent {
    most: usize,
    keys: VecDeque<RequestKey>,
    set: HashSet<RequestKey>,
}

impl Recent {
    /// Between a question's look into the store and its coming here, no more questions can be
    /// committed than were in flight or queued, so that many are kept.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            keys: VecDeque::with_capacity(most),
            set: HashSet::with_capacity(most),
        }
    }

    pub(super) fn has(&self, key: &RequestKey) -> bool {
        self.set.contains(key)
    }

    pub(super) fn add(&mut self, key: RequestKey) {
        if self.keys.len() == self.most
            && let Some(oldest) = self.keys.pop_front()
        {
            self.set.remove(&oldest);
        }
        if self.set.insert(key) {
            self.keys.push_back(key);
        }
    }
}
