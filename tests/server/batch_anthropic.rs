//! Message Batches.

use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::batch::{
    Batch, Done, Phase, Row, RowResult, bad_request, duplicate, is_custom_id, not_found,
};
use super::endpoint::{Endpoint, Provider};
use super::render::Reply;
use super::seen::Seen;
use super::spans;
use super::state::State;

const MAX_ROWS: usize = 100_000;

pub(super) fn answer(state: &State, seen: &Seen<'_>, body: &Bytes) -> Done {
    let mut shelf = state.shelf();
    let id = match seen.endpoint {
        Endpoint::BatchCreate => {
            drop(shelf);
            return create(state, seen, body);
        }
        Endpoint::BatchList => {
            let limit = query(seen.path, "limit").and_then(|limit| limit.parse().ok());
            let (after, before) = (query(seen.path, "after_id"), query(seen.path, "before_id"));
            let (page, more) = shelf.page(Provider::Anthropic, after, before, limit.unwrap_or(20));
            return Done::Reply(Reply::value(&json!({
                "data": page.iter().map(|batch| shown(batch, state)).collect::<Vec<_>>(),
                "has_more": more,
                "first_id": page.first().map(|batch| &batch.id),
                "last_id": page.last().map(|batch| &batch.id),
            })));
        }
        Endpoint::BatchStatus(id)
        | Endpoint::BatchCancel(id)
        | Endpoint::BatchDelete(id)
        | Endpoint::BatchResults(id) => id,
        _ => return not_found(seen, "Not found"),
    };
    let Some(batch) = shelf.batch(Provider::Anthropic, id) else {
        return not_found(seen, "No such batch");
    };
    let ended = matches!(batch.phase, Phase::Ended { .. });
    Done::Reply(match seen.endpoint {
        Endpoint::BatchCancel(_) => {
            if ended {
                return bad_request(seen, "Batch has already ended");
            }
            batch.phase = Phase::Cancelling;
            Reply::value(&shown(batch, state))
        }
        Endpoint::BatchDelete(id) => {
            if !ended {
                return bad_request(seen, "Batch has not ended");
            }
            let deleted = json!({"id": id, "type": "message_batch_deleted"});
            shelf.batches.retain(|batch| batch.id != *id);
            Reply::value(&deleted)
        }
        Endpoint::BatchResults(_) => {
            if !ended || state.script.batches.gone {
                return not_found(seen, "No results are available");
            }
            Reply {
                content_type: "application/x-jsonl",
                ..Reply::json(200, batch.results.clone())
            }
        }
        _ => {
            if batch.poll(&state.script.batches) {
                let mut lines = String::new();
                for (row, result) in batch.end(state) {
                    lines.push_str(&line(&row, result).to_string());
                    lines.push('\n');
                }
                batch.results = lines.into();
            }
            Reply::value(&shown(batch, state))
        }
    })
}

fn create(state: &State, seen: &Seen<'_>, body: &Bytes) -> Done {
    let requests = seen
        .member("requests")
        .map(spans::elements)
        .unwrap_or_default();
    if requests.is_empty() {
        return bad_request(seen, "requests: at least one request is required");
    }
    let most = state.script.batches.max_rows.unwrap_or(MAX_ROWS);
    if requests.len() > most {
        return bad_request(
            seen,
            &format!("requests: at most {most} requests are allowed"),
        );
    }
    let mut rows = Vec::with_capacity(requests.len());
    for (at, request) in requests.into_iter().enumerate() {
        let custom_id = spans::get(request, "custom_id").and_then(spans::string);
        let Some(custom_id) = custom_id.filter(|id| is_custom_id(id)) else {
            return bad_request(
                seen,
                &format!(
                    "requests.{at}.custom_id: String should match pattern \
                     '^[a-zA-Z0-9_-]{{1,64}}$'"
                ),
            );
        };
        let Some(params) = spans::get(request, "params") else {
            return bad_request(seen, &format!("requests.{at}.params: Field required"));
        };
        rows.push(Row::new(custom_id, body.slice_ref(params)));
    }
    if let Some((at, id)) = duplicate(&rows) {
        return bad_request(
            seen,
            &format!("requests.{at}.custom_id: '{id}' is not unique"),
        );
    }
    let batch = Batch::new(
        Provider::Anthropic,
        format!("msgbatch_{:08}", seen.number),
        rows,
    );
    let reply = Reply::value(&shown(&batch, state));
    let lost = state.shelf().add(state, batch);
    lost.map_or(Done::Reply(reply), Done::Lost)
}

/// A batch as its status.
fn shown(batch: &Batch, state: &State) -> Value {
    let expires = (batch.created + SignedDuration::from_hours(24)).to_string();
    let created = batch.created.to_string();
    let (status, ended) = match batch.phase {
        Phase::Going => ("in_progress", false),
        Phase::Cancelling => ("canceling", false),
        Phase::Ended { .. } | Phase::Failed => ("ended", true),
    };
    let counts = &batch.counts;
    let processing = if ended { 0 } else { batch.rows.len() };
    let cancelled = matches!(
        batch.phase,
        Phase::Cancelling | Phase::Ended { cancelled: true }
    );
    json!({
        "id": batch.id,
        "type": "message_batch",
        "processing_status": status,
        "request_counts": {
            "processing": processing,
            "succeeded": counts.succeeded,
            "errored": counts.errored,
            "canceled": counts.cancelled,
            "expired": counts.expired,
        },
        "created_at": created,
        "expires_at": expires,
        "ended_at": ended.then_some(&created),
        "cancel_initiated_at": cancelled.then_some(&created),
        "archived_at": null,
        "results_url": ended.then(|| {
            format!("{}/v1/messages/batches/{}/results", state.base_url, batch.id)
        }),
    })
}

fn line(row: &Row, result: RowResult) -> Value {
    let result = match result {
        RowResult::Reply(reply) => {
            let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            if reply.status == 200 && body["type"] == "message" {
                json!({"type": "succeeded", "message": body})
            } else {
                json!({"type": "errored", "error": body})
            }
        }
        RowResult::Cancelled => json!({"type": "canceled"}),
        RowResult::Expired => json!({"type": "expired"}),
    };
    json!({"custom_id": row.custom_id, "result": result})
}

/// A parameter after the question mark.
pub(super) fn query<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = path.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
