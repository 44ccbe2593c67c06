//! `labelgate score`: a classifier of the project, or any file of labels.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Failure;
use super::answers;
use super::args::{FileArgs, ScaleWord, SchemeWord, ScoreArgs};
use super::exit::Exit;
use super::gate::{Question, assess_project};
use super::output::Targets;
use super::raters;
use super::settings::Settings;
use super::stored::Runs;
use crate::ask::sha256_hex;
use crate::assess::listing::in_scope;
use crate::assess::names;
use crate::fault::{Fault, shown};
use crate::gate::watch;
use crate::label_file::{self, Spec, Study};
use crate::model::Scheme;
use crate::report::document::Detail;
use crate::report::items::{Listing, Side};
use crate::report::{Certainty, Manifest, Repeats, Report, Run, Whose};
use crate::score::{
    Claim, Intervals, Sample, Scope, Subject, calibration, is_share_hidden, score, second_opinion,
    withhold,
};
use crate::store::RunId;
use crate::table::{self, Table};

/// Standard input, as a file name.
const STANDARD: &str = "-";

pub(super) fn run(args: &ScoreArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let run = if is_file(args, settings) {
        if let Some(flag) = args.run.first_given() {
            let message = format!(
                "{flag} is for a classifier, and `{}` is a file",
                args.subject
            );
            return Err(Failure::message(message).help("leave it out"));
        }
        match &args.file.raters {
            Some(columns) => raters::score_file(args, columns, intervals, settings)?,
            None => score_file(args, intervals, settings)?,
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
pub(super) fn check_scored(run: &Run) -> Result<Exit, Failure> {
    let scored = run
        .reports
        .iter()
        .map(|report| report.scorecard.all.account.scored);
    let rated = run
        .rater_reports
        .iter()
        .map(|report| report.score.all.account.scored);
    if scored.chain(rated).any(|n| n > 0) {
        return Ok(Exit::Success);
    }
    Err(if run.reports.is_empty() {
        Failure::message("nothing was scored: no item was rated twice")
            .help("check that these are the raters' columns, and which cells are empty")
    } else {
        nothing_scored(run)
    })
}

fn nothing_scored(run: &Run) -> Failure {
    let accounts = run
        .reports
        .iter()
        .map(|report| &report.scorecard.all.account);
    let why = accounts.map(|account| {
        format!(
            "{} items, {} without reference label, {} without candidate label, {} whose candidate \
             label is unusable, {} excluded by label",
            account.total,
            account.missing_reference,
            account.missing_candidate,
            account.unusable(),
            account.excluded.total()
        )
    });
    let why: Vec<String> = why.collect();
    Failure::message(format!("nothing was scored: {}", why.join("; "))).help(
        "an item is scored if it has a label on both sides; check that these are the columns, \
         files and labels you meant",
    )
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
    if let Some(flag) = args.file.first_given() {
        let message = format!(
            "{flag} is for a file of labels, and `{}` is none",
            args.subject
        );
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
    let names = std::slice::from_ref(&args.subject);
    let gather = |wanted: &dyn Fn(&str) -> bool| {
        let runs = Runs::both(args.stored_run.map(RunId));
        answers::look_up(&project, wanted, &args.run, runs, settings)
    };
    let asked = Question {
        names,
        command: "score",
        intervals,
        scope: Scope::All,
        with_items: args.items.with_items,
    };
    let (mut run, _) = assess_project(&project, &asked, gather, settings)?;
    // Scoring shows figures; deciding is the business of `gate`.
    for report in &mut run.reports {
        report.gates.clear();
    }
    run.verdict = None;
    Ok(run)
}

fn score_file(args: &ScoreArgs, intervals: Intervals, settings: &Settings) -> Result<Run, Failure> {
    let spec = spec(&args.file)?;
    let mut digests = Vec::new();
    let table = read(Path::new(&args.subject), settings, &mut digests)?;
    let against = args.file.against.as_deref();
    let against = against
        .map(|path| read(path, settings, &mut digests))
        .transpose()?;
    let study = label_file::study(&spec, &table, against.as_ref())?;
    let min_clusters = settings.min_clusters(&args.output, 1)?;
    let subject = subject(&study, intervals);
    let mut report = file_report(&args.subject, &spec, &study, &subject, min_clusters);
    let with_items = args.items.with_items;
    report.names_items = with_items;
    let listing = with_items.then(|| listed(&study, Scope::All, &report));
    let mut files = vec![args.subject.clone()];
    files.extend(
        args.file
            .against
            .iter()
            .map(|path| path.display().to_string()),
    );
    Ok(Run {
        reports: vec![report],
        listing,
        ..file_run(files.join(" against "), digests, intervals, min_clusters)
    })
}

/// The items of a label file one by one; they have no texts.
pub(super) fn listed(study: &Study, scope: Scope, report: &Report) -> Listing {
    let mut listing = Listing::new(&study.items);
    let [candidate, baseline] = in_scope(&study.candidate, study.baseline.as_ref(), scope);
    let side = |ratings| Side {
        ratings,
        rationales: &[],
    };
    let baseline = baseline.as_ref().or(study.baseline.as_ref());
    let sides = (
        side(candidate.as_ref().unwrap_or(&study.candidate)),
        baseline.map(side),
    );
    let card = Some(&report.scorecard);
    let hidden = &report.scorecard.unlisted;
    listing.add_report(0, &study.scheme, &study.reference, sides, card, hidden);
    listing
}

/// A run on label files, without its reports.
pub(super) fn file_run(
    files: String,
    digests: Vec<(String, String)>,
    intervals: Intervals,
    min_clusters: u32,
) -> Run {
    Run {
        command: "score",
        reports: Vec::new(),
        rater_reports: Vec::new(),
        verdict: None,
        incomplete: Vec::new(),
        inconclusive_fails: false,
        early: None,
        guard: None,
        manifest: Manifest {
            version: env!("CARGO_PKG_VERSION"),
            intervals,
            min_clusters,
            provider: files,
            files: digests,
            spending: None,
        },
        listing: None,
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

pub(super) fn spec(args: &FileArgs) -> Result<Spec, Failure> {
    let (Some(candidate), Some(reference), Some(_)) =
        (&args.candidate, &args.reference, args.scheme)
    else {
        let needed = [
            (args.candidate.is_none(), "--candidate COL"),
            (args.reference.is_none(), "--reference COL"),
            (args.scheme.is_none(), "--scheme nominal|ordinal|numeric"),
        ];
        let missing: Vec<&str> = needed
            .iter()
            .filter(|(missing, _)| *missing)
            .map(|(_, flag)| *flag)
            .collect();
        let message = format!("a file of labels needs {}", missing.join(" and "));
        return Err(Failure::message(message).help(
            "--candidate names the column of labels under test, --reference that of labels taken \
             as right, --scheme says what labels are",
        ));
    };
    let scheme = scheme(args)?;
    Ok(Spec {
        candidate: candidate.clone(),
        confidence: args.confidence.clone(),
        reference: reference.clone(),
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

/// Reads a table, and adds the digest of its file.
pub(super) fn read(
    typed: &Path,
    settings: &Settings,
    digests: &mut Vec<(String, String)>,
) -> Result<Table, Failure> {
    let (path, bytes) = bytes(typed, settings)?;
    digests.push((shown(typed), sha256_hex(&bytes)));
    Ok(table::read(&path, bytes)?)
}

/// The bytes of a file or of standard input, and where the file is.
pub(super) fn bytes(typed: &Path, settings: &Settings) -> Result<(PathBuf, Vec<u8>), Failure> {
    let mut bytes = Vec::new();
    let is_standard = typed == Path::new(STANDARD);
    let path = match is_standard {
        true => typed.to_owned(),
        false => settings.path(typed),
    };
    let result = if is_standard {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(&path).map(|read| bytes = read)
    };
    if let Err(error) = result {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        };
        let fault = Fault::new(path, format!("cannot be read: {reason}"));
        return Err(vec![fault.help("check the path; a classifier's name needs a project")].into());
    }
    Ok((path, bytes))
}

/// What is scored of a label file.
pub(super) fn subject(study: &Study, intervals: Intervals) -> Subject<'_> {
    Subject {
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
        scope: Scope::All,
        margin: None,
    }
}

/// The report on a label file, without gates; what rests on fewer than `min_clusters` is hidden.
pub(super) fn file_report(
    file: &str,
    spec: &Spec,
    study: &Study,
    subject: &Subject<'_>,
    min_clusters: u32,
) -> Report {
    let mut notes = study.notes.clone();
    if let Scheme::Numeric(scale) = &study.scheme
        && scale.log
    {
        notes.push("Errors are differences of natural logarithms.".to_owned());
    }
    let mut scorecard = score(subject);
    let mut seconds: Vec<_> = study
        .second
        .iter()
        .filter_map(|(rater, labels)| {
            Some((rater.clone(), labels, second_opinion(subject, labels)?))
        })
        .collect();
    let opinions = seconds
        .iter_mut()
        .map(|(_, labels, opinion)| (&labels[..], opinion));
    withhold(
        subject,
        &mut scorecard,
        &mut opinions.collect::<Vec<_>>(),
        min_clusters.into(),
    );
    let claim = Claim {
        labels: &study.candidate,
        confidences: &study.confidences,
        reference: &study.reference,
    };
    let is_shown = !is_share_hidden(&scorecard.all.metrics);
    let keep = |item: usize| subject.is_in_scope(item);
    let hide = (min_clusters.into(), is_shown);
    let certainty = calibration(&subject.sample, &study.scheme, &claim, keep, hide);
    let certainty = certainty.map(|calibration| Certainty {
        whose: Whose::Candidate,
        name: spec.candidate.clone(),
        against: spec.reference.clone(),
        calibration,
    });
    Report {
        classifier: file.to_owned(),
        title: String::new(),
        scheme: study.scheme.word(),
        candidate: spec.candidate.clone(),
        baseline: spec.baseline.clone(),
        reference: spec.reference.clone(),
        names: names(&study.items, &study.scheme, &study.rules),
        gates: Vec::new(),
        watch: watch(&[], &scorecard),
        seconds: seconds
            .into_iter()
            .map(|(rater, _, opinion)| (rater, opinion))
            .collect(),
        names_items: false,
        scorecard,
        certainties: certainty.into_iter().collect(),
        directions: Vec::new(),
        notes,
        repeats: Repeats::default(),
    }
}
