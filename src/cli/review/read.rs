//! Decisions out of a queue that somebody has filled in. All faults are found before any decision
//! is taken.

use std::collections::HashMap;

use crate::fault::{Fault, Faults, did_you_mean};
use crate::model::{Label, Scheme};
use crate::project::{Project, label_of_text, nearest_item};
use crate::report::review::is_drawn;
use crate::report::spreadsheet::undo;
use crate::table::Table;

/// What a person decided.
pub(super) struct Decided {
    /// The position of the classifier.
    pub(super) classifier: usize,
    /// The position of the item.
    pub(super) item: usize,
    pub(super) label: Label,
    /// Empty where nothing is said.
    pub(super) why: String,
    /// Whether the item is in the file by chance.
    pub(super) drawn: bool,
}

/// What a file holds.
pub(super) struct Filled {
    /// Its decisions.
    pub(super) decided: Vec<Decided>,
    /// How many of its rows have none.
    pub(super) n_open: usize,
    /// Of each classifier, by its position, how many rows were drawn at random.
    pub(super) n_drawn: Vec<usize>,
}

/// The decisions of a file, and what is known of its other rows.
pub(super) fn read(table: &Table, project: &Project) -> Result<Filled, Vec<Fault>> {
    let column = |name: &str| table.column(name).ok_or_else(|| table.no_column(name));
    let (classifier, id, decision) = match (column("classifier"), column("id"), column("decision"))
    {
        (Ok(classifier), Ok(id), Ok(decision)) => (classifier, id, decision),
        (classifier, id, decision) => {
            let missing = [classifier.err(), id.err(), decision.err()];
            return Err(missing.into_iter().flatten().collect());
        }
    };
    let why = table.column("why");
    let drawn = table.column("drawn");
    let mut n_drawn = vec![0; project.classifiers.len()];
    let mut problems = Faults::new(table.path());
    let mut decided = Vec::new();
    let mut first: HashMap<(usize, usize), usize> = HashMap::new();
    let mut n_open = 0;
    for row in 0..table.n_rows() {
        let text = |column: usize| {
            let cell = table.cell(row, column).name().unwrap_or_default();
            undo(&cell).to_owned()
        };
        let is_by_chance = drawn.is_some_and(|column| is_drawn(&text(column)));
        let label = text(decision);
        if is_by_chance {
            let name = text(classifier);
            let mut classifiers = project.classifiers.iter();
            if let Some(position) = classifiers.position(|one| *one.id == *name) {
                n_drawn[position] += 1;
            }
        }
        if label.trim().is_empty() {
            n_open += 1;
            continue;
        }
        let of = match of_row(table, row, (classifier, &text(classifier)), project) {
            Ok(of) => of,
            Err(fault) => {
                problems.push(fault);
                continue;
            }
        };
        let item = project.items.position(&text(id));
        if item.is_none() {
            let id_text = text(id);
            let fault = table.fault(row, id, format!("no item has the id `{id_text}`"));
            problems.push(match problems.is_full() {
                true => fault,
                false => fault.help(nearest_item(&id_text, &project.items)),
            });
        }
        if let Some(item) = item
            && let Some(earlier) = first.insert((of, item), row)
        {
            let spot = table.spot(earlier);
            let message = format!("`{}` has been decided on {spot} already", text(id));
            let help = "keep one decision on each item; a change of mind is taken later";
            problems.push(table.fault(row, id, message).help(help));
        }
        match (item, label_of_text(&label, &project.classifiers[of].scheme)) {
            (Some(item), Ok(label)) => decided.push(Decided {
                classifier: of,
                item,
                label,
                why: why.map(text).unwrap_or_default(),
                drawn: is_by_chance,
            }),
            (_, Ok(_)) => {}
            (_, Err(wrong)) => {
                for (message, help) in wrong {
                    let fault = table.fault(row, decision, message);
                    problems.push(match help {
                        Some(help) => fault.help(help),
                        None => fault,
                    });
                }
            }
        }
    }
    problems.none()?;
    Ok(Filled {
        decided,
        n_open,
        n_drawn,
    })
}

/// The classifier that a row is about.
fn of_row(
    table: &Table,
    row: usize,
    (column, name): (usize, &str),
    project: &Project,
) -> Result<usize, Fault> {
    let known = || project.classifiers.iter().map(|classifier| &*classifier.id);
    let Some(position) = known().position(|id| id == name) else {
        let fault = table.fault(row, column, format!("there is no classifier `{name}`"));
        let help = did_you_mean(name, known()).unwrap_or_else(|| {
            format!("the project has {}", known().collect::<Vec<_>>().join(", "))
        });
        return Err(fault.help(help));
    };
    match project.classifiers[position].scheme {
        Scheme::Decisions(_) => {
            let message = format!("`{name}` cannot be reviewed: {}", super::LISTS);
            Err(table.fault(row, column, message).help("leave out its rows"))
        }
        _ => Ok(position),
    }
}
