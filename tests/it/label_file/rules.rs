use labelgate::expr::{Evaluated, Input};
use labelgate::label_file::SchemeWord;
use labelgate::model::{Kind, Value};

use super::*;

const TEXT: &str = "r,c,added,deleted,share,web,who,mixed\n\
    a,a,1,0,0.5,true,x,1\nb,b,0,,1,FALSE,y,NA\na,b,2,5,,true,,3\n";

fn with(rules: &[&str]) -> Spec {
    Spec {
        rules: words(rules),
        ..spec()
    }
}

#[test]
fn a_rule_sees_the_other_columns_and_only_those_it_names_are_kept() {
    let study = read(
        &with(&["code: label in [\"a\"] => added + deleted > 0"]),
        TEXT,
    );
    let names: Vec<_> = study
        .items
        .telemetry
        .iter()
        .map(|column| &*column.name)
        .collect();
    assert_eq!(names, ["added", "deleted"]);
    assert_eq!(study.items.items[1].telemetry, [Some(Value::Int(0)), None]);
    let rule = &study.rules[0];
    assert_eq!(&*rule.name, "code");
    let of = |item: usize| {
        let telemetry = &study.items.items[item].telemetry;
        rule.expect
            .evaluate(|column| telemetry[column].clone().map(Input::Value))
    };
    assert_eq!(of(0), Evaluated::Value(Value::Bool(true)));
    assert_eq!(of(1), Evaluated::Missing);
}

#[test]
fn the_type_of_a_column_is_that_of_all_its_cells() {
    let rules = ["x: label == \"a\" => who == \"x\" && web && share > 0.1 && added > 0"];
    let study = read(&with(&rules), TEXT);
    let kinds: Vec<_> = study
        .items
        .telemetry
        .iter()
        .map(|column| column.kind)
        .collect();
    assert_eq!(kinds, [Kind::Int, Kind::Double, Kind::Bool, Kind::Text]);
    let first: Vec<_> = study.items.items[0].telemetry.iter().flatten().collect();
    let text = Value::Text("x".into());
    assert_eq!(
        first,
        [
            &Value::Int(1),
            &Value::Double(0.5),
            &Value::Bool(true),
            &text
        ]
    );
    assert_eq!(study.items.items[2].telemetry[1], None);
}

#[test]
fn rules_have_columns_of_their_own_each() {
    let study = read(
        &with(&[
            "d: label == \"a\" => deleted > 0",
            "a: label == \"b\" => added > 0",
        ]),
        TEXT,
    );
    assert_eq!(study.rules[0].expect.inputs(), [1]);
    assert_eq!(study.rules[1].expect.inputs(), [0]);
}

#[test]
fn a_numeric_label_is_a_number_to_rules() {
    let spec = Spec {
        scheme: SchemeWord::Numeric,
        ..with(&["big: label > 5 => n > 10"])
    };
    let study = read(&spec, "r,c,n\n1,2,3\n");
    assert_eq!(study.rules.len(), 1);
}

#[test]
fn a_faulty_rule_is_shown_with_a_caret() {
    check_faults(
        &with(&["code: label in [\"q\"] => aded > 0"]),
        TEXT,
        &[
            "--rule:1:17: no label `q` in `label`",
            "--rule:1:25: unknown name `aded`",
        ],
    );
    check_faults(
        &with(&["label => added > 0"]),
        TEXT,
        &["--rule:1:1: this rule does not begin"],
    );
    check_faults(
        &with(&[
            "a: label == \"a\" => added > 0",
            "a: label == \"b\" => added > 0",
        ]),
        TEXT,
        &["--rule:1:1: two rules are named `a`"],
    );
}

#[test]
fn labels_and_ids_are_no_telemetry() {
    let spec = Spec {
        id: Some("i".into()),
        ..with(&["x: label == \"a\" => r == \"a\""])
    };
    check_faults(&spec, "i,r,c,n\n1,a,a,1\n", &["--rule:1:20: "]);
    let spec = Spec {
        id: Some("i".into()),
        ..with(&["x: label == \"a\" => i > 0"])
    };
    check_faults(&spec, "i,r,c,n\n1,a,a,1\n", &["--rule:1:20: "]);
}

#[test]
fn the_cell_that_makes_a_column_text_is_pointed_at() {
    check_faults(
        &with(&["m: label == \"a\" => mixed > 0"]),
        TEXT,
        &[
            "--rule:1:26: `>` cannot compare a string with an int",
            "a.csv:3:18: `NA` makes `mixed` a column of text; leave a cell empty",
        ],
    );
}

#[test]
fn a_list_is_no_telemetry() {
    let spec = with(&["m: label == \"a\" => n == \"x\""]);
    let text = "{\"r\":\"a\",\"c\":\"a\",\"n\":\"x\"}\n{\"n\":[1]}\n";
    let faults = study(&spec, &table("a.jsonl", text), None).unwrap_err();
    check_begin(
        &shown(&faults),
        &["a.jsonl:2:6: a rule cannot read a list; write a number"],
    );
}

#[test]
fn a_column_without_any_cell_yields_no_answer() {
    let study = read(
        &with(&["m: label == \"a\" => n > 0"]),
        "r,c,n\na,a,\nb,b,\n",
    );
    assert_eq!(study.items.items[0].telemetry, [None]);
}
