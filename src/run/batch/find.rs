//! A batch whose creation was not answered, looked for at the provider.

use std::time::Duration;

use tokio::time::sleep;

use super::bench::{Bench, now};
use super::marks::Marks;
use crate::provider::{CallError, RemoteBatch, Stage, Wire};
use crate::store::Batch;

/// How far apart the clocks may be, in seconds.
const SKEW: i64 = 3600;
/// How long handing over may have taken, in seconds.
const LONGEST_UPLOAD: i64 = 6 * 3600;
/// A batch younger than this, in milliseconds, may not be in the list yet.
const YOUNG: i64 = 60_000;
/// How often a young one is looked for.
const LOOKS: u32 = 3;
/// The most pages that are read.
const MOST_PAGES: usize = 50;

/// The batch at the provider, if it arrived there. It is none of those that are `open`.
pub(super) async fn find(
    bench: &Bench<'_>,
    batch: &Batch,
    open: &[Batch],
) -> Result<Option<RemoteBatch>, CallError> {
    let is_young = now() - batch.created_at < YOUNG;
    for look in 0..if is_young { LOOKS } else { 1 } {
        if look > 0 {
            let pause = Duration::from_secs(1 << (look - 1));
            sleep(pause.min(bench.rules.pause)).await;
        }
        if let Some(found) = look_through(bench, batch, open).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn look_through(
    bench: &Bench<'_>,
    batch: &Batch,
    open: &[Batch],
) -> Result<Option<RemoteBatch>, CallError> {
    let tag = Marks::from_json(&batch.extra).tag;
    let created_at = batch.created_at / 1000;
    let is_known = |id: &str| {
        open.iter()
            .any(|batch| batch.remote_id.as_deref() == Some(id))
    };
    let mut nearest: Option<RemoteBatch> = None;
    let distance = |remote: &RemoteBatch| (remote.created_at.unwrap_or(0) - created_at).abs();
    let mut next = None;
    for _ in 0..MOST_PAGES {
        let page = bench.client.list(next.as_deref()).await?;
        let is_past = page
            .batches
            .last()
            .and_then(|oldest| oldest.created_at)
            .is_some_and(|oldest| oldest < created_at - SKEW);
        for remote in page.batches {
            if is_known(&remote.id) {
                continue;
            }
            match bench.client.wire() {
                Wire::OpenAi => {
                    if remote.tag.as_deref() == Some(&*tag) {
                        return Ok(Some(remote));
                    }
                }
                Wire::Anthropic if !may_be(&remote, created_at, batch.requests) => {}
                // One that has ended shows the names of its rows.
                Wire::Anthropic if remote.stage == Stage::Ended => {
                    if is_ours(bench, &remote, &tag).await? {
                        return Ok(Some(remote));
                    }
                }
                Wire::Anthropic => {
                    if nearest
                        .as_ref()
                        .is_none_or(|best| distance(&remote) < distance(best))
                    {
                        nearest = Some(remote);
                    }
                }
            }
        }
        next = page.next;
        if is_past || next.is_none() {
            break;
        }
    }
    Ok(nearest)
}

/// Whether time and count are those of the batch that is looked for.
fn may_be(remote: &RemoteBatch, created_at: i64, rows: u64) -> bool {
    let window = created_at - SKEW..=created_at + LONGEST_UPLOAD;
    remote.rows == Some(rows) && remote.created_at.is_none_or(|time| window.contains(&time))
}

async fn is_ours(bench: &Bench<'_>, remote: &RemoteBatch, tag: &str) -> Result<bool, CallError> {
    let mut results = match bench.client.results(remote, bench.folder).await {
        Ok(results) => results,
        Err(CallError::Gone(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let start: String = tag.chars().take(8).collect();
    let first = results.find_map(|line| line.ok()?.ok());
    Ok(first.is_some_and(|row| row.custom_id.starts_with(&start)))
}
