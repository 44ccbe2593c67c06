//! Many raters, nominal labels.

use labelgate::num::Level;
use labelgate::stat::interval::delta;
use labelgate::stat::raters::{
    conger_kappa, fleiss_kappa, fleiss_kappa_null_se, gwet_ac1, label_kappa, pairwise_agreement,
    randolph_kappa,
};
use labelgate::stat::{Clustered, Panel};
use serde_json::Value;

use super::answer::Answers;
use super::table::standard_error;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "many_raters").then_some(())?;
    let (n_labels, items) = if input.get("counts").is_some() {
        read_counts(input)?
    } else {
        read_ratings(input)?
    };
    let n_raters = items.iter().map(Vec::len).max().unwrap_or(0);
    let mut panel = Panel::new(n_labels, n_raters);
    let mut clusters = Vec::new();
    let mut counts = Vec::new();
    for item in &items {
        let mut one = Panel::new(n_labels, n_raters);
        one.count_item(item, 1.0);
        panel.count_item(item, 1.0);
        clusters.push(one);
        let uses = |label| item.iter().filter(|rating| **rating == Some(label)).count();
        counts.push((0..n_labels).map(uses).collect::<Vec<usize>>());
    }
    let n = items.len() as f64;
    let kappa = fleiss_kappa(&panel);
    let null_se = fleiss_kappa_null_se(&panel);
    let shares = panel.label_shares();
    let chance = shares
        .clone()
        .map(|shares| shares.iter().map(|p| p * p).sum::<f64>());
    let by_label = |label| label_kappa(&panel, label);
    let mut answers = Answers::default();
    answers.put("counts", counts);
    answers.put("category_shares", shares);
    answers.put("observed_agreement", pairwise_agreement(&panel));
    answers.put("expected_agreement", chance);
    answers.put("fleiss_kappa", kappa);
    answers.put("fleiss_kappa_se_null", null_se);
    answers.put(
        "fleiss_kappa_z_null",
        kappa.and_then(|kappa| Ok(kappa / null_se?)),
    );
    answers.put(
        "kappa_by_category",
        (0..n_labels).map(by_label).collect::<Vec<_>>(),
    );
    answers.put("randolph_kappa", randolph_kappa(&panel));
    answers.put("pairwise_agreement", pairwise_agreement(&panel));
    answers.put("gwet_ac1", gwet_ac1(&panel));
    // Gwet divides by n (n − 1), the delta method by n².
    let se = standard_error(delta(&Clustered(clusters), gwet_ac1, Level::DEFAULT));
    answers.put("gwet_ac1_se", se.map(|se| se * (n / (n - 1.0)).sqrt()));
    answers.put("conger_kappa", conger_kappa(&panel));
    Some(answers)
}

type Items = Vec<Vec<Option<usize>>>;

fn read_counts(input: &Value) -> Option<(usize, Items)> {
    let rows = input["counts"].as_array()?;
    let n_labels = rows
        .first()
        .map_or(Some(0), |row| Some(row.as_array()?.len()))?;
    let item = |row: &Value| {
        let mut ratings = Vec::new();
        for (label, count) in row.as_array()?.iter().enumerate() {
            ratings.extend(vec![Some(label); count.as_u64()? as usize]);
        }
        Some(ratings)
    };
    Some((n_labels, rows.iter().map(item).collect::<Option<_>>()?))
}

fn read_ratings(input: &Value) -> Option<(usize, Items)> {
    let categories = input["categories"].as_array()?;
    let raters = input["ratings"].as_array()?;
    let n_items = raters.first()?.as_array()?.len();
    let label = |value: &Value| categories.iter().position(|category| category == value);
    let item = |item: usize| raters.iter().map(|rater| label(&rater[item])).collect();
    Some((categories.len(), (0..n_items).map(item).collect()))
}
