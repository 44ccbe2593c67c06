//! A run: lock, feeder, driver and writer put together, and what it leaves behind.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::Failure;
use super::live::Live;
use super::progress::say;
use super::run::Wanted;
use super::settings::Settings;
use super::watch::Watch;
use crate::fault::Fault;
use crate::project::{Project, ProviderName, texts};
use crate::provider::pace::RetryPolicy;
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

/// Asks all that is missing; what comes back is in the store when this returns.
pub(super) fn ask(asking: &Asking<'_>) -> Result<Asked, Failure> {
    asking.live.check_budget(asking.project)?;
    let connection = asking.live.connect(asking.project)?;
    let _lock = lock(asking.store, asking.settings)?;
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
    let fed = Arc::new(Fed::default());
    let (send, questions) = mpsc::channel(QUEUE);
    let (tell, committed) = mpsc::unbounded_channel();
    let writer = store.writer(run, move |batch| {
        // The driver may have ended by an error, and then nobody counts any more.
        let _ = tell.send(batch.to_vec());
    })?;
    let channels = Channels {
        questions,
        writer,
        committed,
        fed: Arc::clone(&fed),
    };
    let is_priced = series.iter().any(|series| series.price.is_some());
    let Settings { quiet, verbose, .. } = *asking.settings;
    let mut watch = Watch::new(is_priced, quiet, verbose);
    let names: Vec<String> = series.iter().map(|series| series.name.clone()).collect();
    let runtime = runtime()?;
    let signal = Arc::new(AtomicU8::new(0));
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
    let (driven, feeding) = std::thread::scope(|scope| {
        let (fed, which) = (&*fed, asking.which);
        // A store serves one thread, which is the feeder's until it gives it back.
        let feeding = scope.spawn(move || {
            let stopped = feed(
                &store,
                Feeder {
                    series,
                    which,
                    store: &store,
                    fed,
                    questions: send,
                },
            );
            (store, stopped)
        });
        let stop = signals(Arc::clone(&signal));
        let observe = |progress: &Progress| watch.observe(progress);
        let driven = runtime.block_on(drive(&connection, &rules, channels, stop, observe));
        runtime.block_on(connection.close());
        // Whatever happened, the channel is closed, so the feeder comes to its end.
        (driven, feeding.join())
    });
    watch.clear();
    let (store, stopped) = match feeding {
        Ok(fed) => fed,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    let (mut ended, progress) = driven?;
    if let Err(Stopped::NotUnderstood(why)) = &stopped {
        ended = Ended::Fatal(why.as_str().into());
    }
    store.end_run(run, now(), kept(&ended, &progress))?;
    match stopped {
        Ok(()) | Err(Stopped::NotUnderstood(_)) => {}
        Err(Stopped::Items(faults)) => return Err(faults.into()),
        Err(Stopped::Store(error)) => return Err(error.into()),
    }
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
