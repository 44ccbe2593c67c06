//! Files and batches of OpenAI.

use hyper::body::Bytes;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::batch::{
    Batch, Done, File, Phase, Row, RowResult, Shelf, bad_request, duplicate, not_found,
};
use super::batch_anthropic::query;
use super::endpoint::{Endpoint, Provider};
use super::render::Reply;
use super::seen::Seen;
use super::state::State;
use super::{multipart, spans};

const MAX_ROWS: usize = 50_000;

pub(super) fn answer(state: &State, seen: &Seen<'_>, body: &Bytes) -> Done {
    let mut shelf = state.shelf();
    let id = match seen.endpoint {
        Endpoint::FileUpload => return upload(&mut shelf, seen, body),
        Endpoint::FileContent(id) => {
            return match shelf.files.get(id) {
                Some(file) if file.purpose == "batch" || !state.script.batches.gone => {
                    Done::Reply(Reply {
                        content_type: "application/octet-stream",
                        ..Reply::json(200, file.content.clone())
                    })
                }
                _ => not_found(seen, "No such File object"),
            };
        }
        Endpoint::BatchCreate => return create(state, &mut shelf, seen),
        Endpoint::BatchList => {
            let limit = query(seen.path, "limit").and_then(|limit| limit.parse().ok());
            let after = query(seen.path, "after");
            let (page, more) = shelf.page(Provider::OpenAi, after, None, limit.unwrap_or(20));
            return Done::Reply(Reply::value(&json!({
                "object": "list",
                "data": page.iter().map(|batch| shown(batch, state)).collect::<Vec<_>>(),
                "has_more": more,
                "first_id": page.first().map(|batch| &batch.id),
                "last_id": page.last().map(|batch| &batch.id),
            })));
        }
        Endpoint::BatchStatus(id) | Endpoint::BatchCancel(id) => id,
        _ => return not_found(seen, "Not found"),
    };
    let Some(batch) = shelf.batch(Provider::OpenAi, id) else {
        return not_found(seen, "No such batch");
    };
    let mut made = Vec::new();
    if matches!(seen.endpoint, Endpoint::BatchCancel(_)) {
        if batch.phase != Phase::Going {
            return bad_request(seen, "Cannot cancel a batch that is not in progress");
        }
        batch.phase = Phase::Cancelling;
    } else if !batch.errors.is_empty() {
        batch.phase = Phase::Failed;
    } else if batch.poll(&state.script.batches) {
        made = end(state, batch);
    }
    let status = shown(batch, state);
    shelf.files.extend(made);
    Done::Reply(Reply::value(&status))
}

fn upload(shelf: &mut Shelf, seen: &Seen<'_>, body: &Bytes) -> Done {
    let content_type = seen.header("content-type").unwrap_or_default();
    let Some(parts) = multipart::parts(content_type, body) else {
        return bad_request(seen, "Could not parse multipart form");
    };
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let Some(purpose) = part("purpose") else {
        return bad_request(seen, "'purpose' is a required property");
    };
    let (Some(file), purpose) = (part("file"), String::from_utf8_lossy(&purpose.content)) else {
        return bad_request(seen, "'file' is a required property");
    };
    let id = format!("file-{:08}", seen.number);
    let shown = json!({
        "id": id,
        "object": "file",
        "bytes": file.content.len(),
        "created_at": 1_780_000_000,
        "filename": file.file_name,
        "purpose": purpose,
        "status": "processed",
    });
    let file = File {
        purpose: purpose.into_owned(),
        content: file.content.clone(),
    };
    shelf.files.insert(id, file);
    Done::Reply(Reply::value(&shown))
}

fn create(state: &State, shelf: &mut Shelf, seen: &Seen<'_>) -> Done {
    let request = seen.json();
    let input = request["input_file_id"].as_str();
    let Some(file) = input.and_then(|id| shelf.files.get(id)) else {
        return bad_request(seen, "Invalid input_file_id");
    };
    if file.purpose != "batch" {
        return bad_request(seen, "The input file's purpose must be 'batch'");
    }
    let Some(endpoint) = request["endpoint"].as_str() else {
        return bad_request(seen, "'endpoint' is a required property");
    };
    if request["completion_window"] != "24h" {
        return bad_request(seen, "completion_window must be '24h'");
    }
    let plan = &state.script.batches;
    let (rows, mut errors) = rows(&file.content, endpoint);
    let most = plan.max_rows.unwrap_or(MAX_ROWS);
    if rows.len() > most {
        return bad_request(
            seen,
            &format!("At most {most} requests are allowed in a batch"),
        );
    }
    let earlier = shelf.batches.iter();
    let n_failed = earlier.filter(|batch| !batch.errors.is_empty()).count();
    if errors.is_empty() && n_failed < plan.failing as usize {
        errors.push(json!({
            "code": "token_limit_exceeded",
            "message": "Enqueued token limit reached for this model in this organization.",
            "param": null,
            "line": null,
        }));
    }
    let mut batch = Batch::new(Provider::OpenAi, format!("batch_{:08}", seen.number), rows);
    batch.errors = errors;
    batch.request = json!({
        "endpoint": endpoint,
        "input_file_id": request["input_file_id"],
        "metadata": request["metadata"],
    });
    let status = shown(&batch, state);
    let lost = shelf.add(state, batch);
    lost.map_or_else(|| Done::Reply(Reply::value(&status)), Done::Lost)
}

/// The rows of an input file, and what validation finds wrong with them.
fn rows(file: &Bytes, endpoint: &str) -> (Vec<Row>, Vec<Value>) {
    let mut rows: Vec<Row> = Vec::new();
    let mut errors = Vec::new();
    let mut error = |line: usize, code: &str, param: &str| {
        errors.push(json!({
            "code": code,
            "message": format!("The line is not a request that can be run: {param}"),
            "param": param,
            "line": line,
        }));
    };
    let mut model = None;
    let lines = file.split(|byte| *byte == b'\n').enumerate();
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        if serde_json::from_slice::<IgnoredAny>(line).is_err() {
            error(at + 1, "invalid_json_line", "line");
            continue;
        }
        let text = |key| spans::get(line, key).and_then(spans::string);
        let (Some(custom_id), Some(params)) = (text("custom_id"), spans::get(line, "body")) else {
            error(at + 1, "missing_required_parameter", "custom_id");
            continue;
        };
        if text("method").as_deref() != Some("POST") {
            error(at + 1, "invalid_method", "method");
        }
        if text("url").as_deref() != Some(endpoint) {
            error(at + 1, "invalid_url", "url");
        }
        let wanted = spans::get(params, "model");
        if *model.get_or_insert(wanted) != wanted {
            error(at + 1, "mismatched_model", "body.model");
        }
        rows.push(Row::new(custom_id, file.slice_ref(params)));
    }
    if rows.is_empty() {
        error(1, "empty_file", "line");
    }
    if let Some((at, _)) = duplicate(&rows) {
        error(at + 1, "duplicate_custom_id", "custom_id");
    }
    (rows, errors)
}

/// Ends a batch; the files that come of it. A file nothing would stand in is not made.
fn end(state: &State, batch: &mut Batch) -> Vec<(String, File)> {
    let (mut output, mut error) = (String::new(), String::new());
    for (at, (row, result)) in batch.end(state).into_iter().enumerate() {
        let (file, response, fault) = match &result {
            RowResult::Reply(reply) => {
                let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
                let file = if reply.status == 200 {
                    &mut output
                } else {
                    &mut error
                };
                let request_id = format!("req_{at}");
                let response = json!({
                    "status_code": reply.status,
                    "request_id": request_id,
                    "body": body,
                });
                (file, response, Value::Null)
            }
            RowResult::Expired => {
                let fault = json!({
                    "code": "batch_expired",
                    "message": "This request could not be executed before the completion window \
                                expired.",
                });
                (&mut error, Value::Null, fault)
            }
            RowResult::Cancelled => {
                let fault = json!({
                    "code": "batch_cancelled",
                    "message": "This request was cancelled.",
                });
                (&mut error, Value::Null, fault)
            }
        };
        let line = json!({
            "id": format!("batch_req_{at}"),
            "custom_id": row.custom_id,
            "response": response,
            "error": fault,
        });
        file.push_str(&line.to_string());
        file.push('\n');
    }
    let file = |content: String, kind: &str| {
        let file = File {
            purpose: "batch_output".into(),
            content: content.into(),
        };
        (!file.content.is_empty()).then(|| (format!("file-{kind}-{}", batch.id), file))
    };
    let (output, error) = (file(output, "output"), file(error, "error"));
    batch.output_file = output.as_ref().map(|(id, _)| id.clone());
    batch.error_file = error.as_ref().map(|(id, _)| id.clone());
    output.into_iter().chain(error).collect()
}

/// A batch as its status.
fn shown(batch: &Batch, state: &State) -> Value {
    let counts = &batch.counts;
    let status = match batch.phase {
        Phase::Going if batch.polls == 0 => "validating",
        Phase::Going if batch.polls > 1 && batch.polls == state.script.batches.polls => {
            "finalizing"
        }
        Phase::Going => "in_progress",
        Phase::Cancelling => "cancelling",
        Phase::Ended { cancelled: true } => "cancelled",
        Phase::Ended { .. } if counts.expired > 0 => "expired",
        Phase::Ended { .. } => "completed",
        Phase::Failed => "failed",
    };
    let created = batch.created.as_second();
    let at = |reached: bool| reached.then_some(created);
    json!({
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.request["endpoint"],
        "errors": (batch.phase == Phase::Failed)
            .then(|| json!({"object": "list", "data": batch.errors})),
        "input_file_id": batch.request["input_file_id"],
        "completion_window": "24h",
        "status": status,
        "output_file_id": batch.output_file,
        "error_file_id": batch.error_file,
        "created_at": created,
        "in_progress_at": at(batch.polls > 0),
        "expires_at": created + 86_400,
        "finalizing_at": null,
        "completed_at": at(status == "completed"),
        "failed_at": at(status == "failed"),
        "expired_at": at(status == "expired"),
        "cancelling_at": at(status.starts_with("cancel")),
        "cancelled_at": at(status == "cancelled"),
        "request_counts": {
            "total": if batch.polls > 0 { batch.rows.len() } else { 0 },
            "completed": counts.succeeded,
            "failed": counts.errored,
        },
        "metadata": batch.request["metadata"],
    })
}
