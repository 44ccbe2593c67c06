//! Batches: questions handed over together, answered when the provider has time, at half the
//! price.
//!
//! Whatever is killed when, nothing is asked twice. A batch is in the store with its questions
//! before it is handed over, and its name is in the store before anything waits for it; a batch
//! whose name is not known is looked for at the provider before anything is sent again; it is
//! closed once all that became of it is durable. A question of an open batch is not asked.
//!
//! The first question of a series goes out alone ([`route()`]): what is wrong with all of them would
//! otherwise be told after hours.

mod bench;
mod collect;
mod find;
mod limits;
mod marks;
mod route;
mod submit;
mod work;

use std::collections::HashSet;
use std::time::Duration;

use crate::ask::RequestKey;
use crate::model::Usage;
use crate::provider::CallError;
use crate::store::StoreError;

pub use bench::Bench;
pub use limits::Limits;
pub use route::{Batched, route};
pub use work::{Working, work};

/// How batches shall go.
#[derive(Clone, Debug)]
pub struct BatchRules {
    /// How large one may be.
    pub limits: Limits,
    /// The longest pause between two looks at open batches.
    pub pause: Duration,
    /// Whether to wait for their end.
    pub waits: bool,
    /// Whether to give up batches that the provider does not know.
    pub forgets: bool,
}

/// What happens to batches, for those who watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchEvent {
    /// One was handed over.
    Submitted {
        /// The provider's name of it.
        id: Box<str>,
        /// How many questions it has.
        rows: u64,
    },
    /// One whose creation was not answered was found.
    Found {
        /// The provider's name of it.
        id: Box<str>,
        /// How many questions it has.
        rows: u64,
    },
    /// One that was about to be handed over never arrived.
    NeverArrived {
        /// How many questions it had.
        rows: u64,
    },
    /// Everything that became of one is in the store.
    Collected {
        /// The provider's name of it.
        id: Box<str>,
        /// How many of its questions came to what.
        tally: Tally,
    },
    /// The provider no longer has the results of one.
    ResultsGone {
        /// The provider's name of it.
        id: Box<str>,
        /// How many questions have to be asked again.
        rows: u64,
    },
    /// The provider does not know one.
    Unknown {
        /// The provider's name of it.
        id: Box<str>,
        /// How many questions it has.
        rows: u64,
        /// Whether it was given up.
        is_forgotten: bool,
    },
    /// The provider did not take one; nothing of it was done.
    Failed {
        /// The provider's name of it, if it has one.
        id: Option<Box<str>>,
        /// How many questions it had.
        rows: u64,
        /// Why.
        why: Box<str>,
    },
    /// One cannot be looked at, created or looked for just now.
    Later {
        /// Why.
        why: Box<str>,
    },
}

/// What became of the questions of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// They were answered, refusals and answers that were cut off included.
    pub answered: u64,
    /// They cannot be answered as they are.
    pub rejected: u64,
    /// They failed in a way that may pass.
    pub failed: u64,
    /// The batch ended before their turn, or was cancelled.
    pub expired: u64,
    /// They are in no results.
    pub missing: u64,
    /// They had an answer by then.
    pub known: u64,
    /// Lines of results that are of no question of the batch, told again, or not to be read.
    pub stray: u64,
    /// What the answers took.
    pub usage: Usage,
}

/// Why batches cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The provider will take nothing.
    #[error("{0}")]
    Refused(Box<str>),
    /// A file of ours cannot be used.
    #[error("failed to use a temporary file beside the store: {0}")]
    File(Box<str>),
}

/// What is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenBatches {
    /// How many batches.
    pub batches: usize,
    /// Their questions.
    pub keys: HashSet<RequestKey>,
}

/// A call that failed: what of it ends everything, and what may pass.
fn passing(error: CallError) -> Result<Box<str>, BatchError> {
    match error {
        CallError::Later(why) | CallError::Lost(why) | CallError::QueueFull(why) => Ok(why),
        CallError::Refused(why) | CallError::Gone(why) => Err(BatchError::Refused(why)),
        CallError::File(why) => Err(BatchError::File(why)),
    }
}
