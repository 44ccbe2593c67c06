//! Least squares with clustered errors.

use labelgate::num::Level;
use labelgate::stat::Undefined;
use labelgate::stat::regression::{Contrast, Ols, Robust, collinear_columns, ols};
use serde_json::Value;

use super::answer::{Answer, Answers};
use super::take;

pub(super) fn compute(_statistic: &str, input: &Value) -> Option<Answers> {
    let y = take::numbers(&input["y"]);
    let x = take::matrix(&input["x"]);
    let members = take::clusters(&input["cluster"]);
    let mut cluster = vec![0; y.len()];
    for (place, items) in members.iter().enumerate() {
        for item in items {
            cluster[*item] = place;
        }
    }
    let fit = ols(&y, &x, &cluster);
    let mut answers = Answers::default();
    answers.put("n", y.len());
    answers.put("clusters", members.len());
    let names: Vec<&str> = take::list(&input["columns"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    answers.put("columns", names);
    match fit {
        Err(reason) => {
            let named = !collinear_columns(&x).is_empty();
            assert_eq!(named, reason == Undefined::CollinearColumns);
            answers.put("coef", reason);
        }
        Ok(fit) => {
            let contrast = input.get("contrast").map(take::numbers);
            fitted(&mut answers, &fit, contrast);
        }
    }
    Some(answers)
}

fn fitted(answers: &mut Answers, fit: &Ols, contrast: Option<Vec<f64>>) {
    fn each<T: Into<Answer>>(
        fit: &Ols,
        kind: Robust,
        get: impl Fn(Contrast) -> Result<T, Undefined>,
    ) -> Result<Vec<T>, Undefined> {
        let columns = 0..fit.coefficients().len();
        columns
            .map(|column| get(fit.coefficient(column, kind).unwrap()?))
            .collect()
    }
    answers.put("coef", fit.coefficients().to_vec());
    answers.put("iid_se", fit.iid_se());
    answers.put("residual_df", fit.residual_df());
    answers.put("r_squared", fit.r_squared());
    answers.put("cr0_se", each(fit, Robust::Cr0, |c| Ok(c.se)));
    answers.put("cr1_se", each(fit, Robust::Cr1, |c| Ok(c.se)));
    answers.put("t", each(fit, Robust::Cr1, |c| limit(c.t(), f64::INFINITY)));
    let p = |c: Contrast| limit(c.p_two_sided(), 0.0);
    answers.put("p_two_sided", each(fit, Robust::Cr1, p));
    answers.put(
        "ci95",
        each(fit, Robust::Cr1, |c| Ok(c.interval(Level::DEFAULT))),
    );
    answers.put("cr2_se", each(fit, Robust::Cr2, |c| Ok(c.se)));
    answers.put("cr2_df", each(fit, Robust::Cr2, |c| Ok(c.df)));
    if let Some(weights) = contrast {
        let contrast = fit.contrast(&weights, Robust::Cr1);
        answers.put("contrast_estimate", contrast.map(|c| c.estimate));
        answers.put("contrast_se_cr1", contrast.map(|c| c.se));
        let p = contrast.and_then(|c| c.p_positive());
        answers.put("contrast_p_one_sided_positive", p);
    }
}

/// A coefficient fitted by one cluster alone has an error of 0. The cases go on to an infinite t and
/// a p-value of 0; the code refuses, so that no such p-value is ever printed.
fn limit(value: Result<f64, Undefined>, at_no_error: f64) -> Result<f64, Undefined> {
    match value {
        Err(Undefined::ZeroVariance) => Ok(at_no_error),
        value => value,
    }
}
