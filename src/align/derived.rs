//! Labels computed from other classifiers' labels and from telemetry.

use crate::expr::{Evaluated, Input, Program};
use crate::model::{Label, LabelIx, LabelSet, LabelSetFault, LabelText, Outcome, Ratings, Value};

/// The label of a derived measure that is false.
pub const FALSE: LabelIx = LabelIx(0);
/// The label of a derived measure that is true.
pub const TRUE: LabelIx = LabelIx(1);
/// The excluded label of items a derived measure does not speak of.
const LEFT_OUT: LabelIx = LabelIx(2);

/// The labels of a derived measure: `false`, `true`, and the excluded one of items its `where`
/// leaves out.
pub fn derived_labels() -> Result<LabelSet, LabelSetFault> {
    let label = |id: &str, says: &str| LabelText {
        id: id.into(),
        says: says.into(),
    };
    LabelSet::new(
        vec![
            label("false", "The expression is false."),
            label("true", "The expression is true."),
            label("left_out", "The measure does not speak of the item."),
        ],
        &[] as &[&str],
        &["left_out"],
    )
}

/// What an expression can read of one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// A label or a value.
    Input(Input),
    /// Nothing was recorded or asked.
    Missing,
    /// A classifier's answer is no label; the derived label shares its fate.
    Unusable(Outcome),
}

/// The derived label of one item: `None` where anything the expressions name is missing.
pub fn derive(
    value: &Program,
    filter: Option<&Program>,
    known: impl Fn(usize) -> Known,
) -> Option<Outcome> {
    let inputs = value
        .inputs()
        .iter()
        .chain(filter.into_iter().flat_map(Program::inputs));
    let mut unusable = None;
    for input in inputs {
        match known(*input) {
            Known::Input(_) => {}
            Known::Missing => return None,
            Known::Unusable(outcome) => unusable = unusable.or(Some(outcome)),
        }
    }
    if unusable.is_some() {
        return unusable;
    }
    let read = |input| match known(input) {
        Known::Input(input) => Some(input),
        Known::Missing | Known::Unusable(_) => None,
    };
    let truth = |program: &Program| match program.evaluate(&read) {
        Evaluated::Value(Value::Bool(truth)) => Some(truth),
        _ => None,
    };
    let label = match filter.map(truth) {
        Some(None) => return None,
        Some(Some(false)) => LEFT_OUT,
        Some(Some(true)) | None => {
            if truth(value)? {
                TRUE
            } else {
                FALSE
            }
        }
    };
    Some(Outcome::Ok(Label::One(label)))
}

/// What an expression can read of a classifier's outcome.
pub fn known_of_outcome(outcome: Option<&Outcome>) -> Known {
    match outcome {
        None => Known::Missing,
        Some(outcome) => match outcome.label() {
            Some(label) => known_of_label(Some(label)),
            None => Known::Unusable(outcome.clone()),
        },
    }
}

/// What an expression can read of a label.
pub fn known_of_label(label: Option<&Label>) -> Known {
    label
        .and_then(super::telemetry::input_of_label)
        .map_or(Known::Missing, Known::Input)
}

/// What an expression can read of another derived measure's outcome.
pub fn known_of_derived(outcome: Option<&Outcome>) -> Known {
    match outcome {
        Some(Outcome::Ok(Label::One(label))) if *label == LEFT_OUT => Known::Missing,
        Some(Outcome::Ok(Label::One(label))) => {
            Known::Input(Input::Value(Value::Bool(*label == TRUE)))
        }
        Some(outcome) => Known::Unusable(outcome.clone()),
        None => Known::Missing,
    }
}

/// Derived outcomes as reference labels: whatever is no label is missing.
pub fn as_reference(ratings: &Ratings) -> Vec<Option<Label>> {
    ratings
        .outcomes
        .iter()
        .map(|outcome| outcome.as_ref()?.label().cloned())
        .collect()
}
