//! The runs of a store as a table.

use super::amounts::grouped;
use super::csv::table;
use super::document::{Align, Block, Cell, Column, Document, Table};
use super::spreadsheet::guarded;

/// A run of the store, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRun {
    /// Its number, which `--run` takes.
    pub id: i64,
    /// When it began, UTC.
    pub started_at: String,
    /// The command that it was.
    pub command: String,
    /// How it ended.
    pub ended: String,
    /// How many answers came in it; those that were there already are not counted.
    pub n_answers: u64,
    /// What it asked.
    pub series: Vec<StoredSeries>,
}

/// A revision that a run asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSeries {
    /// `classifier@revision`.
    pub name: String,
    /// Who answered.
    pub provider: String,
    /// The model, as asked for.
    pub model: String,
}

const TITLES: [&str; 8] = [
    "run", "began", "command", "ended", "answers", "series", "provider", "model",
];

/// A row for each series; what is said of the run stands in its first.
fn rows(run: &StoredRun) -> impl Iterator<Item = [String; 8]> {
    let nothing = StoredSeries {
        name: String::new(),
        provider: String::new(),
        model: String::new(),
    };
    let series = match run.series.is_empty() {
        true => vec![nothing],
        false => run.series.clone(),
    };
    series.into_iter().map(|series| {
        [
            run.id.to_string(),
            run.started_at.clone(),
            run.command.clone(),
            run.ended.clone(),
            run.n_answers.to_string(),
            series.name,
            series.provider,
            series.model,
        ]
    })
}

/// Lays the runs out, the latest first.
pub fn lay_out(runs: &[StoredRun]) -> Document {
    let column = |(at, title): (usize, &&str)| Column {
        title: (*title).to_owned(),
        align: if at == 0 || at == 4 {
            Align::Right
        } else {
            Align::Left
        },
    };
    let cells = runs.iter().flat_map(|run| {
        rows(run).enumerate().map(|(row, cells)| {
            let cells = cells.into_iter().enumerate();
            let cells = cells.map(|(at, text)| match (row, at) {
                (0, 4) => Cell::Number(grouped(run.n_answers)),
                (0, 0) => Cell::Number(text),
                (_, 0..=4) if row > 0 => Cell::Text(String::new()),
                _ => Cell::Text(text),
            });
            cells.collect()
        })
    });
    let n_runs = match runs.len() {
        1 => "1 run, UTC".to_owned(),
        n => format!("{n} runs, the latest first, UTC"),
    };
    Document {
        head: vec![Block::Prose(format!(
            "{n_runs}. `answers` counts what came in a run; what was stored before it is not asked \
             again."
        ))],
        verdict: Vec::new(),
        overview: Vec::new(),
        findings: Vec::new(),
        legend: Vec::new(),
        sections: vec![vec![Block::Table(Table {
            columns: TITLES.iter().enumerate().map(column).collect(),
            rows: cells.collect(),
        })]],
    }
}

/// The runs as CSV, a row for each series.
pub fn render_csv(runs: &[StoredRun]) -> String {
    let header = TITLES.map(str::to_owned);
    let rows = runs.iter().flat_map(rows);
    let rows = rows.map(|cells| cells.map(|cell| guarded(&cell)));
    table(std::iter::once(header).chain(rows))
}
