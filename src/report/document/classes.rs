//! The confusion matrix and the figures of each label.

use super::tables::measured_cell;
use super::{Block, Cell, Matrix, Table, Totals, left, right};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{ClassMetric, ClassScore, Figure, Shown};
use crate::stat::Undefined;

/// The confusion matrix: reference in rows, candidate in columns. Labels that neither side uses
/// are named below it.
pub(super) fn confusion(report: &Report) -> Vec<Block> {
    let Some(confusion) = &report.scorecard.all.confusion else {
        return Vec::new();
    };
    let classes = &report.scorecard.all.classes;
    let (used, unused): (Vec<usize>, Vec<usize>) =
        (0..classes.len()).partition(|label| classes[*label].is_used());
    let labels = &report.names.labels;
    let counts = |row: &usize| {
        let row = &confusion.counts[*row];
        used.iter().map(|column| row[*column]).collect()
    };
    let of_used = |count: fn(&ClassScore) -> Shown<f64>| {
        used.iter().map(|label| count(&classes[*label])).collect()
    };
    let matrix = Matrix {
        rows: "reference".to_owned(),
        columns: "candidate".to_owned(),
        labels: used.iter().map(|label| labels[*label].clone()).collect(),
        counts: used.iter().map(counts).collect(),
        totals: Some(Totals {
            rows: of_used(|class| class.reference),
            columns: of_used(|class| class.candidate),
            all: confusion.total,
        }),
    };
    let mut blocks = vec![
        Block::Heading(3, "Confusion matrix".to_owned(), None),
        Block::Matrix(matrix),
    ];
    if !unused.is_empty() {
        let names: Vec<&str> = unused.iter().map(|label| &*labels[*label]).collect();
        blocks.push(Block::Prose(format!(
            "Used by neither side: {}.",
            names.join(", ")
        )));
    }
    blocks
}

/// The figures of each label that either side uses.
pub(super) fn classes(report: &Report) -> Vec<Block> {
    let classes = &report.scorecard.all.classes;
    if classes.is_empty() {
        return Vec::new();
    }
    let mut columns = vec![left("class"), right("reference"), right("candidate")];
    columns.extend(ClassMetric::ALL.iter().map(|metric| left(metric.key())));
    let rows = classes
        .iter()
        .enumerate()
        .filter(|(_, class)| class.is_used());
    let rows = rows.map(|(position, class)| {
        let mut row = vec![
            Cell::Text(report.names.labels[position].clone()),
            number_cell(class.reference),
            number_cell(class.candidate),
        ];
        row.extend(
            class
                .metrics
                .iter()
                .map(|(metric, measured)| match measured {
                    Ok(_) => measured_cell(measured, Figure::Class(position, *metric)),
                    Err(Undefined::Suppressed) => Cell::Suppressed,
                    Err(_) => Cell::Faint("–".to_owned()),
                }),
        );
        row
    });
    vec![
        Block::Heading(3, "Classes".to_owned(), None),
        Block::Table(Table {
            rows: rows.collect(),
            columns,
        }),
    ]
}

/// A count, or that it is hidden.
pub(super) fn number_cell(count: Shown<f64>) -> Cell {
    count.map_or(Cell::Suppressed, |count| {
        Cell::Number(numbers::count(count))
    })
}
