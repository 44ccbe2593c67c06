//! Columns that flags name, and their cells.

use std::borrow::Cow;

use super::quoted;
use crate::fault::{Fault, shown};
use crate::table::{Cell, Table};

/// The one file, or those that are joined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files<'a> {
    /// The file with the labels under test.
    pub(super) file: &'a Table,
    /// The file with the labels taken as right, where it is another one.
    pub(super) against: Option<&'a Table>,
    /// The file with the baseline's labels, where it is another one.
    pub(super) base: Option<&'a Table>,
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Its row in the file.
    pub(super) file: Option<usize>,
    /// Its row in the file with the labels taken as right, where it is another one.
    pub(super) against: Option<usize>,
    /// Its row in the file with the baseline's labels, where it is another one.
    pub(super) base: Option<usize>,
}

/// A column that may stand in any of the files. Where several have it, the first counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// The file that has it first.
    table: &'a Table,
    file: Option<(&'a Table, usize)>,
    against: Option<(&'a Table, usize)>,
    base: Option<(&'a Table, usize)>,
}

/// A cell and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    table: &'a Table,
    row: usize,
    column: usize,
}

impl<'a> Files<'a> {
    /// A column of labels under test.
    pub(super) fn of_file(self, name: &'a str, flag: &str) -> Result<Field<'a>, Fault> {
        let column = find(self.file, name).ok_or_else(|| no_column(self.file, name, flag))?;
        Ok(Field {
            name,
            table: self.file,
            file: Some(column),
            against: None,
            base: None,
        })
    }

    /// A column of the baseline's labels.
    pub(super) fn of_base(self, name: &'a str, flag: &str) -> Result<Field<'a>, Fault> {
        let Some(base) = self.base else {
            return self.of_file(name, flag);
        };
        let column = find(base, name).ok_or_else(|| no_column(base, name, flag))?;
        Ok(Field {
            name,
            table: base,
            file: None,
            against: None,
            base: Some(column),
        })
    }

    /// A column of labels taken as right.
    pub(super) fn of_reference(self, name: &'a str, flag: &str) -> Result<Field<'a>, Fault> {
        let Some(against) = self.against else {
            return self.of_file(name, flag);
        };
        let column = find(against, name).ok_or_else(|| no_column(against, name, flag))?;
        Ok(Field {
            name,
            table: against,
            file: None,
            against: Some(column),
            base: None,
        })
    }

    /// A column about the items themselves.
    pub(super) fn of_items(self, name: &'a str, flag: &str) -> Result<Field<'a>, Fault> {
        self.somewhere(name)
            .ok_or_else(|| no_column(self.file, name, flag))
    }

    /// The column in whichever file has it.
    pub(super) fn somewhere(self, name: &'a str) -> Option<Field<'a>> {
        let file = find(self.file, name);
        let base = self.base.and_then(|base| find(base, name));
        let against = self.against.and_then(|against| find(against, name));
        let (table, _) = file.or(base).or(against)?;
        Some(Field {
            name,
            table,
            file,
            against,
            base,
        })
    }

    /// All files, in the order in which they are looked at.
    pub(super) fn all(self) -> impl Iterator<Item = &'a Table> {
        [Some(self.file), self.base, self.against]
            .into_iter()
            .flatten()
    }
}

fn find<'a>(table: &'a Table, name: &str) -> Option<(&'a Table, usize)> {
    table.column(name).map(|column| (table, column))
}

/// The fault of lacking a column that a flag names.
pub(super) fn no_column(table: &Table, name: &str, flag: &str) -> Fault {
    let mut fault = table.no_column(name);
    fault.message = format!("no column {}, which `{flag}` names", quoted(name));
    fault
}

impl<'a> Field<'a> {
    /// The item's cell, or `None` where the item has no row in a file with this column.
    pub(super) fn spot(&self, row: Row) -> Option<Spot<'a>> {
        let spot = |column: Option<(&'a Table, usize)>, row: Option<usize>| {
            let (table, column) = column?;
            Some(Spot {
                table,
                row: row?,
                column,
            })
        };
        spot(self.file, row.file)
            .or_else(|| spot(self.base, row.base))
            .or_else(|| spot(self.against, row.against))
    }

    /// The column's name and, where the other column is of another file, its file's.
    pub(super) fn beside(&self, other: &Self) -> String {
        if self.table.path() == other.table.path() {
            quoted(self.name)
        } else {
            format!("{} of `{}`", quoted(self.name), shown(self.table.path()))
        }
    }

    /// A fault of the column as a whole.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        self.table.header_fault(message)
    }
}

impl<'a> Spot<'a> {
    pub(super) fn new(table: &'a Table, row: usize, column: usize) -> Self {
        Self { table, row, column }
    }

    /// The cell.
    pub(super) fn cell(self) -> Cell<'a> {
        self.table.cell(self.row, self.column)
    }

    /// Whether nothing is written there.
    pub(super) fn is_missing(self) -> bool {
        match self.cell() {
            Cell::Missing => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell's text, `None` if nothing is written there; or what it is instead of a text.
    pub(super) fn text(self) -> Result<Option<Cow<'a, str>>, &'static str> {
        if self.is_missing() {
            return Ok(None);
        }
        let cell = self.cell();
        match (cell.name(), cell) {
            (Some(text), _) => Ok(Some(text)),
            (None, Cell::Double(_)) => Err("a number too large to be exact"),
            (None, cell) => Err(cell.kind()),
        }
    }

    /// The cell as it is shown in messages.
    pub(super) fn shown(self) -> String {
        match self.text() {
            Ok(text) => quoted(text.as_deref().unwrap_or("")),
            Err(kind) => kind.to_owned(),
        }
    }

    /// Where the cell stands, as messages say it.
    pub(super) fn place(self) -> String {
        format!(
            "{} of `{}`",
            self.table.spot(self.row),
            shown(self.table.path())
        )
    }

    /// A fault of the cell.
    pub(super) fn fault(self, message: impl Into<String>) -> Fault {
        self.table.fault(self.row, self.column, message)
    }
}
