//! Suppression from outside: reports are attacked with linear algebra, and with the bounds of whole
//! numbers that are not negative.

mod attack;
mod bounds;
mod listed;
mod system;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{code, labelgate, text};
use attack::attack;

const LABELS: [&str; 4] = ["a", "b", "c", "d"];
const SETS: [&[&str]; 2] = [&["a"], &["a", "b"]];

/// Items whose labels, slices and telemetry depend on one another, from accounts of unequal size.
struct Made {
    rows: Vec<[String; 8]>,
}

impl Made {
    fn new(seed: u64, n_labels: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let n_accounts = random.usize(6..25);
        let n_items = random.usize(30..220);
        let mut rows = Vec::new();
        for item in 0..n_items {
            // The smaller of two draws: the first accounts have most of the items.
            let account = random.usize(0..n_accounts).min(random.usize(0..n_accounts));
            let reference = (account + random.usize(0..3)) % n_labels;
            let mut answer = |right: f64| {
                if random.f64() < right {
                    reference
                } else {
                    random.usize(0..n_labels)
                }
            };
            let (baseline, candidate) = (answer(0.7), answer(0.8));
            let lines = if candidate < 2 && random.f64() < 0.9 {
                5
            } else {
                0
            };
            rows.push([
                format!("i{item}"),
                format!("u{account}"),
                LABELS[reference].to_owned(),
                LABELS[baseline].to_owned(),
                LABELS[candidate].to_owned(),
                format!("s{}", account % 4),
                format!("m{}", random.usize(0..3)),
                lines.to_string(),
            ]);
        }
        Self { rows }
    }

    fn write(&self, path: &Path) {
        let mut file = "id,account,reference,baseline,candidate,surface,month,lines\n".to_owned();
        for row in &self.rows {
            writeln!(file, "{}", row.join(",")).unwrap();
        }
        fs::write(path, file).unwrap();
    }

    /// Distinct accounts of the rows that are wanted.
    fn n_accounts(&self, wanted: impl Fn(&[String; 8]) -> bool) -> usize {
        let rows = self.rows.iter().filter(|row| wanted(row));
        let accounts: BTreeSet<&str> = rows.map(|row| &*row[1]).collect();
        accounts.len()
    }
}

fn arguments<'a>(scheme: &'a str, labels: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let arguments = [
        "score",
        "d.csv",
        "--id",
        "id",
        "--cluster",
        "account",
        "--reference",
        "reference",
        "--baseline",
        "baseline",
        "--candidate",
        "candidate",
        "--scheme",
        scheme,
        "--labels",
        labels,
        "--slice",
        "surface",
        "--slice",
        "month",
        "--rule",
        "first: label in [\"a\"] => lines > 0",
        "--rule",
        "second: label in [\"a\", \"b\"] => lines > 0",
    ];
    arguments.into_iter().chain(more.iter().copied()).collect()
}

fn score(folder: &Path, scheme: &str, labels: &str, more: &[&str]) -> Value {
    let json = ["-o", "-", "--format", "json"];
    let more: Vec<&str> = more.iter().copied().chain(json).collect();
    let output = labelgate(folder, &arguments(scheme, labels, &more));
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn no_hidden_count_can_be_computed_from_what_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (mut n_hidden, mut n_shown) = (0, 0);
    for seed in 0..24 {
        let n_labels = 2 + seed as usize % 3;
        let made = Made::new(seed, n_labels);
        made.write(&folder.path().join("d.csv"));
        let labels = LABELS[..n_labels].join(",");
        let scheme = ["nominal", "ordinal"][seed as usize / 3 % 2];
        let report = score(folder.path(), scheme, &labels, &["--min-clusters", "4"]);
        let attack = attack(&report, &SETS);
        assert!(
            attack.found.is_empty(),
            "seed {seed}, {scheme} of {n_labels}: {:?}",
            attack.found
        );
        n_hidden += attack.hidden.len();
        n_shown += check_cells(&made, &report, 4);
    }
    assert!(n_hidden > 500, "{n_hidden}");
    assert!(n_shown > 50, "{n_shown}");
}

/// Every cell that is shown and counts anything rests on enough accounts; how many there are.
fn check_cells(made: &Made, report: &Value, least: usize) -> usize {
    let labels = report["labels"].as_array().unwrap();
    let mut n_shown = 0;
    for (row, reference) in labels.iter().enumerate() {
        for (column, candidate) in labels.iter().enumerate() {
            let count = report["confusion"]["counts"][row][column].as_u64();
            let such = |of: &[String; 8]| &of[2] == reference && &of[4] == candidate;
            let n_accounts = made.n_accounts(such);
            if count.is_some_and(|count| count > 0) {
                assert!(n_accounts >= least, "{reference} {candidate}");
                n_shown += 1;
            }
        }
    }
    for class in report["classes"].as_array().unwrap() {
        let label = &class["label"];
        for (side, place) in [("reference", 2), ("candidate", 4)] {
            if class[side].as_u64().is_some_and(|count| count > 0) {
                assert!(made.n_accounts(|row| &row[place] == label) >= least);
            }
        }
    }
    // Counts are not negative: where the cells that are shown leave nothing, no cell may be hidden.
    let count = |row: usize, column: usize| report["confusion"]["counts"][row][column].as_u64();
    for label in 0..labels.len() {
        let lines: [(&str, Vec<Option<u64>>); 2] = [
            (
                "reference",
                (0..labels.len()).map(|other| count(label, other)).collect(),
            ),
            (
                "candidate",
                (0..labels.len()).map(|other| count(other, label)).collect(),
            ),
        ];
        for (side, cells) in lines {
            let shown: u64 = cells.iter().flatten().sum();
            if report["classes"][label][side].as_u64() == Some(shown) {
                assert!(cells.iter().all(Option::is_some), "{side} {label}");
            }
        }
    }
    for slice in report["slices"].as_array().unwrap() {
        let place = if slice["slice"] == "surface" { 5 } else { 6 };
        if slice["suppressed"] != true {
            assert!(made.n_accounts(|row| slice["value"] == *row[place]) >= least);
        }
    }
    n_shown
}

#[test]
fn the_attack_finds_what_is_hidden_without_care() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::new(3, 3);
    made.write(&folder.path().join("d.csv"));
    let mut report = score(folder.path(), "nominal", "a,b,c", &[]);
    assert!(attack(&report, &SETS).hidden.is_empty());
    // A single cell of the matrix: the sums of its row and its column still tell it.
    report["confusion"]["counts"][0][1] = Value::Null;
    let attack = attack(&report, &SETS);
    assert_eq!(attack.found.len(), 1, "{:?}", attack.found);
}

#[test]
fn of_too_few_accounts_no_figure_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    Made::new(2, 3).write(&folder.path().join("d.csv"));
    let hides = |scheme: &str, reference: &str, candidate: &str| {
        let arguments = [
            "score",
            "d.csv",
            "--id",
            "id",
            "--cluster",
            "account",
            "--scheme",
            scheme,
            "--reference",
            reference,
            "--candidate",
            candidate,
            "--min-clusters",
            "1000",
            "-o",
            "-",
            "--format",
            "json",
        ];
        let output = labelgate(folder.path(), &arguments);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let metrics = report["metrics"].as_object().unwrap().clone();
        let is_hidden = |(name, metric): (String, Value)| {
            name == "coverage" || metric["undefined"] == "suppressed"
        };
        assert!(metrics.len() > 5);
        metrics.into_iter().all(is_hidden)
    };
    assert!(hides("nominal", "reference", "candidate"));
    assert!(hides("numeric", "lines", "lines"));
}

#[test]
fn what_is_hidden_is_hidden_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::new(5, 3);
    made.write(&folder.path().join("d.csv"));
    let open = score(folder.path(), "nominal", "a,b,c", &[]);
    let closed = score(folder.path(), "nominal", "a,b,c", &["--min-clusters", "4"]);
    let mut hidden: BTreeMap<String, u64> = BTreeMap::new();
    let counts = |report: &Value, row: usize, column: usize| {
        report["confusion"]["counts"][row][column].as_u64()
    };
    for row in 0..3 {
        for column in 0..3 {
            if let (Some(count), None) = (counts(&open, row, column), counts(&closed, row, column))
            {
                hidden.insert(format!("{row} {column}"), count);
            }
        }
    }
    assert!(!hidden.is_empty());
    let more = ["--min-clusters", "4", "-o", "r.md", "-o", "r.csv"];
    let output = labelgate(folder.path(), &arguments("nominal", "a,b,c", &more));
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let terminal = text(&output.stdout);
    let markdown = fs::read_to_string(folder.path().join("r.md")).unwrap();
    for shown in [&terminal, &markdown] {
        assert!(shown.contains('▒') && shown.contains("Hidden"), "{shown}");
    }
    let table = fs::read_to_string(folder.path().join("r.csv")).unwrap();
    let cells = table.lines().filter(|line| line.contains("confusion"));
    assert_eq!(
        cells.filter(|line| line.contains("suppressed")).count(),
        hidden.len()
    );
}
