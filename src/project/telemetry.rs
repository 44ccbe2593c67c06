//! Telemetry: numbers recorded by machine, in the items; in a file beside them, see `beside`.

use std::collections::BTreeMap;

use crate::fault::Faults;
use crate::model::{Column, Item, Kind, Value};
use crate::table::{Cell, Json, Table};

/// More columns than anybody means to have: each item takes a value for each.
const MOST_COLUMNS: usize = 1000;

/// 2^63, from which on whole numbers of JSON are no longer exact.
const MOST_COUNT: f64 = 9_223_372_036_854_775_808.0;

/// Columns whose kind is found out value by value.
#[derive(Default)]
pub(super) struct Columns {
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
    pub(super) fn finish(self, items: &mut [Item]) -> Vec<Column> {
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

pub(super) fn plain(kind: Kind) -> &'static str {
    match kind {
        Kind::Int | Kind::Double => "a number",
        Kind::Bool => "true or false",
        Kind::Text => "text",
    }
}

/// Adds the value of a cell; what is wrong with it otherwise, and what to do.
pub(super) fn push(
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
