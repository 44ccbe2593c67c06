//! What moved from the baseline to the candidate: which labels became which, and who has which items
//! right.

use super::compare::{baseline, counted};
use super::count_cell;
use super::{Block, Cell, Column, Detail, Matrix, Table, left, right};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{Comparison, LabelMoves, Moved, NumberMoves, Shown, Turns};

pub(super) fn label_moves(report: &Report, moves: &LabelMoves) -> Vec<Block> {
    let title = format!(
        "What moved: {} of {} changed label",
        numbers::shown_count(moves.n_changed.map(|n| n as f64)),
        counted(moves.n_labelled, "item")
    );
    let mut blocks = vec![Block::Heading(3, title, None)];
    if moves.n_changed != Some(0) {
        blocks.push(Block::Matrix(changes(report, moves)));
    }
    let by_class = moves.classes.iter().zip(&report.names.labels);
    let by_class = by_class.map(|(turns, label)| (vec![label.clone()], *turns));
    let slices = report.scorecard.slices.iter().filter_map(|score| {
        let Some(Moved::Labels(moves)) = &score.comparison.as_ref()?.moved else {
            return None;
        };
        let slice = report.names.slices[score.slice].clone();
        Some((vec![slice, score.value.to_string()], moves.turns))
    });
    if moves.turns.worsened != Some(0) || moves.turns.improved != Some(0) {
        blocks.push(turns(report, &["reference"], by_class, Some(moves.turns)));
        blocks.push(turns(report, &["slice", "value"], slices, None));
        blocks.retain(|block| !matches!(block, Block::Table(table) if table.rows.is_empty()));
    }
    blocks
}

/// The items that moved for better or worse, by name, where they may be named.
pub(super) fn items_that_moved(
    report: &Report,
    comparison: &Comparison,
    detail: Detail,
) -> Vec<Block> {
    let lists = match &comparison.moved {
        Some(Moved::Labels(moves)) => [
            ("Right → wrong", &moves.worsened),
            ("Wrong → right", &moves.improved),
        ],
        Some(Moved::Numbers(moves)) => [("Farther", &moves.farther), ("Nearer", &moves.nearer)],
        None => return Vec::new(),
    };
    let lists = lists.into_iter();
    lists
        .filter_map(|(title, list)| items(report, title, list, detail))
        .collect()
}

/// The matrix of label changes, without labels that nobody used.
fn changes(report: &Report, moves: &LabelMoves) -> Matrix {
    let n = moves.labels.len();
    let is_used = |label: &usize| {
        let is_nothing = |count: Shown<u64>| count == Some(0);
        let nothing = |other: usize| {
            is_nothing(moves.changes[*label][other]) && is_nothing(moves.changes[other][*label])
        };
        !(0..n).all(nothing)
    };
    let used: Vec<usize> = (0..n).filter(is_used).collect();
    let counts = |before: &usize| {
        let row = &moves.changes[*before];
        let count = |after: &usize| row[*after].map(|n| n as f64);
        used.iter().map(count).collect()
    };
    Matrix {
        rows: baseline(report).to_owned(),
        columns: report.candidate.clone(),
        labels: used.iter().map(|l| moves.labels[*l].to_string()).collect(),
        counts: used.iter().map(counts).collect(),
        totals: None,
    }
}

/// Items by who has them right, one row for each group.
fn turns(
    report: &Report,
    titles: &[&str],
    groups: impl Iterator<Item = (Vec<String>, Turns)>,
    all: Option<Turns>,
) -> Block {
    let mut columns: Vec<Column> = titles.iter().map(|title| left(title)).collect();
    columns.extend([
        right("items"),
        right(&format!("{} right", baseline(report))),
        right(&format!("{} right", report.candidate)),
        right("right → wrong"),
        right("wrong → right"),
    ]);
    let counts = |turns: Turns| {
        [
            turns.total(),
            turns.baseline_right(),
            turns.candidate_right(),
            turns.worsened,
            turns.improved,
        ]
        .map(|n| count_cell(n.map(|n| n as f64), false))
    };
    let mut rows: Vec<Vec<Cell>> = groups
        .filter(|(_, turns)| turns.total() != Some(0))
        .map(|(names, turns)| {
            let names = names.into_iter().map(Cell::Text);
            names.chain(counts(turns)).collect()
        })
        .collect();
    if let Some(all) = all {
        let name = std::iter::once(Cell::Faint("all".to_owned()));
        rows.push(name.chain(counts(all)).collect());
    }
    Block::Table(Table { columns, rows })
}

/// The items by name, where they may be named; of many the first, unless all is wanted.
fn items(report: &Report, title: &str, items: &[usize], detail: Detail) -> Option<Block> {
    const FEW: usize = 10;
    if !report.names_items || items.is_empty() {
        return None;
    }
    let most = match detail {
        Detail::Full => items.len(),
        Detail::Summary => FEW,
    };
    let ids = items.iter().take(most);
    let ids: Vec<&str> = ids.map(|item| &*report.names.items[*item]).collect();
    let more = match items.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(" and {more} more, which -v names"),
    };
    Some(Block::Prose(format!("{title}: {}{more}.", ids.join(", "))))
}

pub(super) fn number_moves(report: &Report, moves: &NumberMoves) -> Block {
    let count = |n: Shown<u64>| numbers::shown_count(n.map(|n| n as f64));
    Block::Prose(format!(
        "What moved: {} is nearer to the reference on {}, farther on {}, as far on {}.",
        report.candidate,
        moves
            .n_nearer
            .map_or_else(|| numbers::HIDDEN.to_owned(), |n| counted(n, "item")),
        count(moves.n_farther),
        count(moves.as_far)
    ))
}
