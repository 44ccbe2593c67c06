//! Faults in a given share of requests.

use std::time::Duration;

use super::given::{Given, Hint};
use super::seen::Seen;

/// Shares of requests, 0 to 1, that fail in each way; together at most 1. Which ones is decided by
/// the body, how often it came before and the seed, so a run can be repeated exactly and a body that
/// is sent again and again is answered in the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// 429 with `retry-after-ms: 20`.
    pub(crate) rate_limited: f64,
    /// 500.
    pub(crate) internal: f64,
    /// 529.
    pub(crate) overloaded: f64,
    /// 503.
    pub(crate) unavailable: f64,
    /// Connections reset before an answer.
    pub(crate) reset: f64,
    /// Connections reset in the middle of an answer.
    pub(crate) cut: f64,
    /// Answers spread over 20 ms.
    pub(crate) slow: f64,
    /// Refusals.
    pub(crate) refused: f64,
    /// Answers cut at the token limit.
    pub(crate) truncated: f64,
    pub(crate) seed: u64,
}

impl Faults {
    /// What a request is given.
    pub(crate) fn given(&self, seen: &Seen<'_>) -> Given {
        let hint = Hint::RetryAfterMs(20.0);
        let mut left = seen.chance(self.seed);
        for (share, given) in [
            (self.rate_limited, Given::RateLimited(hint)),
            (self.internal, Given::Internal),
            (self.overloaded, Given::Overloaded),
            (self.unavailable, Given::Unavailable),
            (self.reset, Given::Reset),
            (self.cut, Given::Cut),
            (self.slow, Given::Slow(Duration::from_millis(20))),
            (self.refused, Given::Refused("cyber")),
            (self.truncated, Given::Truncated),
        ] {
            if left < share {
                return given;
            }
            left -= share;
        }
        Given::Answer
    }
}
