//! Telemetry: numbers recorded by machine, in the items or in a file beside them.

use std::collections::BTreeMap;

use super::Digest;
use super::items::{id, needed, read};
use super::paths::Root;
use super::raw::{File, Text};
use super::settings;
use crate::fault::{Fault, Faults};
use crate::model::{Column, Item, Kind, Value};
use crate::table::{Cell, Json, Table};

/// More columns than anybody means to have: each item takes a value for each.
const MOST_COLUMNS: usize = 1000;

/// 2^63, from which on whole numbers of JSON are no longer exact.
const MOST_COUNT: f64 = 9_223_372_036_854_775_808.0;

/// Columns whose kind is found out value by value.
#[derive(Default)]
struct Columns {
    columns: Vec<Found>,
    at: BTreeMap<Box<str>, usize>,
}

struct Found {
    name: Box<str>,
    /// The kind so far, and the line that first had it.
    kind: Option<(Kind, usize)>,
}

impl Columns {
    fn position(&mut self, name: &str) -> usize {
        if let Some(position) = self.at.get(name) {
            return *position;
        }
        self.at.insert(name.into(), self.columns.len());
        self.columns.push(Found {
            name: name.into(),
            kind: None,
        });
        self.columns.len() - 1
    }

    /// Notes one more value of a column; an error if it is of another kind than those before.
    fn note(&mut self, position: usize, kind: Kind, line: usize) -> Result<(), (Kind, usize)> {
        let known = &mut self.columns[position].kind;
        *known = match (*known, kind) {
            (None, kind) => Some((kind, line)),
            (Some((Kind::Int, first)), Kind::Double) => Some((Kind::Double, first)),
            (Some((Kind::Double, _)), Kind::Int) => *known,
            (Some((before, _)), kind) if before == kind => *known,
            (Some(other), _) => return Err(other),
        };
        Ok(())
    }

    /// All items with as many values, and all values of a column of one type.
    fn finish(self, items: &mut [Item]) -> Vec<Column> {
        let columns: Vec<Column> = self
            .columns
            .into_iter()
            .map(|found| Column {
                name: found.name,
                kind: found.kind.map_or(Kind::Double, |(kind, _)| kind),
            })
            .collect();
        for item in items {
            let values = &mut item.telemetry;
            values.reserve_exact(columns.len().saturating_sub(values.len()));
            values.resize(columns.len(), None);
            for (value, column) in values.iter_mut().zip(&columns) {
                if let (Some(Value::Int(whole)), Kind::Double) = (&value, column.kind) {
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "the column's other values are no more exact"
                    )]
                    let whole = *whole as f64;
                    *value = Some(Value::Double(whole));
                }
            }
        }
        columns
    }
}

fn plain(kind: Kind) -> &'static str {
    match kind {
        Kind::Int | Kind::Double => "a number",
        Kind::Bool => "true or false",
        Kind::Text => "text",
    }
}

/// Adds the value of a cell; what is wrong with it otherwise, and what to do.
fn push(
    columns: &mut Columns,
    values: &mut Vec<Option<Value>>,
    table: &Table,
    row: usize,
    name: &str,
    cell: Cell<'_>,
) -> Result<(), (String, &'static str)> {
    if columns.columns.len() >= MOST_COLUMNS && !columns.at.contains_key(name) {
        let message = format!("more than {MOST_COLUMNS} different names of telemetry");
        return Err((
            message,
            "put what differs by item into values, not into names",
        ));
    }
    let position = columns.position(name);
    if values.len() <= position {
        values.resize(position + 1, None);
    }
    if cell.is_missing() {
        return Ok(());
    }
    let Some(value) = cell.value() else {
        return Err(match cell {
            Cell::Double(_) => (
                format!("the telemetry `{name}` is not a finite number"),
                "leave out what was not observed",
            ),
            cell => (
                format!("the telemetry `{name}` is {}", cell.kind()),
                "telemetry is flat: numbers, true or false, text, or null",
            ),
        });
    };
    // One such number would make a column of counts one of fractions, and fault every rule on it.
    if let Value::Double(number) = value
        && number.abs() >= MOST_COUNT
    {
        let message = format!("the telemetry `{name}` is too large a number");
        return Err((message, "leave out what was not observed"));
    }
    let kind = value.kind();
    values[position] = Some(value);
    columns
        .note(position, kind, table.line(row))
        .map_err(|(before, first)| {
            let spot = table.spot_of_line(first);
            let message = format!(
                "the telemetry `{name}` is {} here and {} on {spot}",
                plain(kind),
                plain(before),
            );
            (
                message,
                "give all values of a column the same type; null is missing",
            )
        })
}

/// Telemetry that stands in the items as an object.
#[derive(Default)]
pub(super) struct Inline {
    columns: Columns,
}

impl Inline {
    /// The values of one item. Their kinds are known when all items have been read.
    pub(super) fn read(
        &mut self,
        table: &Table,
        row: usize,
        column: usize,
        problems: &mut Faults,
    ) -> Vec<Option<Value>> {
        let columns = &mut self.columns;
        let mut values = Vec::with_capacity(columns.columns.len());
        match table.cell(row, column) {
            Cell::Missing => {}
            Cell::Json(Json::Object(entries)) => {
                for (name, value) in entries {
                    let cell = value.as_cell();
                    let pushed = push(columns, &mut values, table, row, name, cell);
                    if let Err((message, help)) = pushed {
                        problems.push(table.fault(row, column, message).help(help));
                    }
                }
            }
            cell => {
                let message = format!("telemetry must be an object, not {}", cell.kind());
                let help = "write `{\"commits\": 3, …}`, or name a file of its own with \
                            `telemetry = { path = \"…\", id = \"id\" }`";
                problems.push(table.fault(row, column, message).help(help));
            }
        }
        values
    }

    /// What telemetry there is, once the items have been read.
    pub(super) fn finish(self, items: &mut [Item]) -> Vec<Column> {
        self.columns.finish(items)
    }
}

/// A file of telemetry.
pub(super) struct Beside {
    table: Table,
    id: usize,
}

/// Reads a file of telemetry, whose columns but for `id` are telemetry.
pub(super) fn beside(
    root: &Root,
    file: &File,
    path: &Text<'_>,
    id: &settings::Column<'_>,
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<Beside> {
    let table = read(root, file, path, digests, faults)?;
    let id = needed(file, id, path, &table)?;
    Some(Beside { table, id })
}

impl Beside {
    /// Gives the items their telemetry; what there is. Rows about others are left: the file may
    /// cover more than the items.
    pub(super) fn join(&self, items: &mut [Item], faults: &mut Vec<Fault>) -> Option<Vec<Column>> {
        let table = &self.table;
        let mut problems = Faults::new(table.path());
        let by_id = self.by_id(&mut problems);
        let names = table.names();
        let kinds: Vec<Option<Kind>> = (0..names.len())
            .map(|column| spelled_kind(table, column))
            .collect();
        let mut columns = Columns::default();
        let mut is_about_any = false;
        for item in &mut *items {
            let Some(&row) = by_id.get(&item.id) else {
                continue;
            };
            is_about_any = true;
            let mut values = Vec::with_capacity(names.len());
            for (column, name) in names.iter().enumerate().filter(|(at, _)| *at != self.id) {
                let pushed = spelled(table.cell(row, column), kinds[column])
                    .and_then(|cell| push(&mut columns, &mut values, table, row, name, cell));
                if let Err((message, help)) = pushed {
                    problems.push(table.fault(row, column, message).help(help));
                }
            }
            item.telemetry = values;
        }
        if !is_about_any {
            let message = "no row is about any of the items";
            let help = "the ids of the telemetry are spelled exactly as those of the items";
            problems.push(table.header_fault(message).help(help));
        }
        match problems.none() {
            Ok(()) => Some(columns.finish(items)),
            Err(problems) => {
                faults.extend(problems);
                None
            }
        }
    }

    fn by_id(&self, problems: &mut Faults) -> BTreeMap<Box<str>, usize> {
        let table = &self.table;
        let mut by_id = BTreeMap::new();
        for row in 0..table.n_rows() {
            match id(table, row, Some(self.id)) {
                Ok(id) => {
                    if let Some(earlier) = by_id.insert(id.clone(), row) {
                        let spot = table.spot(earlier);
                        let message = format!("the id `{id}` stands on {spot} already");
                        let help = "keep one row of telemetry for each item";
                        problems.push(table.fault(row, self.id, message).help(help));
                    }
                }
                Err(fault) => problems.push(fault),
            }
        }
        by_id
    }
}

/// The kind that most cells of a text column spell; `None` if the file itself has types.
fn spelled_kind(table: &Table, column: usize) -> Option<Kind> {
    if !table.is_text() {
        return None;
    }
    let (mut whole, mut number, mut truth, mut text) = (0, 0, 0, 0);
    for row in 0..table.n_rows() {
        if let Cell::Text(cell) = table.cell(row, column) {
            match cell.trim() {
                "true" | "false" => truth += 1,
                cell if cell.parse::<i64>().is_ok() => whole += 1,
                cell if cell.parse::<f64>().is_ok() => number += 1,
                _ => text += 1,
            }
        }
    }
    Some(if truth > text + whole + number {
        Kind::Bool
    } else if whole + number <= text + truth {
        Kind::Text
    } else if number == 0 {
        Kind::Int
    } else {
        Kind::Double
    })
}

/// A cell of a text column as the kind of the column.
fn spelled(cell: Cell<'_>, kind: Option<Kind>) -> Result<Cell<'_>, (String, &'static str)> {
    let (Cell::Text(text), Some(kind)) = (cell, kind) else {
        return Ok(cell);
    };
    let text = text.trim();
    let read = match kind {
        Kind::Text => Some(cell),
        Kind::Bool => text.parse().ok().map(Cell::Bool),
        Kind::Int => text.parse().ok().map(Cell::Int),
        Kind::Double => text
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
            .map(Cell::Double),
    };
    read.ok_or_else(|| {
        let message = format!("`{text}` is not {}, as most of the column are", plain(kind));
        (message, "leave the cell empty if nothing was observed")
    })
}
