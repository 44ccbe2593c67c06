//! Agreement of numbers.

use labelgate::num::Level;
use labelgate::stat::icc::MeanSquares;
use labelgate::stat::{Moments, Rows, numeric, numeric_interval};
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "log_scale_error" => log_scale_error(input),
        "concordance" => concordance(input),
        "icc" => icc(input),
        _ => return None,
    })
}

fn moments(pairs: &[(f64, f64)], scale: fn(f64) -> f64) -> Moments {
    let centre = pairs.first().map_or(0.0, |pair| scale(pair.0));
    let mut moments = Moments::new(centre);
    for (x, y) in pairs {
        moments.count_pair(scale(*x), scale(*y), 1);
    }
    moments
}

fn log_scale_error(input: &Value) -> Answers {
    let (all, _) = take::complete_pairs(input);
    let positive = |(x, y): &&(f64, f64)| *x > 0.0 && *y > 0.0;
    let pairs: Vec<(f64, f64)> = all.iter().filter(positive).copied().collect();
    let logs = moments(&pairs, f64::ln);
    let mut answers = Answers::default();
    answers.put("n", pairs.len());
    let excluded = take::list(&input["x"]).len() - pairs.len();
    answers.put("excluded_missing_or_nonpositive", excluded);
    answers.put("mae_log", numeric::mae(&logs));
    answers.put("rmse_log", numeric::rmse(&logs));
    answers.put("rmse_log1p", numeric::rmse(&moments(&pairs, f64::ln_1p)));
    answers.put("bias_log", numeric::bias(&logs));
    answers.put("geometric_mean_ratio", numeric::bias(&logs).map(f64::exp));
    answers.put(
        "typical_multiplicative_error",
        numeric::mae(&logs).map(f64::exp),
    );
    let rows = Rows::from_iter(pairs.iter().copied());
    answers.put("within_factor_2", numeric::within_factor_2(&rows));
    let tenfold = std::f64::consts::LN_10;
    answers.put("mae_log10", numeric::mae(&logs).map(|mae| mae / tenfold));
    answers.put("pearson_log", numeric::pearson(&logs));
    answers
}

fn concordance(input: &Value) -> Answers {
    let (pairs, dropped) = take::complete_pairs(input);
    let moments = moments(&pairs, |x| x);
    let level = Level::DEFAULT;
    let mut answers = Answers::default();
    answers.put("n", pairs.len());
    answers.put("dropped_missing_pairs", dropped);
    answers.put("ccc", numeric::lin_ccc(&moments));
    answers.put("ccc_unbiased", numeric_interval::lin_ccc_unbiased(&moments));
    answers.put("pearson_r", numeric::pearson(&moments));
    let factor = numeric_interval::bias_correction_factor(&moments);
    answers.put("bias_correction_factor", factor);
    answers.put(
        "ccc_ci95_z",
        numeric_interval::lin_ccc_interval(&moments, level),
    );
    answers.put("bias", numeric::bias(&moments));
    let sd = numeric::sd_difference(&moments);
    answers.put("sd_difference", sd);
    let limits = numeric::loa_low(&moments)
        .and_then(|low| numeric::loa_high(&moments).map(|high| (low, high)));
    answers.put("limits_of_agreement", limits);
    let bias = numeric::bias(&moments);
    let rounded = sd.and_then(|sd| bias.map(|bias| (bias - 1.96 * sd, bias + 1.96 * sd)));
    answers.put("limits_of_agreement_196", rounded);
    answers.put(
        "bias_ci95",
        numeric_interval::bias_interval(&moments, level),
    );
    answers.put(
        "lower_limit_ci95",
        numeric_interval::loa_low_interval(&moments, level),
    );
    answers.put(
        "upper_limit_ci95",
        numeric_interval::loa_high_interval(&moments, level),
    );
    answers.put("mae", numeric::mae(&moments));
    answers.put("rmse", numeric::rmse(&moments));
    answers
}

fn icc(input: &Value) -> Answers {
    let complete: Vec<Vec<f64>> = take::list(&input["ratings"])
        .iter()
        .filter_map(|row| take::optional_numbers(row).into_iter().collect())
        .collect();
    let squares = MeanSquares::of(&complete);
    let mut answers = Answers::default();
    let dropped = take::list(&input["ratings"]).len() - complete.len();
    answers.put("dropped_incomplete_items", dropped);
    answers.put("n", complete.len());
    answers.put("ms_rows", squares.map(|squares| squares.items));
    answers.put("ms_raters", squares.map(|squares| squares.raters));
    answers.put("ms_error", squares.map(|squares| squares.error));
    answers.put("icc1_1", squares.and_then(|squares| squares.icc_1_1()));
    answers.put("icc2_1", squares.and_then(|squares| squares.icc_2_1()));
    answers.put("icc3_1", squares.and_then(|squares| squares.icc_3_1()));
    answers.put("f_rows", squares.and_then(|squares| squares.f_items()));
    let level = Level::DEFAULT;
    let interval = squares.and_then(|squares| squares.icc_3_1_interval(level));
    answers.put("icc3_1_ci95", interval);
    let interval = squares.and_then(|squares| squares.icc_2_1_interval(level));
    answers.put("icc2_1_ci95", interval);
    if complete.first().is_some_and(|row| row.len() == 2) {
        let pairs: Vec<(f64, f64)> = complete.iter().map(|row| (row[0], row[1])).collect();
        two_raters_give_the_same(&moments(&pairs, |x| x), squares);
    }
    answers
}

/// The second way to both coefficients: through the moments of two raters.
fn two_raters_give_the_same(
    moments: &Moments,
    squares: Result<MeanSquares, labelgate::stat::Undefined>,
) {
    for (a, b) in [
        (numeric::icc_2_1(moments), squares.and_then(|s| s.icc_2_1())),
        (numeric::icc_3_1(moments), squares.and_then(|s| s.icc_3_1())),
    ] {
        match (a, b) {
            (Ok(a), Ok(b)) => assert!((a - b).abs() < 1e-10, "{a} {b}"),
            (a, b) => assert_eq!(a, b),
        }
    }
}
