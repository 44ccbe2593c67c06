use http::{HeaderMap, HeaderValue};

use crate::model::Stop;
use crate::provider::wire::{Feature, Reading, Wire};

const ANTHROPIC: Wire = Wire::Anthropic;
const OPENAI: Wire = Wire::OpenAi;

/// What a reading is, on one line.
fn shown(reading: Reading) -> String {
    match reading {
        Reading::Response(response) => {
            assert_eq!(
                (response.reply.stop, &*response.reply.text),
                (Stop::Refusal, "")
            );
            format!("refused: {}", response.refusal.unwrap())
        }
        Reading::Retry { why, kind } => format!("retry {kind:?}: {why}"),
        Reading::Rejected(why) => format!("rejected: {why}"),
        Reading::ContextOverflow(why) => format!("overflow: {why}"),
        Reading::Fatal(why) => format!("fatal: {why}"),
        Reading::Unsupported { feature, why } => format!("unsupported {feature:?}: {why}"),
    }
}

#[track_caller]
fn check(wire: Wire, status: u16, body: &str, expect: &str) {
    assert_eq!(
        shown(wire.read(status, &HeaderMap::new(), body.as_bytes())),
        expect
    );
}

#[track_caller]
fn check_told(status: u16, should_retry: &'static str, expect: &str) {
    let mut headers = HeaderMap::new();
    headers.insert("x-should-retry", HeaderValue::from_static(should_retry));
    headers.insert("request-id", HeaderValue::from_static("req_7"));
    let body = br#"{"error":{"type":"some_error","message":"m"}}"#;
    let expect = format!("{expect}: HTTP {status}, some_error: m (request req_7)");
    assert_eq!(shown(ANTHROPIC.read(status, &headers, body)), expect);
}

/// An error as Anthropic writes it.
fn told(kind: &str, message: &str) -> String {
    let error = serde_json::json!({"type": kind, "message": message});
    serde_json::json!({"type": "error", "error": error, "request_id": "req_9"}).to_string()
}

/// An error as OpenAI writes it.
fn coded(kind: &str, code: &str, param: Option<&str>, message: &str) -> String {
    let error = serde_json::json!({"message": message, "type": kind, "param": param, "code": code});
    serde_json::json!({ "error": error }).to_string()
}

#[test]
fn every_status_of_anthropic_has_its_meaning() {
    for (status, kind, expect) in [
        (400, "invalid_request_error", "rejected"),
        (401, "authentication_error", "fatal"),
        (402, "billing_error", "fatal"),
        (403, "permission_error", "fatal"),
        (404, "not_found_error", "fatal"),
        (409, "conflict_error", "retry Conflict"),
        (413, "request_too_large", "rejected"),
        (429, "rate_limit_error", "retry RateLimited"),
        (500, "api_error", "retry Server"),
        (503, "api_error", "retry Overloaded"),
        (504, "timeout_error", "retry Server"),
        (529, "overloaded_error", "retry Overloaded"),
    ] {
        let expect = format!("{expect}: HTTP {status}, {kind}: Words. (request req_9)");
        check(ANTHROPIC, status, &told(kind, "Words."), &expect);
    }
}

#[test]
fn the_server_may_say_whether_to_ask_again() {
    check_told(400, "true", "retry Conflict");
    check_told(401, "true", "retry Conflict");
    check_told(500, "true", "retry Server");
    check_told(529, "true", "retry Overloaded");
    check_told(429, "false", "fatal");
    check_told(500, "false", "rejected");
    check_told(409, "false", "rejected");
    check_told(500, "perhaps", "retry Server");
    check_told(404, "false", "fatal");
}

#[test]
fn an_account_without_money_ends_the_run() {
    let low = "Your credit balance is too low to access the API.";
    let expect = format!("fatal: HTTP 400, invalid_request_error: {low} (request req_9)");
    check(ANTHROPIC, 400, &told("invalid_request_error", low), &expect);
    check(
        OPENAI,
        429,
        &coded(
            "insufficient_quota",
            "insufficient_quota",
            None,
            "You exceeded your current quota.",
        ),
        "fatal: HTTP 429, insufficient_quota: You exceeded your current quota.",
    );
    check(
        OPENAI,
        429,
        &coded(
            "insufficient_quota",
            "credit_balance_exhausted",
            None,
            "No credit.",
        ),
        "fatal: HTTP 429, insufficient_quota, credit_balance_exhausted: No credit.",
    );
    // A quota of a minute, in the words of another server.
    check(
        OPENAI,
        429,
        r#"{"error":{"code":429,"message":"You exceeded your current quota, check billing."}}"#,
        "retry RateLimited: HTTP 429: You exceeded your current quota, check billing.",
    );
}

#[test]
fn a_question_that_is_too_long_is_told_from_a_wrong_one() {
    let overflow = |wire, status, body: &str| {
        let reading = wire_read(wire, status, body);
        assert!(
            matches!(reading, Reading::ContextOverflow(_)),
            "{reading:?}"
        );
    };
    let invalid = "invalid_request_error";
    overflow(
        ANTHROPIC,
        400,
        &told(
            invalid,
            "prompt is too long: 210000 tokens > 200000 maximum",
        ),
    );
    let both = "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000";
    overflow(ANTHROPIC, 400, &told(invalid, both));
    overflow(
        OPENAI,
        400,
        &coded(
            invalid,
            "context_length_exceeded",
            Some("messages"),
            "Long.",
        ),
    );
    overflow(
        OPENAI,
        400,
        &coded("exceed_context_size_error", "", None, "Long."),
    );
    overflow(
        OPENAI,
        400,
        r#"{"object":"error","message":"This model's maximum context length is 10 tokens","code":400}"#,
    );
    let raw = r#"{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"context length exceeded"}}}"#;
    overflow(OPENAI, 400, raw);
    check(
        OPENAI,
        429,
        &coded(
            "tokens",
            "rate_limit_exceeded",
            None,
            "Request too large for gpt-1: Limit 1, Requested 2.",
        ),
        "rejected: HTTP 429, tokens, rate_limit_exceeded: Request too large for gpt-1: Limit 1, Requested 2.",
    );
}

fn wire_read(wire: Wire, status: u16, body: &str) -> Reading {
    wire.read(status, &HeaderMap::new(), body.as_bytes())
}

#[test]
fn a_part_that_is_not_taken_is_named() {
    let unsupported = |wire, status, body: &str, expect: Option<Feature>| {
        let found = match wire_read(wire, status, body) {
            Reading::Unsupported { feature, .. } => Some(feature),
            Reading::Rejected(_) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expect, "{body}");
    };
    let invalid = "invalid_request_error";
    for (message, feature) in [
        (
            "`temperature` is deprecated for this model.",
            Some(Feature::Sampling),
        ),
        (
            "`temperature` and `top_p` cannot both be specified for this model.",
            Some(Feature::Sampling),
        ),
        (
            "output_config.format: Extra inputs are not permitted",
            Some(Feature::Structure),
        ),
        (
            "Schema is too complex for compilation.",
            Some(Feature::Structure),
        ),
        (
            "Thinking may not be enabled when tool_choice forces tool use.",
            Some(Feature::Structure),
        ),
        (
            "max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens",
            None,
        ),
        ("messages: at least one message is required", None),
    ] {
        unsupported(ANTHROPIC, 400, &told(invalid, message), feature);
    }
    for (code, param, message, feature) in [
        (
            "unsupported_parameter",
            "max_tokens",
            "Use 'max_completion_tokens' instead.",
            Some(Feature::TokenField),
        ),
        (
            "invalid_value",
            "max_completion_tokens",
            "max_tokens is too large: 99999.",
            None,
        ),
        (
            "unsupported_value",
            "temperature",
            "Only the default (1) value is supported.",
            Some(Feature::Sampling),
        ),
        (
            "",
            "response_format",
            "Invalid value: json_schema.",
            Some(Feature::Structure),
        ),
        (
            "",
            "messages",
            "Must contain the word 'json' to use 'response_format'.",
            Some(Feature::Structure),
        ),
        ("invalid_value", "messages[0].role", "Invalid value.", None),
    ] {
        unsupported(
            OPENAI,
            400,
            &coded(invalid, code, Some(param), message),
            feature,
        );
    }
    let forbidden = r#"{"object":"error","type":"BadRequestError","param":null,"code":400,
        "message":"[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted'}]"}"#;
    unsupported(OPENAI, 400, forbidden, Some(Feature::TokenField));
    let detail = r#"{"detail":[{"loc":["body","max_completion_tokens"],"msg":"extra fields not permitted","input":"secret item"}]}"#;
    unsupported(OPENAI, 422, detail, Some(Feature::TokenField));
    check(
        OPENAI,
        422,
        detail,
        "unsupported TokenField: HTTP 422: body.max_completion_tokens: extra fields not permitted",
    );
    unsupported(
        OPENAI,
        501,
        r#"{"error":"response_format is not implemented"}"#,
        Some(Feature::Structure),
    );
    let endpoints = r#"{"error":{"message":"No endpoints found that support the provided 'tool_choice'.","code":404}}"#;
    unsupported(OPENAI, 404, endpoints, Some(Feature::Structure));
    let none = r#"{"error":{"message":"No endpoints found for a/b.","code":404}}"#;
    check(
        OPENAI,
        404,
        none,
        "fatal: HTTP 404: No endpoints found for a/b.",
    );
}

#[test]
fn a_filter_in_front_of_the_model_refuses_in_its_stead() {
    let policy = "The prompt triggered the content management policy.";
    check(
        OPENAI,
        400,
        &coded("", "content_filter", Some("prompt"), policy),
        &format!("refused: {policy}"),
    );
    let flagged = "Your chosen model requires moderation and your input was flagged.";
    let body = format!(r#"{{"error":{{"code":403,"message":"{flagged}"}}}}"#);
    check(OPENAI, 403, &body, &format!("refused: {flagged}"));
    let flagged =
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy.";
    let body = coded("invalid_request_error", "invalid_prompt", None, flagged);
    check(OPENAI, 400, &body, &format!("refused: {flagged}"));
}

#[test]
fn an_error_under_status_200_is_an_error() {
    check(
        ANTHROPIC,
        200,
        &told("overloaded_error", "Overloaded"),
        "retry Overloaded: HTTP 200, overloaded_error: Overloaded (request req_9)",
    );
    check(
        OPENAI,
        200,
        r#"{"error":{"code":429,"message":"Slow down"}}"#,
        "retry RateLimited: HTTP 200, 429: Slow down",
    );
    check(
        OPENAI,
        200,
        &coded("invalid_request_error", "invalid_api_key", None, "Bad key"),
        "fatal: HTTP 200, invalid_request_error, invalid_api_key: Bad key",
    );
    check(
        OPENAI,
        200,
        &coded("insufficient_quota", "insufficient_quota", None, "No money"),
        "fatal: HTTP 200, insufficient_quota: No money",
    );
    check(
        OPENAI,
        200,
        r#"{"error":"model is loading"}"#,
        "retry Server: HTTP 200: model is loading",
    );
    check(
        OPENAI,
        200,
        r#"{"choices":[{"finish_reason":"error","error":{"code":502,"message":"Upstream died"}}]}"#,
        "retry Server: HTTP 200, 502: Upstream died",
    );
}

#[test]
fn a_body_of_any_form_is_understood_as_far_as_it_goes() {
    let page = "<html><head><title>413 Request Entity Too Large</title></head></html>";
    check(
        ANTHROPIC,
        413,
        page,
        "rejected: HTTP 413: 413 Request Entity Too Large",
    );
    check(OPENAI, 404, "<html></html>", "fatal: HTTP 404: a web page");
    check(OPENAI, 502, "", "retry Server: HTTP 502: no explanation");
    check(
        OPENAI,
        500,
        "upstream gone\n",
        "retry Server: HTTP 500: upstream gone",
    );
    check(OPENAI, 400, r#"{"error":"bad"}"#, "rejected: HTTP 400: bad");
    check(
        OPENAI,
        400,
        r#"{"detail":"bad"}"#,
        "rejected: HTTP 400: bad",
    );
    check(OPENAI, 400, "[1]", "rejected: HTTP 400: no explanation");
    check(
        OPENAI,
        404,
        r#"{"error":{"message":"model \"x\" not found"}}"#,
        "fatal: HTTP 404: model \"x\" not found",
    );
    check(OPENAI, 307, "", "fatal: HTTP 307: no explanation");
    check(OPENAI, 0, "", "retry Server: HTTP 0: no explanation");
}

#[test]
fn no_key_is_repeated_and_no_message_is_long() {
    let message = "Incorrect API key provided: sk-proj-0123456789abcdef. ";
    let body = coded(
        "invalid_request_error",
        "invalid_api_key",
        None,
        &message.repeat(100),
    );
    let shown = shown(wire_read(OPENAI, 401, &body));
    assert!(
        shown.starts_with("fatal: HTTP 401, invalid_request_error, invalid_api_key: Incorrect")
    );
    assert!(!shown.contains("0123456789"), "{shown}");
    assert!(shown.chars().count() < 450, "{shown}");
}

#[test]
fn a_redirect_is_not_followed_but_told() {
    let mut headers = HeaderMap::new();
    headers.insert("location", HeaderValue::from_static("https://b.example/v1"));
    let reading = OPENAI.read(308, &headers, b"<html></html>");
    let why = "the server sends us on to https://b.example/v1; is the base URL right?";
    assert_eq!(shown(reading), format!("fatal: HTTP 308: {why}"));
}
