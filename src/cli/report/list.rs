//! `labelgate report --list`: the runs in the store.

use super::open;
use crate::cli::Failure;
use crate::cli::args::ReportArgs;
use crate::cli::exit::Exit;
use crate::cli::output::{Targets, no_such_format};
use crate::cli::settings::Settings;
use crate::report::runs::{StoredRun, StoredSeries, lay_out, render_csv};
use crate::report::{Format, html, latex, markdown};
use crate::store::{Ended, Run, UnixMillis};

pub(super) fn run(
    args: &ReportArgs,
    targets: &Targets,
    settings: &Settings,
) -> Result<Exit, Failure> {
    let store = open(args, settings)?;
    let answers = store.answers_by_run()?;
    let n_answers = |run: &Run| {
        let found = answers.iter().find(|(id, _)| *id == run.id);
        found.map_or(0, |(_, n)| *n)
    };
    let runs = store.runs()?;
    let runs: Vec<StoredRun> = runs.iter().map(|run| listed(run, n_answers(run))).collect();
    let render = |format| match format {
        Format::Markdown => Ok(markdown::render(&lay_out(&runs))),
        Format::Html => Ok(html::render("Runs", &lay_out(&runs))),
        Format::Latex => Ok(latex::render(&lay_out(&runs))),
        Format::Csv => Ok(render_csv(&runs)),
        Format::Json | Format::Junit => Err(no_such_format(
            "the list of runs",
            ".md, .html, .tex or .csv",
        )),
    };
    targets.put(render, || lay_out(&runs), settings)?;
    Ok(Exit::Success)
}

fn listed(run: &Run, n_answers: u64) -> StoredRun {
    let record = &run.record;
    let series = record.series.iter().map(|series| StoredSeries {
        name: format!("{}@{}", series.classifier, series.revision),
        provider: series.provider.to_string(),
        model: series.model.to_string(),
    });
    StoredRun {
        id: run.id.0,
        started_at: minute(record.started_at),
        command: record.command.to_string(),
        ended: ended(run).to_owned(),
        n_answers,
        series: series.collect(),
    }
}

fn ended(run: &Run) -> &'static str {
    match run.ended {
        None => "not ended",
        Some((_, Ended::Complete)) => "complete",
        Some((_, Ended::Incomplete)) => "incomplete",
        Some((_, Ended::Interrupted)) => "interrupted",
        Some((_, Ended::Failed)) => "failed",
    }
}

/// A time to the minute, UTC.
pub(super) fn minute(at: UnixMillis) -> String {
    let time = jiff::Timestamp::from_millisecond(at);
    time.map_or_else(
        |_| String::new(),
        |time| time.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}
