//! An expression compiled against a scope, and its evaluation for one item.

use cel::common::ast::IdedExpr;

use crate::model::Value;

use super::compare::code;
use super::engine::{self, Bindings};
use super::lower::{Lowered, lower};
use super::scan::{Tokens, scan};
use super::vet::vet;
use super::{Evaluated, ExprFault, Input, Name, Scope, Type, Wanted};

/// An expression that has been checked and can be evaluated.
#[derive(Clone, Debug)]
pub struct Program {
    text: Box<str>,
    expr: IdedExpr,
    /// The scope's positions of the names in the text, ascending.
    inputs: Vec<usize>,
    /// What is known of each input.
    slots: Vec<Slot>,
}

#[derive(Clone, Debug)]
struct Slot {
    name: Name,
    /// Whether it is an ordinal label that is compared by order.
    is_ordered: bool,
}

/// The value of a name for one item, or why there is none.
enum Bound {
    Value(Value),
    Missing,
    Failed(String),
}

impl Program {
    /// Checks an expression against the names it may use, and says everything that is wrong with
    /// it, in the order of the text.
    pub fn compile(text: &str, scope: &Scope, wanted: Wanted) -> Result<Self, Vec<ExprFault>> {
        let tokens = scan(text)?;
        let (inputs, mut faults) = vet(&tokens, scope);
        let lowered = match engine::parse(&tokens) {
            Ok(parsed) => Some(lower(parsed, &tokens, scope, wanted, &mut faults)),
            Err(fault) => {
                // Where a token was found wanting already, the parser only stumbled over it.
                let is_after = |known: &ExprFault| {
                    let between = text.get(known.span.end..fault.span.start);
                    between.is_some_and(|between| between.trim().is_empty())
                };
                let is_known = |known: &ExprFault| known.overlaps(&fault.span) || is_after(known);
                if !faults.iter().any(is_known) {
                    faults.push(fault);
                }
                None
            }
        };
        if faults.is_empty() && inputs.is_empty() && wanted == Wanted::Bool {
            faults.push(constant(&tokens));
        }
        faults.sort_by_key(|fault| fault.span.start);
        match lowered {
            Some(Lowered { expr, ordered }) if faults.is_empty() => {
                let slot = |&position: &usize| Slot {
                    name: scope.0[position].clone(),
                    is_ordered: ordered.contains(&position),
                };
                Ok(Self {
                    text: text.into(),
                    expr,
                    slots: inputs.iter().map(slot).collect(),
                    inputs,
                })
            }
            _ => Err(faults),
        }
    }

    /// The expression as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The positions in the scope of every name in the text, ascending.
    pub fn inputs(&self) -> &[usize] {
        &self.inputs
    }

    /// The value for one item, given the values of names by their position in the scope.
    ///
    /// ```
    /// use labelgate::expr::{Evaluated, Input, Name, Program, Scope, Type, Wanted};
    /// use labelgate::model::Value;
    ///
    /// let name = |name: &str| Name { name: name.into(), ty: Type::Int };
    /// let scope = Scope(vec![name("commits"), name("lines")]);
    /// let rule = Program::compile("commits > 0 || lines > 100", &scope, Wanted::Bool).unwrap();
    ///
    /// let of = |commits: Option<i64>, lines: Option<i64>| {
    ///     rule.evaluate(|position| {
    ///         [commits, lines][position].map(|value| Input::Value(Value::Int(value)))
    ///     })
    /// };
    /// assert_eq!(of(Some(0), Some(101)), Evaluated::Value(Value::Bool(true)));
    /// assert_eq!(of(Some(0), Some(100)), Evaluated::Value(Value::Bool(false)));
    /// // Whatever the commits, an item without lines has no answer.
    /// assert_eq!(of(Some(1), None), Evaluated::Missing);
    /// ```
    pub fn evaluate(&self, input: impl Fn(usize) -> Option<Input>) -> Evaluated {
        let mut values = Vec::with_capacity(self.slots.len());
        let mut failure = None;
        for (position, slot) in self.inputs.iter().zip(&self.slots) {
            match slot.bind(input(*position)) {
                Bound::Value(value) => values.push((&*slot.name.name, value)),
                Bound::Missing => return Evaluated::Missing,
                Bound::Failed(reason) => failure = failure.or(Some(reason)),
            }
        }
        match failure {
            Some(reason) => Evaluated::Failed(reason),
            None => match engine::evaluate(&self.expr, &Bindings(values)) {
                Ok(value) => Evaluated::Value(value),
                Err(reason) => Evaluated::Failed(reason),
            },
        }
    }
}

impl Slot {
    /// Labels become the numbers that the lowered expression compares.
    fn bind(&self, input: Option<Input>) -> Bound {
        let Some(input) = input else {
            return Bound::Missing;
        };
        let value = match (&self.name.ty, input) {
            (Type::Nominal(labels) | Type::Ordinal(labels), Input::Label(label)) => {
                match code(labels, label) {
                    Some(code) if code < 0 && self.is_ordered => return Bound::Missing,
                    code => code.map(Value::Int),
                }
            }
            (Type::Double, Input::Value(Value::Int(value))) => Some(Value::Double(value as f64)),
            (Type::Double, Input::Value(Value::Double(value))) if !value.is_finite() => None,
            (Type::Int, Input::Value(value @ Value::Int(_)))
            | (Type::Double, Input::Value(value @ Value::Double(_)))
            | (Type::Bool, Input::Value(value @ Value::Bool(_)))
            | (Type::Text, Input::Value(value @ Value::Text(_))) => Some(value),
            _ => None,
        };
        match value {
            Some(value) => Bound::Value(value),
            None => Bound::Failed(format!("`{}` has a value of another type", self.name.name)),
        }
    }
}

fn constant(tokens: &Tokens<'_>) -> ExprFault {
    let start = tokens.all.first().map_or(0, |token| token.span.start);
    let end = tokens.all.last().map_or(0, |token| token.span.end);
    ExprFault::new(start..end, "this says the same of every item").help("use at least one name")
}
