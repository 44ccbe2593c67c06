//! A run: lock, feeder, driver and writer put together, and what it leaves behind.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::Failure;
use super::batching::{self, BatchWish, Batching};
use super::live::Live;
use super::progress::say;
use super::run::Wanted;
use super::settings::Settings;
use super::watch::Watch;
use crate::ask::RequestKey;
use crate::fault::{Fault, shown};
use crate::project::{Project, ProviderName, texts};
use crate::provider::pace::RetryPolicy;
use crate::provider::{Connection, Spool};
use crate::run::batch::{BatchError, BatchEvent, Batched, OpenBatches, Working, route, work};
use crate::run::{
    Budget, Channels, Ended, Fed, FeedError, Feeder, Progress, QUEUE, Rules, Series, Which, drive,
};
use crate::store::{self, RunId, RunLock, RunRecord, SeriesRecord, Store, StoreError};

/// How often a lock that another run holds is tried.
const LOCK_EVERY: Duration = Duration::from_millis(100);

/// What is asked, and of whom.
pub(super) struct Asking<'a> {
    pub(super) project: &'a Project,
    pub(super) settings: &'a Settings,
    pub(super) store: &'a Path,
    /// The command that asks.
    pub(super) command: &'static str,
    pub(super) live: &'a Live,
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) which: Which,
    pub(super) batch: BatchWish,
}

/// What a run came to.
pub(super) struct Asked {
    pub(super) run: RunId,
    pub(super) ended: Ended,
    pub(super) progress: Progress,
    /// How many items were cut, once for each series.
    pub(super) n_cut: u64,
    /// The signal that stopped it.
    pub(super) signal: Option<u8>,
}

/// How feeding ended, where not all was fed.
enum Stopped {
    Items(Vec<Fault>),
    Store(StoreError),
    NotUnderstood(String),
}

/// Asks all that is missing; what comes back is in the store when this returns, or is in a batch
/// that the store knows.
pub(super) fn ask(asking: &Asking<'_>) -> Result<Asked, Failure> {
    asking.live.check_budget(asking.project)?;
    let connection = asking.live.connect(asking.project)?;
    let batching = Batching::of(asking)?;
    let lock = lock(asking.store, asking.settings)?;
    let store = Store::open(asking.store)?;
    if !asking.settings.quiet {
        say(&format!("asking {}", asking.live.words(asking.project)));
    }
    let series = asking
        .live
        .series(asking.project, asking.wanted, Some(&store))?;
    let (series, records): (Vec<Series>, Vec<SeriesRecord>) = series.into_iter().unzip();
    let run = store.begin_run(&RunRecord {
        started_at: now(),
        version: env!("CARGO_PKG_VERSION").into(),
        command: asking.command.into(),
        series: records.clone(),
    })?;
    let rules = rules(asking.project, &series);
    let is_priced = series.iter().any(|series| series.price.is_some());
    let Settings { quiet, verbose, .. } = *asking.settings;
    let watch = RefCell::new(Watch::new(is_priced, quiet, verbose));
    let tell = |event: BatchEvent| {
        let (line, is_grave) = batching::line(&event);
        if is_grave || !asking.settings.quiet {
            watch.borrow().note(&line);
        }
    };
    let runtime = runtime()?;
    let signal = Arc::new(AtomicU8::new(0));
    let is_stopped = || signal.load(Ordering::Relaxed) > 0;
    let mut stop = pin!(signals(Arc::clone(&signal)));
    let mut open = OpenBatches::default();
    let mut ended = Ended::Done;
    if let Some(batching) = &batching {
        let bench = batching.bench(&store, run);
        let taken = runtime.block_on(async {
            tokio::select! {
                taken = bench.take_up(tell) => taken,
                () = stop.as_mut() => Ok(()),
            }
        });
        match taken {
            Err(BatchError::Refused(why)) => ended = Ended::Fatal(why),
            other => other?,
        }
        open = bench.open_batches()?;
    }
    if is_stopped() {
        ended = Ended::Interrupted;
    }
    let fed = Arc::new(Fed::default());
    let mut progress = Progress {
        total: rules.total,
        batches: open.batches,
        ..Progress::default()
    };
    let mut store = store;
    if ended == Ended::Done {
        let asked = ask_series(
            asking,
            store,
            series,
            AskSeries {
                records: &records,
                run,
                rules: &rules,
                connection: &connection,
                runtime: &runtime,
                watch: &watch,
                fed: &fed,
                in_batches: open.keys,
            },
            stop.as_mut(),
        )?;
        store = asked.store;
        (ended, progress) = (asked.ended, asked.progress);
        let waiting = fed.waiting();
        progress.batches = open.batches;
        progress.in_batches = waiting.len() as u64;
        match asked.stopped {
            Ok(()) => {}
            Err(Stopped::NotUnderstood(why)) => ended = Ended::Fatal(why.into()),
            Err(Stopped::Items(faults)) => return Err(faults.into()),
            Err(Stopped::Store(error)) => return Err(error.into()),
        }
        if let (Some(batching), Some(batched), Ended::Done) = (&batching, asked.batched, &ended) {
            let mut budget = rules.budget;
            budget.settle(0, progress.micro_usd);
            let working = Working {
                bench: batching.bench(&store, run),
                batched,
                waiting,
                prices: &rules.prices,
                budget,
                progress,
                lock,
            };
            let observe = |progress: &Progress| watch.borrow_mut().observe(progress);
            (ended, progress) = runtime.block_on(work(working, stop.as_mut(), tell, observe))?;
        }
    }
    watch.borrow().clear();
    store.end_run(run, now(), kept(&ended, &progress))?;
    if let (Ended::Fatal(_), Some(failure)) = (&ended, asking.live.lacks_key()) {
        return Err(failure);
    }
    let signal = signal.load(Ordering::Relaxed);
    Ok(Asked {
        run,
        ended,
        progress,
        n_cut: fed.cut.load(Ordering::Relaxed),
        signal: (signal > 0).then_some(signal),
    })
}

/// What it takes to ask, beside what is asked.
struct AskSeries<'a> {
    records: &'a [SeriesRecord],
    run: RunId,
    rules: &'a Rules,
    connection: &'a Connection,
    runtime: &'a Runtime,
    watch: &'a RefCell<Watch>,
    fed: &'a Arc<Fed>,
    in_batches: HashSet<RequestKey>,
}

/// What asking came to.
struct AskedSeries {
    store: Store,
    ended: Ended,
    progress: Progress,
    stopped: Result<(), Stopped>,
    /// What waits for a batch, where there are to be batches.
    batched: Option<Batched>,
}

/// Asks everything or, where there are to be batches, the first question of each series.
fn ask_series(
    asking: &Asking<'_>,
    store: Store,
    series: Vec<Series>,
    with: AskSeries<'_>,
    stop: impl Future<Output = ()>,
) -> Result<AskedSeries, Failure> {
    let AskSeries {
        records,
        run,
        rules,
        connection,
        runtime,
        watch,
        fed,
        in_batches,
    } = with;
    let mut batched = match asking.batch.is_wanted {
        true => Some(batched(store.path())?),
        false => None,
    };
    let (send, all) = mpsc::channel(QUEUE);
    let (questions, routed) = match &batched {
        None => (all, None),
        Some(_) => {
            let (live, questions) = mpsc::channel(QUEUE);
            (questions, Some((all, live)))
        }
    };
    let (tell, committed) = mpsc::unbounded_channel();
    let writer = store.writer(run, move |batch| {
        // The driver may have ended by an error, and then nobody counts any more.
        let _ = tell.send(batch.to_vec());
    })?;
    let channels = Channels {
        questions,
        writer,
        committed,
        fed: Arc::clone(fed),
    };
    let names: Vec<String> = series.iter().map(|series| series.name.clone()).collect();
    let feed = |store: &Store, feeder: Feeder<'_>| {
        let items = texts(asking.project).map_err(Stopped::Items)?;
        let items = items.map(|item| item.map(|(_, text)| text));
        let fed = feeder.feed(items, |at, terms| {
            if let Err(error) = store.set_settings(run, &records[at], &terms.to_json()) {
                tracing::error!("{error}");
            }
        });
        match fed {
            Ok(()) | Err(FeedError::Over) => Ok(()),
            Err(FeedError::Items(faults)) => Err(Stopped::Items(faults)),
            Err(FeedError::Store(error)) => Err(Stopped::Store(error)),
            Err(FeedError::NotUnderstood(at, why)) => Err(Stopped::NotUnderstood(format!(
                "the server takes the requests of {} in no form that is known: {why}",
                names[at]
            ))),
        }
    };
    let ((driven, routed), feeding) = std::thread::scope(|scope| {
        let (fed, which) = (&**fed, asking.which);
        // A store serves one thread, which is the feeder's until it gives it back.
        let feeding = scope.spawn(move || {
            let feeder = Feeder {
                series,
                which,
                store: &store,
                in_batches,
                fed,
                questions: send,
            };
            let stopped = feed(&store, feeder);
            (store, stopped)
        });
        let observe = |progress: &Progress| watch.borrow_mut().observe(progress);
        let driving = drive(connection, rules, channels, stop, observe);
        let routing = async {
            match (routed, &mut batched) {
                (Some((all, live)), Some(batched)) => route(all, live, batched).await,
                _ => Ok(()),
            }
        };
        let done = runtime.block_on(async { tokio::join!(driving, routing) });
        runtime.block_on(connection.close());
        // Whatever happened, the channel is closed, so the feeder comes to its end.
        (done, feeding.join())
    });
    let (store, stopped) = match feeding {
        Ok(fed) => fed,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    let (ended, progress) = driven?;
    routed?;
    Ok(AskedSeries {
        store,
        ended,
        progress,
        stopped,
        batched,
    })
}

/// Room for what waits for a batch.
fn batched(store: &Path) -> Result<Batched, Failure> {
    let folder = batching::folder(store);
    let spool = Spool::new(folder).map_err(|error| {
        Failure::message(format!("failed to write into {}: {error}", shown(folder)))
    })?;
    Ok(Batched::new(spool))
}

/// Writes down that recordings were replayed, so that they are what counts from now on.
pub(super) fn note_replay(store: &Store, wanted: &Wanted<'_>) -> Result<(), Failure> {
    let series = wanted.iter().map(|(classifier, revision)| SeriesRecord {
        classifier: classifier.id.clone(),
        revision: revision.name.clone(),
        provider: ProviderName::Replay.word().into(),
        base_url: "".into(),
        model: "".into(),
        settings: "{}".into(),
        prompt_sha256: revision.sha256.as_str().into(),
    });
    let run = store.begin_run(&RunRecord {
        started_at: now(),
        version: env!("CARGO_PKG_VERSION").into(),
        command: "run".into(),
        series: series.collect(),
    })?;
    Ok(store.end_run(run, now(), store::Ended::Complete)?)
}

/// The right to ask, waited for while another run has it.
fn lock(store: &Path, settings: &Settings) -> Result<RunLock, Failure> {
    let mut is_told = settings.quiet;
    loop {
        if let Some(lock) = RunLock::try_lock(store)? {
            return Ok(lock);
        }
        if !is_told {
            is_told = true;
            say("another run is using this store; waiting for it to end");
        }
        std::thread::sleep(LOCK_EVERY);
    }
}

fn rules(project: &Project, series: &[Series]) -> Rules {
    let run = &project.run;
    let questions: u64 = series
        .iter()
        .map(|series| u64::from(series.terms.repeats))
        .sum();
    Rules {
        concurrency: run.concurrency as usize,
        retry: RetryPolicy {
            max_attempts: run.attempts,
            deadline: run.deadline,
            ..RetryPolicy::default()
        },
        budget: Budget::new(run.budget_usd.map(micro_usd)),
        prices: series.iter().map(|series| series.price).collect(),
        total: questions * project.items.len() as u64,
        seed: now().unsigned_abs(),
    }
}

fn micro_usd(dollars: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a budget is positive, and saturates"
    )]
    let micro_usd = (dollars * 1e6).round() as u64;
    micro_usd
}

/// One thread is enough to wait for a thousand answers, and costs the least.
fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::message(format!("cannot set up the event loop: {error}")))
}

/// Ready at the first signal to stop, which is kept; the second one ends the program.
async fn signals(first: Arc<AtomicU8>) {
    let number = next_signal().await;
    first.store(number, Ordering::Relaxed);
    say("stopping; waiting a few seconds for answers on their way (again to stop at once)");
    tokio::spawn(async {
        let number = next_signal().await;
        std::process::exit(128 + i32::from(number));
    });
}

#[cfg(unix)]
async fn next_signal() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return 2;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => 2,
        _ = terminate.recv() => 15,
    }
}

#[cfg(not(unix))]
async fn next_signal() -> u8 {
    let _ = tokio::signal::ctrl_c().await;
    2
}

fn kept(ended: &Ended, progress: &Progress) -> store::Ended {
    match ended {
        Ended::Done if progress.done() == progress.total => store::Ended::Complete,
        Ended::Done | Ended::BudgetReached => store::Ended::Incomplete,
        Ended::Interrupted => store::Ended::Interrupted,
        Ended::Fatal(_) => store::Ended::Failed,
    }
}

/// The time, as the store keeps it.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is wrong anyway.
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::message(error.to_string())
    }
}
