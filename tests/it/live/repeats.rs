//! Questions that are asked several times, and items that are cut.

use super::*;
use crate::server::spawn;

#[test]
fn repeats_are_questions_of_their_own_and_the_majority_counts() {
    // Number 3 is answered once with `fix` and twice with `build`; number 4 is refused once.
    let script = Script::default().answering(|seen| {
        let label = |label: &str| Given::Text(format!("{{\"label\": \"{label}\"}}"));
        match (number_in(seen), seen.before) {
            (3, 1) => label("fix"),
            (4, 0) => Given::Refused("cyber"),
            _ => label("build"),
        }
    });
    let server = spawn(script);
    let bench = Bench::new(20);
    bench.settings("repeats = 3");
    bench.expect(0, &server, &["run"]);
    let summary = server.summary();
    assert_eq!((summary.asks, summary.bodies), (60, 20));
    let report = bench.score();
    assert_eq!(report["items"]["outcomes"]["ok"], 20);
    // Everything is `build`, as is every other reference label.
    let counts = &report["confusion"]["counts"];
    assert_eq!(*counts, json!([[10, 0], [10, 0]]));
    bench.expect(0, &server, &["run"]);
    assert_eq!(server.summary().asks, 60);
    // More repeats are asked beside those that are there.
    bench.expect(0, &server, &["run", "--repeats", "5"]);
    assert_eq!(server.summary().asks, 100);
}

#[test]
fn confidence_is_asked_for_as_a_number_and_is_that_of_the_majority() {
    // Number 3 is `build` twice, of which it is sure, and `fix` once; number 4 is not sure in words.
    let script = Script::default().keep_bodies().answering(|seen| {
        let said = match (number_in(seen), seen.before) {
            (3, 1) => json!({"label": "fix", "confidence": 0.2}),
            (3, _) => json!({"label": "build", "confidence": 1}),
            (4, 2) => json!({"label": "build", "confidence": "hardly"}),
            _ => json!({"label": "build", "confidence": 0.5}),
        };
        Given::Text(said.to_string())
    });
    let server = spawn(script);
    let bench = Bench::new(20);
    bench.settings("repeats = 3");
    let prompt = "prompts/mode/v1.md";
    bench.change(
        prompt,
        r#"fields = ["label"]"#,
        r#"fields = ["label", "confidence"]"#,
    );
    bench.expect(0, &server, &["run"]);
    let bodies: Vec<Value> = server
        .log()
        .iter()
        .map(|entry| serde_json::from_slice(entry.body.as_ref().unwrap()).unwrap())
        .collect();
    let asked = &bodies[0]["output_config"]["format"]["schema"]["properties"]["confidence"];
    assert_eq!(asked["type"], "number", "{}", bodies[0]);
    let report = bench.score();
    let found = &report["calibration"][0];
    assert_eq!(
        (&found["side"], &found["items"]),
        (&json!("candidate"), &json!(20))
    );
    assert_eq!(found["unusable"], 1);
    let mean = found["metrics"]["mean_confidence"]["value"]
        .as_f64()
        .unwrap();
    assert!((mean - (19.0 * 0.5 + 1.0) / 20.0).abs() < 1e-12, "{mean}");
    let top = found["bins"].as_array().unwrap().last().unwrap();
    assert_eq!((&top["up_to"], &top["items"]), (&json!(1.0), &json!(1)));
}

#[test]
fn long_items_are_cut_and_it_is_said() {
    let server = spawn(Script::default().keep_bodies());
    let bench = Bench::new(0);
    let text = |number: usize| match number {
        2 => format!("{} {}", text_of(2), "word ".repeat(5_000)),
        _ => text_of(number),
    };
    bench.items((0..6).map(|number| (number, text(number))));
    bench.settings("item_tokens = 400");
    let done = bench.expect(0, &server, &["run"]);
    assert!(
        done.err
            .contains("1 item was longer than `item_tokens` and cut"),
        "{done:?}"
    );
    let longest = server
        .log()
        .iter()
        .map(|entry| entry.body.as_ref().unwrap().len())
        .max();
    assert!(longest.unwrap() < 5_000, "{longest:?}");
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 6)]);
}
