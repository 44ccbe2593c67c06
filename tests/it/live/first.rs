//! What is asked, and what is never asked again.

use super::*;
use crate::server::{Server, spawn};

/// How many questions came since the last look.
fn asked(server: &Server) -> u64 {
    let asked = server.summary().asks;
    server.forget();
    asked
}

#[test]
fn everything_is_asked_once_on_both_wires_and_then_known() {
    for (provider, path) in [
        ("anthropic", "/v1/messages"),
        ("openai", "/v1/chat/completions"),
    ] {
        let server = spawn(Script::default().keep_bodies());
        let bench = Bench::new(40);
        bench.settings(&format!(
            "provider = \"{provider}\"\nmodel = \"small-4\"\nconcurrency = 8"
        ));
        let first = bench.expect(0, &server, &["run"]);
        assert!(first.err.contains("40 questions answered"), "{first:?}");
        assert!(first.err.contains("cost unknown"), "{first:?}");
        let summary = server.summary();
        assert_eq!((summary.asks, summary.bodies, summary.paid), (40, 40, 40));
        assert!(summary.max_in_flight <= 8, "{summary:?}");
        assert!(server.log().iter().all(|entry| &*entry.path == path));
        assert_eq!(asked(&server), 40);
        let second = bench.expect(0, &server, &["run"]);
        assert!(second.err.contains("40 known already"), "{second:?}");
        let again = bench.expect(0, &server, &["retry"]);
        let expected = "nothing had failed, so nothing was asked again";
        assert!(again.err.contains(expected), "{again:?}");
        // The model comes out of the store.
        bench.change("labelgate.toml", "model = \"small-4\"", "");
        let report = bench.score();
        assert_eq!(report["items"]["scored"], 40);
        assert!(report["metrics"]["agreement"]["value"].is_f64());
        assert_eq!(server.summary().requests, 0);
    }
}

#[test]
fn a_gate_asks_what_is_missing_and_decides() {
    let server = spawn(Script::default());
    let bench = Bench::new(60);
    bench.expect(0, &server, &["run", "--limit", "20"]);
    assert_eq!(asked(&server), 20);
    let gate = bench.expect(0, &server, &["gate", "-o", "gate.json"]);
    assert_eq!(asked(&server), 40);
    assert!(gate.out.contains("1 of 1 gates pass"), "{gate:?}");
    let report = json_of(&bench.path("gate.json"));
    assert_eq!(report["items"]["outcomes"]["ok"], 60);
    bench.expect(0, &server, &["gate"]);
    assert_eq!(asked(&server), 0);
}

#[test]
fn only_what_was_changed_is_asked_anew() {
    let server = spawn(Script::default());
    let bench = Bench::new(12);
    bench.write(
        "prompts/mode/v2.md",
        &PROMPT.replace("Choose one", "Pick one"),
    );
    bench.change(
        "prompts/mode/classifier.toml",
        "candidate = \"v1\"",
        "baseline = \"v1\"\ncandidate = \"v2\"",
    );
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 24);

    bench.change("prompts/mode/v2.md", "Pick one", "Take one");
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 12, "one revision was edited");

    bench.change("items.jsonl", "Session «7»", "A session «7»");
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 2, "one item was edited");

    bench.change(
        "prompts/mode/classifier.toml",
        "Mends something",
        "Mends anything",
    );
    let score = bench
        .alone(&["score", "mode", "-o", "score.json"])
        .output()
        .unwrap();
    assert_eq!(done(&score).code, 4, "the answers are to other questions");
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 24, "what a label says was edited");

    bench.expect(0, &server, &["run", "mode@v2", "--model", "claude-other"]);
    assert_eq!(asked(&server), 12, "another model");
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 0, "and back");
}

#[test]
fn identical_items_are_asked_once_and_all_labelled() {
    let server = spawn(Script::default());
    let bench = Bench::new(0);
    bench.items((0..30).map(|number| (number, text_of(number / 3))));
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 10);
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 30)]);
    bench.expect(0, &server, &["run"]);
    assert_eq!(asked(&server), 0);
}
