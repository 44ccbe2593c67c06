//! From items to questions: each item is put to each series, and what the store knows is left out.
//!
//! Runs in a thread of its own, since it reads files and hashes; a bounded channel keeps it from
//! running ahead, so that memory does not grow with the number of items.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::{Probed, Question, Series, Terms};
use crate::ask::RequestKey;
use crate::provider::Ask;
use crate::provider::Feature;
use crate::store::{Standing, Store, StoreError};

impl Fed {
    /// The questions of open batches that were met.
    pub fn waiting(&self) -> Vec<(RequestKey, usize)> {
        let waiting = self.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Puts items to every series.
pub struct Feeder<'a> {
    /// What is asked, with the terms as far as they are known.
    pub series: Vec<Series>,
    /// Which of the questions.
    pub which: Which,
    /// What is known already.
    pub store: &'a Store,
    /// Questions of open batches, which are not asked.
    pub in_batches: HashSet<RequestKey>,
    /// What the feeder counts.
    pub fed: &'a Fed,
    /// Where questions go.
    pub questions: mpsc::Sender<Question>,
}

/// Counts that others may read while the feeder is at work.
#[derive(Debug, Default)]
pub struct Fed {
    /// Questions that need not be asked.
    pub stored: AtomicU64,
    /// Items that were cut, once for each series.
    pub cut: AtomicU64,
    /// Questions of open batches, with their series.
    pub waiting: Mutex<Vec<(RequestKey, usize)>>,
}

/// Which questions are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those without an answer: never asked, or failed in a way that may pass.
    Missing,
    /// Those that were asked and failed in any way, and no others.
    Failed,
}

/// Why feeding ended early.
#[derive(Debug)]
pub enum FeedError<E> {
    /// The items cannot be read.
    Items(E),
    /// The store cannot be read.
    Store(StoreError),
    /// The server takes the requests of a series in no form; what it said to the last one.
    NotUnderstood(usize, Box<str>),
    /// The run is over; nothing is wrong here.
    Over,
}

impl Feeder<'_> {
    /// Feeds all items. `opened` is told of each series once it turned out how it is understood.
    ///
    /// # Errors
    ///
    /// If items or store cannot be read, or the run is over before all was fed.
    pub fn feed<E>(
        mut self,
        items: impl IntoIterator<Item = Result<Box<str>, E>>,
        mut opened: impl FnMut(usize, &Terms),
    ) -> Result<(), FeedError<E>> {
        let mut is_open = vec![false; self.series.len()];
        let mut todo: Vec<(usize, u32)> = Vec::new();
        for item in items {
            let item = item.map_err(FeedError::Items)?;
            let all =
                self.series.iter().enumerate().flat_map(|(at, series)| {
                    (0..series.terms.repeats).map(move |repeat| (at, repeat))
                });
            todo.extend(all);
            // What nothing is known of is tried with one question each, all at once.
            while !todo.is_empty() {
                let mut later = Vec::new();
                let mut probes: Vec<(usize, u32, oneshot::Receiver<Probed>)> = Vec::new();
                for (at, repeat) in todo.drain(..) {
                    if probes.iter().any(|(probed, ..)| *probed == at) {
                        later.push((at, repeat));
                    } else if let Some(ask) = self.wanted(at, repeat, &item)? {
                        if is_open[at] {
                            self.send(ask, at, None)?;
                        } else {
                            let (tell, told) = oneshot::channel();
                            self.send(ask, at, Some(tell))?;
                            probes.push((at, repeat, told));
                        }
                    }
                }
                for (at, repeat, told) in probes {
                    match told.blocking_recv().unwrap_or(Probed::Over) {
                        Probed::Open => {
                            is_open[at] = true;
                            opened(at, &self.series[at].terms);
                        }
                        Probed::Undecided => {}
                        Probed::Unsupported(feature, why) => {
                            self.refit(at, feature, why)?;
                            later.push((at, repeat));
                        }
                        Probed::Over => return Err(FeedError::Over),
                    }
                }
                todo = later;
            }
        }
        Ok(())
    }

    /// The question, if it is one to be asked.
    fn wanted<E>(&self, at: usize, repeat: u32, item: &str) -> Result<Option<Ask>, FeedError<E>> {
        let series = &self.series[at];
        let (body, was_cut) = series.body(item);
        let key = series.key(&body, repeat);
        let standing = self.store.standing(&key).map_err(FeedError::Store)?;
        let is_wanted = match self.which {
            Which::Missing => matches!(standing, Standing::Unasked | Standing::Retryable),
            Which::Failed => matches!(standing, Standing::Retryable | Standing::Failed),
        };
        if was_cut && repeat == 0 {
            self.fed.cut.fetch_add(1, Ordering::Relaxed);
        }
        if is_wanted && self.in_batches.contains(&key) {
            // Held only to add to it.
            let waiting = self.fed.waiting.lock();
            waiting
                .unwrap_or_else(PoisonError::into_inner)
                .push((key, at));
            return Ok(None);
        }
        if !is_wanted {
            self.fed.stored.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        Ok(Some(series.ask(key, body)))
    }

    /// Turns to the next form in which the server may understand the series.
    fn refit<E>(&mut self, at: usize, feature: Feature, why: Box<str>) -> Result<(), FeedError<E>> {
        let Series { format, terms, .. } = &mut self.series[at];
        match format.without(terms.dialect, feature) {
            Some(next) => {
                terms.dialect = next;
                Ok(())
            }
            None => Err(FeedError::NotUnderstood(at, why)),
        }
    }

    fn send<E>(
        &self,
        ask: Ask,
        series: usize,
        probe: Option<oneshot::Sender<Probed>>,
    ) -> Result<(), FeedError<E>> {
        let question = Question { ask, series, probe };
        self.questions
            .blocking_send(question)
            .map_err(|_| FeedError::Over)
    }
}
