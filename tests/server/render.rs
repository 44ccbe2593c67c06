//! From what is given to an answer's status, headers and bytes.

use std::time::Duration;

use hyper::body::Bytes;
use serde_json::Value;

use super::endpoint::Provider;
use super::given::{Given, Hint};
use super::seen::Seen;
use super::shape::{self, Form, draw, turned};
use super::state::{Prefix, State};
use super::{anthropic, openai};

/// An answer ready to be sent.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
    pub(super) manner: Manner,
    /// Whether a provider would charge for it.
    pub(super) paid: bool,
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Whole,
    Slow(Duration),
    Cut,
}

impl Reply {
    pub(super) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type: "application/json",
            headers: Vec::new(),
            body: body.into(),
            manner: Manner::Whole,
            paid: false,
        }
    }

    pub(super) fn value(body: &Value) -> Self {
        Self::json(200, body.to_string())
    }
}

/// What the model said.
#[derive(Debug, Default)]
pub(super) struct Turn<'a> {
    /// The text, or the input of the tool.
    pub(super) text: Option<String>,
    pub(super) tool: Option<&'a str>,
    pub(super) stop: Stop,
    /// Among blocks and fields of unknown names.
    pub(super) odd: bool,
}

/// Why the model stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stop {
    #[default]
    End,
    Length,
    Refused(&'static str),
    Filtered,
}

/// Four bytes each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tokens {
    /// Neither read from the cache nor written to it.
    pub(super) fresh: u64,
    pub(super) cache_read: u64,
    pub(super) cache_write: u64,
    pub(super) hour: bool,
    pub(super) output: u64,
}

/// Something wrong, in the words of both providers.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) status: u16,
    /// What Anthropic calls it, and OpenAI where it has no word of its own.
    pub(super) kind: &'a str,
    pub(super) message: &'a str,
    pub(super) param: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

impl<'a> Problem<'a> {
    pub(super) fn new(status: u16, kind: &'a str, message: &'a str) -> Self {
        Self {
            status,
            kind,
            message,
            param: None,
            code: None,
        }
    }

    pub(super) fn bad_request(message: &'a str) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    fn of(self, param: &'a str, code: &'a str) -> Self {
        Self {
            param: Some(param),
            code: Some(code),
            ..self
        }
    }

    /// It as an answer.
    pub(super) fn reply(&self, provider: Provider, number: u64) -> Reply {
        let body = match provider {
            Provider::Anthropic => anthropic::error(self, number),
            Provider::OpenAi => openai::error(self),
        };
        Reply::json(self.status, body.to_string())
    }
}

/// The answer to a question, or the fault it is given.
pub(super) fn reply(
    state: &State,
    seen: &Seen<'_>,
    given: &Given,
    prefix: Option<&Prefix>,
) -> Reply {
    if !given.is_answer() {
        return fault(seen, given);
    }
    let form = state.form(seen);
    let form = match &*form {
        Ok(form) => form,
        Err(message) => {
            return Problem::bad_request(message).reply(seen.provider, seen.number);
        }
    };
    let turn = turn(seen, given, form);
    let prefix_tokens = prefix.map_or(0, |prefix| prefix.tokens);
    let known = prefix.is_some_and(|prefix| prefix.known);
    let tokens = Tokens {
        fresh: (seen.body.len() as u64 / 4).saturating_sub(prefix_tokens),
        cache_read: if known { prefix_tokens } else { 0 },
        cache_write: if known { 0 } else { prefix_tokens },
        hour: prefix.is_some_and(|prefix| prefix.hour),
        output: turn
            .text
            .as_ref()
            .map_or(0, |text| text.len() as u64 / 4 + 1),
    };
    let body = match seen.provider {
        Provider::Anthropic => anthropic::message(seen, &turn, &tokens),
        Provider::OpenAi => openai::completion(seen, &turn, &tokens),
    };
    let mut reply = Reply::json(200, body);
    // A refusal before the first word costs nothing.
    reply.paid = !matches!(turn.stop, Stop::Refused(_));
    reply.manner = manner(given);
    reply
}

fn manner(given: &Given) -> Manner {
    match given {
        Given::Slow(time) => Manner::Slow(*time),
        Given::Cut => Manner::Cut,
        Given::Late(_, given) => manner(given),
        _ => Manner::Whole,
    }
}

fn turn<'a>(seen: &Seen<'_>, given: &Given, form: &'a Form) -> Turn<'a> {
    let tool = match form {
        Form::Tool(name, _) => Some(name.as_str()),
        Form::Json(_) | Form::SomeJson | Form::Free => None,
    };
    let text = |wrong_case| Some(answer(seen, form, wrong_case));
    let said = Turn {
        tool,
        ..Turn::default()
    };
    match given {
        Given::Late(_, given) => turn(seen, given, form),
        Given::Text(text) => Turn {
            text: Some(text.clone()),
            ..said
        },
        Given::WrongCase => Turn {
            text: text(true),
            ..said
        },
        Given::UnknownBlock => Turn {
            text: text(false),
            odd: true,
            ..said
        },
        Given::Refused(category) => Turn {
            stop: Stop::Refused(category),
            ..Turn::default()
        },
        Given::Filtered => Turn {
            stop: Stop::Filtered,
            ..Turn::default()
        },
        Given::TruncatedEmpty => Turn {
            stop: Stop::Length,
            ..Turn::default()
        },
        Given::Truncated => {
            let whole = answer(seen, form, false);
            let half = whole
                .chars()
                .take(whole.chars().count().div_ceil(2))
                .collect();
            Turn {
                text: Some(half),
                stop: Stop::Length,
                ..Turn::default()
            }
        }
        _ => Turn {
            text: text(false),
            ..said
        },
    }
}

/// A label for the question, in the form that was asked for.
fn answer(seen: &Seen<'_>, form: &Form, wrong_case: bool) -> String {
    let mut chance = seen.question_hash();
    let wants_json = match form {
        Form::Json(shape) | Form::Tool(_, shape) => {
            let mut text = String::new();
            shape.write(&mut text, &mut chance, wrong_case);
            return text;
        }
        Form::SomeJson => true,
        Form::Free => false,
    };
    let prompt = seen.prompt();
    let label = {
        let labels = listed(&prompt);
        let label = labels.get(draw(&mut chance, labels.len())).copied();
        let label = label.unwrap_or("none");
        if wrong_case {
            turned(label)
        } else {
            label.to_owned()
        }
    };
    if !wants_json && !prompt.contains("JSON") {
        return label;
    }
    if prompt.contains("\"decisions\"") {
        return r#"{"decisions": []}"#.into();
    }
    if prompt.contains("\"value\"") {
        let shape = shape::Shape::Number {
            low: 1.0,
            high: 120.0,
        };
        let mut text = String::from(r#"{"value": "#);
        shape.write(&mut text, &mut chance, false);
        text.push('}');
        return text;
    }
    let label = Value::from(label);
    format!(r#"{{"rationale": "So it reads.", "label": {label}}}"#)
}

/// The ids of the first list of "- `id`" lines.
fn listed(prompt: &str) -> Vec<&str> {
    let id = |line: &'_ str| {
        let start = line.find("- `").filter(|at| *at == 0)? + 3;
        let length = line[start..].find('`')?;
        Some(start..start + length)
    };
    prompt
        .lines()
        .skip_while(|line| id(line).is_none())
        .map_while(|line| Some(&line[id(line)?]))
        .collect()
}

/// A fault as an answer.
pub(super) fn fault(seen: &Seen<'_>, given: &Given) -> Reply {
    let openai = seen.provider == Provider::OpenAi;
    let bad = Problem::bad_request;
    let problem = match given {
        Given::Late(_, given) => return fault(seen, given),
        Given::UnsupportedTemperature if openai => bad(
            "Unsupported value: 'temperature' does not support 0 with this model. Only the \
                 default (1) value is supported.",
        )
        .of("temperature", "unsupported_value"),
        Given::UnsupportedTemperature => bad("`temperature` is deprecated for this model."),
        Given::UnsupportedResponseFormat if openai => {
            bad("'response_format' of type 'json_schema' is not supported with this model.")
                .of("response_format", "unsupported_parameter")
        }
        Given::UnsupportedResponseFormat => bad("output_config: Extra inputs are not permitted"),
        Given::UnsupportedMaxCompletionTokens => {
            bad("Unrecognized request argument supplied: max_completion_tokens")
                .of("max_completion_tokens", "unsupported_parameter")
        }
        Given::UnsupportedMaxTokens => bad(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                 'max_completion_tokens' instead.",
        )
        .of("max_tokens", "unsupported_parameter"),
        Given::ContextTooLong if openai => bad(
            "This model's maximum context length is 128000 tokens. Please reduce the length \
                 of the messages.",
        )
        .of("messages", "context_length_exceeded"),
        Given::ContextTooLong => bad("prompt is too long: 210451 tokens > 200000 maximum"),
        Given::CreditTooLow => {
            bad("Your credit balance is too low to access the API. Please go to Plans & Billing.")
        }
        Given::Unauthorized if openai => Problem {
            code: Some("invalid_api_key"),
            ..Problem::new(401, "invalid_request_error", "Incorrect API key provided.")
        },
        Given::Unauthorized => Problem::new(401, "authentication_error", "invalid x-api-key"),
        Given::PaymentRequired => Problem::new(402, "billing_error", "Payment is overdue."),
        Given::Forbidden => Problem::new(403, "permission_error", "No permission for this."),
        Given::NotFound if openai => {
            Problem::new(404, "invalid_request_error", "The model does not exist")
                .of("model", "model_not_found")
        }
        Given::NotFound => Problem::new(404, "not_found_error", "model: no such model"),
        Given::TooLarge => {
            let page = "<html><head><title>413 Request Entity Too Large</title></head></html>";
            return Reply {
                content_type: "text/html",
                ..Reply::json(413, page)
            };
        }
        Given::Unprocessable => Problem::new(422, "invalid_request_error", "Unprocessable entity"),
        Given::RateLimited(hint) => return too_many(seen, *hint),
        Given::QuotaExhausted if openai => Problem {
            code: Some("insufficient_quota"),
            ..Problem::new(
                429,
                "insufficient_quota",
                "You exceeded your current quota, please check your plan and billing details.",
            )
        },
        Given::QuotaExhausted => return fault(seen, &Given::CreditTooLow),
        Given::Unavailable => Problem::new(503, "api_error", "Service unavailable"),
        Given::Overloaded => Problem::new(529, "overloaded_error", "Overloaded"),
        Given::ErrorInBody => {
            let mut reply =
                Problem::new(200, "api_error", "Upstream error").reply(seen.provider, seen.number);
            reply.status = 200;
            return reply;
        }
        Given::Redirect(url) => {
            let mut reply = Reply::json(307, "");
            reply.headers.push(("location", url.clone()));
            return reply;
        }
        _ => Problem::new(500, "api_error", "Internal server error"),
    };
    problem.reply(seen.provider, seen.number)
}

/// A 429.
pub(super) fn too_many(seen: &Seen<'_>, hint: Hint) -> Reply {
    let problem = Problem {
        code: Some("rate_limit_exceeded"),
        ..Problem::new(429, "rate_limit_error", "Rate limit reached for requests")
    };
    let mut reply = problem.reply(seen.provider, seen.number);
    reply.headers.extend(match hint {
        Hint::None => None,
        Hint::RetryAfter(seconds) => Some(("retry-after", seconds.to_string())),
        Hint::RetryAfterMs(milliseconds) => Some(("retry-after-ms", milliseconds.to_string())),
    });
    reply
}
