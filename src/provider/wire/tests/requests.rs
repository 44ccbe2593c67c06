use std::str;

use http::HeaderMap;
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::Value;

use crate::ask::{Field, Prompt, Request, Sampling, Shape, Template, fenced};
use crate::provider::wire::{Dialect, Structure, TokenField, UnusableKey, Wire};

fn shape() -> Shape {
    let label = Field::OneOf(vec!["build".into(), "fix".into()]);
    Shape {
        fields: vec![("rationale".into(), Field::Text), ("label".into(), label)],
    }
}

fn prompt(template: &str, sampling: Sampling, shape: Option<Shape>) -> Prompt {
    let template = Template::parse(template).unwrap();
    Prompt::new(&template, "- `build`", "model-1", 2048, sampling, shape)
}

/// A request whose item's fence is shortened to `ITEM`.
fn request(sampling: Sampling, shape: Option<Shape>) -> Request {
    let mut request = prompt("Choose:\n{{labels}}\n{{item}}", sampling, shape).request("text");
    request.question = request.question.replace(&fenced("text"), "ITEM");
    request
}

fn dialect(structure: Structure, token_field: TokenField) -> Dialect {
    Dialect {
        structure,
        token_field,
    }
}

/// The body, with the schema put on lines of its own.
fn shown(wire: Wire, request: &Request, dialect: Dialect) -> String {
    let body = wire.body(request, &dialect);
    let body = str::from_utf8(&body).unwrap();
    let mut shown = String::new();
    for (position, part) in body.split(",\"").enumerate() {
        if position > 0 {
            shown.push_str(",\n\"");
        }
        shown.push_str(part);
    }
    shown
}

const COLD: Sampling = Sampling {
    temperature: Some(0.0),
    top_p: None,
};

#[test]
fn anthropic_is_asked_with_a_schema_and_a_marked_prefix() {
    let dialect = Wire::Anthropic.first_dialect(Wire::Anthropic.default_base_url());
    let request = request(COLD, Some(shape()));
    assert_snapshot!(shown(Wire::Anthropic, &request, dialect), @r#"
    {"model":"model-1",
    "max_tokens":2048,
    "temperature":0.0,
    "output_config":{"format":{"type":"json_schema",
    "schema":{"type":"object",
    "properties":{"rationale":{"type":"string"},
    "label":{"type":"string",
    "enum":["build",
    "fix"]}},
    "required":["rationale",
    "label"],
    "additionalProperties":false}}},
    "system":[{"type":"text",
    "text":"Choose:\n- `build`",
    "cache_control":{"type":"ephemeral"}}],
    "messages":[{"role":"user",
    "content":[{"type":"text",
    "text":"ITEM"}]}]}
    "#);
}

#[test]
fn anthropic_models_without_schemas_are_asked_to_call_a_tool() {
    let dialect = dialect(Structure::ForcedTool, TokenField::MaxTokens);
    let mut request = request(Sampling::default(), Some(shape()));
    request.instructions = "".into();
    assert_snapshot!(shown(Wire::Anthropic, &request, dialect), @r#"
    {"model":"model-1",
    "max_tokens":2048,
    "tools":[{"name":"answer",
    "description":"Takes the answer.",
    "input_schema":{"type":"object",
    "properties":{"rationale":{"type":"string"},
    "label":{"type":"string",
    "enum":["build",
    "fix"]}},
    "required":["rationale",
    "label"],
    "additionalProperties":false}}],
    "tool_choice":{"type":"tool",
    "name":"answer",
    "disable_parallel_tool_use":true},
    "messages":[{"role":"user",
    "content":[{"type":"text",
    "text":"ITEM"}]}]}
    "#);
}

#[test]
fn openai_is_asked_with_a_strict_schema() {
    let dialect = Wire::OpenAi.first_dialect("https://eu.api.openai.com/v1");
    let entry = vec![("stage".into(), Field::OneOf(vec!["planning".into()]))];
    let shape = Shape {
        fields: vec![
            ("decisions".into(), Field::List(entry)),
            ("value".into(), Field::Number),
        ],
    };
    let request = request(Sampling::default(), Some(shape));
    assert_snapshot!(shown(Wire::OpenAi, &request, dialect), @r#"
    {"model":"model-1",
    "max_completion_tokens":2048,
    "response_format":{"type":"json_schema",
    "json_schema":{"name":"answer",
    "strict":true,
    "schema":{"type":"object",
    "properties":{"decisions":{"type":"array",
    "items":{"type":"object",
    "properties":{"stage":{"type":"string",
    "enum":["planning"]}},
    "required":["stage"],
    "additionalProperties":false}},
    "value":{"type":"number"}},
    "required":["decisions",
    "value"],
    "additionalProperties":false}}},
    "messages":[{"role":"system",
    "content":"Choose:\n- `build`"},{"role":"user",
    "content":"ITEM"}]}
    "#);
}

#[test]
fn a_server_that_knows_json_alone_is_told_the_word() {
    let dialect = dialect(Structure::JsonObject, TokenField::MaxTokens);
    let mut request = request(COLD, Some(shape()));
    assert_snapshot!(shown(Wire::OpenAi, &request, dialect), @r#"
    {"model":"model-1",
    "max_tokens":2048,
    "temperature":0.0,
    "response_format":{"type":"json_object"},
    "messages":[{"role":"system",
    "content":"Choose:\n- `build`\n\nAnswer with a JSON object that has the fields `rationale`, `label`."},{"role":"user",
    "content":"ITEM"}]}
    "#);
    let system = |request: &Request| {
        let body = Wire::OpenAi.body(request, &dialect);
        let body: Value = serde_json::from_slice(&body).unwrap();
        body["messages"][0]["content"].as_str().unwrap().to_owned()
    };
    request.instructions = "Answer in Json.".into();
    assert_eq!(system(&request), "Answer in Json.");
    request.instructions = "".into();
    request.question = "This item speaks of JSON.".into();
    let alone = "Answer with a JSON object that has the fields `rationale`, `label`.";
    assert_eq!(system(&request), alone);
}

#[test]
fn without_shape_or_sampling_nothing_is_said_of_either() {
    let sampling = Sampling {
        temperature: None,
        top_p: Some(0.9),
    };
    for structure in [
        Structure::JsonSchema,
        Structure::ForcedTool,
        Structure::JsonObject,
        Structure::Text,
    ] {
        let dialect = dialect(structure, TokenField::MaxTokens);
        let body = |wire: Wire, sampling| {
            let body = wire.body(&request(sampling, None), &dialect);
            String::from_utf8(body).unwrap()
        };
        assert_eq!(
            body(Wire::OpenAi, Sampling::default()),
            r#"{"model":"model-1","max_tokens":2048,"messages":[{"role":"system","content":"Choose:\n- `build`"},{"role":"user","content":"ITEM"}]}"#
        );
        assert_eq!(
            body(Wire::Anthropic, sampling),
            r#"{"model":"model-1","max_tokens":2048,"top_p":0.9,"system":[{"type":"text","text":"Choose:\n- `build`","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"ITEM"}]}]}"#
        );
    }
}

#[test]
fn bodies_of_a_prompt_differ_in_the_question_alone() {
    let prompt = prompt("Codebook\n{{item}}\nNow answer.", COLD, Some(shape()));
    let (one, two) = (prompt.request("first"), prompt.request("second"));
    for wire in [Wire::Anthropic, Wire::OpenAi] {
        let dialect = wire.first_dialect(wire.default_base_url());
        assert_eq!(wire.body(&one, &dialect), wire.body(&one.clone(), &dialect));
        let texts = [&one, &two].map(|request| {
            let body = String::from_utf8(wire.body(request, &dialect)).unwrap();
            let question = serde_json::to_string(&request.question).unwrap();
            let (before, after) = body.split_once(&question).unwrap();
            (before.to_owned(), after.to_owned())
        });
        assert_eq!(texts[0], texts[1]);
        assert!(texts[0].0.contains("Codebook"));
    }
}

#[test]
fn a_key_goes_into_one_header_that_is_not_shown() {
    let check = |wire: Wire, key: Option<&str>, expect: &[&str]| {
        let key = key.map(SecretString::from);
        let headers = wire.headers(key.as_ref()).unwrap();
        let mut lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        assert_eq!(lines, expect);
        assert!(!format!("{headers:?}").contains("k-1"), "{headers:?}");
    };
    let json = "content-type: application/json";
    let version = "anthropic-version: 2023-06-01";
    check(
        Wire::Anthropic,
        Some("k-1\n"),
        &[version, json, "x-api-key: k-1"],
    );
    check(
        Wire::OpenAi,
        Some("k-1"),
        &["authorization: Bearer k-1", json],
    );
    check(Wire::OpenAi, Some(" "), &[json]);
    check(Wire::OpenAi, None, &[json]);
    check(Wire::Anthropic, None, &[version, json]);
    let broken = SecretString::from("k-1\nk-2");
    let headers: Result<HeaderMap, UnusableKey> = Wire::OpenAi.headers(Some(&broken));
    assert_eq!(headers, Err(UnusableKey));
}
