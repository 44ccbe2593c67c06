//! The reference's own reliability beside the candidate's figures.

use super::tables::plain_cell;
use super::{Block, Cell, Detail, Table, left};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{Measured, Metric, SecondOpinion};
use crate::stat::Undefined;

/// What each second rater says of the reference and of the candidate.
pub(super) fn reliability(report: &Report, detail: Detail) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (rater, opinion) in &report.seconds {
        blocks.push(Block::Prose(sentence(report, rater, opinion)));
        if detail == Detail::Full {
            blocks.push(Block::Table(figures(report, rater, opinion)));
        }
    }
    blocks
}

fn sentence(report: &Report, rater: &str, opinion: &SecondOpinion) -> String {
    let (reference, candidate) = (&report.reference, &report.candidate);
    let plural = if opinion.n == 1 { "" } else { "s" };
    let main = if opinion.ceiling.contains_key(&Metric::Agreement) {
        Metric::Agreement
    } else {
        Metric::Mae
    };
    let of = |measured: Option<&Measured>| match measured {
        Some(Err(Undefined::Suppressed)) => numbers::HIDDEN.to_owned(),
        Some(one) => numbers::estimate(one, main.range()),
        None => "–".to_owned(),
    };
    let mut text = format!(
        "Ceiling: on {} item{plural} that {rater} labelled too, {} with {reference} is {} for \
         {rater} and {} for {candidate}.",
        opinion.n,
        main.key(),
        of(opinion.ceiling.get(&main)),
        of(opinion.candidate.get(&main))
    );
    let sides = opinion.sides;
    let count = |n: Option<u64>| numbers::shown_count(n.map(|n| n as f64));
    if sides.total() != Some(0) {
        text.push_str(&format!(
            " Where {candidate} and {reference} differ ({}), {rater} sides with {candidate} in {}, \
             with {reference} in {}, with neither in {}.",
            count(sides.total()),
            count(sides.with_candidate),
            count(sides.with_reference),
            count(sides.with_neither)
        ));
    }
    if opinion.is_above_ceiling() {
        text.push_str(&format!(
            " {candidate} agrees with {reference} more than {rater} does: not better than truth."
        ));
    }
    text
}

fn figures(report: &Report, rater: &str, opinion: &SecondOpinion) -> Table {
    let cell = |measured: Option<&Measured>, metric: Metric| match measured {
        Some(measured @ (Ok(_) | Err(Undefined::Suppressed))) => {
            plain_cell(measured, metric.range())
        }
        _ => Cell::Faint("–".to_owned()),
    };
    let rows = opinion.ceiling.iter().map(|(metric, ceiling)| {
        vec![
            Cell::Text(metric.key().to_owned()),
            cell(opinion.candidate.get(metric), *metric),
            cell(Some(ceiling), *metric),
        ]
    });
    Table {
        rows: rows.collect(),
        columns: vec![
            left(&format!("against {}", report.reference)),
            left(&report.candidate),
            left(&format!("{rater} (ceiling)")),
        ],
    }
}
