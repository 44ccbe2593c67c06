//! A matrix of counts: under the labels themselves where there is room, else under their numbers.

use super::table::{Above, Written, fits_large, write};
use crate::report::document::{Cell, Column, Table};

/// Counts of two labellings, one in rows, the other in columns, each with its name.
pub(super) fn matrix(table: &Table, [rows, columns]: [&str; 2], caption: Option<&str>) -> Written {
    let mut table = table.clone();
    let last = table.rows.last().and_then(|row| row.first());
    let has_totals = matches!(last, Some(Cell::Faint(_)));
    if let Some(corner) = table.columns.first_mut() {
        corner.title.clear();
    }
    let above = |columns: String| Above {
        rows: rows.to_owned(),
        columns,
        has_totals,
    };
    if let Some(plan) = fits_large(&table) {
        return write(
            &table,
            caption,
            Some(&above(columns.to_owned())),
            Some(plan),
        );
    }
    number(&mut table);
    let columns = format!("{columns}, numbered as the rows");
    write(&table, caption, Some(&above(columns)), None)
}

/// Puts the number of each label before it in its row, and in its place above its column.
fn number(table: &mut Table) {
    let n_labels = table
        .rows
        .iter()
        .filter(|row| matches!(row.first(), Some(Cell::Text(_))))
        .count();
    let labelled = |column: &(usize, &mut Column)| (1..=n_labels).contains(&column.0);
    for (number, column) in table.columns.iter_mut().enumerate().filter(labelled) {
        column.title = number.to_string();
    }
    for (place, row) in table.rows.iter_mut().enumerate().take(n_labels) {
        if let Some(Cell::Text(label)) = row.first_mut() {
            *label = format!("{} {label}", place + 1);
        }
    }
}
