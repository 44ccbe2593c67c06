//! The reference's own reliability.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Object, estimate};
use crate::report::model::Report;
use crate::score::{Measured, Metric, SecondOpinion};

/// Each second rater beside the candidate.
pub(super) fn reliability(report: &Report) -> Object {
    let raters = report
        .seconds
        .iter()
        .map(|(name, opinion)| rater(name, opinion));
    Object::new()
        .with("reference", &*report.reference)
        .with("raters", raters.collect::<Vec<_>>())
}

fn rater(name: &str, opinion: &SecondOpinion) -> Object {
    let sides = opinion.sides;
    let object = Object::new()
        .with("rater", name)
        .with("n", opinion.n)
        .with("ceiling", figures(&opinion.ceiling))
        .with("candidate", figures(&opinion.candidate));
    let object = match &opinion.difference {
        Some(difference) => object.with("difference", estimate(difference)),
        None => object,
    };
    object
        .with("above_ceiling", json!(opinion.is_above_ceiling()))
        .with(
            "disagreements",
            Object::new()
                .with("total", json!(sides.total()))
                .with("with_candidate", json!(sides.with_candidate))
                .with("with_reference", json!(sides.with_reference))
                .with("with_neither", json!(sides.with_neither)),
        )
}

fn figures(figures: &BTreeMap<Metric, Measured>) -> Object {
    figures
        .iter()
        .fold(Object::new(), |object, (metric, measured)| {
            object.with(metric.key(), estimate(measured))
        })
}
