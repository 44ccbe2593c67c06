//! One limit as the headers tell it: how much may still be sent.

use std::time::Duration;

use crate::provider::pace::limits::Limit;
use crate::provider::pace::{Cost, Total};

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Requests,
    /// Read and written.
    Tokens,
    Input,
    /// Written. How many there will be is not known when a request is sent, so that a limit on
    /// them holds back only when nothing is left.
    Output,
}

/// What was last told of one limit, with what had been sent by then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lane {
    told: Option<Told>,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    kind: Kind,
    limit: Limit,
    at: Duration,
    total: Total,
}

impl Lane {
    /// Takes over what the response to the request sent at `at` says, unless a later request has
    /// been heard of.
    pub(super) fn told(&mut self, kind: Kind, limit: Limit, at: Duration, total: Total) {
        if self
            .told
            .is_none_or(|told| told.total.requests <= total.requests)
        {
            self.told = Some(Told {
                kind,
                limit,
                at,
                total,
            });
        }
    }

    /// When a request may be sent by this limit; `None` if now.
    ///
    /// What is left is what was told less what was sent since, and comes back at the rate at which
    /// the reset says it does, but at the latest with the reset.
    pub(super) fn ready_at(&self, now: Duration, total: Total, cost: Cost) -> Option<Duration> {
        let told = self.told?;
        // Without a time nothing says when to try again; refusals will.
        let reset = told.limit.reset.filter(|reset| !reset.is_zero())?;
        let need = told.kind.spent(told.total, total) + told.kind.cost(cost);
        let short = need
            .checked_sub(told.limit.remaining)
            .filter(|short| *short > 0)?;
        let used = (told.limit.limit - told.limit.remaining).max(1);
        let share = short as f64 / used as f64;
        let share = if need <= told.limit.limit {
            share.min(1.0)
        } else {
            share
        };
        let ready = told.at + reset.mul_f64(share);
        (ready > now).then_some(ready)
    }

    /// How long until the reset, where nothing is left.
    pub(super) fn exhausted(&self, now: Duration) -> Option<Duration> {
        let told = self.told.filter(|told| told.limit.remaining == 0)?;
        (told.at + told.limit.reset?).checked_sub(now)
    }

    /// Whether this is a limit of tokens, and too little was left for a request of this cost.
    pub(super) fn is_short_of_tokens(&self, cost: Cost) -> bool {
        self.told.is_some_and(|told| {
            told.kind != Kind::Requests && told.limit.remaining < told.kind.cost(cost)
        })
    }
}

impl Kind {
    fn cost(self, cost: Cost) -> u64 {
        match self {
            Self::Requests | Self::Output => 1,
            Self::Tokens => cost.input_tokens + cost.max_tokens,
            Self::Input => cost.input_tokens,
        }
    }

    fn spent(self, from: Total, to: Total) -> u64 {
        match self {
            Self::Requests => to.requests - from.requests,
            Self::Tokens => to.input_tokens - from.input_tokens + to.max_tokens - from.max_tokens,
            Self::Input => to.input_tokens - from.input_tokens,
            Self::Output => 0,
        }
    }
}
