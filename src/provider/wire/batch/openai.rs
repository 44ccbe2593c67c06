//! Batches of OpenAI, whose rows and results are files.

use http::header::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::{RemoteBatch, Stage, count, shown};
use crate::provider::wire::{Reading, Trouble, Wire, json};

/// What the rows are put to; the path of every server that has batches.
const ENDPOINT: &str = "/v1/chat/completions";

#[derive(Serialize)]
struct Creation<'a> {
    input_file_id: &'a str,
    endpoint: &'static str,
    completion_window: &'static str,
    metadata: Metadata<'a>,
}

/// By which a batch is found again whose creation was not answered.
#[derive(Serialize)]
struct Metadata<'a> {
    run: &'a str,
}

pub(super) fn creation(input_file: &str, tag: &str) -> Vec<u8> {
    json::body(&Creation {
        input_file_id: input_file,
        endpoint: ENDPOINT,
        completion_window: "24h",
        metadata: Metadata { run: tag },
    })
}

pub(super) fn before(custom_id: &str) -> Vec<u8> {
    format!(r#"{{"custom_id":"{custom_id}","method":"POST","url":"{ENDPOINT}","body":"#)
        .into_bytes()
}

pub(super) fn batch(id: Box<str>, json: &Value) -> RemoteBatch {
    let counts = &json["request_counts"];
    let total = count(&counts["total"]).filter(|total| *total > 0);
    let done = count(&counts["completed"])
        .zip(count(&counts["failed"]))
        .map(|(completed, failed)| completed + failed);
    let files = ["output_file_id", "error_file_id"];
    RemoteBatch {
        id,
        stage: match json["status"].as_str().unwrap_or_default() {
            "completed" | "expired" | "cancelled" => Stage::Ended,
            "failed" => failed(&json["errors"]),
            // Also what is not known yet: to wait is the safe side.
            _ => Stage::Going,
        },
        created_at: json["created_at"].as_i64(),
        rows: total,
        done: total.and(done),
        tag: json::text(&json["metadata"]["run"]),
        files: files
            .iter()
            .filter_map(|name| json::text(&json[name]))
            .collect(),
    }
}

fn failed(errors: &Value) -> Stage {
    let errors = errors["data"].as_array().map_or(&[][..], Vec::as_slice);
    let why = errors.iter().take(3).map(|error| {
        let line = error["line"].as_u64();
        let line = line.map_or_else(String::new, |line| format!(" (line {line})"));
        format!(
            "{}: {}{line}",
            shown(&error["code"]),
            shown(&error["message"])
        )
    });
    let why = why.collect::<Vec<_>>().join("; ");
    Stage::Failed {
        why: match why.is_empty() {
            true => "it failed, and why is not said".into(),
            false => why.into(),
        },
        is_queue_full: errors
            .iter()
            .any(|error| error["code"].as_str() == Some("token_limit_exceeded")),
    }
}

/// What became of a row: the answer that the question alone would have got.
pub(super) fn row(wire: Wire, line: &Value) -> Option<Reading> {
    let response = &line["response"];
    if response.is_object() {
        let status = response["status_code"].as_u64();
        let status = status
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(200);
        let mut headers = HeaderMap::new();
        if let Some(Ok(id)) = response["request_id"].as_str().map(HeaderValue::from_str) {
            headers.insert("x-request-id", id);
        }
        return Some(wire.read_json(status, &headers, &response["body"]));
    }
    let code = line["error"]["code"].as_str().unwrap_or_default();
    if code.contains("expired") || code.contains("cancel") {
        return None;
    }
    Some(Reading::Retry {
        why: format!(
            "{}: {}",
            shown(&line["error"]["code"]),
            shown(&line["error"]["message"])
        )
        .into(),
        kind: Trouble::Server,
    })
}
