//! `labelgate score`: a classifier of the project, or any file of labels.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{FileArgs, ScaleWord, SchemeWord, ScoreArgs};
use super::exit::Exit;
use super::gate::{assess_project, choose_provider};
use super::output::Targets;
use super::raters;
use super::settings::Settings;
use crate::assess::names;
use crate::fault::Fault;
use crate::label_file::{self, Spec, Study};
use crate::model::Scheme;
use crate::report::document::Detail;
use crate::report::{Manifest, Report, Run};
use crate::score::{Intervals, Sample, Subject, score};
use crate::table::{self, Table};

/// Standard input, as a file name.
const STANDARD: &str = "-";

pub(super) fn run(args: &ScoreArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output)?;
    let intervals = settings.intervals(&args.output)?;
    let run = if is_file(args, settings) {
        match &args.file.raters {
            Some(columns) => raters::score_file(&args.subject, columns, &args.file, intervals)?,
            None => score_file(args, intervals)?,
        }
    } else {
        score_classifier(args, intervals, settings)?
    };
    targets.write(&run, Detail::Full, settings)?;
    if !run.incomplete.is_empty() {
        return Ok(Exit::Incomplete);
    }
    check_scored(&run)
}

/// A score of nothing is no success.
fn check_scored(run: &Run) -> Result<Exit, Failure> {
    let reports = run.reports.iter();
    let rater_reports = run.rater_reports.iter();
    if reports
        .map(|report| report.scorecard.all.account.scored)
        .any(|n| n > 0)
        || rater_reports
            .map(|report| report.score.all.account.scored)
            .any(|n| n > 0)
    {
        return Ok(Exit::Success);
    }
    Err(Failure::message(if run.reports.is_empty() {
        "nothing was scored: no item was rated twice"
    } else {
        "nothing was scored: no item has both a reference label and a usable label"
    }))
}

/// Whether the subject is a file: it is standard input, it looks like a path, its columns are
/// named, or there is no project that could have it as a classifier.
fn is_file(args: &ScoreArgs, settings: &Settings) -> bool {
    let subject = &*args.subject;
    let looks_like_path = subject.contains(['/', '\\']) || Path::new(subject).extension().is_some();
    let is_classifier = settings.root.join("prompts").join(subject).is_dir() && !looks_like_path;
    let names_columns = args.file.candidate.is_some() || args.file.raters.is_some();
    subject == STANDARD || looks_like_path || (!is_classifier && names_columns)
}

fn score_classifier(
    args: &ScoreArgs,
    intervals: Intervals,
    settings: &Settings,
) -> Result<Run, Failure> {
    if args.file.raters.is_some() {
        let failure = format!(
            "`{}` is a classifier, and --raters names columns of a file",
            args.subject
        );
        return Err(Failure::message(failure).help("write ./NAME for a file of that name"));
    }
    let mut project = settings.load()?;
    choose_provider(&mut project, settings.provider(&args.run))?;
    if let Some(limit) = settings.limit(&args.run)? {
        project.limit(limit);
    }
    let names = std::slice::from_ref(&args.subject);
    let mut run = assess_project(&project, names, "score", intervals, settings)?;
    // Scoring shows figures; deciding is the business of `gate`.
    for report in &mut run.reports {
        report.gates.clear();
    }
    run.verdict = None;
    Ok(run)
}

fn score_file(args: &ScoreArgs, intervals: Intervals) -> Result<Run, Failure> {
    let spec = spec(&args.file)?;
    let table = read(Path::new(&args.subject))?;
    let against = args.file.against.as_deref().map(read).transpose()?;
    let study = label_file::study(&spec, &table, against.as_ref())?;
    let report = report(&args.subject, &spec, &study, intervals);
    let mut files = vec![args.subject.clone()];
    files.extend(
        args.file
            .against
            .iter()
            .map(|path| path.display().to_string()),
    );
    Ok(Run {
        reports: vec![report],
        ..file_run(files.join(" against "), intervals)
    })
}

/// A run on label files, without its reports.
pub(super) fn file_run(files: String, intervals: Intervals) -> Run {
    Run {
        command: "score",
        reports: Vec::new(),
        rater_reports: Vec::new(),
        verdict: None,
        incomplete: Vec::new(),
        manifest: Manifest {
            version: env!("CARGO_PKG_VERSION"),
            intervals,
            provider: files,
            files: Vec::new(),
        },
    }
}

/// What labels are, as a file of labels needs it said.
pub(super) fn scheme(args: &FileArgs) -> Result<label_file::SchemeWord, Failure> {
    let scheme = args.scheme.ok_or_else(|| {
        Failure::message("a file of labels needs --scheme")
            .help("--scheme is nominal, ordinal or numeric")
    })?;
    Ok(match scheme {
        SchemeWord::Nominal => label_file::SchemeWord::Nominal,
        SchemeWord::Ordinal => label_file::SchemeWord::Ordinal,
        SchemeWord::Numeric => label_file::SchemeWord::Numeric,
    })
}

fn spec(args: &FileArgs) -> Result<Spec, Failure> {
    let need = |value: &Option<String>, flag: &str, what: &str| {
        value.clone().ok_or_else(|| {
            Failure::message(format!("a file of labels needs {flag}"))
                .help(format!("{flag} names {what}"))
        })
    };
    let scheme = scheme(args)?;
    Ok(Spec {
        candidate: need(
            &args.candidate,
            "--candidate",
            "the column of labels under test",
        )?,
        reference: need(
            &args.reference,
            "--reference",
            "the column of labels taken as right",
        )?,
        baseline: args.baseline.clone(),
        scheme,
        labels: args.labels.clone(),
        id: args.id.clone(),
        cluster: args.cluster.clone(),
        slices: args.slice.clone(),
        weight: args.weight.clone(),
        abstain: args.abstain.clone(),
        exclude: args.exclude.clone(),
        log: args.scale == Some(ScaleWord::Log),
        rules: args.rule.clone(),
        rater: args.rater.clone(),
    })
}

pub(super) fn read(path: &Path) -> Result<Table, Failure> {
    let mut bytes = Vec::new();
    let result = if path == Path::new(STANDARD) {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    if let Err(error) = result {
        let fault = Fault::new(PathBuf::from(path), format!("cannot be read: {error}"));
        return Err(vec![fault.help("check the path; a classifier's name needs a project")].into());
    }
    Ok(table::read(path, bytes)?)
}

fn report(file: &str, spec: &Spec, study: &Study, intervals: Intervals) -> Report {
    let scorecard = score(&Subject {
        sample: Sample {
            items: &study.items,
            weights: study.weights.as_deref(),
            intervals,
        },
        scheme: &study.scheme,
        reference: &study.reference,
        candidate: &study.candidate,
        baseline: study.baseline.as_ref(),
        rules: &study.rules,
    });
    let mut notes = study.notes.clone();
    if let Scheme::Numeric(scale) = &study.scheme
        && scale.log
    {
        notes.push("Errors are differences of natural logarithms.".to_owned());
    }
    Report {
        classifier: file.to_owned(),
        title: String::new(),
        scheme: study.scheme.word(),
        candidate: spec.candidate.clone(),
        baseline: spec.baseline.clone(),
        reference: spec.reference.clone(),
        names: names(&study.items, &study.scheme, &study.rules),
        scorecard,
        gates: Vec::new(),
        directions: Vec::new(),
        notes,
    }
}
