//! Servers with a limit, as they might be built, and the headers they might send.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};

/// How the limit is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Model {
    /// Refilled all the time, holds this many.
    Bucket(f64),
    /// A second's worth in every whole second.
    FixedWindow,
    /// A second's worth in any second.
    SlidingWindow,
}

/// What the server tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    Nothing,
    /// `retry-after` in whole seconds.
    WholeSeconds,
    /// `retry-after-ms`, exactly.
    Milliseconds,
    /// OpenAI's headers of the true limit.
    OpenAi,
    /// OpenAI's headers of a limit a minute that is not what refuses.
    OpenAiMinute,
    /// Anthropic's headers of the true limit, with `retry-after`.
    Anthropic,
    /// Anthropic's headers of a limit a minute that is not what refuses, with `retry-after`.
    AnthropicMinute,
}

impl Telling {
    pub(super) const ALL: [Self; 7] = [
        Self::Nothing,
        Self::WholeSeconds,
        Self::Milliseconds,
        Self::OpenAi,
        Self::OpenAiMinute,
        Self::Anthropic,
        Self::AnthropicMinute,
    ];

    pub(super) fn pauses_for_seconds(self) -> bool {
        matches!(
            self,
            Self::WholeSeconds | Self::Anthropic | Self::AnthropicMinute
        )
    }
}

/// A server that takes `rate` requests a second.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) rate: f64,
    model: Model,
    telling: Telling,
    level: f64,
    filled_at: f64,
    minute: f64,
    window: u64,
    taken: VecDeque<f64>,
}

impl Server {
    pub(super) fn new(rate: f64, model: Model, telling: Telling) -> Self {
        let level = match model {
            Model::Bucket(capacity) => capacity,
            Model::FixedWindow | Model::SlidingWindow => 0.0,
        };
        Self {
            rate,
            model,
            telling,
            level,
            filled_at: 0.0,
            minute: rate * 60.0,
            window: 0,
            taken: VecDeque::new(),
        }
    }

    fn bring_to(&mut self, now: f64) {
        let passed = now - self.filled_at;
        self.filled_at = now;
        self.minute = (self.minute + passed * self.rate).min(self.rate * 60.0);
        match self.model {
            Model::Bucket(capacity) => self.level = (self.level + passed * self.rate).min(capacity),
            Model::FixedWindow => {
                if now.floor() as u64 != self.window {
                    self.window = now.floor() as u64;
                    self.taken.clear();
                }
            }
            Model::SlidingWindow => {
                while self.taken.front().is_some_and(|at| at + 1.0 <= now) {
                    self.taken.pop_front();
                }
            }
        }
    }

    fn left(&self) -> f64 {
        match self.model {
            Model::Bucket(_) => self.level + 1e-9,
            Model::FixedWindow | Model::SlidingWindow => self.rate - self.taken.len() as f64,
        }
    }

    /// Seconds until one more is taken, and until all is there again.
    fn waits(&self, now: f64) -> (f64, f64) {
        match self.model {
            Model::Bucket(capacity) => (
                ((1.0 - self.level) / self.rate).max(0.0),
                (capacity - self.level) / self.rate,
            ),
            Model::FixedWindow => (now.floor() + 1.0 - now, now.floor() + 1.0 - now),
            Model::SlidingWindow => {
                let until = |at: Option<&f64>| at.map_or(0.0, |at| at + 1.0 - now);
                (until(self.taken.front()), until(self.taken.back()))
            }
        }
    }

    /// Whether a request that comes at `now` is taken, and the headers of the response.
    pub(super) fn ask(&mut self, now: Duration) -> (bool, HeaderMap) {
        let now = now.as_secs_f64();
        self.bring_to(now);
        let taken = self.left() >= 1.0;
        if taken {
            self.level -= 1.0;
            self.minute -= 1.0;
            self.taken.push_back(now);
        }
        (taken, self.headers(now, taken))
    }

    fn headers(&self, now: f64, taken: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: String| {
            let value = HeaderValue::from_str(&value).unwrap();
            headers.insert(HeaderName::from_static(name), value);
        };
        let (one, all) = self.waits(now);
        match self.telling {
            Telling::Milliseconds if !taken => put("retry-after-ms", format!("{:.3}", one * 1e3)),
            Telling::WholeSeconds | Telling::Anthropic | Telling::AnthropicMinute if !taken => {
                put("retry-after", format!("{}", one.ceil().max(1.0)));
            }
            _ => (),
        }
        let capacity = match self.model {
            Model::Bucket(capacity) => capacity,
            Model::FixedWindow | Model::SlidingWindow => self.rate,
        };
        let minute = (
            self.rate * 60.0,
            self.minute,
            60.0 - self.minute / self.rate,
        );
        let (limit, left, all) = match self.telling {
            Telling::OpenAiMinute | Telling::AnthropicMinute => minute,
            _ => (capacity, self.left(), all),
        };
        match self.telling {
            Telling::OpenAi | Telling::OpenAiMinute => {
                put("x-ratelimit-limit-requests", format!("{limit}"));
                put(
                    "x-ratelimit-remaining-requests",
                    format!("{}", left.floor()),
                );
                put(
                    "x-ratelimit-reset-requests",
                    format!("{}ms", (all * 1e3).ceil()),
                );
            }
            Telling::Anthropic | Telling::AnthropicMinute => {
                let reset = jiff::Timestamp::from_second((now + all).ceil() as i64).unwrap();
                put("anthropic-ratelimit-requests-limit", format!("{limit}"));
                put(
                    "anthropic-ratelimit-requests-remaining",
                    format!("{}", left.floor()),
                );
                put("anthropic-ratelimit-requests-reset", format!("{reset}"));
            }
            _ => (),
        }
        headers
    }
}

/// The wall clock at a time of the simulation.
pub(super) fn wall(now: Duration) -> SystemTime {
    UNIX_EPOCH + now
}
