//! Where batches are worked on: the provider, the store and what is open.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::find::find;
use super::{BatchError, BatchEvent, BatchRules, OpenBatches, collect, passing};
use crate::provider::{BatchClient, CallError, RemoteBatch, Settled, Stage};
use crate::store::{Batch, BatchId, BatchState, RunId, Store};

/// After so many milliseconds a provider has thrown the results away.
const KEPT: i64 = 29 * 24 * 3600 * 1000;

/// All it takes to look after the batches of one provider.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The provider.
    pub client: &'a BatchClient,
    /// Where it is, as the store has it.
    pub base_url: &'a str,
    /// What is known.
    pub store: &'a Store,
    /// The run to which answers are added.
    pub run: RunId,
    /// A folder for files that are large for a while.
    pub folder: &'a Path,
    /// How batches shall go.
    pub rules: &'a BatchRules,
}

/// What one look at all open batches came to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// What was collected.
    pub(super) settled: Vec<Brief>,
    /// Batches of which nothing was done because the queue is full, and why.
    pub(super) too_much: Vec<(BatchId, Box<str>)>,
    /// Batches that never arrived.
    pub(super) never_arrived: Vec<BatchId>,
    /// Why another one was not taken, which will not pass.
    pub(super) failed: Option<Box<str>>,
    /// How many ended.
    pub(super) ended: usize,
    /// How many questions are done of those that go on, as far as is said.
    pub(super) done: u64,
}

/// What became of a question, without the answer.
#[derive(Clone, Debug)]
pub(super) struct Brief {
    pub(super) key: crate::ask::RequestKey,
    pub(super) usage: Option<crate::model::Usage>,
    pub(super) failure: Option<crate::provider::Failure>,
}

impl Brief {
    pub(super) fn of(settled: &Settled) -> Self {
        Self {
            key: settled.key,
            usage: settled
                .result
                .as_ref()
                .ok()
                .and_then(|response| response.usage),
            failure: settled.result.as_ref().err().cloned(),
        }
    }
}

impl Bench<'_> {
    /// The batches of this provider that are open, or may be.
    pub(super) fn open(&self) -> Result<Vec<Batch>, BatchError> {
        let word = self.client.wire().word();
        let mut open = self.store.open_batches()?;
        open.retain(|batch| &*batch.provider == word && &*batch.base_url == self.base_url);
        Ok(open)
    }

    /// What is open, with the questions that are therefore not to be asked.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn open_batches(&self) -> Result<OpenBatches, BatchError> {
        let mut all = OpenBatches::default();
        for batch in self.open()? {
            all.batches += 1;
            let rows = self.store.batch_rows(batch.id)?;
            all.keys.extend(rows.into_iter().map(|row| row.key));
        }
        Ok(all)
    }

    /// Looks at every open batch once and collects those that have ended. For the beginning of a
    /// run, so that it asks only what is in no batch.
    ///
    /// # Errors
    ///
    /// If the store cannot be used, or the provider takes no calls at all.
    pub async fn take_up(&self, mut tell: impl FnMut(BatchEvent)) -> Result<(), BatchError> {
        self.look(&mut tell).await.map(|_| ())
    }

    pub(super) async fn look(
        &self,
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<Looked, BatchError> {
        let mut looked = Looked::default();
        for batch in self.open()? {
            let id = match &batch.remote_id {
                Some(id) => id.clone(),
                None => match self.named(&batch, &mut looked, tell).await? {
                    Some(id) => id,
                    None => continue,
                },
            };
            match self.client.status(&id).await {
                Ok(remote) => self.judge(&batch, &remote, &mut looked, tell).await?,
                Err(CallError::Gone(_)) => self.unknown(&batch, &id, &mut looked, tell)?,
                Err(error) => tell(BatchEvent::Later {
                    why: passing(error)?,
                }),
            }
        }
        Ok(looked)
    }

    /// The name of a batch that was about to be handed over, if it was and that can be seen now.
    async fn named(
        &self,
        batch: &Batch,
        looked: &mut Looked,
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<Option<Box<str>>, BatchError> {
        match find(self, batch, &self.open()?).await {
            Ok(Some(remote)) => {
                self.store.name_batch(batch.id, &remote.id)?;
                let (id, rows) = (remote.id, batch.requests);
                tell(BatchEvent::Found {
                    id: id.clone(),
                    rows,
                });
                Ok(Some(id))
            }
            Ok(None) => {
                self.store
                    .set_batch_state(batch.id, BatchState::Abandoned)?;
                looked.never_arrived.push(batch.id);
                tell(BatchEvent::NeverArrived {
                    rows: batch.requests,
                });
                Ok(None)
            }
            Err(error) => {
                tell(BatchEvent::Later {
                    why: passing(error)?,
                });
                Ok(None)
            }
        }
    }

    async fn judge(
        &self,
        batch: &Batch,
        remote: &RemoteBatch,
        looked: &mut Looked,
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<(), BatchError> {
        match &remote.stage {
            Stage::Going => looked.done += remote.done.unwrap_or(0),
            Stage::Ended => match self.client.results(remote, self.folder).await {
                Ok(results) => {
                    let tally =
                        collect::collect(self, batch, Some(results), &mut looked.settled).await?;
                    looked.ended += 1;
                    let id = remote.id.clone();
                    tell(BatchEvent::Collected { id, tally });
                }
                Err(CallError::Gone(_)) => {
                    collect::collect(self, batch, None, &mut looked.settled).await?;
                    looked.ended += 1;
                    let (id, rows) = (remote.id.clone(), batch.requests);
                    tell(BatchEvent::ResultsGone { id, rows });
                }
                Err(error) => tell(BatchEvent::Later {
                    why: passing(error)?,
                }),
            },
            Stage::Failed { why, is_queue_full } => {
                self.store
                    .set_batch_state(batch.id, BatchState::Abandoned)?;
                match is_queue_full {
                    true => looked.too_much.push((batch.id, why.clone())),
                    false => looked.failed = Some(why.clone()),
                }
                tell(BatchEvent::Failed {
                    id: Some(remote.id.clone()),
                    rows: batch.requests,
                    why: why.clone(),
                });
            }
        }
        Ok(())
    }

    /// The provider does not know it: it is too old, somebody deleted it, or it was made with a key
    /// of another account, under which it still costs. Only the first is certain.
    fn unknown(
        &self,
        batch: &Batch,
        id: &str,
        looked: &mut Looked,
        tell: &mut impl FnMut(BatchEvent),
    ) -> Result<(), BatchError> {
        let is_forgotten = self.rules.forgets || now() - batch.created_at > KEPT;
        if is_forgotten {
            self.store
                .set_batch_state(batch.id, BatchState::Abandoned)?;
            looked.ended += 1;
        }
        tell(BatchEvent::Unknown {
            id: id.into(),
            rows: batch.requests,
            is_forgotten,
        });
        Ok(())
    }
}

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is wrong anyway.
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
