//! Test cases against the gates of the JSON report, and against names that are no XML.

use std::fs;
use std::path::Path;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::Value;

use crate::cli::{code, json_report, labelgate, project, text};

/// The cases of a command's file, by suite.
fn cases(folder: &Path, arguments: &[&str]) -> (i32, Report) {
    let all = [arguments, &["-o", "-", "--format", "junit"]].concat();
    let output = labelgate(folder, &all);
    let xml = text(&output.stdout);
    assert!(!xml.is_empty(), "{}", text(&output.stderr));
    for character in xml.chars() {
        let is_allowed = matches!(character, '\t' | '\n' | '\r')
            || (character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}'));
        assert!(is_allowed, "{character:?} is not XML 1.0");
    }
    (code(&output), Report::deserialize_from_str(&xml).unwrap())
}

fn word(case: &TestCase) -> (&'static str, &str) {
    match &case.status {
        TestCaseStatus::Success { .. } => ("success", ""),
        TestCaseStatus::Skipped { ty, .. } => ("skipped", ty.as_ref().unwrap().as_str()),
        TestCaseStatus::NonSuccess { kind, ty, .. } => {
            let kind = match kind {
                NonSuccessKind::Failure => "failure",
                NonSuccessKind::Error => "error",
            };
            (kind, ty.as_ref().unwrap().as_str())
        }
    }
}

fn message(case: &TestCase) -> &str {
    match &case.status {
        TestCaseStatus::Success { .. } => "",
        TestCaseStatus::Skipped { message, .. } | TestCaseStatus::NonSuccess { message, .. } => {
            message.as_ref().unwrap().as_str()
        }
    }
}

#[test]
fn every_check_of_every_gate_is_a_case_and_only_what_is_met_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, json) = json_report(root, &["gate"]);
    let (exit, junit) = cases(root, &["gate"]);
    assert_eq!(exit, 3);
    let reports = json["reports"].as_array().unwrap();
    let mut n_skipped = 0;
    for report in reports {
        let name = report["classifier"].as_str().unwrap();
        let suites = junit.test_suites.iter();
        let suite = suites
            .clone()
            .find(|suite| suite.name.as_str() == name)
            .unwrap();
        let gates = report["gates"].as_array().unwrap();
        if gates.is_empty() {
            assert_eq!(word(&suite.test_cases[0]), ("skipped", "no_gate"));
            continue;
        }
        let checks: Vec<&Value> = gates
            .iter()
            .flat_map(|gate| gate["checks"].as_array().unwrap())
            .collect();
        assert_eq!(suite.test_cases.len(), checks.len(), "{name}");
        for (case, check) in suite.test_cases.iter().zip(checks) {
            assert_eq!(case.classname.as_ref().unwrap().as_str(), name);
            let (status, kind) = word(case);
            match check["verdict"].as_str().unwrap() {
                "pass" => assert_eq!(status, "success"),
                "fail" => assert_eq!((status, kind), ("failure", "missed")),
                _ => match kind {
                    "undefined" => assert_eq!(status, "error"),
                    "suppressed" => assert_eq!(status, "skipped"),
                    _ => {
                        assert_eq!((status, kind), ("skipped", "inconclusive"));
                        n_skipped += 1;
                    }
                },
            }
        }
    }
    assert!(n_skipped > 0);
    assert_eq!(
        junit.skipped,
        junit
            .test_suites
            .iter()
            .map(|suite| suite.skipped)
            .sum::<usize>()
    );
}

#[test]
fn the_case_of_a_gate_says_what_was_measured() {
    let folder = project();
    let file = folder.path().join("prompts/expertise/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        all.replace("candidate = \"v2\"", "candidate = \"v1\""),
    )
    .unwrap();
    let (exit, junit) = cases(folder.path(), &["gate", "expertise"]);
    assert_eq!(exit, 1);
    let suite = &junit.test_suites[1];
    let failed = suite.test_cases.iter();
    let failed: Vec<&TestCase> = failed.filter(|case| word(case).0 == "failure").collect();
    assert!(!failed.is_empty());
    for case in failed {
        assert!(
            case.name.as_str().contains(['≥', '≤', '>']),
            "{}",
            case.name.as_str()
        );
        assert!(message(case).starts_with("measured "), "{}", message(case));
    }
    let candidate = suite.properties.iter();
    let candidate = candidate
        .clone()
        .find(|one| one.name.as_str() == "candidate");
    assert_eq!(candidate.unwrap().value.as_str(), "v1");
}

#[test]
fn an_inconclusive_gate_fails_where_it_counts_as_failed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (exit, junit) = cases(root, &["gate", "work_mode", "--inconclusive", "fail"]);
    assert_eq!(exit, 1);
    let all = junit.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let words: Vec<_> = all.map(word).collect();
    assert!(words.contains(&("failure", "inconclusive")), "{words:?}");
    assert!(!words.contains(&("skipped", "inconclusive")), "{words:?}");
}

#[test]
fn answers_that_are_missing_are_an_error_of_their_own() {
    let folder = project();
    let prompt = folder.path().join("prompts/work_mode/v2.md");
    let edited = fs::read_to_string(&prompt).unwrap() + "\nThink twice.\n";
    fs::write(&prompt, edited).unwrap();
    let (exit, junit) = cases(folder.path(), &["gate", "work_mode"]);
    assert_eq!(exit, 4);
    let case = &junit.test_suites[0].test_cases[0];
    assert_eq!(word(case), ("error", "incomplete"));
    assert!(message(case).contains("work_mode@v2"), "{}", message(case));
}

#[test]
fn names_that_are_no_xml_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let column = "b<script>&\"'\u{1}\u{fffe}]]>\u{1b}[31m";
    let mut rows = format!("\"{}\",c,r\n", column.replace('"', "\"\""));
    for item in 0..60 {
        let label = ["x", "y"][item % 2];
        rows.push_str(&format!("{label},{label},{label}\n"));
    }
    fs::write(folder.path().join("l.csv"), rows).unwrap();
    let arguments = [
        "compare",
        "l.csv",
        "--baseline",
        column,
        "--candidate",
        "c",
        "--reference",
        "r",
        "--scheme",
        "nominal",
        "--margin",
        "0.02",
    ];
    let (exit, junit) = cases(folder.path(), &arguments);
    assert_eq!(exit, 0);
    let case = &junit.test_suites[1].test_cases[0];
    assert_eq!(word(case).0, "success");
    let name = case.name.as_str();
    assert!(name.contains("b<script>&\"'"), "{name}");
    assert!(name.contains("]]>"), "{name}");
}
