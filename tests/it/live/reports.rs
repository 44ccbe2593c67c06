//! `report` on runs that were made: nothing is asked, and nobody is there to ask.

use super::*;
use crate::server::{Server, spawn};

fn answer(label: usize) -> Given {
    let label = ["build", "fix"][label];
    Given::Text(json!({ "label": label }).to_string())
}

/// A project whose only run labelled everything right.
fn bench() -> (Bench, Server) {
    let server = spawn(by_item(|number| answer(number % 2)));
    let bench = Bench::new(60);
    bench.expect(0, &server, &["run"]);
    (bench, server)
}

/// Runs without a server, and expects this exit code.
fn alone(bench: &Bench, code: i32, arguments: &[&str]) -> Done {
    let done = done(&bench.alone(arguments).output().unwrap());
    assert_eq!(done.code, code, "{arguments:?}: {done:?}");
    done
}

#[test]
fn a_report_says_the_same_as_the_score_and_holds_the_gates_besides() {
    let (bench, server) = bench();
    server.forget();
    alone(
        &bench,
        0,
        &[
            "report", "-o", "r.json", "-o", "r.csv", "-o", "r.md", "-o", "r.xml",
        ],
    );
    let report = json_of(&bench.path("r.json"));
    let score = bench.score();
    assert_eq!(report["metrics"], score["metrics"]);
    assert_eq!(report["confusion"], score["confusion"]);
    assert_eq!(report["gates"][0]["verdict"], "pass");
    for file in ["r.csv", "r.md", "r.xml"] {
        assert!(
            fs::read_to_string(bench.path(file))
                .unwrap()
                .contains("coverage"),
            "{file}"
        );
    }
    let shown = alone(&bench, 0, &["report", "mode@v1"]);
    assert!(shown.out.contains("Confusion matrix"), "{}", shown.out);
    assert_eq!(server.summary().requests, 0);
}

#[test]
fn runs_are_listed_with_what_they_asked() {
    let (bench, server) = bench();
    bench.expect(0, &server, &["run", "--model", "claude-other"]);
    bench.expect(0, &server, &["run"]);
    let listed = alone(&bench, 0, &["report", "--list"]);
    for words in [
        "mode@v1",
        "claude-test",
        "claude-other",
        "anthropic",
        "complete",
    ] {
        assert!(listed.out.contains(words), "{words}: {}", listed.out);
    }
    alone(&bench, 0, &["report", "--list", "-o", "runs.csv"]);
    let csv = fs::read(bench.path("runs.csv")).unwrap();
    let rows = crate::formats::csv::parse(&csv);
    let answers: Vec<&str> = rows.iter().map(|row| &*row["answers"]).collect();
    assert_eq!(
        answers,
        ["0", "60", "60"],
        "the latest run asked nothing new"
    );
    assert_eq!(rows[1]["model"], "claude-other");
    alone(&bench, 2, &["report", "--list", "-o", "runs.xml"]);
}

#[test]
fn two_runs_of_one_revision_are_compared() {
    let server = spawn(Script::default().answering(|seen| {
        let number = number_in(seen);
        let is_other = seen.model() == "claude-other";
        let wrong = usize::from(is_other && number < 6);
        answer((number + wrong) % 2)
    }));
    let bench = Bench::new(60);
    bench.expect(0, &server, &["run", "--model", "claude-other"]);
    bench.expect(0, &server, &["run"]);
    let compared = alone(
        &bench,
        0,
        &["report", "--compare", "1", "-o", "c.json", "--with-items"],
    );
    assert!(compared.out.contains("v1 of run 2"), "{}", compared.out);
    let report = json_of(&bench.path("c.json"));
    assert_eq!(report["candidate"], "v1 of run 2");
    assert_eq!(report["baseline"], "v1 of run 1");
    let comparison = &report["comparison"];
    assert_eq!(comparison["n"], 60);
    assert_eq!(comparison["discordant"], json!([0, 6]));
    assert_eq!(comparison["difference"]["value"], 0.1);
    assert_eq!(comparison["moved"]["wrong_to_right_items"][0], "s-00000");
    assert_eq!(report["verdict"], json!(null));

    let itself = alone(&bench, 2, &["report", "--compare", "2"]);
    assert!(
        itself.err.contains("does not differ from itself"),
        "{}",
        itself.err
    );
    let unknown = alone(&bench, 2, &["report", "--compare", "9"]);
    assert!(unknown.err.contains("has no run 9"), "{}", unknown.err);
    assert!(
        unknown.err.contains("the latest are 2, 1"),
        "{}",
        unknown.err
    );
    alone(&bench, 0, &["report", "--run", "1", "-o", "e.json"]);
    let agreement = &json_of(&bench.path("e.json"))["metrics"]["agreement"];
    assert_eq!(agreement["value"], 0.9);
}

#[test]
fn the_history_holds_old_answers_against_the_reference_of_today() {
    let server = spawn(Script::default().answering(|seen| {
        let number = number_in(seen);
        let wrong = usize::from(seen.model() == "claude-other" && number < 6);
        answer((number + wrong) % 2)
    }));
    let bench = Bench::new(60);
    bench.expect(0, &server, &["run", "--model", "claude-other"]);
    bench.expect(0, &server, &["gate"]);
    bench.expect(0, &server, &["gate"]);
    // A prompt that is changed under the same name leaves what its gates said.
    bench.change("prompts/mode/v1.md", "Choose one", "Pick one");
    bench.expect(0, &server, &["run"]);
    let history = |file: &str| {
        alone(&bench, 0, &["report", "--history", "-o", file]);
        fs::read_to_string(bench.path(file)).unwrap()
    };
    let value = crate::schema::read(history("h.json").as_bytes()).unwrap();
    let points = value["classifiers"][0]["points"].as_array().unwrap();
    assert_eq!(points.len(), 3, "two gates asked the same");
    let from: Vec<&Value> = points.iter().map(|point| &point["from"]).collect();
    assert_eq!(from, ["gate", "gate", "answers"]);
    assert_eq!(points[1]["runs"], 2);
    assert_eq!(points[1]["values"]["agreement"], 1.0);
    assert_eq!(points[2]["metrics"]["agreement"]["value"], 1.0);
    assert_eq!(points[2]["gates"][0]["verdict"], "pass");

    // And back: the old answers count again, against labels that were mended since.
    bench.change("prompts/mode/v1.md", "Pick one", "Choose one");
    bench.change("labels.csv", "s-00000,first,build", "s-00000,first,fix");
    let value = crate::schema::read(history("h.json").as_bytes()).unwrap();
    let points = value["classifiers"][0]["points"].as_array().unwrap();
    let values: Vec<Option<f64>> = points
        .iter()
        .map(|point| point["metrics"]["agreement"]["value"].as_f64())
        .collect();
    assert_eq!(values[0], Some(55.0 / 60.0));
    assert_eq!(values[1], Some(59.0 / 60.0));
    assert_eq!(points[2]["from"], json!(null), "no gate was held then");
    let page = history("h.md");
    assert!(page.contains("| claude-other |"), "{page}");
    assert!(page.contains("coverage ≥ 0.0"), "{page}");
    assert!(!page.contains("from run to run"), "{page}");
    let page = history("h.html");
    assert!(page.contains("mode: agreement from run to run"), "{page}");
    let run = "run 1, v1, claude-other: 0.9";
    assert!(page.contains(run), "what a dot says: {page}");
    let source = history("h.tex");
    assert!(source.contains("\\begin{tikzpicture}"), "{source}");
    let rows = crate::formats::csv::parse(history("h.csv").as_bytes());
    let agreement = rows.iter().filter(|row| row["metric"] == "agreement");
    let agreement: Vec<&str> = agreement.map(|row| &*row["value"]).collect();
    assert_eq!(agreement[1], (59.0_f64 / 60.0).to_string());
    let one = alone(&bench, 2, &["report", "nobody", "--history"]);
    assert!(one.err.contains("there is no classifier"), "{}", one.err);
}

#[test]
fn a_report_on_answers_that_are_missing_is_incomplete() {
    let (bench, _server) = bench();
    bench.change("items.jsonl", "Session «7»", "A session «7»");
    let done = alone(&bench, 4, &["report", "-o", "r.xml"]);
    assert!(done.out.contains("Incomplete"), "{}", done.out);
    let xml = fs::read_to_string(bench.path("r.xml")).unwrap();
    assert!(xml.contains("<error"), "{xml}");
}

#[test]
fn without_a_store_there_is_nothing_to_list_or_compare() {
    let bench = Bench::new(4);
    for arguments in [
        &["report"][..],
        &["report", "--list"],
        &["report", "--history"],
        &["report", "--compare", "1"],
    ] {
        let done = alone(&bench, 2, arguments);
        assert!(done.err.contains("there is no store"), "{}", done.err);
    }
}
