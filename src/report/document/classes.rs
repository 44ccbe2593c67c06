//! The confusion matrix and the figures of each label.

use super::tables::measured_cell;
use super::{Block, Cell, Table, left, right};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{ClassMetric, Figure};

/// The confusion matrix: reference in rows, candidate in columns. Labels that neither side uses
/// are named below it.
pub(super) fn confusion(report: &Report) -> Vec<Block> {
    let Some(confusion) = &report.scorecard.all.confusion else {
        return Vec::new();
    };
    let classes = &report.scorecard.all.classes;
    let (used, unused): (Vec<usize>, Vec<usize>) = (0..classes.len())
        .partition(|label| classes[*label].reference + classes[*label].candidate > 0.0);
    let labels = &report.names.labels;
    let mut columns = vec![left("reference ↓  candidate →")];
    columns.extend(used.iter().map(|label| right(&labels[*label])));
    columns.push(right("all"));
    let mut rows: Vec<Vec<Cell>> = used
        .iter()
        .map(|&reference| {
            let mut row = vec![Cell::Text(labels[reference].clone())];
            row.extend(used.iter().map(|&candidate| {
                let count = confusion.count(reference, candidate);
                count_cell(count, reference == candidate)
            }));
            row.push(Cell::Faint(numbers::count(classes[reference].reference)));
            row
        })
        .collect();
    let mut totals = vec![Cell::Faint("all".to_owned())];
    totals.extend(
        used.iter()
            .map(|l| Cell::Faint(numbers::count(classes[*l].candidate))),
    );
    totals.push(Cell::Faint(numbers::count(confusion.total())));
    rows.push(totals);
    let mut blocks = vec![
        Block::Heading(3, "Confusion matrix".to_owned(), None),
        Block::Table(Table { columns, rows }),
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

/// A count in a matrix; nothing is a dot, so that what there is stands out.
pub(super) fn count_cell(count: f64, is_diagonal: bool) -> Cell {
    let text = if count == 0.0 {
        "·".to_owned()
    } else {
        numbers::count(count)
    };
    Cell::Count(text, is_diagonal)
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
        .filter(|(_, c)| c.reference + c.candidate > 0.0);
    let rows = rows.map(|(position, class)| {
        let mut row = vec![
            Cell::Text(report.names.labels[position].clone()),
            Cell::Number(numbers::count(class.reference)),
            Cell::Number(numbers::count(class.candidate)),
        ];
        row.extend(
            class
                .metrics
                .iter()
                .map(|(metric, measured)| match measured {
                    Ok(_) => measured_cell(measured, Figure::Class(position, *metric)),
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
