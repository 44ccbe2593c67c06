//! `labelgate compare`: two revisions of a classifier, or two sets of labels out of files.

use std::path::Path;

use super::Failure;
use super::answers;
use super::args::{CompareArgs, Inconclusive};
use super::exit::Exit;
use super::gate::{Question, assess_project, check_independence, exit};
use super::output::Targets;
use super::score::{file_report, file_run, listed, read, spec, subject};
use super::settings::Settings;
use super::stored::Runs;
use crate::fault::{did_you_mean, shown};
use crate::gate::{By, Demand, Gate, Target, judge, watch};
use crate::label_file;
use crate::model::Scheme;
use crate::project::{Project, revision};
use crate::report::document::Detail;
use crate::report::{Report, Run};
use crate::score::{Intervals, Metric, Scope, Subject};

pub(super) fn run(args: &CompareArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let inconclusive = settings.inconclusive(args.inconclusive)?;
    if let Some(margin) = args.margin
        && !(0.0..f64::INFINITY).contains(&margin)
    {
        let message = format!("a margin is a number from 0 up, and {margin} is not");
        return Err(Failure::message(message).help("write 0.02 for two points of agreement"));
    }
    if args.file.raters.is_some() {
        return Err(
            Failure::message("--raters is for `score`: nobody is the baseline there")
                .help("name one column with --baseline and one with --candidate"),
        );
    }
    let mut run = match Named::of(args, settings)? {
        Named::Revisions(subjects) => revisions(args, &subjects, intervals, settings)?,
        Named::Files => files(args, intervals, settings)?,
    };
    run.command = "compare";
    run.inconclusive_fails = inconclusive == Some(Inconclusive::Fail);
    for report in &mut run.reports {
        report.names_items = args.items.with_items;
    }
    run.verdict = run.reports.iter().filter_map(Report::verdict).max();
    let n_compared = |report: &Report| report.scorecard.comparison.as_ref().map_or(0, |c| c.n);
    if run.incomplete.is_empty() && run.reports.iter().all(|report| n_compared(report) == 0) {
        return Err(nothing_common(&run));
    }
    let detail = match settings.verbose {
        true => Detail::Full,
        false => Detail::Summary,
    };
    targets.write(&run, detail, settings)?;
    Ok(match run.verdict {
        None if run.incomplete.is_empty() => Exit::Success,
        None => Exit::Incomplete,
        Some(_) => exit(&run, inconclusive),
    })
}

pub(super) fn nothing_common(run: &Run) -> Failure {
    let why = run.reports.iter().map(|report| {
        let account = &report.scorecard.all.account;
        let lack = report.scorecard.comparison.as_ref().map(|c| c.not_common);
        let lack = lack.unwrap_or_default();
        format!(
            "of the items that both have, {} lack a reference label and {} are excluded by label; \
             the baseline lacks {}, the candidate {}, both lack {}",
            account.missing_reference,
            account.excluded.total(),
            lack.baseline_lacks,
            lack.candidate_lacks,
            lack.both_lack
        )
    });
    let why: Vec<String> = why.collect();
    Failure::message(format!("nothing to compare: {}", why.join("; "))).help(
        "an item is compared if both sides were asked about it and it has a reference label; \
         check that these are the columns, files and revisions you meant",
    )
}

/// What the subjects name.
enum Named<'a> {
    /// Revisions of a classifier; without any, its baseline and candidate.
    Revisions(Vec<(&'a str, Option<&'a str>)>),
    /// Files of labels.
    Files,
}

impl<'a> Named<'a> {
    /// A subject is a classifier's if there is such a folder, else a file if it looks like a path or
    /// columns are named.
    fn of(args: &'a CompareArgs, settings: &Settings) -> Result<Self, Failure> {
        let names_columns = args.file.candidate.is_some();
        let is_file = |subject: &str| {
            let (classifier, _) = parted(subject);
            let looks_like_path =
                subject.contains(['/', '\\']) || Path::new(subject).extension().is_some();
            let is_classifier = !subject.contains(['/', '\\'])
                && settings.root.join("prompts").join(classifier).is_dir();
            subject == "-" || (!is_classifier && (looks_like_path || names_columns))
        };
        let kinds: Vec<bool> = args.subjects.iter().map(|one| is_file(one)).collect();
        match &*kinds {
            [true] | [true, true] => Ok(Self::Files),
            [true, false] | [false, true] => {
                let message = format!(
                    "`{}` and `{}` are a file and a classifier, which cannot be compared",
                    args.subjects[0], args.subjects[1]
                );
                Err(Failure::message(message)
                    .help("compare two files of labels, or two revisions of a classifier"))
            }
            _ => Ok(Self::Revisions(
                args.subjects
                    .iter()
                    .map(|subject| parted(subject))
                    .collect(),
            )),
        }
    }
}

/// The classifier and the revision of `CLASSIFIER@REVISION`.
pub(super) fn parted(subject: &str) -> (&str, Option<&str>) {
    match subject.split_once('@') {
        Some((classifier, revision)) => (classifier, Some(revision)),
        None => (subject, None),
    }
}

fn revisions(
    args: &CompareArgs,
    subjects: &[(&str, Option<&str>)],
    intervals: Intervals,
    settings: &Settings,
) -> Result<Run, Failure> {
    if let Some(flag) = args.file.first_given() {
        let message = format!("{flag} is for files of labels, and these are revisions");
        return Err(Failure::message(message).help(
            "a classifier's labels, reference and rules stand in its `classifier.toml`; write \
             ./NAME for a file",
        ));
    }
    let mut project = settings.load()?;
    settings.apply_run(&args.run, &mut project)?;
    project.run.keeps_rationales = args.items.with_items;
    let hide = &mut project.privacy.min_clusters;
    *hide = settings.min_clusters(&args.output, *hide)?;
    if args.margin.is_some() {
        check_independence(intervals, &project.items)?;
    }
    let position = position(&project, subjects)?;
    let mut classifier = project.classifiers[position].clone();
    let named = |name: &str| revision(&project, &classifier, name);
    match subjects {
        [(_, Some(base)), (_, Some(head))] => {
            let (base, head) = (named(base)?, named(head)?);
            classifier.baseline = Some(base);
            classifier.candidate = head;
        }
        [(_, None)] if classifier.baseline.is_some() => {}
        _ => {
            let id = &classifier.id;
            let (base, head) = match &classifier.baseline {
                Some(baseline) => (&*baseline.name, &*classifier.candidate.name),
                None => ("v1", "v2"),
            };
            return Err(Failure::message("a comparison needs two revisions")
                .help(format!("write `compare {id}@{base} {id}@{head}`")));
        }
    }
    classifier.gates = gates(args.margin, &classifier.scheme)?;
    let id = classifier.id.to_string();
    project.classifiers[position] = classifier;
    let gather = |wanted: &dyn Fn(&str) -> bool| {
        answers::look_up(&project, wanted, &args.run, Runs::default(), settings)
    };
    let asked = Question {
        names: &[id],
        command: "compare",
        intervals,
        scope: Scope::Common,
        with_items: args.items.with_items,
    };
    let (run, _) = assess_project(&project, &asked, gather, settings)?;
    Ok(run)
}

/// The classifier that all subjects are of.
fn position(project: &Project, subjects: &[(&str, Option<&str>)]) -> Result<usize, Failure> {
    let ids = || project.classifiers.iter().map(|classifier| &*classifier.id);
    let mut positions = Vec::new();
    for (name, _) in subjects {
        let Some(position) = ids().position(|id| id == *name) else {
            let derived = project.derived.iter().any(|derived| &*derived.id == *name);
            let help = match derived {
                true => "a derived measure has no revisions; `gate` compares its two sides".into(),
                false => did_you_mean(name, ids()).unwrap_or_else(|| {
                    let known: Vec<&str> = ids().collect();
                    format!("the project has {}", known.join(", "))
                }),
            };
            return Err(Failure::message(format!("there is no classifier `{name}`")).help(help));
        };
        positions.push(position);
    }
    if let [one, other] = *positions
        && one != other
    {
        let [one, other] = [one, other].map(|at| &project.classifiers[at].id);
        let message = format!("`{one}` and `{other}` ask different questions");
        return Err(Failure::message(message).help("compare two revisions of one classifier"));
    }
    positions
        .first()
        .copied()
        .ok_or_else(|| Failure::message("nothing is named to compare"))
}

/// The gate that a margin stands for.
fn gates(margin: Option<f64>, scheme: &Scheme) -> Result<Vec<Gate>, Failure> {
    let Some(margin) = margin else {
        return Ok(Vec::new());
    };
    let metric = match scheme {
        Scheme::Nominal(_) | Scheme::Ordinal(_) => Metric::Agreement,
        Scheme::Numeric(_) => Metric::Mae,
        Scheme::Decisions(_) => {
            return Err(Failure::message(
                "--margin is for labels and numbers; decisions have shares",
            )
            .help("write a `[[gate]]` with `share`, `compared_to` and `margin`"));
        }
    };
    Ok(vec![Gate {
        target: Target::Overall(metric),
        demand: Demand::NotBehind {
            margin,
            by: By::Bound,
        },
        slice: None,
        line: 0,
    }])
}

fn files(args: &CompareArgs, intervals: Intervals, settings: &Settings) -> Result<Run, Failure> {
    if let Some(flag) = args.run.first_given() {
        let message = format!("{flag} is for revisions, and these are files");
        return Err(Failure::message(message).help("leave it out"));
    }
    let mut spec = spec(&args.file)?;
    let mut digests = Vec::new();
    let mut tables = Vec::new();
    for subject in &args.subjects {
        tables.push(read(Path::new(subject), settings, &mut digests)?);
    }
    let against = args.file.against.as_deref();
    let against = against
        .map(|path| read(path, settings, &mut digests))
        .transpose()?;
    let study = match &*tables {
        [base, head] => label_file::study_of_two(&spec, base, head, against.as_ref())?,
        [file] if spec.baseline.is_some() => label_file::study(&spec, file, against.as_ref())?,
        _ => {
            return Err(
                Failure::message("a comparison needs --baseline COL, or two files")
                    .help("--baseline names the column of labels not to fall behind"),
            );
        }
    };
    if args.margin.is_some() {
        check_independence(intervals, &study.items)?;
    }
    if let [base, head] = &*args.subjects {
        // The columns may have the same name; the files have not.
        spec.baseline = Some(base.clone());
        spec.candidate = head.clone();
    }
    let gates = gates(args.margin, &study.scheme)?;
    let subject = Subject {
        scope: Scope::Common,
        margin: args.margin,
        ..subject(&study, intervals)
    };
    let min_clusters = settings.min_clusters(&args.output, 1)?;
    let title = args.subjects.join(" and ");
    let mut report = file_report(&title, &spec, &study, &subject, min_clusters);
    let card = &report.scorecard;
    report.watch = watch(&gates, card);
    report.gates = gates
        .into_iter()
        .map(|gate| {
            let judgement = judge(&gate, card);
            (gate, judgement)
        })
        .collect();
    let against = args.file.against.iter().map(|path| shown(path));
    let files: Vec<String> = [title].into_iter().chain(against).collect();
    let with_items = args.items.with_items;
    let listing = with_items.then(|| listed(&study, Scope::Common, &report));
    Ok(Run {
        reports: vec![report],
        listing,
        ..file_run(files.join(" against "), digests, intervals, min_clusters)
    })
}
