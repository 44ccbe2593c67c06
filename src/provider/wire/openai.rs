//! Chat completions, as OpenAI and many other servers have them.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::ask::{Request, Shape};
use crate::model::{Reply, Stop, Usage};
use crate::provider::Response;

use super::schema::Schema;
use super::{Dialect, Structure, TokenField, json, words};

const SCHEMA: &str = "answer";

// `messages` come last, so that bodies of a prompt are the same up to the question.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<NamedSchema<'a>>,
}

#[derive(Serialize)]
struct NamedSchema<'a> {
    name: &'static str,
    strict: bool,
    schema: Schema<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    // `system` and not `developer`, which few other servers know.
    role: &'static str,
    content: &'a str,
}

pub(super) fn body(request: &Request, dialect: &Dialect) -> Vec<u8> {
    let shape = request.shape.as_deref();
    let format = shape.and_then(|shape| match dialect.structure {
        Structure::JsonSchema => Some(Format {
            r#type: "json_schema",
            json_schema: Some(NamedSchema {
                name: SCHEMA,
                strict: true,
                schema: Schema::new(shape),
            }),
        }),
        Structure::JsonObject => Some(Format {
            r#type: "json_object",
            json_schema: None,
        }),
        Structure::ForcedTool | Structure::Text => None,
    });
    let instructions = match (shape, dialect.structure) {
        (Some(shape), Structure::JsonObject) => with_json(&request.instructions, shape),
        _ => Cow::Borrowed(&*request.instructions),
    };
    let mut messages = Vec::with_capacity(2);
    if !instructions.trim().is_empty() {
        messages.push(Message {
            role: "system",
            content: &instructions,
        });
    }
    messages.push(Message {
        role: "user",
        content: &request.question,
    });
    let limit_in = |field| (dialect.token_field == field).then_some(request.max_tokens);
    json::body(&Body {
        model: &request.model,
        max_completion_tokens: limit_in(TokenField::MaxCompletionTokens),
        max_tokens: limit_in(TokenField::MaxTokens),
        temperature: request.temperature,
        top_p: request.top_p,
        response_format: format,
        messages,
    })
}

/// Servers refuse to write a JSON object unless the word is said. An item may say it by chance, so
/// only the instructions count: they are the same for every item.
fn with_json<'a>(instructions: &'a str, shape: &Shape) -> Cow<'a, str> {
    if instructions.to_lowercase().contains("json") {
        return Cow::Borrowed(instructions);
    }
    let names: Vec<String> = shape
        .fields
        .iter()
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let sentence = format!(
        "Answer with a JSON object that has the fields {}.",
        names.join(", ")
    );
    Cow::Owned(match instructions.trim().is_empty() {
        true => sentence,
        false => format!("{instructions}\n\n{sentence}"),
    })
}

/// Reads a completion, or says why it is none.
pub(super) fn read(completion: &Value) -> Result<Response, &'static str> {
    let choice = completion["choices"].get(0).ok_or("no choices")?;
    let message = &choice["message"];
    if !message.is_object() {
        return Err("a choice without message");
    }
    let finish = choice["finish_reason"].as_str().unwrap_or_default();
    let finish = finish.to_ascii_lowercase();
    let stop = match &*finish {
        "length" | "max_tokens" | "max_output_tokens" => Stop::MaxTokens,
        "content_filter" => Stop::Refusal,
        "model_length" => Stop::ContextOverflow,
        "error" => return Err("the server gave up on the answer (finish_reason error)"),
        _ => Stop::End,
    };
    let content = &message["content"];
    let declined =
        json::text(&message["refusal"]).or_else(|| json::text(&parts(content, "refusal").into()));
    let stop = match declined {
        Some(_) => Stop::Refusal,
        None => stop,
    };
    let mut text = match content.as_str() {
        Some(text) => text.to_owned(),
        None => parts(content, "text"),
    };
    if text.trim().is_empty() {
        text = arguments(message);
    }
    Ok(Response {
        reply: Reply {
            text: text.into(),
            stop,
        },
        model: completion["model"].as_str().unwrap_or_default().into(),
        request_id: None,
        usage: usage(&completion["usage"]),
        refusal: match (stop, declined) {
            (Stop::Refusal, Some(declined)) => Some(words::shown(&declined).into()),
            (Stop::Refusal, None) => Some(finish.into()),
            _ => None,
        },
    })
}

/// The parts of one type, where content is a list of them.
fn parts(content: &Value, kind: &str) -> String {
    let parts = content.as_array().into_iter().flatten();
    let parts = parts.filter(|part| part["type"] == kind);
    parts.filter_map(|part| part[kind].as_str()).collect()
}

/// What functions are called with: a text of JSON, or with some servers the JSON itself.
fn arguments(message: &Value) -> String {
    let calls = message["tool_calls"].as_array().into_iter().flatten();
    let functions = calls.map(|call| &call["function"]);
    let functions = functions.chain([&message["function_call"]]);
    let arguments = functions.map(|function| match &function["arguments"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        json => json.to_string(),
    });
    let arguments: Vec<String> = arguments.filter(|text| !text.is_empty()).collect();
    arguments.join("\n")
}

/// `prompt_tokens` has the cached ones among them, ours has not.
fn usage(usage: &Value) -> Option<Usage> {
    let of_prompt = |name: &str| json::tokens(&usage["prompt_tokens_details"][name]).unwrap_or(0);
    let read = of_prompt("cached_tokens");
    let written = of_prompt("cache_write_tokens");
    let prompt = json::tokens(&usage["prompt_tokens"])?;
    Some(Usage {
        input_tokens: prompt.saturating_sub(read).saturating_sub(written),
        cache_read_tokens: read,
        cache_write_tokens: written,
        cache_write_1h_tokens: 0,
        output_tokens: json::tokens(&usage["completion_tokens"])?,
    })
}
