//! One report in every format: each number of the JSON report, rounded a second time here, stands
//! in the row and column of its own in Markdown, HTML, LaTeX and in the terminal.

use std::path::Path;

use serde_json::Value;

use super::read::{Table, html, latex, markdown};
use crate::cli::{json_report, labelgate, text};

/// What a cell should be.
#[derive(Debug)]
struct Expected {
    classifier: String,
    /// What the row begins with.
    row: Vec<String>,
    column: String,
    cell: Wanted,
}

#[derive(Debug, PartialEq)]
enum Wanted {
    Text(String),
    /// No value: a dash, nothing, or the reason in words.
    Undefined,
}

const HIDDEN: &str = "▒";
const UNBOUNDED: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
/// Figures from -1 to 1.
const CORRELATIONS: [&str; 23] = [
    "answered_cohen_kappa",
    "cohen_kappa",
    "scott_pi",
    "gwet_ac1",
    "brennan_prediger",
    "krippendorff_alpha",
    "mcc",
    "pabak",
    "prevalence_index",
    "bias_index",
    "kappa_linear",
    "kappa_quadratic",
    "gwet_ac2_linear",
    "gwet_ac2_quadratic",
    "krippendorff_alpha_ordinal",
    "spearman",
    "kendall_tau_b",
    "pearson",
    "icc_2_1",
    "icc_3_1",
    "lin_ccc",
    "contrast",
    "krippendorff_alpha_interval",
];

/// Where the limits of a figure are cut for display.
fn range(metric: &str) -> (f64, f64) {
    match metric {
        "krippendorff_alpha_ratio" => (-1.0, 1.0),
        "mae" | "rmse" => (0.0, f64::INFINITY),
        "bias" | "loa_low" | "loa_high" | "mean_difference" => UNBOUNDED,
        metric if CORRELATIONS.contains(&metric) => (-1.0, 1.0),
        _ => (0.0, 1.0),
    }
}

/// As many decimals as two digits of the standard error take, from 2 to 4.
fn decimals(estimate: &Value) -> usize {
    let error = estimate["se"].as_f64().unwrap_or_default();
    (2..4)
        .find(|decimals| error >= 10_f64.powi(-*decimals))
        .unwrap_or(if error > 0.0 { 4 } else { 2 })
        .try_into()
        .unwrap()
}

fn rounded(value: f64, decimals: usize) -> String {
    let rounded = format!("{value:.decimals$}");
    match rounded.parse::<f64>().unwrap() == 0.0 {
        true => rounded.replace('-', ""),
        false => rounded,
    }
}

/// What is shown of an estimate.
#[derive(Clone, Copy, PartialEq)]
enum Show {
    Value,
    Limits,
    /// With a sign.
    Difference,
}

fn shown(metric: &str, estimate: &Value, show: Show) -> Wanted {
    let Some(value) = estimate["value"].as_f64() else {
        return match estimate["undefined"] == "suppressed" {
            true => Wanted::Text(HIDDEN.to_owned()),
            false => Wanted::Undefined,
        };
    };
    if metric.ends_with("_p") {
        return Wanted::Text(match value < 0.001 {
            true => "< 0.001".to_owned(),
            false => format!("{value:.3}"),
        });
    }
    let decimals = decimals(estimate);
    let mut text = rounded(value, decimals);
    if show == Show::Difference && value > 0.0 && text.parse::<f64>().unwrap() > 0.0 {
        text.insert(0, '+');
    }
    if let (Some(low), Some(high)) = (estimate["low"].as_f64(), estimate["high"].as_f64())
        && show != Show::Value
    {
        let (least, most) = match show {
            Show::Difference => UNBOUNDED,
            _ => range(metric),
        };
        let flags = estimate["flags"].as_array().into_iter().flatten();
        let star = match flags.into_iter().any(|flag| flag == "few_clusters") {
            true => "*",
            false => "",
        };
        let limit = |limit: f64| rounded(limit.clamp(least, most), decimals);
        text.push_str(&format!(" [{}, {}]{star}", limit(low), limit(high)));
    }
    Wanted::Text(text)
}

fn count(count: &Value) -> Wanted {
    Wanted::Text(match count.as_f64() {
        Some(count) if count.fract() == 0.0 => format!("{count:.0}"),
        Some(count) => format!("{count:.2}"),
        None => HIDDEN.to_owned(),
    })
}

/// Figures that are those of another row.
fn is_told_already(metrics: &Value, metric: &str) -> bool {
    let other = match metric {
        "micro_f1" | "weighted_recall" | "answered_agreement" => "agreement",
        "answered_cohen_kappa" => "cohen_kappa",
        _ => return false,
    };
    let of = |metric: &str, member: &str| metrics[metric][member].as_f64();
    of(metric, "n") == of(other, "n")
        && of(metric, "value")
            .zip(of(other, "value"))
            .is_some_and(|(one, other)| (one - other).abs() < 1e-12)
}

struct Expectations(Vec<Expected>);

impl Expectations {
    fn add(&mut self, classifier: &str, row: &[&str], column: &str, cell: Wanted) {
        self.0.push(Expected {
            classifier: classifier.to_owned(),
            row: row.iter().map(|part| (*part).to_owned()).collect(),
            column: column.to_owned(),
            cell,
        });
    }

    fn of_report(&mut self, report: &Value) {
        let text = |key: &str| report[key].as_str().unwrap_or_default();
        let classifier = text("classifier");
        let (candidate, baseline) = (text("candidate"), text("baseline"));
        let differences = &report["comparison"]["differences"];
        let both = |metric| {
            let of = |side: &str| is_told_already(&report[side], metric);
            of("metrics") && (report["baseline_metrics"].is_null() || of("baseline_metrics"))
        };
        for (metric, estimate) in members(&report["metrics"]) {
            if both(metric) {
                continue;
            }
            self.add(
                classifier,
                &[metric],
                candidate,
                shown(metric, estimate, Show::Limits),
            );
            let before = &report["baseline_metrics"][metric];
            if before.is_object() {
                self.add(
                    classifier,
                    &[metric],
                    baseline,
                    shown(metric, before, Show::Value),
                );
            }
            if differences[metric].is_object() {
                let difference = shown("", &differences[metric], Show::Difference);
                self.add(classifier, &[metric], "better by", difference);
            }
        }
        for (_, share) in members(&report["shares"]) {
            for (metric, estimate) in members(&share["metrics"]) {
                self.add(
                    classifier,
                    &[metric],
                    candidate,
                    shown(metric, estimate, Show::Limits),
                );
            }
        }
        for class in list(&report["classes"]) {
            let (label, is_used) = (
                class["label"].as_str().unwrap(),
                class["reference"] != 0 || class["candidate"] != 0,
            );
            for metric in ["precision", "recall", "f1", "specificity", "npv"] {
                if is_used {
                    let cell = shown(metric, &class[metric], Show::Limits);
                    self.add(classifier, &[label], metric, cell);
                }
            }
            for column in ["reference", "candidate"] {
                if is_used {
                    self.add(classifier, &[label], column, count(&class[column]));
                }
            }
        }
        for direction in list(&report["directions"]) {
            let name = direction["name"].as_str().unwrap();
            let effect = shown("", &direction["effect"], Show::Difference);
            self.add(classifier, &[name], "effect per", effect);
            let effect = shown("", &direction["on_reference"]["effect"], Show::Difference);
            self.add(classifier, &[name], "on reference", effect);
            self.add(classifier, &[name], "items", count(&direction["n"]));
            for step in list(&direction["steps"]) {
                let [from, to] = ["from", "to"].map(|end| step[end].as_str().unwrap());
                let cell = shown("", &step["difference"], Show::Difference);
                self.add(
                    classifier,
                    &[&format!("{from} → {to}")],
                    "other things equal",
                    cell,
                );
            }
        }
        for second in list(&report["reference_reliability"]["raters"]) {
            let ceiling = format!("{} (ceiling)", second["rater"].as_str().unwrap());
            for (metric, estimate) in members(&second["ceiling"]) {
                self.add(
                    classifier,
                    &[metric],
                    &ceiling,
                    shown(metric, estimate, Show::Limits),
                );
            }
        }
        self.of_rules_and_slices(report);
    }

    /// What a page shows in ways of its own.
    fn of_rules_and_slices(&mut self, report: &Value) {
        let classifier = report["classifier"].as_str().unwrap();
        for rule in list(&report["telemetry"]) {
            for metric in ["holds", "found", "contrast"] {
                let cell = shown(metric, &rule[metric], Show::Limits);
                self.add(classifier, &[rule["rule"].as_str().unwrap()], metric, cell);
            }
        }
        let main = match report["scheme"].as_str().unwrap() {
            "ordinal" => ["agreement", "kappa_quadratic"],
            "numeric" => ["within_factor_2", "spearman"],
            _ => ["agreement", "cohen_kappa"],
        };
        for slice in list(&report["slices"]) {
            let row = ["slice", "value"].map(|part| slice[part].as_str().unwrap());
            for metric in main
                .iter()
                .filter(|metric| slice["metrics"][**metric].is_object())
            {
                let cell = shown(metric, &slice["metrics"][*metric], Show::Limits);
                self.add(classifier, &row, metric, cell);
            }
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The cells in the rows and columns that are meant.
fn cells<'a>(tables: &'a [Table], expected: &Expected) -> Vec<&'a str> {
    let of_section = tables.iter().filter(|table| {
        let mut words = table.section.split(' ');
        words.any(|word| word == expected.classifier)
    });
    let mut found = Vec::new();
    for table in of_section {
        let is_meant = |title: &String| match expected.column == "effect per" {
            true => title.starts_with("effect per "),
            false => *title == expected.column,
        };
        // The first names the rows.
        let column = table.columns.iter().position(is_meant);
        let Some(column) = column.filter(|column| *column > 0) else {
            continue;
        };
        let rows = table
            .rows
            .iter()
            .filter(|row| row.starts_with(&expected.row));
        found.extend(rows.filter_map(|row| row.get(column)).map(|cell| &**cell));
    }
    found
}

fn is_right(found: &[&str], wanted: &Wanted) -> bool {
    found.iter().any(|cell| match wanted {
        Wanted::Text(text) => cell == text,
        Wanted::Undefined => matches!(*cell, "" | "–") || cell.contains("undefined:"),
    })
}

fn check(arguments: &[&str]) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, report) = json_report(root, arguments);
    let mut expectations = Expectations(Vec::new());
    match report["reports"].as_array() {
        Some(reports) => reports.iter().for_each(|one| expectations.of_report(one)),
        None => expectations.of_report(&report),
    }
    let written = |format: &str| {
        let all = [arguments, &["-o", "-", "--format", format]].concat();
        text(&labelgate(root, &all).stdout)
    };
    let page = html(&written("html"));
    for (format, tables) in [
        ("markdown", markdown(&written("markdown"))),
        ("latex", latex(&written("latex"))),
        ("html", page.0),
    ] {
        for expected in &expectations.0 {
            let mut found = cells(&tables, expected);
            let is_drawn = matches!(&*expected.column, "holds" | "found" | "contrast")
                || expected.row.len() > 1;
            if format == "html" && is_drawn {
                // It is no table there, but it stands there.
                if let Wanted::Text(text) = &expected.cell {
                    found.extend(page.1.contains(&**text).then_some(&**text));
                } else {
                    continue;
                }
            }
            let hides = |one: &Expected| one.cell == Wanted::Text(HIDDEN.to_owned());
            // A row of which one side is hidden and the other undefined has no number either.
            let beside =
                |one: &&Expected| one.classifier == expected.classifier && one.row == expected.row;
            let is_hidden = hides(expected)
                || expected.cell == Wanted::Undefined
                    && expectations.0.iter().filter(beside).any(hides);
            if format == "html" && is_hidden && found.is_empty() {
                // A sentence names rows of nothing else.
                assert!(page.1.contains(&expected.row[0]), "{expected:?}");
                continue;
            }
            assert!(
                is_right(&found, &expected.cell),
                "{format}: {expected:?}: {found:?}"
            );
        }
    }
    // Lines of the terminal are not parted into cells: the number stands in the line of its row.
    let shown = ["report", "--provider", "replay", "--color", "never"];
    let terminal = text(&labelgate(root, &shown).stdout);
    let lines: Vec<String> = terminal
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for expected in &expectations.0 {
        let Wanted::Text(wanted) = &expected.cell else {
            continue;
        };
        let row = expected.row.join(" ");
        let is_there = lines
            .iter()
            .any(|line| line.starts_with(&row) && line.contains(&**wanted));
        assert!(is_there, "terminal: {expected:?}");
    }
    expectations.0.len()
}

#[test]
fn every_format_shows_the_same_numbers_rounded_the_same_way() {
    let n = check(&["gate"]);
    assert!(n > 1000, "{n}");
}
