//! Reports on raters: the fields they share with other reports mean the same.

use serde_json::json;

use super::{Object, SCHEMA, estimate, hidden_slice};
use crate::align::{PanelAccount, RaterAccount};
use crate::report::model::RaterReport;
use crate::score::{RaterMeasures, RaterPair};

pub(super) fn one(report: &RaterReport) -> Object {
    let object = Object::new()
        .with("schema", SCHEMA)
        .with("classifier", &*report.classifier)
        .with("scheme", report.scheme)
        .with("labels", &report.names.labels)
        .with("raters", &report.raters);
    let slices = report.score.slices.iter().map(|score| {
        let object = Object::new()
            .with("slice", &*report.names.slices[score.slice])
            .with("value", &*score.value);
        with_measures(object, report, &score.measures)
    });
    let hidden = report.score.hidden_slices.iter();
    let hidden = hidden.map(|(slice, value)| hidden_slice(&report.names.slices[*slice], value));
    with_measures(object, report, &report.score.all)
        .with("slices", slices.chain(hidden).collect::<Vec<_>>())
        .with("notes", &report.notes)
}

fn with_measures(object: Object, report: &RaterReport, measures: &RaterMeasures) -> Object {
    let metrics = measures.metrics.iter();
    let metrics = metrics.fold(Object::new(), |object, (metric, measured)| {
        object.with(metric.key(), estimate(measured))
    });
    let pairs = measures.pairs.iter().map(|two| pair(report, two));
    let object = object
        .with("items", account(report, &measures.account))
        .with("metrics", metrics)
        .with("pairs", pairs.collect::<Vec<_>>());
    if report.names.labels.is_empty() {
        return object;
    }
    let uses = measures.account.raters.iter().map(|rater| &rater.uses);
    object.with(
        "label_counts",
        Object::new()
            .with("rows", "rater")
            .with("columns", "label")
            .with("raters", &report.raters)
            .with("labels", &report.names.labels)
            .with("counts", json!(uses.collect::<Vec<_>>())),
    )
}

fn account(report: &RaterReport, account: &PanelAccount) -> Object {
    let by_rater = |count: fn(&RaterAccount) -> u64| {
        let raters = report.raters.iter().zip(&account.raters);
        raters.fold(Object::new(), |object, (name, rater)| {
            object.with(&**name, count(rater))
        })
    };
    Object::new()
        .with("total", account.total)
        .with("scored", account.scored)
        .with("clusters", account.n_clusters)
        .with("rated_once", account.rated_once)
        .with("unrated", account.unrated)
        .with("ratings", by_rater(|rater| rater.ratings))
        .with("missing", by_rater(|rater| rater.missing))
        .with("excluded", by_rater(|rater| rater.excluded))
}

fn pair(report: &RaterReport, pair: &RaterPair) -> Object {
    let names = pair.raters.map(|rater| &*report.raters[rater]);
    let object = Object::new()
        .with("raters", json!(names))
        .with("n", json!(pair.n_items));
    let metrics = pair.metrics.iter();
    metrics.fold(object, |object, (metric, measured)| {
        object.with(metric.key(), estimate(measured))
    })
}
