//! What became of a question, as a row.

use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement, params};

use super::UnixMillis;
use super::error::StoreError;
use super::runs::RunId;
use super::words::{FailureKind, Word};
use super::{Store, database};
use crate::ask::RequestKey;
use crate::model::{Reply, Stop, Usage};
use crate::provider::{Failure, Response, Settled};

/// What is kept of a question that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What became of it. The latency is in whole milliseconds.
    pub settled: Settled,
    /// When it was written.
    pub settled_at: UnixMillis,
    /// The run that asked.
    pub run: RunId,
}

/// Whether a question needs to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It never was.
    Unasked,
    /// It failed in a way that may pass.
    Retryable,
    /// It failed, and asking again would not help.
    Failed,
    /// It has an answer.
    Answered,
}

const INSERT: &str = "INSERT INTO answers (key, failure, run, settled_at, attempts, latency_ms,
    batch, stop, model, request_id, input_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_1h_tokens, output_tokens, refusal, text, failure_attempts)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";

const SELECT: &str = "SELECT failure, run, settled_at, attempts, latency_ms, batch, stop, model,
    request_id, input_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens,
    output_tokens, refusal, text, failure_attempts FROM answers WHERE key = ?1 ORDER BY id DESC";

const SELECT_FAILURE: &str = "SELECT failure FROM answers WHERE key = ?1 ORDER BY id DESC";

impl Store {
    /// What became of a question: its latest answer or, if it has none, its latest failure.
    pub fn answer(&self, key: &RequestKey) -> Result<Option<Stored>, StoreError> {
        self.using(|connection| {
            let mut select = connection.prepare_cached(SELECT)?;
            let mut rows = select.query(params![key.0])?;
            let mut latest = None;
            while let Some(row) = rows.next()? {
                if row.get_ref(0)? == ValueRef::Null {
                    return stored(*key, row).map(Some);
                }
                if latest.is_none() {
                    latest = Some(stored(*key, row)?);
                }
            }
            Ok(latest)
        })
    }

    /// [`answer`](Self::answer) for many questions, in their order and as of one moment.
    pub fn answers(&self, keys: &[RequestKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.at_one_moment(|| keys.iter().map(|key| self.answer(key)).collect())
    }

    /// Whether questions need to be asked, in their order and as of one moment. Reads no texts.
    pub fn standings(&self, keys: &[RequestKey]) -> Result<Vec<Standing>, StoreError> {
        self.at_one_moment(|| keys.iter().map(|key| self.standing(key)).collect())
    }

    /// Whether a question needs to be asked.
    pub fn standing(&self, key: &RequestKey) -> Result<Standing, StoreError> {
        self.using(|connection| {
            let mut select = connection.prepare_cached(SELECT_FAILURE)?;
            let mut rows = select.query(params![key.0])?;
            let mut standing = Standing::Unasked;
            while let Some(row) = rows.next()? {
                let Some(kind) = FailureKind::in_row_or_null(row, 0)? else {
                    return Ok(Standing::Answered);
                };
                if standing == Standing::Unasked {
                    standing = match kind.failure("".into(), 0).is_retryable() {
                        true => Standing::Retryable,
                        false => Standing::Failed,
                    };
                }
            }
            Ok(standing)
        })
    }
}

/// Adds rows, prepared once for all of a writer's life.
pub(super) struct Insert<'c>(Statement<'c>);

impl<'c> Insert<'c> {
    pub(super) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        connection.prepare(INSERT).map(Self)
    }

    pub(super) fn insert(
        &mut self,
        run: RunId,
        settled_at: UnixMillis,
        settled: &Settled,
    ) -> rusqlite::Result<()> {
        let (response, failure) = match &settled.result {
            Ok(response) => (Some(response), None),
            Err(failure) => (None, Some(failure)),
        };
        let usage = response.and_then(|response| response.usage);
        let tokens = |count: fn(Usage) -> u64| usage.map(count).map(database::whole);
        let text = match &settled.result {
            Ok(response) => Some(&*response.reply.text),
            Err(failure) => said(failure),
        };
        let failure_attempts = match failure {
            Some(Failure::Exhausted { attempts, .. }) => Some(attempts),
            _ => None,
        };
        self.0.execute(params![
            settled.key.0,
            failure.map(|failure| FailureKind::of(failure).word()),
            run.0,
            settled_at,
            settled.attempts,
            i64::try_from(settled.latency.as_millis()).unwrap_or(i64::MAX),
            settled.batch,
            response.map(|response| response.reply.stop.word()),
            response.map(|response| &*response.model),
            response.and_then(|response| response.request_id.as_deref()),
            tokens(|usage| usage.input_tokens),
            tokens(|usage| usage.cache_read_tokens),
            tokens(|usage| usage.cache_write_tokens),
            tokens(|usage| usage.cache_write_1h_tokens),
            tokens(|usage| usage.output_tokens),
            response.and_then(|response| response.refusal.as_deref()),
            text,
            failure_attempts,
        ])?;
        Ok(())
    }
}

fn said(failure: &Failure) -> Option<&str> {
    match failure {
        Failure::Fatal(text) | Failure::Rejected(text) | Failure::ContextOverflow(text) => {
            Some(text)
        }
        Failure::Exhausted { last, .. } => Some(last),
        Failure::Expired => None,
    }
}

fn stored(key: RequestKey, row: &Row<'_>) -> rusqlite::Result<Stored> {
    let result = match FailureKind::in_row_or_null(row, 0)? {
        None => Ok(response(row)?),
        Some(kind) => {
            let text = row.get::<_, Option<_>>(15)?.unwrap_or_default();
            let attempts = row.get::<_, Option<_>>(16)?.unwrap_or_default();
            Err(kind.failure(text, attempts))
        }
    };
    let settled = Settled {
        key,
        result,
        attempts: row.get(3)?,
        latency: Duration::from_millis(database::count(row, 4)?),
        batch: row.get(5)?,
    };
    Ok(Stored {
        settled,
        settled_at: row.get(2)?,
        run: RunId(row.get(1)?),
    })
}

fn response(row: &Row<'_>) -> rusqlite::Result<Response> {
    let reply = Reply {
        text: row.get(15)?,
        stop: Stop::in_row(row, 6)?,
    };
    let usage = match row.get_ref(9)? {
        ValueRef::Null => None,
        _ => Some(Usage {
            input_tokens: database::count(row, 9)?,
            cache_read_tokens: database::count(row, 10)?,
            cache_write_tokens: database::count(row, 11)?,
            cache_write_1h_tokens: database::count(row, 12)?,
            output_tokens: database::count(row, 13)?,
        }),
    };
    Ok(Response {
        reply,
        model: row.get(7)?,
        request_id: row.get(8)?,
        usage,
        refusal: row.get(14)?,
    })
}
