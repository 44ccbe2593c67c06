//! What an answer has to look like, read once from a request's schema, and answers made of it.

use std::fmt::Write as _;

use serde_json::Value;

use super::endpoint::Provider;
use super::schema;
use super::seen::Seen;

/// The form of answers to requests of one kind.
#[derive(Debug)]
pub(super) enum Form {
    /// JSON of this shape as text.
    Json(Shape),
    /// A call of this tool.
    Tool(String, Shape),
    /// Some JSON, by what the prompt says.
    SomeJson,
    /// Whatever the prompt says.
    Free,
}

/// A JSON value to be made up.
#[derive(Debug)]
pub(super) enum Shape {
    Object(Vec<(String, Shape)>),
    List(Box<Shape>),
    Choice(Vec<Value>),
    Text,
    Number { low: f64, high: f64 },
    Truth,
    Null,
}

/// The members of a request that decide the form of its answer.
pub(super) fn deciding<'a>(seen: &Seen<'a>) -> [Option<&'a [u8]>; 3] {
    let format = match seen.provider {
        Provider::Anthropic => seen.member("output_config"),
        Provider::OpenAi => seen.member("response_format"),
    };
    [format, seen.member("tool_choice"), seen.member("tools")]
}

impl Form {
    /// Reads the form, or says why the provider would refuse it.
    pub(super) fn read(
        [format, choice, tools]: [Option<&[u8]>; 3],
        provider: Provider,
    ) -> Result<Self, String> {
        let parse = |span: Option<&[u8]>| -> Value {
            span.and_then(|span| serde_json::from_slice(span).ok())
                .unwrap_or_default()
        };
        let (format, choice, tools) = (parse(format), parse(choice), parse(tools));
        let (wanted, form) = match provider {
            Provider::Anthropic => (&choice["name"], &format["format"]),
            Provider::OpenAi => (&choice["function"]["name"], &format),
        };
        if let Some(wanted) = wanted.as_str() {
            let tool = tools.as_array().into_iter().flatten().find_map(|tool| {
                let (tool, input) = match provider {
                    Provider::Anthropic => (tool, "input_schema"),
                    Provider::OpenAi => (&tool["function"], "parameters"),
                };
                (tool["name"] == wanted).then(|| (tool, &tool[input]))
            });
            let (tool, input) =
                tool.ok_or(format!("Tool '{wanted}' not found in provided tools"))?;
            if tool["strict"] == true
                && let Some(fault) = schema::fault(input, provider, true)
            {
                return Err(fault);
            }
            return Ok(Self::Tool(wanted.into(), Shape::read(input, input, 0)));
        }
        let (schema, strict) = match provider {
            Provider::Anthropic => (&form["schema"], true),
            Provider::OpenAi => (
                &form["json_schema"]["schema"],
                form["json_schema"]["strict"] == true,
            ),
        };
        match form["type"].as_str() {
            Some("json_schema") if schema.is_object() => {
                match schema::fault(schema, provider, strict) {
                    Some(fault) => Err(fault),
                    None => Ok(Self::Json(Shape::read(schema, schema, 0))),
                }
            }
            Some("json_object") if provider == Provider::OpenAi => Ok(Self::SomeJson),
            None | Some("text") => Ok(Self::Free),
            Some(other) => Err(format!("Unknown or incomplete format: '{other}'")),
        }
    }
}

impl Shape {
    fn read(schema: &Value, root: &Value, depth: u8) -> Self {
        if depth > 16 {
            return Self::Null;
        }
        let read = |schema| Self::read(schema, root, depth + 1);
        if let Some(place) = schema["$ref"].as_str() {
            let target = root.pointer(place.trim_start_matches('#'));
            return target.map_or(Self::Null, read);
        }
        if let Some(values) = schema["enum"].as_array() {
            return Self::Choice(values.clone());
        }
        if let Some(value) = schema.get("const") {
            return Self::Choice(vec![value.clone()]);
        }
        if let Some(first) = schema["anyOf"].get(0).or(schema["allOf"].get(0)) {
            return read(first);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.first().unwrap_or(&Value::Null),
            kind => kind,
        };
        match kind.as_str() {
            Some("object") => {
                let properties = schema["properties"].as_object();
                // Required ones first, in the order they are listed in, as providers do.
                let mut names: Vec<&String> = Vec::new();
                let required = schema["required"].as_array().into_iter().flatten();
                for name in required.filter_map(Value::as_str) {
                    names.extend(
                        properties
                            .and_then(|all| all.get_key_value(name))
                            .map(|(k, _)| k),
                    );
                }
                for (name, _) in properties.into_iter().flatten() {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                let part = |name: &String| (name.clone(), read(&schema["properties"][name]));
                Self::Object(names.into_iter().map(part).collect())
            }
            Some("array") => Self::List(Box::new(read(&schema["items"]))),
            Some("string") => Self::Text,
            Some("integer" | "number") => Self::Number {
                low: schema["minimum"].as_f64().unwrap_or(1.0),
                high: schema["maximum"].as_f64().unwrap_or(120.0),
            },
            Some("boolean") => Self::Truth,
            _ => Self::Null,
        }
    }

    /// Writes a value chosen by a number.
    pub(super) fn write(&self, out: &mut String, chance: &mut u64, wrong_case: bool) {
        match self {
            Self::Object(members) => {
                out.push('{');
                for (at, (name, shape)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    write!(out, "{}: ", Value::from(name.as_str())).unwrap();
                    shape.write(out, chance, wrong_case);
                }
                out.push('}');
            }
            Self::List(part) => {
                out.push('[');
                for at in 0..=draw(chance, 3) {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    part.write(out, chance, wrong_case);
                }
                out.push(']');
            }
            Self::Choice(values) => {
                let value = values
                    .get(draw(chance, values.len()))
                    .unwrap_or(&Value::Null);
                match value.as_str() {
                    Some(text) if wrong_case => {
                        write!(out, "{}", Value::from(turned(text))).unwrap();
                    }
                    _ => write!(out, "{value}").unwrap(),
                }
            }
            Self::Text => out.push_str("\"So it reads.\""),
            Self::Number { low, high } => {
                let steps = (high - low).max(0.0) as usize + 1;
                write!(out, "{}", low + draw(chance, steps) as f64).unwrap();
            }
            Self::Truth => out.push_str(["false", "true"][draw(chance, 2)]),
            Self::Null => out.push_str("null"),
        }
    }
}

/// The same word in other letters.
pub(super) fn turned(text: &str) -> String {
    let upper = text.to_uppercase();
    if upper == text {
        text.to_lowercase()
    } else {
        upper
    }
}

/// One of so many, 0 if there is none; the next draw is another.
pub(super) fn draw(chance: &mut u64, of: usize) -> usize {
    *chance = chance
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    ((*chance >> 33) as usize).checked_rem(of).unwrap_or(0)
}
