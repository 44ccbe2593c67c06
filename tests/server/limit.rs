//! A rate limit as providers keep it. Knows no clock: every question comes with the time.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

/// A limit of requests.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    /// Requests a second, over any longer time.
    pub(crate) per_second: f64,
    pub(crate) kind: Kind,
    pub(crate) headers: LimitHeaders,
}

/// How requests are counted. Refused ones count nowhere.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A bucket of this many requests, filled all the time.
    Bucket { capacity: f64 },
    /// So many in each window of this length, counted from the server's start.
    FixedWindow(Duration),
    /// So many in this length of time up to now.
    SlidingWindow(Duration),
}

/// What answers say about the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitHeaders {
    /// Nothing.
    None,
    /// `retry-after` on a 429, in whole seconds rounded up.
    RetryAfter,
    /// `retry-after-ms` on a 429.
    RetryAfterMs,
    /// `x-ratelimit-*-requests` on every answer, `retry-after` and `retry-after-ms` on a 429.
    OpenAi,
    /// `anthropic-ratelimit-requests-*` on every answer, `retry-after` on a 429.
    Anthropic,
}

/// What became of one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ruling {
    pub(crate) allowed: bool,
    /// Requests that could follow at once.
    pub(crate) remaining: u64,
    /// When the next would be allowed.
    pub(crate) wait: Duration,
    /// When nothing would be used up any more.
    pub(crate) full_in: Duration,
}

/// A limit with what was used of it.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: Limit,
    /// Requests left in the bucket, at `at`.
    level: f64,
    at: Duration,
    /// When requests of the windows were allowed, oldest first.
    allowed: VecDeque<Duration>,
}

impl Limiter {
    pub(crate) fn new(limit: Limit) -> Self {
        let level = match limit.kind {
            Kind::Bucket { capacity } => capacity,
            Kind::FixedWindow(_) | Kind::SlidingWindow(_) => 0.0,
        };
        Self {
            limit,
            level,
            at: Duration::ZERO,
            allowed: VecDeque::new(),
        }
    }

    /// Rules on a request at a time since the start.
    pub(crate) fn rule(&mut self, now: Duration) -> Ruling {
        match self.limit.kind {
            Kind::Bucket { capacity } => self.bucket(capacity, now),
            Kind::FixedWindow(length) => {
                let start = window_start(now, length);
                self.window(start, length, now, |_| start + length)
            }
            Kind::SlidingWindow(length) => {
                // An instant that is exactly one length old is outside.
                let start = (now + Duration::from_nanos(1)).saturating_sub(length);
                self.window(start, length, now, |oldest| oldest + length)
            }
        }
    }

    fn bucket(&mut self, capacity: f64, now: Duration) -> Ruling {
        let rate = self.limit.per_second;
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.level = (self.level + passed * rate).min(capacity);
        self.at = self.at.max(now);
        // A client that waits exactly as long as it was told must not fail by rounding.
        let allowed = self.level >= 1.0 - 1e-6;
        if allowed {
            self.level = (self.level - 1.0).max(0.0);
        }
        let until = |level: f64| Duration::from_secs_f64(((level - self.level) / rate).max(0.0));
        Ruling {
            allowed,
            remaining: (self.level + 1e-6) as u64,
            wait: until(1.0),
            full_in: until(capacity),
        }
    }

    fn window(
        &mut self,
        start: Duration,
        length: Duration,
        now: Duration,
        free_again: impl Fn(Duration) -> Duration,
    ) -> Ruling {
        while self.allowed.front().is_some_and(|at| *at < start) {
            self.allowed.pop_front();
        }
        let most = (self.limit.per_second * length.as_secs_f64())
            .round()
            .max(1.0) as usize;
        let allowed = self.allowed.len() < most;
        if allowed {
            self.allowed.push_back(now);
        }
        let left = most - self.allowed.len();
        let until = |at: Option<&Duration>| {
            at.map_or(Duration::ZERO, |at| free_again(*at).saturating_sub(now))
        };
        Ruling {
            allowed,
            remaining: left as u64,
            wait: if left == 0 {
                until(self.allowed.front())
            } else {
                Duration::ZERO
            },
            full_in: until(self.allowed.back()),
        }
    }

    /// What an answer says about a ruling at this time of day.
    pub(crate) fn headers(&self, ruling: &Ruling, clock: Timestamp) -> Vec<(&'static str, String)> {
        let wait = ruling.wait.as_secs_f64();
        let seconds = ("retry-after", (wait.ceil() as u64).to_string());
        let milliseconds = ("retry-after-ms", format!("{:.3}", wait * 1000.0));
        // Providers state requests a minute.
        let limit = (self.limit.per_second * 60.0).round().to_string();
        let remaining = ruling.remaining.to_string();
        let mut said = match self.limit.headers {
            LimitHeaders::None => return Vec::new(),
            LimitHeaders::RetryAfter => vec![seconds],
            LimitHeaders::RetryAfterMs => vec![milliseconds],
            LimitHeaders::OpenAi => vec![seconds, milliseconds],
            LimitHeaders::Anthropic => vec![seconds],
        };
        if ruling.allowed {
            said.clear();
        }
        match self.limit.headers {
            LimitHeaders::OpenAi => said.extend([
                ("x-ratelimit-limit-requests", limit),
                ("x-ratelimit-remaining-requests", remaining),
                ("x-ratelimit-reset-requests", go_duration(ruling.full_in)),
            ]),
            LimitHeaders::Anthropic => said.extend([
                ("anthropic-ratelimit-requests-limit", limit),
                ("anthropic-ratelimit-requests-remaining", remaining),
                (
                    "anthropic-ratelimit-requests-reset",
                    rfc3339(clock, ruling.full_in),
                ),
            ]),
            LimitHeaders::None | LimitHeaders::RetryAfter | LimitHeaders::RetryAfterMs => {}
        }
        said
    }
}

fn window_start(now: Duration, length: Duration) -> Duration {
    let into = now.as_nanos() % length.as_nanos().max(1);
    now.saturating_sub(Duration::from_nanos(into as u64))
}

/// A duration as Go writes it: `12ms`, `1.5s`, `6m0s`.
fn go_duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    if milliseconds < 1000 {
        return format!("{milliseconds}ms");
    }
    let seconds = (milliseconds % 60_000) as f64 / 1000.0;
    match milliseconds / 60_000 {
        0 => format!("{seconds}s"),
        minutes => format!("{minutes}m{seconds}s"),
    }
}

/// A time of day in whole seconds, rounded up.
fn rfc3339(clock: Timestamp, later: Duration) -> String {
    let at = clock.as_millisecond() + later.as_millis() as i64;
    Timestamp::from_second(at.div_euclid(1000) + i64::from(at.rem_euclid(1000) > 0))
        .map_or_else(|_| String::new(), |at| at.to_string())
}
