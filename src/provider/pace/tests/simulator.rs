//! A run without a network: the real limiter and the real retries against a [`Server`], driven as
//! a run drives them, on a clock of its own.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use crate::provider::pace::limits::{Limits, retry_after};
use crate::provider::pace::retry::{RetryPolicy, Tried};
use crate::provider::pace::tests::server::{Server, wall};
use crate::provider::pace::{Admission, Cost, Heard, Pace, Signal, Ticket};

/// How long a refusal takes to come back.
const REFUSAL: Duration = Duration::from_millis(1);

pub(super) struct Run {
    pub(super) n_items: usize,
    pub(super) concurrency: usize,
    pub(super) latency: Duration,
    pub(super) cost: Cost,
}

#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) wall: Duration,
    pub(super) sent: usize,
    pub(super) refused: usize,
    /// When each item was answered.
    pub(super) answered: Vec<Duration>,
    pub(super) refusals: Vec<Duration>,
    pub(super) most_in_flight: usize,
}

impl Outcome {
    pub(super) fn refused_share(&self) -> f64 {
        self.refused as f64 / self.sent as f64
    }
}

struct Settling {
    ticket: Ticket,
    item: usize,
    signal: Signal,
}

/// What a server does with a request that comes at a time: the outcome, the headers, and how long
/// it takes.
pub(super) trait Serve {
    fn serve(&mut self, now: Duration) -> (Heard, http::HeaderMap);
}

impl Serve for Server {
    fn serve(&mut self, now: Duration) -> (Heard, http::HeaderMap) {
        let (taken, headers) = self.ask(now);
        (
            if taken {
                Heard::Answered
            } else {
                Heard::RateLimited
            },
            headers,
        )
    }
}

impl<F: FnMut(Duration) -> (Heard, http::HeaderMap)> Serve for F {
    fn serve(&mut self, now: Duration) -> (Heard, http::HeaderMap) {
        self(now)
    }
}

/// Runs until every item is answered. Fails if the limiter neither sends, nor waits for a time,
/// nor has anything in flight.
pub(super) fn simulate(server: &mut impl Serve, run: &Run) -> Outcome {
    let mut pace = Pace::new(run.concurrency, Duration::ZERO);
    let policy = RetryPolicy::default();
    let mut random = fastrand::Rng::with_seed(7);
    let mut now = Duration::ZERO;
    let mut fresh = 0;
    let mut again: VecDeque<usize> = VecDeque::new();
    let mut waiting: BinaryHeap<Reverse<(Duration, usize)>> = BinaryHeap::new();
    let mut flying: BinaryHeap<Reverse<(Duration, usize)>> = BinaryHeap::new();
    let mut settling: Vec<Option<Settling>> = Vec::new();
    let mut failures = vec![0; run.n_items];
    let mut first_sent = vec![None; run.n_items];
    let mut outcome = Outcome {
        wall: Duration::ZERO,
        sent: 0,
        refused: 0,
        answered: Vec::new(),
        refusals: Vec::new(),
        most_in_flight: 0,
    };
    while outcome.answered.len() < run.n_items {
        while waiting.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            again.extend(waiting.pop().map(|Reverse((_, item))| item));
        }
        let mut wake = None;
        while fresh < run.n_items || !again.is_empty() {
            match pace.admit(now, run.cost) {
                Admission::Go(ticket) => {
                    let item = again.pop_front().unwrap_or_else(|| {
                        fresh += 1;
                        fresh - 1
                    });
                    first_sent[item].get_or_insert(now);
                    let (heard, headers) = server.serve(now);
                    outcome.sent += 1;
                    let refused = matches!(heard, Heard::RateLimited | Heard::Overloaded);
                    let at = now + if refused { REFUSAL } else { run.latency };
                    let signal = Signal {
                        outcome: heard,
                        retry_after: retry_after(&headers, wall(at)),
                        limits: Limits::of(&headers, wall(now)),
                    };
                    flying.push(Reverse((at, settling.len())));
                    settling.push(Some(Settling {
                        ticket,
                        item,
                        signal,
                    }));
                    outcome.most_in_flight = outcome.most_in_flight.max(flying.len());
                }
                Admission::WaitUntil(at) => {
                    assert!(at > now, "told to wait for the past");
                    // Timers wake on the next millisecond.
                    let nanos = at.as_nanos().div_ceil(1_000_000) * 1_000_000;
                    wake = Some(Duration::from_nanos(u64::try_from(nanos).unwrap()));
                    break;
                }
                Admission::Full => {
                    assert!(!flying.is_empty(), "full of nothing");
                    break;
                }
            }
        }
        let next = [
            wake,
            waiting.peek().map(|Reverse((at, _))| *at),
            flying.peek().map(|Reverse((at, _))| *at),
        ];
        now = next
            .into_iter()
            .flatten()
            .min()
            .expect("nothing to wait for");
        while flying.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            let Some(Reverse((_, index))) = flying.pop() else {
                break;
            };
            let Settling {
                ticket,
                item,
                signal,
            } = settling[index].take().unwrap();
            pace.settled(now, ticket, &signal);
            match signal.outcome {
                Heard::Answered | Heard::Other => {
                    outcome.answered.push(now);
                    continue;
                }
                Heard::RateLimited => {
                    outcome.refused += 1;
                    outcome.refusals.push(now);
                }
                Heard::Overloaded | Heard::Failed => failures[item] += 1,
            }
            let tried = Tried {
                failures: failures[item],
                elapsed: now - first_sent[item].unwrap(),
            };
            let wait = policy
                .wait(signal.outcome, tried, signal.retry_after, random.f64())
                .expect("given up");
            waiting.push(Reverse((now + wait, item)));
        }
    }
    outcome.wall = now;
    outcome
}
