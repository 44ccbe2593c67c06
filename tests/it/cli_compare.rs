//! `labelgate compare` from outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::{code, json_report, labelgate, project, text};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every difference of a comparison by what it is of: value, or why there is none.
fn differences(comparison: &Value) -> BTreeMap<String, Result<f64, String>> {
    let read = |estimate: &Value| {
        estimate["value"]
            .as_f64()
            .ok_or_else(|| estimate["undefined"].as_str().unwrap().to_owned())
    };
    let overall = comparison["differences"].as_object().unwrap().iter();
    let overall = overall.map(|(name, estimate)| (name.clone(), read(estimate)));
    let others = comparison["other_differences"].as_array().unwrap().iter();
    let others = others.map(|one| {
        let keys = ["metric", "class", "rule", "share"].map(|key| one[key].to_string());
        (keys.join(" "), read(&one["difference"]))
    });
    overall.chain(others).collect()
}

#[test]
fn a_revision_against_itself_differs_by_exactly_0() {
    let shipped = project();
    let shipped = shipped.path();
    for id in [
        "work_mode",
        "expertise",
        "task_value",
        "decisions",
        "occupation",
    ] {
        let revision = format!("{id}@v2");
        let (exit, report) = json_report(shipped, &["compare", &revision, &revision]);
        assert_eq!(exit, 0, "{id}");
        let comparison = &report["comparison"];
        assert_eq!(comparison["n"], 240, "{id}");
        assert_eq!(comparison["changed"], 0, "{id}");
        let all = differences(comparison);
        assert!(all.len() > 4, "{id}: {all:?}");
        for (name, difference) in all {
            assert!(
                difference.is_err() || difference == Ok(0.0),
                "{id} {name}: {difference:?}"
            );
        }
        assert_eq!(comparison["alarms"], Value::Array(Vec::new()), "{id}");
        if comparison["discordant"].is_null() {
            continue;
        }
        assert_eq!(comparison["discordant"], serde_json::json!([0, 0]));
        assert_eq!(comparison["mcnemar_exact_p"], 1.0);
        assert_eq!(comparison["mcnemar_midp_p"], 1.0);
        let chi = &comparison["mcnemar_chi2_p"]["undefined"];
        assert_eq!(chi, "no_discordant_pairs");
        let moved = &comparison["moved"];
        assert_eq!(
            (&moved["changed"], &moved["labelled"]),
            (&0.into(), &240.into())
        );
        for (row, counts) in moved["counts"].as_array().unwrap().iter().enumerate() {
            for (column, count) in counts.as_array().unwrap().iter().enumerate() {
                assert!(row == column || count == 0, "{id}: {row} {column} {count}");
            }
        }
    }
}

#[test]
fn exchanging_the_revisions_negates_every_difference_and_transposes_what_moved() {
    let shipped = project();
    let compare = |base, head| {
        let (exit, report) = json_report(shipped.path(), &["compare", base, head]);
        assert_eq!(exit, 0);
        report["comparison"].clone()
    };
    let forth = compare("work_mode@v1", "work_mode@v2");
    let back = compare("work_mode@v2", "work_mode@v1");
    let backwards = differences(&back);
    let mut n_defined = 0;
    for (name, difference) in differences(&forth) {
        match (difference, &backwards[&name]) {
            (Ok(one), Ok(other)) => {
                n_defined += 1;
                assert!((one + other).abs() < 1e-12, "{name}: {one} {other}");
            }
            (one, other) => assert_eq!(one.is_err(), other.is_err(), "{name}"),
        }
    }
    assert!(n_defined > 60, "{n_defined}");
    assert_eq!(forth["discordant"], serde_json::json!([7, 19]));
    assert_eq!(back["discordant"], serde_json::json!([19, 7]));
    let (forth, back) = (&forth["moved"], &back["moved"]);
    assert_eq!(forth["wrong_to_right"], back["right_to_wrong"]);
    for row in 0..9 {
        for column in 0..9 {
            assert_eq!(forth["counts"][row][column], back["counts"][column][row]);
        }
    }
}

#[test]
fn the_difference_is_the_one_of_the_gate() {
    let (_, gate) = json_report(&root(), &["gate", "work_mode"]);
    let (_, compare) = json_report(&root(), &["compare", "work_mode"]);
    for key in ["differences", "other_differences", "discordant", "moved"] {
        assert_eq!(compare["comparison"][key], gate["comparison"][key], "{key}");
    }
    assert_eq!(compare["gates"], Value::Array(Vec::new()));
    assert_eq!(compare["verdict"], Value::Null);
}

/// Six items: a right → wrong, a wrong → right, one wrong in another way, three that stay.
const SIX: &str = "id,user,surface,human,old,new\n\
    1,u,cli,a,a,a\n\
    2,u,cli,a,a,b\n\
    3,v,web,b,a,b\n\
    4,v,web,b,b,b\n\
    5,w,web,c,a,b\n\
    6,w,cli,c,c,c\n";

const COLUMNS: [&str; 10] = [
    "--baseline",
    "old",
    "--candidate",
    "new",
    "--reference",
    "human",
    "--scheme",
    "nominal",
    "--id",
    "id",
];

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn of(folder: &Path, subjects: &[&str], more: &[&str]) -> (i32, Value) {
    let arguments: Vec<&str> = [&["compare"], subjects, more].concat();
    json_report(folder, &arguments)
}

#[test]
fn what_moved_is_counted_by_hand() {
    let folder = folder(&[("six.csv", SIX)]);
    let more = [&COLUMNS[..], &["--slice", "surface"]].concat();
    let (exit, report) = of(folder.path(), &["six.csv"], &more);
    assert_eq!(exit, 0);
    let moved = &report["comparison"]["moved"];
    assert_eq!(moved["labels"], serde_json::json!(["a", "b", "c"]));
    assert_eq!(moved["rows"], "baseline");
    // Of the four that were a, one stayed and three became b; b and c stayed.
    assert_eq!(
        moved["counts"],
        serde_json::json!([[1, 3, 0], [0, 1, 0], [0, 0, 1]])
    );
    assert_eq!(
        (&moved["labelled"], &moved["changed"]),
        (&6.into(), &3.into())
    );
    let turns = |value: &Value| {
        [
            "both_right",
            "right_to_wrong",
            "wrong_to_right",
            "both_wrong",
        ]
        .map(|key| value[key].as_u64().unwrap())
    };
    assert_eq!(turns(moved), [3, 1, 1, 1]);
    assert_eq!(turns(&moved["classes"][0]), [1, 1, 0, 0]);
    assert_eq!(turns(&moved["classes"][1]), [1, 0, 1, 0]);
    assert_eq!(turns(&moved["classes"][2]), [1, 0, 0, 1]);
    assert_eq!(moved["slices"][0]["value"], "cli");
    assert_eq!(turns(&moved["slices"][0]), [2, 1, 0, 0]);
    assert_eq!(turns(&moved["slices"][1]), [1, 0, 1, 1]);
    let difference = &report["comparison"]["differences"]["agreement"]["value"];
    assert_eq!(difference, 0.0);
}

#[test]
fn items_are_named_only_where_that_is_asked_for() {
    let folder = folder(&[("six.csv", &SIX.replace("\n2,", "\nsecret-2,"))]);
    let arguments = [&["compare", "six.csv"], &COLUMNS[..]].concat();
    let (_, report) = json_report(folder.path(), &arguments);
    assert!(!report.to_string().contains("secret-2"));
    let named = [&arguments[..], &["--with-items"]].concat();
    let (_, report) = json_report(folder.path(), &named);
    let moved = &report["comparison"]["moved"];
    assert_eq!(
        moved["right_to_wrong_items"],
        serde_json::json!(["secret-2"])
    );
    assert_eq!(moved["wrong_to_right_items"], serde_json::json!(["3"]));
    let said = |arguments: &[&str]| text(&labelgate(folder.path(), arguments).stdout);
    assert!(!said(&arguments).contains("secret-2"));
    assert!(said(&named).contains("Right → wrong: secret-2."));
}

const BASE: &str = "id,label,human\n1,a,a\n2,a,a\n3,a,b\n4,b,b\n5,a,c\n8,a,a\n";
const HEAD: &str = "id,label,human\n2,b,a\n1,a,a\n3,b,b\n4,b,b\n5,b,c\n6,c,c\n7,c,c\n";
const TWO: [&str; 8] = [
    "--id",
    "id",
    "--candidate",
    "label",
    "--reference",
    "human",
    "--scheme",
    "nominal",
];

#[test]
fn two_files_are_compared_on_the_items_that_both_have_and_the_others_are_counted_by_side() {
    let folder = folder(&[("base.csv", BASE), ("head.csv", HEAD)]);
    let (exit, report) = of(folder.path(), &["base.csv", "head.csv"], &TWO);
    assert_eq!(exit, 0);
    let comparison = &report["comparison"];
    assert_eq!(comparison["n"], 5);
    assert_eq!(
        comparison["not_common"],
        serde_json::json!({"baseline_lacks": 2, "candidate_lacks": 1, "both_lack": 0})
    );
    assert_eq!(report["items"]["total"], 5);
    assert_eq!(report["baseline"], "base.csv");
    // Each side's figures are of the common items too: 3 of 5 and 3 of 5.
    assert_eq!(report["baseline_metrics"]["agreement"]["value"], 0.6);
    assert_eq!(report["metrics"]["agreement"]["value"], 0.6);
    let output = labelgate(
        folder.path(),
        &[&["compare", "base.csv", "head.csv"], &TWO[..]].concat(),
    );
    let said = text(&output.stdout);
    let expected = "Not common and left out: 3 items: head.csv lacks 1, base.csv lacks 2.";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn the_reference_may_stand_in_either_file_or_in_a_third() {
    let without = |text: &str| {
        let lines = text.lines().map(|line| line.rsplit_once(',').unwrap().0);
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let third = "id,human\n1,a\n2,a\n3,b\n4,b\n5,c\n";
    let folder = folder(&[
        ("base.csv", BASE),
        ("head.csv", HEAD),
        ("base-bare.csv", &without(BASE)),
        ("head-bare.csv", &without(HEAD)),
        ("third.csv", third),
    ]);
    let compared = |base: &str, head: &str, more: &[&str]| {
        let (exit, report) = of(folder.path(), &[base, head], &[&TWO[..], more].concat());
        assert_eq!(exit, 0);
        let moved = report["comparison"]["moved"].clone();
        (report["comparison"]["differences"].clone(), moved)
    };
    let both = compared("base.csv", "head.csv", &[]);
    assert_eq!(compared("base-bare.csv", "head.csv", &[]), both);
    assert_eq!(compared("base.csv", "head-bare.csv", &[]), both);
    let against = ["--against", "third.csv"];
    assert_eq!(compared("base-bare.csv", "head-bare.csv", &against), both);
}

#[test]
fn references_that_differ_are_a_fault_at_the_first_place() {
    let other = HEAD.replace("3,b,b", "3,b,a").replace("4,b,b", "4,b,a");
    let folder = folder(&[("base.csv", BASE), ("head.csv", &other)]);
    let arguments = [&["compare", "base.csv", "head.csv"], &TWO[..]].concat();
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 2);
    let said = text(&output.stderr);
    let expected = "the reference of `3` is `b` here and `a` on line 4 of `head.csv`";
    assert!(said.contains(expected), "{said}");
    assert!(said.contains("base.csv:4:5"), "{said}");
    assert!(!said.contains("`4`"), "{said}");
}

/// A file of independent items: `right` are right on both sides, `lost` and `won` on one.
fn simulated(right: usize, lost: usize, won: usize) -> String {
    let mut file = "id,human,old,new\n".to_owned();
    let groups = [(right, "x", "x"), (lost, "x", "y"), (won, "y", "x")];
    let mut id = 0;
    for (n, old, new) in groups {
        for _ in 0..n {
            id += 1;
            let _ = writeln!(file, "{id},x,{old},{new}");
        }
    }
    let _ = writeln!(file, "0,y,y,y");
    file
}

#[test]
fn a_margin_gives_a_verdict_and_an_exit_code() {
    for (right, lost, won, verdict, expected) in [
        (900, 10, 10, "pass", 0),
        (900, 80, 10, "fail", 1),
        (90, 4, 4, "inconclusive", 3),
    ] {
        let folder = folder(&[("all.csv", &simulated(right, lost, won))]);
        let bare = of(folder.path(), &["all.csv"], &COLUMNS);
        assert_eq!((bare.0, &bare.1["verdict"]), (0, &Value::Null));
        assert!(bare.1["comparison"]["noninferiority_p"].is_null());
        let more = [&COLUMNS[..], &["--margin", "0.02"]].concat();
        let (exit, report) = of(folder.path(), &["all.csv"], &more);
        assert_eq!(exit, expected, "{verdict}");
        assert_eq!(report["verdict"], verdict);
        assert_eq!(report["comparison"]["verdict"], verdict);
        let p = report["comparison"]["noninferiority_p"].as_f64().unwrap();
        assert_eq!(p < 0.05, verdict == "pass", "{p}");
        let needed = &report["gates"][0]["needed"];
        assert_eq!(needed["items"].is_u64(), verdict == "inconclusive");
    }
}

#[test]
fn an_inconclusive_verdict_says_what_would_settle_it() {
    let folder = folder(&[("all.csv", &simulated(90, 4, 4))]);
    let arguments = [&["compare", "all.csv"], &COLUMNS[..], &["--margin", "0.02"]].concat();
    let output = labelgate(folder.path(), &arguments);
    let said = text(&output.stdout);
    assert!(said.contains("more items would settle it"), "{said}");
    let lenient = [&arguments[..], &["--inconclusive", "pass"]].concat();
    assert_eq!(code(&labelgate(folder.path(), &lenient)), 0);
}

#[test]
fn a_metric_that_no_gate_names_gives_an_alarm_and_changes_no_verdict() {
    // The rare label is lost for good; with a margin that wide the verdict does not mind.
    let mut file = "id,human,old,new\n".to_owned();
    for id in 0..600 {
        let human = if id % 10 == 0 { "rare" } else { "common" };
        let _ = writeln!(file, "{id},{human},{human},common");
    }
    let folder = folder(&[("all.csv", &file)]);
    let more = [&COLUMNS[..], &["--margin", "0.2"]].concat();
    let (exit, report) = of(folder.path(), &["all.csv"], &more);
    assert_eq!((exit, &report["verdict"]), (0, &"pass".into()));
    let alarms = report["comparison"]["alarms"].as_array().unwrap();
    let names: Vec<&str> = alarms
        .iter()
        .map(|a| a["metric"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"macro_f1"), "{names:?}");
    // Agreement is the gate's business, under whatever name.
    for named in ["agreement", "micro_f1", "weighted_recall"] {
        assert!(!names.contains(&named), "{names:?}");
    }
    let watched = report["comparison"]["watched"].as_u64().unwrap() as f64;
    for alarm in alarms {
        let [p, adjusted] = ["p", "adjusted_p"].map(|key| alarm[key].as_f64().unwrap());
        assert!(p <= adjusted && adjusted <= 0.05 && adjusted <= p * watched + 1e-12);
        assert!(alarm["difference"]["value"].as_f64().unwrap() < 0.0);
    }
}

#[test]
fn what_cannot_be_compared_is_refused_with_advice() {
    let folder = folder(&[("base.csv", BASE), ("head.csv", HEAD)]);
    let refused = |folder: &Path, arguments: &[&str], expected: &str| {
        let arguments = [&["compare"], arguments].concat();
        let output = labelgate(folder, &arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        let said = text(&output.stderr);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    };
    let here = folder.path();
    refused(here, &["base.csv", "head.csv"], "needs --candidate COL");
    let bare = &TWO[2..];
    let two = |more: &[&'static str]| [&["base.csv", "head.csv"], more].concat();
    refused(here, &two(bare), "two files need `--id COLUMN`");
    let same = ["--id", "id", "--candidate", "label", "--reference", "label"];
    let same = [&same[..], &["--scheme", "nominal"]].concat();
    refused(here, &two(&same), "`label` is a column under test");
    let one = [&["base.csv"], &TWO[..]].concat();
    refused(here, &one, "needs --baseline COL, or two files");
    let nan = [&two(&TWO)[..], &["--margin", "-0.1"]].concat();
    refused(here, &nan, "a margin is a number from 0 up");
    let shipped = root();
    for (arguments, expected) in [
        (
            &["work_mode@v1", "expertise@v2"][..],
            "ask different questions",
        ),
        (&["work_mode@v1"], "needs two revisions"),
        (&["work_mode@v1", "work_mode@v9"], "no revision `v9`"),
        (&["work_mod@v1", "work_mod@v2"], "`work_mode`"),
        (&["verified_success"], "a derived measure has no revisions"),
        (&["work_mode@v1", "./base.csv"], "a file and a classifier"),
        (
            &["work_mode", "--scheme", "nominal"],
            "--scheme is for files",
        ),
    ] {
        refused(&shipped, arguments, expected);
    }
}

#[test]
fn a_candidate_above_the_second_rater_is_not_called_better_than_the_truth() {
    let mut labels = "id,label\n".to_owned();
    let mut reference = "id,label,rater\n".to_owned();
    for id in 0..40 {
        // The candidate errs twice, the second rater in eight items, two of which are the same.
        let candidate = if id < 2 { "b" } else { "a" };
        let second = if id < 8 { "b" } else { "a" };
        let _ = writeln!(labels, "{id},{candidate}\n{},b", id + 100);
        let _ = writeln!(
            reference,
            "{id},a,ann\n{id},{second},ben\n{},b,ann",
            id + 100
        );
    }
    let folder = folder(&[("labels.csv", &labels), ("ref.csv", &reference)]);
    let arguments = [
        "score",
        "labels.csv",
        "--against",
        "ref.csv",
        "--id",
        "id",
        "--candidate",
        "label",
        "--reference",
        "label",
        "--scheme",
        "nominal",
    ];
    let (exit, report) = json_report(folder.path(), &arguments);
    assert_eq!(exit, 0);
    let ben = &report["reference_reliability"]["raters"][0];
    assert_eq!((&ben["rater"], &ben["n"]), (&"ben".into(), &40.into()));
    assert_eq!(ben["ceiling"]["agreement"]["value"], 0.8);
    assert_eq!(ben["candidate"]["agreement"]["value"], 0.95);
    assert_eq!(ben["above_ceiling"], true);
    assert_eq!(
        ben["disagreements"],
        serde_json::json!({"total": 2, "with_candidate": 2, "with_reference": 0, "with_neither": 0})
    );
    let said = text(&labelgate(folder.path(), &arguments).stdout);
    assert!(said.contains("not better than truth"), "{said}");
    let swapped = [&arguments[..], &["--rater", "ben"]].concat();
    let (_, report) = json_report(folder.path(), &swapped);
    assert_eq!(report["reference_reliability"]["raters"][0]["rater"], "ann");
}
