//! `labelgate report --history`: what was ever asked, held against the reference of today.

use super::list::minute;
use super::{open, position};
use crate::cli::Failure;
use crate::cli::answers;
use crate::cli::args::ReportArgs;
use crate::cli::exit::Exit;
use crate::cli::gate::{Question, assess_project};
use crate::cli::output::{Targets, no_such_format};
use crate::cli::settings::Settings;
use crate::cli::stored::Runs;
use crate::gate::Demand;
use crate::project::{Classifier, Project, revision, revisions};
use crate::report::csv::render_history as render_csv;
use crate::report::history::{Course, History, Point, Standing, lay_out};
use crate::report::json::render_history;
use crate::report::{Format, html, latex, markdown};
use crate::score::{Intervals, Scope};
use crate::store::{RunId, SeriesRecord, Store, UnixMillis};

pub(super) fn run(
    args: &ReportArgs,
    mut project: Project,
    names: &[String],
    targets: &Targets,
    settings: &Settings,
) -> Result<Exit, Failure> {
    if let Some(derived) = names.iter().find(|name| position(&project, name).is_none()) {
        let message = format!("`{derived}` is a derived measure, of which runs ask nothing");
        return Err(Failure::message(message).help("name the classifiers it is made of"));
    }
    let store = open(args, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let mut courses = Vec::new();
    for position in 0..project.classifiers.len() {
        let classifier = project.classifiers[position].clone();
        let id = &*classifier.id;
        if !names.is_empty() && !names.iter().any(|name| name == id) {
            continue;
        }
        let mut points = Vec::new();
        for asked in all_asked(&store, id)? {
            let standing = match current(&project, &classifier, &asked.record, &store)? {
                Some(then) => {
                    project.classifiers[position] = then;
                    assessed(args, &project, &asked, intervals, settings)?
                }
                None => remembered(&store, &asked.record)?,
            };
            points.push(asked.point(standing));
        }
        project.classifiers[position] = classifier.clone();
        courses.push(Course {
            classifier: id.to_owned(),
            title: classifier.title.to_string(),
            points,
        });
    }
    let history = History {
        version: env!("CARGO_PKG_VERSION"),
        courses,
    };
    let render = |format| match format {
        Format::Json => Ok(render_history(&history)),
        Format::Markdown => Ok(markdown::render(&lay_out(&history))),
        Format::Html => Ok(html::render("History", &lay_out(&history))),
        Format::Latex => Ok(latex::render(&lay_out(&history))),
        Format::Csv => Ok(render_csv(&history)),
        Format::Junit => Err(no_such_format(
            "a history",
            ".md, .html, .tex, .csv or .json",
        )),
    };
    targets.put(render, || lay_out(&history), settings)?;
    Ok(Exit::Success)
}

/// What one or several runs asked in exactly the same way.
struct Asked {
    record: SeriesRecord,
    run: RunId,
    began: UnixMillis,
    n_runs: u64,
}

impl Asked {
    fn point(self, standing: Standing) -> Point {
        Point {
            at: minute(self.began),
            run: self.run.0,
            n_runs: self.n_runs,
            revision: self.record.revision.to_string(),
            provider: self.record.provider.to_string(),
            model: self.record.model.to_string(),
            standing,
        }
    }
}

/// All that was ever asked of a classifier, in the order of the last run that asked it.
fn all_asked(store: &Store, classifier: &str) -> Result<Vec<Asked>, Failure> {
    let mut all: Vec<Asked> = Vec::new();
    // The latest run comes first.
    for run in store.runs()? {
        let series = run.record.series.into_iter();
        for record in series.filter(|series| &*series.classifier == classifier) {
            match all.iter_mut().find(|asked| asked.record == record) {
                Some(asked) => asked.n_runs += 1,
                None => all.push(Asked {
                    record,
                    run: run.id,
                    began: run.record.started_at,
                    n_runs: 1,
                }),
            }
        }
    }
    all.sort_by_key(|asked| asked.run);
    Ok(all)
}

/// The classifier with what was asked as its candidate; `None` if the prompt is no longer what it
/// was.
fn current(
    project: &Project,
    classifier: &Classifier,
    record: &SeriesRecord,
    store: &Store,
) -> Result<Option<Classifier>, Failure> {
    let name = &*record.revision;
    if !revisions(project, classifier)
        .iter()
        .any(|known| known == name)
    {
        return Ok(None);
    }
    let candidate = revision(project, classifier, name)?;
    if *candidate.sha256 != *record.prompt_sha256 {
        return Ok(None);
    }
    let mut then = classifier.clone();
    let baseline = then.baseline.take();
    then.baseline = match baseline {
        Some(baseline) if baseline.name != candidate.name => {
            let asked = store.latest_series(&classifier.id, &baseline.name)?;
            asked.map(|_| baseline)
        }
        _ => None,
    };
    // What is the baseline itself, or was asked before there was one, cannot fall behind it.
    if then.baseline.is_none() {
        then.gates
            .retain(|gate| !matches!(gate.demand, Demand::NotBehind { .. }));
    }
    then.candidate = candidate;
    Ok(Some(then))
}

fn assessed(
    args: &ReportArgs,
    project: &Project,
    asked: &Asked,
    intervals: Intervals,
    settings: &Settings,
) -> Result<Standing, Failure> {
    let from = args.run();
    let runs = Runs {
        baseline: None,
        candidate: Some(asked.run),
    };
    let gather =
        |wanted: &dyn Fn(&str) -> bool| answers::look_up(project, wanted, &from, runs, settings);
    let names = [asked.record.classifier.to_string()];
    let question = Question {
        names: &names,
        command: "report",
        intervals,
        scope: Scope::All,
        with_items: false,
    };
    let (run, _) = assess_project(project, &question, gather, settings)?;
    let is_complete = run.incomplete.is_empty();
    let report = run.reports.into_iter().next();
    Ok(
        report.map_or(Standing::Unknown, |report| Standing::Assessed {
            report: Box::new(report),
            is_complete,
        }),
    )
}

fn remembered(store: &Store, record: &SeriesRecord) -> Result<Standing, Failure> {
    let look = store.latest_look(&record.classifier, &record.prompt_sha256)?;
    Ok(look.map_or(Standing::Unknown, |look| Standing::Remembered {
        verdict: look.verdict.to_string(),
        figures: Standing::figures(&look.figures),
    }))
}
