//! Whether confidence comes true: through the program, held against sums made here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::{code, json_report, labelgate, project, text};

/// An item of a made file.
#[derive(Clone, Copy)]
struct Row {
    account: u64,
    confidence: Option<f64>,
    right: bool,
}

const STATED: [f64; 9] = [0.05, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.95, 1.0];

/// Items whose labeller is surer than it is right.
fn made(n: usize, n_accounts: u64) -> Vec<Row> {
    let mut state = 7_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    let row = |item: usize| {
        let confidence = STATED[item % STATED.len()];
        Row {
            account: (draw() * n_accounts as f64) as u64,
            confidence: (item % 31 != 5).then_some(confidence),
            right: draw() < 0.15 + 0.7 * confidence,
        }
    };
    (0..n).map(row).collect()
}

/// The rows as a file of labels; `right` stands in it as a number too.
fn write(folder: &Path, rows: &[Row]) {
    let mut csv = "id,account,reference,candidate,confidence,right,stated\n".to_owned();
    for (item, row) in rows.iter().enumerate() {
        let reference = ["a", "b", "c"][item % 3];
        let candidate = match row.right {
            true => reference,
            false => ["b", "c", "a"][item % 3],
        };
        let stated = row.confidence.map_or_else(String::new, |p| p.to_string());
        let right = row
            .confidence
            .map_or("", |_| if row.right { "1" } else { "0" });
        writeln!(
            csv,
            "i{item},u{},{reference},{candidate},{stated},{right},{stated}",
            row.account
        )
        .unwrap();
    }
    fs::write(folder.join("labels.csv"), csv).unwrap();
}

const SCORE: [&str; 10] = [
    "score",
    "./labels.csv",
    "--candidate",
    "candidate",
    "--reference",
    "reference",
    "--scheme",
    "nominal",
    "--cluster",
    "account",
];

fn score(folder: &Path, more: &[&str]) -> Value {
    let arguments: Vec<&str> = SCORE.iter().chain(more).copied().collect();
    let (code, report) = json_report(folder, &arguments);
    assert_eq!(code, 0);
    report
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found}"));
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

/// The bin of a confidence by its decimals: over 0.5 and up to 0.6 is the sixth.
fn bin(confidence: f64) -> u64 {
    ((confidence * 1000.0).round() as u64).div_ceil(100).max(1)
}

#[test]
fn the_figures_are_those_of_the_items() {
    let folder = tempfile::tempdir().unwrap();
    let rows = made(500, 60);
    write(folder.path(), &rows);
    let report = score(folder.path(), &["--confidence", "confidence"]);
    let found = &report["calibration"][0];
    let stated: Vec<(f64, f64)> = rows
        .iter()
        .filter_map(|row| Some((row.confidence?, f64::from(row.right))))
        .collect();
    let n = stated.len() as f64;
    assert_eq!(found["items"], stated.len());
    assert_eq!(found["without_confidence"], rows.len() - stated.len());
    assert_eq!(found["side"], "candidate");
    let metrics = &found["metrics"];
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| stated.iter().map(value).sum::<f64>() / n;
    let right = mean(&|row| row.1);
    close(&metrics["accuracy"]["value"], right);
    close(&metrics["mean_confidence"]["value"], mean(&|row| row.0));
    close(
        &metrics["overconfidence"]["value"],
        mean(&|row| row.0 - row.1),
    );
    let brier = mean(&|row| (row.0 - row.1).powi(2));
    close(&metrics["brier"]["value"], brier);
    close(
        &metrics["brier_skill"]["value"],
        1.0 - brier / (right * (1.0 - right)),
    );
    let mut won = 0.0;
    let mut pairs = 0.0;
    for (sure, _) in stated.iter().filter(|row| row.1 == 1.0) {
        for (unsure, _) in stated.iter().filter(|row| row.1 == 0.0) {
            pairs += 1.0;
            won += match sure.total_cmp(unsure) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    close(&metrics["auroc"]["value"], won / pairs);
    let mut bins: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    for row in &stated {
        bins.entry(bin(row.0)).or_default().push(*row);
    }
    let gap = |rows: &[(f64, f64)]| rows.iter().map(|row| row.0 - row.1).sum::<f64>().abs();
    close(
        &metrics["ece"]["value"],
        bins.values().map(|rows| gap(rows)).sum::<f64>() / n,
    );
    let worst = bins.values().map(|rows| gap(rows) / rows.len() as f64);
    close(&metrics["mce"]["value"], worst.fold(0.0, f64::max));
    let shown = found["bins"].as_array().unwrap();
    assert_eq!(shown.len(), bins.len());
    for (shown, (place, rows)) in shown.iter().zip(&bins) {
        close(&shown["up_to"], *place as f64 / 10.0);
        assert_eq!(shown["items"], rows.len());
        let right = rows.iter().map(|row| row.1).sum::<f64>() / rows.len() as f64;
        close(&shown["accuracy"]["value"], right);
        let mean = rows.iter().map(|row| row.0).sum::<f64>() / rows.len() as f64;
        close(&shown["mean_confidence"], mean);
    }
}

#[test]
fn overconfidence_has_the_interval_of_a_mean_over_accounts() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &made(400, 50));
    let report = score(folder.path(), &["--confidence", "confidence"]);
    let arguments = [
        "score",
        "./labels.csv",
        "--candidate",
        "stated",
        "--reference",
        "right",
        "--scheme",
        "numeric",
        "--cluster",
        "account",
    ];
    let (_, numbers) = json_report(folder.path(), &arguments);
    let over = &report["calibration"][0]["metrics"]["overconfidence"];
    for part in ["value", "se", "low", "high", "df"] {
        close(
            &over[part],
            numbers["metrics"]["bias"][part].as_f64().unwrap(),
        );
    }
}

#[test]
fn a_weight_of_two_is_an_item_twice() {
    let folder = tempfile::tempdir().unwrap();
    let twice = |item: usize| if item.is_multiple_of(3) { 2 } else { 1 };
    let rows = made(90, 30);
    write(folder.path(), &rows);
    let file = fs::read_to_string(folder.path().join("labels.csv")).unwrap();
    let (mut weighted, mut repeated) = (String::new(), String::new());
    for (line, row) in file.lines().enumerate() {
        let Some(item) = line.checked_sub(1) else {
            weighted = format!("{row},weight\n");
            repeated = format!("{row}\n");
            continue;
        };
        writeln!(weighted, "{row},{}", twice(item)).unwrap();
        for _ in 0..twice(item) {
            writeln!(repeated, "{row}").unwrap();
        }
    }
    let metrics = |csv: &str, more: &[&str]| {
        fs::write(folder.path().join("labels.csv"), csv).unwrap();
        let more: Vec<&str> = more
            .iter()
            .copied()
            .chain(["--confidence", "confidence"])
            .collect();
        score(folder.path(), &more)["calibration"][0]["metrics"].clone()
    };
    let (weighted, repeated) = (
        metrics(&weighted, &["--weight", "weight"]),
        metrics(&repeated, &[]),
    );
    for metric in [
        "accuracy",
        "mean_confidence",
        "overconfidence",
        "ece",
        "mce",
        "brier",
    ] {
        close(
            &weighted[metric]["value"],
            repeated[metric]["value"].as_f64().unwrap(),
        );
    }
    assert_eq!(weighted["auroc"]["undefined"], "not_weighted");
    assert_eq!(weighted["ece_by_chance"]["undefined"], "not_weighted");
}

#[test]
fn a_confidence_that_is_no_share_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "reference,candidate,confidence\na,a,0.5\na,b,high\nb,b,\nb,b,1.2\n";
    fs::write(folder.path().join("labels.csv"), csv).unwrap();
    let arguments: Vec<&str> = SCORE[..8]
        .iter()
        .copied()
        .chain(["--confidence", "confidence"])
        .collect();
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 2);
    let said = text(&output.stderr);
    assert!(
        said.contains("labels.csv:3") && said.contains("`high`"),
        "{said}"
    );
    assert!(
        said.contains("labels.csv:5") && said.contains("`1.2`"),
        "{said}"
    );
    assert!(said.contains("write a share such as 0.8"), "{said}");
}

#[test]
fn a_number_is_right_within_a_factor_of_two() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "reference,candidate,sure\n10,20,0.9\n10,21,0.4\n8,4,0.8\n8,3,0.2\n";
    fs::write(folder.path().join("labels.csv"), csv).unwrap();
    let arguments = [
        "score",
        "./labels.csv",
        "--candidate",
        "candidate",
        "--reference",
        "reference",
        "--scheme",
        "numeric",
        "--confidence",
        "sure",
    ];
    let (_, report) = json_report(folder.path(), &arguments);
    let metrics = &report["calibration"][0]["metrics"];
    close(&metrics["accuracy"]["value"], 0.5);
    close(&metrics["auroc"]["value"], 1.0);
}

#[test]
fn bins_are_joined_until_right_and_wrong_rest_on_enough_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let rows = made(300, 40);
    write(folder.path(), &rows);
    // Items without a confidence would tell too little to be shown beside the rest.
    let with: Vec<Row> = rows
        .into_iter()
        .filter(|row| row.confidence.is_some())
        .collect();
    write(folder.path(), &with);
    let more = ["--confidence", "confidence", "--min-clusters", "8"];
    let report = score(folder.path(), &more);
    let found = &report["calibration"][0];
    let bins = found["bins"].as_array().unwrap();
    assert!(bins.len() > 1, "{found}");
    for bin in bins {
        let (low, high) = (
            bin["above"].as_f64().unwrap(),
            bin["up_to"].as_f64().unwrap(),
        );
        let accounts = |right: bool| {
            let rows = with.iter().filter(|row| row.right == right);
            let here = |p: f64| (p > low + 1e-9 || low == 0.0) && p <= high + 1e-9;
            let rows = rows.filter(|row| row.confidence.is_some_and(here));
            rows.map(|row| row.account).collect::<BTreeSet<u64>>().len()
        };
        assert!(accounts(true) >= 8 && accounts(false) >= 8, "{bin}");
    }
    let n: u64 = bins.iter().map(|bin| bin["items"].as_u64().unwrap()).sum();
    assert_eq!(n, with.len() as u64);
    assert_eq!(
        found["metrics"]["ece_equal_mass"]["undefined"],
        "suppressed"
    );
    assert!(found["metrics"]["ece"]["value"].is_number());
}

#[test]
fn what_a_few_accounts_state_is_hidden_altogether() {
    let folder = tempfile::tempdir().unwrap();
    // Of these items some state no confidence, and too few accounts are wrong on them.
    write(folder.path(), &made(80, 40));
    let more = ["--confidence", "confidence", "--min-clusters", "8"];
    let report = score(folder.path(), &more);
    let found = &report["calibration"][0];
    assert_eq!(found["items"], Value::Null);
    assert_eq!(found["without_confidence"], Value::Null);
    assert_eq!(found["bins"], json!([]));
    for (metric, measured) in found["metrics"].as_object().unwrap() {
        assert_eq!(measured["undefined"], "suppressed", "{metric}");
    }
}

#[test]
fn what_a_model_says_in_its_answers_is_held_against_the_reference() {
    let folder = project();
    let path = folder.path().join("gold/answers/work_mode/v2.jsonl");
    let lines = fs::read_to_string(&path).unwrap();
    let mut said = String::new();
    for (at, line) in lines.lines().enumerate() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let mut answer: Value = serde_json::from_str(line["text"].as_str().unwrap()).unwrap();
        match at % 10 {
            0 => {}
            1 => answer["confidence"] = json!("quite high"),
            2 => answer["confidence"] = json!("90%"),
            _ => answer["confidence"] = json!(0.75),
        }
        line["text"] = json!(answer.to_string());
        writeln!(said, "{line}").unwrap();
    }
    fs::write(&path, said).unwrap();
    let (_, report) = json_report(folder.path(), &["score", "work_mode"]);
    let all = report["calibration"].as_array().unwrap();
    let candidate = all.iter().find(|one| one["side"] == "candidate").unwrap();
    assert_eq!(candidate["labels_of"], "v2");
    assert_eq!(candidate["unusable"], 24);
    assert_eq!(candidate["items"], 192);
    assert_eq!(candidate["without_confidence"], 48);
    close(
        &candidate["metrics"]["mean_confidence"]["value"],
        (24.0 * 0.9 + 168.0 * 0.75) / 192.0,
    );
    assert!(all.iter().all(|one| one["side"] != "baseline"));
    let page = |more: &[&str]| {
        let arguments = ["score", "work_mode", "-o", "-", "--format", "md"];
        let output = labelgate(folder.path(), &[&arguments, more].concat());
        text(&output.stdout)
    };
    let plain = page(&[]);
    assert!(
        plain.contains("Confidence: on 192 items, v2 states 0.7"),
        "{plain}"
    );
    assert!(plain.contains("24 confidences are no number from 0 to 1, and are left out"));
    // What a model wrote may be of an item's text.
    assert!(!plain.contains("quite high"));
    assert!(page(&["--with-items"]).contains("from 0 to 1, such as “quite high”"));
}

#[test]
fn the_reference_is_held_against_its_second_rater() {
    let folder = project();
    let (_, report) = json_report(folder.path(), &["score", "work_mode"]);
    let file = fs::read_to_string(folder.path().join("gold/labels/work_mode.csv")).unwrap();
    let rows: Vec<Vec<&str>> = file
        .lines()
        .skip(1)
        .map(|row| row.split(',').collect())
        .collect();
    let second = |id: &str| {
        let of = rows.iter().find(|row| row[0] == id && row[1] == "second");
        of.map(|row| row[2])
    };
    let first = rows.iter().filter(|row| row[1] == "first");
    let twice: Vec<(f64, bool)> = first
        .filter_map(|row| Some((row[3].parse().unwrap(), second(row[0])? == row[2])))
        .collect();
    let found = &report["calibration"][0];
    assert_eq!(
        (&found["side"], &found["labels_of"], &found["against"]),
        (&json!("reference"), &json!("first"), &json!("second"))
    );
    assert_eq!(found["items"], twice.len());
    let n = twice.len() as f64;
    let right = twice.iter().filter(|(_, right)| *right).count() as f64;
    close(&found["metrics"]["accuracy"]["value"], right / n);
    let mean = twice.iter().map(|(sure, _)| sure).sum::<f64>() / n;
    close(&found["metrics"]["mean_confidence"]["value"], mean);
}

#[test]
fn every_format_has_it() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &made(300, 40));
    let mut arguments: Vec<&str> = SCORE.to_vec();
    arguments.extend(["--confidence", "confidence", "-q"]);
    for file in ["r.md", "r.html", "r.tex", "r.csv"] {
        arguments.extend(["-o", file]);
    }
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let read = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    assert!(read("r.md").contains("Confidence of candidate against reference"));
    assert!(read("r.html").contains("share that agrees with reference"));
    assert!(read("r.html").contains("against the diagonal on which the two are equal"));
    assert!(read("r.tex").contains("stated confidence"));
    let csv = read("r.csv");
    assert!(
        csv.contains(",calibration,,") && csv.contains("calibration_bin"),
        "{csv}"
    );
}

#[test]
fn an_item_whose_label_the_model_doubts_is_worth_a_look() {
    let folder = project();
    let path = folder.path().join("gold/answers/work_mode/v2.jsonl");
    let lines = fs::read_to_string(&path).unwrap();
    let mut said = String::new();
    for (line, confidence) in lines.lines().zip([0.3, 0.5].into_iter().cycle()) {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let mut answer: Value = serde_json::from_str(line["text"].as_str().unwrap()).unwrap();
        answer["confidence"] = json!(confidence);
        line["text"] = json!(answer.to_string());
        writeln!(said, "{line}").unwrap();
    }
    fs::write(&path, said).unwrap();
    let arguments = [
        "review",
        "work_mode",
        "--limit",
        "240",
        "-q",
        "-o",
        "queue.csv",
    ];
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let queue = fs::read_to_string(folder.path().join("queue.csv")).unwrap();
    assert_eq!(
        queue.matches("v2 says it is only 0.3 sure (1.4)").count(),
        120
    );
    assert!(
        !queue.contains("says it is only 0.5"),
        "one half is no doubt"
    );
}
