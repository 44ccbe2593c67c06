//! The schema `labelgate.history/1`. Fields are only ever added.

use serde_json::json;

use super::object::Object;
use super::v1::estimate;
use crate::report::document::gate_demand;
use crate::report::history::{History, Point, Standing};
use crate::report::model::Report;

const SCHEMA: &str = "labelgate.history/1";

/// The history as `labelgate.history/1`, with a final newline.
pub fn render(history: &History) -> String {
    let courses = history.courses.iter().map(|course| {
        let points = course.points.iter().map(point);
        Object::new()
            .with("classifier", &*course.classifier)
            .with("title", &*course.title)
            .with("points", points.collect::<Vec<_>>())
    });
    let object = Object::new()
        .with("schema", SCHEMA)
        .with("version", history.version)
        .with("classifiers", courses.collect::<Vec<_>>());
    let mut text = serde_json::to_string_pretty(&object).unwrap_or_default();
    text.push('\n');
    text
}

fn point(point: &Point) -> Object {
    let object = Object::new()
        .with("at", &*point.at)
        .with("run", json!(point.run))
        .with("runs", point.n_runs)
        .with("revision", &*point.revision)
        .with("provider", &*point.provider)
        .with("model", &*point.model);
    match &point.standing {
        Standing::Assessed {
            report,
            is_complete,
        } => assessed(object.with("from", "answers"), report, *is_complete),
        Standing::Remembered { verdict, figures } => {
            let figures = figures.iter();
            let figures = figures.fold(Object::new(), |object, (name, value)| {
                object.with(&**name, json!(value))
            });
            object
                .with("from", "gate")
                .with("verdict", &**verdict)
                .with("values", figures)
        }
        Standing::Unknown => object.with("from", None::<&str>),
    }
}

fn assessed(object: Object, report: &Report, is_complete: bool) -> Object {
    let card = &report.scorecard;
    let metrics = card.all.metrics.iter();
    let metrics = metrics.fold(Object::new(), |object, (metric, measured)| {
        object.with(metric.key(), estimate(measured))
    });
    let gates = report.gates.iter().map(|(gate, judgement)| {
        let object = Object::new()
            .with("gate", gate_demand(report, gate).as_str())
            .with("verdict", judgement.verdict.key());
        let measured = judgement
            .deciding()
            .and_then(|check| check.measured.as_ref());
        match measured {
            Some(measured) => object.with("estimate", estimate(measured)),
            None => object,
        }
    });
    let slices = card.slices.iter().map(|score| {
        let metrics = score.measures.metrics.iter();
        let metrics = metrics.fold(Object::new(), |object, (metric, measured)| {
            object.with(metric.key(), estimate(measured))
        });
        Object::new()
            .with("slice", &*report.names.slices[score.slice])
            .with("value", &*score.value)
            .with("metrics", metrics)
    });
    object
        .with("complete", json!(is_complete))
        .with("scored", card.all.account.scored)
        .with("clusters", card.all.account.n_clusters)
        .with("verdict", report.verdict().map(|verdict| verdict.key()))
        .with("metrics", metrics)
        .with("gates", gates.collect::<Vec<_>>())
        .with("slices", slices.collect::<Vec<_>>())
}
