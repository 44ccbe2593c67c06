//! Message Batches.

use http::header::HeaderMap;
use serde_json::Value;

use super::{RemoteBatch, Stage, count};
use crate::provider::wire::{Reading, Wire};

pub(super) const OPEN: &[u8] = br#"{"requests":["#;
pub(super) const CLOSE: &[u8] = b"]}";

pub(super) fn before(custom_id: &str) -> Vec<u8> {
    format!(r#"{{"custom_id":"{custom_id}","params":"#).into_bytes()
}

pub(super) fn batch(id: Box<str>, json: &Value) -> RemoteBatch {
    let counts = &json["request_counts"];
    let parts = ["processing", "succeeded", "errored", "canceled", "expired"];
    let parts = parts.map(|part| count(&counts[part]));
    let created_at = json["created_at"].as_str();
    RemoteBatch {
        id,
        stage: match json["processing_status"].as_str() {
            Some("ended") => Stage::Ended,
            // Also what is not known yet: to wait is the safe side.
            _ => Stage::Going,
        },
        created_at: created_at.and_then(|time| {
            let time: jiff::Timestamp = time.parse().ok()?;
            Some(time.as_second())
        }),
        rows: parts
            .iter()
            .any(Option::is_some)
            .then(|| parts.iter().flatten().sum()),
        // The other counts stay zero until the end.
        done: None,
        tag: None,
        files: Vec::new(),
    }
}

/// What became of a row: the message or the error that the question alone would have got.
pub(super) fn row(wire: Wire, json: &Value) -> Option<Reading> {
    let result = &json["result"];
    let body = match result["type"].as_str().unwrap_or_default() {
        "expired" | "canceled" | "cancelled" => return None,
        "errored" => &result["error"],
        _ => &result["message"],
    };
    Some(wire.read_json(200, &HeaderMap::new(), body))
}
