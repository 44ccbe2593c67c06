//! What of the questions goes out alone, and what waits for a batch.

use std::collections::HashSet;
use std::fmt::Display;

use tokio::sync::mpsc;

use super::BatchError;
use crate::ask::RequestKey;
use crate::provider::{Place, Spool};
use crate::run::{Probed, Question};

/// Questions that wait for a batch, their bodies on the disk.
#[derive(Debug)]
pub struct Batched {
    pub(super) spool: Spool,
    pub(super) rows: Vec<Row>,
    seen: HashSet<RequestKey>,
    pub(super) n_same: u64,
}

/// A question that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) key: RequestKey,
    pub(super) place: Place,
    pub(super) input_tokens: u64,
    pub(super) max_tokens: u32,
    pub(super) series: usize,
}

impl Batched {
    /// None yet.
    pub fn new(spool: Spool) -> Self {
        Self {
            spool,
            rows: Vec::new(),
            seen: HashSet::new(),
            n_same: 0,
        }
    }
}

/// Passes on to `live` the first question of each series, which is asked at once, and keeps all
/// others. Ends when there are no more, or when nobody takes those first questions any more.
///
/// # Errors
///
/// If the bodies cannot be kept.
pub async fn route(
    mut questions: mpsc::Receiver<Question>,
    live: mpsc::Sender<Question>,
    batched: &mut Batched,
) -> Result<(), BatchError> {
    loop {
        let question = tokio::select! {
            question = questions.recv() => question,
            () = live.closed() => None,
        };
        let Some(question) = question else {
            return Ok(());
        };
        // The same text under the same prompt is one question, whoever has it.
        if !batched.seen.insert(question.ask.key) {
            batched.n_same += 1;
            if let Some(probe) = question.probe {
                // Whoever asked may be gone, which is his business.
                let _ = probe.send(Probed::Undecided);
            }
        } else if question.probe.is_some() {
            if live.send(question).await.is_err() {
                return Ok(());
            }
        } else {
            let place = batched.spool.push(&question.ask.body).map_err(of_file)?;
            batched.rows.push(Row {
                key: question.ask.key,
                place,
                input_tokens: question.ask.input_tokens,
                max_tokens: question.ask.max_tokens,
                series: question.series,
            });
        }
    }
}

pub(super) fn of_file(error: impl Display) -> BatchError {
    BatchError::File(error.to_string().into())
}
