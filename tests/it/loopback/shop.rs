//! A server with batches, and rows to put into them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::server::{BatchPlan, RowFate, RowFates, Script, Summary, spawn};

/// A server whose batches go by this plan, and a client of it.
pub(super) struct Shop {
    pub(super) server: Server,
    pub(super) client: Client,
}

impl Shop {
    pub(super) fn new(plan: BatchPlan) -> Self {
        Self::with(Script::default().batches(plan))
    }

    pub(super) fn with(script: Script) -> Self {
        Self {
            server: spawn(script),
            client: client(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        let (status, body) = self.lines(path).await;
        (status, body.into_iter().next().unwrap_or_default())
    }

    /// Status and lines of JSON.
    pub(super) async fn lines(&self, path: &str) -> (u16, Vec<Value>) {
        let response = self
            .client
            .get(format!("{}{path}", self.server.base_url))
            .header("x-api-key", ANTHROPIC_KEY)
            .header("anthropic-version", "2023-06-01")
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let text = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        (status, lines.collect())
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = anthropic(&self.client, &self.server, path);
        read(with_json(request, body).send().await.unwrap()).await
    }

    /// Uploads rows as a file of this purpose; its id.
    pub(super) async fn upload(&self, rows: &str, purpose: &str) -> String {
        let body = format!(
            "--mark\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n{purpose}\r\n\
             --mark\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\
             Content-Type: application/jsonl\r\n\r\n{rows}\r\n--mark--\r\n"
        );
        let request = self
            .client
            .post(format!("{}/files", self.server.openai_url()));
        let request = request.header("content-type", "multipart/form-data; boundary=mark");
        let (status, file) = read(request.body(body).send().await.unwrap()).await;
        assert_eq!(status, 200, "{file}");
        assert_eq!(file["bytes"], rows.len());
        assert_eq!(file["filename"], "in.jsonl");
        file["id"].as_str().unwrap().to_owned()
    }

    /// Uploads rows and makes a batch of them.
    pub(super) async fn openai(&self, rows: &str) -> (u16, Value) {
        let file = self.upload(rows, "batch").await;
        self.post("/v1/batches", &openai_batch(&file)).await
    }

    pub(super) fn summary(&self) -> Summary {
        self.server.summary()
    }
}

pub(super) fn openai_batch(file: &str) -> Value {
    json!({
        "input_file_id": file,
        "endpoint": "/v1/chat/completions",
        "completion_window": "24h",
        "metadata": {"run": "r1"},
    })
}

pub(super) fn anthropic_rows(ids: &[&str]) -> Value {
    let rows: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| json!({"custom_id": id, "params": anthropic_body(&at.to_string())}))
        .collect();
    json!({ "requests": rows })
}

pub(super) fn openai_row(id: &str, item: &str) -> Value {
    json!({
        "custom_id": id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": openai_body(item),
    })
}

pub(super) fn openai_rows(ids: &[&str]) -> String {
    let row = |(at, id): (usize, &&str)| format!("{}\n", openai_row(id, &at.to_string()));
    ids.iter().enumerate().map(row).collect()
}

/// By the ids of rows: those that end with a word's letter have its fate.
pub(super) fn by_name() -> RowFates {
    Arc::new(|_, id| match id.as_bytes().last() {
        Some(b'x') => RowFate::Expired,
        Some(b'c') => RowFate::Cancelled,
        Some(b'm') => RowFate::Missing,
        Some(b't') => RowFate::Twice,
        _ => RowFate::Asked,
    })
}
