//! What a run knows and decides: which question is sent next, and how the run ends. What an attempt
//! comes to is in `heard`.

mod heard;

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::budget::most;
use super::pause::Pauses;
use super::recent::Recent;
use super::{Budget, Ended, Fed, Probed, Progress, QUEUE, Question, Rules};
use crate::ask::RequestKey;
use crate::provider::pace::{Admission, Cost, Pace, Ticket};

/// How long answers on their way are waited for once the run is to end.
const GRACE: Duration = Duration::from_secs(5);
/// The same where nobody is waiting at a keyboard.
const LONG_GRACE: Duration = Duration::from_secs(60);

/// A question with what became of it so far.
pub(super) struct Open {
    pub(super) question: Question,
    /// Of the attempt that is in flight.
    ticket: Ticket,
    attempts: u32,
    /// Attempts that failed otherwise than for the rate.
    failures: u32,
    first_sent: Instant,
    reserved: u64,
}

/// A question to be sent again at a time.
struct Again {
    at: Instant,
    open: Box<Open>,
}

impl PartialEq for Again {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Again {}

impl PartialOrd for Again {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Again {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at)
    }
}
pub(super) struct Driver<'a> {
    rules: &'a Rules,
    /// When the clock of [`Pace`] began.
    epoch: Instant,
    pace: Pace,
    budget: Budget,
    random: fastrand::Rng,
    /// The question that is sent next.
    next: Option<Question>,
    is_closed: bool,
    again: BinaryHeap<Reverse<Again>>,
    /// Asked and not yet committed, with the series.
    unsettled: HashMap<RequestKey, usize>,
    recent: Recent,
    given_up_in_a_row: u32,
    pauses: Pauses,
    /// How the run ends, and until when answers on their way are waited for.
    pub(super) ending: Option<(Ended, Instant)>,
    fed: Arc<Fed>,
    n_same: u64,
    pub(super) progress: Progress,
}

impl<'a> Driver<'a> {
    pub(super) fn new(rules: &'a Rules, fed: Arc<Fed>) -> Self {
        let epoch = Instant::now();
        Self {
            rules,
            epoch,
            pace: Pace::new(rules.concurrency, Duration::ZERO),
            budget: rules.budget,
            random: fastrand::Rng::with_seed(rules.seed),
            next: None,
            is_closed: false,
            again: BinaryHeap::new(),
            unsettled: HashMap::new(),
            recent: Recent::new(2 * rules.concurrency + QUEUE),
            given_up_in_a_row: 0,
            pauses: Pauses::new(rules.retry.deadline),
            ending: None,
            fed,
            n_same: 0,
            progress: Progress {
                total: rules.total,
                ..Progress::default()
            },
        }
    }

    /// Whether nothing is left to send.
    pub(super) fn is_idle(&self) -> bool {
        match &self.ending {
            Some(_) => true,
            None => self.is_closed && self.next.is_none() && self.again.is_empty(),
        }
    }

    pub(super) fn wants_question(&self) -> bool {
        self.ending.is_none() && self.next.is_none() && !self.is_closed
    }

    pub(super) fn received(&mut self, question: Option<Question>) {
        match question {
            // The same text under the same prompt is one question, whoever has it.
            Some(question) if self.is_under_way(&question.ask.key) => {
                self.n_same += 1;
                tell(question.probe, Probed::Undecided);
            }
            Some(question) => self.next = Some(question),
            None => self.is_closed = true,
        }
        self.count_stored();
    }

    fn is_under_way(&self, key: &RequestKey) -> bool {
        self.unsettled.contains_key(key) || self.recent.has(key)
    }

    fn count_stored(&mut self) {
        self.progress.stored = self.fed.stored.load(Relaxed) + self.n_same;
    }

    /// A question to send now, if there is one and it may be sent; otherwise `wake` is when to ask
    /// again, unless only an answer can change anything.
    pub(super) fn next(
        &mut self,
        questions: &mut mpsc::Receiver<Question>,
        wake: &mut Option<Instant>,
        n_flying: usize,
    ) -> Option<Open> {
        // What is not durable yet would be asked again after a crash, as what is in flight would.
        if self.unsettled.len() - self.again.len() >= self.rules.concurrency {
            return None;
        }
        let now = Instant::now();
        let due = self.again.peek().map(|Reverse(again)| again.at);
        let is_again = due.is_some_and(|at| at <= now);
        while !is_again && self.next.is_none() && !self.is_closed {
            match questions.try_recv() {
                Ok(question) => self.received(Some(question)),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => self.received(None),
            }
        }
        let ask = match (is_again, &self.next) {
            (true, _) => self
                .again
                .peek()
                .map(|Reverse(again)| &again.open.question.ask),
            (false, next) => next.as_ref().map(|question| &question.ask),
        };
        let Some(ask) = ask else {
            *wake = due;
            return None;
        };
        let cost = Cost {
            input_tokens: ask.input_tokens,
            max_tokens: ask.max_tokens.into(),
        };
        // What is sent again has its money set aside already.
        let reserved = match (is_again, &self.next) {
            (false, Some(question)) => self.most(question),
            _ => 0,
        };
        if !self.budget.reserve(reserved) {
            if !self.budget.has_reserved() {
                self.end(Ended::BudgetReached);
            }
            *wake = due;
            return None;
        }
        let ticket = match self.pace.admit(self.clock(now), cost) {
            Admission::Go(ticket) => ticket,
            admission => {
                self.budget.settle(reserved, 0);
                // Where it is full, only an answer changes anything.
                if let Admission::WaitUntil(at) = admission {
                    *wake = Some(self.epoch + at);
                    // What is in flight may yet bring other news.
                    let over = self.pauses.until(at, self.clock(now));
                    if let Some(why) = over.filter(|_| n_flying == 0) {
                        self.end(Ended::Fatal(why));
                    }
                }
                return None;
            }
        };
        let mut open = match is_again {
            true => Open {
                ticket,
                ..*self.again.pop()?.0.open
            },
            false => {
                let question = self.next.take()?;
                self.unsettled.insert(question.ask.key, question.series);
                Open {
                    question,
                    ticket,
                    attempts: 0,
                    failures: 0,
                    first_sent: now,
                    reserved,
                }
            }
        };
        open.attempts += 1;
        tracing::debug!("sent, attempt {}", open.attempts);
        if open.attempts > 1 {
            self.progress.retries += 1;
        }
        Some(open)
    }

    /// The time as [`Pace`] reckons it.
    fn clock(&self, now: Instant) -> Duration {
        now - self.epoch
    }

    /// What a question may cost at most, as far as its tokens can be told beforehand.
    fn most(&self, question: &Question) -> u64 {
        let (price, ask) = (self.rules.prices[question.series], &question.ask);
        most(price, ask.input_tokens, ask.max_tokens, false)
    }

    pub(super) fn end(&mut self, ended: Ended) {
        let grace = match ended {
            Ended::Interrupted => GRACE,
            _ => LONG_GRACE,
        };
        if self.ending.is_none() {
            self.ending = Some((ended, Instant::now() + grace));
        }
        // Whoever waits for these must not wait for ever.
        tell(
            self.next.take().and_then(|question| question.probe),
            Probed::Over,
        );
        for Reverse(again) in self.again.drain() {
            tell(again.open.question.probe, Probed::Over);
        }
    }

    pub(super) fn give_up_at(&self) -> Option<Instant> {
        self.ending.as_ref().map(|(_, until)| *until)
    }

    pub(super) fn is_out_of_grace(&self) -> bool {
        self.give_up_at()
            .is_some_and(|until| until <= Instant::now())
    }
}

fn tell(probe: Option<tokio::sync::oneshot::Sender<Probed>>, probed: Probed) {
    if let Some(probe) = probe {
        // Whoever asked may be gone, which is his business.
        let _ = probe.send(probed);
    }
}
