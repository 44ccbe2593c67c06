//! `labelgate report`: stored answers, rendered. Nothing is asked, and nobody needs a key.

mod history;
mod list;

use super::Failure;
use super::answers;
use super::args::ReportArgs;
use super::compare::{nothing_common, parted};
use super::exit::Exit;
use super::gate::{Question, assess_project, check_names};
use super::output::Targets;
use super::score::check_scored;
use super::settings::Settings;
use super::stored::{Runs, STORES_ANSWERS};
use crate::fault::shown;
use crate::project::{Project, revision};
use crate::report::Run;
use crate::report::document::Detail;
use crate::score::Scope;
use crate::store::{RunId, Store};

pub(super) fn run(args: &ReportArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    if args.list {
        return list::run(args, &targets, settings);
    }
    let intervals = settings.intervals(&args.output)?;
    let from = args.run();
    let mut project = settings.load()?;
    settings.apply_run(&from, &mut project)?;
    project.run.keeps_rationales = args.with_items;
    let hide = &mut project.privacy.min_clusters;
    *hide = settings.min_clusters(&args.output, *hide)?;
    let names = choose(&mut project, &args.names)?;
    if args.history {
        return history::run(args, project, &names, &targets, settings);
    }
    let latest = args.stored_run.map(RunId);
    let Some(other) = args.compare else {
        let gather = |wanted: &dyn Fn(&str) -> bool| {
            answers::look_up(&project, wanted, &from, Runs::both(latest), settings)
        };
        let asked = Question {
            names: &names,
            command: "report",
            intervals,
            scope: Scope::All,
            with_items: args.with_items,
        };
        let (run, _) = assess_project(&project, &asked, gather, settings)?;
        targets.write(&run, Detail::Full, settings)?;
        return match run.incomplete.is_empty() {
            true => check_scored(&run),
            false => Ok(Exit::Incomplete),
        };
    };
    let store = open(args, settings)?;
    let pairs = pair(&mut project, &names, &store, latest, RunId(other))?;
    let names: Vec<String> = pairs.iter().map(|pair| pair.classifier.clone()).collect();
    let runs = Runs {
        baseline: Some(RunId(other)),
        candidate: latest,
    };
    let gather =
        |wanted: &dyn Fn(&str) -> bool| answers::look_up(&project, wanted, &from, runs, settings);
    let asked = Question {
        names: &names,
        command: "compare",
        intervals,
        scope: Scope::Common,
        with_items: args.with_items,
    };
    let (mut run, _) = assess_project(&project, &asked, gather, settings)?;
    name_runs(&mut run, &pairs, args.with_items);
    let n_compared = run.reports.iter().filter_map(|report| {
        let comparison = report.scorecard.comparison.as_ref()?;
        Some(comparison.n)
    });
    if run.incomplete.is_empty() && n_compared.sum::<u64>() == 0 {
        return Err(nothing_common(&run));
    }
    targets.write(&run, Detail::Full, settings)?;
    Ok(match run.incomplete.is_empty() {
        true => Exit::Success,
        false => Exit::Incomplete,
    })
}

/// The store, which must be there already.
fn open(args: &ReportArgs, settings: &Settings) -> Result<Store, Failure> {
    let path = settings.store_path(&args.run());
    Store::open_existing(&path)?.ok_or_else(|| {
        Failure::message(format!("there is no store `{}`", shown(&path))).help(STORES_ANSWERS)
    })
}

/// Makes the named revisions the candidates, and returns the names without them.
fn choose(project: &mut Project, names: &[String]) -> Result<Vec<String>, Failure> {
    let parts: Vec<(&str, Option<&str>)> = names.iter().map(|name| parted(name)).collect();
    let ids: Vec<String> = parts.iter().map(|(id, _)| (*id).to_owned()).collect();
    check_names(project, &ids)?;
    for (at, (id, name)) in parts.iter().enumerate() {
        if parts[..at].iter().any(|(earlier, _)| earlier == id) {
            return Err(Failure::message(format!("`{id}` is named twice"))
                .help("a report is on one revision of a classifier; `compare` takes two"));
        }
        let Some(name) = name else {
            continue;
        };
        let Some(position) = position(project, id) else {
            return Err(Failure::message(format!(
                "`{id}` is a derived measure, which has no revisions"
            ))
            .help("write its name alone"));
        };
        let candidate = revision(project, &project.classifiers[position], name)?;
        let classifier = &mut project.classifiers[position];
        // Nothing is held against itself.
        let baseline = classifier.baseline.take();
        classifier.baseline = baseline.filter(|baseline| baseline.name != candidate.name);
        classifier.candidate = candidate;
    }
    Ok(ids)
}

fn position(project: &Project, id: &str) -> Option<usize> {
    let mut classifiers = project.classifiers.iter();
    classifiers.position(|classifier| &*classifier.id == id)
}

/// A classifier with the runs whose answers are held against one another.
struct Pair {
    classifier: String,
    /// The run that the candidate's answers are of; absent for recordings.
    candidate: Option<RunId>,
    baseline: RunId,
}

/// Makes what another run asked the baselines: the same revision if it was asked, else the last
/// one. Without names, of all classifiers that the run asked.
fn pair(
    project: &mut Project,
    names: &[String],
    store: &Store,
    latest: Option<RunId>,
    other: RunId,
) -> Result<Vec<Pair>, Failure> {
    let runs = store.runs()?;
    let Some(found) = runs.into_iter().find(|run| run.id == other) else {
        return Err(answers::no_run(store, other)?);
    };
    if let Some(derived) = names.iter().find(|name| position(project, name).is_none()) {
        let message = format!("`{derived}` is a derived measure, of which runs ask nothing");
        return Err(Failure::message(message).help("name the classifiers it is made of"));
    }
    let mut pairs = Vec::new();
    for position in 0..project.classifiers.len() {
        let mut classifier = project.classifiers[position].clone();
        let id = &*classifier.id;
        if !names.is_empty() && !names.iter().any(|name| name == id) {
            continue;
        }
        let series = found.record.series.iter();
        let mut series = series.filter(|series| &*series.classifier == id);
        let same = series
            .clone()
            .find(|series| series.revision == classifier.candidate.name);
        let Some(series) = same.or_else(|| series.next_back()) else {
            if names.is_empty() {
                continue;
            }
            let message = format!("run {} asked nothing of `{id}`", other.0);
            return Err(Failure::message(message).help(LIST));
        };
        let candidate = match latest {
            Some(run) => Some(run),
            None => store
                .latest_series(id, &classifier.candidate.name)?
                .map(|(run, _)| run),
        };
        pairs.push(Pair {
            classifier: id.to_owned(),
            candidate,
            baseline: other,
        });
        classifier.baseline = Some(revision(project, &classifier, &series.revision)?);
        classifier.gates.clear();
        project.classifiers[position] = classifier;
    }
    if pairs.is_empty() {
        let message = format!("run {} asked none of the project's classifiers", other.0);
        return Err(Failure::message(message).help(LIST));
    }
    if pairs.iter().all(|pair| pair.candidate == Some(other)) {
        let message = format!(
            "run {} is the latest, and does not differ from itself",
            other.0
        );
        return Err(Failure::message(message).help(LIST));
    }
    Ok(pairs)
}

const LIST: &str = "`labelgate report --list` lists the runs with what they asked";

/// Says which runs are compared, for both may be of one revision.
fn name_runs(run: &mut Run, pairs: &[Pair], with_items: bool) {
    for report in &mut run.reports {
        let Some(pair) = pairs
            .iter()
            .find(|pair| pair.classifier == report.classifier)
        else {
            continue;
        };
        if let Some(candidate) = pair.candidate {
            report.candidate = format!("{} of run {}", report.candidate, candidate.0);
        }
        let baseline = report.baseline.take();
        report.baseline = baseline.map(|name| format!("{name} of run {}", pair.baseline.0));
        report.names_items = with_items;
    }
}
