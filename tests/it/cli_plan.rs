//! `labelgate plan`, and what it says once a program has answered: from outside.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{code, json_report, labelgate, project, text};

const MODEL: [&str; 6] = [
    "plan",
    "work_mode",
    "--provider",
    "anthropic",
    "--model",
    "m-1",
];

/// The shipped project with a program that labels each question by the last digit of its id, so
/// that it does not say the same of an item twice.
fn with_program() -> tempfile::TempDir {
    let folder = project();
    let script = r#"while read -r line; do
        id=${line#*\"id\":\"}; id=${id%%\"*}
        case $id in *[02468]) label=fix ;; *) label=build ;; esac
        printf '{"id":"%s","label":"%s"}\n' "$id" "$label"
    done
"#;
    fs::write(folder.path().join("classify.sh"), script).unwrap();
    let file = folder.path().join("labelgate.toml");
    let settings = fs::read_to_string(&file).unwrap().replace(
        "provider = \"replay\"",
        "provider = \"command\"\ncommand = [\"/bin/sh\", \"classify.sh\"]",
    );
    fs::write(file, settings).unwrap();
    folder
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn total<'v>(plan: &'v Value, key: &str) -> &'v Value {
    &plan["total"][key]
}

#[test]
fn a_plan_needs_no_key_and_leaves_nothing_behind() {
    let folder = project();
    let before = files(folder.path());
    let (code, plan) = json_report(folder.path(), &[&MODEL[..], &["--limit", "10"]].concat());
    assert_eq!(code, 0);
    assert_eq!(files(folder.path()), before);
    assert_eq!(plan["schema"], "labelgate.plan/1");
    assert_eq!(
        [total(&plan, "questions"), total(&plan, "to_ask")],
        [20, 20]
    );
    assert!(total(&plan, "input_tokens_estimated").as_u64().unwrap() > 1000);
    assert_eq!(total(&plan, "expected_from"), "max_tokens");
}

#[test]
fn an_unknown_price_is_unknown_and_a_known_one_is_halved_in_a_batch() {
    let folder = project();
    let (_, plan) = json_report(folder.path(), &MODEL);
    assert_eq!(total(&plan, "cost_usd"), &Value::Null);
    assert_eq!(plan["series"][0]["batch_cost_usd"], Value::Null);
    let shown = labelgate(folder.path(), &MODEL);
    assert!(text(&shown.stdout).contains("  unknown  unknown\n"));

    let price = "[[price]]\nmodel = \"m-1\"\ninput = 1000\noutput = 0\n";
    fs::write(folder.path().join("prices.toml"), price).unwrap();
    let (_, plan) = json_report(folder.path(), &MODEL);
    let cost = |key: &str| total(&plan, key)["expected"].as_f64().unwrap();
    let tokens = total(&plan, "input_tokens_estimated").as_f64().unwrap();
    assert_eq!(total(&plan, "cache_read_tokens_estimated"), 0);
    assert!((cost("cost_usd") - tokens / 1000.0).abs() < 1e-9 * tokens);
    assert!((cost("batch_cost_usd") - tokens / 2000.0).abs() < 1e-9 * tokens);
}

#[test]
fn each_gate_says_what_it_needs_and_on_what_that_rests() {
    let folder = project();
    let plan = |more: &[&str]| {
        let (code, plan) = json_report(folder.path(), &[&["plan", "work_mode"], more].concat());
        assert_eq!(code, 0);
        plan
    };
    let gate = |plan: &Value, begin: &str| -> Value {
        let gates = plan["gates"].as_array().unwrap();
        let is_it = |gate: &&Value| gate["gate"].as_str().unwrap().starts_with(begin);
        gates.iter().find(is_it).unwrap().clone()
    };
    let usual = plan(&[]);
    let against = gate(&usual, "agreement against v1");
    assert_eq!(against["discordance"]["from"], "pilot");
    assert_eq!(against["true_value"]["from"], "assumed");
    let items = |gate: &Value, power: &str| gate[power]["items"].as_u64().unwrap();
    assert!(items(&against, "power_80") < items(&against, "power_90"));

    let stated = plan(&[
        "--true",
        "agreement=0.75",
        "--difference",
        "-0.03",
        "--icc",
        "0",
    ]);
    let threshold = gate(&stated, "agreement ≥ 0.75");
    assert_eq!(threshold["outlook"], "never");
    assert_eq!(threshold["power_80"], Value::Null);
    assert_eq!(gate(&stated, "agreement against v1")["outlook"], "never");

    let wrong = labelgate(folder.path(), &["plan", "--true", "agreemnt=0.8"]);
    assert_eq!(code(&wrong), 2);
    assert!(
        text(&wrong.stderr).contains("agreement"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn a_program_is_asked_once_and_its_repeats_are_held_against_one_another() {
    let folder = with_program();
    let arguments = ["work_mode@v2", "--limit", "9", "--repeats", "3", "-j", "1"];
    let asked = labelgate(folder.path(), &[&["run"], &arguments[..]].concat());
    assert_eq!(code(&asked), 0, "{}", text(&asked.stderr));
    let (_, plan) = json_report(folder.path(), &[&["plan"], &arguments[..]].concat());
    assert_eq!([total(&plan, "stored"), total(&plan, "to_ask")], [27, 0]);

    let score = ["score", "work_mode", "--limit", "9"];
    let (_, report) = json_report(folder.path(), &score);
    let repeats = &report["repeats"];
    assert_eq!(
        [
            &repeats["count"],
            &repeats["items"],
            &repeats["flipped_items"]
        ],
        [3, 9, 9]
    );
    assert_eq!(repeats["rule"], "majority; ties: the label given first");
    // Of three labels two are the same: two of the three pairs differ.
    let flip_rate = repeats["flip_rate"]["value"].as_f64().unwrap();
    assert!((flip_rate - 2.0 / 3.0).abs() < 1e-12, "{flip_rate}");
    assert!(repeats["test_retest_kappa"]["value"].as_f64().unwrap() < 0.0);
    let spending = &report["manifest"]["spending"];
    assert_eq!(
        [&spending["answers"], &spending["unpriced_answers"]],
        [27, 27]
    );
    assert_eq!(spending["cost_usd"], Value::Null);
    let shown = labelgate(folder.path(), &score);
    let out = text(&shown.stdout);
    assert!(out.contains("27 answers · cost unknown"), "{out}");
    assert!(out.contains("ties: the label given first"), "{out}");
}
