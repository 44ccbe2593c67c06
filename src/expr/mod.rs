//! Expressions over labels and telemetry: rules, derived measures, directions.
//!
//! They are CEL, parsed and evaluated by the crate `cel`, which only this module names. Before
//! that they are checked here against a [`Scope`], so that an unknown name, a mistyped label or
//! a comparison that cannot hold is a fault with a place, found before anything is computed.
//! Knows nothing of files or items: it is handed a scope and, per item, the values.
//!
//! The stages: `scan` cuts the text into tokens, `vet` looks at names and functions, `cel`
//! parses, `lower` and `compare` check types and turn labels into
//! numbers, `program` has `engine` evaluate.
//! A new function: `vet::FUNCTIONS` or `vet::METHODS`, and its types in `lower::Lowering::function`.

mod compare;
mod engine;
mod lower;
mod program;
mod rule;
mod scan;
mod vet;

use std::ops::Range;
use std::sync::Arc;

use crate::model::{Kind, LabelIx, LabelSet, Value};

/// What an expression looks like, for advice where nothing closer is known.
pub const FORM: &str = "an expression is CEL over the names known here: numbers, texts in quotes, \
                        `==`, `<`, `in [\"a\", \"b\"]`, `&&`, `||`, `!`, `+`";

pub use program::Program;
pub use rule::{Part, Rule, RuleText, split_rule};

/// The type of a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// True or false.
    Bool,
    /// Any text.
    Text,
    /// One of some labels, compared for equality.
    Nominal(Arc<LabelSet>),
    /// One of some ordered labels, compared by rank too.
    Ordinal(Arc<LabelSet>),
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Int => Self::Int,
            Kind::Double => Self::Double,
            Kind::Bool => Self::Bool,
            Kind::Text => Self::Text,
        }
    }
}

/// An input an expression may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// What it is called in expressions.
    pub name: Box<str>,
    /// Its type.
    pub ty: Type,
}

/// The inputs an expression may use. Of two with the same name the first counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope(pub Vec<Name>);

impl Scope {
    /// Where the name stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| &*known.name == name)
    }
}

/// What an expression must yield.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// True or false, and not the same for every item.
    Bool,
    /// A number, whole or not.
    Number,
}

/// The value of a name for one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Of a name that is not a label.
    Value(Value),
    /// Of a label.
    Label(LabelIx),
}

/// What an expression yields for one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Evaluated {
    /// A value of the type wanted.
    Value(Value),
    /// Some name in the text has no value for this item, or a label that is compared by order is
    /// an excluded one, which has no rank.
    Missing,
    /// It cannot be computed for this item; why.
    Failed(String),
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprFault {
    /// Where, in bytes of the expression's text. Empty at the end of the text.
    pub span: Range<usize>,
    /// What is wrong: a lower-case sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ExprFault {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        self.maybe_help(Some(help.into()))
    }

    fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The same fault in a text in which the expression begins at byte `start`.
    #[must_use]
    pub fn moved(mut self, start: usize) -> Self {
        self.span = self.span.start + start..self.span.end + start;
        self
    }

    fn overlaps(&self, span: &Range<usize>) -> bool {
        self.span.start < span.end && span.start < self.span.end
    }
}

/// `known here: a, b, c`, cut short where there are many.
fn known<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(SHOWN)].join(", ");
    let rest = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    format!("{what}: {shown}{rest}")
}
