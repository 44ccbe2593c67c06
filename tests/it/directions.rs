//! Directions of the shipped project, held against another program, and what becomes of them where
//! something is missing.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{code, json_report, labelgate, project, text};

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found}"));
    assert!(
        (found - expected).abs() <= 1e-8 * expected.abs(),
        "{found} is not {expected}"
    );
}

fn directions(folder: &Path, id: &str) -> Vec<Value> {
    let (_, report) = json_report(folder, &["score", id]);
    let directions = report["directions"].as_array();
    directions.unwrap_or_else(|| panic!("{report}")).clone()
}

/// The shipped project with something else in a `classifier.toml`, and no cell hidden.
fn changed(id: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = project();
    let file = folder
        .path()
        .join("prompts")
        .join(id)
        .join("classifier.toml");
    replace(&file, from, to);
    folder
}

fn replace(file: &Path, from: &str, to: &str) {
    let all = fs::read_to_string(file).unwrap();
    assert!(all.contains(from), "{all}");
    fs::write(file, all.replace(from, to)).unwrap();
}

/// Slope and CR1 error: statsmodels 0.15.0, `OLS(...).fit(cov_type="cluster")` with both corrections,
/// on columns made by a script of its own from the recorded answers. CR2 error and degrees of freedom:
/// numpy 2.4.6, with the whole hat matrix.
#[test]
fn effects_of_the_shipped_project_are_those_of_statsmodels() {
    let folder = project();
    let expected = [
        (
            "expertise",
            "actions_per_prompt",
            [
                -0.122_890_084_901_894_79,
                0.106_716_695_675_800_54,
                0.119_994_831_637_871_28,
                7.161_928_760_371_156,
            ],
        ),
        (
            "failure_signal",
            "trouble_events",
            [
                0.378_863_944_206_589_64,
                0.041_414_369_001_909_13,
                0.043_548_494_306_697_94,
                7.197_456_027_012_952,
            ],
        ),
        (
            "task_value",
            "lines_changed",
            [
                1.210_647_084_197_275_2,
                0.076_637_611_974_453_29,
                0.093_629_495_675_320_95,
                8.121_944_743_248_7,
            ],
        ),
        (
            "decisions",
            "user_execution_fewer_actions",
            [
                -1.328_214_993_684_821_5,
                0.412_243_394_725_949_45,
                0.473_410_415_409_255,
                6.923_270_080_603_874,
            ],
        ),
    ];
    for (id, name, [slope, cr1, cr2, df]) in expected {
        let directions = directions(folder.path(), id);
        let found = directions.iter().find(|one| one["name"] == name).unwrap();
        close(&found["effect"]["value"], slope);
        close(&found["effect"]["se"], cr1);
        close(&found["effect_cr2"]["value"], slope);
        close(&found["effect_cr2"]["se"], cr2);
        close(&found["effect_cr2"]["df"], df);
        let status = found["status"].as_str().unwrap();
        let holds = id != "expertise";
        assert_eq!(
            status,
            if holds { "holds" } else { "inconclusive" },
            "{found}"
        );
    }
}

#[test]
fn rare_levels_of_a_control_are_pooled_and_said_to_be() {
    let folder = project();
    let found = &directions(folder.path(), "failure_signal")[0];
    let controls = &found["controls"];
    assert_eq!(controls[0]["name"], "month");
    assert_eq!(controls[0]["coding"], "levels");
    assert_eq!(
        (&controls[0]["levels"], &controls[0]["pooled"]),
        (&6.into(), &3.into())
    );
}

#[test]
fn an_expectation_turned_round_is_contradicted() {
    let folder = changed(
        "success_signal",
        "expect = \"increasing\"",
        "expect = \"decreasing\"",
    );
    let found = &directions(folder.path(), "success_signal")[0];
    assert_eq!(found["status"], "contradicted", "{found}");
    assert!(
        found["jonckheere_terpstra_p"].as_f64().unwrap() > 0.99,
        "{found}"
    );
}

#[test]
fn every_item_is_used_or_counted_as_dropped() {
    let folder = changed(
        "success",
        "expect = \"increasing\"",
        "expect = \"increasing\"",
    );
    let found = &directions(folder.path(), "success")[0];
    let dropped = &found["dropped"];
    let of = |value: &Value| value.as_u64().unwrap();
    let controls = dropped["controls"].as_object().unwrap().values().map(of);
    let all = ["label", "telemetry", "outcome"]
        .iter()
        .map(|why| of(&dropped[*why]));
    assert_eq!(
        of(&found["n"]) + all.sum::<u64>() + controls.sum::<u64>(),
        240,
        "{found}"
    );
    let levels = found["levels"].as_array().unwrap().iter();
    assert_eq!(
        levels.map(|level| of(&level["n"])).sum::<u64>(),
        of(&found["n"])
    );
}

#[test]
fn controls_that_determine_each_other_are_named() {
    let folder = changed(
        "failure_signal",
        "[\"month\", \"work_mode\"]",
        "[\"month\", \"surface\"]",
    );
    // Surfaces that are the months once more.
    let file = folder.path().join("gold/sessions.jsonl");
    let lines = fs::read_to_string(&file).unwrap();
    let lines = lines.lines().map(|line| {
        let mut item: Value = serde_json::from_str(line).unwrap();
        item["surface"] = item["month"].clone();
        format!("{item}\n")
    });
    let lines: String = lines.collect();
    fs::write(&file, lines).unwrap();
    let found = &directions(folder.path(), "failure_signal")[0];
    assert_eq!(found["status"], "undefined");
    assert_eq!(found["undefined"], "collinear_columns");
    assert_eq!(found["effect"]["value"], Value::Null);
    let column = found["collinear"][0]["column"].as_str().unwrap();
    let month = column.replace("surface", "month");
    assert!(column.starts_with("surface = "), "{found}");
    assert_eq!(found["collinear"][0]["determined_by"][0], month, "{found}");
    let output = labelgate(folder.path(), &["score", "failure_signal"]);
    assert_eq!(code(&output), 0);
    let shown = text(&output.stdout);
    assert!(shown.contains("leave out one of these controls"), "{shown}");
}

#[test]
fn a_classifier_without_answers_cannot_be_held_constant() {
    let folder = project();
    fs::remove_dir_all(folder.path().join("gold/answers/work_mode")).unwrap();
    let found = &directions(folder.path(), "failure_signal")[0];
    assert_eq!(found["undefined"], "control_not_answered", "{found}");
    // The means by label hold nothing constant.
    assert!(found["levels"][0]["mean"]["value"].is_number(), "{found}");
}

#[test]
fn levels_of_few_clusters_are_hidden_and_counts_by_label_with_them() {
    let folder = project();
    replace(
        &folder.path().join("labelgate.toml"),
        "min_clusters = 1",
        "min_clusters = 5",
    );
    let found = &directions(folder.path(), "expertise")[0];
    let levels = found["on_reference"]["levels"].as_array().unwrap();
    assert_eq!(levels[0]["mean"]["undefined"], "suppressed", "{found}");
    assert!(levels[1]["mean"]["value"].is_number(), "{found}");
    for level in levels {
        assert_eq!(
            (&level["n"], &level["clusters"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(level["mean"]["n"], Value::Null, "{level}");
    }
    let step = &found["on_reference"]["steps"][0];
    assert_eq!(step["difference"]["undefined"], "suppressed", "{step}");
}
