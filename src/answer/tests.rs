//! Replies and what they become.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::model::{Decisions, LabelIx, LabelSet, LabelText, Numeric};

/// `build`, `fix`, `5`, `true`, the abstention `unclassified` and the excluded `no goal`.
fn nominal() -> Scheme {
    let labels = ["build", "fix", "5", "true", "unclassified", "no goal"]
        .map(|id| LabelText {
            id: id.into(),
            says: "".into(),
        })
        .to_vec();
    Scheme::Nominal(LabelSet::new(labels, &["unclassified"], &["no goal"]).unwrap())
}

fn value() -> Scheme {
    Scheme::Numeric(Numeric {
        log: true,
        unit: None,
        min: Some(1.0),
        max: Some(100_000.0),
    })
}

fn decisions() -> Scheme {
    Scheme::Decisions(Decisions {
        stages: vec!["planning".into(), "execution".into()],
        deciders: vec!["user".into(), "assistant".into()],
        yields: Vec::new(),
    })
}

fn json(field: &str) -> AnswerForm {
    AnswerForm::Json {
        field: field.into(),
    }
}

fn answer(text: &str, scheme: &Scheme, form: &AnswerForm) -> Answer {
    let reply = Reply {
        text: text.into(),
        stop: Stop::End,
    };
    read(&reply, scheme, form)
}

/// An answer in one line: the label, `~` before it where normalised, the reason after `!`.
fn brief(answer: &Answer) -> String {
    let scheme = nominal();
    let id = |label: &LabelIx| scheme.labels().unwrap().id(*label).to_owned();
    let text = match &answer.outcome {
        Outcome::Ok(Label::One(label)) => id(label),
        Outcome::Ok(Label::Number(number)) => number.to_string(),
        Outcome::Ok(Label::Counts(counts)) => format!("{counts:?}"),
        Outcome::Abstained(Label::One(label)) => format!("abstained {}", id(label)),
        Outcome::Unparsed(reason) => format!("!{reason}"),
        other => other.kind().key().into(),
    };
    format!("{}{text}", if answer.normalised { "~" } else { "" })
}

#[track_caller]
fn check_label(reply: &str, expect: &str) {
    let answer = answer(reply, &nominal(), &json("label"));
    assert_eq!(brief(&answer), expect, "{reply}");
}

#[track_caller]
fn check_value(reply: &str, expect: &str) {
    let answer = answer(reply, &value(), &json("value"));
    assert_eq!(brief(&answer), expect, "{reply}");
}

#[track_caller]
fn check_decisions(reply: &str, expect: &str) {
    let answer = answer(reply, &decisions(), &json("decisions"));
    assert_eq!(brief(&answer), expect, "{reply}");
}

#[track_caller]
fn check_bare(reply: &str, scheme: &Scheme, expect: &str) {
    let answer = answer(reply, scheme, &AnswerForm::Label);
    assert_eq!(brief(&answer), expect, "{reply}");
}

#[test]
fn a_reply_that_did_not_end_is_never_parsed() {
    for (stop, expect) in [
        (Stop::MaxTokens, "truncated"),
        (Stop::Refusal, "refused"),
        (Stop::ContextOverflow, "context_overflow"),
    ] {
        for form in [json("label"), AnswerForm::Label] {
            for text in [r#"{"label": "fix"}"#, "fix", ""] {
                let text = text.into();
                let answer = read(&Reply { text, stop }, &nominal(), &form);
                assert_eq!(brief(&answer), expect);
            }
        }
    }
}

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

#[test]
fn a_number_is_a_number_or_a_plain_text_of_one() {
    check_value(r#"{"value": 150}"#, "150");
    check_value(r#"{"value": 1.5e3}"#, "1500");
    check_value(r#"{"value": "150"}"#, "150");
    check_value(r#"{"value": " 1.5e3 "}"#, "~1500");
    for text in [
        "$150",
        "1,500",
        "about 200",
        "NaN",
        "inf",
        "1e999",
        "100-200",
    ] {
        check_value(
            &format!(r#"{{"value": "{text}"}}"#),
            &format!("!`{text}` is not a plain number"),
        );
    }
    check_value(r#"{"value": NaN}"#, "!broken JSON at `NaN}`");
    check_value(r#"{"value": true}"#, "!`true` is not a plain number");
    check_value(r#"{"value": null}"#, "!`value` is null");
    check_value(r#"{"value": ""}"#, "!`value` is empty");
    check_value(r#"{"value": [100, 200]}"#, "!`value` is a list");
    check_value(
        r#"{"value": 100} {"value": 200}"#,
        "!two different answers: `100` and `200`",
    );
}

#[test]
fn a_number_out_of_range_says_on_which_side() {
    check_value(r#"{"value": 0}"#, "!`0` is not positive");
    check_value(r#"{"value": -3}"#, "!`-3` is not positive");
    check_value(r#"{"value": 0.5}"#, "!`0.5` is below the least value 1");
    check_value(
        r#"{"value": 100001}"#,
        "!`100001` is above the greatest value 100000",
    );
}

#[test]
fn decisions_are_counted_by_stage_and_decider() {
    check_decisions(r#"{"decisions": []}"#, "[0, 0, 0, 0]");
    check_decisions(
        r#"{"decisions": [
            {"what": "a", "stage": "planning", "decider": "assistant"},
            {"what": "b", "stage": "execution", "decider": "user"},
            {"stage": "execution", "decider": "user", "why": {"stage": 7}}]}"#,
        "[0, 1, 2, 0]",
    );
    check_decisions(
        r#"{"decisions": [{"stage": " Planning", "decider": "USER"}]}"#,
        "~[1, 0, 0, 0]",
    );
    check_decisions(
        r#"{"decisions": [{"stage": "planning", "stage": "planning", "decider": "user"}]}"#,
        "[1, 0, 0, 0]",
    );
}

#[test]
fn one_bad_decision_spoils_the_list() {
    let check = |entry: &str, reason: &str| {
        let good = r#"{"stage": "planning", "decider": "user"}"#;
        check_decisions(
            &format!(r#"{{"decisions": [{good}, {entry}, {good}]}}"#),
            &format!("!decision 2: {reason}"),
        );
    };
    check(r#"{"decider": "user"}"#, "no `stage`");
    check(r#"{"stage": "planning"}"#, "no `decider`");
    check(
        r#"{"stage": "design", "decider": "user"}"#,
        "`design` is not a declared stage",
    );
    check(
        r#"{"stage": "planning", "decider": null}"#,
        "`decider` is null, not a text",
    );
    check(
        r#"{"stage": "planning", "stage": "execution", "decider": "user"}"#,
        "two different `stage`s",
    );
    check(r#""planning by user""#, "not an object");
    check_decisions(
        r#"{"decisions": {}}"#,
        "!`decisions` is an object, not a list",
    );
    check_decisions(r#"{"decisions": null}"#, "!`decisions` is null, not a list");
    check_decisions(
        r#"{"decisions": []} {"decisions": [{"stage": "planning", "decider": "user"}]}"#,
        "!two different answers",
    );
}

#[test]
fn a_bare_label_may_carry_quotes_or_a_full_stop() {
    let scheme = nominal();
    check_bare("fix", &scheme, "fix");
    check_bare("<think>build</think>\nfix", &scheme, "fix");
    check_bare("\u{feff}fix\n", &scheme, "fix");
    for reply in ["Fix", "fix.", "\"fix\"", "`fix`", "'FIX.'", "“fix”."] {
        check_bare(reply, &scheme, "~fix");
    }
    check_bare("unclassified", &scheme, "abstained unclassified");
    check_bare(
        "**fix**",
        &scheme,
        "!`**fix**` is not a label of the scheme",
    );
    check_bare(
        "It is fix",
        &scheme,
        "!`It is fix` is not a label of the scheme",
    );
    check_bare(
        "fix build",
        &scheme,
        "!`fix build` is not a label of the scheme",
    );
    check_bare("", &scheme, "!the reply is empty");
    check_bare("<think>fix", &scheme, "!no answer beside the reasoning");
    check_bare("\"\"", &scheme, "!`\"\"` is not a label of the scheme");
}

#[test]
fn a_bare_number_may_carry_quotes_or_a_full_stop() {
    check_bare("150", &value(), "150");
    check_bare(" 150\n", &value(), "150");
    check_bare("150.", &value(), "~150");
    check_bare("`1.5`", &value(), "~1.5");
    check_bare("$150", &value(), "!`$150` is not a plain number");
    check_bare("0", &value(), "!`0` is not positive");
    check_bare(
        "[]",
        &decisions(),
        "!a list of decisions cannot be a bare label",
    );
}

#[test]
fn hostile_replies_cost_neither_the_stack_nor_much_time() {
    const SIZE: usize = 1 << 20;
    let pieces = [
        "{",
        "}",
        "[",
        "\"",
        "{\"",
        "{\"a\":",
        "{\"a\":[",
        "{\"label\":\"x\",",
        "{\"a\":{}",
        "\\",
        "{\\\"",
        "<think>",
        "</think>",
        "{\"</think>",
        "<think>{\"",
        "{\"a\":\"<think>\"",
        "<",
        "{\"a\":\"{\\\"",
        "{\n",
        "{\"a\"\n\n",
        "{ \"a\": 1}",
        "{\"label\": \"fix\"}",
        "{\"\u{1}",
    ];
    let mut replies: Vec<String> = pieces
        .iter()
        .map(|piece| piece.repeat(SIZE / piece.len()))
        .collect();
    replies.push(format!("{{\"a\": {}", "{\"b\":".repeat(SIZE / 5)));
    replies.push(format!("{{\"a\": {}", "[".repeat(SIZE)));
    replies.push(format!("{{\"a\": \"{}", "{".repeat(SIZE)));
    replies.push(format!("{{{}", " ".repeat(SIZE)));
    for reply in replies {
        let start = Instant::now();
        for form in [json("label"), AnswerForm::Label] {
            let _ = answer(&reply, &nominal(), &form);
        }
        // Linear work takes milliseconds; quadratic work would take minutes.
        let taken = start.elapsed();
        assert!(taken < Duration::from_secs(10), "{taken:?} for {reply:.20}");
    }
}

#[test]
fn an_answer_behind_hostile_text_is_still_found() {
    let text = format!("{}{{\"label\": \"fix\"}}", "{".repeat(100_000));
    check_label(&text, "fix");
}

fn any_reply() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\",
        "label",
        "\"label\"",
        "fix",
        "\"fix\"",
        "null",
        "5",
        "-",
        "1e9",
        " ",
        "\n",
        "<think>",
        "</think>",
        "ö",
        "\u{1f600}",
        "\\u12",
        "\\ud800",
        "{\"label\":",
        "{\"label\":\"fix\"}",
        "\"decisions\"",
        "{\"decisions\":[",
        "\"stage\"",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
    ]
}

proptest! {
    #[test]
    fn no_reply_makes_it_panic(text in any_reply()) {
        for scheme in [nominal(), value(), decisions()] {
            for form in [json("label"), json("decisions"), AnswerForm::Label] {
                let _ = answer(&text, &scheme, &form);
            }
        }
    }

    #[test]
    fn an_answer_in_json_is_read_whatever_its_rationale(rationale in any::<String>()) {
        let rationale = serde_json::to_string(&rationale).unwrap();
        check_label(&format!(r#"{{"rationale": {rationale}, "label": "fix"}}"#), "fix");
    }
}
