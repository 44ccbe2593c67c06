//! What an attempt comes to: an answer, a question to be sent again, or the end of the run.

use std::cmp::Reverse;
use std::time::Duration;

use tokio::time::Instant;

use super::{Again, Driver, Open, tell};
use crate::model::Usage;
use crate::provider::pace::{Heard, Signal, Tried};
use crate::provider::{Exchange, Failure, Feature, Reading, Response, Settled};
use crate::run::budget::whole;
use crate::run::{Ended, Probed};

/// The first question is not tried as often: a server that is not there should be told soon.
const PROBE_ATTEMPTS: u32 = 4;
/// So many questions given up in a row, and no answer between, end the run.
const HOPELESS: u32 = 50;

impl Driver<'_> {
    /// What an attempt came to; a question that is settled by it.
    pub(in crate::run) fn heard(&mut self, mut open: Open, exchange: Exchange) -> Option<Settled> {
        let now = Instant::now();
        let clock = self.clock(now);
        self.pace.settled(clock, open.ticket, &exchange.signal);
        let result = match exchange.reading {
            Reading::Response(response) => Ok(response),
            Reading::ContextOverflow(why) => Err(Failure::ContextOverflow(why)),
            // Nothing has shown yet that this series can be asked at all.
            Reading::Rejected(why) if open.question.probe.is_some() => {
                return self.fatal(open, why);
            }
            Reading::Rejected(why) => Err(Failure::Rejected(why)),
            Reading::Fatal(why) => return self.fatal(open, why),
            Reading::Unsupported { feature, why } => match open.question.probe.take() {
                Some(probe) if feature != Feature::Sampling => {
                    tracing::info!("trying another form, as the server does not take this: {why}");
                    self.give_back(&open);
                    tell(Some(probe), Probed::Unsupported(feature, why));
                    return None;
                }
                probe @ Some(_) => {
                    open.question.probe = probe;
                    let why = format!(
                        "{why}; take `temperature` and `top_p` out of the prompt's front matter"
                    );
                    return self.fatal(open, why.into());
                }
                None => Err(Failure::Rejected(why)),
            },
            Reading::Retry { why, .. } => {
                if let Some(why) = self.pauses.failed(&exchange.signal, &why) {
                    return self.fatal(open, why);
                }
                match self.wait(&mut open, &exchange.signal, now) {
                    Some(wait) => {
                        tracing::info!("attempt {}, again in {wait:.1?}: {why}", open.attempts);
                        let (at, open) = (now + wait, Box::new(open));
                        self.again.push(Reverse(Again { at, open }));
                        return None;
                    }
                    None if open.question.probe.is_some() => return self.fatal(open, why),
                    None => Err(Failure::Exhausted {
                        attempts: open.attempts,
                        last: why,
                    }),
                }
            }
        };
        Some(self.settle(open, result, now))
    }

    /// How long to wait before a question that failed is sent again; `None` if it is not.
    fn wait(&mut self, open: &mut Open, signal: &Signal, now: Instant) -> Option<Duration> {
        if signal.outcome != Heard::RateLimited {
            open.failures += 1;
        }
        let mut policy = self.rules.retry;
        if open.question.probe.is_some() {
            policy.max_attempts = policy.max_attempts.min(PROBE_ATTEMPTS);
        }
        let tried = Tried {
            failures: open.failures,
            elapsed: now - open.first_sent,
        };
        policy.wait(signal.outcome, tried, signal.retry_after, self.random.f64())
    }

    fn settle(&mut self, open: Open, result: Result<Response, Failure>, now: Instant) -> Settled {
        let spent = match &result {
            Ok(response) => self.cost(open.question.series, response.usage.as_ref()),
            Err(_) => 0,
        };
        self.budget.settle(open.reserved, spent);
        match &result {
            Err(Failure::Exhausted { .. }) => self.given_up(&result),
            _ => self.given_up_in_a_row = 0,
        }
        let probed = match &result {
            Err(Failure::ContextOverflow(_)) => Probed::Undecided,
            _ => Probed::Open,
        };
        tell(open.question.probe, probed);
        Settled {
            key: open.question.ask.key,
            result,
            attempts: open.attempts,
            latency: now - open.first_sent,
            batch: false,
        }
    }

    fn given_up(&mut self, result: &Result<Response, Failure>) {
        self.given_up_in_a_row += 1;
        if let Err(Failure::Exhausted { last, .. }) = result
            && self.given_up_in_a_row >= HOPELESS
        {
            let why = format!("{HOPELESS} questions in a row had no answer; the last: {last}");
            self.end(Ended::Fatal(why.into()));
        }
    }

    fn fatal(&mut self, open: Open, why: Box<str>) -> Option<Settled> {
        self.give_back(&open);
        tell(open.question.probe, Probed::Over);
        self.end(Ended::Fatal(why));
        None
    }

    /// Forgets a question that is not settled and will not be sent again as it is.
    fn give_back(&mut self, open: &Open) {
        self.budget.settle(open.reserved, 0);
        self.unsettled.remove(&open.question.ask.key);
    }

    fn cost(&mut self, series: usize, usage: Option<&Usage>) -> u64 {
        match (self.rules.prices[series], usage) {
            (Some(price), Some(usage)) => whole(price.micro_usd(usage, false)),
            _ => 0,
        }
    }

    /// Counts what is durable.
    pub(in crate::run) fn committed(&mut self, batch: &[Settled]) {
        for settled in batch {
            let Some(series) = self.unsettled.remove(&settled.key) else {
                continue;
            };
            self.recent.add(settled.key);
            match &settled.result {
                Ok(response) => {
                    let usage = response.usage.as_ref();
                    let price = self.rules.prices[series];
                    self.progress.count_answer(usage, price, settled.batch);
                }
                Err(failure) => self.progress.count_failure(failure),
            }
        }
        self.count_stored();
    }
}
