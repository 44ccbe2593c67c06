//! What providers refuse in a schema of an answer.

use serde_json::Value;

use super::endpoint::Provider;

/// Words that Anthropic does not take.
const REFUSED: [&str; 6] = [
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
];

/// What is wrong with a schema for this provider; `strict` matters to OpenAI alone.
pub(super) fn fault(schema: &Value, provider: Provider, strict: bool) -> Option<String> {
    let anthropic = provider == Provider::Anthropic;
    let Value::Object(members) = schema else {
        return None;
    };
    if anthropic && let Some(word) = REFUSED.iter().find(|word| members.contains_key(**word)) {
        let kind = members.get("type").and_then(Value::as_str).unwrap_or("any");
        return Some(format!(
            "For '{kind}' type, property '{word}' is not supported"
        ));
    }
    let properties = members.get("properties").and_then(Value::as_object);
    if (anthropic || strict) && schema["type"] == "object" {
        if schema["additionalProperties"] != false {
            return Some(
                "For 'object' type, 'additionalProperties' must be explicitly set to false".into(),
            );
        }
        let required = schema["required"].as_array();
        let is_required =
            |name: &String| required.is_some_and(|names| names.iter().any(|found| found == name));
        if !anthropic
            && let Some(name) =
                properties.and_then(|all| all.keys().find(|name| !is_required(name)))
        {
            return Some(format!(
                "Invalid schema: 'required' must include every key in properties. Missing '{name}'"
            ));
        }
    }
    let parts = properties.into_iter().flat_map(|all| all.values());
    let choices = ["anyOf", "allOf"]
        .into_iter()
        .filter_map(|word| members.get(word)?.as_array())
        .flatten();
    parts
        .chain(choices)
        .chain(members.get("items"))
        .chain(
            members
                .get("$defs")
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(|all| all.values()),
        )
        .find_map(|part| fault(part, provider, strict))
}
