//! The results of a batch, on their way into the store.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;

use super::bench::{Bench, Brief, now};
use super::route::of_file;
use super::{BatchError, Tally};
use crate::ask::RequestKey;
use crate::model::Usage;
use crate::provider::{Failure, Reading, Response, Results, Settled};
use crate::store::{Batch, BatchState, Recorder, Standing};

/// Records what became of every question of a batch, and closes it once that is durable. Without
/// results, they have expired. If it is cut short, it can be done again: what has an answer keeps
/// it.
pub(super) async fn collect(
    bench: &Bench<'_>,
    batch: &Batch,
    results: Option<Results>,
    settled: &mut Vec<Brief>,
) -> Result<Tally, BatchError> {
    let rows = bench.store.batch_rows(batch.id)?;
    let mut open: HashMap<Box<str>, (RequestKey, bool)> = rows
        .into_iter()
        .map(|row| (row.custom_id, (row.key, false)))
        .collect();
    let (tell, mut told) = mpsc::unbounded_channel();
    let writer = bench.store.writer(bench.run, move |committed| {
        // Whoever counts is there until the writer is done.
        let _ = tell.send(committed.iter().map(Brief::of).collect::<Vec<_>>());
    })?;
    let recorder = writer.recorder();
    let mut pen = Pen {
        bench,
        recorder: &recorder,
        latency: Duration::from_millis((now() - batch.created_at).max(0).unsigned_abs()),
        tally: Tally::default(),
    };
    let mut n_ours = 0_u64;
    for line in results.into_iter().flatten() {
        let row = match line.map_err(of_file)? {
            Ok(row) => row,
            Err(unreadable) => {
                tracing::warn!("{unreadable}");
                pen.tally.stray += 1;
                continue;
            }
        };
        match open.get_mut(&row.custom_id) {
            // The first one counts.
            Some((key, is_told)) if !*is_told => {
                *is_told = true;
                n_ours += 1;
                pen.record(*key, result(row.reading)).await?;
            }
            _ => {
                tracing::warn!("results of row {}, which is not awaited", row.custom_id);
                pen.tally.stray += 1;
            }
        }
        while let Ok(briefs) = told.try_recv() {
            settled.extend(briefs);
        }
    }
    // A batch of somebody else's that was taken for ours says nothing about our questions.
    let is_foreign = n_ours == 0 && pen.tally.stray > 0;
    let mut missing: Vec<_> = open.into_iter().collect();
    missing.retain(|(_, (_, is_told))| !is_told && !is_foreign);
    missing.sort();
    for (_, (key, _)) in missing {
        let before = pen.tally.expired;
        pen.record(key, Err(Failure::Expired)).await?;
        let counted = pen.tally.expired - before;
        pen.tally.expired = before;
        pen.tally.missing += counted;
    }
    let tally = pen.tally;
    writer.finish()?;
    while let Ok(briefs) = told.try_recv() {
        settled.extend(briefs);
    }
    let state = match is_foreign {
        true => BatchState::Abandoned,
        false => BatchState::Closed,
    };
    bench.store.set_batch_state(batch.id, state)?;
    Ok(tally)
}

/// Writes down and counts.
struct Pen<'a> {
    bench: &'a Bench<'a>,
    recorder: &'a Recorder,
    latency: Duration,
    tally: Tally,
}

impl Pen<'_> {
    async fn record(
        &mut self,
        key: RequestKey,
        result: Result<Response, Failure>,
    ) -> Result<(), BatchError> {
        // Collected by a run that was cut short, or asked alone in the meantime.
        if self.bench.store.standing(&key)? == Standing::Answered {
            self.tally.known += 1;
            return Ok(());
        }
        match &result {
            Ok(response) => {
                self.tally.answered += 1;
                self.tally.usage += response.usage.unwrap_or(Usage::default());
            }
            Err(Failure::Expired) => self.tally.expired += 1,
            Err(failure) if failure.is_retryable() => self.tally.failed += 1,
            Err(_) => self.tally.rejected += 1,
        }
        let settled = Settled {
            key,
            result,
            attempts: 1,
            latency: self.latency,
            batch: true,
        };
        Ok(self.recorder.record(settled).await?)
    }
}

/// What a row came to. Nothing that is said of one row ends the run: the others were answered.
fn result(reading: Option<Reading>) -> Result<Response, Failure> {
    match reading {
        None => Err(Failure::Expired),
        Some(Reading::Response(response)) => Ok(response),
        Some(Reading::ContextOverflow(why)) => Err(Failure::ContextOverflow(why)),
        Some(Reading::Rejected(why) | Reading::Unsupported { why, .. }) => {
            Err(Failure::Rejected(why))
        }
        Some(Reading::Retry { why, .. } | Reading::Fatal(why)) => Err(Failure::Exhausted {
            attempts: 1,
            last: why,
        }),
    }
}
