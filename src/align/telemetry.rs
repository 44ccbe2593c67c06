//! Labels against what machines recorded.

use crate::expr::{Evaluated, Input, Program, Rule};
use crate::model::{Item, Items, Label, Value};

/// One item on which a rule can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// Position of the item.
    pub item: usize,
    /// Whether the label is one the rule speaks of.
    pub labelled: bool,
    /// Whether telemetry is as the rule expects.
    pub expected: bool,
}

/// The items with a label: those on which a rule can be judged, and those on which it cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleRows {
    /// The items that have a label and the telemetry the rule names.
    pub rows: Vec<RuleRow>,
    /// Items with a label whose telemetry was not recorded.
    pub missing_telemetry: Vec<usize>,
    /// Items with a label on which the expression cannot be computed, such as by a division by 0.
    pub failed: Vec<usize>,
}

/// Evaluates a rule on every item; `label` gives the item's label, if it has one.
pub fn rule_rows<'a>(
    rule: &Rule,
    items: &Items,
    label: impl Fn(usize) -> Option<&'a Label>,
) -> RuleRows {
    let mut rows = RuleRows::default();
    for item in 0..items.len() {
        let Some(label) = label(item) else { continue };
        let labelled = truth(&rule.when, |_| input_of_label(label));
        let telemetry = &items.items[item].telemetry;
        let expected = truth(&rule.expect, |column| {
            telemetry[column].clone().map(Input::Value)
        });
        match (labelled, expected) {
            (Ok(labelled), Ok(expected)) => rows.rows.push(RuleRow {
                item,
                labelled,
                expected,
            }),
            (Err(Evaluated::Failed(_)), _) | (_, Err(Evaluated::Failed(_))) => {
                rows.failed.push(item);
            }
            _ => rows.missing_telemetry.push(item),
        }
    }
    rows
}

/// Whether a rule speaks of items with this label; nothing where that cannot be computed.
pub fn speaks_of(rule: &Rule, label: &Label) -> Option<bool> {
    truth(&rule.when, |_| input_of_label(label)).ok()
}

/// A label as an expression takes it; lists of decisions have no such form.
pub(super) fn input_of_label(label: &Label) -> Option<Input> {
    match label {
        Label::One(label) => Some(Input::Label(*label)),
        Label::Number(value) => Some(Input::Value(Value::Double(*value))),
        Label::Counts(_) => None,
    }
}

/// Why a number over telemetry is not known of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNumber {
    /// Telemetry that it names was not recorded.
    Missing,
    /// It cannot be computed, such as by a division by 0.
    Failed,
}

/// Evaluates a number over telemetry on every item.
pub fn numbers(program: &Program, items: &Items) -> Vec<Result<f64, NoNumber>> {
    let of_item = |item: &Item| {
        let input = |column: usize| item.telemetry[column].clone().map(Input::Value);
        match program.evaluate(input) {
            Evaluated::Value(Value::Int(value)) => Ok(value as f64),
            Evaluated::Value(Value::Double(value)) if value.is_finite() => Ok(value),
            Evaluated::Missing => Err(NoNumber::Missing),
            Evaluated::Value(_) | Evaluated::Failed(_) => Err(NoNumber::Failed),
        }
    };
    items.items.iter().map(of_item).collect()
}

fn truth(program: &Program, input: impl Fn(usize) -> Option<Input>) -> Result<bool, Evaluated> {
    match program.evaluate(input) {
        Evaluated::Value(Value::Bool(truth)) => Ok(truth),
        other => Err(other),
    }
}
