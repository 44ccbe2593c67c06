//! What a value means on a scheme.

use serde_json::Number;

use crate::model::{Label, LabelSet, Numeric, Scheme};

use super::json::Json;
use super::text::{plain_number, quoted};
use super::{Read, Reading, decisions};

/// The label that a field's JSON value means.
pub(super) fn of_json(json: &Json, scheme: &Scheme, field: &str) -> Reading {
    match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let text = shown(json).ok_or_else(|| unusable(json, field))?;
            if text.trim().is_empty() {
                return Err(format!("`{field}` is empty"));
            }
            // 5.0 stands for the label "5", but is not what was asked for.
            let rewritten = matches!(json, Json::Number(number) if number.to_string() != text);
            label(&text, rewritten, set).ok_or_else(|| no_label(&text))
        }
        Scheme::Numeric(numeric) => match json {
            Json::Number(value) => match value.as_f64() {
                Some(value) => number(value, false, numeric),
                None => Err(no_number(&value.to_string())),
            },
            Json::Text(text) if text.trim().is_empty() => Err(format!("`{field}` is empty")),
            Json::Text(text) => {
                let trimmed = text.trim();
                let value = plain_number(trimmed).ok_or_else(|| no_number(trimmed))?;
                number(value, trimmed != text, numeric)
            }
            Json::Bool(value) => Err(no_number(&value.to_string())),
            Json::Null | Json::List(_) | Json::Object(_) => Err(unusable(json, field)),
        },
        Scheme::Decisions(scheme) => decisions::counts(json, scheme, field),
    }
}

/// The text that a JSON value stands for: its own, or that of a number or of `true` and `false`.
pub(super) fn shown(json: &Json) -> Option<String> {
    match json {
        Json::Text(text) => Some(text.clone()),
        Json::Number(number) => Some(number_text(number)),
        Json::Bool(value) => Some(value.to_string()),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}

/// A number's text, whole where the number is: 5.0 is `5`.
fn number_text(number: &Number) -> String {
    /// Beyond it a double no longer tells whole numbers apart.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < WHOLE => {
            // Adding 0 turns -0 into 0.
            format!("{:.0}", value + 0.0)
        }
        _ => number.to_string(),
    }
}

/// Why a value of the wrong type is of no use.
pub(super) fn unusable(json: &Json, field: &str) -> String {
    let what = match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::Text(_) => "a text",
        Json::List(_) => "a list",
        Json::Object(_) => "an object",
    };
    format!("`{field}` is {what}")
}

/// The label a text means. `changed` says whether the text was changed before.
pub(super) fn label(text: &str, changed: bool, set: &LabelSet) -> Option<Read> {
    set.find(text).map(|(label, folded)| Read {
        label: Label::One(label),
        normalised: changed || folded,
    })
}

/// Why a text is no label.
pub(super) fn no_label(text: &str) -> String {
    format!("{} is not a label of the scheme", quoted(text))
}

/// A number on a numeric scheme, or what is wrong with it.
pub(super) fn number(value: f64, normalised: bool, numeric: &Numeric) -> Reading {
    if numeric.accepts(value) {
        return Ok(Read {
            label: Label::Number(value),
            normalised,
        });
    }
    Err(match (numeric.min, numeric.max) {
        _ if numeric.log && value <= 0.0 => format!("`{value}` is not positive"),
        (Some(min), _) if value < min => format!("`{value}` is below the least value {min}"),
        (_, Some(max)) if value > max => format!("`{value}` is above the greatest value {max}"),
        _ => no_number(&value.to_string()),
    })
}

/// Why a text is no number.
pub(super) fn no_number(text: &str) -> String {
    format!("{} is not a plain number", quoted(text))
}
