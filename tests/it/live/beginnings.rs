//! Runs that cannot begin, and servers that have to be spoken to in another way.

use std::net::TcpListener;

use super::*;
use crate::server::{ANTHROPIC_KEY, Server, spawn};

/// A run of 30 items that everything is answered to in one way: how it ended, and the server.
fn all(given: Given) -> (Done, Server) {
    let server = spawn(Script::default().answering(move |_| given.clone()));
    let bench = Bench::new(30);
    let done = bench.labelgate(&server, &["run"]);
    (done, server)
}

#[test]
fn what_is_wrong_with_every_question_costs_one_request_and_is_told() {
    for (given, words) in [
        (Given::Unauthorized, "invalid x-api-key"),
        (Given::NotFound, "claude-test"),
        (Given::Forbidden, "HTTP 403"),
        (Given::PaymentRequired, "HTTP 402"),
        (Given::CreditTooLow, "credit balance is too low"),
        (Given::Unprocessable, "HTTP 422"),
    ] {
        let (done, server) = all(given.clone());
        assert_eq!(
            (done.code, server.summary().asks),
            (4, 1),
            "{given:?} {done:?}"
        );
        assert!(done.err.contains("the run was stopped"), "{done:?}");
        assert!(done.err.contains(words), "{given:?} {done:?}");
    }
}

#[test]
fn a_wrong_key_is_refused_and_not_shown() {
    let server = spawn(Script::default().key("sk-ant-another"));
    let bench = Bench::new(30);
    let done = bench.expect(4, &server, &["gate"]);
    assert_eq!(server.summary().asks, 1);
    assert!(done.err.contains("HTTP 401"), "{done:?}");
    assert!(!done.err.contains(ANTHROPIC_KEY));
    let mut right = bench.command(&server, &["run"]);
    right.env("ANTHROPIC_API_KEY", "sk-ant-another");
    assert_eq!(super::done(&right.output().unwrap()).code, 0);
}

#[test]
fn without_a_key_nobody_is_asked_at_the_usual_place() {
    let bench = Bench::new(3);
    for (provider, variable) in [
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("openai", "OPENAI_API_KEY"),
    ] {
        let done = done(
            &bench
                .alone(&["run", "--provider", provider])
                .output()
                .unwrap(),
        );
        assert_eq!(done.code, 2, "{done:?}");
        assert!(
            done.err.contains(&format!("{variable} is not set")),
            "{done:?}"
        );
        assert!(done.err.contains(".env"), "{done:?}");
    }
    // A server of one's own may want none.
    let server = spawn(Script::default());
    let url = server.openai_url();
    let mut command = bench.alone(&["run", "--provider", "openai", "--base-url", &url]);
    assert_eq!(done(&command.output().unwrap()).code, 0);
    assert!(
        server
            .log()
            .iter()
            .all(|entry| entry.header("authorization").is_none())
    );
}

#[test]
fn no_key_is_needed_where_everything_is_known() {
    let server = spawn(Script::default());
    let bench = Bench::new(3);
    bench.expect(0, &server, &["run"]);
    let known = bench
        .alone(&["gate", "--base-url", &server.base_url])
        .output()
        .unwrap();
    assert_eq!(done(&known).code, 0);
    assert_eq!(server.summary().asks, 3);
}

#[test]
fn a_server_that_is_not_there_is_told_soon() {
    // A port that was free a moment ago and refuses connections.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let bench = Bench::new(30);
    let url = format!("http://127.0.0.1:{port}/v1");
    let arguments = ["run", "--provider", "openai", "--base-url", &url];
    let done = done(&bench.alone(&arguments).output().unwrap());
    assert_eq!(done.code, 4, "{done:?}");
    assert!(done.err.contains("cannot connect"), "{done:?}");
    assert!(done.err.contains(&url), "{done:?}");
}

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    let other = spawn(Script::default());
    let (done, server) = all(Given::Redirect(format!("{}/v1/messages", other.base_url)));
    assert_eq!((done.code, server.summary().asks), (4, 1), "{done:?}");
    assert!(done.err.contains(&other.base_url), "{done:?}");
    assert_eq!(
        (other.summary().requests, other.summary().connections),
        (0, 0)
    );
}

#[test]
fn sampling_that_a_model_does_not_take_is_for_its_author_to_take_out() {
    for provider in ["anthropic", "openai"] {
        let server =
            spawn(Script::default().answering(
                |seen| match seen.json().get("temperature").is_some() {
                    true => Given::UnsupportedTemperature,
                    false => Given::Answer,
                },
            ));
        let bench = Bench::new(30);
        bench.change(
            "prompts/mode/v1.md",
            "max_tokens = 50",
            "max_tokens = 50\ntemperature = 0",
        );
        let done = bench.labelgate(&server, &["run", "--provider", provider]);
        assert_eq!((done.code, server.summary().asks), (4, 1), "{done:?}");
        assert!(done.err.contains("temperature"), "{done:?}");
        assert!(done.err.contains("front matter"), "{done:?}");
        bench.change("prompts/mode/v1.md", "temperature = 0", "");
        bench.expect(0, &server, &["run", "--provider", provider]);
    }
}

#[test]
fn a_server_without_schemas_is_asked_in_the_next_best_way_and_from_then_on() {
    let server = spawn(Script::default().keep_bodies().answering(|seen| {
        let body = seen.json();
        match body["response_format"]["type"].as_str() {
            Some("json_schema" | "json_object") => Given::UnsupportedResponseFormat,
            _ => Given::Answer,
        }
    }));
    let bench = Bench::new(10);
    let openai = ["run", "--provider", "openai"];
    bench.expect(0, &server, &openai);
    // Two requests that found out, and ten.
    assert_eq!(server.summary().asks, 12);
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 10)]);
    server.forget();
    bench.change("items.jsonl", "Session «7»", "A session «7»");
    bench.expect(0, &server, &openai);
    assert_eq!(server.summary().asks, 1, "it was known how to ask");
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 10)]);
    // Another model may be asked in another way, which is not forgotten for it.
    bench.expect(0, &server, &[&openai[..], &["--model", "other"]].concat());
    assert_eq!(server.summary().asks, 1 + 12);
    bench.expect(0, &server, &openai);
    assert_eq!(server.summary().asks, 1 + 12, "the first one is known");
}

#[test]
fn an_older_model_is_held_to_the_form_by_a_tool() {
    let server =
        spawn(Script::default().answering(
            |seen| match seen.json().get("output_config").is_some() {
                true => Given::UnsupportedResponseFormat,
                false => Given::Answer,
            },
        ));
    let bench = Bench::new(10);
    bench.expect(0, &server, &["run"]);
    assert_eq!(server.summary().asks, 11);
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 10)]);
}

#[test]
fn the_limit_of_tokens_is_called_as_the_server_calls_it() {
    let server =
        spawn(
            Script::default().answering(|seen| match seen.json().get("max_tokens").is_some() {
                true => Given::UnsupportedMaxTokens,
                false => Given::Answer,
            }),
        );
    let bench = Bench::new(10);
    bench.expect(0, &server, &["run", "--provider", "openai"]);
    assert_eq!(server.summary().asks, 11);
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 10)]);
    bench.expect(0, &server, &["run", "--provider", "openai"]);
    assert_eq!(server.summary().asks, 11);
}

#[test]
fn a_server_that_takes_no_form_at_all_is_given_up() {
    let (done, server) = all(Given::UnsupportedResponseFormat);
    // By schema, by tool, by the prompt alone.
    assert_eq!((done.code, server.summary().asks), (4, 3), "{done:?}");
    assert!(
        done.err.contains("Extra inputs are not permitted"),
        "{done:?}"
    );
}
