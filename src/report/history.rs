//! How agreement and gates moved from run to run, as a value and laid out.

mod plots;

use super::document::{
    Align, Block, Cell, Column, Document, Table, gate_demand, gate_evidence, headline_figures,
    range,
};
use super::model::Report;
use super::numbers;
use crate::gate::{Gate, Verdict};
use crate::score::Measured;
use crate::stat::Undefined;

/// The courses of all classifiers asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The version of labelgate.
    pub version: &'static str,
    /// One course for each classifier.
    pub courses: Vec<Course>,
}

/// What became of one classifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Its id.
    pub classifier: String,
    /// What it asks; may be empty.
    pub title: String,
    /// What was asked of it, in the order of the runs.
    pub points: Vec<Point>,
}

/// One revision as one model was asked it. Runs that asked exactly the same are one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// When the last of its runs began, UTC.
    pub at: String,
    /// That run.
    pub run: i64,
    /// How many runs asked exactly this.
    pub n_runs: u64,
    /// The revision.
    pub revision: String,
    /// Who answered.
    pub provider: String,
    /// The model, as asked for.
    pub model: String,
    /// What is known of it.
    pub standing: Standing,
}

/// What is known of a point.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Its answers, held against the reference and the gates of today.
    Assessed {
        /// The report.
        report: Box<Report>,
        /// Whether every question has its answer.
        is_complete: bool,
    },
    /// Its prompt has changed since, so its answers cannot be told; what its gates said then.
    Remembered {
        /// The verdict, in a word.
        verdict: String,
        /// Its figures, by name.
        figures: Vec<(String, f64)>,
    },
    /// Its prompt has changed since, and no gate was held against it.
    Unknown,
}

impl Standing {
    /// The figures in the text that the store keeps of a look; none if it cannot be read.
    pub fn figures(text: &str) -> Vec<(String, f64)> {
        let members: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).unwrap_or_default();
        let members = members.into_iter();
        members
            .filter_map(|(name, value)| Some((name, value.as_f64()?)))
            .collect()
    }

    /// The report, where its answers are at hand.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Assessed { report, .. } => Some(report),
            Self::Remembered { .. } | Self::Unknown => None,
        }
    }
}

const ABOUT: &str = "Stored answers are held against the reference, the rules and the gates of \
    today, whenever they were given; a gate against the baseline compares with the latest answers \
    of today's baseline. Runs that asked exactly the same are one row.";

const REMEMBERED: &str = "† The prompt was changed under the same name since, so these answers \
    cannot be read again: the figures are those of the last gate held then, without intervals.";

/// Lays the history out.
pub fn lay_out(history: &History) -> Document {
    let is_remembered = |point: &Point| matches!(point.standing, Standing::Remembered { .. });
    let any_remembered = history.courses.iter().flat_map(|course| &course.points);
    let any_remembered = any_remembered.clone().any(is_remembered);
    Document {
        head: vec![
            Block::Prose(format!(
                "labelgate {} · history · times are UTC",
                history.version
            )),
            Block::Prose(ABOUT.to_owned()),
        ],
        verdict: Vec::new(),
        overview: Vec::new(),
        findings: Vec::new(),
        legend: any_remembered
            .then(|| Block::Prose(REMEMBERED.to_owned()))
            .into_iter()
            .collect(),
        sections: history.courses.iter().map(section).collect(),
    }
}

fn section(course: &Course) -> Vec<Block> {
    let title = match course.title.is_empty() {
        true => course.classifier.clone(),
        false => format!("{} · {}", course.classifier, course.title),
    };
    let mut blocks = vec![Block::Heading(2, title, None)];
    if course.points.is_empty() {
        blocks.push(Block::Prose("No run of the store asked it.".to_owned()));
        return blocks;
    }
    blocks.push(Block::Table(points(course)));
    blocks.extend(plots::runs(course));
    for (title, part) in [("Gates", gates(course)), ("By month", months(course))] {
        if let Some(table) = part {
            blocks.push(Block::Heading(3, title.to_owned(), None));
            blocks.push(table);
        }
    }
    blocks.extend(plots::months(course));
    blocks
}

/// The report that says which figures the classifier has.
fn any_report(course: &Course) -> Option<&Report> {
    let mut points = course.points.iter().rev();
    points.find_map(|point| point.standing.report())
}

fn points(course: &Course) -> Table {
    let figures = any_report(course).map(headline_figures).unwrap_or_default();
    let mut columns: Vec<Column> = ["began", "run", "revision", "model", "n", "clusters"]
        .map(|title| match title {
            "run" | "n" | "clusters" => column(title, Align::Right),
            _ => column(title, Align::Left),
        })
        .into();
    if let Some(report) = any_report(course) {
        let titles = figures.iter().map(|figure| report.figure_name(*figure));
        columns.extend(titles.map(|title| column(&title, Align::Left)));
    }
    columns.push(column("gates", Align::Left));
    columns.push(column("", Align::Left));
    let rows = course.points.iter().map(|point| {
        let mut row = vec![
            Cell::Text(point.at.clone()),
            Cell::Number(point.run.to_string()),
            Cell::Text(point.revision.clone()),
            Cell::Text(point.model.clone()),
        ];
        match &point.standing {
            Standing::Assessed {
                report,
                is_complete,
            } => {
                let account = &report.scorecard.all.account;
                row.push(Cell::Number(account.scored.to_string()));
                row.push(Cell::Number(account.n_clusters.to_string()));
                row.extend(
                    figures
                        .iter()
                        .map(|figure| estimate(report.scorecard.figure(*figure), range(*figure))),
                );
                row.push(report.verdict().map_or_else(blank, Cell::Verdict));
                let note = match is_complete {
                    true => String::new(),
                    false => "answers are missing".to_owned(),
                };
                row.push(Cell::Note(note));
            }
            Standing::Remembered {
                verdict,
                figures: known,
            } => {
                row.extend([blank(), blank()]);
                row.extend(figures.iter().map(|figure| {
                    let name = any_report(course).map(|report| report.figure_name(*figure));
                    let value = known.iter().find(|(known, _)| Some(known) == name.as_ref());
                    value.map_or_else(blank, |(_, value)| {
                        Cell::Number(format!("{}†", numbers::fixed(*value, 2)))
                    })
                }));
                row.push(word(verdict));
                row.push(Cell::Note("the prompt has changed since".to_owned()));
            }
            Standing::Unknown => {
                row.extend([blank(), blank()]);
                row.extend(figures.iter().map(|_| blank()));
                row.push(blank());
                row.push(Cell::Note("the prompt has changed since".to_owned()));
            }
        }
        row
    });
    Table {
        rows: rows.collect(),
        columns,
    }
}

/// Each gate, run by run.
fn gates(course: &Course) -> Option<Block> {
    // What is the baseline itself has fewer gates than the others.
    let mut all: Vec<(&Gate, String)> = Vec::new();
    let reports = course.points.iter().rev();
    for report in reports.filter_map(|point| point.standing.report()) {
        for (gate, _) in &report.gates {
            if !all.iter().any(|(known, _)| *known == gate) {
                all.push((gate, gate_demand(report, gate)));
            }
        }
    }
    let rows = all.into_iter().flat_map(|(gate, demand)| {
        let points = course.points.iter();
        let points = points.filter_map(move |point| {
            let mut gates = point.standing.report()?.gates.iter();
            let (_, judgement) = gates.find(|(known, _)| known == gate)?;
            Some((point, judgement))
        });
        points.enumerate().map(move |(row, (point, judgement))| {
            let measured = judgement.deciding();
            let measured = measured.map_or_else(String::new, |check| gate_evidence(gate, check));
            let name = match row {
                0 => demand.clone(),
                _ => String::new(),
            };
            vec![
                Cell::Text(name),
                Cell::Number(point.run.to_string()),
                Cell::Text(point.revision.clone()),
                Cell::Verdict(judgement.verdict),
                Cell::Number(measured),
            ]
        })
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    (!rows.is_empty()).then(|| {
        Block::Table(Table {
            columns: vec![
                column("gate", Align::Left),
                column("run", Align::Right),
                column("revision", Align::Left),
                column("", Align::Left),
                column("measured", Align::Left),
            ],
            rows,
        })
    })
}

/// The slice whose values are months.
const MONTH: &str = "month";

/// The first headline figure of each month, run by run.
fn months(course: &Course) -> Option<Block> {
    let assessed = course.points.iter();
    let assessed = assessed.filter_map(|point| Some((point, point.standing.report()?)));
    let assessed: Vec<(&Point, &Report)> = assessed.collect();
    let (_, report) = assessed.last()?;
    let figure = *headline_figures(report).first()?;
    let months: Vec<String> = by_month(report)
        .map(|(month, _)| month.to_owned())
        .collect();
    if months.is_empty() {
        return None;
    }
    let mut columns = vec![column(
        &format!("{} by month", report.figure_name(figure)),
        Align::Left,
    )];
    columns.extend(assessed.iter().map(|(point, _)| {
        column(
            &format!("{}, run {}", point.revision, point.run),
            Align::Left,
        )
    }));
    let rows = months.iter().map(|month| {
        let cells = assessed.iter().map(|(_, report)| {
            let mut slices = by_month(report);
            let found = slices.find(|(value, _)| value == month);
            let measured = found.and_then(|(_, slice)| slice.figure(figure));
            estimate(measured, range(figure))
        });
        std::iter::once(Cell::Text(month.clone()))
            .chain(cells)
            .collect()
    });
    Some(Block::Table(Table {
        rows: rows.collect(),
        columns,
    }))
}

fn by_month(report: &Report) -> impl Iterator<Item = (&str, &crate::score::SliceScore)> {
    let slices = report.scorecard.slices.iter();
    let slices = slices.filter(|score| report.names.slices[score.slice] == MONTH);
    slices.map(|score| (&*score.value, score))
}

fn estimate(measured: Option<&Measured>, range: (f64, f64)) -> Cell {
    match measured {
        None => blank(),
        Some(Err(Undefined::Suppressed)) => Cell::Suppressed,
        Some(measured) => Cell::Number(numbers::estimate(measured, range)),
    }
}

fn word(verdict: &str) -> Cell {
    let all = [Verdict::Pass, Verdict::Inconclusive, Verdict::Fail];
    let known = all.into_iter().find(|known| known.key() == verdict);
    known.map_or_else(blank, Cell::Verdict)
}

fn blank() -> Cell {
    Cell::Text(String::new())
}

fn column(title: &str, align: Align) -> Column {
    Column {
        title: title.to_owned(),
        align,
    }
}
