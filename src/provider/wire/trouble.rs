//! What a server means that does not answer. One reading for both formats, because gateways mix
//! their words.

use http::header::{HeaderMap, LOCATION};
use serde_json::Value;

use crate::model::{Reply, Stop};
use crate::provider::Response;

use super::{Feature, Reading, json, words};

/// Trouble that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// We ask too much (429).
    RateLimited,
    /// Everybody asks too much (503, 529); no sign that we are too fast.
    Overloaded,
    /// The server failed (other 5xx), or what it sent is no answer.
    Server,
    /// A bad moment (408, 409).
    Conflict,
}

/// What a server says went wrong.
struct Told {
    /// The status, or what it should have been.
    status: u16,
    /// Code and type, in lower case without `_`; gateways write them in many ways.
    names: [String; 2],
    /// The field that is at fault, in lower case.
    param: String,
    message: String,
    /// The message in lower case, as far as it is searched.
    searched: String,
    should_retry: Option<bool>,
    request_id: Option<Box<str>>,
    why: Box<str>,
}

/// Whether a body is an error, whatever status it came with.
pub(super) fn is_error(body: &Value) -> bool {
    json::is_something(error_of(body)) || body["type"] == "error" || body["object"] == "error"
}

fn error_of(body: &Value) -> &Value {
    let of_choice = &body["choices"][0]["error"];
    match json::is_something(of_choice) {
        true => of_choice,
        false => &body["error"],
    }
}

/// What an error means. `json` is the body as far as it is JSON.
pub(super) fn read(status: u16, headers: &HeaderMap, json: Option<&Value>, body: &[u8]) -> Reading {
    let told = Told::new(status, headers, json, body);
    let why = told.why.clone();
    let retry = |kind| Reading::Retry {
        why: why.clone(),
        kind,
    };
    if told.is_about_money() {
        return Reading::Fatal(why);
    }
    if told.should_retry == Some(true) {
        return retry(told.trouble());
    }
    let again = told.should_retry.is_none();
    match told.status {
        403 if told.is_refusal() => refusal(&told),
        404 if told.says(&["no endpoints found"]) => match told.feature() {
            Some(feature) => Reading::Unsupported { feature, why },
            None => Reading::Fatal(why),
        },
        300..=399 | 401 | 403 | 404 | 405 => Reading::Fatal(why),
        // No pause makes such a question smaller.
        429 if told.searched.starts_with("request too large") => Reading::Rejected(why),
        429 if !again => Reading::Fatal(why),
        400..=499 if ![408, 409, 429].contains(&told.status) => bad_request(&told),
        501 => bad_request(&told),
        _ if again => retry(told.trouble()),
        _ => Reading::Rejected(why),
    }
}

fn bad_request(told: &Told) -> Reading {
    let why = told.why.clone();
    if told.is_overflow() {
        Reading::ContextOverflow(why)
    } else if told.is_refusal() {
        refusal(told)
    } else if told.status == 413 {
        Reading::Rejected(why)
    } else if let Some(feature) = told.feature() {
        Reading::Unsupported { feature, why }
    } else {
        Reading::Rejected(why)
    }
}

/// A filter in front of the model declined in its stead.
fn refusal(told: &Told) -> Reading {
    Reading::Response(Response {
        reply: Reply {
            text: "".into(),
            stop: Stop::Refusal,
        },
        model: "".into(),
        request_id: told.request_id.clone(),
        usage: None,
        refusal: match words::shown(&told.message) {
            message if message.is_empty() => None,
            message => Some(message.into()),
        },
    })
}

impl Told {
    fn new(status: u16, headers: &HeaderMap, json: Option<&Value>, body: &[u8]) -> Self {
        let nothing = Value::Null;
        let whole = json.unwrap_or(&nothing);
        let error = match error_of(whole) {
            error if json::is_something(error) => error,
            _ => whole,
        };
        let code = name(&error["code"]);
        let kind = name(&error["type"]);
        let location = headers
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        let message = match (location, json) {
            (Some(location), _) if (300..400).contains(&status) => {
                format!("the server sends us on to {location}; is the base URL right?")
            }
            (_, Some(_)) => message(error).unwrap_or_default(),
            (_, None) => words::of_body(body),
        };
        let mut why = format!("HTTP {status}");
        for name in [&kind, &code] {
            if !name.is_empty() && *name != status.to_string() && !why.ends_with(name) {
                why += &format!(", {name}");
            }
        }
        why += ": ";
        why += match message.trim() {
            "" => "no explanation",
            message => message,
        };
        let mut why = words::shown(&why);
        let request_id = json::request_id(headers).or_else(|| json::text(&whole["request_id"]));
        if let Some(id) = &request_id {
            why += &format!(" (request {})", words::shown(id));
        }
        let names = [code, kind].map(|name| name.to_lowercase().replace('_', ""));
        let should_retry = headers.get("x-should-retry");
        Self {
            status: match (200..300).contains(&status) {
                true => meant(&names),
                false => status,
            },
            names,
            param: name(&error["param"]).to_lowercase(),
            searched: message
                .chars()
                .take(2000)
                .collect::<String>()
                .to_lowercase(),
            message,
            should_retry: should_retry.and_then(|value| value.to_str().ok()?.trim().parse().ok()),
            request_id,
            why: why.into(),
        }
    }

    fn is_named(&self, parts: &[&str]) -> bool {
        let mut names = self.names.iter();
        names.any(|name| parts.iter().any(|part| name.contains(part)))
    }

    fn says(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.searched.contains(part))
    }

    fn trouble(&self) -> Trouble {
        match self.status {
            429 => Trouble::RateLimited,
            503 | 529 => Trouble::Overloaded,
            400..=499 => Trouble::Conflict,
            _ => Trouble::Server,
        }
    }

    /// Words count at 400 and 403 alone: some servers speak of the quota of a minute at 429.
    fn is_about_money(&self) -> bool {
        self.status == 402
            || self.is_named(&["insufficientquota", "creditbalance", "billing"])
            || [400, 403].contains(&self.status) && self.says(&MONEY)
    }

    fn is_overflow(&self) -> bool {
        self.is_named(&["contextlength", "exceedcontext", "stringabovemaxlength"])
            || self.says(&OVERFLOW)
    }

    fn is_refusal(&self) -> bool {
        self.is_named(&["contentfilter", "contentpolicy"])
            || self.is_named(&["invalidprompt"]) && self.says(&["flagged", "policy"])
            || self.status == 403 && self.says(&["flagged"])
    }

    /// The feature that is named: by the field at fault, or else by the message.
    fn feature(&self) -> Option<Feature> {
        let is = |parts: &[&str]| parts.iter().any(|part| self.param.starts_with(part));
        let lacks = self.says(&LACKS) || self.is_named(&["unsupported"]);
        if is(&SAMPLING) {
            Some(Feature::Sampling)
        } else if is(&STRUCTURE) {
            Some(Feature::Structure)
        } else if is(&TOKEN_FIELD) && lacks {
            Some(Feature::TokenField)
        } else if self.says(&STRUCTURE) {
            Some(Feature::Structure)
        } else if self.says(&TOKEN_FIELD) && lacks {
            Some(Feature::TokenField)
        } else if self.says(&SAMPLING) {
            Some(Feature::Sampling)
        } else {
            None
        }
    }
}

const MONEY: [&str; 7] = [
    "credit balance",
    "billing",
    "insufficient credit",
    "insufficient balance",
    "insufficient funds",
    "spend limit",
    "usage limit",
];

const OVERFLOW: [&str; 8] = [
    "prompt is too long",
    "input is too long",
    "maximum context",
    "context length",
    "context window",
    "context size",
    "context limit",
    "too many tokens",
];

const STRUCTURE: [&str; 11] = [
    "response_format",
    "output_config",
    "output_format",
    "output format",
    "structured output",
    "json_schema",
    "json_object",
    "schema",
    "grammar",
    "tool_choice",
    "tools",
];

const TOKEN_FIELD: [&str; 2] = ["max_completion_tokens", "max_tokens"];

const SAMPLING: [&str; 3] = ["temperature", "top_p", "top_k"];

/// How servers say that they do not know a field, rather than that they do not like its value.
const LACKS: [&str; 8] = [
    "not support",
    "unsupported",
    "unknown",
    "unrecognized",
    "unexpected",
    "not permitted",
    "not allowed",
    "extra inputs",
];

/// A code or a type, of which some servers make a number.
fn name(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What an error says, wherever the server puts it. Never what it quotes of the request.
fn message(error: &Value) -> Option<String> {
    let own = [error, &error["message"], &error["detail"], &error["error"]];
    let own = own.iter().find_map(|value| json::text(value));
    // A gateway says next to nothing and has the provider's words beside it.
    let upstream = json::text(&error["metadata"]["raw"]);
    let details = error["detail"].as_array().map(|details| {
        let detail = |detail: &Value| {
            let place = detail["loc"].as_array().into_iter().flatten().map(name);
            let place = place.collect::<Vec<_>>().join(".");
            format!("{place}: {}", name(&detail["msg"]))
        };
        details.iter().map(detail).collect::<Vec<_>>().join("; ")
    });
    match (own, upstream, details) {
        (Some(own), Some(upstream), _) => Some(format!("{own}: {upstream}")),
        (Some(only), None, _) | (None, Some(only), _) => Some(only.into()),
        (None, None, details) => details,
    }
}

/// The status that an error under HTTP 200 should have had.
fn meant(names: &[String; 2]) -> u16 {
    names.iter().find_map(|name| status_of(name)).unwrap_or(500)
}

fn status_of(name: &str) -> Option<u16> {
    const STATUSES: [(&str, u16); 15] = [
        ("ratelimit", 429),
        ("quota", 429),
        ("overloaded", 529),
        ("authentication", 401),
        ("unauthorized", 401),
        ("invalidapikey", 401),
        ("permission", 403),
        ("notfound", 404),
        ("billing", 402),
        ("toolarge", 413),
        ("contextlength", 400),
        ("exceedcontext", 400),
        ("badrequest", 400),
        ("invalidrequest", 400),
        ("timeout", 504),
    ];
    let number = name
        .parse()
        .ok()
        .filter(|status| (400..600).contains(status));
    number.or_else(|| {
        let mut statuses = STATUSES.into_iter();
        statuses.find_map(|(part, status)| name.contains(part).then_some(status))
    })
}
