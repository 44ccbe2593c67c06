//! Telemetry in a file beside the items.
//!
//! The file is read twice, so that no more of it is held than the values of the items: what the
//! cells of a column of text mean is known when all have been seen.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use super::Digest;
use super::items::{id, needed};
use super::paths::Root;
use super::raw::{File, Text};
use super::settings;
use super::telemetry::{Columns, plain, push};
use crate::ask::hex;
use crate::fault::{Fault, Faults};
use crate::model::{Column, Item, Kind, Value};
use crate::table::{Cell, Chunks, Table};

/// A file of telemetry, read once: what it holds for whom is known, but for the values.
pub(super) struct Beside {
    path: PathBuf,
    file: fs::File,
    /// Its last rows, which know all its columns.
    last: Table,
    id: usize,
    /// The kinds of columns of text; `None` if the file itself has types.
    kinds: Option<Vec<Kind>>,
    problems: Faults,
}

/// Reads a file of telemetry, whose columns but for `id` are telemetry.
pub(super) fn read(
    root: &Root,
    file: &File,
    path: &Text<'_>,
    id: &settings::Column<'_>,
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<Beside> {
    let opened = root.open(file, path)?;
    let shown = root.path(path.value.as_ref());
    let mut ids = Ids::new(&shown);
    let mut spelled = Vec::new();
    let mut last = None;
    let read = opened.try_clone().map_err(|error| {
        let fault = Fault::new(&shown, format!("cannot be read: {error}"));
        vec![fault]
    });
    let read = read.and_then(|file| {
        let mut chunks = Chunks::new(&shown, file)?;
        for table in &mut chunks {
            let table = table?;
            ids.read(&table, table.column(id.name()));
            count_spellings(&mut spelled, &table);
            last = Some(table);
        }
        Ok(chunks.sha256())
    });
    let digest = read.map_err(|wrong| faults.extend(wrong)).ok()?;
    digests.push(Digest {
        file: path.value.into(),
        sha256: hex(&digest),
    });
    let last = last?;
    Some(Beside {
        path: shown,
        file: opened,
        id: needed(file, id, path, &last)?,
        kinds: last
            .is_text()
            .then(|| spelled.iter().map(Spelled::kind).collect()),
        last,
        problems: ids.problems,
    })
}

/// The ids of a file of telemetry, each with its line.
struct Ids {
    seen: HashMap<Box<str>, usize>,
    problems: Faults,
}

impl Ids {
    fn new(path: &Path) -> Self {
        Self {
            seen: HashMap::new(),
            problems: Faults::new(path),
        }
    }

    fn read(&mut self, table: &Table, column: Option<usize>) {
        for row in 0..table.n_rows() {
            let id = match id(table, row, column) {
                Ok(id) => id,
                Err(fault) => {
                    self.problems.push(fault);
                    continue;
                }
            };
            let message = |line: usize| {
                let spot = table.spot_of_line(line);
                format!("the id `{id}` stands on {spot} already")
            };
            if let (Some(earlier), Some(column)) = (self.seen.get(&id), column) {
                let fault = table.fault(row, column, message(*earlier));
                let help = "keep one row of telemetry for each item";
                self.problems.push(fault.help(help));
            }
            self.seen.insert(id, table.line(row));
        }
    }
}

impl Beside {
    /// Gives the items their telemetry; what there is. Rows about others are left: the file may
    /// cover more than the items.
    pub(super) fn join(
        mut self,
        items: &mut [Item],
        faults: &mut Vec<Fault>,
    ) -> Option<Vec<Column>> {
        let joined = self.joined(items);
        joined.map_err(|wrong| faults.extend(wrong)).ok()
    }

    fn joined(&mut self, items: &mut [Item]) -> Result<Vec<Column>, Vec<Fault>> {
        let unreadable = |error: io::Error| {
            let fault = Fault::new(&self.path, format!("cannot be read: {error}"));
            vec![fault]
        };
        self.file.rewind().map_err(unreadable)?;
        let file = self.file.try_clone().map_err(unreadable)?;
        let mut by_id: Vec<usize> = (0..items.len()).collect();
        by_id.sort_unstable_by(|a, b| items[*a].id.cmp(&items[*b].id));
        let mut columns = Columns::default();
        let mut is_about_any = false;
        for table in Chunks::new(&self.path, file)? {
            let table = table?;
            for row in 0..table.n_rows() {
                let Ok(id) = id(&table, row, Some(self.id)) else {
                    continue;
                };
                if let Ok(place) = by_id.binary_search_by(|at| items[*at].id.cmp(&id)) {
                    is_about_any = true;
                    items[by_id[place]].telemetry = self.values(&table, row, &mut columns);
                }
            }
        }
        if !is_about_any {
            let message = "no row is about any of the items";
            let help = "the ids of the telemetry are spelled exactly as those of the items";
            self.problems
                .push(self.last.header_fault(message).help(help));
        }
        std::mem::replace(&mut self.problems, Faults::new(&*self.path)).none()?;
        Ok(columns.finish(items))
    }

    /// The values of a row, among all columns of the file.
    fn values(&mut self, table: &Table, row: usize, columns: &mut Columns) -> Vec<Option<Value>> {
        let names = self.last.names();
        let mut values = Vec::with_capacity(names.len().saturating_sub(1));
        for (column, name) in names.iter().enumerate().filter(|(at, _)| *at != self.id) {
            let kind = self.kinds.as_ref().and_then(|kinds| kinds.get(column));
            let pushed = spelled(table.cell(row, column), kind.copied())
                .and_then(|cell| push(columns, &mut values, table, row, name, cell));
            if let Err((message, help)) = pushed {
                let fault = table.fault(row, column, message);
                self.problems.push(fault.help(help));
            }
        }
        values
    }
}

/// How many cells of a column spell what.
#[derive(Clone, Default)]
struct Spelled {
    whole: usize,
    number: usize,
    truth: usize,
    text: usize,
}

impl Spelled {
    fn note(&mut self, cell: &str) {
        match cell.trim() {
            "true" | "false" => self.truth += 1,
            cell if cell.parse::<i64>().is_ok() => self.whole += 1,
            cell if cell.parse::<f64>().is_ok() => self.number += 1,
            _ => self.text += 1,
        }
    }

    /// The kind that most of them spell.
    fn kind(&self) -> Kind {
        let Self {
            whole,
            number,
            truth,
            text,
        } = *self;
        if truth > text + whole + number {
            Kind::Bool
        } else if whole + number <= text + truth {
            Kind::Text
        } else if number == 0 {
            Kind::Int
        } else {
            Kind::Double
        }
    }
}

/// Counts what the cells of a file of text spell.
fn count_spellings(columns: &mut Vec<Spelled>, table: &Table) {
    if !table.is_text() {
        return;
    }
    columns.resize(table.names().len(), Spelled::default());
    for row in 0..table.n_rows() {
        for (column, spelled) in columns.iter_mut().enumerate() {
            if let Cell::Text(cell) = table.cell(row, column) {
                spelled.note(cell);
            }
        }
    }
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
