//! `labelgate run` and `labelgate retry`: label the items, asking only what is missing.

use std::path::Path;

use super::Failure;
use super::args::AskArgs;
use super::asking::{self, Asked, Asking};
use super::batching::{left_open, no_batches};
use super::early;
use super::exit::Exit;
use super::gate::check_names;
use super::live::Live;
use super::progress::say;
use super::recorded;
use super::settings::Settings;
use super::watch::span;
use crate::fault::did_you_mean;
use crate::project::{Classifier, Project, ProviderName, Revision, revision};
use crate::report::amounts::{grouped, money, short};
use crate::run::{Ended, Progress, Which};
use crate::score::Intervals;
use crate::store::Store;

pub(super) fn run(args: &AskArgs, which: Which, settings: &Settings) -> Result<Exit, Failure> {
    let mut project = settings.load()?;
    settings.apply_run(&args.run, &mut project)?;
    if args.stop_early {
        return stop_early(&project, args, which, settings);
    }
    let wanted = wanted(&project, &args.names)?;
    if project.run.provider == ProviderName::Replay {
        if args.run.batch {
            return Err(no_batches());
        }
        return replay(&project, &wanted, &settings.store_path(&args.run), settings);
    }
    let command = match which {
        Which::Missing => "run",
        Which::Failed => "retry",
    };
    let began = std::time::Instant::now();
    let live = Live::of(&project, settings)?;
    let store = settings.store_path(&args.run);
    let asked = asking::ask(&Asking {
        project: &project,
        settings,
        store: &store,
        command,
        live: &live,
        wanted: &wanted,
        which,
        batch: args.run.batch_wish()?,
    })?;
    match which == Which::Failed && is_untouched(&asked) {
        true if settings.quiet => {}
        true => say("nothing had failed, so nothing was asked again"),
        false => summary(&asked, began.elapsed(), settings),
    }
    Ok(exit(&asked))
}

/// Whether no question was asked and none is open.
fn is_untouched(asked: &Asked) -> bool {
    let Progress {
        answered, failed, ..
    } = asked.progress;
    answered + failed == 0 && exit(asked) == Exit::Success
}

/// Asks in waves until the gates' verdicts are certain, which `gate --stop-early` then tells.
fn stop_early(
    project: &Project,
    args: &AskArgs,
    which: Which,
    settings: &Settings,
) -> Result<Exit, Failure> {
    if which == Which::Failed {
        return Err(
            Failure::message("`retry` asks what failed, and stops early at nothing")
                .help("`labelgate run --stop-early` goes on asking in waves"),
        );
    }
    if let Some(name) = args.names.iter().find(|name| name.contains('@')) {
        let message = format!("`--stop-early` goes by gates, and `{name}` is one revision");
        return Err(Failure::message(message)
            .help("name the classifier: its candidate and baseline are asked"));
    }
    check_names(project, &args.names)?;
    let seed = Intervals::default().seed;
    let stopped = early::ask(project, &args.names, ("run", seed), &args.run, settings)?;
    stopped.summary(settings);
    Ok(stopped.exit())
}

/// There is nothing to ask; whether all is recorded is said, and that the recordings count from
/// now on.
fn replay(
    project: &Project,
    wanted: &Wanted<'_>,
    store: &Path,
    settings: &Settings,
) -> Result<Exit, Failure> {
    let mut is_complete = true;
    for (classifier, revision) in wanted {
        let answers = recorded::read(project, classifier, revision)?;
        for why in &answers.why {
            say(why);
            is_complete = false;
        }
        if answers.why.is_empty() && !settings.quiet {
            let name = format!("{}@{}", classifier.id, revision.name);
            let n_items = project.items.len() as u64;
            say(&format!(
                "{name}: all {} recorded",
                number(n_items, "item", "items")
            ));
        }
    }
    // Without a store recordings are what counts anyway.
    if let Some(store) = Store::open_existing(store)? {
        asking::note_replay(&store, wanted)?;
    }
    Ok(match is_complete {
        true => Exit::Success,
        false => Exit::Incomplete,
    })
}

/// What is asked of which classifier.
pub(super) type Wanted<'a> = Vec<(&'a Classifier, Revision)>;

/// The revisions that names stand for: `NAME@REVISION`, or a classifier's candidate and baseline.
pub(super) fn wanted<'a>(project: &'a Project, names: &[String]) -> Result<Wanted<'a>, Failure> {
    let mut wanted: Wanted<'a> = Vec::new();
    let mut add = |classifier: &'a Classifier, revision: Revision| {
        let is_known = wanted
            .iter()
            .any(|(known, other)| known.id == classifier.id && other.name == revision.name);
        if !is_known {
            wanted.push((classifier, revision));
        }
    };
    let both = |classifier: &'a Classifier| {
        let revisions = classifier.baseline.iter().chain([&classifier.candidate]);
        revisions.map(move |revision| (classifier, revision.clone()))
    };
    if names.is_empty() {
        for (classifier, revision) in project.classifiers.iter().flat_map(both) {
            add(classifier, revision);
        }
    }
    for name in names {
        let (id, revision_name) = match name.split_once('@') {
            Some((id, revision)) => (id, Some(revision)),
            None => (&**name, None),
        };
        let Some(classifier) = project.classifier(id) else {
            let known = project.classifiers.iter().map(|classifier| &*classifier.id);
            let help = did_you_mean(id, known.clone()).unwrap_or_else(|| {
                let known: Vec<&str> = known.collect();
                format!("the project has {}", known.join(", "))
            });
            let message = format!("there is no classifier `{id}`");
            return Err(Failure::message(message).help(help));
        };
        match revision_name {
            Some(name) => add(classifier, revision(project, classifier, name)?),
            None => {
                for (classifier, revision) in both(classifier) {
                    add(classifier, revision);
                }
            }
        }
    }
    Ok(wanted)
}

pub(super) fn exit(asked: &Asked) -> Exit {
    let progress = &asked.progress;
    match (&asked.ended, asked.signal) {
        (_, Some(signal)) => Exit::Signal(signal),
        (Ended::Done, None) if progress.open() == 0 => Exit::Success,
        _ => Exit::Incomplete,
    }
}

/// What a run came to, in a few lines.
pub(super) fn summary(asked: &Asked, took: std::time::Duration, settings: &Settings) {
    let Asked {
        ended,
        progress,
        n_cut,
        ..
    } = asked;
    if !settings.quiet {
        say(&counts(progress, took));
        if let Some(line) = tokens(progress) {
            say(&line);
        }
        if *n_cut > 0 {
            say(&format!(
                "{} longer than `item_tokens` and cut in the middle",
                number(*n_cut, "item was", "items were")
            ));
        }
    }
    for (reason, count) in progress.reasons.iter().take(5) {
        say(&format!("  {} × {reason}", grouped(*count)));
    }
    match ended {
        Ended::Done => {
            let open = progress.open().saturating_sub(progress.in_batches);
            if open > 0 {
                say(&format!(
                    "incomplete: {} to be asked again; `labelgate run` does",
                    number(open, "question is", "questions are")
                ));
            }
        }
        Ended::Interrupted => say("stopped; `labelgate run` goes on where this ended"),
        Ended::BudgetReached => say(&format!(
            "the budget is reached: the next question might cost more than is left ({} spent); \
             raise it and `labelgate run` goes on",
            money(progress.micro_usd)
        )),
        Ended::Fatal(why) => say(&format!("error: the run was stopped: {why}")),
    }
    if let Some(line) = left_open(progress) {
        say(&line);
    }
}

fn counts(progress: &Progress, took: std::time::Duration) -> String {
    let mut parts = vec![format!(
        "{} answered in {}",
        number(progress.answered, "question", "questions"),
        span(took)
    )];
    if progress.stored > 0 {
        parts.push(format!("{} known already", grouped(progress.stored)));
    }
    if progress.failed > 0 {
        parts.push(format!("{} failed", grouped(progress.failed)));
    }
    if progress.retries > 0 {
        parts.push(format!("{} sent again", grouped(progress.retries)));
    }
    parts.join(", ")
}

fn tokens(progress: &Progress) -> Option<String> {
    let usage = &progress.usage;
    let cached = usage.cache_read_tokens;
    let read = usage.read_tokens();
    if read + usage.output_tokens == 0 {
        return None;
    }
    let mut line = format!("{} tokens read", short(read));
    if cached > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share in whole per cent")]
        let share = cached as f64 / read as f64 * 100.0;
        line.push_str(&format!(" ({share:.0} % from the cache)"));
    }
    line.push_str(&format!(", {} written; ", short(usage.output_tokens)));
    line.push_str(&match (progress.micro_usd, progress.unpriced) {
        (spent, 0) => format!("cost {}", money(spent)),
        (0, _) => "cost unknown: the model is not in the price list".to_owned(),
        (spent, unpriced) => format!(
            "cost {} and that of {}, which is unknown",
            money(spent),
            number(unpriced, "answer", "answers")
        ),
    });
    Some(line)
}

/// A count with its noun.
pub(super) fn number(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}
