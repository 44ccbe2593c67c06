//! Gates: what is demanded, in the words of `classifier.toml`, and what it came to.

use serde_json::json;

use super::{Object, estimate, figure_keys};
use crate::gate::early::Settled;
use crate::gate::{By, Check, Demand, Gate, Judgement, MOST_NEEDED, Needed, Target};
use crate::report::model::Report;
use crate::score::Figure;

/// A gate, what it came to, and the evidence.
pub(super) fn judged(report: &Report, (gate, judgement): &(Gate, Judgement)) -> Object {
    let mut object = match gate.target {
        Target::Overall(metric) => figure_keys(Object::new(), report, Figure::Overall(metric)),
        Target::Class {
            metric,
            class,
            min_support,
        } => figure_keys(Object::new(), report, Figure::Class(class, metric))
            .with("min_support", min_support),
        Target::EveryClass {
            metric,
            min_support,
        } => Object::new()
            .with("metric", metric.key())
            .with("class", "*")
            .with("min_support", min_support),
        Target::Rule { metric, rule } => {
            figure_keys(Object::new(), report, Figure::Rule(rule, metric))
        }
        Target::Share { metric, share } => {
            figure_keys(Object::new(), report, Figure::Share(share, metric))
        }
    };
    if let Some(slice) = gate.slice {
        object = object.with("slice", &*report.names.slices[slice]);
    }
    let by = |by, bound: &'static str| if by == By::Point { "point" } else { bound };
    object = match gate.demand {
        Demand::AtLeast {
            threshold,
            by: limit,
        } => object
            .with("at_least", json!(threshold))
            .with("by", by(limit, "lower")),
        Demand::AtMost {
            threshold,
            by: limit,
        } => object
            .with("at_most", json!(threshold))
            .with("by", by(limit, "upper")),
        Demand::NotBehind { margin, by: limit } => object
            .with("compared_to", "baseline")
            .with("margin", json!(margin))
            .with("by", by(limit, "lower")),
    };
    object = object.with("verdict", judgement.verdict.key());
    if let Some(deciding) = judgement.deciding() {
        object = evidence(
            object.with("reason", deciding.reason.code()),
            report,
            deciding,
        );
    }
    if let Some(needed) = judgement.needed() {
        object = object.with("needed", what_is_needed(needed));
    }
    if let Some(early) = judgement.early {
        object = object.with("early", settled(early));
    }
    object.with(
        "checks",
        judgement
            .checks
            .iter()
            .map(|check| {
                let object = Object::new()
                    .with("verdict", check.verdict.key())
                    .with("reason", check.reason.code());
                let object = evidence(object, report, check);
                match check.needed {
                    Some(needed) => object.with("needed", what_is_needed(needed)),
                    None => object,
                }
            })
            .collect::<Vec<_>>(),
    )
}

/// How the verdict became certain, and after how many items; null where it did not.
fn settled(settled: Settled) -> Object {
    let (at, why) = match settled {
        Settled::Certain { at, why, .. } => (Some(at), Some(why.key())),
        Settled::Undecided | Settled::Open => (None, None),
    };
    Object::new().with("decided_at", json!(at)).with("why", why)
}

/// How many more items, from how many more clusters, would settle it.
fn what_is_needed(needed: Needed) -> Object {
    let none = |why: &'static str| {
        Object::new()
            .with("items", None::<&str>)
            .with("clusters", None::<&str>)
            .with("reason", why)
    };
    match needed {
        Needed::More { even, likely } => {
            let object = Object::new()
                .with("items", even.items)
                .with("clusters", even.clusters);
            let object = match even.class_items {
                Some(items) => object.with("class_items", items),
                None => object,
            };
            object
                .with("items_80", likely.items)
                .with("clusters_80", likely.clusters)
        }
        Needed::TooMany => none("too_many").with("more_than", MOST_NEEDED),
        Needed::Never => none("value_at_threshold"),
    }
}

fn evidence(object: Object, report: &Report, check: &Check) -> Object {
    let mut object = object;
    if let Some(Figure::Class(class, _)) = check.figure {
        object = object.with("decided_class", &*report.names.labels[class]);
    }
    if let Some(value) = &check.slice_value {
        object = object.with("slice_value", &**value);
    }
    match &check.measured {
        Some(measured) => object.with("estimate", estimate(measured)),
        None => object,
    }
}
