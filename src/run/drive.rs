//! The loop that keeps as many questions in flight as pace and budget allow.
//!
//! One thread, one loop: questions come out of a bounded channel, are sent when [`Pace`] admits
//! them, tried again after a failure that may pass, and handed to the store's writer. A question
//! counts once the writer has committed it. Prints nothing and knows no items.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::budget::{most, whole};
use super::pause::Pauses;
use super::recent::Recent;
use super::{Budget, Fed, Probed, Progress, Question};
use crate::ask::RequestKey;
use crate::model::Usage;
use crate::plan::Price;
use crate::provider::pace::{Admission, Cost, Heard, Pace, RetryPolicy, Signal, Ticket, Tried};
use crate::provider::{Exchange, Failure, Feature, Reading, Response, Settled, Transport};
use crate::store::{StoreError, Writer};

/// How a run shall go.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How many questions are in flight at once; at least 1.
    pub concurrency: usize,
    /// How often, for how long and after what pauses a question is sent again.
    pub retry: RetryPolicy,
    /// What may be spent.
    pub budget: Budget,
    /// What the tokens of each series cost.
    pub prices: Vec<Option<Price>>,
    /// How many questions there are.
    pub total: u64,
    /// Seeds the jitter of retries.
    pub seed: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every question is settled.
    Done,
    /// It was asked to stop.
    Interrupted,
    /// The next question might cost more than what is left.
    BudgetReached,
    /// Nothing more can be asked; what the provider says.
    Fatal(Box<str>),
}

/// How long answers on their way are waited for once the run is to end.
const GRACE: Duration = Duration::from_secs(5);
/// The same where nobody is waiting at a keyboard.
const LONG_GRACE: Duration = Duration::from_secs(60);
/// The first question is not tried as often: a server that is not there should be told soon.
const PROBE_ATTEMPTS: u32 = 4;
/// So many questions given up in a row, and no answer between, end the run.
const HOPELESS: u32 = 50;
/// Answers that are heard before requests on their way get their turn.
const HEARD_AT_ONCE: u64 = 8;
/// How many questions wait in the channel.
pub const QUEUE: usize = 64;
const TICK: Duration = Duration::from_millis(100);

/// A question with what became of it so far.
struct Open {
    question: Question,
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

/// Asks every question that comes out of `questions` and records what becomes of it. Ends when
/// the channel is closed and everything is settled, when `stop` is ready, when the budget is
/// reached or when the provider will not answer any more; what is in flight then is waited for.
///
/// `committed` brings what the writer has made durable; `observe` is called after changes and ten
/// times a second.
///
/// # Errors
///
/// If the store cannot be written. What it had not committed is asked again by the next run.
pub async fn drive<T: Transport>(
    transport: &T,
    rules: &Rules,
    channels: Channels,
    stop: impl Future<Output = ()>,
    mut observe: impl FnMut(&Progress),
) -> Result<(Ended, Progress), StoreError> {
    let Channels {
        mut questions,
        writer,
        mut committed,
        fed,
    } = channels;
    let mut driver = Driver::new(rules, fed);
    let mut flying = FuturesUnordered::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    let recorder = writer.recorder();
    let mut arrived: Vec<Settled> = Vec::new();
    let mut n_heard: u64 = 0;
    loop {
        let mut wake = None;
        while driver.ending.is_none() {
            let Some(open) = driver.next(&mut questions, &mut wake, flying.len()) else {
                break;
            };
            let mut sending = Box::pin(send(transport, open));
            // Polled at once: among the others it would have its turn only after every answer that
            // is there already.
            match poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await {
                Poll::Ready((open, exchange)) => arrived.extend(driver.heard(open, exchange)),
                Poll::Pending => flying.push(sending),
            }
        }
        for settled in arrived.drain(..) {
            recorder.record(settled).await?;
        }
        driver.progress.in_flight = flying.len();
        if flying.is_empty() && driver.is_idle() {
            break;
        }
        let wants_question = driver.wants_question();
        let wake = wake.into_iter().chain(driver.give_up_at()).min();
        tokio::select! {
            Some((open, exchange)) = flying.next(), if !flying.is_empty() => {
                arrived.extend(driver.heard(open, exchange));
                n_heard += 1;
                if n_heard.is_multiple_of(HEARD_AT_ONCE) {
                    // Lets what was just sent reach the wire before more answers are read.
                    yield_now().await;
                }
            }
            question = questions.recv(), if wants_question => driver.received(question),
            Some(batch) = committed.recv() => driver.committed(&batch),
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                if driver.is_out_of_grace() {
                    break;
                }
            }
            () = &mut stop, if driver.ending.is_none() => driver.end(Ended::Interrupted),
            _ = tick.tick() => observe(&driver.progress),
        }
    }
    for settled in arrived {
        recorder.record(settled).await?;
    }
    // Whoever waits for a probe must not wait for ever.
    drop(flying);
    drop(questions);
    writer.finish()?;
    while let Ok(batch) = committed.try_recv() {
        driver.committed(&batch);
    }
    driver.progress.in_flight = 0;
    observe(&driver.progress);
    let ended = driver.ending.map_or(Ended::Done, |(ended, _)| ended);
    Ok((ended, driver.progress))
}

/// What the driver is connected to.
pub struct Channels {
    /// The questions, of which there may be any number.
    pub questions: mpsc::Receiver<Question>,
    /// Where answers are recorded.
    pub writer: Writer,
    /// What the writer has committed.
    pub committed: mpsc::UnboundedReceiver<Vec<Settled>>,
    /// What the feeder has counted.
    pub fed: Arc<Fed>,
}

async fn send<T: Transport>(transport: &T, open: Open) -> (Open, Exchange) {
    let exchange = transport.send(open.question.ask.body.clone()).await;
    (open, exchange)
}

struct Driver<'a> {
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
    ending: Option<(Ended, Instant)>,
    fed: Arc<Fed>,
    n_same: u64,
    progress: Progress,
}

impl<'a> Driver<'a> {
    fn new(rules: &'a Rules, fed: Arc<Fed>) -> Self {
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
    fn is_idle(&self) -> bool {
        match &self.ending {
            Some(_) => true,
            None => self.is_closed && self.next.is_none() && self.again.is_empty(),
        }
    }

    fn wants_question(&self) -> bool {
        self.ending.is_none() && self.next.is_none() && !self.is_closed
    }

    fn received(&mut self, question: Option<Question>) {
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
    fn next(
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

    /// What an attempt came to; a question that is settled by it.
    fn heard(&mut self, mut open: Open, exchange: Exchange) -> Option<Settled> {
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
    fn committed(&mut self, batch: &[Settled]) {
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

    fn end(&mut self, ended: Ended) {
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

    fn give_up_at(&self) -> Option<Instant> {
        self.ending.as_ref().map(|(_, until)| *until)
    }

    fn is_out_of_grace(&self) -> bool {
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
