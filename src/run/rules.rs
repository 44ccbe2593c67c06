//! How a run shall go, and how it ends.

use super::Budget;
use crate::plan::Price;
use crate::provider::pace::RetryPolicy;

/// How many questions wait in the channel.
pub const QUEUE: usize = 64;

/// How a run shall go.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How many questions are in flight at once; at least 1.
    pub concurrency: usize,
    /// How often, for how long and after what pauses a question is sent again.
    pub retry: RetryPolicy,
    /// What may be spent.
    pub budget: Budget,
    /// What the tokens of each series cost.
    pub prices: Vec<Option<Price>>,
    /// How many questions there are.
    pub total: u64,
    /// Seeds the jitter of retries.
    pub seed: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every question is settled.
    Done,
    /// It was asked to stop.
    Interrupted,
    /// The next question might cost more than what is left.
    BudgetReached,
    /// Nothing more can be asked; what the provider says.
    Fatal(Box<str>),
}
