//! The layout of a page: the verdict and what was decided first, then the figures it rests on, with
//! what only a page has room to draw. Wherever the same thing is shown as elsewhere, the blocks are
//! the same.

mod drawn;

use super::tables::{headline_figures, measured_cell};
use super::{
    Block, Cell, Detail, Document, calibration, classes, compare, directions, gates, guard, head,
    legend, moved, overview, reliability, repeats, summary, tables, versus,
};
use crate::gate::Verdict;
use crate::report::model::{Report, Run};
use crate::score::Moved;
use drawn::{outcomes, panels, rules};

/// A laid-out page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What it is, where it gives no verdict.
    pub title: String,
    /// What was run, on what.
    pub head: Vec<Block>,
    /// The verdict in all and in words, where there are gates.
    pub verdict: Option<(Verdict, String)>,
    /// Why the run is incomplete or ended early.
    pub remarks: Vec<Block>,
    /// One row for each report on labels under test.
    pub overview: Vec<Overview>,
    /// What was found about the test itself.
    pub findings: Vec<Block>,
    /// What marks mean.
    pub legend: Vec<Block>,
    /// Each report.
    pub sections: Vec<Section>,
    /// The files read, with their hashes.
    pub files: Vec<(String, String)>,
}

/// One report in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Its verdict, where it has gates.
    pub verdict: Option<Verdict>,
    /// How many of its gates passed, are open, failed.
    pub gates: [usize; 3],
    /// What is held against what.
    pub versus: String,
    /// The figures that say most, by name.
    pub headline: Vec<(String, Cell)>,
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it is on.
    pub name: String,
    /// What it asks; may be empty.
    pub title: String,
    /// What its gates come to.
    pub verdict: Option<Verdict>,
    /// What became of the items, and what a reader must know.
    pub lead: Vec<Block>,
    /// What became of the questions, by side.
    pub outcomes: Vec<Outcomes>,
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its title.
    pub title: String,
    /// What is shown.
    pub content: Content,
    /// Whether it is shown only on demand.
    pub is_folded: bool,
}

/// What a part shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Blocks as every format has them.
    Blocks(Vec<Block>),
    /// The confusion matrix, whose cells lead to items.
    Confusion(Vec<Block>),
    /// Telemetry rules.
    Rules(Vec<RuleCard>),
    /// The main figures of slices.
    Panels(Vec<Panel>),
}

/// What became of the questions to one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// The side.
    pub name: String,
    /// What they became, and how often; never 0.
    pub counts: Vec<(&'static str, u64)>,
}

/// A telemetry rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleCard {
    /// Its name.
    pub name: String,
    /// What it means; may be empty.
    pub says: String,
    /// What was found, in words.
    pub sentence: String,
    /// Which labels it speaks of, in words.
    pub labelled: String,
    /// What telemetry should show.
    pub expects: String,
    /// Rows: labelled so, or otherwise; columns: as expected, or not.
    pub table: [[Cell; 2]; 2],
    /// Its figures by name.
    pub figures: Vec<(String, Cell)>,
    /// Items that could not be looked at, in words; may be empty.
    pub missing: String,
}

/// One figure over the values of one slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The slice.
    pub slice: String,
    /// The figure.
    pub figure: String,
    /// Its value over all items, to compare with.
    pub overall: Option<f64>,
    /// The values of the slice, how many items each has, and the figure.
    pub rows: Vec<(String, String, Cell)>,
}

/// Lays a run out as a page.
pub fn lay_out_page(run: &Run) -> Page {
    let of_labels = run.reports.iter();
    let of_labels = of_labels.map(|report| section(report, run.is_comparison()));
    let of_raters = run.rater_reports.iter().map(|report| {
        let mut blocks = super::raters::section(report);
        blocks.remove(0);
        Section {
            name: report.classifier.clone(),
            title: String::new(),
            verdict: None,
            lead: Vec::new(),
            outcomes: Vec::new(),
            parts: vec![part("Agreement among raters", blocks)],
        }
    });
    let remarks = overview(run).into_iter();
    let remarks = remarks.filter(|block| matches!(block, Block::Prose(_)));
    Page {
        title: match run.is_comparison() {
            true => "Comparison".to_owned(),
            false => "Scores".to_owned(),
        },
        head: head(run),
        verdict: run.verdict.map(|verdict| (verdict, summary(run, verdict))),
        remarks: remarks.collect(),
        overview: run.reports.iter().map(in_a_row).collect(),
        findings: run.guard.as_ref().map(guard::guard).unwrap_or_default(),
        legend: legend(&super::lay_out(run, Detail::Full).sections),
        sections: of_labels.chain(of_raters).collect(),
        files: run.manifest.files.clone(),
    }
}

/// A document laid out for other formats, as a page. A heading of the document's own goes before the
/// title.
pub fn page_of(title: &str, mut document: Document) -> Page {
    let title = match document.head.first() {
        Some(Block::Heading(_, own, _)) => {
            let own = own.clone();
            document.head.remove(0);
            own
        }
        _ => title.to_owned(),
    };
    let verdict = document.verdict.into_iter().find_map(|block| match block {
        Block::Heading(_, words, Some(verdict)) => Some((verdict, words)),
        _ => None,
    });
    let sections = document.sections.into_iter().map(|mut blocks| {
        let (name, verdict) = match blocks.first() {
            Some(Block::Heading(_, name, verdict)) => (name.clone(), *verdict),
            _ => (String::new(), None),
        };
        if !name.is_empty() {
            blocks.remove(0);
        }
        Section {
            name,
            title: String::new(),
            verdict,
            lead: Vec::new(),
            outcomes: Vec::new(),
            parts: vec![part("", blocks)],
        }
    });
    Page {
        title,
        head: document.head,
        verdict,
        remarks: document.overview,
        overview: Vec::new(),
        findings: document.findings,
        legend: document.legend,
        sections: sections.collect(),
        files: Vec::new(),
    }
}

fn in_a_row(report: &Report) -> Overview {
    let n = |wanted| {
        let judged = report.gates.iter();
        judged.filter(|(_, one)| one.verdict == wanted).count()
    };
    let headline = headline_figures(report).into_iter().filter_map(|figure| {
        let measured = report.scorecard.figure(figure)?;
        Some((report.figure_name(figure), measured_cell(measured, figure)))
    });
    Overview {
        verdict: report.verdict(),
        gates: [Verdict::Pass, Verdict::Inconclusive, Verdict::Fail].map(n),
        versus: versus(report),
        headline: headline.collect(),
    }
}

fn section(report: &Report, is_comparison: bool) -> Section {
    let comparison = report.scorecard.comparison.as_ref();
    let mut lead = match comparison {
        Some(comparison) if is_comparison => {
            let lack = compare::not_common(report, comparison).map(Block::Prose);
            let mut lead = vec![Block::Prose(compare::account(report, comparison))];
            lead.extend(lack);
            lead
        }
        _ => vec![Block::Prose(format!(
            "{}, {}",
            versus(report),
            tables::account(report)
        ))],
    };
    lead.extend(tables::unanswered(report).map(Block::Prose));
    lead.extend(report.notes.iter().cloned().map(Block::Prose));
    let figures = |detail| match comparison {
        Some(comparison) if is_comparison => compare::figures(report, comparison, detail),
        _ => tables::metrics(report, detail),
    };
    let (main, all) = (figures(Detail::Summary), figures(Detail::Full));
    let is_more = main != all;
    let mut parts = vec![
        part("Gates", gates::gates(report)),
        part(
            if is_comparison {
                "Differences"
            } else {
                "Figures"
            },
            main,
        ),
        Part {
            is_folded: true,
            ..part("All figures", if is_more { all } else { Vec::new() })
        },
        Part {
            content: Content::Confusion(without_heading(classes::confusion(report))),
            ..part("Confusion matrix", Vec::new())
        },
        part("Classes", without_heading(classes::classes(report))),
        Part {
            content: Content::Rules(rules(report)),
            ..part("Telemetry rules", Vec::new())
        },
        part(
            &format!("{} against {}", report.candidate, compare::baseline(report)),
            moved(report),
        ),
        Part {
            is_folded: true,
            ..part("Items that moved, by name", named(report))
        },
        part(
            "Directions",
            without_heading(directions::directions(report, Detail::Full)),
        ),
        Part {
            content: Content::Panels(panels(report)),
            ..part("Slices", Vec::new())
        },
        part("Repeats", without_heading(repeats::repeats(report))),
        part(
            "Reliability of the reference",
            reliability::reliability(report, Detail::Full),
        ),
        part("Confidence", calibration::calibration(report, Detail::Full)),
        part("Alarms", compare::alarms(report)),
    ];
    parts.retain(|part| !part.content.is_empty());
    Section {
        name: report.classifier.clone(),
        title: report.title.clone(),
        verdict: report.verdict(),
        lead,
        outcomes: outcomes(report),
        parts,
    }
}

fn part(title: &str, blocks: Vec<Block>) -> Part {
    Part {
        title: title.to_owned(),
        content: Content::Blocks(blocks),
        is_folded: false,
    }
}

impl Content {
    fn is_empty(&self) -> bool {
        match self {
            Self::Blocks(blocks) | Self::Confusion(blocks) => blocks.is_empty(),
            Self::Rules(rules) => rules.is_empty(),
            Self::Panels(panels) => panels.is_empty(),
        }
    }
}

/// Blocks whose first heading is the part's title.
fn without_heading(mut blocks: Vec<Block>) -> Vec<Block> {
    if matches!(blocks.first(), Some(Block::Heading(..))) {
        blocks.remove(0);
    }
    blocks
}

fn named(report: &Report) -> Vec<Block> {
    let comparison = report.scorecard.comparison.as_ref();
    comparison.map_or_else(Vec::new, |comparison| {
        moved::items_that_moved(report, comparison, Detail::Full)
    })
}

fn moved(report: &Report) -> Vec<Block> {
    let Some(comparison) = &report.scorecard.comparison else {
        return Vec::new();
    };
    let mut blocks = compare::discordant(report, comparison);
    match &comparison.moved {
        Some(Moved::Labels(moves)) => {
            blocks.extend(moved::label_moves(report, moves));
        }
        Some(Moved::Numbers(moves)) => {
            blocks.push(moved::number_moves(report, moves));
        }
        None => {}
    }
    blocks
}
