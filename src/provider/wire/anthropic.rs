//! Anthropic's Messages.

use serde::Serialize;
use serde_json::Value;

use crate::ask::Request;
use crate::model::{Reply, Stop, Usage};
use crate::provider::Response;

use super::schema::Schema;
use super::{Dialect, Structure, json, words};

const TOOL: &str = "answer";

// What stands before `messages` is the same for all items: tools and system are cached by their
// bytes.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<[Tool<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<[Block<'a>; 1]>,
    messages: [Message<'a>; 1],
}

#[derive(Serialize)]
struct OutputConfig<'a> {
    format: Format<'a>,
}

#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    schema: Schema<'a>,
}

// Not marked `strict`: models too old for structured output do not know the word.
#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    description: &'static str,
    input_schema: Schema<'a>,
}

#[derive(Serialize)]
struct ToolChoice {
    r#type: &'static str,
    name: &'static str,
    disable_parallel_tool_use: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: [Block<'a>; 1],
}

#[derive(Serialize)]
struct Block<'a> {
    r#type: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
struct CacheControl {
    r#type: &'static str,
}

pub(super) fn body(request: &Request, dialect: &Dialect) -> Vec<u8> {
    let shape_by = |structure| {
        let shape = request.shape.as_deref();
        shape.filter(|_| dialect.structure == structure)
    };
    let format = shape_by(Structure::JsonSchema).map(|shape| Format {
        r#type: "json_schema",
        schema: Schema::new(shape),
    });
    let tool = shape_by(Structure::ForcedTool).map(|shape| Tool {
        name: TOOL,
        description: "Takes the answer.",
        input_schema: Schema::new(shape),
    });
    let instructions = Some(&*request.instructions).filter(|text| !text.trim().is_empty());
    json::body(&Body {
        model: &request.model,
        max_tokens: request.max_tokens,
        temperature: request.temperature,
        top_p: request.top_p,
        output_config: format.map(|format| OutputConfig { format }),
        tool_choice: tool.is_some().then_some(ToolChoice {
            r#type: "tool",
            name: TOOL,
            disable_parallel_tool_use: true,
        }),
        tools: tool.map(|tool| [tool]),
        system: instructions.map(|text| {
            [Block {
                r#type: "text",
                text,
                cache_control: Some(CacheControl {
                    r#type: "ephemeral",
                }),
            }]
        }),
        messages: [Message {
            role: "user",
            content: [Block {
                r#type: "text",
                text: &request.question,
                cache_control: None,
            }],
        }],
    })
}

/// Reads a message, or says why it is none.
pub(super) fn read(message: &Value) -> Result<Response, &'static str> {
    let blocks = message["content"].as_array().ok_or("no content")?;
    let of_type = |kind: &'static str| {
        let blocks = blocks.iter();
        blocks.filter(move |block| block["type"] == kind)
    };
    // What is said beside a tool's input only leads up to it.
    let inputs: Vec<String> = of_type("tool_use")
        .map(|block| block["input"].to_string())
        .collect();
    let texts = of_type("text").filter_map(|block| block["text"].as_str());
    let text = match inputs.is_empty() {
        true => texts.collect(),
        false => inputs.join("\n"),
    };
    let stop = match message["stop_reason"].as_str().unwrap_or_default() {
        "max_tokens" => Stop::MaxTokens,
        "model_context_window_exceeded" => Stop::ContextOverflow,
        "refusal" => Stop::Refusal,
        // Only a model that uses tools of the server's pauses, and we offer none: the answer is
        // incomplete through no fault of the question.
        "pause_turn" => return Err("the model paused (pause_turn)"),
        _ => Stop::End,
    };
    Ok(Response {
        reply: Reply {
            text: text.into(),
            stop,
        },
        model: message["model"].as_str().unwrap_or_default().into(),
        request_id: None,
        usage: usage(&message["usage"]),
        refusal: match stop {
            Stop::Refusal => refusal(&message["stop_details"]),
            _ => None,
        },
    })
}

/// The category first, as refusals are counted by it.
fn refusal(details: &Value) -> Option<Box<str>> {
    let parts = [&details["category"], &details["explanation"]];
    let parts: Vec<Box<str>> = parts.into_iter().filter_map(json::text).collect();
    (!parts.is_empty()).then(|| words::shown(&parts.join(": ")).into())
}

/// `input_tokens` are those at the full price alone, as with us.
fn usage(usage: &Value) -> Option<Usage> {
    let count = |name: &str| json::tokens(&usage[name]);
    let of_an_hour = json::tokens(&usage["cache_creation"]["ephemeral_1h_input_tokens"]);
    let of_an_hour = of_an_hour.unwrap_or(0);
    let written = count("cache_creation_input_tokens").unwrap_or(0);
    Some(Usage {
        input_tokens: count("input_tokens")?,
        cache_read_tokens: count("cache_read_input_tokens").unwrap_or(0),
        cache_write_tokens: written.saturating_sub(of_an_hour),
        cache_write_1h_tokens: of_an_hour,
        output_tokens: count("output_tokens")?,
    })
}
