//! Telemetry rules, decision shares and suppression.

use std::collections::{BTreeMap, BTreeSet};

use labelgate::stat::agreement::agreement;
use labelgate::stat::cluster::ClusterMean;
use labelgate::stat::interval::Proportion;
use labelgate::stat::share::{MissingBounds, mean_share, pooled_share};
use labelgate::stat::suppression::{Behind, suppress};
use labelgate::stat::{Contingency, ShareSums, Undefined, contingency};
use serde_json::Value;

use super::answer::{Answer, Answers};
use super::take;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "telemetry_rule" => telemetry_rule(input),
        "verified_success" => verified_success(input),
        "decision_shares" => decision_shares(input),
        "privacy_suppression" => privacy_suppression(input),
        _ => return None,
    })
}

fn telemetry_rule(input: &Value) -> Answers {
    let sessions = take::list(&input["sessions"]);
    let threshold = take::number(&input["threshold"]);
    let positive = take::list(&input["positive_labels"]);
    let mut table = Contingency::<u64>::default();
    let mut by_label: BTreeMap<&str, (Proportion, BTreeSet<&str>)> = BTreeMap::new();
    let mut hits: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut without = 0_usize;
    for session in sessions {
        let user = session["user"].as_str().unwrap();
        let (Some(label), Some(value)) = (session["label"].as_str(), session["value"].as_f64())
        else {
            without += 1;
            continue;
        };
        let (has_label, fires) = (positive.contains(&session["label"]), value > threshold);
        table.count_item(has_label, fires, 1);
        let (rate, users) = by_label.entry(label).or_default();
        rate.hits += f64::from(fires);
        rate.trials += 1.0;
        users.insert(user);
        if has_label {
            hits.entry(user).or_default().push(f64::from(fires));
        }
    }
    let mut answers = Answers::default();
    answers.put("sessions", sessions.len());
    answers.put("without_telemetry_or_label", without);
    answers.put("table", table.table().map(|row| row.to_vec()).to_vec());
    answers.put("hit_rate_given_label", contingency::holds(&table));
    answers.put(
        "hit_rate_given_other_label",
        contingency::holds_otherwise(&table),
    );
    answers.put("label_rate_given_telemetry", contingency::found(&table));
    answers.put("agreement", agreement(&table.confusion()));
    let mut labels = Answers::default();
    for (label, (rate, users)) in by_label {
        let mut answers = Answers::default();
        answers.put("sessions", rate.trials);
        answers.put("users", users.len());
        answers.put("rate", rate.share());
        labels.put(label, answers);
    }
    answers.put("by_label", labels);
    answers.put("hit_rate_cr1_se", cr1_se(&hits));
    answers
}

/// No cluster at all is also fewer than two.
fn cr1_se(values: &BTreeMap<&str, Vec<f64>>) -> Result<f64, Undefined> {
    let clusters: Vec<Vec<f64>> = values.values().cloned().collect();
    match ClusterMean::of(&clusters).and_then(|mean| mean.cr1_se()) {
        Err(Undefined::NoItems) => Err(Undefined::FewerThanTwoClusters),
        se => se,
    }
}

/// The composite itself is a derived measure, an expression; only its share is a statistic.
fn verified_success(input: &Value) -> Answers {
    let threshold = take::number(&input["hard_signal_threshold"]);
    let (mut yes, mut no, mut missing) = (0, 0, 0);
    let mut partial = Proportion::default();
    for session in take::list(&input["sessions"]) {
        let signal = session["success_signal"].as_f64();
        let judged = session["judged"].as_str();
        match (judged, signal) {
            (Some("no_clear_goal"), _) => {}
            (None, _) | (Some("succeeded"), None) => missing += 1,
            (Some("succeeded"), Some(signal)) if signal >= threshold => yes += 1,
            _ => no += 1,
        }
        if let Some(judged) = judged.filter(|judged| *judged != "no_clear_goal") {
            let hit = matches!(judged, "succeeded" | "partially_succeeded");
            partial.hits += f64::from(hit);
            partial.trials += 1.0;
        }
    }
    let rate = MissingBounds::of(yes, no, missing);
    let mut answers = Answers::default();
    answers.put("rate", rate.share);
    answers.put("rate_bounds_for_missing", rate.bounds);
    answers.put("at_least_partial_rate", partial.share());
    answers
}

fn decision_shares(input: &Value) -> Answers {
    let mut answers = Answers::default();
    for kind in ["planning", "execution"] {
        let mut sums = ShareSums::<u64>::default();
        let mut shares: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for session in take::list(&input["sessions"]) {
            let user = take::whole(&session[kind]["user"]);
            let all = user + take::whole(&session[kind]["model"]);
            sums.count_item(user, all, 1);
            if all > 0 {
                let name = session["user"].as_str().unwrap();
                shares
                    .entry(name)
                    .or_default()
                    .push(user as f64 / all as f64);
            }
        }
        answers.put(&format!("{kind}_sessions_with_share"), sums.n());
        answers.put(&format!("{kind}_user_share_mean"), mean_share(&sums));
        answers.put(&format!("{kind}_user_share_pooled"), pooled_share(&sums));
        answers.put(&format!("{kind}_user_share_cr1_se"), cr1_se(&shares));
    }
    answers
}

fn privacy_suppression(input: &Value) -> Answers {
    let names: Vec<&str> = take::list(&input["cells"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let rows = |name: &str| -> Vec<&Value> {
        take::list(&input["rows"])
            .iter()
            .filter(|row| row["cell"] == name)
            .collect()
    };
    let behind = |name: &&str| {
        let users: BTreeSet<String> = rows(name)
            .iter()
            .map(|row| row["user"].to_string())
            .collect();
        Behind {
            n_items: rows(name).len() as u64,
            n_clusters: users.len() as u64,
        }
    };
    let cells: Vec<Behind> = names.iter().map(behind).collect();
    let total = input["complementary"].as_bool().unwrap_or_default();
    let suppression = suppress(&cells, take::whole(&input["min_users"]), total);
    let mut published = Answers::default();
    for (place, name) in names.iter().enumerate() {
        let mut cell = Answers::default();
        if suppression.shown[place] {
            let values: Vec<f64> = rows(name)
                .iter()
                .filter_map(|row| row["value"].as_f64())
                .collect();
            cell.put("sessions", cells[place].n_items);
            cell.put("users", cells[place].n_clusters);
            cell.put("mean", ClusterMean::of(&[values]).map(|mean| mean.mean()));
        } else {
            cell.put("suppressed", true);
        }
        published.put(name, cell);
    }
    let mut answers = Answers::default();
    let hidden = suppression.shown.iter().filter(|shown| !**shown).count();
    answers.put("suppressed_cells", hidden);
    answers.put("published", published);
    let complementary = suppression.complementary.map(|place| names[place]);
    answers.put("complementary_cell", Answer::from(complementary));
    answers
}
