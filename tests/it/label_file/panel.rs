use labelgate::label_file::{PanelSpec, SchemeWord, panel};
use labelgate::model::LabelIx;

use super::*;

fn spec(raters: &[&str]) -> PanelSpec {
    PanelSpec {
        raters: words(raters),
        ..PanelSpec::default()
    }
}

#[track_caller]
fn check_panel(spec: &PanelSpec, text: &str, expect: &[&str]) {
    check_begin(
        &shown(&panel(spec, &table("a.csv", text)).expect_err("faults")),
        expect,
    );
}

#[test]
fn raters_are_columns_and_an_empty_cell_is_missing() {
    let spec = PanelSpec {
        id: Some("i".into()),
        weight: Some("w".into()),
        ..spec(&["x", "z"])
    };
    let panel = panel(&spec, &table("a.csv", "i,x,y,z,w\nb,1,q,2,1\na,2,q,,3\n")).unwrap();
    let (one, two) = (Some(Label::One(LabelIx(0))), Some(Label::One(LabelIx(1))));
    assert_eq!(panel.ratings, [[two.clone(), one], [None, two]]);
    assert_eq!(panel.raters, ["x", "z"]);
    assert_eq!(ids(panel.scheme.labels().unwrap()), ["1", "2"]);
    assert_eq!(panel.weights, Some(vec![3.0, 1.0]));
}

#[test]
fn a_panel_has_two_different_raters_at_least() {
    let text = "x,y\n1,1\n";
    check_panel(
        &spec(&["x"]),
        text,
        &["(command line): `--raters` needs at least two columns"],
    );
    check_panel(
        &spec(&["x", "x"]),
        text,
        &["(command line): `--raters` names `x` twice"],
    );
    let expect = "a.csv:1:1: no column `z`, which `--raters` names; ";
    check_panel(&spec(&["x", "z"]), text, &[expect]);
}

#[test]
fn what_a_rater_wrote_must_be_readable() {
    let labels = PanelSpec {
        labels: Some(words(&["1", "2"])),
        ..spec(&["x", "y"])
    };
    check_panel(
        &labels,
        "x,y\n1,1\n2,q\n",
        &["a.csv:3:3: `q` is none of the labels"],
    );
    let numeric = PanelSpec {
        scheme: SchemeWord::Numeric,
        ..spec(&["x", "y"])
    };
    check_panel(
        &numeric,
        "x,y\n1,1\n2,q\n",
        &["a.csv:3:3: `q` is not a number"],
    );
}

#[test]
fn a_rater_who_shares_no_label_with_any_other_is_a_fault() {
    let text = "x,y,z\n1,one,1\n2,two,3\n";
    let expect = "a.csv:1:1: `y` and `x` have no label in common; `y` has `one`, `two`";
    check_panel(&spec(&["x", "y", "z"]), text, &[expect]);
    assert!(panel(&spec(&["x", "z"]), &table("a.csv", text)).is_ok());
}
