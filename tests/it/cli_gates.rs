//! Every form of gate, from `classifier.toml` to verdict.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{json_report, project};

/// The gates of a classifier of the shipped project, with these gates for its own.
fn judged(id: &str, gates: &[&str]) -> Vec<Value> {
    let folder = project();
    let file = folder
        .path()
        .join("prompts")
        .join(id)
        .join("classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    let (before, _) = all.split_once("[[gate]]").unwrap();
    let gates: Vec<String> = gates
        .iter()
        .map(|gate| format!("[[gate]]\n{gate}\n"))
        .collect();
    fs::write(&file, format!("{before}{}", gates.join("\n"))).unwrap();
    of(folder.path(), id)
}

fn of(folder: &Path, id: &str) -> Vec<Value> {
    let (_, report) = json_report(folder, &["gate", id]);
    let gates = report["gates"].as_array();
    gates.unwrap_or_else(|| panic!("{report}")).clone()
}

#[track_caller]
fn check(gate: &Value, verdict: &str, reason: &str, n_checks: usize) {
    assert_eq!(gate["verdict"], verdict, "{gate}");
    assert_eq!(gate["reason"], reason, "{gate}");
    assert_eq!(gate["checks"].as_array().unwrap().len(), n_checks, "{gate}");
}

#[test]
fn thresholds_are_held_against_the_value_or_the_limit_that_could_fail() {
    // Agreement is 0.93 [0.88, 0.96].
    let gates = judged(
        "work_mode",
        &[
            "metric = \"agreement\"\nat_least = 0.9\nby = \"point\"",
            "metric = \"agreement\"\nat_least = 0.9\nby = \"lower\"",
            "metric = \"agreement\"\nat_least = 0.85\nby = \"lower\"",
            "metric = \"agreement\"\nat_least = 0.98\nby = \"lower\"",
            "metric = \"cohen_kappa\"\nat_most = 0.5\nby = \"point\"",
            "metric = \"no_information_rate\"\nat_most = 0.9\nby = \"upper\"",
        ],
    );
    check(&gates[0], "pass", "met", 1);
    check(&gates[1], "inconclusive", "threshold_inside_interval", 1);
    assert!(
        gates[1]["needed"]["items"].as_u64().unwrap() > 10,
        "{}",
        gates[1]
    );
    check(&gates[2], "pass", "met", 1);
    assert!(gates[2]["needed"].is_null());
    check(&gates[3], "fail", "missed", 1);
    check(&gates[4], "fail", "missed", 1);
    check(&gates[5], "pass", "met", 1);
}

#[test]
fn a_gate_on_every_class_or_slice_value_needs_each_to_hold() {
    let gates = judged(
        "work_mode",
        &[
            "metric = \"f1\"\nclass = \"*\"\nmin_support = 15\nat_least = 0.6\nby = \"point\"",
            "metric = \"recall\"\nclass = \"analyze\"\nat_least = 0.9\nby = \"point\"",
            "metric = \"recall\"\nclass = \"plan\"\nmin_support = 15\nat_least = 0.5\nby = \"lower\"",
            "metric = \"f1\"\nclass = \"*\"\nmin_support = 100\nat_least = 0.5\nby = \"point\"",
            "metric = \"agreement\"\nslice = \"surface\"\nat_least = 0.8\nby = \"point\"",
            "metric = \"agreement\"\nslice = \"surface\"\nat_least = 0.9\nby = \"point\"",
        ],
    );
    check(&gates[0], "pass", "met", 3);
    check(&gates[1], "fail", "missed", 1);
    check(&gates[2], "inconclusive", "low_support", 1);
    // Six of 240 items are plans; nine more are about 360 more items.
    assert_eq!(gates[2]["needed"]["items"], 360);
    assert_eq!(gates[2]["needed"]["class_items"], 9);
    check(&gates[3], "inconclusive", "no_class_at_min_support", 1);
    check(&gates[4], "pass", "met", 9);
    check(&gates[5], "fail", "missed", 9);
    assert_eq!(gates[5]["slice_value"], "agent-sdk-headless");
}

#[test]
fn rules_and_the_baseline_are_judged_and_too_few_clusters_are_never_a_pass() {
    let gates = judged(
        "work_mode",
        &[
            "rule = \"code_change\"\nmetric = \"contrast\"\nat_least = 0.0\nby = \"lower\"",
            "rule = \"code_change\"\nmetric = \"holds\"\nat_least = 0.5\nby = \"lower\"",
            "rule = \"code_change\"\nmetric = \"holds\"\nat_least = 0.5\nby = \"point\"",
            "metric = \"agreement\"\ncompared_to = \"baseline\"\nmargin = 0.03\nby = \"lower\"",
            "metric = \"f1\"\nclass = \"*\"\nmin_support = 15\ncompared_to = \"baseline\"\nmargin = 0.5\nby = \"lower\"",
            "metric = \"recall\"\nclass = \"analyze\"\ncompared_to = \"baseline\"\nmargin = 0.0\nby = \"point\"",
            "metric = \"agreement\"\nslice = \"surface\"\ncompared_to = \"baseline\"\nmargin = 0.03\nby = \"lower\"",
        ],
    );
    check(&gates[0], "pass", "met", 1);
    check(&gates[1], "inconclusive", "few_clusters", 1);
    assert!(gates[1]["needed"]["clusters"].as_u64().unwrap() > 0);
    check(&gates[2], "pass", "met", 1);
    check(&gates[3], "pass", "met", 1);
    check(&gates[4], "pass", "met", 3);
    check(&gates[5], "fail", "missed", 1);
    assert_eq!(gates[6]["verdict"], "inconclusive", "{}", gates[6]);
    assert_eq!(gates[6]["checks"].as_array().unwrap().len(), 9);
}

#[test]
fn shares_and_derived_measures_have_gates_of_their_own() {
    let gates = judged(
        "decisions",
        &[
            "metric = \"mae\"\nshare = \"user_planning_share\"\nat_most = 0.3\nby = \"upper\"",
            "metric = \"mae\"\nshare = \"user_planning_share\"\ncompared_to = \"baseline\"\nmargin = 0.1\nby = \"lower\"",
        ],
    );
    check(&gates[0], "pass", "met", 1);
    assert_eq!(gates[0]["share"], "user_planning_share");
    check(&gates[1], "pass", "met", 1);
    let folder = project();
    let derived = of(folder.path(), "verified_success");
    assert!(!derived.is_empty());
    for gate in derived {
        let verdict = gate["verdict"].as_str().unwrap();
        assert!(["pass", "inconclusive", "fail"].contains(&verdict));
    }
}

#[test]
fn the_second_rater_of_the_gold_set_is_shown_as_the_ceiling() {
    let (_, report) = json_report(project().path(), &["score", "work_mode"]);
    let reliability = &report["reference_reliability"];
    assert_eq!(reliability["reference"], "first");
    let second = &reliability["raters"][0];
    assert_eq!(
        (&second["rater"], &second["n"]),
        (&"second".into(), &59.into())
    );
    for side in ["ceiling", "candidate"] {
        for metric in ["agreement", "cohen_kappa"] {
            assert!(second[side][metric]["value"].is_f64(), "{second}");
        }
    }
    let disagreements = &second["disagreements"];
    let count = |key: &str| disagreements[key].as_u64().unwrap();
    let total = count("with_candidate") + count("with_reference") + count("with_neither");
    assert_eq!(count("total"), total);
    let agreed = second["candidate"]["agreement"]["value"].as_f64().unwrap();
    assert_eq!(((1.0 - agreed) * 59.0).round() as u64, total);
}
