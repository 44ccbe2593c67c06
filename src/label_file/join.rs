//! Which items there are, and in which rows they stand.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::field::{Files, Row, Spot, no_column};
use super::{Found, few, flags, quoted};
use crate::fault::{Fault, did_you_mean, shown};
use crate::table::{Table, list};

/// The column of a reference file that says whose label a row holds.
pub(super) const RATER: &str = "rater";

/// The items in the order of their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined {
    pub(super) ids: Vec<Box<str>>,
    pub(super) rows: Vec<Row>,
    /// The raters of the reference file who are not taken as right: the rows of each.
    pub(super) second: Vec<(String, Vec<Row>)>,
    /// The positions of the items in the order in which the files name them.
    file_order: Vec<usize>,
}

impl Joined {
    /// One value for each item, in the order of the items but read in the order of the files, so
    /// that faults come in that order and the first spelling is the first of the file.
    pub(super) fn in_file_order<T: Clone>(
        &self,
        blank: T,
        mut read: impl FnMut(usize, Row) -> T,
    ) -> Vec<T> {
        let mut values = vec![blank; self.rows.len()];
        for item in &self.file_order {
            values[*item] = read(*item, self.rows[*item]);
        }
        values
    }

    /// The items and their rows, in the order in which the files name them.
    pub(super) fn walk(&self) -> impl Iterator<Item = (usize, Row)> + '_ {
        self.file_order.iter().map(|item| (*item, self.rows[*item]))
    }

    /// The same items with the rows of another rater.
    pub(super) fn with_rows(&self, rows: &[Row]) -> Self {
        Self {
            ids: self.ids.clone(),
            rows: rows.to_vec(),
            second: Vec::new(),
            file_order: self.file_order.clone(),
        }
    }

    /// Puts items in the order of their ids.
    fn sorted<'a>(found: Vec<(Cow<'a, str>, Row)>) -> Self {
        let mut by_id: Vec<usize> = (0..found.len()).collect();
        by_id.sort_unstable_by(|one, other| found[*one].0.cmp(&found[*other].0));
        let mut file_order = vec![0; found.len()];
        let mut joined = Self::default();
        for (item, at) in by_id.into_iter().enumerate() {
            file_order[at] = item;
            joined.ids.push(found[at].0.as_ref().into());
            joined.rows.push(found[at].1);
        }
        Self {
            file_order,
            ..joined
        }
    }
}

/// The items of one file.
pub(super) fn of_file(table: &Table, id: Option<&str>, found: &mut Found) -> Joined {
    let row = |row| Row {
        file: Some(row),
        ..Row::default()
    };
    let Some(id) = id else {
        // As many digits in every id, so that their order is that of the rows.
        let width = table.n_rows().to_string().len();
        let n_rows = table.n_rows();
        return Joined {
            ids: (1..=n_rows)
                .map(|number| format!("row {number:0width$}").into())
                .collect(),
            rows: (0..n_rows).map(row).collect(),
            file_order: (0..n_rows).collect(),
            second: Vec::new(),
        };
    };
    let ids = ids(table, id, |_| 0, found);
    Joined::sorted(ids.into_iter().map(|(id, at)| (id, row(at))).collect())
}

/// The items of all files, each with its row in those that have it.
pub(super) fn of_all(
    files: Files<'_>,
    id: Option<&str>,
    rater: Option<&str>,
    found: &mut Found,
    notes: &mut Vec<String>,
) -> Joined {
    let mut joined = Joining::default();
    let Some(id) = id else {
        found.push(no_id(files));
        return Joined::default();
    };
    let mut lacks_id = false;
    for other in files.all().skip(1) {
        if other.column(id).is_none() {
            found.push(no_column(other, id, "--id"));
            lacks_id = true;
        }
    }
    if lacks_id {
        return Joined::default();
    }
    let raters = files.against.map(|against| {
        let raters = Raters::read(against, found);
        let chosen = raters.choose(against, rater, found, notes);
        (against, raters, chosen)
    });
    if matches!(raters, Some((_, _, None))) {
        return Joined::default();
    }
    for (id, row) in ids(files.file, id, |_| 0, found) {
        joined.row(id).file = Some(row);
    }
    if let Some(base) = files.base {
        let before = joined.items.len();
        let mut n_common = 0;
        for (id, row) in ids(base, id, |_| 0, found) {
            let place = joined.row(id);
            place.base = Some(row);
            n_common += usize::from(place.file.is_some());
        }
        found.extend(strangers([files.file, base], id, &joined, before, n_common));
    }
    if let Some((against, raters, Some(chosen))) = &raters {
        let before = joined.items.len();
        let mut n_common = 0;
        for (id, row) in ids(against, id, |row| raters.of(row), found) {
            let rater = raters.of(row);
            if rater != *chosen {
                joined.second.entry(rater).or_default().insert(id, row);
                continue;
            }
            let place = joined.row(id);
            place.against = Some(row);
            n_common += usize::from(place.file.is_some() || place.base.is_some());
        }
        found.extend(strangers(
            [files.file, against],
            id,
            &joined,
            before,
            n_common,
        ));
    }
    let names = raters.map_or_else(Vec::new, |(_, raters, _)| raters.names);
    joined.finish(&names)
}

/// Items as they are found.
#[derive(Default)]
struct Joining<'a> {
    items: Vec<(Cow<'a, str>, Row)>,
    known: HashMap<Cow<'a, str>, usize>,
    /// The rows of the raters who are no reference, by rater and id.
    second: BTreeMap<usize, HashMap<Cow<'a, str>, usize>>,
}

impl<'a> Joining<'a> {
    /// The rows of an item, which is a new one if it is not known.
    fn row(&mut self, id: Cow<'a, str>) -> &mut Row {
        let at = *self.known.entry(id).or_insert_with_key(|id| {
            self.items.push((id.clone(), Row::default()));
            self.items.len() - 1
        });
        &mut self.items[at].1
    }

    fn finish(self, raters: &[String]) -> Joined {
        let mut joined = Joined::sorted(self.items);
        for (rater, rows) in self.second {
            let row = |id: &str| Row {
                against: rows.get(id).copied(),
                ..Row::default()
            };
            let rows = joined.ids.iter().map(|id| row(id)).collect();
            joined.second.push((raters[rater].clone(), rows));
        }
        joined
    }
}

/// The fault of two files without a common item; those from `before` on are only in the other.
fn strangers(
    [file, other]: [&Table; 2],
    id: &str,
    joined: &Joining<'_>,
    before: usize,
    n_common: usize,
) -> Option<Fault> {
    let (ours, theirs) = joined.items.split_at(before);
    if n_common > 0 || ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let texts = |items: &[(Cow<'_, str>, Row)]| few(items.iter().map(|(id, _)| &**id));
    let (one, two) = (shown(file.path()), shown(other.path()));
    let message = format!("no {} of `{one}` is in `{two}`", quoted(id));
    Some(file.header_fault(message).help(format!(
        "`{one}` has {}; `{two}` has {}: check that both name the same items alike",
        texts(ours),
        texts(theirs)
    )))
}

fn no_id(files: Files<'_>) -> Fault {
    let names = files.file.names().iter();
    let all = names.filter(|name| files.all().all(|table| table.column(name).is_some()));
    let help = match list(all.map(|name| &**name)) {
        none if none.is_empty() => "the files have no column in common".to_owned(),
        all if files.all().count() == 2 => format!("columns of both files: {all}"),
        all => format!("columns of all files: {all}"),
    };
    let what = match files.base {
        Some(_) => "two files need",
        None => "`--against` needs",
    };
    flags::fault(format!(
        "{what} `--id COLUMN`, to know which rows belong together"
    ))
    .help(help)
}

/// The id of every row. The same id may stand in two rows only if they are of different raters.
fn ids<'a>(
    table: &'a Table,
    id: &str,
    rater: impl Fn(usize) -> usize,
    found: &mut Found,
) -> Vec<(Cow<'a, str>, usize)> {
    let Some(column) = table.column(id) else {
        return Vec::new();
    };
    let mut first_rows = HashMap::with_capacity(table.n_rows());
    let mut ids = Vec::with_capacity(table.n_rows());
    for row in 0..table.n_rows() {
        let spot = Spot::new(table, row, column);
        let text =
            match spot.text() {
                Ok(Some(text)) => text,
                Ok(None) => {
                    found.push(spot.fault("no id").help(
                        "give every row an id, or leave `--id` out to have the rows numbered",
                    ));
                    continue;
                }
                Err(kind) => {
                    let message = format!("an id is a text or a number, not {kind}");
                    found.push(spot.fault(message).help("write the id alone"));
                    continue;
                }
            };
        match first_rows.get(&(text.clone(), rater(row))) {
            Some(first) => found.push(twice(table, row, column, *first, &text)),
            None => {
                first_rows.insert((text.clone(), rater(row)), row);
                ids.push((text, row));
            }
        }
    }
    ids
}

fn twice(table: &Table, row: usize, column: usize, first: usize, id: &str) -> Fault {
    let message = format!(
        "the id {} stands on {} already",
        quoted(id),
        table.spot(first)
    );
    let help = if table.column(RATER).is_some() {
        "an item has one row of each rater"
    } else {
        "an item has one row: name the column that tells rows apart with `--id`, and what they \
         share, such as an account, with `--cluster`"
    };
    table.fault(row, column, message).help(help)
}

/// Who gave the labels of a reference file.
#[derive(Debug, Default)]
struct Raters {
    names: Vec<String>,
    /// Of each row; empty where the file does not say.
    of_rows: Vec<usize>,
}

impl Raters {
    fn read(table: &Table, found: &mut Found) -> Self {
        let mut raters = Self::default();
        let Some(column) = table.column(RATER) else {
            return raters;
        };
        let mut known: HashMap<Cow<'_, str>, usize> = HashMap::new();
        for row in 0..table.n_rows() {
            let name = table.cell(row, column).name().unwrap_or_default();
            if name.trim().is_empty() {
                let fault = table.fault(row, column, "no rater");
                found.push(fault.help("name who gave the label, or leave out the column"));
            }
            let rater = known.entry(name).or_insert_with_key(|name| {
                raters.names.push(name.clone().into_owned());
                raters.names.len() - 1
            });
            raters.of_rows.push(*rater);
        }
        raters
    }

    fn of(&self, row: usize) -> usize {
        self.of_rows.get(row).copied().unwrap_or(0)
    }

    /// The rater whose labels are taken as right.
    fn choose(
        &self,
        table: &Table,
        wanted: Option<&str>,
        found: &mut Found,
        notes: &mut Vec<String>,
    ) -> Option<usize> {
        let names = || self.names.iter().map(|name| &**name);
        match (wanted, &*self.names) {
            (None, []) => Some(0),
            (None, [first, others @ ..]) => {
                if !others.is_empty() {
                    notes.push(format!(
                        "`{}` has labels of {}: those of {} are the reference, `--rater` takes \
                         others",
                        shown(table.path()),
                        few(names()),
                        quoted(first)
                    ));
                }
                Some(0)
            }
            (Some(_), []) => {
                found.push(no_rater_column(table));
                None
            }
            (Some(wanted), _) => {
                let at = names().position(|name| name == wanted);
                if at.is_none() {
                    let listed = list(names());
                    let help = match did_you_mean(wanted, names()) {
                        Some(guess) => format!("{guess} The raters are {listed}"),
                        None => format!("the raters are {listed}"),
                    };
                    let message = format!("no rater {}", quoted(wanted));
                    found.push(table.header_fault(message).help(help));
                }
                at
            }
        }
    }
}

fn no_rater_column(table: &Table) -> Fault {
    let mut fault = no_column(table, RATER, "--rater");
    fault.message = format!("no column `{RATER}`, which `--rater` needs");
    fault
}
