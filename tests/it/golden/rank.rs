//! Rank correlations and tests of order between groups.

use labelgate::stat::{Confusion, Rows, rank, rank_sum};
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "rank_correlation" => rank_correlation(input),
        "mann_whitney" => mann_whitney(input),
        "jonckheere" => jonckheere(input),
        _ => return None,
    })
}

fn rank_correlation(input: &Value) -> Answers {
    let (pairs, dropped) = take::complete_pairs(input);
    let rows = Rows::from_iter(pairs);
    let mut answers = Answers::default();
    answers.put("n", rows.len());
    answers.put("dropped_missing_pairs", dropped);
    answers.put("spearman_rho", rank::spearman(&rows));
    answers.put("spearman_p_t", rank::spearman_p(&rows));
    let counts = rank::PairCounts::of(&rows);
    answers.put("concordant", counts.concordant);
    answers.put("discordant", counts.discordant);
    answers.put("kendall_tau_b", rank::kendall_tau_b(&rows));
    answers.put("kendall_p_asymptotic", rank::kendall_p(&rows));
    answers.put("kendall_s_variance", rank::kendall_variance(&rows));
    answers.put("goodman_kruskal_gamma", rank::gamma(&rows));
    answers.put("somers_d_y_given_x", rank::somers_d(&rows));
    table_gives_the_same(&rows);
    answers
}

/// The second way to both correlations: through a table of the values' positions.
fn table_gives_the_same(rows: &Rows) {
    let positions = |value: fn(&(f64, f64)) -> f64| -> Vec<usize> {
        let values: Vec<f64> = rows.pairs().iter().map(value).collect();
        let below = |value: &f64| values.iter().filter(|other| *other < value).count();
        values.iter().map(below).collect()
    };
    let (x, y) = (positions(|pair| pair.0), positions(|pair| pair.1));
    let table = Confusion::tally(rows.len(), x.into_iter().zip(y));
    let same = |a: Result<f64, _>, b: Result<f64, _>| match (a, b) {
        (Ok(a), Ok(b)) => assert!((a - b).abs() < 1e-12, "{a} {b}"),
        (a, b) => assert_eq!(a, b),
    };
    same(rank::spearman(rows), rank::spearman_of_table(&table));
    same(
        rank::kendall_tau_b(rows),
        rank::kendall_tau_b_of_table(&table),
    );
}

fn mann_whitney(input: &Value) -> Answers {
    let (x, y) = (take::numbers(&input["x"]), take::numbers(&input["y"]));
    let test = rank_sum::mann_whitney(&x, &y);
    let mut answers = Answers::default();
    answers.put("u_x", test.map(|test| test.u));
    answers.put("auc", test.map(|test| test.auc()));
    answers.put("p_asymptotic", test.and_then(|test| test.p(false)));
    answers.put("p_asymptotic_cc", test.and_then(|test| test.p(true)));
    if x.len() + y.len() < 30 {
        answers.put("p_exact", rank_sum::mann_whitney_exact_p(&x, &y));
    }
    answers
}

fn jonckheere(input: &Value) -> Answers {
    let groups: Vec<Vec<f64>> = match &input["groups"] {
        Value::Object(named) => named.values().map(take::numbers).collect(),
        groups => take::matrix(groups),
    };
    let test = rank_sum::jonckheere(&groups);
    let mut answers = Answers::default();
    let empty = groups.iter().filter(|group| group.is_empty()).count();
    answers.put("empty_groups_dropped", empty);
    answers.put("j", test.map(|test| test.j));
    answers.put("j_mean", test.map(|test| test.mean));
    answers.put("j_variance", test.map(|test| test.variance));
    answers.put("z", test.and_then(|test| test.z()));
    answers.put("p_increasing", test.and_then(|test| test.p_increasing()));
    answers.put("p_two_sided", test.and_then(|test| test.p_two_sided()));
    if groups.iter().map(Vec::len).sum::<usize>() < 15 {
        answers.put("p_increasing_exact", rank_sum::jonckheere_exact_p(&groups));
    }
    answers
}
