//! Which call of which provider a request is.

use hyper::{HeaderMap, Method};

/// Whose wire format is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Provider {
    Anthropic,
    OpenAi,
}

/// A call that the server knows. Only [`Endpoint::Messages`] and [`Endpoint::ChatCompletions`] ask
/// a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Messages,
    CountTokens,
    ChatCompletions,
    Model(String),
    BatchCreate,
    BatchList,
    BatchStatus(String),
    BatchCancel(String),
    BatchDelete(String),
    BatchResults(String),
    FileUpload,
    FileContent(String),
    Unknown,
}

impl Endpoint {
    /// Whether a model is asked, so that an answer costs money.
    pub(crate) fn is_ask(&self) -> bool {
        matches!(self, Self::Messages | Self::ChatCompletions)
    }
}

/// Reads method, path and headers. Paths of OpenAI may have any prefix, as those of compatible
/// servers have.
pub(super) fn route(method: &Method, path: &str, headers: &HeaderMap) -> (Provider, Endpoint) {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if method == Method::POST && parts.ends_with(&["chat", "completions"]) {
        return (Provider::OpenAi, Endpoint::ChatCompletions);
    }
    if let Some(at) = parts.iter().position(|part| *part == "v1") {
        parts.drain(..=at);
    }
    let post = method == Method::POST;
    let get = method == Method::GET;
    let delete = method == Method::DELETE;
    let of_anthropic = |endpoint| (Provider::Anthropic, endpoint);
    let of_openai = |endpoint| (Provider::OpenAi, endpoint);
    match *parts.as_slice() {
        ["messages"] if post => of_anthropic(Endpoint::Messages),
        ["messages", "count_tokens"] if post => of_anthropic(Endpoint::CountTokens),
        ["messages", "batches"] if post => of_anthropic(Endpoint::BatchCreate),
        ["messages", "batches"] if get => of_anthropic(Endpoint::BatchList),
        ["messages", "batches", id] if get => of_anthropic(Endpoint::BatchStatus(id.into())),
        ["messages", "batches", id] if delete => of_anthropic(Endpoint::BatchDelete(id.into())),
        ["messages", "batches", id, "cancel"] if post => {
            of_anthropic(Endpoint::BatchCancel(id.into()))
        }
        ["messages", "batches", id, "results"] if get => {
            of_anthropic(Endpoint::BatchResults(id.into()))
        }
        ["models", ref id @ ..] if get && !id.is_empty() => {
            let provider = if headers.contains_key("anthropic-version") {
                Provider::Anthropic
            } else {
                Provider::OpenAi
            };
            (provider, Endpoint::Model(id.join("/")))
        }
        ["files"] if post => of_openai(Endpoint::FileUpload),
        ["files", id, "content"] if get => of_openai(Endpoint::FileContent(id.into())),
        ["batches"] if post => of_openai(Endpoint::BatchCreate),
        ["batches"] if get => of_openai(Endpoint::BatchList),
        ["batches", id] if get => of_openai(Endpoint::BatchStatus(id.into())),
        ["batches", id, "cancel"] if post => of_openai(Endpoint::BatchCancel(id.into())),
        ["messages", ..] => of_anthropic(Endpoint::Unknown),
        _ => of_openai(Endpoint::Unknown),
    }
}
