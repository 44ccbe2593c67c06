//! Krippendorff's alpha: values and labels, missing ratings.

use labelgate::stat::Panel;
use labelgate::stat::krippendorff::{Disagreement, Measurement, RatedValues};
use labelgate::stat::raters::krippendorff_alpha;
use serde_json::Value;

use super::answer::Answers;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "krippendorff_alpha").then_some(())?;
    let raters: Vec<&Vec<Value>> = input["ratings"]
        .as_array()?
        .iter()
        .map(Value::as_array)
        .collect::<Option<_>>()?;
    let measurement = match input["level"].as_str()? {
        "nominal" => Measurement::Nominal,
        "ordinal" => Measurement::Ordinal,
        "interval" => Measurement::Interval,
        "ratio" => Measurement::Ratio,
        _ => return None,
    };
    let n_items = raters.first().map_or(0, |ratings| ratings.len());
    let mut distinct: Vec<&Value> = Vec::new();
    for value in raters.iter().copied().flatten() {
        if !value.is_null() && !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct.sort_by(|a, b| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.as_str().cmp(&b.as_str()),
    });
    let place = |value: &Value| distinct.iter().position(|other| *other == value);

    let mut values = RatedValues::default();
    let mut panel = Panel::new(distinct.len(), raters.len());
    for item in 0..n_items {
        let labels: Vec<Option<usize>> = raters.iter().map(|rater| place(&rater[item])).collect();
        let value = |label: usize| distinct[label].as_f64().unwrap_or(label as f64);
        values.count_item(labels.iter().flatten().map(|label| value(*label)));
        panel.count_item(&labels, 1.0);
    }

    let disagreement = Disagreement::of(&values, measurement);
    let alpha = disagreement.and_then(Disagreement::alpha);
    let mut answers = Answers::default();
    answers.put("pairable_units", disagreement.map(|d| d.n_items));
    answers.put("pairable_values", disagreement.map(|d| d.n_values));
    answers.put("alpha", alpha);
    answers.put("observed_disagreement", disagreement.map(|d| d.observed));
    answers.put("expected_disagreement", disagreement.map(|d| d.expected));
    if matches!(measurement, Measurement::Nominal | Measurement::Ordinal) {
        // The labels' way to the same value.
        match (alpha, krippendorff_alpha(&panel, measurement)) {
            (Ok(one), Ok(other)) => assert!((one - other).abs() < 1e-12),
            (one, other) => assert_eq!(one, other),
        }
    }
    Some(answers)
}
