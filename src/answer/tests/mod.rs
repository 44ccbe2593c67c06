//! Replies and what they become.

mod labels;
mod values;

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
        // Linear work takes milliseconds; quadratic work would not come to an end.
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
        // Linear work takes milliseconds; quadratic work would not come to an end.
        for form in [json("label"), AnswerForm::Label] {
            let _ = answer(&reply, &nominal(), &form);
        }
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
