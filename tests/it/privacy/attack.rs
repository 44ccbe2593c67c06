//! What a reader of one report can compute: every count that it shows or hides is an unknown, every
//! number that it shows an equation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::system::System;

/// The unknowns of a report that are hidden, and those of them that the report gives away.
pub(super) struct Attack {
    pub(super) hidden: BTreeSet<String>,
    pub(super) found: BTreeSet<String>,
}

/// Attacks a report on labels. `sets` are the labels that the rules speak of.
pub(super) fn attack(report: &Value, sets: &[&[&str]]) -> Attack {
    let mut of = Attacker {
        report,
        system: System::default(),
        hidden: BTreeSet::new(),
    };
    of.matrix();
    of.figures();
    of.comparison();
    of.rules(sets);
    of.slices();
    let found = of.system.solved();
    let found = of.hidden.iter().filter(|name| found.contains(&***name));
    Attack {
        found: found.cloned().collect(),
        hidden: of.hidden,
    }
}

struct Attacker<'a> {
    report: &'a Value,
    system: System,
    hidden: BTreeSet<String>,
}

const TURNS: [&str; 4] = [
    "both_right",
    "right_to_wrong",
    "wrong_to_right",
    "both_wrong",
];

/// The value of an estimate, if it is shown.
fn value(estimate: &Value) -> Option<f64> {
    estimate["value"].as_f64()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl<'a> Attacker<'a> {
    /// A count with a name: known if it is shown.
    fn count(&mut self, name: &str, count: &Value) {
        if count.is_null() {
            self.hidden.insert(name.to_owned());
        } else {
            self.system.add([(name.to_owned(), 1.0)]);
        }
    }

    fn sum(&mut self, terms: &[(String, f64)]) {
        self.system.add(terms.iter().cloned());
    }

    fn labels(&self) -> Vec<&'a str> {
        let labels = array(&self.report["labels"]).iter();
        labels.map(|label| label.as_str().unwrap()).collect()
    }

    fn matrix(&mut self) {
        let n = self.labels().len();
        for row in 0..n {
            for column in 0..n {
                let count = &self.report["confusion"]["counts"][row][column];
                self.count(&format!("cell {row} {column}"), count);
            }
        }
        for label in 0..n {
            let class = &self.report["classes"][label];
            self.count(&format!("row {label}"), &class["reference"]);
            self.count(&format!("column {label}"), &class["candidate"]);
            let hit = format!("cell {label} {label}");
            if !class["true_positive"].is_null() {
                self.sum(&[(hit.clone(), 1.0)]);
            }
            let (row, column) = (format!("row {label}"), format!("column {label}"));
            let cells = (0..n).map(|other| (format!("cell {label} {other}"), -1.0));
            self.sum(
                &[(row.clone(), 1.0)]
                    .into_iter()
                    .chain(cells)
                    .collect::<Vec<_>>(),
            );
            let cells = (0..n).map(|other| (format!("cell {other} {label}"), -1.0));
            self.sum(
                &[(column.clone(), 1.0)]
                    .into_iter()
                    .chain(cells)
                    .collect::<Vec<_>>(),
            );
            // A share times what it is a share of is what it counts.
            if let Some(recall) = value(&class["recall"]) {
                self.sum(&[(hit.clone(), 1.0), (row.clone(), -recall)]);
                self.sum(&[(row.clone(), 1.0)]);
            }
            if let Some(precision) = value(&class["precision"]) {
                self.sum(&[(hit.clone(), 1.0), (column.clone(), -precision)]);
                self.sum(&[(column.clone(), 1.0)]);
            }
            if let Some(f1) = value(&class["f1"]) {
                self.sum(&[
                    (hit.clone(), 2.0),
                    (row.clone(), -f1),
                    (column.clone(), -f1),
                ]);
            }
            // Of all items, which are known, the true negatives are those in neither row nor column.
            if let Some(specificity) = value(&class["specificity"]) {
                self.sum(&[
                    (hit.clone(), 1.0),
                    (row.clone(), specificity - 1.0),
                    (column.clone(), -1.0),
                ]);
            }
            if let Some(npv) = value(&class["npv"]) {
                self.sum(&[(hit, 1.0), (row, -1.0), (column, npv - 1.0)]);
            }
        }
        let all = (0..n).map(|label| (format!("row {label}"), 1.0));
        self.system.add(all);
    }

    fn cells(&self, weight: impl Fn(usize, usize) -> f64) -> Vec<(String, f64)> {
        let n = self.labels().len();
        let places = (0..n).flat_map(|row| (0..n).map(move |column| (row, column)));
        places
            .map(|(row, column)| (format!("cell {row} {column}"), weight(row, column)))
            .collect()
    }

    /// How often the reference (`reference`) or the candidate uses a label, if that is shown.
    fn margin(&self, side: &str, label: usize) -> Option<f64> {
        self.report["classes"][label][side].as_f64()
    }

    fn figures(&mut self) {
        let metrics = &self.report["metrics"];
        let shown = |metric: &str| value(&metrics[metric]).is_some();
        let same = |row: usize, column: usize| f64::from(row == column);
        let apart = |row: usize, column: usize| row as f64 - column as f64;
        if shown("agreement") || shown("cohen_kappa") || shown("mcc") {
            self.sum(&self.cells(same));
        }
        if shown("within_one") {
            self.sum(&self.cells(|row, column| f64::from(apart(row, column).abs() <= 1.0)));
        }
        if shown("kappa_linear") {
            self.sum(&self.cells(|row, column| apart(row, column).abs()));
        }
        if shown("kappa_quadratic") {
            self.sum(&self.cells(|row, column| apart(row, column).powi(2)));
        }
        if shown("mean_difference") || shown("bias_index") {
            self.sum(&self.cells(apart));
        }
        if shown("prevalence_index") {
            self.sum(&self.cells(|row, column| same(row, column) * (1.0 - 2.0 * row as f64)));
        }
        let n = self.labels().len();
        let margins = |side| (0..n).map(|label| self.margin(side, label)).collect();
        let (rows, columns): (Option<Vec<f64>>, Option<Vec<f64>>) =
            (margins("reference"), margins("candidate"));
        let share = |of: f64| if of > 0.0 { 1.0 / of } else { 0.0 };
        if let Some(rows) = rows
            && (shown("macro_recall") || shown("balanced_accuracy"))
        {
            self.sum(&self.cells(|row, column| same(row, column) * share(rows[row])));
        }
        if let Some(columns) = columns
            && shown("macro_precision")
        {
            self.sum(&self.cells(|row, column| same(row, column) * share(columns[row])));
        }
    }

    fn turns(&mut self, place: &str, turns: &Value) {
        for key in TURNS {
            self.count(&format!("{place} {key}"), &turns[key]);
        }
        if !turns["items"].is_null() {
            self.system
                .add(TURNS.map(|key| (format!("{place} {key}"), 1.0)));
        }
    }

    fn right(place: &str, candidate: bool, factor: f64) -> [(String, f64); 2] {
        let turned = if candidate { TURNS[2] } else { TURNS[1] };
        [TURNS[0], turned].map(|key| (format!("{place} {key}"), factor))
    }

    fn comparison(&mut self) {
        let report = self.report;
        let comparison = &report["comparison"];
        if comparison["n"].is_null() {
            return;
        }
        let moved = &comparison["moved"];
        let n = self.labels().len();
        self.turns("all", moved);
        self.system
            .add(TURNS.map(|key| (format!("all {key}"), 1.0)));
        for (side, candidate) in [("metrics", true), ("baseline_metrics", false)] {
            if value(&report[side]["agreement"]).is_some() {
                self.system.add(Self::right("all", candidate, 1.0));
            }
        }
        if value(&comparison["difference"]).is_some() {
            let [_, gained] = Self::right("all", true, 1.0);
            let [_, lost] = Self::right("all", false, -1.0);
            self.sum(&[gained, lost]);
        }
        for (place, key) in [(0, TURNS[1]), (1, TURNS[2])] {
            if !comparison["discordant"][place].is_null() {
                self.sum(&[(format!("all {key}"), 1.0)]);
            }
        }
        for label in 0..n {
            self.turns(&format!("class {label}"), &moved["classes"][label]);
            let total = TURNS.map(|key| (format!("class {label} {key}"), 1.0));
            let row = [(format!("row {label}"), -1.0)];
            self.system.add(total.into_iter().chain(row));
            let right = Self::right(&format!("class {label}"), true, 1.0);
            let hit = [(format!("cell {label} {label}"), -1.0)];
            self.system.add(right.into_iter().chain(hit));
        }
        for key in TURNS {
            let classes = (0..n).map(|label| (format!("class {label} {key}"), 1.0));
            self.system
                .add(classes.chain([(format!("all {key}"), -1.0)]));
        }
        for before in 0..n {
            for after in 0..n {
                let count = &moved["counts"][before][after];
                self.count(&format!("change {before} {after}"), count);
            }
            let changes = (0..n).map(|other| (format!("change {other} {before}"), 1.0));
            self.system
                .add(changes.chain([(format!("column {before}"), -1.0)]));
        }
        if !comparison["changed"].is_null() || !moved["changed"].is_null() {
            self.sum(
                &(0..n)
                    .map(|l| (format!("change {l} {l}"), 1.0))
                    .collect::<Vec<_>>(),
            );
        }
        for one in array(&comparison["other_differences"]) {
            let (Some(class), Some(difference)) =
                (one["class"].as_str(), value(&one["difference"]))
            else {
                continue;
            };
            let label = self.labels().iter().position(|of| *of == class).unwrap();
            let hits = Self::right(&format!("class {label}"), false, 1.0);
            let of_candidate = |metric: &str| value(&report["classes"][label][metric]);
            match one["metric"].as_str() {
                Some("recall") => {
                    let share = of_candidate("recall").unwrap_or(0.0) - difference;
                    let row = [(format!("row {label}"), -share)];
                    self.system.add(hits.into_iter().chain(row));
                }
                Some("precision") => {
                    let share = of_candidate("precision").unwrap_or(0.0) - difference;
                    let uses = (0..n).map(|after| (format!("change {label} {after}"), -share));
                    self.system.add(hits.into_iter().chain(uses));
                }
                _ => {}
            }
        }
    }

    fn rule_table(&mut self, place: &str, rule: &Value) {
        for row in 0..2 {
            for column in 0..2 {
                let name = format!("{place} {row} {column}");
                self.count(&name, &rule["table"][row][column]);
            }
        }
        let cell = |row: usize, column: usize| format!("{place} {row} {column}");
        if let Some(holds) = value(&rule["holds"]) {
            self.sum(&[(cell(0, 0), 1.0 - holds), (cell(0, 1), -holds)]);
            self.sum(&[(cell(0, 0), 1.0), (cell(0, 1), 1.0)]);
        }
        if let Some(found) = value(&rule["found"]) {
            self.sum(&[(cell(0, 0), 1.0 - found), (cell(1, 0), -found)]);
            self.sum(&[(cell(0, 0), 1.0), (cell(1, 0), 1.0)]);
        }
    }

    fn rules(&mut self, sets: &[&[&str]]) {
        let labels = self.labels();
        for (position, rule) in array(&self.report["telemetry"]).iter().enumerate() {
            let on = |side: &str| format!("rule {position} {side}");
            self.rule_table(&on("candidate"), rule);
            self.rule_table(&on("reference"), &rule["on_reference"]);
            if !rule["counterexamples"].is_null() {
                self.sum(&[(format!("{} 0 1", on("candidate")), 1.0)]);
            }
            for (side, margin) in [("candidate", "column"), ("reference", "row")] {
                let table = |row: usize| {
                    let place = on(side);
                    (0..2).map(move |column| (format!("{place} {row} {column}"), 1.0))
                };
                self.system.add(table(0).chain(table(1)));
                let set = sets[position].iter();
                let set = set.map(|label| labels.iter().position(|of| of == label).unwrap());
                let uses = set.map(|label| (format!("{margin} {label}"), -1.0));
                self.system.add(table(0).chain(uses));
            }
            // Telemetry is the same whoever labels.
            let expected = |side: &str, factor: f64| {
                let place = on(side);
                (0..2).map(move |row| (format!("{place} {row} 0"), factor))
            };
            self.system
                .add(expected("candidate", 1.0).chain(expected("reference", -1.0)));
        }
    }

    fn slices(&mut self) {
        let report = self.report;
        let slices = array(&report["slices"]);
        let names: BTreeSet<&str> = slices
            .iter()
            .map(|s| s["slice"].as_str().unwrap())
            .collect();
        let n_rules = array(&report["telemetry"]).len();
        let has_moved = !report["comparison"]["moved"].is_null();
        for name in names {
            let values: Vec<&Value> = slices.iter().filter(|s| s["slice"] == name).collect();
            let place = |value: &Value| format!("{name}={}", value["value"].as_str().unwrap());
            for value_ in &values {
                let place = place(value_);
                self.count(&format!("{place} items"), &value_["items"]["total"]);
                if let Some(agreement) = value(&value_["metrics"]["agreement"]) {
                    assert!(agreement.is_finite());
                    self.sum(&[(format!("{place} right"), 1.0)]);
                }
                for rule in 0..n_rules {
                    let table = &value_["telemetry"][rule];
                    self.rule_table(&format!("{place} rule {rule}"), table);
                }
                if has_moved {
                    let mut moved = array(&report["comparison"]["moved"]["slices"]).iter();
                    let turns =
                        moved.find(|of| of["slice"] == name && of["value"] == value_["value"]);
                    self.turns(&place, turns.unwrap_or(&Value::Null));
                    let right = Self::right(&place, true, 1.0).into_iter();
                    self.system
                        .add(right.chain([(format!("{place} right"), -1.0)]));
                    let total = TURNS.map(|key| (format!("{place} {key}"), 1.0));
                    let items = [(format!("{place} items"), -1.0)];
                    self.system.add(total.into_iter().chain(items));
                }
            }
            let over = |what: &str| -> Vec<(String, f64)> {
                let values = values.iter();
                values
                    .map(|v| (format!("{} {what}", place(v)), 1.0))
                    .collect()
            };
            self.system.add(over("items"));
            let right = self.cells(|row, column| -f64::from(row == column));
            self.system.add(over("right").into_iter().chain(right));
            if has_moved {
                for key in TURNS {
                    let all = [(format!("all {key}"), -1.0)];
                    self.system.add(over(key).into_iter().chain(all));
                }
            }
            for rule in 0..n_rules {
                for cell in ["0 0", "0 1", "1 0", "1 1"] {
                    let all = [(format!("rule {rule} candidate {cell}"), -1.0)];
                    let parts = over(&format!("rule {rule} {cell}")).into_iter();
                    self.system.add(parts.chain(all));
                }
            }
        }
    }
}
