//! The store: every answer that was paid for, durable before it counts.
//!
//! One SQLite file in WAL mode. It holds what models replied and what asking took, the runs with
//! what was asked in them, batches a provider works on, and the looks taken at a gold set. It does
//! not hold items, their texts, reference labels or labels read from replies: a question is known
//! by its hash alone ([`RequestKey`]). It never holds keys for a provider; whoever hands over a
//! base URL or a command takes care that there is none in it.
//!
//! History is never overwritten: a question answered again gets another row. An answer counts
//! before a failure, for what was paid for is not lost to a later failure; among equals the latest
//! counts.
//!
//! A file that is not a store of this version, or is damaged, is refused and not written to
//! (`check`). What SQLite can tell is checked, the structure of the file; a letter changed
//! within a reply is not noticed.
//!
//! What to touch when something is added that is kept: `schema.sql`, the version in `schema`, and
//! the file of the noun.
//!
//! [`RequestKey`]: crate::ask::RequestKey

mod answers;
mod batches;
mod check;
mod create;
mod database;
mod error;
mod lock;
mod looks;
mod queue;
mod runs;
mod schema;
mod words;
mod writer;

#[cfg(test)]
mod tests;

pub use answers::{Standing, Stored};
pub use batches::{Batch, BatchId, BatchRow, BatchState, NewBatch};
pub use database::Store;
pub use error::StoreError;
pub use lock::RunLock;
pub use looks::Look;
pub use runs::{Ended, Run, RunId, RunRecord, SeriesRecord};
pub use writer::{Recorder, Writer};

/// Milliseconds since 1970 began, UTC.
pub type UnixMillis = i64;
