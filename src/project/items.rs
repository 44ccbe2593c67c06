//! Items out of their file, all but their texts.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::Digest;
use super::beside::{self, Beside};
use super::paths::Root;
use super::raw::{File, Text};
use super::settings::{Column, ItemSettings, TelemetrySource};
use super::split::{self, Sides, SplitSettings};
use super::telemetry::Inline;
use crate::ask::{hex, sha256, sha256_hex};
use crate::fault::{Fault, Faults, did_you_mean};
use crate::model::{Item, Items, Split};
use crate::table::{self, Cell, Chunks, Table};

/// Reads the items, and the telemetry beside them. What is wrong with a setting is noted in its
/// file, what is wrong with the data is added to `faults`.
pub(super) fn load(
    root: &Root,
    file: &File,
    settings: &ItemSettings<'_>,
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<Items> {
    // Read first, so that the faults of both files are found at once.
    let beside = match &settings.telemetry {
        TelemetrySource::Inline(_) => None,
        TelemetrySource::File { path, id } => {
            Some(beside::read(root, file, path, id, digests, faults))
        }
    };
    let opened = root.open(file, &settings.path)?;
    let path = root.path(settings.path.value.as_ref());
    let mut reading = Reading::new(&path, settings);
    let read = Chunks::new(&path, opened).and_then(|mut chunks| {
        let mut last = None;
        for table in &mut chunks {
            last = Some(reading.read(table?));
        }
        Ok((last, chunks.sha256()))
    });
    let (last, digest) = read.map_err(|wrong| faults.extend(wrong)).ok()?;
    digests.push(Digest {
        file: settings.path.value.into(),
        sha256: hex(&digest),
    });
    // A column of JSONL may occur in the last row alone.
    check_columns(file, settings, &last?)?;
    reading.finish(beside, faults)
}

/// What has been read of the items.
struct Reading<'s> {
    settings: &'s ItemSettings<'s>,
    /// In the order of the file, until the end without their ids.
    items: Vec<Item>,
    /// By id, so that each is held once.
    seen: HashMap<Box<str>, Seen>,
    /// The clusters, numbered as they occur.
    clusters: BTreeMap<Box<str>, usize>,
    telemetry: Inline,
    sides: Sides,
    problems: Problems,
}

/// Where an item was.
struct Seen {
    line: usize,
    item: usize,
}

/// The faults of the items, in the order in which they are shown.
struct Problems {
    ids: Faults,
    telemetry: Faults,
    clusters: Faults,
    texts: Faults,
    splits: Faults,
}

/// The columns of the items, as far as they have occurred.
struct Columns {
    id: Option<usize>,
    cluster: Option<usize>,
    text: Option<usize>,
    slices: Vec<Option<usize>>,
    telemetry: Option<usize>,
    split: Option<usize>,
}

impl<'s> Reading<'s> {
    fn new(path: &Path, settings: &'s ItemSettings<'s>) -> Self {
        let none = || Faults::new(path);
        Self {
            settings,
            items: Vec::new(),
            seen: HashMap::new(),
            clusters: BTreeMap::new(),
            telemetry: Inline::default(),
            sides: Sides::default(),
            problems: Problems {
                ids: none(),
                telemetry: none(),
                clusters: none(),
                texts: none(),
                splits: none(),
            },
        }
    }

    /// Reads some rows, and hands them back.
    fn read(&mut self, table: Table) -> Table {
        let columns = self.columns(&table);
        for row in 0..table.n_rows() {
            let cluster = self.cluster(&table, row, columns.cluster);
            let text = self.text(&table, row, columns.text);
            let item = Item {
                id: "".into(),
                cluster,
                text_sha256: sha256(text.as_bytes()),
                text_bytes: text.len() as u64,
                slices: self.slices(&table, row, &columns.slices),
                telemetry: match columns.telemetry {
                    Some(column) => {
                        let problems = &mut self.problems.telemetry;
                        self.telemetry.read(&table, row, column, problems)
                    }
                    None => Vec::new(),
                },
                split: self.split(&table, row, columns.split, cluster),
            };
            if self.is_new(&table, row, columns.id) {
                self.items.push(item);
            }
        }
        table
    }

    fn columns(&self, table: &Table) -> Columns {
        let settings = self.settings;
        let column = |column: &Column<'_>| table.column(column.name());
        let slices = settings.slices.iter();
        Columns {
            id: column(&settings.id),
            cluster: settings.cluster.as_ref().and_then(column),
            text: column(&settings.text),
            slices: slices.map(|slice| table.column(slice.value)).collect(),
            telemetry: match &settings.telemetry {
                TelemetrySource::Inline(telemetry) => column(telemetry),
                TelemetrySource::File { .. } => None,
            },
            split: match &settings.split {
                Some(SplitSettings::Column(name)) => table.column(name.value),
                Some(SplitSettings::Hash { .. }) | None => None,
            },
        }
    }

    /// Notes the id of the next item; false if it has none of its own.
    fn is_new(&mut self, table: &Table, row: usize, column: Option<usize>) -> bool {
        let id = match id(table, row, column) {
            Ok(id) => id,
            Err(fault) => {
                self.problems.ids.push(fault);
                return false;
            }
        };
        if let Some(earlier) = self.seen.get(&id) {
            let spot = table.spot_of_line(earlier.line);
            let message = format!("the id `{id}` stands on {spot} already");
            let fault = fault(table, row, column, message);
            let help = "give each item an id of its own";
            self.problems.ids.push(fault.help(help));
            return false;
        }
        let (line, item) = (table.line(row), self.items.len());
        self.seen.insert(id, Seen { line, item });
        true
    }

    /// The number of an item's cluster; without meaning if items are their own.
    fn cluster(&mut self, table: &Table, row: usize, column: Option<usize>) -> usize {
        let Some(setting) = &self.settings.cluster else {
            return 0;
        };
        let name = cell(table, row, column).name();
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
            let message = format!("no cluster in `{}`", setting.name());
            let help = "fill it in: items without a known account get one of their own each";
            let fault = fault(table, row, column, message);
            self.problems.clusters.push(fault.help(help));
            return 0;
        };
        if let Some(number) = self.clusters.get(&*name) {
            return *number;
        }
        let number = self.clusters.len();
        self.clusters.insert(name.into(), number);
        number
    }

    /// The side of an item, where a column says it.
    fn split(
        &mut self,
        table: &Table,
        row: usize,
        column: Option<usize>,
        cluster: usize,
    ) -> Option<Split> {
        let Some(SplitSettings::Column(_)) = &self.settings.split else {
            return None;
        };
        // Without a column of clusters no two items share one.
        let cluster = self.settings.cluster.as_ref().map(|_| cluster);
        let side = self.sides.read(table, row, column, cluster);
        side.map_err(|fault| self.problems.splits.push(fault)).ok()
    }

    fn text<'t>(&mut self, table: &'t Table, row: usize, column: Option<usize>) -> Cow<'t, str> {
        let problems = &mut self.problems.texts;
        match cell(table, row, column) {
            Cell::Missing => {
                let message = "no text: there is nothing to classify";
                let fault = fault(table, row, column, message);
                problems.push(fault.help("fill it in, or leave the item out"));
            }
            cell @ Cell::Json(_) => {
                let message = format!("the text is {}, not text", cell.kind());
                let help = "write the transcript as one text, line ends as `\\n`";
                problems.push(fault(table, row, column, message).help(help));
            }
            _ => {}
        }
        text(table, row, column)
    }

    fn slices(
        &mut self,
        table: &Table,
        row: usize,
        columns: &[Option<usize>],
    ) -> Vec<Option<Box<str>>> {
        let mut slices = Vec::with_capacity(columns.len());
        for (&column, setting) in columns.iter().zip(&self.settings.slices) {
            let cell = cell(table, row, column);
            let name = cell.name();
            if name.is_none() && !cell.is_missing() {
                let message = format!("the slice `{}` is {}, not text", setting.value, cell.kind());
                let help = "write one word, or leave it out";
                let fault = fault(table, row, column, message);
                self.problems.texts.push(fault.help(help));
            }
            slices.push(name.map(Into::into));
        }
        slices
    }

    /// The items in the order of their ids. `beside` is telemetry of a file of its own, if there
    /// is one, and `None` in it that it could not be read.
    fn finish(mut self, beside: Option<Option<Beside>>, faults: &mut Vec<Fault>) -> Option<Items> {
        for (id, seen) in self.seen {
            self.items[seen.item].id = id;
        }
        let telemetry = match beside {
            Some(beside) => beside.and_then(|beside| beside.join(&mut self.items, faults)),
            None => Some(self.telemetry.finish(&mut self.items)),
        };
        let mut problems = self.problems.ids;
        problems.append(self.problems.telemetry);
        problems.append(self.problems.clusters);
        problems.append(self.problems.texts);
        problems.append(self.problems.splits);
        problems.none().map_err(|wrong| faults.extend(wrong)).ok()?;
        let mut items = self.items;
        items.shrink_to_fit();
        items.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        let clusters = match self.settings.cluster {
            Some(_) => name_clusters(self.clusters, &mut items),
            None => own_clusters(&mut items),
        };
        let slices = self.settings.slices.iter();
        let mut items = Items {
            items,
            clusters,
            slices: slices.map(|slice| slice.value.into()).collect(),
            telemetry: telemetry?,
        };
        if let Some(SplitSettings::Hash { test, seed }) = self.settings.split {
            split::by_hash(&mut items, test, seed);
        }
        Some(items)
    }
}

/// Numbers the clusters by their names.
fn name_clusters(clusters: BTreeMap<Box<str>, usize>, items: &mut [Item]) -> Vec<Box<str>> {
    let mut places = vec![0; clusters.len()];
    for (place, number) in clusters.values().enumerate() {
        places[*number] = place;
    }
    for item in items {
        item.cluster = places[item.cluster];
    }
    clusters.into_keys().collect()
}

/// Makes each item a cluster.
fn own_clusters(items: &mut [Item]) -> Vec<Box<str>> {
    let numbered = items.iter_mut().enumerate();
    numbered
        .map(|(place, item)| {
            item.cluster = place;
            item.id.clone()
        })
        .collect()
}

/// Notes the columns that the file does not have.
fn check_columns(file: &File, settings: &ItemSettings<'_>, table: &Table) -> Option<()> {
    let needed = |column: &Column<'_>| needed(file, column, &settings.path, table);
    // All are looked up before any is found wanting.
    let mut found = vec![needed(&settings.id), needed(&settings.text)];
    found.extend(settings.cluster.as_ref().map(&needed));
    let slices = settings.slices.iter().cloned();
    found.extend(slices.map(|slice| needed(&Column::Named(slice))));
    if let TelemetrySource::Inline(column @ Column::Named(_)) = &settings.telemetry {
        found.push(needed(column));
    }
    if let Some(SplitSettings::Column(name)) = &settings.split {
        found.push(needed(&Column::Named(name.clone())));
    }
    found
        .into_iter()
        .all(|column| column.is_some())
        .then_some(())
}

/// What stands in a row under a column, which may not have occurred yet.
pub(super) fn cell(table: &Table, row: usize, column: Option<usize>) -> Cell<'_> {
    column.map_or(Cell::Missing, |column| table.cell(row, column))
}

pub(super) fn fault(
    table: &Table,
    row: usize,
    column: Option<usize>,
    message: impl Into<String>,
) -> Fault {
    match column {
        Some(column) => table.fault(row, column, message),
        None => table.row_fault(row, message),
    }
}

/// The text of an item.
pub(super) fn text(table: &Table, row: usize, column: Option<usize>) -> Cow<'_, str> {
    cell(table, row, column).name().unwrap_or_default()
}

/// Reads a data file that a setting names.
pub(super) fn read(
    root: &Root,
    file: &File,
    path: &Text<'_>,
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<Table> {
    let bytes = root.data(file, path)?;
    let shown = root.path(path.value.as_ref());
    digests.push(Digest {
        file: path.value.into(),
        sha256: sha256_hex(&bytes),
    });
    table::read(&shown, bytes)
        .map_err(|wrong| faults.extend(wrong))
        .ok()
}

/// The position of a column that has to be there. The fault stands where the column is named.
pub(super) fn needed(
    file: &File,
    column: &Column<'_>,
    path: &Text<'_>,
    table: &Table,
) -> Option<usize> {
    let name = column.name();
    let found = table.column(name);
    if found.is_none() {
        let span = match column {
            Column::Named(text) => text.span.clone(),
            Column::Usual(_) => path.span.clone(),
        };
        let help = table.no_column(name).help.unwrap_or_default();
        file.fault_help(
            span,
            format!("no column `{name}` in `{}`", path.value),
            help,
        );
    }
    found
}

/// The id in a cell.
pub(super) fn id(table: &Table, row: usize, column: Option<usize>) -> Result<Box<str>, Fault> {
    let wrong = |message: &str, help: &str| Err(fault(table, row, column, message).help(help));
    match cell(table, row, column) {
        Cell::Missing => wrong("no id", "give every row an id"),
        Cell::Json(_) => wrong("an id must be text or a number", "write the id alone"),
        cell => match cell.name() {
            Some(name) if name.trim().is_empty() => wrong("no id", "give every row an id"),
            Some(name) => Ok(name.into()),
            None => wrong("too large a number for an id", "write it in quotes"),
        },
    }
}

/// The item of a row. Advice is only sought where it will be shown: among many ids it takes time.
pub(super) fn item(
    table: &Table,
    row: usize,
    column: usize,
    items: &Items,
    advise: bool,
) -> Result<usize, Fault> {
    let id = id(table, row, Some(column))?;
    items.position(&id).ok_or_else(|| {
        let fault = table.fault(row, column, format!("no item has the id `{id}`"));
        match advise {
            true => fault.help(nearest_item(&id, items)),
            false => fault,
        }
    })
}

/// The id that an unknown id may be meant for.
pub fn nearest_item(id: &str, items: &Items) -> String {
    // Comparing with each of very many ids would take longer than reading them.
    const COMPARED: usize = 20_000;
    let known = items.items.iter().map(|item| &*item.id);
    did_you_mean(id, known.take(COMPARED)).unwrap_or_else(|| {
        let example = items.items.first().map_or("", |item| &*item.id);
        format!("ids are spelled exactly as among the items, such as `{example}`")
    })
}
