//! Directions: whether telemetry moves with the label as expected.

use serde_json::{Value, json};

use super::comparison::p_value;
use super::{Object, estimate};
use crate::report::model::{Direction, Report};
use crate::score::Measured;
use crate::score::directions::{
    Coding, ControlUse, DirectionSide, Dropped, Level, Status, Step, Which,
};

/// Every direction of a report.
pub(super) fn directions(report: &Report) -> Vec<Object> {
    let directions = report.directions.iter();
    directions.map(|one| direction(report, one)).collect()
}

fn direction(report: &Report, direction: &Direction) -> Object {
    let object = Object::new()
        .with("name", &*direction.name)
        .with("outcome", &*direction.outcome)
        .with("transform", direction.transform.key())
        .with("expect", direction.expect.key());
    let share = direction
        .share
        .and_then(|share| report.names.shares.get(share));
    let object = object
        .with_some("share", share.map(|share| &**share))
        .with("per", direction.score.per.key());
    side(object, report, &direction.score.candidate).with(
        "on_reference",
        side(Object::new(), report, &direction.score.reference),
    )
}

fn side(object: Object, report: &Report, side: &DirectionSide) -> Object {
    let undefined = match side.status {
        Status::Undefined(undefined) => Some(undefined.code()),
        Status::Holds | Status::Contradicted | Status::Inconclusive => None,
    };
    let levels = side.levels.iter().map(|one| level(report, one));
    let steps = side.steps.iter().map(|one| step(report, side, one));
    let object = object
        .with("status", side.status.key())
        .with_some("undefined", undefined)
        .with("effect", of_items(side, &side.effect))
        .with_some(
            "effect_cr2",
            side.effect_cr2
                .as_ref()
                .map(|effect| of_items(side, effect)),
        );
    let object = match side.collinear.is_empty() {
        true => object,
        false => object.with("collinear", collinear(side)),
    };
    let object = object
        .with("n", side.n.map_or(Value::Null, Value::from))
        .with_some(
            "dropped",
            side.dropped.as_ref().map(|one| dropped(side, one)),
        )
        .with(
            "controls",
            side.controls.iter().map(control).collect::<Vec<_>>(),
        )
        .with("levels", levels.collect::<Vec<_>>())
        .with("steps", steps.collect::<Vec<_>>())
        .with("kendall_tau_b", of_items(side, &side.kendall_tau_b));
    match side.jonckheere_terpstra_p {
        Some(p) => p_value(object, "jonckheere_terpstra_p", p),
        None => object,
    }
}

fn collinear(side: &DirectionSide) -> Vec<Object> {
    let collinear = side.collinear.iter();
    collinear
        .map(|(column, by)| {
            Object::new()
                .with("column", &**column)
                .with("determined_by", by)
        })
        .collect()
}

/// An estimate over the items of the side, whose number may be hidden.
fn of_items(side: &DirectionSide, measured: &Measured) -> Object {
    match side.n {
        Some(_) => estimate(measured),
        None => estimate(measured).without(&["n"]),
    }
}

fn dropped(side: &DirectionSide, dropped: &Dropped) -> Object {
    let controls = side.controls.iter().zip(&dropped.controls);
    let controls = controls.fold(Object::new(), |object, (control, n)| {
        object.with(&*control.name, *n)
    });
    Object::new()
        .with("label", dropped.label)
        .with("telemetry", dropped.telemetry)
        .with("outcome", dropped.outcome)
        .with("controls", controls)
}

fn control(control: &ControlUse) -> Object {
    let object = Object::new().with("name", &*control.name);
    match control.coding {
        Coding::Number => object.with("coding", "number"),
        Coding::Constant => object.with("coding", "constant"),
        Coding::Levels { told_apart, pooled } => object
            .with("coding", "levels")
            .with("levels", told_apart as u64)
            .with("pooled", pooled as u64),
    }
}

fn level(report: &Report, level: &Level) -> Object {
    let object = Object::new();
    let object = match level.which {
        Which::Label(label) => object.with("label", &*report.names.labels[label]),
        Which::Between(above, up_to) => object
            .with("above", json!(above))
            .with("up_to", json!(up_to)),
    };
    let count = |n: Option<u64>| n.map_or(Value::Null, Value::from);
    let mean = estimate(&level.mean);
    let mean = match level.n {
        Some(_) => mean,
        None => mean.without(&["n", "clusters"]),
    };
    object
        .with("n", count(level.n))
        .with("clusters", count(level.n_clusters))
        .with("mean", mean)
}

fn step(report: &Report, side: &DirectionSide, step: &Step) -> Object {
    Object::new()
        .with("from", &*report.names.labels[step.from])
        .with("to", &*report.names.labels[step.to])
        .with("difference", of_items(side, &step.difference))
        .with("p_holm", json!(step.p_holm))
}
