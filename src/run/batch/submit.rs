//! Questions on their way into batches.

use std::collections::{HashMap, HashSet, VecDeque};

use super::bench::{Bench, now};
use super::find::find;
use super::marks::{Marks, tag};
use super::route::Row;
use super::{BatchError, BatchEvent, passing};
use crate::ask::hex;
use crate::provider::{CallError, Sheet, Spool, custom_id};
use crate::store::{BatchId, BatchRow, BatchState, NewBatch, Standing};

/// How often a batch is handed over that never arrives.
const ATTEMPTS: u32 = 3;
/// How often a single question is tried that does not fit an empty queue: others may fill it.
const MOST_REFUSALS: u32 = 10;

/// What waits to be handed over, and what was.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: VecDeque<Vec<Row>>,
    sent: HashMap<BatchId, Vec<Row>>,
    /// Whether to wait until a batch has ended, since the queue of the provider is full.
    is_held: bool,
    n_refused: u32,
    /// Why nothing more can be handed over.
    pub(super) failed: Option<Box<str>>,
}

/// What came of handing over a batch.
enum Handed {
    Over,
    QueueFull(Box<str>),
    Later(Box<str>),
}

impl Queue {
    /// Divides questions into batches, in their order.
    pub(super) fn new(bench: &Bench<'_>, rows: &[Row]) -> Self {
        let sizes = rows
            .iter()
            .map(|row| (row.place.length(), row.input_tokens));
        let parts = bench
            .rules
            .limits
            .divide(Sheet::new(bench.client.wire()), sizes);
        let mut rest = rows;
        let waiting = parts.into_iter().map(|n_rows| {
            let (part, others) = rest.split_at(n_rows);
            rest = others;
            part.to_vec()
        });
        Self {
            waiting: waiting.collect(),
            sent: HashMap::new(),
            is_held: false,
            n_refused: 0,
            failed: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// A batch has ended, so there is room.
    pub(super) fn release(&mut self) {
        self.is_held = false;
    }

    /// A batch that never arrived is handed over again.
    pub(super) fn again(&mut self, id: BatchId) {
        self.waiting.extend(self.sent.remove(&id));
    }

    /// A batch was not taken because the queue is full: it waits until another has ended or, if
    /// there is none, is halved.
    pub(super) fn too_much(
        &mut self,
        bench: &Bench<'_>,
        id: BatchId,
        why: Box<str>,
    ) -> Result<(), BatchError> {
        match self.sent.remove(&id) {
            Some(rows) => self.put_back(bench, rows, why),
            None => Ok(()),
        }
    }

    fn put_back(
        &mut self,
        bench: &Bench<'_>,
        mut rows: Vec<Row>,
        why: Box<str>,
    ) -> Result<(), BatchError> {
        self.is_held = true;
        if !bench.open()?.is_empty() {
            self.waiting.push_front(rows);
            return Ok(());
        }
        if rows.len() > 1 {
            let half = rows.split_off(rows.len() / 2);
            self.waiting.push_front(half);
        } else {
            self.n_refused += 1;
            if self.n_refused == MOST_REFUSALS {
                self.failed = Some(why);
            }
        }
        self.waiting.push_front(rows);
        Ok(())
    }

    /// Hands over what there is room for. `was_alone` is whether no other run can have asked
    /// anything since the questions were found to be missing.
    pub(super) async fn submit(
        &mut self,
        bench: &Bench<'_>,
        spool: &Spool,
        was_alone: bool,
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<(), BatchError> {
        while self.failed.is_none()
            && let Some(mut rows) = self.waiting.pop_front()
        {
            if !was_alone {
                rows = still_missing(bench, rows)?;
            }
            if rows.is_empty() {
                continue;
            }
            if !self.has_room(bench, &rows)? {
                self.waiting.push_front(rows);
                return Ok(());
            }
            match self.hand_over(bench, spool, &rows, tell).await? {
                Handed::Over => {}
                Handed::QueueFull(why) => {
                    tell(BatchEvent::Failed {
                        id: None,
                        rows: rows.len() as u64,
                        why: why.clone(),
                    });
                    self.put_back(bench, rows, why)?;
                    return Ok(());
                }
                Handed::Later(why) => {
                    tell(BatchEvent::Later { why });
                    self.waiting.push_front(rows);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn has_room(&mut self, bench: &Bench<'_>, rows: &[Row]) -> Result<bool, BatchError> {
        let open = bench.open()?;
        if open.is_empty() {
            self.is_held = false;
            return Ok(true);
        }
        let queued = open
            .iter()
            .map(|batch| Marks::from_json(&batch.extra).tokens);
        let all = queued.sum::<u64>() + tokens(rows);
        let most = bench.rules.limits.tokens;
        Ok(!self.is_held && most.is_none_or(|most| all <= most))
    }

    async fn hand_over(
        &mut self,
        bench: &Bench<'_>,
        spool: &Spool,
        rows: &[Row],
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<Handed, BatchError> {
        let n_rows = rows.len() as u64;
        for _ in 0..ATTEMPTS {
            let created_at = now();
            let tag = tag(created_at, rows.iter().map(|row| row.key));
            let named = rows.iter().enumerate().map(|(number, row)| BatchRow {
                custom_id: custom_id(&tag, number, &hex(&row.key.0)),
                key: row.key,
            });
            let named: Vec<BatchRow> = named.collect();
            let marks = Marks {
                tag: tag.clone(),
                tokens: tokens(rows),
            };
            let id = bench.store.intend_batch(&NewBatch {
                provider: bench.client.wire().word(),
                base_url: bench.base_url,
                created_at,
                extra: &marks.to_json(),
                rows: &named,
            })?;
            let places = named.into_iter().zip(rows);
            let bodies = spool.rows(
                places
                    .map(|(named, row)| (named.custom_id, row.place))
                    .collect(),
            );
            let error = match bench.client.create(&bodies, &tag).await {
                Ok(remote) => {
                    bench.store.name_batch(id, &remote.id)?;
                    self.sent.insert(id, rows.to_vec());
                    tell(BatchEvent::Submitted {
                        id: remote.id,
                        rows: n_rows,
                    });
                    return Ok(Handed::Over);
                }
                Err(CallError::Lost(why)) => {
                    tell(BatchEvent::Later { why });
                    // Before anything is sent again.
                    match self.look_for(bench, id, rows, tell).await? {
                        true => return Ok(Handed::Over),
                        false => continue,
                    }
                }
                Err(error) => error,
            };
            bench.store.set_batch_state(id, BatchState::Abandoned)?;
            return match error {
                CallError::QueueFull(why) => Ok(Handed::QueueFull(why)),
                error => Ok(Handed::Later(passing(error)?)),
            };
        }
        self.failed = Some("batches that are handed over do not arrive".into());
        Ok(Handed::Later("none of three attempts arrived".into()))
    }

    /// Whether a batch whose creation was not answered arrived, or may have.
    async fn look_for(
        &mut self,
        bench: &Bench<'_>,
        id: BatchId,
        rows: &[Row],
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<bool, BatchError> {
        let open = bench.open()?;
        let Some(batch) = open.iter().find(|batch| batch.id == id) else {
            return Ok(false);
        };
        let requests = batch.requests;
        match find(bench, batch, &open).await {
            Ok(Some(remote)) => {
                bench.store.name_batch(id, &remote.id)?;
                tell(BatchEvent::Found {
                    id: remote.id,
                    rows: requests,
                });
            }
            Ok(None) => {
                bench.store.set_batch_state(id, BatchState::Abandoned)?;
                tell(BatchEvent::NeverArrived { rows: requests });
                return Ok(false);
            }
            // It is looked for again with the others that are open.
            Err(error) => tell(BatchEvent::Later {
                why: passing(error)?,
            }),
        }
        self.sent.insert(id, rows.to_vec());
        Ok(true)
    }
}

fn tokens(rows: &[Row]) -> u64 {
    rows.iter().map(|row| row.input_tokens).sum()
}

/// What another run has neither asked nor put into a batch.
fn still_missing(bench: &Bench<'_>, mut rows: Vec<Row>) -> Result<Vec<Row>, BatchError> {
    let open: HashSet<_> = bench.open_batches()?.keys;
    let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
    let mut standings = bench.store.standings(&keys)?.into_iter();
    rows.retain(|row| {
        let is_answered = standings.next() == Some(Standing::Answered);
        !is_answered && !open.contains(&row.key)
    });
    Ok(rows)
}
