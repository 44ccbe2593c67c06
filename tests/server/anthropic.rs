//! Answers in the words of Anthropic.

use serde_json::{Value, json};

use super::render::{Problem, Stop, Tokens, Turn};
use super::seen::Seen;

/// A message. Written by hand, as it is the bulk of what a bench asks for.
pub(super) fn message(seen: &Seen<'_>, turn: &Turn<'_>, tokens: &Tokens) -> String {
    let content = match (&turn.text, turn.tool) {
        (None, _) => String::new(),
        (Some(input), Some(name)) => format!(
            r#"{{"type":"tool_use","id":"toolu_{}","name":{},"input":{input}}}"#,
            seen.number,
            Value::from(name)
        ),
        (Some(text), None) => format!(r#"{{"type":"text","text":{}}}"#, Value::from(&**text)),
    };
    let (before, extra) = if turn.odd {
        (
            r#"{"type":"weather_report","sky":["clear"]},"#,
            r#""mood":{"of":"the day"},"#,
        )
    } else {
        ("", "")
    };
    let stop = match turn.stop {
        Stop::End if turn.tool.is_some() => "tool_use",
        Stop::End => "end_turn",
        Stop::Length => "max_tokens",
        Stop::Refused(_) | Stop::Filtered => "refusal",
    };
    let details = match turn.stop {
        Stop::Refused(category) => json!({
            "type": "refusal",
            "category": category,
            "explanation": "This request was declined.",
        }),
        Stop::Filtered => json!({"type": "refusal", "category": null, "explanation": null}),
        Stop::End | Stop::Length => Value::Null,
    };
    let (five, hour) = if tokens.hour {
        (0, tokens.cache_write)
    } else {
        (tokens.cache_write, 0)
    };
    format!(
        concat!(
            r#"{{"id":"msg_{number:08}","type":"message","role":"assistant","model":{model},{extra}"#,
            r#""content":[{before}{content}],"stop_reason":"{stop}","stop_sequence":null,"#,
            r#""stop_details":{details},"usage":{{"input_tokens":{fresh},"#,
            r#""cache_creation_input_tokens":{write},"cache_read_input_tokens":{read},"#,
            r#""cache_creation":{{"ephemeral_5m_input_tokens":{five},"#,
            r#""ephemeral_1h_input_tokens":{hour}}},"output_tokens":{output},"#,
            r#""output_tokens_details":{{"thinking_tokens":0}},"service_tier":"standard"}}}}"#
        ),
        number = seen.number,
        model = Value::from(seen.model()),
        extra = extra,
        before = before,
        content = content,
        stop = stop,
        details = details,
        fresh = tokens.fresh,
        write = tokens.cache_write,
        read = tokens.cache_read,
        five = five,
        hour = hour,
        output = tokens.output,
    )
}

/// The body of an error.
pub(super) fn error(problem: &Problem<'_>, number: u64) -> Value {
    json!({
        "type": "error",
        "error": {"type": problem.kind, "message": problem.message},
        "request_id": request_id(number),
    })
}

/// What `request-id` holds.
pub(super) fn request_id(number: u64) -> String {
    format!("req_{number:08}")
}
