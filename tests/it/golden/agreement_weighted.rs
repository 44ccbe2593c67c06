//! Two raters, ordered labels.

use labelgate::num::Level;
use labelgate::stat::agreement::{agreement, chance_table, with_constant_rater_named};
use labelgate::stat::interval::delta_of_table;
use labelgate::stat::ordinal::{
    Weights, brennan_prediger_weighted, gwet_ac2, mean_absolute_difference, mean_difference,
    weighted_agreement, weighted_chance_agreement, weighted_kappa, within_one,
};
use serde_json::Value;

use super::answer::Answers;
use super::table::{Table, estimate, limits, standard_error};

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "weighted_two_rater").then_some(())?;
    let table = Table::read(input)?;
    let weights = read_weights(&input["weights"])?;
    let confusion = &table.confusion;
    let n_labels = confusion.n_labels();
    let mut answers = Answers::default();
    answers.put("n", confusion.total());
    answers.put("dropped_missing_pairs", table.n_dropped);
    let weight = |i| {
        (0..n_labels)
            .map(|j| weights.weight(n_labels, i, j))
            .collect()
    };
    let matrix: Vec<Vec<f64>> = (0..n_labels).map(weight).collect();
    answers.put("weight_matrix", matrix);
    answers.put(
        "weighted_percent_agreement",
        weighted_agreement(confusion, &weights),
    );
    answers.put(
        "weighted_expected_agreement",
        weighted_chance_agreement(confusion, &weights),
    );

    let kappa = estimate(confusion, |table| weighted_kappa(table, &weights))
        .map(|estimate| with_constant_rater_named(estimate, confusion));
    let null = chance_table(confusion).and_then(|chance| {
        let kappa = |table: &_| weighted_kappa(table, &weights);
        standard_error(delta_of_table(&chance, kappa, Level::DEFAULT))
    });
    answers.put("weighted_kappa", weighted_kappa(confusion, &weights));
    answers.put("weighted_kappa_ci95", limits(&kappa));
    answers.put("weighted_kappa_se", standard_error(kappa));
    answers.put("weighted_kappa_se_null", null);
    answers.put("gwet_ac2", gwet_ac2(confusion, &weights));
    let ac2 = estimate(confusion, |table| gwet_ac2(table, &weights));
    answers.put("gwet_ac2_se", standard_error(ac2));
    answers.put(
        "brennan_prediger_weighted",
        brennan_prediger_weighted(confusion, &weights),
    );
    answers.put("exact_agreement", agreement(confusion));
    answers.put("within_one_agreement", within_one(confusion));
    answers.put(
        "mean_absolute_rank_difference",
        mean_absolute_difference(confusion),
    );
    answers.put("mean_signed_rank_difference", mean_difference(confusion));
    Some(answers)
}

fn read_weights(weights: &Value) -> Option<Weights> {
    match weights.as_str() {
        Some("identity") => Some(Weights::Identity),
        Some("linear") => Some(Weights::Linear),
        Some("quadratic") => Some(Weights::Quadratic),
        Some(_) => None,
        None => {
            let row = |row: &Value| row.as_array()?.iter().map(Value::as_f64).collect();
            let rows = weights.as_array()?.iter().map(row).collect::<Option<_>>()?;
            Some(Weights::Custom(rows))
        }
    }
}
