//! Whether a question is asked again, and after how long: a pure function of what happened.
//!
//! Waits grow exponentially with full jitter: uniform between nothing and a ceiling that doubles,
//! so that questions which failed together do not come back together. What the server asks for is
//! the least that is waited. A refusal for the rate alone is not the question's failure: it uses
//! up no attempt and adds no wait of its own, since [`Pace`](crate::provider::pace::Pace) decides when anything is
//! sent again; the deadline still bounds it.

use std::time::Duration;

use crate::provider::pace::Heard;

/// How long a question is worth trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often it is sent at most, not counting refusals for the rate; at least 1.
    pub max_attempts: u32,
    /// The ceiling of the first wait.
    pub base: Duration,
    /// No ceiling is above this.
    pub cap: Duration,
    /// From the first sending to the last, waits included.
    pub deadline: Duration,
}

/// What a question has been through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// How often it was sent and failed, refusals for the rate not counted.
    pub failures: u32,
    /// The time since it was first sent.
    pub elapsed: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 8,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
            deadline: Duration::from_secs(30 * 60),
        }
    }
}

impl RetryPolicy {
    /// How long to wait before the question is sent again; `None` if it is not.
    ///
    /// `hint` is what the server asked for, `random` uniform in 0–1. An overloaded server is given
    /// four times as long as one that failed, up to twice the cap.
    pub fn wait(
        &self,
        heard: Heard,
        tried: Tried,
        hint: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        let own = match heard {
            Heard::Answered | Heard::Other => return None,
            Heard::RateLimited => Duration::ZERO,
            _ if tried.failures >= self.max_attempts => return None,
            Heard::Failed => self.jittered(tried.failures, 1, random),
            Heard::Overloaded => self.jittered(tried.failures, 4, random),
        };
        let wait = own.max(hint.unwrap_or_default());
        let left = self.deadline.checked_sub(tried.elapsed)?;
        (wait <= left).then_some(wait)
    }

    fn jittered(&self, failures: u32, patience: u32, random: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let ceiling = self
            .base
            .saturating_mul(patience)
            .saturating_mul(1 << doublings);
        let cap = self.cap.saturating_mul(patience.min(2));
        ceiling.min(cap).mul_f64(random.clamp(0.0, 1.0))
    }
}
