//! What the server makes of requests: refused, looked at, written down.

use serde_json::{Value, json};

use super::*;
use crate::server::{Given, OPENAI_KEY, Provider, Script, Seen, spawn};

#[test]
fn a_request_that_no_provider_would_take_is_refused() {
    block_on(async {
        let server = spawn(Script::default().key(ANTHROPIC_KEY));
        let client = client();
        let status =
            async |request: RequestBuilder| request.send().await.unwrap().status().as_u16();
        let url = format!("{}/v1/messages", server.base_url);
        let body = anthropic_body("one");
        let bare = || with_json(client.post(&url), &body);
        let version = ("anthropic-version", "2023-06-01");
        assert_eq!(status(bare().header(version.0, version.1)).await, 401);
        assert_eq!(status(bare().header("x-api-key", ANTHROPIC_KEY)).await, 400);
        let keyed = || {
            bare()
                .header("x-api-key", ANTHROPIC_KEY)
                .header(version.0, version.1)
        };
        assert_eq!(status(keyed()).await, 200);
        assert_eq!(status(keyed().bearer_auth(ANTHROPIC_KEY)).await, 401);
        assert_eq!(
            status(bare().header(version.0, version.1).bearer_auth("else")).await,
            401
        );
        for broken in ["{\"model\": ", "{\"model\\", "\u{0}", "{:"] {
            assert_eq!(status(keyed().body(broken)).await, 400);
        }

        let changed = async |change: fn(&mut Value)| {
            let mut body = anthropic_body("one");
            change(&mut body);
            let request = anthropic(&client, &server, "/v1/messages");
            status(with_json(request, &body)).await
        };
        assert_eq!(changed(|_| {}).await, 200);
        assert_eq!(changed(|body| body["max_tokens"] = Value::Null).await, 400);
        assert_eq!(changed(|body| body["messages"] = json!([])).await, 400);
        assert_eq!(changed(|body| body["model"] = Value::Null).await, 400);
        let open = |body: &mut Value| {
            body["output_config"]["format"]["schema"]["additionalProperties"] = true.into();
        };
        assert_eq!(changed(open).await, 400);
        let bounded = |body: &mut Value| {
            let bounds = json!({"type": "integer", "minimum": 1});
            body["output_config"]["format"]["schema"]["properties"]["label"] = bounds;
        };
        assert_eq!(changed(bounded).await, 400);
        // What it refused was not paid for.
        assert_eq!(server.summary().paid, 2);

        let url = format!("{}/chat/completions", server.openai_url());
        let mut body = openai_body("one");
        let keyed = |body: &Value| with_json(client.post(&url).bearer_auth(ANTHROPIC_KEY), body);
        assert_eq!(status(with_json(client.post(&url), &body)).await, 401);
        assert_eq!(status(keyed(&body)).await, 200);
        body["response_format"]["json_schema"]["schema"]["required"] = json!(["label"]);
        assert_eq!(status(keyed(&body)).await, 400);
        let nowhere = client
            .get(format!("{url}/nowhere"))
            .bearer_auth(ANTHROPIC_KEY);
        assert_eq!(status(nowhere).await, 404);
    });
}

#[test]
fn models_and_token_counts_are_told() {
    block_on(async {
        let server = spawn(Script::default());
        let client = client();
        let request = anthropic(&client, &server, "/v1/messages/count_tokens");
        let (status, count) = read(
            with_json(request, &anthropic_body("one"))
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(status, 200);
        assert!(count["input_tokens"].as_u64().unwrap() > 0);
        let get = |version: &'static str| {
            client
                .get(format!("{}/v1/models/claude-test", server.base_url))
                .header("x-api-key", ANTHROPIC_KEY)
                .header(version, "2023-06-01")
                .send()
        };
        let (_, model) = read(get("anthropic-version").await.unwrap()).await;
        assert_eq!(
            (&model["id"], &model["type"]),
            (&json!("claude-test"), &json!("model"))
        );
        let (_, model) = read(get("another").await.unwrap()).await;
        assert_eq!(model["object"], "model");
        assert_eq!(server.summary().asks, 0);
    });
}

#[test]
fn a_script_sees_the_request() {
    let answers = |seen: &Seen<'_>| {
        let what = json!({
            "openai": seen.provider == Provider::OpenAi,
            "ask": seen.endpoint.is_ask(),
            "path": seen.path,
            "question": seen.question(),
            "model": seen.model(),
            "before": seen.before,
            "number": seen.number,
            "row": seen.row,
            "key": seen.header("authorization"),
            "messages": seen.json()["messages"].as_array().unwrap().len(),
        });
        Given::Text(what.to_string())
    };
    let server = spawn(Script::default().answering(answers).keep_bodies());
    block_on(async {
        let client = client();
        for before in 0..2 {
            let request = client
                .post(format!("{}/chat/completions", server.openai_url()))
                .bearer_auth(OPENAI_KEY);
            let response = with_json(request, &openai_body("the \"item\""))
                .send()
                .await;
            let (_, body) = read(response.unwrap()).await;
            let seen: Value = serde_json::from_str(text(&body)).unwrap();
            let expect = json!({
                "openai": true, "ask": true, "path": "/v1/chat/completions",
                "question": "the \"item\"", "model": "gpt-test", "before": before,
                "number": before, "row": false, "key": format!("Bearer {OPENAI_KEY}"),
                "messages": 2,
            });
            assert_eq!(seen, expect);
        }
        let log = server.log();
        let body: Value = serde_json::from_slice(log[0].body.as_ref().unwrap()).unwrap();
        assert_eq!(body, openai_body("the \"item\""));
        assert_eq!(log[0].hash, log[1].hash);
        let bearer = format!("Bearer {OPENAI_KEY}");
        assert_eq!(log[1].header("authorization"), Some(&*bearer));
        assert_eq!(&*log[1].path, "/v1/chat/completions");
        assert!(log[0].arrived <= log[1].arrived);
    });
}
