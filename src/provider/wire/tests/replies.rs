use http::HeaderMap;
use serde_json::{Value, json};

use crate::model::{Reply, Stop, Usage};
use crate::provider::Response;
use crate::provider::wire::{Reading, Trouble, Wire};

fn read(wire: Wire, body: &Value) -> Reading {
    wire.read(200, &HeaderMap::new(), body.to_string().as_bytes())
}

#[track_caller]
fn response(wire: Wire, body: &Value) -> Response {
    match read(wire, body) {
        Reading::Response(response) => response,
        other => panic!("no response: {other:?}"),
    }
}

#[track_caller]
fn check(wire: Wire, body: &Value, text: &str, stop: Stop) -> Response {
    let response = response(wire, body);
    let reply = Reply {
        text: text.into(),
        stop,
    };
    assert_eq!(response.reply, reply);
    response
}

#[track_caller]
fn check_retried(wire: Wire, body: &Value, expect: &str) {
    let why = expect.into();
    let kind = Trouble::Server;
    assert_eq!(read(wire, body), Reading::Retry { why, kind });
}

fn message(content: Value, stop_reason: &str) -> Value {
    json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-1-20260101",
        "content": content, "stop_reason": stop_reason, "stop_sequence": null, "stop_details": null,
        "usage": {
            "input_tokens": 812, "cache_creation_input_tokens": 300, "cache_read_input_tokens": 5120,
            "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
            "output_tokens": 64, "output_tokens_details": {"thinking_tokens": 10},
            "service_tier": "standard",
        },
    })
}

fn completion(message: Value, finish_reason: Value) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_780_000_000,
        "model": "gpt-1-2026-01-01",
        "choices": [{"index": 0, "finish_reason": finish_reason, "logprobs": null, "message": message}],
        "usage": {
            "prompt_tokens": 1500, "completion_tokens": 90, "total_tokens": 1590,
            "prompt_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 64},
        },
        "system_fingerprint": null,
    })
}

fn said(text: &str) -> Value {
    json!({"role": "assistant", "content": text, "refusal": null, "tool_calls": null})
}

#[test]
fn a_message_is_read_with_all_that_is_said_about_it() {
    let body = message(
        json!([{"type": "text", "text": "{\"label\":\"fix\"}"}]),
        "end_turn",
    );
    let mut headers = HeaderMap::new();
    headers.insert("request-id", "req_1".parse().unwrap());
    let reading = Wire::Anthropic.read(200, &headers, body.to_string().as_bytes());
    let expect = Response {
        reply: Reply {
            text: "{\"label\":\"fix\"}".into(),
            stop: Stop::End,
        },
        model: "claude-1-20260101".into(),
        request_id: Some("req_1".into()),
        usage: Some(Usage {
            input_tokens: 812,
            cache_read_tokens: 5120,
            cache_write_tokens: 100,
            cache_write_1h_tokens: 200,
            output_tokens: 64,
        }),
        refusal: None,
    };
    assert_eq!(reading, Reading::Response(expect));
}

#[test]
fn a_completion_is_read_with_all_that_is_said_about_it() {
    let body = completion(said("{\"label\":\"fix\"}"), json!("stop"));
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", "req_2".parse().unwrap());
    let reading = Wire::OpenAi.read(200, &headers, body.to_string().as_bytes());
    let expect = Response {
        reply: Reply {
            text: "{\"label\":\"fix\"}".into(),
            stop: Stop::End,
        },
        model: "gpt-1-2026-01-01".into(),
        request_id: Some("req_2".into()),
        usage: Some(Usage {
            input_tokens: 476,
            cache_read_tokens: 1024,
            cache_write_tokens: 0,
            cache_write_1h_tokens: 0,
            output_tokens: 90,
        }),
        refusal: None,
    };
    assert_eq!(reading, Reading::Response(expect));
}

#[test]
fn why_the_model_stopped_is_told_apart() {
    let cut = json!([{"type": "text", "text": "{\"label\":\"fi"}]);
    for (stop_reason, stop) in [
        ("end_turn", Stop::End),
        ("stop_sequence", Stop::End),
        ("tool_use", Stop::End),
        ("something_new", Stop::End),
        ("max_tokens", Stop::MaxTokens),
        ("model_context_window_exceeded", Stop::ContextOverflow),
        ("refusal", Stop::Refusal),
    ] {
        check(
            Wire::Anthropic,
            &message(cut.clone(), stop_reason),
            "{\"label\":\"fi",
            stop,
        );
    }
    let paused = message(cut, "pause_turn");
    check_retried(
        Wire::Anthropic,
        &paused,
        "HTTP 200: the model paused (pause_turn)",
    );
    for (finish_reason, stop) in [
        (json!("stop"), Stop::End),
        (json!(null), Stop::End),
        (json!("eos"), Stop::End),
        (json!("length"), Stop::MaxTokens),
        (json!("content_filter"), Stop::Refusal),
        (json!("model_length"), Stop::ContextOverflow),
    ] {
        check(
            Wire::OpenAi,
            &completion(said("{\"la"), finish_reason),
            "{\"la",
            stop,
        );
    }
    let why = "HTTP 200: the server gave up on the answer (finish_reason error)";
    check_retried(Wire::OpenAi, &completion(said(""), json!("error")), why);
}

#[test]
fn a_refusal_says_its_category_and_explanation() {
    let mut body = message(json!([]), "refusal");
    let refusal = |body: &Value| check(Wire::Anthropic, body, "", Stop::Refusal).refusal;
    assert_eq!(refusal(&body), None);
    body["stop_details"] = json!({"type": "refusal", "category": "cyber", "explanation": null});
    assert_eq!(refusal(&body).as_deref(), Some("cyber"));
    body["stop_details"]["explanation"] = json!("It looks\nlike an exploit.");
    assert_eq!(
        refusal(&body).as_deref(),
        Some("cyber: It looks like an exploit.")
    );
}

#[test]
fn a_completion_can_decline_in_three_ways() {
    let declined = json!({"role": "assistant", "content": null, "refusal": "I cannot."});
    let response = check(
        Wire::OpenAi,
        &completion(declined, json!("stop")),
        "",
        Stop::Refusal,
    );
    assert_eq!(response.refusal.as_deref(), Some("I cannot."));
    let part = json!({"content": [{"type": "refusal", "refusal": "No."}]});
    let response = check(
        Wire::OpenAi,
        &completion(part, json!("stop")),
        "",
        Stop::Refusal,
    );
    assert_eq!(response.refusal.as_deref(), Some("No."));
    let filtered = completion(said("half"), json!("content_filter"));
    let response = check(Wire::OpenAi, &filtered, "half", Stop::Refusal);
    assert_eq!(response.refusal.as_deref(), Some("content_filter"));
    let blank = json!({"content": "{}", "refusal": ""});
    let response = check(
        Wire::OpenAi,
        &completion(blank, json!("stop")),
        "{}",
        Stop::End,
    );
    assert_eq!(response.refusal, None);
}

#[test]
fn texts_are_joined_and_unknown_blocks_passed_over() {
    let content = json!([
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "{\"label\":"},
        {"type": "from_the_future", "text": "not this", "deep": {"er": []}},
        {"type": "text", "text": "\"fix\"}", "citations": null},
        "no object",
    ]);
    check(
        Wire::Anthropic,
        &message(content, "end_turn"),
        "{\"label\":\"fix\"}",
        Stop::End,
    );
    let parts = json!({"content": [
        {"type": "text", "text": "{\"label\":"},
        {"type": "image", "text": "not this"},
        {"type": "text", "text": "\"fix\"}"},
    ], "reasoning_content": "hm"});
    check(
        Wire::OpenAi,
        &completion(parts, json!("stop")),
        "{\"label\":\"fix\"}",
        Stop::End,
    );
}

#[test]
fn the_input_of_a_tool_is_the_answer() {
    let content = json!([
        {"type": "text", "text": "I will answer {\"label\": \"build\"} or so."},
        {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": {"label": "fix"}},
    ]);
    check(
        Wire::Anthropic,
        &message(content, "tool_use"),
        "{\"label\":\"fix\"}",
        Stop::End,
    );
    for function in [
        json!({"name": "answer", "arguments": "{\"label\":\"fix\"}"}),
        json!({"name": "answer", "arguments": {"label": "fix"}}),
    ] {
        let call =
            json!({"content": null, "tool_calls": [{"type": "function", "function": function}]});
        check(
            Wire::OpenAi,
            &completion(call, json!("tool_calls")),
            "{\"label\":\"fix\"}",
            Stop::End,
        );
        let old = json!({"content": "", "function_call": function});
        check(
            Wire::OpenAi,
            &completion(old, json!("function_call")),
            "{\"label\":\"fix\"}",
            Stop::End,
        );
    }
}

#[test]
fn a_reasoning_model_that_ran_out_has_no_text() {
    check(
        Wire::OpenAi,
        &completion(said(""), json!("length")),
        "",
        Stop::MaxTokens,
    );
    let silent = json!({"role": "assistant", "content": null});
    check(
        Wire::OpenAi,
        &completion(silent, json!("length")),
        "",
        Stop::MaxTokens,
    );
}

#[test]
fn tokens_that_are_not_said_are_unknown() {
    let usage = |usage: Value| {
        let mut body = completion(said("{}"), json!("stop"));
        body["usage"] = usage;
        response(Wire::OpenAi, &body).usage
    };
    assert_eq!(usage(json!(null)), None);
    assert_eq!(usage(json!({})), None);
    assert_eq!(usage(json!({"prompt_tokens": 10})), None);
    assert_eq!(
        usage(json!({"prompt_tokens": -1, "completion_tokens": 2})),
        None
    );
    let known = Usage {
        input_tokens: 10,
        output_tokens: 2,
        ..Usage::default()
    };
    assert_eq!(
        usage(json!({"prompt_tokens": 10.0, "completion_tokens": 2})),
        Some(known)
    );
    let mut body = message(json!([]), "end_turn");
    body["usage"] = json!({"input_tokens": 10, "output_tokens": 2, "cache_creation_input_tokens": 7,
        "cache_read_input_tokens": null});
    let known = Usage {
        cache_write_tokens: 7,
        ..known
    };
    assert_eq!(response(Wire::Anthropic, &body).usage, Some(known));
    body["usage"] = json!({"output_tokens": 2});
    assert_eq!(response(Wire::Anthropic, &body).usage, None);
}

#[test]
fn the_least_that_a_server_may_say_is_enough() {
    let body = json!({"choices": [{"message": {"content": "fix"}}], "error": null});
    let response = check(Wire::OpenAi, &body, "fix", Stop::End);
    assert_eq!((&*response.model, response.request_id), ("", None));
    let response = check(
        Wire::Anthropic,
        &json!({"content": [], "id": "msg_1"}),
        "",
        Stop::End,
    );
    assert_eq!(response.request_id.as_deref(), Some("msg_1"));
}

#[test]
fn what_is_no_answer_is_asked_for_again() {
    check_retried(
        Wire::OpenAi,
        &json!({"choices": []}),
        "HTTP 200: no choices",
    );
    check_retried(Wire::OpenAi, &json!([]), "HTTP 200: no choices");
    check_retried(
        Wire::OpenAi,
        &json!({"choices": [{}]}),
        "HTTP 200: a choice without message",
    );
    check_retried(
        Wire::Anthropic,
        &json!({"id": "msg_1"}),
        "HTTP 200: no content",
    );
    let broken = |body: &[u8], expect: &str| {
        let why = expect.into();
        let kind = Trouble::Server;
        let reading = Wire::Anthropic.read(200, &HeaderMap::new(), body);
        assert_eq!(reading, Reading::Retry { why, kind });
    };
    broken(
        b"{\"id\":\"msg_1\",\"conte",
        "HTTP 200: not whole JSON, 20 bytes",
    );
    broken(b"", "HTTP 200: not whole JSON, 0 bytes");
    broken(
        b"<!DOCTYPE html><title>Welcome</title>",
        "HTTP 200: a web page where JSON was expected; is the base URL right?",
    );
}

#[test]
fn a_body_that_breaks_off_is_never_an_answer() {
    let text = json!([{"type": "text", "text": "{\"label\":\"größer\"}"}]);
    for (wire, body) in [
        (Wire::Anthropic, message(text, "end_turn")),
        (Wire::OpenAi, completion(said("größer"), json!("stop"))),
    ] {
        let body = body.to_string().into_bytes();
        for end in 0..body.len() {
            let reading = wire.read(200, &HeaderMap::new(), &body[..end]);
            assert!(
                matches!(reading, Reading::Retry { .. }),
                "{end}: {reading:?}"
            );
        }
    }
}
