//! One cell, as seen by whoever reads a table.

use std::borrow::Cow;

use super::Json;
use crate::model::Value;

/// What stands in a row under a column. CSV knows only text; JSONL and Parquet have types.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// An empty cell, a JSON null, or no such key in the object. Never an empty text in CSV; in
    /// JSONL `""` is missing too.
    Missing,
    /// Text.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// Another number. Finite, but for an infinity out of Parquet.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// A list or an object.
    Json(&'a Json),
}

/// Up to here every whole number is itself as a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl<'a> Cell<'a> {
    /// Whether nothing stands there.
    pub fn is_missing(self) -> bool {
        self == Cell::Missing
    }

    /// The cell as a name or label: text as it is, numbers and booleans in their usual form.
    /// `None` if it is missing, a list or object, or a number too large to be exact.
    pub fn name(self) -> Option<Cow<'a, str>> {
        match self {
            Cell::Text(text) => Some(Cow::Borrowed(text)),
            Cell::Int(value) => Some(Cow::Owned(value.to_string())),
            Cell::Double(value) if value.abs() < EXACT => Some(Cow::Owned(value.to_string())),
            Cell::Bool(value) => Some(Cow::Owned(value.to_string())),
            Cell::Missing | Cell::Double(_) | Cell::Json(_) => None,
        }
    }

    /// The cell as a finite number; text is parsed.
    pub fn number(self) -> Option<f64> {
        let number = match self {
            Cell::Text(text) => text.trim().parse().ok()?,
            #[expect(
                clippy::cast_precision_loss,
                reason = "a number of more than 53 bits is rounded as in the file's other numbers"
            )]
            Cell::Int(value) => value as f64,
            Cell::Double(value) => value,
            Cell::Missing | Cell::Bool(_) | Cell::Json(_) => return None,
        };
        number.is_finite().then_some(number)
    }

    /// The cell as a value for expressions; `None` if it is missing, a list or object, or not
    /// finite.
    pub fn value(self) -> Option<Value> {
        match self {
            Cell::Text(text) => Some(Value::Text(text.into())),
            Cell::Int(value) => Some(Value::Int(value)),
            Cell::Double(value) => value.is_finite().then_some(Value::Double(value)),
            Cell::Bool(value) => Some(Value::Bool(value)),
            Cell::Missing | Cell::Json(_) => None,
        }
    }

    /// What the cell is, for messages.
    pub fn kind(self) -> &'static str {
        match self {
            Cell::Missing => "missing",
            Cell::Text(_) => "text",
            Cell::Int(_) => "a whole number",
            Cell::Double(_) => "a number",
            Cell::Bool(_) => "true or false",
            Cell::Json(Json::List(_)) => "a list",
            Cell::Json(_) => "an object",
        }
    }
}
