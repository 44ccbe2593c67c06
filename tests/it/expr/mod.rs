//! Expressions: what they mean, what is wrong with them, and that nothing breaks them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod faults;
mod hostile;
mod meaning;
mod shipped;

use std::sync::Arc;

use labelgate::expr::{Evaluated, Input, Name, Program, Scope, Type, Wanted};
use labelgate::model::{LabelSet, LabelText, Value};

const NONE: [&str; 0] = [];

fn label_set(ids: &[&str], exclude: &[&str]) -> Arc<LabelSet> {
    let labels = ids.iter().map(|id| LabelText {
        id: (*id).into(),
        says: "".into(),
    });
    Arc::new(LabelSet::new(labels.collect(), &NONE, exclude).unwrap())
}

fn nominal(ids: &[&str]) -> Type {
    Type::Nominal(label_set(ids, &[]))
}

fn ordinal(ids: &[&str], exclude: &[&str]) -> Type {
    Type::Ordinal(label_set(ids, exclude))
}

/// Names of every type.
fn scope() -> Scope {
    let names = [
        ("lines_added", Type::Int),
        ("commits", Type::Int),
        ("share", Type::Double),
        ("cost", Type::Double),
        ("trouble", Type::Bool),
        ("month", Type::Text),
        ("mode", nominal(&["build", "fix", "1"])),
        (
            "success",
            ordinal(
                &["failed", "partial", "succeeded", "no_clear_goal"],
                &["no_clear_goal"],
            ),
        ),
        ("signal", ordinal(&["none", "1", "2", "4", "5"], &[])),
    ];
    Scope(
        names
            .into_iter()
            .map(|(name, ty)| Name {
                name: name.into(),
                ty,
            })
            .collect(),
    )
}

/// The values of an item, as `name=value` separated by blanks; what is not named is missing.
/// A value is read as the type of its name says.
fn evaluate(program: &Program, scope: &Scope, item: &str) -> Evaluated {
    program.evaluate(|position| {
        let name = &scope.0[position];
        let value = item
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == &*name.name)
            .map(|(_, value)| value)?;
        Some(match &name.ty {
            Type::Int => Input::Value(Value::Int(value.parse().unwrap())),
            Type::Double => Input::Value(Value::Double(value.parse().unwrap())),
            Type::Bool => Input::Value(Value::Bool(value.parse().unwrap())),
            Type::Text => Input::Value(Value::Text(value.into())),
            Type::Nominal(labels) | Type::Ordinal(labels) => {
                Input::Label(labels.exact(value).unwrap())
            }
        })
    })
}

/// `true`, `3`, `0.5`, `missing`, or `failed: …`.
fn outcome(text: &str, scope: &Scope, wanted: Wanted, item: &str) -> String {
    let program = match Program::compile(text, scope, wanted) {
        Ok(program) => program,
        Err(faults) => panic!("{text}: {faults:#?}"),
    };
    match evaluate(&program, scope, item) {
        Evaluated::Value(value) => value.to_string(),
        Evaluated::Missing => "missing".to_owned(),
        Evaluated::Failed(reason) => format!("failed: {reason}"),
    }
}
