//! How far a run is.

use super::budget::whole;
use crate::model::Usage;
use crate::plan::Price;
use crate::provider::Failure;

/// Counts of questions, each of which is in one of `stored`, `answered`, `failed`, or still to come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// How many questions there are.
    pub total: u64,
    /// Answered by earlier runs.
    pub stored: u64,
    /// Answered in this run, refusals and answers that were cut off included.
    pub answered: u64,
    /// Given up: rejected, or failed at every attempt.
    pub failed: u64,
    /// Those among them that the next run asks again.
    pub retryable: u64,
    /// Sent and not yet answered.
    pub in_flight: usize,
    /// Batches that are open, whoever asked.
    pub batches: usize,
    /// Their questions.
    pub in_batches: u64,
    /// Those of them that are done, as far as the provider says before the end.
    pub done_in_batches: u64,
    /// Sent again after a failure.
    pub retries: u64,
    /// Tokens paid for in this run, as far as the provider says.
    pub usage: Usage,
    /// What they cost, in millionths of a dollar.
    pub micro_usd: u64,
    /// Answers whose cost is unknown: the model has no price, or the provider did not count.
    pub unpriced: u64,
    /// What the provider said of the failures, the most frequent first.
    pub reasons: Vec<(Box<str>, u64)>,
}

/// Different reasons that are kept apart.
const MOST_REASONS: usize = 20;

impl Progress {
    /// How many questions are settled.
    pub fn done(&self) -> u64 {
        self.stored + self.answered + self.failed
    }

    /// How many answers this run brought or gave up on.
    pub fn settled(&self) -> u64 {
        self.answered + self.failed
    }

    /// How many questions a later run has to ask.
    pub fn open(&self) -> u64 {
        self.total.saturating_sub(self.done()) + self.retryable
    }

    pub(super) fn count_answer(
        &mut self,
        usage: Option<&Usage>,
        price: Option<Price>,
        in_batch: bool,
    ) {
        self.answered += 1;
        if let Some(usage) = usage {
            self.usage += *usage;
        }
        match (usage, price) {
            (Some(usage), Some(price)) => self.micro_usd += whole(price.micro_usd(usage, in_batch)),
            _ => self.unpriced += 1,
        }
    }

    pub(super) fn count_failure(&mut self, failure: &Failure) {
        self.failed += 1;
        self.retryable += u64::from(failure.is_retryable());
        self.count_reason(&failure.to_string());
    }

    fn count_reason(&mut self, reason: &str) {
        let is_full = self.reasons.len() == MOST_REASONS;
        match self
            .reasons
            .iter_mut()
            .find(|(known, _)| **known == *reason)
        {
            Some((_, count)) => *count += 1,
            None if is_full => {}
            None => self.reasons.push((reason.into(), 1)),
        }
        self.reasons
            .sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    }
}
