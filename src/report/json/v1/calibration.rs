//! Whether confidence comes true, in `calibration`.

use serde_json::{Value, json};

use super::estimate;
use crate::report::json::object::Object;
use crate::report::model::{Certainty, Report};
use crate::score::{CalibrationBin, Shown};

/// Of everyone who states some.
pub(super) fn calibration(report: &Report) -> Vec<Object> {
    report.certainties.iter().map(certainty).collect()
}

fn certainty(certainty: &Certainty) -> Object {
    let found = &certainty.calibration;
    let metrics = found.metrics.iter();
    let metrics = metrics.fold(Object::new(), |object, (metric, measured)| {
        object.with(metric.key(), estimate(measured))
    });
    Object::new()
        .with("side", certainty.whose.key())
        .with("labels_of", &*certainty.name)
        .with("against", &*certainty.against)
        .with("items", count(found.n))
        .with("without_confidence", count(found.without))
        .with("unusable", found.n_unusable)
        .with("metrics", metrics)
        .with("bins", found.bins.iter().map(bin).collect::<Vec<_>>())
}

fn count(count: Shown<u64>) -> Value {
    count.map_or(Value::Null, Value::from)
}

fn bin(bin: &CalibrationBin) -> Object {
    Object::new()
        .with("above", json!(bin.low))
        .with("up_to", json!(bin.high))
        .with("items", bin.n)
        .with("mean_confidence", json!(bin.confidence))
        .with("accuracy", estimate(&bin.accuracy))
}
