//! Rounds of handing over, looking and collecting, until nothing is open.

use std::cell::Cell;
use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::bench::{Brief, Looked};
use super::submit::Queue;
use super::{BatchError, BatchEvent, Batched, Bench};
use crate::ask::RequestKey;
use crate::plan::Price;
use crate::run::budget::most;
use crate::run::{Budget, Ended, Progress};
use crate::store::{RunLock, Standing};

/// The first pause between two looks; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long a call on its way is waited for once the run is to end.
const GRACE: Duration = Duration::from_secs(5);

/// What is worked on.
pub struct Working<'a> {
    /// Provider and store.
    pub bench: Bench<'a>,
    /// The questions to be handed over.
    pub batched: Batched,
    /// Questions of batches that are open already, with their series.
    pub waiting: Vec<(RequestKey, usize)>,
    /// What the tokens of each series cost.
    pub prices: &'a [Option<Price>],
    /// What may be spent; what was spent already is settled in it.
    pub budget: Budget,
    /// How far the run is.
    pub progress: Progress,
    /// The right to ask. It is given back between two looks, and taken again for each.
    pub lock: RunLock,
}

/// Hands over all questions and, if that is wanted, waits for the end of every open batch and
/// records what became of its questions. `stop` ends it at once; batches go on without it.
///
/// # Errors
///
/// If the store or a file cannot be used.
pub async fn work(
    working: Working<'_>,
    stop: impl Future<Output = ()>,
    tell: impl FnMut(BatchEvent),
    observe: impl FnMut(&Progress),
) -> Result<(Ended, Progress), BatchError> {
    let Working {
        bench,
        mut batched,
        waiting,
        prices,
        mut budget,
        progress,
        lock,
    } = working;
    let rows = &mut batched.rows;
    let n_funded = rows.iter().position(|row| {
        let price = prices[row.series];
        !budget.reserve(most(price, row.input_tokens, row.max_tokens, true))
    });
    let is_short = n_funded.is_some();
    rows.truncate(n_funded.unwrap_or(rows.len()));
    let own = rows.iter().map(|row| (row.key, row.series));
    let mut crew = Crew {
        series: own.chain(waiting).collect(),
        queue: Queue::new(&bench, rows),
        bench,
        batched: &batched,
        prices,
        progress,
    };
    crew.progress.stored += batched.n_same;
    let ended = crew.work(lock, stop, tell, observe).await;
    let ended = match ended {
        Err(BatchError::Refused(why)) => Ended::Fatal(why),
        other => other?,
    };
    crew.count_others()?;
    Ok((
        match ended {
            Ended::Done if is_short => Ended::BudgetReached,
            ended => ended,
        },
        crew.progress,
    ))
}

struct Crew<'a> {
    bench: Bench<'a>,
    batched: &'a Batched,
    queue: Queue,
    prices: &'a [Option<Price>],
    /// Questions of this run that are not settled, with their series.
    series: HashMap<RequestKey, usize>,
    progress: Progress,
}

impl Crew<'_> {
    async fn work(
        &mut self,
        lock: RunLock,
        stop: impl Future<Output = ()>,
        mut tell: impl FnMut(BatchEvent),
        mut observe: impl FnMut(&Progress),
    ) -> Result<Ended, BatchError> {
        let signal = Signal::default();
        let rounds = self.rounds(lock, &signal, &mut tell, &mut observe);
        tokio::pin!(rounds, stop);
        tokio::select! {
            ended = &mut rounds => ended,
            () = &mut stop => {
                signal.is_given.set(true);
                signal.given.notify_one();
                // What is cut off here is taken up by the next run.
                match timeout(GRACE, rounds).await {
                    Ok(Err(error)) => Err(error),
                    Ok(Ok(_)) | Err(_) => Ok(Ended::Interrupted),
                }
            }
        }
    }

    async fn rounds(
        &mut self,
        lock: RunLock,
        signal: &Signal,
        tell: &mut impl FnMut(BatchEvent),
        observe: &mut impl FnMut(&Progress),
    ) -> Result<Ended, BatchError> {
        let mut lock = Some(lock);
        let mut was_alone = true;
        let mut pause = FIRST_PAUSE.min(self.bench.rules.pause);
        loop {
            let held = match lock.take() {
                Some(lock) => Some(lock),
                None => RunLock::try_lock(self.bench.store.path())?,
            };
            // Whoever else has it does the same.
            if held.is_some() {
                if !was_alone {
                    let looked = self.bench.look(tell).await?;
                    if looked.ended > 0 {
                        pause = FIRST_PAUSE.min(self.bench.rules.pause);
                    }
                    self.take(looked)?;
                }
                let (bench, spool) = (self.bench, &self.batched.spool);
                self.queue.submit(&bench, spool, was_alone, tell).await?;
            }
            drop(held);
            self.count_open()?;
            observe(&self.progress);
            if let Some(why) = self.queue.failed.take() {
                return Ok(Ended::Fatal(why));
            }
            let is_idle = self.progress.batches == 0 && self.queue.is_empty();
            if is_idle || !self.bench.rules.waits || signal.is_given.get() {
                return Ok(Ended::Done);
            }
            was_alone = false;
            tokio::select! {
                () = sleep(pause) => {}
                () = signal.given.notified() => return Ok(Ended::Interrupted),
            }
            pause = pause.saturating_mul(2).min(self.bench.rules.pause);
        }
    }

    fn take(&mut self, looked: Looked) -> Result<(), BatchError> {
        let bench = self.bench;
        for brief in looked.settled {
            self.count(&brief);
        }
        for id in looked.never_arrived {
            self.queue.again(id);
        }
        if looked.ended > 0 {
            self.queue.release();
        }
        for (id, why) in looked.too_much {
            self.queue.too_much(&bench, id, why)?;
        }
        if looked.failed.is_some() {
            self.queue.failed = looked.failed;
        }
        self.progress.done_in_batches = looked.done;
        Ok(())
    }

    fn count(&mut self, brief: &Brief) {
        // Of a question that another command asked, or of an item that is no longer there.
        let Some(series) = self.series.remove(&brief.key) else {
            return;
        };
        match &brief.failure {
            None => {
                let price = self.prices[series];
                self.progress
                    .count_answer(brief.usage.as_ref(), price, true);
            }
            Some(failure) => self.progress.count_failure(failure),
        }
    }

    fn count_open(&mut self) -> Result<(), BatchError> {
        let open = self.bench.open()?;
        self.progress.batches = open.len();
        self.progress.in_batches = open.iter().map(|batch| batch.requests).sum();
        Ok(())
    }

    /// What another run has collected meanwhile is known now.
    fn count_others(&mut self) -> Result<(), BatchError> {
        for key in self.series.keys() {
            let is_answered = self.bench.store.standing(key)? == Standing::Answered;
            self.progress.stored += u64::from(is_answered);
        }
        Ok(())
    }
}

/// That the run is to end.
#[derive(Debug, Default)]
struct Signal {
    is_given: Cell<bool>,
    given: Notify,
}
