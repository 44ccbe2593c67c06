//! The ways to make intervals, from the command line and through a whole scorecard.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use labelgate::model::{
    Item, Items, Label, LabelIx, LabelSet, LabelText, Outcome, Ratings, Scheme,
};
use labelgate::num::Level;
use labelgate::score::{
    Figure, IntervalMethod, Intervals, Metric, Sample, Scope, Scorecard, Subject, score,
};
use labelgate::stat::interval::bootstrap;
use labelgate::stat::random::SplitMix64;
use labelgate::stat::{Clustered, Confusion, agreement};
use serde_json::Value;

use super::cli::{code, labelgate, text};

const N_LABELS: usize = 3;

/// Labels of 240 items from 40 accounts.
fn pairs() -> Vec<(usize, usize, usize)> {
    let mut random = SplitMix64::new(3);
    let mut pair = |item: usize| {
        let reference = random.index(N_LABELS);
        let candidate = match random.index(4) {
            0 => random.index(N_LABELS),
            _ => reference,
        };
        (item * 7 % 40, reference, candidate)
    };
    (0..240).map(&mut pair).collect()
}

fn scorecard(intervals: Intervals) -> Scorecard {
    let pairs = pairs();
    let item = |(place, (cluster, ..)): (usize, &(usize, usize, usize))| Item {
        id: format!("{place:03}").into(),
        cluster: *cluster,
        text_sha256: [0; 32],
        text_bytes: 0,
        slices: vec![Some(if place % 2 == 0 { "even" } else { "odd" }.into())],
        telemetry: Vec::new(),
        split: None,
    };
    let items = Items {
        items: pairs.iter().enumerate().map(item).collect(),
        clusters: (0..40).map(|account| account.to_string().into()).collect(),
        slices: vec!["parity".into()],
        telemetry: Vec::new(),
    };
    let label = |id: usize| LabelText {
        id: id.to_string().into(),
        says: "".into(),
    };
    let none: [&str; 0] = [];
    let set = LabelSet::new((0..N_LABELS).map(label).collect(), &none, &none).unwrap();
    let one = |label: usize| Label::One(LabelIx(label));
    let ratings = |turn: usize| Ratings {
        outcomes: pairs
            .iter()
            .enumerate()
            .map(|(place, (_, reference, candidate))| {
                let label = if place % 10 < turn {
                    *reference
                } else {
                    *candidate
                };
                Some(Outcome::Ok(one(label)))
            })
            .collect(),
        n_normalised: 0,
    };
    let reference: Vec<_> = pairs.iter().map(|pair| Some(one(pair.1))).collect();
    score(&Subject {
        sample: Sample {
            items: &items,
            weights: None,
            intervals,
        },
        scheme: &Scheme::Ordinal(set),
        reference: &reference,
        candidate: &ratings(0),
        baseline: Some(&ratings(1)),
        rules: &[],
        scope: Scope::All,
        margin: None,
    })
}

fn by_bootstrap(threads: usize) -> Intervals {
    Intervals {
        method: IntervalMethod::Bootstrap,
        resamples: 200,
        seed: 11,
        threads,
        ..Intervals::default()
    }
}

#[test]
fn threads_change_no_bit_of_a_scorecard() {
    let one = scorecard(by_bootstrap(1));
    assert_eq!(scorecard(by_bootstrap(8)), one);
    let other_seed = Intervals {
        seed: 12,
        ..by_bootstrap(1)
    };
    assert_ne!(scorecard(other_seed), one);
}

#[test]
fn a_figure_of_a_scorecard_is_resampled_as_it_is_alone() {
    let card = scorecard(by_bootstrap(2));
    let mut clusters = vec![Confusion::new(N_LABELS); 40];
    for (cluster, reference, candidate) in pairs() {
        clusters[cluster].count_pair(reference, candidate, 1_u64);
    }
    let alone = bootstrap(
        &Clustered(clusters),
        agreement::cohen_kappa,
        Level::DEFAULT,
        200,
        11,
    );
    assert_eq!(
        card.figure(Figure::Overall(Metric::CohenKappa)),
        Some(&alone)
    );
}

#[test]
fn every_difference_is_resampled_too() {
    let card = scorecard(by_bootstrap(2));
    let comparison = card.comparison.unwrap();
    for (figure, measured) in comparison.differences.iter().chain(&comparison.bounds) {
        let Ok(estimate) = measured else { continue };
        if let Ok(interval) = &estimate.interval {
            assert_eq!(interval.method.key(), "cluster_bootstrap", "{figure:?}");
            assert!(interval.low <= estimate.value && estimate.value <= interval.high);
        }
    }
    let narrow = &comparison.bounds[&Figure::Overall(Metric::Agreement)];
    let wide = &comparison.differences[&Figure::Overall(Metric::Agreement)];
    assert!(wide.as_ref().unwrap().low() < narrow.as_ref().unwrap().low());
}

/// A file of the same labels, and of a number with every item.
fn file(folder: &Path) {
    let mut csv = "account,reference,candidate,x,y\n".to_owned();
    for (place, (account, reference, candidate)) in pairs().into_iter().enumerate() {
        let x = 1 + place * 37 % 101;
        let line = format!(
            "a{account},r{reference},r{candidate},{x},{}\n",
            x + candidate
        );
        csv.push_str(&line);
    }
    fs::write(folder.join("labels.csv"), csv).unwrap();
}

fn arguments(scheme: &str, more: &[&str]) -> Vec<String> {
    let columns = if scheme == "numeric" {
        ["y", "x"]
    } else {
        ["candidate", "reference"]
    };
    let mut arguments = vec![
        "score",
        "labels.csv",
        "--scheme",
        scheme,
        "--cluster",
        "account",
    ];
    arguments.extend(["--candidate", columns[0], "--reference", columns[1]]);
    arguments.extend(["-o", "-", "--format", "json"]);
    arguments.extend(more);
    arguments.into_iter().map(str::to_owned).collect()
}

fn report(scheme: &str, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path());
    let output = labelgate(folder.path(), &arguments(scheme, more));
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    crate::schema::read(&output.stdout).unwrap()
}

/// The methods of all estimates anywhere in a report.
fn methods(value: &Value) -> BTreeSet<&str> {
    let mut methods = BTreeSet::new();
    match value {
        Value::Object(object) => {
            methods.extend(object.get("method").and_then(Value::as_str));
            methods.extend(object.values().flat_map(methods_of));
        }
        Value::Array(list) => methods.extend(list.iter().flat_map(methods_of)),
        _ => {}
    }
    methods
}

fn methods_of(value: &Value) -> BTreeSet<&str> {
    methods(value)
}

fn check_methods(scheme: &str, flags: &[&str], expected: &[&str]) {
    let report = report(scheme, flags);
    let found: Vec<&str> = methods(&report).into_iter().collect();
    assert_eq!(found, expected, "{scheme} {flags:?}");
}

#[test]
fn each_way_makes_its_own_intervals() {
    check_methods("nominal", &[], &["clustered_delta", "exchangeable_wilson"]);
    check_methods("nominal", &["--interval", "wilson"], &["delta", "wilson"]);
    check_methods("nominal", &["--interval", "delta"], &["clustered_delta"]);
    let bootstrap = ["--interval", "bootstrap", "--resamples", "200"];
    for scheme in ["nominal", "ordinal", "numeric"] {
        check_methods(scheme, &bootstrap, &["cluster_bootstrap"]);
    }
    let numeric = [
        "cluster_jackknife",
        "clustered_delta",
        "exchangeable_wilson",
    ];
    check_methods("numeric", &["--interval", "auto"], &numeric);
    check_methods("numeric", &["--interval", "delta"], &["clustered_delta"]);
}

#[test]
fn the_manifest_says_how_intervals_were_made() {
    let flags = [
        "--interval",
        "bootstrap",
        "--resamples",
        "300",
        "--seed",
        "9",
    ];
    let manifest = &report("nominal", &flags)["manifest"];
    assert_eq!(manifest["interval"], "bootstrap");
    assert_eq!(manifest["resamples"], 300);
    assert_eq!(manifest["seed"], 9);
    let manifest = &report("nominal", &[])["manifest"];
    assert_eq!(
        (&manifest["interval"], &manifest["level"]),
        (&"auto".into(), &0.95.into())
    );
}

#[test]
fn flags_beat_variables() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path());
    let run = |flags: &[&str], variables: &[(&str, &str)]| {
        Command::new(env!("CARGO_BIN_EXE_labelgate"))
            .args(arguments("nominal", flags))
            .current_dir(folder.path())
            .env_clear()
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    };
    let variables = [
        ("LABELGATE_INTERVAL", "bootstrap"),
        ("LABELGATE_RESAMPLES", "100"),
    ];
    let by_variable = run(&[], &variables);
    let report = crate::schema::read(&by_variable.stdout).unwrap();
    assert_eq!(report["manifest"]["resamples"], 100);
    assert!(methods(&report).contains("cluster_bootstrap"));
    let by_flag = run(&["--interval", "delta"], &variables);
    let report = crate::schema::read(&by_flag.stdout).unwrap();
    assert_eq!(methods(&report), BTreeSet::from(["clustered_delta"]));
    let wrong = run(&[], &[("LABELGATE_INTERVAL", "exact")]);
    assert_eq!(code(&wrong), 2);
    assert!(text(&wrong.stderr).contains("auto, wilson, delta, bootstrap"));
    let none = run(&["--resamples", "0"], &[]);
    assert_eq!(code(&none), 2);
}

#[test]
fn the_head_of_a_report_names_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path());
    let mut arguments = arguments("nominal", &["--interval", "bootstrap", "--resamples", "50"]);
    arguments.retain(|argument| !["-o", "-", "--format", "json"].contains(&&**argument));
    let output = labelgate(folder.path(), &arguments);
    let words: Vec<String> = text(&output.stdout)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let said = words.join(" ");
    assert!(
        said.contains("95 % intervals by bootstrap, 50 resamples, seed 1"),
        "{said}"
    );
}
