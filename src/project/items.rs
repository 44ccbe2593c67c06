//! Items out of their file.

use std::collections::{BTreeMap, BTreeSet};

use super::Digest;
use super::paths::Root;
use super::raw::{File, Text};
use super::settings::{Column, ItemSettings, TelemetrySource};
use super::split::{self, SplitSettings};
use super::telemetry::{self, Telemetry};
use crate::ask::sha256_hex;
use crate::fault::{Fault, Faults, did_you_mean};
use crate::model::{Item, Items};
use crate::table::{self, Cell, Table};

/// The positions of the columns an item is made of.
struct Columns {
    id: usize,
    cluster: Option<usize>,
    text: usize,
    slices: Vec<usize>,
    telemetry: Option<usize>,
    split: Option<usize>,
}

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
            Some(telemetry::beside(root, file, path, id, digests, faults))
        }
    };
    let mut table = read(root, file, &settings.path, digests, faults)?;
    let columns = columns(file, settings, &table)?;
    let mut problems = Faults::new(table.path());
    let ids = ids(&table, columns.id, &mut problems);
    let rows = rows_by_id(&ids);
    let telemetry = match (beside, columns.telemetry) {
        (Some(beside), _) => beside.and_then(|beside| beside.joined(&ids, faults)),
        (None, Some(column)) => Some(telemetry::inline(&table, column, &mut problems)),
        (None, None) => Some(Telemetry::default()),
    };
    let clusters = clusters(&table, &columns, &ids, &mut problems);
    check_texts(&table, &columns, &mut problems);
    let splits = columns
        .split
        .map(|column| split::of_column(&table, column, &clusters, &mut problems));
    if let Err(problems) = problems.none() {
        faults.extend(problems);
        return None;
    }
    let mut telemetry = telemetry?;
    let mut items = Items {
        items: Vec::with_capacity(rows.len()),
        clusters: Vec::new(),
        slices: settings
            .slices
            .iter()
            .map(|slice| slice.value.into())
            .collect(),
        telemetry: std::mem::take(&mut telemetry.columns),
    };
    let names: BTreeSet<&Box<str>> = clusters.iter().collect();
    let at: BTreeMap<&str, usize> = names
        .iter()
        .zip(0..)
        .map(|(name, at)| (&***name, at))
        .collect();
    for (id, row) in rows {
        let slices = columns.slices.iter();
        items.items.push(Item {
            id: id.into(),
            cluster: at.get(&*clusters[row]).copied().unwrap_or_default(),
            slices: slices
                .map(|column| table.cell(row, *column).name().map(|name| name.into()))
                .collect(),
            telemetry: telemetry.take(row),
            text: text(&mut table, row, columns.text),
            split: splits.as_ref().and_then(|splits| splits[row]),
        });
    }
    items.clusters = names.into_iter().cloned().collect();
    if let Some(SplitSettings::Hash { test, seed }) = settings.split {
        split::by_hash(&mut items, test, seed);
    }
    Some(items)
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

fn columns(file: &File, settings: &ItemSettings<'_>, table: &Table) -> Option<Columns> {
    let needed = |column: &Column<'_>| needed(file, column, &settings.path, table);
    let named = |name| needed(&Column::Named(name));
    // All are looked up before any is found wanting.
    let id = needed(&settings.id);
    let text = needed(&settings.text);
    let cluster = settings.cluster.as_ref().map(&needed);
    let slices: Vec<_> = settings.slices.iter().cloned().map(named).collect();
    let telemetry = match &settings.telemetry {
        TelemetrySource::Inline(Column::Usual(name)) => table.column(name).map(Some),
        TelemetrySource::Inline(column) => Some(needed(column)),
        TelemetrySource::File { .. } => None,
    };
    let split = match &settings.split {
        Some(SplitSettings::Column(name)) => Some(named(name.clone())),
        Some(SplitSettings::Hash { .. }) | None => None,
    };
    Some(Columns {
        id: id?,
        text: text?,
        cluster: match cluster {
            Some(cluster) => Some(cluster?),
            None => None,
        },
        slices: slices.into_iter().collect::<Option<_>>()?,
        telemetry: match telemetry {
            Some(telemetry) => Some(telemetry?),
            None => None,
        },
        split: match split {
            Some(split) => Some(split?),
            None => None,
        },
    })
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

/// The id of each row; empty where it is at fault.
fn ids(table: &Table, column: usize, problems: &mut Faults) -> Vec<Box<str>> {
    let mut first: BTreeMap<Box<str>, usize> = BTreeMap::new();
    let mut ids = Vec::with_capacity(table.n_rows());
    for row in 0..table.n_rows() {
        let id: Box<str> = match id(table, row, column) {
            Ok(id) => id,
            Err(fault) => {
                problems.push(fault);
                ids.push("".into());
                continue;
            }
        };
        if let Some(earlier) = first.get(&id) {
            let message = format!("the id `{id}` stands on {} already", table.spot(*earlier));
            problems.push(
                table
                    .fault(row, column, message)
                    .help("give each item an id of its own"),
            );
        } else {
            first.insert(id.clone(), row);
        }
        ids.push(id);
    }
    ids
}

/// The id in a cell.
pub(super) fn id(table: &Table, row: usize, column: usize) -> Result<Box<str>, Fault> {
    let fault = |message: &str, help: &str| Err(table.fault(row, column, message).help(help));
    match table.cell(row, column) {
        Cell::Missing => fault("no id", "give every row an id"),
        Cell::Json(_) => fault("an id must be text or a number", "write the id alone"),
        cell => match cell.name() {
            Some(name) if name.trim().is_empty() => fault("no id", "give every row an id"),
            Some(name) => Ok(name.into()),
            None => Err(table
                .fault(row, column, "too large a number for an id")
                .help("write it in quotes")),
        },
    }
}

/// The rows in the order of their ids.
fn rows_by_id(ids: &[Box<str>]) -> Vec<(&str, usize)> {
    let mut rows: Vec<(&str, usize)> = ids.iter().map(|id| &**id).zip(0..).collect();
    rows.sort_unstable();
    rows
}

fn clusters(
    table: &Table,
    columns: &Columns,
    ids: &[Box<str>],
    problems: &mut Faults,
) -> Vec<Box<str>> {
    let Some(column) = columns.cluster else {
        return ids.to_vec();
    };
    let mut clusters = Vec::with_capacity(ids.len());
    for row in 0..table.n_rows() {
        let name = table.cell(row, column).name();
        let name = name.filter(|name| !name.trim().is_empty());
        if name.is_none() {
            let message = format!("no cluster in `{}`", table.names()[column]);
            let help = "fill it in: items without a known account get one of their own each";
            problems.push(table.fault(row, column, message).help(help));
        }
        clusters.push(name.unwrap_or_default().into());
    }
    clusters
}

fn check_texts(table: &Table, columns: &Columns, problems: &mut Faults) {
    for row in 0..table.n_rows() {
        match table.cell(row, columns.text) {
            Cell::Missing => {
                let fault = table.fault(row, columns.text, "no text: there is nothing to classify");
                problems.push(fault.help("fill it in, or leave the item out"));
            }
            cell @ Cell::Json(_) => {
                let message = format!("the text is {}, not text", cell.kind());
                let help = "write the transcript as one text, line ends as `\\n`";
                problems.push(table.fault(row, columns.text, message).help(help));
            }
            _ => {}
        }
        for &column in &columns.slices {
            let cell = table.cell(row, column);
            if !cell.is_missing() && cell.name().is_none() {
                let message = format!(
                    "the slice `{}` is {}, not text",
                    table.names()[column],
                    cell.kind()
                );
                let help = "write one word, or leave it out";
                problems.push(table.fault(row, column, message).help(help));
            }
        }
    }
}

fn text(table: &mut Table, row: usize, column: usize) -> Box<str> {
    table.take_text(row, column).unwrap_or_else(|| {
        let name = table.cell(row, column).name();
        name.map_or_else(Box::default, Into::into)
    })
}

/// The id that an unknown id may be meant for.
pub(super) fn nearest_item(id: &str, items: &Items) -> String {
    // Comparing with each of very many ids would take longer than reading them.
    const COMPARED: usize = 20_000;
    let known = items.items.iter().map(|item| &*item.id);
    did_you_mean(id, known.take(COMPARED)).unwrap_or_else(|| {
        let example = items.items.first().map_or("", |item| &*item.id);
        format!("ids are spelled exactly as among the items, such as `{example}`")
    })
}
