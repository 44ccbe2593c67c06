//! `labelgate gate`: score, compare, decide. The verdict is the exit code.

use super::Failure;
use super::answers::{self, Gathered};
use super::args::{GateArgs, Inconclusive};
use super::ci;
use super::early;
use super::exit::Exit;
use super::guard::Wanted;
use super::history;
use super::output::Targets;
use super::progress::{self, Progress};
use super::recorded::Recorded;
use super::settings::Settings;
use crate::assess::listing::listing;
use crate::assess::{Answered, assess, classifiers_named};
use crate::fault::did_you_mean;
use crate::gate::Verdict;
use crate::model::{Items, Split};
use crate::project::{Project, texts};
use crate::report::document::Detail;
use crate::report::items::{Listing, Packer};
use crate::report::{Guard, Manifest, Report, Run};
use crate::score::{IntervalMethod, Intervals, Scope};

pub(super) fn run(args: &GateArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let inconclusive = settings.inconclusive(args.inconclusive)?;
    let wanted = Wanted::of(&args.guard)?;
    let comment = ci::comment_path(args.guard.comment.as_deref(), settings)?;
    let mut project = settings.load()?;
    let guard = wanted.guard(&project, settings)?;
    settings.apply_run(&args.run, &mut project)?;
    project.run.keeps_rationales = args.items.with_items;
    let hide = &mut project.privacy.min_clusters;
    *hide = settings.min_clusters(&args.output, *hide)?;
    check_independence(intervals, &project.items)?;
    let asked = Question {
        names: &args.names,
        command: "gate",
        intervals,
        scope: Scope::All,
        with_items: args.items.with_items,
    };
    let (mut run, signal) = if args.stop_early {
        check_names(&project, asked.names)?;
        let how = (asked.command, intervals.seed);
        let stopped = early::ask(&project, asked.names, how, &args.run, settings)?;
        let (project, gathered, early, gates) = stopped.into_parts();
        let (mut run, signal) = assess_project(&project, &asked, |_| Ok(gathered), settings)?;
        early::apply(early, gates, &mut run);
        (run, signal)
    } else {
        let how = (asked.command, &args.run);
        let gather = |wanted: &dyn Fn(&str) -> bool| answers::ask(&project, wanted, how, settings);
        assess_project(&project, &asked, gather, settings)?
    };
    if run.reports.iter().all(|report| report.gates.is_empty()) {
        return Err(Failure::message("there is no gate to decide")
            .help("write `[[gate]]` with `metric` and `at_least` into a classifier.toml"));
    }
    run.inconclusive_fails = inconclusive == Some(Inconclusive::Fail);
    if guard.n_failing() > 0 {
        run.verdict = Some(Verdict::Fail);
    }
    run.guard = Some(Guard {
        split: project.split.map(Split::word),
        ..guard
    });
    history::keep(
        &project,
        &mut run,
        &settings.store_path(&args.run),
        settings,
    );
    targets.write(&run, Detail::Summary, settings)?;
    ci::publish(&run, &project, comment.as_deref())?;
    Ok(signal.map_or_else(|| exit(&run, inconclusive), Exit::Signal))
}

/// Items of one cluster taken as independent would pass gates that clusters leave open.
pub(super) fn check_independence(intervals: Intervals, items: &Items) -> Result<(), Failure> {
    if intervals.method != IntervalMethod::Wilson || items.clusters.len() == items.len() {
        return Ok(());
    }
    let message = "`--interval wilson` takes items as independent, and these have clusters";
    Err(Failure::message(message)
        .help("a gate goes by auto, delta or bootstrap; `score` shows the others"))
}

pub(super) fn exit(run: &Run, inconclusive: Option<Inconclusive>) -> Exit {
    if !run.incomplete.is_empty() {
        return Exit::Incomplete;
    }
    match (run.verdict, inconclusive) {
        (Some(Verdict::Inconclusive), Some(Inconclusive::Pass)) => Exit::Success,
        (Some(Verdict::Inconclusive), Some(Inconclusive::Fail)) => Exit::GateFailed,
        (Some(verdict), _) => Exit::of_verdict(verdict),
        (None, _) => Exit::Inconclusive,
    }
}

/// What a command wants to know of a project.
pub(super) struct Question<'a> {
    /// The classifiers and derived measures; all of them if none is named.
    pub(super) names: &'a [String],
    pub(super) command: &'static str,
    pub(super) intervals: Intervals,
    pub(super) scope: Scope,
    /// Whether items may be named and listed.
    pub(super) with_items: bool,
}

/// Gathers the answers of the named classifiers and derived measures (all if none is named) and
/// reports on them.
pub(super) fn assess_project(
    project: &Project,
    asked: &Question<'_>,
    gather: impl FnOnce(&dyn Fn(&str) -> bool) -> Result<Gathered, Failure>,
    settings: &Settings,
) -> Result<(Run, Option<u8>), Failure> {
    let Question {
        names,
        command,
        intervals,
        scope,
        with_items,
    } = *asked;
    check_names(project, names)?;
    let wanted = |id: &str| names.is_empty() || names.iter().any(|name| name == id);
    let needed = names_needed(project, names);
    let gathered = gather(&|id| needed.contains(&id))?;
    let Recorded {
        answered,
        incomplete,
    } = gathered.recorded;
    if settings.verbose {
        say_what_was_read(project, &answered);
    }
    let n_steps = project.classifiers.len() + project.derived.len();
    let mut progress = Progress::new(n_steps as u64, settings.quiet);
    let mut reports = assess(project, &answered, wanted, intervals, scope, |id| {
        progress.step(id);
    })
    .map_err(|fault| Failure::message(fault.to_string()))?;
    for report in &mut reports {
        report.names_items = with_items;
    }
    let listing = match with_items {
        true => Some(listed(project, &answered, wanted, scope, &reports)?),
        false => None,
    };
    let run = Run {
        command,
        verdict: reports.iter().filter_map(Report::verdict).max(),
        reports,
        rater_reports: Vec::new(),
        incomplete,
        inconclusive_fails: false,
        early: None,
        guard: Some(Guard {
            split: project.split.map(Split::word),
            ..Guard::default()
        }),
        manifest: Manifest {
            version: env!("CARGO_PKG_VERSION"),
            intervals,
            min_clusters: project.privacy.min_clusters,
            provider: gathered.provider,
            files: files(project),
            spending: gathered.spending,
        },
        listing,
    };
    Ok((run, gathered.signal))
}

/// The items one by one, with their texts.
fn listed(
    project: &Project,
    answered: &[Option<Answered>],
    wanted: impl Fn(&str) -> bool,
    scope: Scope,
    reports: &[Report],
) -> Result<Listing, Failure> {
    let mut listing = listing(project, answered, wanted, scope, reports)
        .map_err(|fault| Failure::message(fault.to_string()))?;
    let mut packer = Packer::default();
    for text in texts(project)? {
        let (item, text) = text?;
        packer.add(item, text);
    }
    listing.set_texts(packer.finish());
    Ok(listing)
}

/// The classifiers whose answers the named classifiers and derived measures take, all if none is
/// named: a derived measure needs those of every classifier it names.
pub(super) fn names_needed<'a>(project: &'a Project, names: &[String]) -> Vec<&'a str> {
    let wanted = |id: &str| names.is_empty() || names.iter().any(|name| name == id);
    let classifiers = project.classifiers.iter().map(|classifier| &*classifier.id);
    let mut needed: Vec<&str> = classifiers.filter(|id| wanted(id)).collect();
    for derived in project.derived.iter().filter(|derived| wanted(&derived.id)) {
        needed.extend(classifiers_named(project, derived));
    }
    needed
}

fn say_what_was_read(project: &Project, answered: &[Option<Answered>]) {
    for (classifier, answered) in project.classifiers.iter().zip(answered) {
        if answered.is_some() {
            let revisions = classifier.baseline.iter().chain([&classifier.candidate]);
            let names: Vec<&str> = revisions.map(|revision| &*revision.name).collect();
            let (id, items) = (&classifier.id, project.items.len());
            progress::say(&format!(
                "{id}: {items} items, answers of {}",
                names.join(" and ")
            ));
        }
    }
}

pub(super) fn check_names(project: &Project, names: &[String]) -> Result<(), Failure> {
    let classifiers = project.classifiers.iter().map(|classifier| &*classifier.id);
    let known: Vec<&str> = classifiers
        .chain(project.derived.iter().map(|derived| &*derived.id))
        .collect();
    match names.iter().find(|name| !known.contains(&&***name)) {
        None => Ok(()),
        Some(name) => {
            let help = did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| format!("the project has {}", known.join(", ")));
            let message = format!("there is no classifier or derived measure `{name}`");
            Err(Failure::message(message).help(help))
        }
    }
}

fn files(project: &Project) -> Vec<(String, String)> {
    let data = project
        .digests
        .iter()
        .map(|digest| (digest.file.to_string(), digest.sha256.clone()));
    let revisions = project.classifiers.iter().flat_map(|classifier| {
        classifier
            .baseline
            .iter()
            .chain([&classifier.candidate])
            .map(|revision| (crate::fault::shown(&revision.file), revision.sha256.clone()))
    });
    data.chain(revisions).collect()
}
