//! A provider's format: requests to bytes, bytes to answers. Sends nothing and waits for nothing.
//!
//! A reply is judged by its status first, then by the type and code of its error, then by why the
//! model stopped; only then is its text taken. Fields, content blocks and words that are not known
//! are passed over. A new format: a variant of [`Wire`], a file beside `anthropic` and `openai`,
//! and its line in each `match` here; [`Dialect::without`] says what its servers may lack.

mod anthropic;
mod batch;
mod dialect;
mod json;
mod openai;
mod schema;
mod trouble;
mod words;

#[cfg(test)]
mod tests;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use thiserror::Error;

use crate::ask::Request;

use super::Response;

pub use batch::{Page, RemoteBatch, RowResult, Sheet, Stage, Unreadable, custom_id};
pub(super) use batch::{creation, is_queue_full, read_file_id};
pub use dialect::{Dialect, Feature, Structure, TokenField, UnknownDialect};
pub use trouble::Trouble;

/// A format that servers understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Anthropic's Messages.
    Anthropic,
    /// Chat completions as OpenAI has them, and many other servers.
    OpenAi,
}

/// What a server's reply to one question means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The model answered, or declined to.
    Response(Response),
    /// It may go better later.
    Retry {
        /// The provider's words.
        why: Box<str>,
        /// What kind of trouble it is.
        kind: Trouble,
    },
    /// This question cannot be answered as it is.
    Rejected(Box<str>),
    /// The question does not fit the model's context.
    ContextOverflow(Box<str>),
    /// No question can be answered: the key, the model, the address or the account is at fault.
    Fatal(Box<str>),
    /// The server or the model does not take some part of the request; see [`Dialect::without`].
    Unsupported {
        /// The part.
        feature: Feature,
        /// The provider's words.
        why: Box<str>,
    },
}

/// A key that cannot be sent. Does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the key holds a character that no header may have, such as a line break")]
pub struct UnusableKey;

const ANTHROPIC_VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

impl Wire {
    /// The word in settings and in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
        }
    }

    /// Where questions are sent to, after the base URL.
    pub fn path(self) -> &'static str {
        match self {
            Self::Anthropic => "/v1/messages",
            Self::OpenAi => "/chat/completions",
        }
    }

    /// The provider's own address.
    pub fn default_base_url(self) -> &'static str {
        match self {
            Self::Anthropic => "https://api.anthropic.com",
            Self::OpenAi => "https://api.openai.com/v1",
        }
    }

    /// What to try first on a server. OpenAI itself wants `max_completion_tokens`. Any other is
    /// asked with `max_tokens`: a server that does not take it says so, while one that does not
    /// know the newer field may pass over it without a word and write without end.
    pub fn first_dialect(self, base_url: &str) -> Dialect {
        let host = base_url
            .split_once("://")
            .map_or(base_url, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        let is_openai = host == "api.openai.com" || host.ends_with(".api.openai.com");
        Dialect {
            structure: Structure::JsonSchema,
            token_field: match self == Self::OpenAi && is_openai {
                true => TokenField::MaxCompletionTokens,
                false => TokenField::MaxTokens,
            },
        }
    }

    /// The body that asks. The same to the byte for the same request and dialect, and the same up
    /// to the question for all questions of a prompt.
    pub fn body(self, request: &Request, dialect: &Dialect) -> Vec<u8> {
        match self {
            Self::Anthropic => anthropic::body(request, dialect),
            Self::OpenAi => openai::body(request, dialect),
        }
    }

    /// The headers every question has. Without a key, none that names one: servers of one's own
    /// often want none. The key is marked so that it is not printed with the rest.
    pub fn headers(self, key: Option<&SecretString>) -> Result<HeaderMap, UnusableKey> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, JSON);
        if self == Self::Anthropic {
            headers.insert("anthropic-version", ANTHROPIC_VERSION);
        }
        // A key read from a file often ends in a line break.
        let key = key.map(|key| key.expose_secret().trim());
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            let (name, value) = match self {
                Self::Anthropic => (X_API_KEY, HeaderValue::from_str(key)),
                Self::OpenAi => (
                    AUTHORIZATION,
                    HeaderValue::try_from(format!("Bearer {key}")),
                ),
            };
            let mut value = value.map_err(|_| UnusableKey)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }

    /// What a reply means. Any status and any body have a meaning.
    pub fn read(self, status: u16, headers: &HeaderMap, body: &[u8]) -> Reading {
        let json: Option<Value> = serde_json::from_slice(body).ok();
        match json {
            Some(json) => self.read_json(status, headers, &json),
            None if !is_success(status) => trouble::read(status, headers, None, body),
            None => not_an_answer(
                status,
                &match words::is_page(body) {
                    true => "a web page where JSON was expected; is the base URL right?".into(),
                    false => format!("not whole JSON, {} bytes", body.len()),
                },
            ),
        }
    }

    /// The same of a body that is JSON.
    fn read_json(self, status: u16, headers: &HeaderMap, json: &Value) -> Reading {
        if !is_success(status) || trouble::is_error(json) {
            return trouble::read(status, headers, Some(json), &[]);
        }
        let response = match self {
            Self::Anthropic => anthropic::read(json),
            Self::OpenAi => openai::read(json),
        };
        match response {
            Ok(response) => Reading::Response(Response {
                request_id: json::request_id(headers).or_else(|| json::text(&json["id"])),
                ..response
            }),
            Err(what) => not_an_answer(status, what),
        }
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn not_an_answer(status: u16, what: &str) -> Reading {
    Reading::Retry {
        why: format!("HTTP {status}: {what}").into(),
        kind: Trouble::Server,
    }
}
