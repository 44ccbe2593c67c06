//! What both formats read out of JSON and headers.

use http::header::HeaderMap;
use serde::Serialize;
use serde_json::Value;

/// A body as JSON, fields in the order in which they are declared.
pub(super) fn body(body: &impl Serialize) -> Vec<u8> {
    // Writing plain structs with text keys into memory cannot fail.
    serde_json::to_vec(body).unwrap_or_default()
}

/// A text that is not blank.
pub(super) fn text(value: &Value) -> Option<Box<str>> {
    let text = value.as_str()?;
    (!text.trim().is_empty()).then(|| text.into())
}

/// A count of tokens; some servers write it as a decimal.
pub(super) fn tokens(value: &Value) -> Option<u64> {
    let decimal = || value.as_f64().filter(|number| *number >= 0.0);
    // Casting cuts off what no count can be.
    value
        .as_u64()
        .or_else(|| decimal().map(|number| number as u64))
}

/// Whether a value says anything.
pub(super) fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(said) => *said,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// The provider's name of the exchange, where a header has it.
pub(super) fn request_id(headers: &HeaderMap) -> Option<Box<str>> {
    let mut names = ["request-id", "x-request-id"].into_iter();
    names.find_map(|name| Some(headers.get(name)?.to_str().ok()?.into()))
}
