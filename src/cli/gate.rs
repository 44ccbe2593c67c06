//! `labelgate gate`: score, compare, decide. The verdict is the exit code.

use super::Failure;
use super::args::{GateArgs, Inconclusive};
use super::ci;
use super::exit::Exit;
use super::guard::{Wanted, choose_items};
use super::output::Targets;
use super::progress::{self, Progress};
use super::recorded::{self, Recorded};
use super::settings::Settings;
use crate::assess::{Answered, assess, classifiers_named};
use crate::fault::did_you_mean;
use crate::gate::Verdict;
use crate::model::Split;
use crate::project::{Project, ProviderName};
use crate::report::document::Detail;
use crate::report::{Manifest, Report, Run};
use crate::score::{IntervalMethod, Intervals};

pub(super) fn run(args: &GateArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let inconclusive = settings.inconclusive(args.inconclusive)?;
    let wanted = Wanted::of(&args.guard)?;
    let comment = ci::comment_path(args.guard.comment.as_deref(), settings)?;
    let mut project = settings.load()?;
    choose_provider(&mut project, settings.provider(&args.run))?;
    let mut guard = wanted.guard(&project, settings)?;
    let split = choose_items(&mut project, &args.run, settings)?;
    guard.split = split.map(Split::word);
    if intervals.method == IntervalMethod::Wilson
        && project.items.clusters.len() < project.items.len()
    {
        // Items of one cluster taken as independent would pass gates that clusters leave open.
        let message = "`--interval wilson` takes items as independent, and these have clusters";
        return Err(Failure::message(message)
            .help("a gate goes by auto, delta or bootstrap; `score` shows the others"));
    }
    let mut run = assess_project(&project, &args.names, "gate", intervals, settings)?;
    if run.reports.iter().all(|report| report.gates.is_empty()) {
        return Err(Failure::message("there is no gate to decide")
            .help("write `[[gate]]` with `metric` and `at_least` into a classifier.toml"));
    }
    if guard.n_failing() > 0 {
        run.verdict = Some(Verdict::Fail);
    }
    run.guard = Some(guard);
    targets.write(&run, Detail::Summary, settings)?;
    ci::publish(&run, &project, comment.as_deref())?;
    Ok(exit(&run, inconclusive))
}

fn exit(run: &Run, inconclusive: Option<Inconclusive>) -> Exit {
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

/// Takes the provider of flag or environment, and refuses those that cannot answer.
pub(super) fn choose_provider(
    project: &mut Project,
    name: Option<(String, String)>,
) -> Result<(), Failure> {
    if let Some((name, from)) = name {
        project.run.provider = ProviderName::of_word(&name).ok_or_else(|| {
            let known = ProviderName::ALL.map(ProviderName::word);
            let failure = Failure::message(format!("there is no provider `{name}`{from}"));
            let help = did_you_mean(&name, known);
            failure.help(help.unwrap_or_else(|| format!("it is one of {}", known.join(", "))))
        })?;
    }
    match project.run.provider {
        ProviderName::Replay => Ok(()),
        other => Err(Failure::message(format!(
            "provider `{}` cannot be asked by this version, which answers from recordings",
            other.word()
        ))
        .help("set `provider = \"replay\"` under [run], or pass --provider replay")),
    }
}

/// Reads the answers of the named classifiers and derived measures (all if none is named) and
/// reports on them.
pub(super) fn assess_project(
    project: &Project,
    names: &[String],
    command: &'static str,
    intervals: Intervals,
    settings: &Settings,
) -> Result<Run, Failure> {
    check_names(project, names)?;
    let wanted = |id: &str| names.is_empty() || names.iter().any(|name| name == id);
    // A derived measure needs the answers of every classifier it names.
    let mut asked: Vec<&str> = Vec::new();
    for derived in project.derived.iter().filter(|derived| wanted(&derived.id)) {
        asked.extend(classifiers_named(project, derived));
    }
    let Recorded {
        answered,
        incomplete,
    } = recorded::read_all(project, |id| wanted(id) || asked.contains(&id))?;
    if settings.verbose {
        say_what_was_read(project, &answered);
    }
    let n_steps = project.classifiers.len() + project.derived.len();
    let mut progress = Progress::new(n_steps as u64, settings.quiet);
    let reports = assess(project, &answered, wanted, intervals, |id| {
        progress.step(id);
    })
    .map_err(|fault| Failure::message(fault.to_string()))?;
    Ok(Run {
        command,
        verdict: reports.iter().filter_map(Report::verdict).max(),
        reports,
        rater_reports: Vec::new(),
        incomplete,
        guard: None,
        manifest: manifest(project, intervals),
    })
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

fn check_names(project: &Project, names: &[String]) -> Result<(), Failure> {
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

fn manifest(project: &Project, intervals: Intervals) -> Manifest {
    Manifest {
        version: env!("CARGO_PKG_VERSION"),
        intervals,
        provider: format!(
            "answers replayed from {}",
            crate::fault::shown(&project.replay)
        ),
        files: files(project),
    }
}
