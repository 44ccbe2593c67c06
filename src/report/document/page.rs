//! The layout of a page: the verdict and what was decided first, then the figures it rests on, with
//! what only a page has room to draw. Wherever the same thing is shown as elsewhere, the blocks are
//! the same.

use super::tables::{headline_figures, measured_cell};
use super::{
    Block, Cell, Detail, Document, classes, compare, gates, guard, head, legend, overview,
    reliability, repeats, summary, tables, versus,
};
use crate::align::Account;
use crate::gate::Verdict;
use crate::model::OutcomeKind;
use crate::report::model::{Report, Run};
use crate::report::numbers;
use crate::score::{Figure, Moved, RuleMetric, RuleScore, Shown};
use crate::stat::Undefined;

/// A laid-out page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
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

/// A document laid out for other formats, as a page.
pub fn page_of(document: Document) -> Page {
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
            content: Content::Panels(panels(report)),
            ..part("Slices", Vec::new())
        },
        part("Repeats", without_heading(repeats::repeats(report))),
        part(
            "Reliability of the reference",
            reliability::reliability(report, Detail::Full),
        ),
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

fn moved(report: &Report) -> Vec<Block> {
    let Some(comparison) = &report.scorecard.comparison else {
        return Vec::new();
    };
    let mut blocks = compare::discordant(report, comparison);
    match &comparison.moved {
        Some(Moved::Labels(moves)) => {
            blocks.extend(compare::label_moves(report, moves, Detail::Full));
        }
        Some(Moved::Numbers(moves)) => {
            blocks.extend(compare::number_moves(report, moves, Detail::Full));
        }
        None => {}
    }
    blocks
}

fn outcomes(report: &Report) -> Vec<Outcomes> {
    // A derived measure has no answers of its own.
    if report.scheme == "derived" {
        return Vec::new();
    }
    let of = |name: &str, account: &Account| {
        let answers = OutcomeKind::ALL.iter();
        let answers = answers.map(|kind| (kind.key(), account.outcome(*kind)));
        let counts = answers.chain([("unasked", account.missing_candidate)]);
        Outcomes {
            name: name.to_owned(),
            counts: counts.filter(|(_, n)| *n > 0).collect(),
        }
    };
    let card = &report.scorecard;
    let baseline = report.baseline.as_deref().zip(card.baseline.as_ref());
    let baseline = baseline.map(|(name, measures)| of(name, &measures.account));
    let mut sides = vec![of(&report.candidate, &card.all.account)];
    sides.extend(baseline);
    sides
}

fn rules(report: &Report) -> Vec<RuleCard> {
    let rules = report.scorecard.rules.iter().enumerate();
    rules
        .map(|(at, rule)| rule_card(report, at, rule))
        .collect()
}

fn rule_card(report: &Report, at: usize, rule: &RuleScore) -> RuleCard {
    let (name, says) = report.names.rules[at].clone();
    let words = report.names.rule_words.get(at).cloned().unwrap_or_default();
    let [[held, missed], _] = rule.table;
    let labelled = held.zip(missed).map(|(held, missed)| held + missed);
    let holds = rule.metrics.get(&RuleMetric::Holds);
    let share = match holds {
        Some(Ok(estimate)) => numbers::percent(estimate),
        Some(Err(Undefined::Suppressed)) => numbers::HIDDEN.to_owned(),
        _ => "–".to_owned(),
    };
    let sentence = match (labelled, holds) {
        (Some(0), _) => format!("No item is labelled {}.", words.labelled),
        (Some(n), Some(Ok(_))) => format!(
            "Of {n} item{} labelled {}, {share} had {}.",
            if n == 1 { "" } else { "s" },
            words.labelled,
            words.expects
        ),
        _ => format!(
            "Of the items labelled {}, {share} had {}.",
            words.labelled, words.expects
        ),
    };
    let cell = |count: Shown<u64>| match count {
        None => Cell::Suppressed,
        Some(count) => Cell::Number(count.to_string()),
    };
    let figure = |metric: RuleMetric| {
        let measured = rule.metrics.get(&metric)?;
        let cell = measured_cell(measured, Figure::Rule(at, metric));
        Some((metric.key().to_owned(), cell))
    };
    let mut figures: Vec<(String, Cell)> = [
        RuleMetric::Holds,
        RuleMetric::Found,
        RuleMetric::Contrast,
        RuleMetric::Phi,
    ]
    .into_iter()
    .filter_map(figure)
    .collect();
    let on_reference = report.scorecard.reference_rules.get(at);
    if let Some(measured) = on_reference.and_then(|rule| rule.metrics.get(&RuleMetric::Holds)) {
        figures.push((
            format!("holds on labels of {}", report.reference),
            measured_cell(measured, Figure::Rule(at, RuleMetric::Holds)),
        ));
    }
    let missing = [
        (rule.missing_telemetry, "without the telemetry it needs"),
        (rule.failed, "on which it cannot be computed"),
    ];
    let missing = missing.into_iter().filter(|(n, _)| *n > 0);
    let missing: Vec<String> = missing.map(|(n, why)| format!("{n} {why}")).collect();
    RuleCard {
        name,
        says,
        sentence,
        labelled: words.labelled,
        expects: words.expects,
        table: rule.table.map(|row| row.map(cell)),
        figures,
        missing: match missing.is_empty() {
            true => String::new(),
            false => format!("Left out: {}.", missing.join(", ")),
        },
    }
}

fn panels(report: &Report) -> Vec<Panel> {
    let mut panels = Vec::new();
    for (at, slice) in report.names.slices.iter().enumerate() {
        let scores = report.scorecard.slices.iter();
        let scores: Vec<_> = scores.filter(|score| score.slice == at).collect();
        if scores.is_empty() {
            continue;
        }
        for figure in headline_figures(report) {
            let overall = report.scorecard.figure(figure);
            let rows = scores.iter().map(|score| {
                let cell = score.figure(figure).map_or_else(
                    || Cell::Faint("–".to_owned()),
                    |measured| measured_cell(measured, figure),
                );
                let n = score.measures.account.scored.to_string();
                (score.value.to_string(), n, cell)
            });
            panels.push(Panel {
                slice: slice.clone(),
                figure: report.figure_name(figure),
                overall: overall.and_then(|one| Some(one.as_ref().ok()?.value)),
                rows: rows.collect(),
            });
        }
    }
    panels
}
