//! Batches that a provider works on while nobody waits.
//!
//! A batch is written down with its questions before it is handed over, and its name as soon as
//! the provider has said it. So whatever is killed when, the next run knows what may be out there:
//! a batch that is [`Creating`](BatchState::Creating) may or may not have reached the provider.

use rusqlite::{Connection, Row, params};

use super::error::StoreError;
use super::words::Word;
use super::{Store, UnixMillis, database};
use crate::ask::RequestKey;

/// A batch's number in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub i64);

/// A batch that is about to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewBatch<'a> {
    /// The kind of provider, as settings name it.
    pub provider: &'a str,
    /// Where it is.
    pub base_url: &'a str,
    /// When this was.
    pub created_at: UnixMillis,
    /// Whatever else its provider needs to take it up again, as JSON.
    pub extra: &'a str,
    /// The questions, each under a name of its own.
    pub rows: &'a [BatchRow],
}

/// A question of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// What the provider calls it, unique in the batch.
    pub custom_id: Box<str>,
    /// The question.
    pub key: RequestKey,
}

/// What is known of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// About to be handed over; whether that came to pass is not known.
    Creating,
    /// The provider has it and has said its name.
    Open,
    /// Every question of it is settled.
    Closed,
    /// The provider never got it, or knows it no more.
    Abandoned,
}

/// A batch as it is in the store, without its questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// The kind of provider, as settings name it.
    pub provider: Box<str>,
    /// Where it is.
    pub base_url: Box<str>,
    /// The provider's name of it, once that is known.
    pub remote_id: Option<Box<str>>,
    /// What is known of it.
    pub state: BatchState,
    /// When it was written down, which is just before it was handed over.
    pub created_at: UnixMillis,
    /// How many questions it has.
    pub requests: u64,
    /// Whatever else its provider needs to take it up again, as JSON.
    pub extra: Box<str>,
}

impl Store {
    /// Writes down a batch that is about to be handed over, as `Creating`.
    pub fn intend_batch(&self, batch: &NewBatch<'_>) -> Result<BatchId, StoreError> {
        self.changing(|connection| {
            let mut insert = connection.prepare(
                "INSERT INTO batches (provider, base_url, state, created_at, requests, extra)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let id = BatchId(insert.insert(params![
                batch.provider,
                batch.base_url,
                BatchState::Creating.word(),
                batch.created_at,
                database::whole(batch.rows.len() as u64),
                batch.extra,
            ])?);
            let sql = "INSERT INTO batch_rows (batch, custom_id, key) VALUES (?1, ?2, ?3)";
            let mut insert = connection.prepare(sql)?;
            for row in batch.rows {
                insert.execute(params![id.0, row.custom_id, row.key.0])?;
            }
            Ok(id)
        })
    }

    /// Writes down the name the provider gave to a batch, which is then `Open`.
    pub fn name_batch(&self, id: BatchId, remote_id: &str) -> Result<(), StoreError> {
        let state = BatchState::Open.word();
        self.changing(|connection| {
            let sql = "UPDATE batches SET remote_id = ?2, state = ?3 WHERE id = ?1";
            changed_one(connection.execute(sql, params![id.0, remote_id, state])?)
        })
    }

    /// Replaces what else is kept of a batch.
    pub fn set_batch_extra(&self, id: BatchId, extra: &str) -> Result<(), StoreError> {
        self.changing(|connection| {
            let sql = "UPDATE batches SET extra = ?2 WHERE id = ?1";
            changed_one(connection.execute(sql, params![id.0, extra])?)
        })
    }

    /// Writes down what has become of a batch.
    pub fn set_batch_state(&self, id: BatchId, state: BatchState) -> Result<(), StoreError> {
        self.changing(|connection| {
            let sql = "UPDATE batches SET state = ?2 WHERE id = ?1";
            changed_one(connection.execute(sql, params![id.0, state.word()])?)
        })
    }

    /// The batches that are `Creating` or `Open`, the oldest first.
    pub fn open_batches(&self) -> Result<Vec<Batch>, StoreError> {
        let states = [BatchState::Creating.word(), BatchState::Open.word()];
        self.using(|connection| {
            let mut select = connection.prepare(
                "SELECT id, provider, base_url, remote_id, state, created_at, requests, extra
                 FROM batches WHERE state IN (?1, ?2) ORDER BY id",
            )?;
            select.query_map(states, batch)?.collect()
        })
    }

    /// The questions of a batch, by their names.
    pub fn batch_rows(&self, id: BatchId) -> Result<Vec<BatchRow>, StoreError> {
        self.using(|connection| rows(connection, id))
    }
}

/// A number that no batch has is a mistake of the caller's, not to be passed over.
fn changed_one(changed: usize) -> rusqlite::Result<()> {
    match changed {
        1 => Ok(()),
        n => Err(rusqlite::Error::StatementChangedRows(n)),
    }
}

fn batch(row: &Row<'_>) -> rusqlite::Result<Batch> {
    Ok(Batch {
        id: BatchId(row.get(0)?),
        provider: row.get(1)?,
        base_url: row.get(2)?,
        remote_id: row.get(3)?,
        state: BatchState::in_row(row, 4)?,
        created_at: row.get(5)?,
        requests: database::count(row, 6)?,
        extra: row.get(7)?,
    })
}

fn rows(connection: &Connection, id: BatchId) -> rusqlite::Result<Vec<BatchRow>> {
    let sql = "SELECT custom_id, key FROM batch_rows WHERE batch = ?1 ORDER BY custom_id";
    let mut select = connection.prepare(sql)?;
    let rows = select.query_map([id.0], |row| {
        Ok(BatchRow {
            custom_id: row.get(0)?,
            key: RequestKey(row.get(1)?),
        })
    })?;
    rows.collect()
}
