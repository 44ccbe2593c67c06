//! The loopback server that tests of providers rest on, asked by a plain client.

mod answers;
mod batches;
mod batches_openai;
mod limits;
mod requests;
mod shop;
mod transport;

use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::server::{ANTHROPIC_KEY, Server};

/// A client that knows no proxy and follows nothing.
fn client_with(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let plain = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    change(plain).build().unwrap()
}

fn client() -> Client {
    client_with(|builder| builder)
}

/// Runs a test's requests; the server has a thread of its own.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// A question about one item, with a schema of three labels.
fn anthropic_body(item: &str) -> Value {
    json!({
        "model": "claude-test",
        "max_tokens": 2048,
        "system": [{
            "type": "text",
            "text": "You label sessions.",
            "cache_control": {"type": "ephemeral"},
        }],
        "messages": [{"role": "user", "content": [{"type": "text", "text": item}]}],
        "output_config": {"format": {"type": "json_schema", "schema": labels_schema()}},
    })
}

fn openai_body(item: &str) -> Value {
    json!({
        "model": "gpt-test",
        "messages": [
            {"role": "system", "content": "You label sessions."},
            {"role": "user", "content": item},
        ],
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "answer", "strict": true, "schema": labels_schema(),
        }},
    })
}

fn labels_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "label": {"type": "string", "enum": ["build", "fix", "plan"]},
            "rationale": {"type": "string"},
        },
        "required": ["rationale", "label"],
        "additionalProperties": false,
    })
}

fn anthropic(client: &Client, server: &Server, path: &str) -> RequestBuilder {
    client
        .post(format!("{}{path}", server.base_url))
        .header("x-api-key", ANTHROPIC_KEY)
        .header("anthropic-version", "2023-06-01")
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// Asks Anthropic about an item.
async fn ask(client: &Client, server: &Server, item: &str) -> reqwest::Result<Response> {
    let request = anthropic(client, server, "/v1/messages");
    with_json(request, &anthropic_body(item)).send().await
}

/// Asks OpenAI about an item.
async fn ask_openai(client: &Client, server: &Server, item: &str) -> reqwest::Result<Response> {
    let request = client.post(format!("{}/chat/completions", server.openai_url()));
    with_json(request, &openai_body(item)).send().await
}

/// Status and body, which is JSON.
async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

/// The text of a message or completion.
fn text(body: &Value) -> &str {
    let anthropic = body["content"].as_array().and_then(|blocks| blocks.last());
    let text = match anthropic {
        Some(block) => &block["text"],
        None => &body["choices"][0]["message"]["content"],
    };
    text.as_str().unwrap()
}
