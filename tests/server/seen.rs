//! A request as the script sees it.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

use hyper::HeaderMap;
use serde_json::Value;

use super::endpoint::{Endpoint, Provider};
use super::spans;

/// One request, or one row of a batch. What it asks is only read where the script wants to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) provider: Provider,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// The members of the body, found once: it is looked at often.
    pub(super) members: &'a [(&'a [u8], &'a [u8])],
    /// SHA-256 of the body, or of the path where there is none.
    pub(crate) hash: [u8; 32],
    /// Requests and rows that came earlier.
    pub(crate) number: u64,
    /// How often this very body came earlier.
    pub(crate) before: u32,
    /// Whether it is a row of a batch.
    pub(crate) row: bool,
}

impl<'a> Seen<'a> {
    /// A member of the body as it was sent.
    pub(super) fn member(&self, key: &str) -> Option<&'a [u8]> {
        spans::find(self.members, key)
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.body).unwrap_or_default()
    }

    /// The model asked for.
    pub(crate) fn model(&self) -> Cow<'static, str> {
        self.member("model")
            .and_then(spans::string)
            .map_or(Cow::Borrowed("unnamed"), Cow::Owned)
    }

    /// The text of the last message, which holds the item.
    pub(crate) fn question(&self) -> String {
        let message: Value = serde_json::from_slice(self.question_bytes()).unwrap_or_default();
        text_of(&message["content"])
    }

    /// System prompt and messages, one below the other.
    pub(super) fn prompt(&self) -> String {
        let body = self.json();
        let mut texts = vec![text_of(&body["system"])];
        for message in body["messages"].as_array().into_iter().flatten() {
            texts.push(text_of(&message["content"]));
        }
        texts.join("\n")
    }

    /// The last message as it was sent.
    fn question_bytes(&self) -> &[u8] {
        self.member("messages")
            .and_then(|messages| spans::elements(messages).last().copied())
            .unwrap_or_default()
    }

    /// A number made from the question alone: the same in every process.
    pub(super) fn question_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(self.question_bytes());
        hasher.finish()
    }

    /// A chance from 0 to below 1, made from the body, how often it came before, and a seed.
    pub(crate) fn chance(&self, seed: u64) -> f64 {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(seed);
        hasher.write(&self.hash);
        hasher.write_u32(self.before);
        (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The text of a content that is a string or a list of blocks.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks
            .iter()
            .filter_map(|block| block["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}
