//! The layout that every format for people starts from: headings, prose and typed tables.

mod appendix;
mod calibration;
mod classes;
mod compare;
mod directions;
mod gates;
mod guard;
mod moved;
mod needed;
pub mod page;
mod plots;
mod raters;
mod reliability;
mod repeats;
pub mod review;
pub mod shares;
mod spending;
mod tables;

pub use appendix::lay_out_appendix;
pub use gates::gate_sentence;
pub(super) use gates::{
    check_note, demand as gate_demand, evidence as gate_evidence, note as gate_note,
    place as gate_place,
};
pub(super) use plots::{extent, mark, words};
pub(super) use tables::{headline_figures, range};

use super::model::{Report, Run};
use super::numbers;
use super::plot::Plot;
use crate::gate::Verdict;
use crate::score::{IntervalMethod, Intervals, Shown};

/// A piece of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of a level from 1, with the verdict it announces.
    Heading(u8, String, Option<Verdict>),
    /// A paragraph.
    Prose(String),
    /// What the next table shows, and what its figures rest on.
    Caption(String),
    /// A table.
    Table(Table),
    /// Counts of two labellings of the same items.
    Matrix(Matrix),
    /// A plot of figures that a table near it has too; formats without pictures leave it out.
    Plot(Plot),
    /// Entries of a list, in order.
    List(Vec<String>),
    /// Text shown as it is, line by line.
    Verbatim(String),
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What stands above each column.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// Counts of two labellings of the same items, one in rows, the other in columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// What rows are.
    pub rows: String,
    /// What columns are.
    pub columns: String,
    /// The labels of rows and columns alike.
    pub labels: Vec<String>,
    /// A list for each row; `None` is hidden.
    pub counts: Vec<Vec<Shown<f64>>>,
    /// The sums of rows and of columns, and of all, where they are wanted.
    pub totals: Option<Totals>,
}

/// The sums of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Of each row; `None` is hidden.
    pub rows: Vec<Shown<f64>>,
    /// Of each column.
    pub columns: Vec<Shown<f64>>,
    /// Of all.
    pub all: f64,
}

impl Matrix {
    /// The matrix as a table of cells.
    pub fn table(&self) -> Table {
        let corner = format!("{} ↓  {} →", self.rows, self.columns);
        let mut columns = vec![left(&corner)];
        columns.extend(self.labels.iter().map(|label| right(label)));
        let rows = self.labels.iter().zip(&self.counts).enumerate();
        let rows = rows.map(|(place, (label, counts))| {
            let counts = counts.iter().enumerate();
            let cells = counts.map(|(column, count)| count_cell(*count, column == place));
            std::iter::once(Cell::Text(label.clone()))
                .chain(cells)
                .collect()
        });
        let mut rows: Vec<Vec<Cell>> = rows.collect();
        if let Some(totals) = &self.totals {
            columns.push(right("all"));
            for (row, total) in rows.iter_mut().zip(&totals.rows) {
                row.push(total_cell(*total));
            }
            let of_columns = totals.columns.iter().map(|total| total_cell(*total));
            let last = [Cell::Faint("all".to_owned())]
                .into_iter()
                .chain(of_columns);
            rows.push(last.chain([total_cell(Some(totals.all))]).collect());
        }
        Table { columns, rows }
    }
}

/// A count in a matrix; nothing is a dot, so that what there is stands out.
fn count_cell(count: Shown<f64>, is_diagonal: bool) -> Cell {
    match count {
        None => Cell::Suppressed,
        Some(0.0) => Cell::Count("·".to_owned(), is_diagonal),
        Some(count) => Cell::Count(numbers::count(count), is_diagonal),
    }
}

fn total_cell(total: Shown<f64>) -> Cell {
    total.map_or(Cell::Suppressed, |total| Cell::Faint(numbers::count(total)))
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it; may be empty.
    pub title: String,
    /// Where its cells stand.
    pub align: Align,
}

/// Where a cell's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// At the right.
    Right,
}

/// A cell, typed until it is printed.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Any text.
    Text(String),
    /// Text that matters less.
    Faint(String),
    /// A value and its limits, already rounded.
    Number(String),
    /// The same, which can also be drawn; only a page draws it.
    Estimate(String, Whisker),
    /// A count; those on the diagonal of a matrix stand out.
    Count(String, bool),
    /// A number that is hidden, because too few clusters are behind it or behind something that it
    /// would give away.
    Suppressed,
    /// A verdict.
    Verdict(Verdict),
    /// An interval drawn on an axis; only the terminal draws it.
    Axis(Axis),
    /// What is to be said of a row; the terminal writes it below the row.
    Note(String),
}

/// A value and its limits, to be drawn on an axis that the cells of a column share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whisker {
    /// The value.
    pub value: f64,
    /// The limits, where there are some.
    pub limits: Option<(f64, f64)>,
    /// Which part of an axis is always shown.
    pub span: Span,
}

/// Which part of an axis is shown, whatever lies on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// From 0 to 1, or from -1 where something lies below 0.
    Unit,
    /// As far to either side of 0 as the farthest limit.
    AroundZero,
}

/// An interval with its value and the threshold it is held against, on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The left end.
    pub from: f64,
    /// The right end.
    pub to: f64,
    /// The value.
    pub value: f64,
    /// The limits, where there are some.
    pub limits: Option<(f64, f64)>,
    /// What is demanded.
    pub threshold: f64,
}

/// How much is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What a gate needs: main figures, rules, gates.
    Summary,
    /// All figures, the confusion matrix and every class besides.
    Full,
}

/// A laid-out run: what it comes to, and each report. A format puts the parts in its own order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What was run, on what.
    pub head: Vec<Block>,
    /// The verdict in all; empty without gates.
    pub verdict: Vec<Block>,
    /// One row per report, and why the run is incomplete.
    pub overview: Vec<Block>,
    /// What was found about the test itself.
    pub findings: Vec<Block>,
    /// What marks mean.
    pub legend: Vec<Block>,
    /// Each report.
    pub sections: Vec<Vec<Block>>,
}

/// Lays a run out.
pub fn lay_out(run: &Run, detail: Detail) -> Document {
    let reports = run.reports.iter().map(|report| match run.is_comparison() {
        true => compare::section(report, detail),
        false => section(report, detail),
    });
    let rater_reports = run.rater_reports.iter().map(raters::section);
    let sections: Vec<Vec<Block>> = reports.chain(rater_reports).collect();
    Document {
        head: head(run),
        verdict: run
            .verdict
            .map(|verdict| Block::Heading(2, summary(run, verdict), Some(verdict)))
            .into_iter()
            .collect(),
        overview: overview(run),
        findings: run.guard.as_ref().map(guard::guard).unwrap_or_default(),
        legend: legend(&sections),
        sections,
    }
}

fn head(run: &Run) -> Vec<Block> {
    let reports = run.reports.iter();
    let rater_reports = run.rater_reports.iter();
    let items = reports
        .map(|report| report.scorecard.all.account.total)
        .chain(rater_reports.map(|report| report.score.all.account.total))
        .max();
    let mut words = vec![
        format!("labelgate {}", run.manifest.version),
        run.command.to_owned(),
    ];
    words.extend(items.map(|items| format!("{items} items")));
    let clusters = run
        .reports
        .iter()
        .map(|report| report.scorecard.all.account.n_clusters)
        .max();
    words.extend(clusters.map(|clusters| format!("{clusters} clusters")));
    let split = run.guard.as_ref().and_then(|guard| guard.split);
    words.extend(split.map(|split| format!("split {split}")));
    words.push(run.manifest.provider.clone());
    words.push(intervals(&run.manifest.intervals));
    let spending = run.manifest.spending.as_ref();
    let spending = spending.filter(|spending| spending.answers > 0);
    let mut blocks = vec![Block::Prose(words.join(" · "))];
    blocks.extend(spending.map(|spent| Block::Prose(spending::line(spent))));
    blocks
}

/// What intervals are, in a few words.
fn intervals(intervals: &Intervals) -> String {
    let level = intervals.level;
    match intervals.method {
        IntervalMethod::Auto => format!("{level} intervals"),
        IntervalMethod::Wilson => format!("{level} intervals of independent items"),
        IntervalMethod::Delta => format!("{level} intervals by the delta method"),
        IntervalMethod::Bootstrap => format!(
            "{level} intervals by bootstrap, {} resamples, seed {}",
            intervals.resamples, intervals.seed
        ),
    }
}

fn overview(run: &Run) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(early) = run.early {
        let sentence = early.sentence();
        blocks.push(Block::Prose(match early.stopped() {
            true => format!("{sentence} {EARLY}"),
            false => sentence,
        }));
    }
    // A comparison has one gate, which stands right above.
    if run.verdict.is_some() && !run.is_comparison() {
        let rows = run.reports.iter().filter_map(|report| {
            let verdict = report.verdict()?;
            let n = |wanted| {
                let gates = report.gates.iter();
                gates
                    .filter(|(_, judgement)| judgement.verdict == wanted)
                    .count()
                    .to_string()
            };
            Some(vec![
                Cell::Verdict(verdict),
                Cell::Text(report.classifier.clone()),
                Cell::Faint(versus(report)),
                Cell::Number(n(Verdict::Pass)),
                Cell::Number(n(Verdict::Inconclusive)),
                Cell::Number(n(Verdict::Fail)),
                Cell::Number(tables::headline(report)),
            ])
        });
        blocks.push(Block::Table(Table {
            columns: vec![
                left("verdict"),
                left("classifier"),
                left(""),
                right("pass"),
                right("open"),
                right("fail"),
                left("headline"),
            ],
            rows: rows.collect(),
        }));
    }
    blocks.extend(
        run.incomplete
            .iter()
            .map(|why| Block::Prose(format!("Incomplete: {why}"))),
    );
    blocks
}

fn legend(sections: &[Vec<Block>]) -> Vec<Block> {
    let few = has_few_clusters(sections).then_some(FEW_CLUSTERS);
    let hidden = has_hidden(sections).then_some(SUPPRESSED);
    let marks = few.into_iter().chain(hidden);
    marks.map(|mark| Block::Prose(mark.to_owned())).collect()
}

const EARLY: &str = "Verdicts called certain hold whenever one looks; the intervals shown and the \
    alarms are those of a sample of this size, and do not.";

const FEW_CLUSTERS: &str = "* Too few clusters to trust the interval (fewer than 20, or under 8 \
    degrees of freedom): gates on it are inconclusive, whatever it says.";

const SUPPRESSED: &str = "▒ Hidden: too few clusters are behind it, or behind a number that it would \
    give away.";

/// Whether anything is hidden.
fn has_hidden(sections: &[Vec<Block>]) -> bool {
    sections.iter().flatten().any(|block| match block {
        Block::Table(table) => table
            .rows
            .iter()
            .flatten()
            .any(|cell| *cell == Cell::Suppressed),
        Block::Matrix(matrix) => matrix.counts.iter().flatten().any(Option::is_none),
        Block::Prose(prose) => prose.contains(numbers::HIDDEN),
        Block::Heading(..)
        | Block::Caption(_)
        | Block::List(_)
        | Block::Plot(_)
        | Block::Verbatim(_) => false,
    })
}

/// Whether a mark stands anywhere that the legend explains.
fn has_few_clusters(sections: &[Vec<Block>]) -> bool {
    let is_marked = |cell: &Cell| matches!(cell, Cell::Number(text) | Cell::Estimate(text, _) if text.ends_with("]*"));
    sections.iter().flatten().any(|block| match block {
        Block::Table(table) => table.rows.iter().flatten().any(is_marked),
        Block::Prose(prose) => prose.contains("]*"),
        Block::Heading(..)
        | Block::Caption(_)
        | Block::Matrix(_)
        | Block::List(_)
        | Block::Plot(_)
        | Block::Verbatim(_) => false,
    })
}

/// The verdict of the run in a sentence.
fn summary(run: &Run, verdict: Verdict) -> String {
    if run.is_comparison() {
        let sentences = run.reports.iter().map(|one| compare::verdict(one, verdict));
        return sentences.collect::<Vec<_>>().join("; ");
    }
    let judgements = || run.reports.iter().flat_map(|report| &report.gates);
    let n = |wanted| {
        judgements()
            .filter(|(_, judged)| judged.verdict == wanted)
            .count()
    };
    let (pass, open, fail) = (n(Verdict::Pass), n(Verdict::Inconclusive), n(Verdict::Fail));
    let findings = match run.guard.as_ref().map_or(0, |guard| guard.n_failing()) {
        0 => String::new(),
        1 => ", 1 finding not allowed".to_owned(),
        n => format!(", {n} findings not allowed"),
    };
    format!(
        "{pass} of {} gates pass, {open} inconclusive, {fail} fail{findings}",
        pass + open + fail
    )
}

fn versus(report: &Report) -> String {
    match &report.baseline {
        Some(baseline) => format!("{} against {baseline}", report.candidate),
        None => report.candidate.clone(),
    }
}

fn section(report: &Report, detail: Detail) -> Vec<Block> {
    let mut title = report.classifier.clone();
    if !report.title.is_empty() {
        title = format!("{title} · {}", report.title);
    }
    let mut blocks = vec![
        Block::Heading(2, title, report.verdict()),
        Block::Prose(format!("{}, {}", versus(report), tables::account(report))),
    ];
    blocks.extend(tables::unanswered(report).map(Block::Prose));
    blocks.extend(report.notes.iter().cloned().map(Block::Prose));
    blocks.extend(tables::metrics(report, detail));
    blocks.extend(reliability::reliability(report, detail));
    if detail == Detail::Full {
        blocks.extend(classes::confusion(report));
        blocks.extend(classes::classes(report));
    }
    blocks.extend(calibration::calibration(report, detail));
    if detail == Detail::Full {
        blocks.extend(tables::slices(report));
        blocks.extend(plots::slices(report));
    }
    blocks.extend(repeats::repeats(report));
    blocks.extend(tables::rules(report));
    blocks.extend(directions::directions(report, detail));
    blocks.extend(gates::gates(report));
    blocks.extend(compare::alarms(report));
    blocks
}

fn left(title: &str) -> Column {
    Column {
        title: title.to_owned(),
        align: Align::Left,
    }
}

fn right(title: &str) -> Column {
    Column {
        title: title.to_owned(),
        align: Align::Right,
    }
}
