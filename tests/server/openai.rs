//! Answers in the words of OpenAI.

use serde_json::{Value, json};

use super::render::{Problem, Stop, Tokens, Turn};
use super::seen::Seen;

/// A completion. Written by hand, as it is the bulk of what a bench asks for.
pub(super) fn completion(seen: &Seen<'_>, turn: &Turn<'_>, tokens: &Tokens) -> String {
    let text = turn.text.as_deref();
    let refusal = match turn.stop {
        Stop::Refused(_) => Value::from("I'm sorry, I cannot help with that."),
        Stop::End | Stop::Length | Stop::Filtered => Value::Null,
    };
    let (content, calls) = match (text, turn.tool) {
        (Some(input), Some(name)) => (
            Value::Null,
            json!([{
                "id": format!("call_{}", seen.number),
                "type": "function",
                "function": {"name": name, "arguments": input},
            }]),
        ),
        // An empty text, not null, is what reasoning models that ran out of tokens send.
        (None, _) if turn.stop == Stop::Length => (Value::from(""), Value::Null),
        (text, _) => (Value::from(text), Value::Null),
    };
    let finish = match turn.stop {
        Stop::End if turn.tool.is_some() => "tool_calls",
        Stop::End | Stop::Refused(_) => "stop",
        Stop::Length => "length",
        Stop::Filtered => "content_filter",
    };
    let odd = if turn.odd {
        r#""reasoning_content":"Let me see.","annotations":[{"type":"weather_report"}],"#
    } else {
        ""
    };
    let prompt = tokens.fresh + tokens.cache_read + tokens.cache_write;
    format!(
        concat!(
            r#"{{"id":"chatcmpl-{number:08}","object":"chat.completion","created":1780000000,"#,
            r#""model":{model},"choices":[{{"index":0,"finish_reason":"{finish}","logprobs":null,"#,
            r#""message":{{"role":"assistant",{odd}"content":{content},"refusal":{refusal},"#,
            r#""tool_calls":{calls}}}}}],"usage":{{"prompt_tokens":{prompt},"#,
            r#""completion_tokens":{output},"total_tokens":{total},"#,
            r#""prompt_tokens_details":{{"cached_tokens":{read},"cache_write_tokens":{write}}},"#,
            r#""completion_tokens_details":{{"reasoning_tokens":0,"accepted_prediction_tokens":0,"#,
            r#""rejected_prediction_tokens":0}}}},"service_tier":"default","#,
            r#""system_fingerprint":null}}"#
        ),
        number = seen.number,
        model = Value::from(seen.model()),
        finish = finish,
        odd = odd,
        content = content,
        refusal = refusal,
        calls = calls,
        prompt = prompt,
        output = tokens.output,
        total = prompt + tokens.output,
        read = tokens.cache_read,
        write = tokens.cache_write,
    )
}

/// The body of an error.
pub(super) fn error(problem: &Problem<'_>) -> Value {
    json!({"error": {
        "message": problem.message,
        "type": problem.kind,
        "param": problem.param,
        "code": problem.code,
    }})
}
