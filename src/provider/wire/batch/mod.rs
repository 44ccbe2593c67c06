//! A provider's batches: rows to bytes, its words to what they mean. Sends nothing.
//!
//! A row carries the body of a question as it would be sent alone, byte for byte, so that the
//! question stays the same question. What becomes of rows is told in any order, and rows may be
//! told twice or not at all; a row is known by its `custom_id` and by nothing else.

mod anthropic;
mod openai;

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::{Reading, Wire, json, words};

/// The bytes around bodies that make them a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    wire: Wire,
}

/// A batch as its provider tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteBatch {
    /// The provider's name of it.
    pub id: Box<str>,
    /// How far it is.
    pub stage: Stage,
    /// When it was made, in seconds since 1970, as far as is said.
    pub created_at: Option<i64>,
    /// How many rows it has, as far as is said.
    pub rows: Option<u64>,
    /// How many of them are done; `None` where the provider does not count before the end.
    pub done: Option<u64>,
    /// The name of ours that it was made with, where the provider keeps one.
    pub tag: Option<Box<str>>,
    /// The files of its results, where it has files: those it names.
    pub files: Vec<Box<str>>,
}

/// How far a batch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is being worked on, or will be.
    Going,
    /// Whatever will be done of it is done.
    Ended,
    /// It was not taken, and nothing of it was done.
    Failed {
        /// Why, in the provider's words.
        why: Box<str>,
        /// Whether too much is in the queue for now, which passes.
        is_queue_full: bool,
    },
}

/// A page of a provider's list of batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The batches, the newest first.
    pub batches: Vec<RemoteBatch>,
    /// What to ask for the next page with, if there is one.
    pub next: Option<Box<str>>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowResult {
    /// The row.
    pub custom_id: Box<str>,
    /// What was answered; `None` if the batch ended before, or was cancelled.
    pub reading: Option<Reading>,
}

/// What a provider says that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the provider's {0}")]
pub struct Unreadable(pub(super) &'static str);

/// The name of a row: a counter, so that it is unique in its batch, the batch's tag and a part of
/// the question's key, so that a row of another batch is not taken for it. Holds nothing of an
/// item.
pub fn custom_id(tag: &str, number: usize, key_hex: &str) -> Box<str> {
    let short = |text: &str| text.chars().take(8).collect::<String>();
    format!("{}-{number}-{}", short(tag), short(key_hex)).into()
}

impl Sheet {
    /// The sheet of a format.
    pub fn new(wire: Wire) -> Self {
        Self { wire }
    }

    /// What comes before all rows.
    pub fn open(self) -> &'static [u8] {
        match self.wire {
            Wire::Anthropic => anthropic::OPEN,
            Wire::OpenAi => b"",
        }
    }

    /// What comes before a row's body.
    pub fn before(self, custom_id: &str) -> Vec<u8> {
        match self.wire {
            Wire::Anthropic => anthropic::before(custom_id),
            Wire::OpenAi => openai::before(custom_id),
        }
    }

    /// What comes after a row's body.
    pub fn after(self, is_last: bool) -> &'static [u8] {
        match (self.wire, is_last) {
            (Wire::Anthropic, false) => b"},",
            (Wire::Anthropic, true) => b"}",
            (Wire::OpenAi, _) => b"}\n",
        }
    }

    /// What comes after all rows.
    pub fn close(self) -> &'static [u8] {
        match self.wire {
            Wire::Anthropic => anthropic::CLOSE,
            Wire::OpenAi => b"",
        }
    }

    /// How many bytes a row takes around its body, at most.
    pub fn row_overhead(self) -> u64 {
        // A tag's part, the largest counter, a key's part, and the rest.
        (self.before(&"x".repeat(64)).len() + 2) as u64
    }
}

impl Wire {
    /// Where batches are, after the base URL.
    pub fn batches_path(self) -> &'static str {
        match self {
            Self::Anthropic => "/v1/messages/batches",
            Self::OpenAi => "/batches",
        }
    }

    /// What asks for a page of the list of batches.
    pub fn page_query(self, next: Option<&str>) -> Vec<(&'static str, String)> {
        let name = match self {
            Self::Anthropic => "after_id",
            Self::OpenAi => "after",
        };
        let mut query = vec![("limit", "100".to_owned())];
        query.extend(next.map(|next| (name, next.to_owned())));
        query
    }

    /// Reads a batch.
    pub fn read_batch(self, body: &[u8]) -> Result<RemoteBatch, Unreadable> {
        let json: Value =
            serde_json::from_slice(body).map_err(|_| Unreadable("batch is not JSON"))?;
        self.batch(&json)
    }

    /// Reads a page of the list of batches. What is no batch is passed over.
    pub fn read_page(self, body: &[u8]) -> Result<Page, Unreadable> {
        let json: Value =
            serde_json::from_slice(body).map_err(|_| Unreadable("list of batches is not JSON"))?;
        let data = json["data"].as_array();
        let data = data.ok_or(Unreadable("list of batches has no `data`"))?;
        let last = json::text(&json["last_id"]).or_else(|| json::text(&data.last()?["id"]));
        Ok(Page {
            batches: data
                .iter()
                .filter_map(|json| self.batch(json).ok())
                .collect(),
            next: last.filter(|_| json["has_more"] == true),
        })
    }

    /// Reads a line of results.
    pub fn read_row(self, line: &[u8]) -> Result<RowResult, Unreadable> {
        let json: Value =
            serde_json::from_slice(line).map_err(|_| Unreadable("line of results is not JSON"))?;
        let custom_id = json::text(&json["custom_id"]);
        let custom_id = custom_id.ok_or(Unreadable("line of results has no `custom_id`"))?;
        let reading = match self {
            Self::Anthropic => anthropic::row(self, &json),
            Self::OpenAi => openai::row(self, &json),
        };
        Ok(RowResult { custom_id, reading })
    }

    fn batch(self, json: &Value) -> Result<RemoteBatch, Unreadable> {
        let id = json::text(&json["id"]).ok_or(Unreadable("batch has no `id`"))?;
        Ok(match self {
            Self::Anthropic => anthropic::batch(id, json),
            Self::OpenAi => openai::batch(id, json),
        })
    }
}

/// The body that makes a batch of an uploaded file, for providers that want one uploaded.
pub(in crate::provider) fn creation(input_file: &str, tag: &str) -> Vec<u8> {
    openai::creation(input_file, tag)
}

/// The name of a file that was uploaded.
pub(in crate::provider) fn read_file_id(body: &[u8]) -> Result<Box<str>, Unreadable> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    json::text(&json["id"]).ok_or(Unreadable("answer to an upload has no `id`"))
}

/// Whether a refusal says that too much is in the queue.
pub(in crate::provider) fn is_queue_full(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.chars().take(4000).collect::<String>().to_lowercase();
    text.contains("token_limit_exceeded") || text.contains("enqueued token limit")
}

/// A count that is one.
fn count(value: &Value) -> Option<u64> {
    json::tokens(value)
}

fn shown(value: &Value) -> String {
    words::shown(value.as_str().unwrap_or_default())
}
