//! JSON in a reply, and the labels in it.

use super::{answer, brief, check_decisions, check_label, check_value, json, nominal};

#[test]
fn json_is_found_wherever_it_stands() {
    check_label(r#"{"rationale": "x", "label": "fix"}"#, "fix");
    check_label("\u{feff} \n{\"label\": \"fix\"}\n ", "fix");
    check_label("```json\n{\"label\": \"fix\"}\n```", "fix");
    check_label("It breaks, so:\n{\"label\": \"fix\"} I think.", "fix");
    check_label(r#"Sets {a, b} and {{x}}, then {"label": "fix"}."#, "fix");
    check_label(r#"{ in prose {"label": "fix"}"#, "fix");
    check_label(r#"[{"label": "fix"}]"#, "fix");
    check_label(
        r#"{"rationale": "a } or \"{\" in code", "label": "fix"}"#,
        "fix",
    );
    check_label("{}{\"label\": \"fix\"}{}", "fix");
    check_label("{\r\n\t\"label\"\u{20}:\n\"fix\"\n}", "fix");
}

#[test]
fn what_is_thought_is_not_answered() {
    let both = r#"{"label": "build"}</think>{"label": "fix"}"#;
    check_label(&format!("<think>{both}"), "fix");
    check_label(both, "fix");
    check_label(&format!("<THINKING>a</thinking> b {both}"), "fix");
    check_label(
        r#"<reasoning>{"label": "build"}</reasoning>"#,
        "!no JSON object",
    );
    check_label(
        r#"<think>so {"label": "fix"}"#,
        "!no answer: the reasoning is never closed",
    );
    check_label(r#"{"label": "fix"} <think>or {"label": "build"}"#, "fix");
    check_label(r#"{"label": "fix"}<think>hm</think>"#, "!no JSON object");
    // A string left open in the reasoning does not swallow the answer.
    check_label(r#"maybe {"label": "build </think>{"label": "fix"}"#, "fix");
}

#[test]
fn a_tag_inside_an_answers_string_is_text() {
    check_label(
        r#"{"rationale": "adds <think> tags", "label": "fix"}"#,
        "fix",
    );
    check_label(r#"{"rationale": "strips </think>", "label": "fix"}"#, "fix");
    check_label(
        r#"<think>a</think>{"rationale": "<think>b</think>", "label": "fix"}"#,
        "fix",
    );
}

#[test]
fn a_reply_without_an_answer_says_what_it_lacks() {
    check_label("", "!the reply is empty");
    check_label("\u{feff} \n", "!the reply is empty");
    check_label("fix", "!no JSON object");
    check_label("\"label\": \"fix\"", "!no JSON object");
    check_label("{}", "!JSON without the field `label`");
    check_label(r#"{"Label": "fix"}"#, "!JSON without the field `label`");
    check_label(
        r#"{"answer": "{\"label\": \"fix\"}"}"#,
        "!JSON without the field `label`",
    );
    check_label(r#"{"label": "fix""#, "!broken JSON: it ends too early");
    check_label(r#"{"label": "fix",}"#, "!broken JSON at `}`");
    check_label(r#"{"label": fix}"#, "!broken JSON at `fix}`");
    check_label(
        "{\"rationale\": \"a\nb\", \"label\": \"fix\"}",
        "!broken JSON at `b\", \"label\": \"fix\"}`",
    );
    check_label(
        r#"{"a": "\ud800", "label": "fix"}"#,
        "!broken JSON at `ud800\", \"label\": \"fix\"}`",
    );
}

#[test]
fn nothing_inside_broken_json_is_an_answer() {
    for broken in [
        r#"{"example": {"label": "build"}, "label": "fix""#,
        r#"{"rationale": "not {"label": "build"} here", "label": "fix"}"#,
        r#"{"a": oops, "example": {"label": "build"}, "label": "fix"}"#,
    ] {
        let answer = answer(broken, &nominal(), &json("label"));
        assert!(brief(&answer).starts_with("!broken JSON"), "{broken}");
    }
    check_label(r#"As {"label": …}, that is {"label": "fix"}"#, "fix");
    check_label(r#"{"label": "build",} no: {"label": "fix"}"#, "fix");
}

#[test]
fn a_broken_correction_leaves_no_answer() {
    check_label(
        r#"{"label": "build"} or rather {"label": "fix",}"#,
        "!broken JSON at `}`",
    );
    check_label(
        r#"{"label": "build"} or rather {"label": "fix"#,
        "!broken JSON: it ends too early",
    );
    check_label(r#"{"label": "fix"}, in a map {"a": b}"#, "fix");
}

#[test]
fn a_nested_answer_counts_only_where_the_outer_object_has_none() {
    check_label(r#"{"result": {"label": "fix"}}"#, "fix");
    check_label(r#"{"results": [{"x": {"label": "fix"}}]}"#, "fix");
    check_label(r#"{"label": "fix", "other": {"label": "build"}}"#, "fix");
}

#[test]
fn different_answers_are_none() {
    let two = "!two different answers: `build` and `fix`";
    check_label(r#"{"label": "build"} or {"label": "fix"}"#, two);
    check_label(r#"{"label": "build", "label": "fix"}"#, two);
    check_label(r#"[{"label": "build"}, {"label": "fix"}]"#, two);
    check_label(
        r#"{"label": "..."} is asked for: {"label": "fix"}"#,
        "!two different answers: `...` and `fix`",
    );
    check_label(
        r#"{"label": null} {"label": "fix"}"#,
        "!two different answers",
    );
    check_label(
        r#"{"label": "x"} {"label": "x"}"#,
        "!`x` is not a label of the scheme",
    );
}

#[test]
fn answers_that_agree_are_one() {
    check_label(r#"{"label": "fix"} so {"label": "fix"}"#, "fix");
    check_label(r#"{"label": "fix", "label": "FIX"}"#, "~fix");
    check_value(r#"{"value": 150} {"value": "150"}"#, "150");
    check_decisions(r#"{"decisions": []} {"decisions": []}"#, "[0, 0, 0, 0]");
}

#[test]
fn a_label_is_recognised_in_other_writing() {
    check_label(r#"{"label": " FIX\n"}"#, "~fix");
    check_label(r#"{"label": "ｆｉｘ"}"#, "~fix");
    check_label(r#"{"label": "fix"}"#, "fix");
    check_label(r#"{"label": 5}"#, "5");
    check_label(r#"{"label": 5.0}"#, "~5");
    check_label(r#"{"label": true}"#, "true");
    check_label(r#"{"label": "unclassified"}"#, "abstained unclassified");
    check_label(r#"{"label": "Unclassified"}"#, "~abstained unclassified");
    check_label(r#"{"label": "no goal"}"#, "no goal");
}

#[test]
fn what_is_no_label_says_so() {
    check_label(
        r#"{"label": "refactor"}"#,
        "!`refactor` is not a label of the scheme",
    );
    check_label(
        r#"{"label": "fix."}"#,
        "!`fix.` is not a label of the scheme",
    );
    check_label(r#"{"label": 5.5}"#, "!`5.5` is not a label of the scheme");
    check_label(r#"{"label": -0.0}"#, "!`0` is not a label of the scheme");
    check_label(
        r#"{"label": false}"#,
        "!`false` is not a label of the scheme",
    );
    check_label(r#"{"label": null}"#, "!`label` is null");
    check_label(r#"{"label": ""}"#, "!`label` is empty");
    check_label(r#"{"label": " "}"#, "!`label` is empty");
    check_label(r#"{"label": ["fix"]}"#, "!`label` is a list");
    check_label(r#"{"label": {"id": "fix"}}"#, "!`label` is an object");
    let long = "ö".repeat(200);
    check_label(
        &format!(r#"{{"label": "{long}"}}"#),
        &format!("!`{}…` is not a label of the scheme", "ö".repeat(80)),
    );
}
