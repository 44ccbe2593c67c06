//! Where the answers that a command judges come from: recordings, a run made now, or the store.

use std::time::Instant;

use super::Failure;
use super::args::RunArgs;
use super::aside::{self, Source};
use super::asking::{self, Asking};
use super::batching::no_batches;
use super::live::Live;
use super::recorded::{self, Recorded};
use super::run::{Wanted, number, summary};
use super::settings::Settings;
use super::stored::{self, Runs, STORES_ANSWERS, Shelf};
use crate::fault::shown;
use crate::project::{Project, ProviderName, prices};
use crate::report::Spending;
use crate::run::{Ended, Which};
use crate::store::{RunId, Store};

/// Answers, and what is to be said of them.
pub(super) struct Gathered {
    pub(super) recorded: Recorded,
    pub(super) spending: Option<Spending>,
    /// Where they came from, in words.
    pub(super) provider: String,
    /// What those asked now cost, in millionths of a US dollar.
    pub(super) micro_usd: u64,
    /// The signal that stopped the run for them.
    pub(super) signal: Option<u8>,
}

/// Asks what is missing of candidates and baselines, and gathers all.
pub(super) fn ask(
    project: &Project,
    wanted: &dyn Fn(&str) -> bool,
    (command, args): (&'static str, &RunArgs),
    settings: &Settings,
) -> Result<Gathered, Failure> {
    if project.run.provider == ProviderName::Replay {
        return match args.batch {
            true => Err(no_batches()),
            false => replayed(project, wanted),
        };
    }
    let revisions: Wanted<'_> = project
        .classifiers
        .iter()
        .filter(|classifier| wanted(&classifier.id))
        .flat_map(|classifier| {
            let revisions = classifier.baseline.iter().chain([&classifier.candidate]);
            revisions.map(move |revision| (classifier, revision.clone()))
        })
        .collect();
    let live = Live::of(project, settings)?;
    let path = settings.store_path(args);
    let began = Instant::now();
    let asked = asking::ask(&Asking {
        project,
        settings,
        store: &path,
        command,
        live: &live,
        wanted: &revisions,
        which: Which::Missing,
        batch: args.batch_wish()?,
    })?;
    if asked.progress.settled() > 0 || asked.ended != Ended::Done {
        summary(&asked, began.elapsed(), settings);
    }
    let shelf = Shelf {
        store: &Store::open(&path)?,
        runs: Runs::both(Some(asked.run)),
        prices: &prices(&project.root)?,
    };
    let (mut recorded, spending) = stored::read_all(project, &shelf, wanted)?;
    aside::add(project, wanted, &Source::Store(&shelf), &mut recorded);
    if asked.progress.in_batches > 0 {
        let (questions, batches) = (asked.progress.in_batches, asked.progress.batches as u64);
        recorded.incomplete.insert(
            0,
            format!(
                "{} in {}.",
                number(questions, "question is", "questions are"),
                number(batches, "open batch", "open batches")
            ),
        );
    }
    if let Ended::Fatal(why) = &asked.ended {
        recorded
            .incomplete
            .insert(0, format!("The run was stopped: {why}."));
    }
    Ok(Gathered {
        recorded,
        spending: Some(spending),
        provider: format!("answers of {}", live.words(project)),
        micro_usd: asked.progress.micro_usd,
        signal: asked.signal,
    })
}

/// Gathers what is known already: of the run that is named, or else of the latest that asked each
/// revision; recordings where a flag says so, or where nothing was ever run.
pub(super) fn look_up(
    project: &Project,
    wanted: &dyn Fn(&str) -> bool,
    args: &RunArgs,
    runs: Runs,
    settings: &Settings,
) -> Result<Gathered, Failure> {
    let is_named = runs.named().next().is_some();
    let is_said = settings.names_provider(args);
    let is_replay = project.run.provider == ProviderName::Replay;
    if is_said && is_replay && !is_named {
        return replayed(project, wanted);
    }
    let path = settings.store_path(args);
    let Some(store) = Store::open_existing(&path)? else {
        return match (is_replay, is_named) {
            (true, false) => replayed(project, wanted),
            _ => Err(
                Failure::message(format!("there is no store `{}`", shown(&path)))
                    .help(STORES_ANSWERS),
            ),
        };
    };
    if !is_named && is_replay && !any_asked(project, &store, wanted)? {
        return replayed(project, wanted);
    }
    for run in runs.named() {
        if !store.runs()?.iter().any(|known| known.id == run) {
            return Err(no_run(&store, run)?);
        }
    }
    let shelf = Shelf {
        store: &store,
        runs,
        prices: &prices(&project.root)?,
    };
    let (mut recorded, spending) = stored::read_all(project, &shelf, wanted)?;
    aside::add(project, wanted, &Source::Store(&shelf), &mut recorded);
    Ok(Gathered {
        recorded,
        spending: Some(spending),
        provider: format!("answers stored in {}", shown(&path)),
        micro_usd: 0,
        signal: None,
    })
}

/// What the store knows of the wanted, by the latest runs; `None` if they were never asked.
pub(super) fn stored(
    project: &Project,
    wanted: &dyn Fn(&str) -> bool,
    args: &RunArgs,
    settings: &Settings,
) -> Result<Option<Recorded>, Failure> {
    let Some(store) = Store::open_existing(&settings.store_path(args))? else {
        return Ok(None);
    };
    if !any_asked(project, &store, wanted)? {
        return Ok(None);
    }
    let shelf = Shelf {
        store: &store,
        runs: Runs::default(),
        prices: &prices(&project.root)?,
    };
    Ok(Some(stored::read_all(project, &shelf, wanted)?.0))
}

fn any_asked(
    project: &Project,
    store: &Store,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<bool, Failure> {
    for classifier in project
        .classifiers
        .iter()
        .filter(|classifier| wanted(&classifier.id))
    {
        for revision in classifier.baseline.iter().chain([&classifier.candidate]) {
            if store
                .latest_series(&classifier.id, &revision.name)?
                .is_some()
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

pub(super) fn no_run(store: &Store, RunId(run): RunId) -> Result<Failure, Failure> {
    let runs = store.runs()?;
    let latest = runs.iter().take(5).map(|run| run.id.0.to_string());
    let latest: Vec<String> = latest.collect();
    Ok(
        Failure::message(format!("the store has no run {run}")).help(match latest.is_empty() {
            true => "it has none at all; `labelgate run` makes one".to_owned(),
            false => format!(
                "the latest are {}; `labelgate report --list` shows them",
                latest.join(", ")
            ),
        }),
    )
}

fn replayed(project: &Project, wanted: &dyn Fn(&str) -> bool) -> Result<Gathered, Failure> {
    let mut recorded = recorded::read_all(project, wanted)?;
    aside::add(project, wanted, &Source::Recordings, &mut recorded);
    Ok(Gathered {
        recorded,
        spending: None,
        provider: format!("answers replayed from {}", shown(&project.replay)),
        micro_usd: 0,
        signal: None,
    })
}
