//! Distribution functions.

use labelgate::stat::distribution as d;
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(_statistic: &str, input: &Value) -> Option<Answers> {
    let value = |at: &[f64]| -> f64 {
        match (input["function"].as_str().unwrap(), at) {
            ("normal_cdf", &[x]) => d::normal_cdf(x),
            ("normal_sf", &[x]) => d::normal_sf(x),
            ("normal_quantile", &[p]) => d::normal_quantile(p),
            ("t_sf", &[x, df]) => d::t_sf(x, df),
            ("t_quantile", &[p, df]) => d::t_quantile(p, df),
            ("chi2_sf", &[x, df]) => d::chi_square_sf(x, df),
            ("chi2_quantile", &[p, df]) => d::chi_square_quantile(p, df),
            ("f_sf", &[x, df1, df2]) => d::f_sf(x, df1, df2),
            ("beta_cdf", &[x, a, b]) => d::beta_cdf(x, a, b),
            ("beta_quantile" | "beta_quantile_large", &[p, a, b]) => d::beta_quantile(p, a, b),
            ("binomial_cdf", &[k, n, p]) => d::binomial_cdf(k as u64, n as u64, p),
            ("log_gamma", &[x]) => d::log_gamma(x),
            (unknown, at) => panic!("{unknown} of {at:?}"),
        }
    };
    let mut answers = Answers::default();
    let points = take::list(&input["points"]).iter();
    let values: Vec<f64> = points
        .map(|point| match point {
            Value::Array(_) => value(&take::numbers(point)),
            _ => value(&[take::number(point)]),
        })
        .collect();
    answers.put("values", values);
    Some(answers)
}
