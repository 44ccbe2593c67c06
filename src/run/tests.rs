//! The driver against a provider that is a closure, in time that passes only when all wait.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tempfile::{TempDir, tempdir};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

use super::{Budget, Channels, Ended, Fed, Probed, Progress, Question, Rules, drive};
use crate::ask::RequestKey;
use crate::model::{Reply, Stop, Usage};
use crate::plan::Price;
use crate::provider::pace::{Heard, Limits, RetryPolicy, Signal};
use crate::provider::{Ask, Exchange, Feature, Reading, Response, Transport, Trouble};
use crate::store::{RunRecord, Standing, Store};

/// A provider that answers by a rule, after a while.
struct Fake<F> {
    latency: Duration,
    /// What the `n`-th sending of a body, from 0, is answered with.
    rule: F,
    /// How long it wants to be left alone where it refuses.
    retry_after: Option<Duration>,
    sent: RefCell<HashMap<Bytes, u32>>,
    in_flight: Cell<usize>,
    most_in_flight: Cell<usize>,
}

impl<F: Fn(&str, u32) -> Reading> Fake<F> {
    fn new(latency: Duration, rule: F) -> Self {
        Self {
            latency,
            rule,
            retry_after: None,
            sent: RefCell::default(),
            in_flight: Cell::new(0),
            most_in_flight: Cell::new(0),
        }
    }

    fn n_sent(&self) -> u32 {
        self.sent.borrow().values().sum()
    }
}

impl<F: Fn(&str, u32) -> Reading> Transport for Fake<F> {
    async fn send(&self, body: Bytes) -> Exchange {
        self.in_flight.set(self.in_flight.get() + 1);
        self.most_in_flight
            .set(self.most_in_flight.get().max(self.in_flight.get()));
        let n = {
            let mut sent = self.sent.borrow_mut();
            let n = sent.entry(body.clone()).or_default();
            *n += 1;
            *n - 1
        };
        sleep(self.latency).await;
        self.in_flight.set(self.in_flight.get() - 1);
        let reading = (self.rule)(std::str::from_utf8(&body).unwrap(), n);
        let outcome = match &reading {
            Reading::Retry {
                kind: Trouble::RateLimited,
                ..
            } => Heard::RateLimited,
            Reading::Retry { .. } => Heard::Failed,
            Reading::Response(_) => Heard::Answered,
            _ => Heard::Other,
        };
        Exchange {
            reading,
            signal: Signal {
                retry_after: self.retry_after.filter(|_| outcome == Heard::RateLimited),
                outcome,
                limits: Limits::default(),
            },
        }
    }
}

fn answer(text: &str) -> Reading {
    Reading::Response(Response {
        reply: Reply {
            text: text.into(),
            stop: Stop::End,
        },
        model: "m".into(),
        request_id: None,
        usage: Some(Usage {
            input_tokens: 100,
            output_tokens: 10,
            ..Usage::default()
        }),
        refusal: None,
    })
}

fn server_error() -> Reading {
    Reading::Retry {
        why: "HTTP 500: oh".into(),
        kind: Trouble::Server,
    }
}

fn key(body: &str) -> RequestKey {
    RequestKey::new("fake", "", body.as_bytes(), 0)
}

fn question(body: &str, probe: Option<oneshot::Sender<Probed>>) -> Question {
    Question {
        ask: Ask {
            key: key(body),
            body: Bytes::copy_from_slice(body.as_bytes()),
            input_tokens: 100,
            max_tokens: 10,
        },
        series: 0,
        probe,
    }
}

/// A run of some questions, the first of them a probe.
struct Outcome {
    ended: Ended,
    progress: Progress,
    probed: Option<Probed>,
    took: Duration,
    store: Store,
    _folder: TempDir,
}

impl Outcome {
    fn standing(&self, body: &str) -> Standing {
        self.store.standing(&key(body)).unwrap()
    }
}

fn rules(concurrency: usize, bodies: &[String]) -> Rules {
    Rules {
        concurrency,
        retry: RetryPolicy::default(),
        budget: Budget::new(None),
        prices: vec![None],
        total: bodies.len() as u64,
        seed: 1,
    }
}

async fn run<F: Fn(&str, u32) -> Reading>(
    fake: &Fake<F>,
    rules: &Rules,
    bodies: &[String],
    stop: impl Future<Output = ()>,
) -> Outcome {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let (ended, progress, probed, took) = run_in(&path, fake, rules, bodies, stop).await;
    Outcome {
        ended,
        progress,
        probed,
        took,
        store: Store::open(&path).unwrap(),
        _folder: folder,
    }
}

/// How a run into the store at a path ended, how far it came, what its probe told, how long it took.
async fn run_in(
    path: &Path,
    transport: &impl Transport,
    rules: &Rules,
    bodies: &[String],
    stop: impl Future<Output = ()>,
) -> (Ended, Progress, Option<Probed>, Duration) {
    let store = Store::open(path).unwrap();
    let run = store
        .begin_run(&RunRecord {
            started_at: 0,
            version: "".into(),
            command: "run".into(),
            series: Vec::new(),
        })
        .unwrap();
    let (tell, committed) = mpsc::unbounded_channel();
    let writer = store.writer(run, move |batch| {
        let _ = tell.send(batch.to_vec());
    });
    let (send, questions) = mpsc::channel(super::QUEUE);
    let channels = Channels {
        questions,
        writer: writer.unwrap(),
        committed,
        fed: Arc::new(Fed::default()),
    };
    let (tell, mut told) = oneshot::channel();
    let feed = async {
        let mut tell = Some(tell);
        for body in bodies {
            if send.send(question(body, tell.take())).await.is_err() {
                break;
            }
        }
        drop(send);
    };
    let began = Instant::now();
    let (driven, ()) = tokio::join!(drive(transport, rules, channels, stop, |_| ()), feed);
    let (ended, progress) = driven.unwrap();
    (ended, progress, told.try_recv().ok(), began.elapsed())
}

fn bodies(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("question {n}")).collect()
}

#[tokio::test(start_paused = true)]
async fn every_question_is_asked_once_with_as_many_in_flight_as_allowed() {
    let fake = Fake::new(Duration::from_secs(1), |_, _| answer("yes"));
    let bodies = bodies(400);
    let outcome = run(&fake, &rules(40, &bodies), &bodies, pending()).await;
    assert_eq!(outcome.ended, Ended::Done);
    // Nothing is said of the time: the disk is waited for in true time, in which this clock runs on.
    assert_eq!(
        (outcome.progress.answered, outcome.progress.open()),
        (400, 0)
    );
    assert_eq!(fake.n_sent(), 400);
    assert!((20..=40).contains(&fake.most_in_flight.get()));
    assert_eq!(outcome.probed, Some(Probed::Open));
    for body in &bodies {
        assert_eq!(outcome.standing(body), Standing::Answered);
    }
}

#[tokio::test(start_paused = true)]
async fn failures_that_may_pass_are_asked_again() {
    let fake = Fake::new(Duration::from_millis(10), |body, n| match n {
        0 | 1 if body.ends_with('7') => server_error(),
        0 if body.ends_with('3') => Reading::Retry {
            why: "HTTP 429".into(),
            kind: Trouble::RateLimited,
        },
        _ => answer("yes"),
    });
    let bodies = bodies(50);
    let outcome = run(&fake, &rules(8, &bodies), &bodies, pending()).await;
    assert_eq!(outcome.ended, Ended::Done);
    assert_eq!(
        (outcome.progress.answered, outcome.progress.retries),
        (50, 15)
    );
}

#[tokio::test(start_paused = true)]
async fn a_bad_key_costs_one_request() {
    let fake = Fake::new(Duration::from_millis(10), |_, _| {
        Reading::Fatal("bad key".into())
    });
    let bodies = bodies(50);
    let outcome = run(&fake, &rules(8, &bodies), &bodies, pending()).await;
    assert_eq!(outcome.ended, Ended::Fatal("bad key".into()));
    assert_eq!(outcome.standing(&bodies[0]), Standing::Unasked);
    assert_eq!((fake.n_sent(), outcome.probed), (1, Some(Probed::Over)));
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_a_fault_of_the_prompt_at_first_and_of_the_item_later() {
    let all = Fake::new(Duration::from_millis(10), |_, _| {
        Reading::Rejected("no".into())
    });
    let bodies = bodies(30);
    let outcome = run(&all, &rules(8, &bodies), &bodies, pending()).await;
    assert_eq!(
        (outcome.ended, all.n_sent()),
        (Ended::Fatal("no".into()), 1)
    );
    let one = Fake::new(Duration::from_millis(10), |body, _| match body {
        "question 9" => Reading::Rejected("no".into()),
        _ => answer("yes"),
    });
    let outcome = run(&one, &rules(8, &bodies), &bodies, pending()).await;
    assert_eq!(outcome.standing("question 9"), Standing::Failed);
    assert_eq!(outcome.ended, Ended::Done);
    let progress = &outcome.progress;
    assert_eq!(
        (progress.answered, progress.failed, progress.open()),
        (29, 1, 0)
    );
    assert_eq!(progress.reasons, [("no".into(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn what_a_server_does_not_take_is_told_and_not_recorded() {
    let fake = Fake::new(Duration::from_millis(10), |body, _| match body {
        "question 0" => Reading::Unsupported {
            feature: Feature::Structure,
            why: "no schemas".into(),
        },
        _ => answer("yes"),
    });
    let bodies = bodies(3);
    let outcome = run(&fake, &rules(8, &bodies), &bodies, pending()).await;
    assert_eq!(
        outcome.probed,
        Some(Probed::Unsupported(Feature::Structure, "no schemas".into()))
    );
    assert_eq!(outcome.standing(&bodies[0]), Standing::Unasked);
}

#[tokio::test(start_paused = true)]
async fn a_question_is_given_up_and_left_for_the_next_run() {
    let fake = Fake::new(Duration::from_millis(10), |body, _| match body {
        "question 5" => server_error(),
        _ => answer("yes"),
    });
    let bodies = bodies(20);
    let outcome = run(&fake, &rules(8, &bodies), &bodies, pending()).await;
    assert_eq!(outcome.ended, Ended::Done);
    assert_eq!(outcome.standing("question 5"), Standing::Retryable);
    assert_eq!((outcome.progress.open(), fake.n_sent()), (1, 19 + 8));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_nothing_ends_the_run() {
    let fake = Fake::new(Duration::from_millis(10), |body, _| match body {
        "question 0" => answer("yes"),
        _ => server_error(),
    });
    let bodies = bodies(2_000);
    let outcome = run(&fake, &rules(8, &bodies), &bodies, pending()).await;
    assert!(matches!(&outcome.ended, Ended::Fatal(why) if why.contains("HTTP 500")));
    assert!(outcome.progress.failed < 70, "{}", outcome.progress.failed);
}

#[tokio::test(start_paused = true)]
async fn no_more_is_spent_than_the_budget_allows() {
    let fake = Fake::new(Duration::from_millis(10), |_, _| answer("yes"));
    let bodies = bodies(100);
    let price = Price {
        input: 1.0,
        output: 5.0,
        cache_read: 0.1,
        cache_write: 1.25,
        cache_write_1h: 2.0,
        batch: 0.5,
    };
    // An answer costs 150; one that is not yet there may cost 238.
    let rules = Rules {
        budget: Budget::new(Some(3_000)),
        prices: vec![Some(price)],
        ..rules(8, &bodies)
    };
    let outcome = run(&fake, &rules, &bodies, pending()).await;
    assert_eq!(outcome.ended, Ended::BudgetReached);
    assert_eq!(outcome.progress.micro_usd, 150 * outcome.progress.answered);
    // Of what is left of the budget no further question can be paid.
    assert_eq!(outcome.progress.answered, 19);
}

#[tokio::test(start_paused = true)]
async fn answers_on_their_way_are_waited_for_a_few_seconds() {
    let bodies = bodies(100);
    let stop = || sleep(Duration::from_millis(2_500));
    let quick = Fake::new(Duration::from_secs(1), |_, _| answer("yes"));
    let outcome = run(&quick, &rules(10, &bodies), &bodies, stop()).await;
    assert_eq!(outcome.ended, Ended::Interrupted);
    assert_eq!(
        u64::from(quick.n_sent()),
        outcome.progress.answered,
        "nothing paid is lost"
    );
    assert!(outcome.took < Duration::from_secs(4), "{:?}", outcome.took);
    let slow = Fake::new(Duration::from_secs(600), |_, _| answer("yes"));
    let outcome = run(&slow, &rules(10, &bodies), &bodies, stop()).await;
    assert!(outcome.took < Duration::from_secs(8), "{:?}", outcome.took);
}

#[tokio::test(start_paused = true)]
async fn the_same_question_twice_is_asked_once() {
    let fake = Fake::new(Duration::from_millis(100), |_, _| answer("yes"));
    let mut bodies = bodies(50);
    bodies.extend(bodies.clone());
    bodies.insert(1, "question 0".into());
    let outcome = run(&fake, &rules(20, &bodies), &bodies, pending()).await;
    assert_eq!(fake.n_sent(), 50);
    let progress = &outcome.progress;
    assert_eq!(
        (progress.answered, progress.stored, progress.open()),
        (50, 51, 0)
    );
}

fn refused() -> Reading {
    Reading::Retry {
        why: "HTTP 429: enough for today".into(),
        kind: Trouble::RateLimited,
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_outlasts_every_question_ends_the_run() {
    const HOUR: Duration = Duration::from_secs(3_600);
    // Refused from the first on, and after some answers.
    for answered in [0, 20] {
        let fake = Fake::new(Duration::from_millis(10), |body, _| {
            let (_, number) = body.split_once(' ').unwrap();
            match number.parse::<u64>().unwrap() < answered {
                true => answer("yes"),
                false => refused(),
            }
        });
        let fake = Fake {
            retry_after: Some(5 * HOUR),
            ..fake
        };
        let bodies = bodies(100);
        let outcome = run(&fake, &rules(8, &bodies), &bodies, pending()).await;
        let expect = "the provider lets nothing be sent for 5 h (HTTP 429: enough for today); \
                      `labelgate run` goes on then";
        assert_eq!(outcome.ended, Ended::Fatal(expect.into()));
        assert_eq!(outcome.progress.answered, answered);
        assert!(
            u64::from(fake.n_sent()) <= answered + 8,
            "{}",
            fake.n_sent()
        );
        assert!(outcome.took < HOUR, "{:?}", outcome.took);
        assert_eq!(
            outcome.standing(&bodies[answered as usize]),
            Standing::Unasked
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_a_question_outlasts_is_waited_for() {
    let fake = Fake::new(Duration::from_millis(10), |_, n| match n {
        0 => refused(),
        _ => answer("yes"),
    });
    let fake = Fake {
        retry_after: Some(Duration::from_secs(600)),
        ..fake
    };
    let bodies = bodies(3);
    let outcome = run(&fake, &rules(1, &bodies), &bodies, pending()).await;
    assert_eq!((outcome.ended, outcome.progress.answered), (Ended::Done, 3));
    assert!(outcome.took > Duration::from_secs(600));
}

/// Asks another, and looks how many questions were sent that a crash now would lose.
struct Watched<'a, F> {
    fake: &'a Fake<F>,
    store: &'a Store,
    most_at_risk: Cell<usize>,
}

impl<F: Fn(&str, u32) -> Reading> Transport for Watched<'_, F> {
    async fn send(&self, body: Bytes) -> Exchange {
        let sent: Vec<RequestKey> = {
            let sent = self.fake.sent.borrow();
            let keys = sent
                .keys()
                .map(|body| key(std::str::from_utf8(body).unwrap()));
            keys.collect()
        };
        let standings = self.store.standings(&sent).unwrap();
        let lost = standings
            .iter()
            .filter(|standing| **standing == Standing::Unasked);
        let at_risk = lost.count() + 1;
        self.most_at_risk.set(self.most_at_risk.get().max(at_risk));
        self.fake.send(body).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_repeats_no_more_than_may_be_in_flight() {
    let fake = Fake::new(Duration::from_millis(10), |_, _| answer("yes"));
    let folder = tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = Store::open(&path).unwrap();
    let watched = Watched {
        fake: &fake,
        store: &store,
        most_at_risk: Cell::new(0),
    };
    let bodies = bodies(300);
    let outcome = run_in(&path, &watched, &rules(16, &bodies), &bodies, pending()).await;
    assert_eq!(outcome.1.answered, 300);
    assert_eq!(watched.most_at_risk.get(), 16);
}
