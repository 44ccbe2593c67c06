//! What response headers say about limits, of either provider.
//!
//! Headers are hints from a stranger: what cannot be read is as if it were not there, and times
//! are held under [`LONGEST`].

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use jiff::Timestamp;

/// The longest time believed of a header.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// One limit: how much of it is left, and when it is whole again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How much there is in all. The span it is for is not told.
    pub limit: u64,
    /// How much is left.
    pub remaining: u64,
    /// How long from the sending of the request until all of it is there again; zero if that
    /// was before.
    pub reset: Option<Duration>,
}

/// Every limit a response told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests.
    pub requests: Option<Limit>,
    /// Tokens read and written together.
    pub tokens: Option<Limit>,
    /// Tokens of the project, read and written together, beside those of the organisation.
    pub project_tokens: Option<Limit>,
    /// Tokens read.
    pub input_tokens: Option<Limit>,
    /// Tokens written.
    pub output_tokens: Option<Limit>,
}

impl Limits {
    /// Reads the headers of the response to a request that was sent at `sent`, the time from which
    /// every reset is counted: limits are looked at when a request comes, and an answer may take
    /// long. Where a server sends the headers of both providers, Anthropic's names win.
    pub fn of(headers: &HeaderMap, sent: SystemTime) -> Self {
        let anthropic = |kind: &str| {
            let header =
                |field: &str| text(headers, &format!("anthropic-ratelimit-{kind}-{field}"));
            limit(
                header("limit"),
                header("remaining"),
                header("reset"),
                |reset| until(reset, sent),
            )
        };
        let openai = |kind: &str| {
            let header = |field: &str| text(headers, &format!("x-ratelimit-{field}-{kind}"));
            limit(
                header("limit"),
                header("remaining"),
                header("reset"),
                go_duration,
            )
        };
        Self {
            requests: anthropic("requests").or_else(|| openai("requests")),
            tokens: anthropic("tokens").or_else(|| openai("tokens")),
            project_tokens: openai("project-tokens"),
            input_tokens: anthropic("input-tokens"),
            output_tokens: anthropic("output-tokens"),
        }
    }
}

/// How long the server asks to be left alone: `retry-after-ms`, or else `retry-after` in seconds
/// or as a date. `None` if it does not say, or says nothing that can be read.
/// `now` is when the response came.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let milliseconds = text(headers, "retry-after-ms").and_then(|ms| Some(number(ms)? / 1_000.0));
    let wait = || text(headers, "retry-after");
    let seconds = milliseconds.or_else(|| wait().and_then(number));
    seconds.map(clamped).or_else(|| {
        let date = httpdate::parse_http_date(wait()?).ok()?;
        Some(date.duration_since(now).unwrap_or_default().min(LONGEST))
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A limit needs its two numbers; the time of its reset may be missing.
fn limit(
    limit: Option<&str>,
    remaining: Option<&str>,
    reset: Option<&str>,
    duration: impl Fn(&str) -> Option<Duration>,
) -> Option<Limit> {
    // What is left may be told as a negative number.
    let remaining = number(remaining?)?.max(0.0) as u64;
    let limit = number(limit?).filter(|limit| *limit >= 1.0)? as u64;
    Some(Limit {
        limit,
        remaining: remaining.min(limit),
        reset: reset.and_then(duration),
    })
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| !number.is_nan())
}

fn clamped(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST.as_secs_f64())).unwrap_or(LONGEST)
}

/// From `sent` until a time in RFC 3339.
fn until(reset: &str, sent: SystemTime) -> Option<Duration> {
    let reset = SystemTime::from(reset.parse::<Timestamp>().ok()?);
    Some(reset.duration_since(sent).unwrap_or_default().min(LONGEST))
}

/// A duration as Go writes it: `20ms`, `1s`, `6m0s`, `1h2m3.5s`. A bare number is of seconds.
fn go_duration(text: &str) -> Option<Duration> {
    if let Some(seconds) = number(text) {
        return Some(clamped(seconds));
    }
    let (mut rest, mut seconds) = (text, 0.0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, tail) = rest.split_at(digits);
        let unit = tail
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let scale = match unit {
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" | "μs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        seconds += number(amount)? * scale;
        rest = tail;
    }
    (!text.is_empty()).then(|| clamped(seconds))
}
