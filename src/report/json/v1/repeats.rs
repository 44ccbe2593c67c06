//! How steady a labeller is, in `repeats` and `baseline_repeats`.

use super::estimate;
use crate::report::json::object::Object;
use crate::report::model::majority_rule;
use crate::score::RepeatScore;

pub(super) fn repeats(score: &RepeatScore, scheme: &str) -> Object {
    let mut object = Object::new()
        .with("count", score.count)
        .with("items", score.n_items)
        .with("flipped_items", score.n_flipped)
        .with("flip_rate", estimate(&score.flip_rate));
    if let Some(kappa) = &score.test_retest_kappa {
        object = object.with("test_retest_kappa", estimate(kappa));
    }
    let metrics = score.metrics.iter();
    metrics
        .fold(object, |object, (metric, measured)| {
            object.with(metric.key(), estimate(measured))
        })
        .with("rule", majority_rule(scheme))
}
