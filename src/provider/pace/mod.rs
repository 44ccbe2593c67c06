//! How fast requests may go: one limiter for all requests of a run.
//!
//! A pure state machine: it is told the time, what was sent and what came of it, and says when the
//! next request may go. Knows no clock, no network, no items. Times are measured from any moment
//! the caller chooses, always the same one.
//!
//! A request goes when four things let it.
//!
//! 1. **The window**: how many may be in flight. One until the first answer came, so that a bad
//!    key costs one request; then it opens to the whole concurrency in a tenth of a second, slowly
//!    at first, so that a limit is noticed before the whole window is thrown at it. An overloaded
//!    server (529) takes a part of it, once for all that was in flight, and it opens again in
//!    twenty seconds; failures (5xx, timeouts) only keep everything from growing for a second.
//! 2. **The pause** after an overload, shared by all: the server's, or one that doubles.
//! 3. **What the headers leave** (`lane`), of requests and of tokens: what was told less what was
//!    sent since, coming back evenly until the reset. Whether a limit is for a second or a minute
//!    is never assumed; `(limit - remaining) / reset` is the same either way.
//! 4. **The learned rate** (`throttle`). There is none until a request is refused for the rate
//!    (429). From then on requests are spaced evenly at the rate that was measured, since even
//!    spacing fits any bucket and any window. The rate is what was taken between two refusals by
//!    the time between them, and grows slowly until the next refusal, which costs one request and
//!    measures again. A refusal also pauses everything, as long as the server asks, or as long as
//!    one of our own doubling pauses; those of requests already on their way are no further news.
//!
//! The headers can only slow what the learned rate allows, never hasten it: they may be of another
//! limit than the one that refuses.
//!
//! What this cannot do: where a server wants a whole second of rest after each refusal, has not
//! saved up what that second was worth, and does not tell its limit, each refusal costs a second,
//! and the rate is found from below; see `tests/grid.rs` for what that comes to.

mod lane;
mod limits;
mod retry;
mod throttle;

#[cfg(test)]
mod tests;

pub use limits::{LONGEST, Limit, Limits, retry_after};
pub use retry::{RetryPolicy, Tried};

use std::time::Duration;

use crate::provider::pace::lane::{Kind, Lane};
use crate::provider::pace::throttle::{Refusal, Throttle};

/// The time in which the window opens after the first answer.
const RAMP: Duration = Duration::from_millis(100);
/// What is left of the open share after a server said it is overloaded; the window is its square.
const OVERLOAD_CUT: f64 = 0.85;
/// The pause after a server said it is overloaded, if it names none; doubles while it goes on.
const OVERLOAD_PAUSE: Duration = Duration::from_millis(500);
/// It grows no longer than this.
const LONGEST_OVERLOAD_PAUSE: Duration = Duration::from_secs(30);
/// How long nothing grows after a server failed.
const HOLD: Duration = Duration::from_secs(1);
/// The time in which the whole window opens after an overload.
const REOPENING: Duration = Duration::from_secs(20);

/// What a request may take of the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Tokens the provider will read; an estimate.
    pub input_tokens: u64,
    /// Tokens it may write.
    pub max_tokens: u64,
}

/// Whether a request may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Send it. It counts as sent; give the ticket back with what became of it.
    Go(Ticket),
    /// Not before this time; ask again then, or when a response came.
    WaitUntil(Duration),
    /// Not before a response came; there is at least one request in flight.
    Full,
}

/// A request that was admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a request that is never settled is in flight for ever"]
pub struct Ticket {
    /// When it was sent.
    at: Duration,
    cost: Cost,
    /// All that was sent up to this request, itself included.
    total: Total,
}

/// All that was ever sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Total {
    requests: u64,
    input_tokens: u64,
    max_tokens: u64,
}

/// What was heard of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What became of it.
    pub outcome: Heard,
    /// How long the server asks to be left alone.
    pub retry_after: Option<Duration>,
    /// What its headers say of limits.
    pub limits: Limits,
}

/// What became of a request, as far as pace is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An answer.
    Answered,
    /// Refused for our rate: 429.
    RateLimited,
    /// Refused since the server has too much to do for everyone: 529.
    Overloaded,
    /// The server or the way to it failed: 5xx, a timeout, a broken connection.
    Failed,
    /// Anything else, such as a question that cannot be answered.
    Other,
}

/// The limiter all requests of a run share.
#[derive(Clone, Debug)]
pub struct Pace {
    concurrency: usize,
    in_flight: usize,
    total: Total,
    /// The root of the share of the concurrency that is open.
    open: f64,
    /// How much of `open` is added in a second.
    opening: f64,
    /// When `open` was last brought up to date; `None` before the first answer.
    opened_at: Option<Duration>,
    /// Nothing grows before.
    hold: Duration,
    /// Nothing is sent before, after an overload.
    pause: Duration,
    /// Overloads in a row.
    overloads: u32,
    /// What was sent before has been heard of as overload.
    overloaded_at: Duration,
    requests: Throttle,
    tokens: Throttle,
    /// Requests, tokens, tokens of the project, tokens read, tokens written.
    lanes: [Lane; 5],
}

impl Pace {
    /// A limiter for at most `concurrency` requests at once (at least one).
    pub fn new(concurrency: usize, now: Duration) -> Self {
        Self {
            concurrency: concurrency.max(1),
            in_flight: 0,
            total: Total::default(),
            open: 0.0,
            opening: 1.0 / RAMP.as_secs_f64(),
            opened_at: None,
            hold: now,
            pause: now,
            overloads: 0,
            overloaded_at: now,
            requests: Throttle::new(now),
            tokens: Throttle::new(now),
            lanes: [Lane::default(); 5],
        }
    }

    /// Requests sent and not settled.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The rate the server has shown it takes, in requests a second; `None` while it took all.
    pub fn rate(&self) -> Option<f64> {
        self.requests.rate()
    }

    /// May another request be sent now?
    ///
    /// If it may, it counts as sent. If not, the answer is never a dead end: there is a time to
    /// wait for, or something in flight.
    pub fn admit(&mut self, now: Duration, cost: Cost) -> Admission {
        self.widen(now);
        let window = self.open * self.open * self.concurrency as f64;
        let window = (window as usize).clamp(1, self.concurrency);
        if self.in_flight >= window {
            return self.blocked_by_window(now);
        }
        let lanes = self
            .lanes
            .iter()
            .filter_map(|lane| lane.ready_at(now, self.total, cost));
        let ready = [self.pause, self.requests.ready_at(), self.tokens.ready_at()]
            .into_iter()
            .chain(lanes)
            .fold(Duration::ZERO, Duration::max);
        if ready > now {
            return Admission::WaitUntil(ready);
        }
        self.in_flight += 1;
        self.total.requests += 1;
        self.total.input_tokens += cost.input_tokens;
        self.total.max_tokens += cost.max_tokens;
        let grow = now >= self.hold;
        self.requests.sent(now, 1.0, grow);
        self.tokens.sent(now, cost.tokens(), grow);
        Admission::Go(Ticket {
            at: now,
            cost,
            total: self.total,
        })
    }

    /// A request came to an end, whichever.
    pub fn settled(&mut self, now: Duration, ticket: Ticket, signal: &Signal) {
        self.widen(now);
        self.in_flight = self.in_flight.saturating_sub(1);
        self.heed(&ticket, &signal.limits);
        match signal.outcome {
            Heard::Answered | Heard::Other => {
                if self.opened_at.is_none() {
                    self.opened_at = Some(now);
                    self.requests.opened(now);
                    self.tokens.opened(now);
                }
                if ticket.at >= self.overloaded_at {
                    self.overloads = 0;
                }
            }
            Heard::RateLimited => {
                let mut refusal = Refusal {
                    sent: ticket.at,
                    now,
                    units: 1.0,
                    hint: signal.retry_after,
                    reset: self.lanes.iter().find_map(|lane| lane.exhausted(now)),
                };
                if self
                    .lanes
                    .iter()
                    .any(|lane| lane.is_short_of_tokens(ticket.cost))
                {
                    refusal.units = ticket.cost.tokens();
                    self.tokens.refused(&refusal);
                } else {
                    self.requests.refused(&refusal);
                }
            }
            Heard::Overloaded => self.overloaded(now, &ticket, signal.retry_after),
            Heard::Failed => self.hold = self.hold.max(now + HOLD),
        }
    }

    fn overloaded(&mut self, now: Duration, ticket: &Ticket, hint: Option<Duration>) {
        if ticket.at >= self.overloaded_at {
            let own = OVERLOAD_PAUSE.saturating_mul(1 << self.overloads.min(16));
            self.pause = self.pause.max(now + own.min(LONGEST_OVERLOAD_PAUSE));
            self.overloads += 1;
            self.overloaded_at = self.pause;
            self.open *= OVERLOAD_CUT;
            self.opening = 1.0 / REOPENING.as_secs_f64();
        }
        self.pause = self.pause.max(now + hint.unwrap_or_default());
        self.hold = self.hold.max(self.pause);
    }

    fn widen(&mut self, now: Duration) {
        if let Some(at) = self.opened_at {
            let grown = now.saturating_sub(at.max(self.hold)).as_secs_f64();
            self.open = (self.open + grown * self.opening).min(1.0);
            self.opened_at = Some(now.max(at));
        }
    }

    fn blocked_by_window(&self, now: Duration) -> Admission {
        if self.in_flight >= self.concurrency || self.opened_at.is_none() {
            return Admission::Full;
        }
        let open = ((self.in_flight + 1) as f64 / self.concurrency as f64).sqrt();
        let wait = ((open - self.open) / self.opening).max(0.0) + 1e-6;
        Admission::WaitUntil(now.max(self.hold) + Duration::from_secs_f64(wait))
    }

    fn heed(&mut self, ticket: &Ticket, limits: &Limits) {
        let told = [
            (Kind::Requests, limits.requests),
            (Kind::Tokens, limits.tokens),
            (Kind::Tokens, limits.project_tokens),
            (Kind::Input, limits.input_tokens),
            (Kind::Output, limits.output_tokens),
        ];
        for (lane, (kind, limit)) in self.lanes.iter_mut().zip(told) {
            if let Some(limit) = limit {
                lane.told(kind, limit, ticket.at, ticket.total);
            }
        }
    }
}

impl Cost {
    fn tokens(&self) -> f64 {
        (self.input_tokens + self.max_tokens).max(1) as f64
    }
}
