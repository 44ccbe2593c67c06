//! What single questions are given.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::server::{Faults, Given, Hint, Script, spawn};

#[test]
fn a_label_of_the_schema_is_chosen_by_the_question() {
    block_on(async {
        let server = spawn(Script::default());
        let client = client();
        let mut labels = Vec::new();
        for item in ["one", "two", "three", "four", "five", "six"] {
            let response = ask(&client, &server, item).await.unwrap();
            assert_eq!(header(&response, "content-type"), Some("application/json"));
            assert!(header(&response, "request-id").unwrap().starts_with("req_"));
            let (status, body) = read(response).await;
            assert_eq!(status, 200);
            assert_eq!(body["model"], "claude-test");
            assert_eq!(body["stop_reason"], "end_turn");
            assert!(text(&body).starts_with("{\"rationale\""), "{body}");
            let answer: Value = serde_json::from_str(text(&body)).unwrap();
            labels.push(answer["label"].as_str().unwrap().to_owned());
            // The same question is given the same answer.
            let (_, again) = read(ask(&client, &server, item).await.unwrap()).await;
            assert_eq!(text(&again), text(&body));
        }
        let different: std::collections::BTreeSet<_> = labels.iter().collect();
        assert!(different.len() > 1, "{labels:?}");
        assert!(
            labels
                .iter()
                .all(|label| ["build", "fix", "plan"].contains(&&**label))
        );
        let summary = server.summary();
        assert_eq!((summary.asks, summary.bodies, summary.paid), (12, 6, 12));
        assert_eq!((summary.paid_again, summary.asked_again), (6, 6));
        assert_eq!(summary.connections, 1);
        server.forget();
        assert_eq!((server.summary().asks, server.log().len()), (0, 0));
    });
}

#[test]
fn the_prefix_is_written_to_the_cache_once_and_then_read() {
    block_on(async {
        let server = spawn(Script::default());
        let client = client();
        let (_, first) = read(ask(&client, &server, "one").await.unwrap()).await;
        let (_, second) = read(ask(&client, &server, "two").await.unwrap()).await;
        let written = first["usage"]["cache_creation_input_tokens"]
            .as_u64()
            .unwrap();
        assert!(written > 0);
        assert_eq!(
            first["usage"]["cache_creation"]["ephemeral_5m_input_tokens"],
            written
        );
        assert_eq!(first["usage"]["cache_read_input_tokens"], 0);
        assert_eq!(second["usage"]["cache_creation_input_tokens"], 0);
        assert_eq!(second["usage"]["cache_read_input_tokens"], written);

        // A mark may stand in the message too, and for an hour.
        let mut body = anthropic_body("");
        let mark = json!({"type": "ephemeral", "ttl": "1h"});
        body["messages"][0]["content"] = json!([
            {"type": "text", "text": "The transcript.", "cache_control": mark},
            {"type": "text", "text": "The question."},
        ]);
        let request = anthropic(&client, &server, "/v1/messages");
        let (_, answer) = read(with_json(request, &body).send().await.unwrap()).await;
        let creation = &answer["usage"]["cache_creation"];
        assert!(creation["ephemeral_1h_input_tokens"].as_u64().unwrap() > written);
        assert_eq!(creation["ephemeral_5m_input_tokens"], 0);

        let (_, first) = read(ask_openai(&client, &server, "one").await.unwrap()).await;
        let (_, second) = read(ask_openai(&client, &server, "two").await.unwrap()).await;
        assert_eq!(first["usage"]["prompt_tokens_details"]["cached_tokens"], 0);
        assert_ne!(second["usage"]["prompt_tokens_details"]["cached_tokens"], 0);
    });
}

#[test]
fn without_a_schema_a_label_of_the_prompt_is_answered() {
    block_on(async {
        let server = spawn(Script::default());
        let client = client();
        let prompt = "Pick one of:\n\n- `build`: new\n- `fix`: old\n\nThe item:\n- `other`";
        let mut body = json!({
            "model": "local",
            "messages": [{"role": "user", "content": prompt}],
        });
        let url = format!("{}/chat/completions", server.openai_url());
        let (_, bare) = read(with_json(client.post(&url), &body).send().await.unwrap()).await;
        assert!(["build", "fix"].contains(&text(&bare)), "{bare}");
        body["response_format"] = json!({"type": "json_object"});
        let (_, some_json) = read(with_json(client.post(&url), &body).send().await.unwrap()).await;
        let some_json: Value = serde_json::from_str(text(&some_json)).unwrap();
        assert_eq!(some_json["label"], text(&bare));
        for (word, expect) in [("\"value\"", "value"), ("\"decisions\"", "decisions")] {
            body["messages"][0]["content"] = json!(format!("Answer in JSON: {word}"));
            let (_, answer) = read(with_json(client.post(&url), &body).send().await.unwrap()).await;
            let answer: Value = serde_json::from_str(text(&answer)).unwrap();
            assert!(answer.get(expect).is_some(), "{answer}");
        }
    });
}

#[test]
fn any_shape_is_filled_and_a_forced_tool_is_called() {
    block_on(async {
        let server = spawn(Script::default());
        let client = client();
        let shape = json!({
            "type": "object",
            "properties": {
                "decisions": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"stage": {"const": "plan"}, "why": {"$ref": "#/$defs/why"}},
                    "required": ["stage", "why"],
                    "additionalProperties": false,
                }},
                "sure": {"type": "boolean"},
                "value": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                "note": {"type": ["null", "string"]},
            },
            "required": ["decisions", "sure", "value", "note"],
            "additionalProperties": false,
            "$defs": {"why": {"type": "string"}},
        });
        let mut body = anthropic_body("one");
        body.as_object_mut().unwrap().remove("output_config");
        body["tools"] = json!([{"name": "record", "strict": true, "input_schema": shape}]);
        body["tool_choice"] = json!({"type": "tool", "name": "record"});
        let request = anthropic(&client, &server, "/v1/messages");
        let (_, answer) = read(with_json(request, &body).send().await.unwrap()).await;
        assert_eq!(answer["stop_reason"], "tool_use");
        assert_eq!(answer["content"][0]["type"], "tool_use");
        let input = &answer["content"][0]["input"];
        assert_eq!(
            input["decisions"][0],
            json!({"stage": "plan", "why": "So it reads."})
        );
        assert!(input["sure"].is_boolean() && input["value"].is_number());
        assert_eq!(input["note"], Value::Null);

        let mut body = openai_body("one");
        body.as_object_mut().unwrap().remove("response_format");
        body["tools"] = json!([{"type": "function", "function": {
            "name": "record", "strict": true, "parameters": shape,
        }}]);
        body["tool_choice"] = json!({"type": "function", "function": {"name": "record"}});
        let request = client.post(format!("{}/chat/completions", server.openai_url()));
        let (_, answer) = read(with_json(request, &body).send().await.unwrap()).await;
        assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
        let call = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
        let input: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
        assert!(input["sure"].is_boolean(), "{input}");
    });
}

/// Gives one thing to both providers; status and body of each.
fn given(given: &Given) -> [(u16, Value); 2] {
    let what = given.clone();
    let server = spawn(Script::default().answering(move |_| what.clone()));
    block_on(async {
        let client = client();
        [
            read(ask(&client, &server, "one").await.unwrap()).await,
            read(ask_openai(&client, &server, "one").await.unwrap()).await,
        ]
    })
}

#[test]
fn answers_that_are_no_labels_have_their_own_marks() {
    let [(status, anthropic), (_, openai)] = given(&Given::Refused("cyber"));
    assert_eq!(status, 200);
    assert_eq!(anthropic["stop_reason"], "refusal");
    assert_eq!(anthropic["stop_details"]["category"], "cyber");
    assert_eq!(anthropic["content"], json!([]));
    let choice = &openai["choices"][0];
    assert_eq!(choice["finish_reason"], "stop");
    assert!(choice["message"]["refusal"].is_string() && choice["message"]["content"].is_null());

    let [(_, anthropic), (_, openai)] = given(&Given::Filtered);
    assert_eq!(anthropic["stop_reason"], "refusal");
    assert_eq!(openai["choices"][0]["finish_reason"], "content_filter");

    for (_, body) in given(&Given::Truncated) {
        assert!(serde_json::from_str::<Value>(text(&body)).is_err());
        assert!(body.to_string().contains("max_tokens") || body.to_string().contains("\"length\""));
    }
    let [(_, anthropic), (_, openai)] = given(&Given::TruncatedEmpty);
    assert_eq!(anthropic["content"], json!([]));
    assert_eq!(openai["choices"][0]["message"]["content"], "");

    for (_, body) in given(&Given::WrongCase) {
        let answer: Value = serde_json::from_str(text(&body)).unwrap();
        let label = answer["label"].as_str().unwrap();
        assert!(["BUILD", "FIX", "PLAN"].contains(&label), "{label}");
    }
    let [(_, anthropic), (_, openai)] = given(&Given::UnknownBlock);
    assert_eq!(anthropic["content"][0]["type"], "weather_report");
    assert!(openai["choices"][0]["message"]["reasoning_content"].is_string());
    for (status, body) in given(&Given::ErrorInBody) {
        assert!(status == 200 && body["error"]["message"].is_string());
    }
    for (_, body) in given(&Given::Text("as \"told\"".into())) {
        assert_eq!(text(&body), "as \"told\"");
    }
    for (status, body) in given(&Given::Slow(Duration::from_millis(10))) {
        assert_eq!(status, 200);
        assert!(serde_json::from_str::<Value>(text(&body)).is_ok());
    }
    let late = Given::Late(Duration::from_millis(1), Box::new(Given::Overloaded));
    assert_eq!(given(&late).map(|(status, _)| status), [529, 529]);
}

#[test]
fn faults_are_those_of_the_provider() {
    let check = |what: Given, expect: [(u16, &str); 2]| {
        let [anthropic, openai] = given(&what);
        let code = &openai.1["error"]["code"];
        let kind = code
            .as_str()
            .unwrap_or(openai.1["error"]["type"].as_str().unwrap());
        let got = [
            (anthropic.0, anthropic.1["error"]["type"].as_str().unwrap()),
            (openai.0, kind),
        ];
        assert_eq!(got, expect, "{what:?}");
    };
    let invalid = (400, "invalid_request_error");
    check(
        Given::UnsupportedTemperature,
        [invalid, (400, "unsupported_value")],
    );
    check(
        Given::UnsupportedResponseFormat,
        [invalid, (400, "unsupported_parameter")],
    );
    check(
        Given::UnsupportedMaxCompletionTokens,
        [invalid, (400, "unsupported_parameter")],
    );
    check(
        Given::ContextTooLong,
        [invalid, (400, "context_length_exceeded")],
    );
    check(Given::CreditTooLow, [invalid, invalid]);
    check(
        Given::Unauthorized,
        [(401, "authentication_error"), (401, "invalid_api_key")],
    );
    check(Given::PaymentRequired, [(402, "billing_error"); 2]);
    check(Given::Forbidden, [(403, "permission_error"); 2]);
    check(
        Given::NotFound,
        [(404, "not_found_error"), (404, "model_not_found")],
    );
    check(Given::Unprocessable, [(422, "invalid_request_error"); 2]);
    check(
        Given::QuotaExhausted,
        [invalid, (429, "insufficient_quota")],
    );
    check(Given::Internal, [(500, "api_error"); 2]);
    check(Given::Unavailable, [(503, "api_error"); 2]);
    check(Given::Overloaded, [(529, "overloaded_error"); 2]);
    check(
        Given::RateLimited(Hint::None),
        [(429, "rate_limit_error"), (429, "rate_limit_exceeded")],
    );
}

#[test]
fn hints_redirects_and_pages_are_in_their_headers() {
    let check = |what: Given, status: u16, name: &str, expect: Option<&str>| {
        let server = spawn(Script::default().answering(move |_| what.clone()));
        block_on(async {
            let response = ask(&client(), &server, "one").await.unwrap();
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(header(&response, name), expect);
        });
    };
    check(
        Given::RateLimited(Hint::RetryAfter(3)),
        429,
        "retry-after",
        Some("3"),
    );
    check(
        Given::RateLimited(Hint::RetryAfterMs(2.5)),
        429,
        "retry-after-ms",
        Some("2.5"),
    );
    check(Given::RateLimited(Hint::None), 429, "retry-after", None);
    check(Given::TooLarge, 413, "content-type", Some("text/html"));
    let other = "http://127.0.0.1:9/elsewhere";
    check(Given::Redirect(other.into()), 307, "location", Some(other));
}

#[test]
fn faults_come_in_their_shares_and_pass() {
    let faults = Faults {
        rate_limited: 0.2,
        internal: 0.2,
        overloaded: 0.05,
        unavailable: 0.05,
        slow: 0.05,
        refused: 0.05,
        truncated: 0.05,
        seed: 3,
        ..Faults::default()
    };
    let run = || {
        let server = spawn(Script::faults(faults.clone()));
        block_on(async {
            let client = client();
            for item in 0..60 {
                let mut tries = 0;
                while ask(&client, &server, &item.to_string())
                    .await
                    .unwrap()
                    .status()
                    != 200
                {
                    tries += 1;
                    assert!(tries < 20, "a fault that does not pass");
                }
            }
        });
        server.summary()
    };
    let summary = run();
    assert_eq!((summary.bodies, summary.paid_again), (60, 0));
    assert!((6..40).contains(&summary.refused), "{summary:?}");
    assert!((10..60).contains(&summary.failed), "{summary:?}");
    // It can be repeated exactly.
    let again = run();
    assert_eq!(
        (again.refused, again.failed),
        (summary.refused, summary.failed)
    );
}
