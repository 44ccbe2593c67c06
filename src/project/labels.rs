//! Reference labels out of their file.

use super::items::item;
use crate::fault::{Fault, Faults, did_you_mean};
use crate::model::{Decisions, Items, Label, Rater, References, Scheme};
use crate::table::{Cell, Json, Table, list};

/// The columns of a label file.
struct Columns {
    id: usize,
    rater: Option<usize>,
    answer: usize,
    confidence: Option<usize>,
}

/// More raters times items than anybody means to have: each takes a place for each.
const MOST_LABELS: usize = 100_000_000;

/// The rater of a file that names none.
const UNNAMED: &str = "reference";

/// What a label file says.
pub(super) struct Read {
    pub(super) references: References,
    /// How sure each rater was of each label; empty where the file has no such column.
    pub(super) confidence: Vec<Vec<Option<f64>>>,
}

/// Reads the labels of every rater in a file; all faults otherwise.
pub(super) fn read(table: &Table, scheme: &Scheme, items: &Items) -> Result<Read, Vec<Fault>> {
    let columns = columns(table, scheme)?;
    let mut problems = Faults::new(table.path());
    let mut raters: Vec<(Rater, Vec<Option<Label>>)> = Vec::new();
    let mut sure: Vec<Vec<Option<f64>>> = Vec::new();
    // By rater and item, the row after that of its first label; 0 is none so far.
    let mut first: Vec<Vec<usize>> = Vec::new();
    for row in 0..table.n_rows() {
        let advise = !problems.is_full();
        let item = item(table, row, columns.id, items, advise);
        let rater = rater(table, row, &columns);
        let label = label(table, row, columns.answer, scheme, advise);
        let confidence = columns.confidence.map(|at| confidence(table, row, at));
        match (item, rater, label) {
            (Ok(item), Ok(rater), label) => {
                let at = raters.iter().position(|(name, _)| *name == rater);
                if at.is_none() && (raters.len() + 1) * items.len() > MOST_LABELS {
                    let message = format!("rater `{rater}` is one of too many");
                    let help = "name the few who labelled, not each row";
                    problems.push(table.row_fault(row, message).help(help));
                    break;
                }
                let at = at.unwrap_or_else(|| {
                    raters.push((rater, vec![None; items.len()]));
                    first.push(vec![0; items.len()]);
                    sure.push(match confidence {
                        Some(_) => vec![None; items.len()],
                        None => Vec::new(),
                    });
                    raters.len() - 1
                });
                let earlier = std::mem::replace(&mut first[at][item], row + 1);
                if let Some(earlier) = earlier.checked_sub(1) {
                    problems.push(twice(table, row, &columns, earlier, &raters[at].0));
                }
                if let Some(Ok(confidence)) = confidence {
                    sure[at][item] = confidence;
                }
                match label {
                    Ok(label) => raters[at].1[item] = Some(label),
                    Err(faults) => faults.into_iter().for_each(|fault| problems.push(fault)),
                }
            }
            (item, rater, label) => {
                let label = label.err().into_iter().flatten();
                let wrong = item.err().into_iter().chain(rater.err()).chain(label);
                wrong.for_each(|fault| problems.push(fault));
            }
        }
        if let Some(Err(fault)) = confidence {
            problems.push(fault);
        }
    }
    problems.none()?;
    Ok(Read {
        references: References { raters },
        confidence: sure,
    })
}

/// The column a scheme's labels stand in.
fn answers(scheme: &Scheme) -> &'static [&'static str] {
    match scheme {
        Scheme::Nominal(_) | Scheme::Ordinal(_) => &["label"],
        Scheme::Numeric(_) => &["label", "value"],
        Scheme::Decisions(_) => &["decisions"],
    }
}

fn columns(table: &Table, scheme: &Scheme) -> Result<Columns, Vec<Fault>> {
    let answers = answers(scheme);
    let known: Vec<&str> = ["id", "rater", "confidence"]
        .iter()
        .chain(answers)
        .copied()
        .collect();
    let mut faults = Vec::new();
    for (column, name) in table.names().iter().enumerate() {
        if !known.contains(&&**name) {
            let help = match did_you_mean(name, known.iter().copied()) {
                Some(guess) => guess,
                None => format!(
                    "a file of {} labels has the columns {}",
                    scheme.word(),
                    list(known.iter().copied())
                ),
            };
            faults.push(
                table
                    .column_fault(column, format!("unknown column `{name}`"))
                    .help(help),
            );
        }
    }
    let id = table.column("id");
    if id.is_none() {
        faults.push(table.no_column("id"));
    }
    let found: Vec<usize> = answers
        .iter()
        .filter_map(|name| table.column(name))
        .collect();
    if found.len() > 1 {
        let message = format!(
            "the columns {} mean the same",
            list(answers.iter().copied())
        );
        faults.push(table.header_fault(message).help("keep one of them"));
    }
    match (id, found.first()) {
        (Some(id), Some(&answer)) if faults.is_empty() => Ok(Columns {
            id,
            answer,
            rater: table.column("rater"),
            confidence: table.column("confidence"),
        }),
        (_, None) => {
            faults.push(table.no_column(answers[0]));
            Err(faults)
        }
        _ => Err(faults),
    }
}

fn rater(table: &Table, row: usize, columns: &Columns) -> Result<Rater, Fault> {
    let Some(column) = columns.rater else {
        return Ok(UNNAMED.into());
    };
    match table.cell(row, column).name() {
        Some(name) if !name.trim().is_empty() => Ok(name.into()),
        _ => Err(table
            .fault(row, column, "no rater")
            .help("name who gave the label, or leave out the column")),
    }
}

fn twice(table: &Table, row: usize, columns: &Columns, earlier: usize, rater: &str) -> Fault {
    let id = table.cell(row, columns.id).name().unwrap_or_default();
    let spot = table.spot(earlier);
    let message = match columns.rater {
        Some(_) => format!("rater `{rater}` has labelled `{id}` on {spot} already"),
        None => format!("`{id}` has a label on {spot} already"),
    };
    let help = match columns.rater {
        Some(_) => "keep one label of each rater for each item",
        None => "keep one label for each item, or say in a column `rater` whose they are",
    };
    table.fault(row, columns.id, message).help(help)
}

fn confidence(table: &Table, row: usize, column: usize) -> Result<Option<f64>, Fault> {
    let cell = table.cell(row, column);
    let share = cell.number().filter(|share| (0.0..=1.0).contains(share));
    if cell.is_missing() || share.is_some() {
        return Ok(share);
    }
    let found = cell.name().unwrap_or_else(|| cell.kind().into());
    Err(table
        .fault(
            row,
            column,
            format!("the confidence `{found}` is no number from 0 to 1"),
        )
        .help("write a share such as 0.8, or leave the cell empty"))
}

/// The label in a cell; what is wrong with it otherwise.
pub(super) fn label(
    table: &Table,
    row: usize,
    column: usize,
    scheme: &Scheme,
    advise: bool,
) -> Result<Label, Vec<Fault>> {
    let fault = |(message, help): Wrong| {
        let fault = table.fault(row, column, message);
        match help {
            Some(help) => fault.help(help),
            None => fault,
        }
    };
    of_cell(table.cell(row, column), scheme, advise)
        .map_err(|wrong| wrong.into_iter().map(fault).collect())
}

/// What is wrong with a label, and what to do about it.
type Wrong = (String, Option<String>);

/// The label that a text means, or what is wrong with it and what to do about it.
pub fn label_of_text(text: &str, scheme: &Scheme) -> Result<Label, Vec<(String, Option<String>)>> {
    of_cell(Cell::Text(text), scheme, true)
}

fn of_cell(cell: Cell<'_>, scheme: &Scheme, advise: bool) -> Result<Label, Vec<Wrong>> {
    let wrong = |message: String, help: &str| Err(vec![(message, Some(help.to_owned()))]);
    if cell.is_missing() {
        let help = "leave out the row of an item that has no label";
        return wrong("no label".to_owned(), help);
    }
    match scheme {
        Scheme::Nominal(labels) | Scheme::Ordinal(labels) => {
            let Some(text) = cell.name() else {
                let message = format!("a label must be text, not {}", cell.kind());
                return wrong(message, "write the label's id alone");
            };
            labels.exact(&text).map(Label::One).ok_or_else(|| {
                let known = labels.declared().iter().map(|label| &*label.id);
                // What differs only in case or spaces is not always near by letters.
                let help = match labels.find(&text) {
                    _ if !advise => None,
                    Some((meant, _)) => Some(format!("did you mean `{}`?", labels.id(meant))),
                    None => Some(super::raw::among(&text, known)),
                };
                vec![(format!("`{text}` is not a label of the scheme"), help)]
            })
        }
        Scheme::Numeric(numeric) => match cell.number() {
            None => {
                let found = cell.name().unwrap_or_else(|| cell.kind().into());
                wrong(
                    format!("`{found}` is not a number"),
                    "write a plain number with a decimal point, without unit or separators",
                )
            }
            Some(value) if !numeric.accepts(value) => {
                let limits = match (numeric.log && value <= 0.0, numeric.min, numeric.max) {
                    (true, _, _) => "on a log scale values are above 0".to_owned(),
                    (_, Some(min), Some(max)) => format!("values are from {min} to {max}"),
                    (_, Some(min), None) => format!("values are at least {min}"),
                    (_, None, Some(max)) => format!("values are at most {max}"),
                    (_, None, None) => "values are finite".to_owned(),
                };
                wrong(format!("the scheme does not accept {value}"), &limits)
            }
            Some(value) => Ok(Label::Number(value)),
        },
        Scheme::Decisions(decisions) => {
            counts(cell, decisions).map(Label::Counts).map_err(|wrong| {
                let wrong = wrong.into_iter();
                wrong.map(|(message, help)| (message, Some(help))).collect()
            })
        }
    }
}

/// How many decisions of each stage each decider made.
fn counts(cell: Cell<'_>, decisions: &Decisions) -> Result<Vec<u32>, Vec<(String, String)>> {
    const FORM: &str = "write a list of `{\"what\": …, \"stage\": …, \"decider\": …}`";
    let Cell::Json(Json::List(list)) = cell else {
        let message = format!("`decisions` must be a list, not {}", cell.kind());
        return Err(vec![(message, FORM.to_owned())]);
    };
    let mut counts = vec![0; decisions.stages.len() * decisions.deciders.len()];
    let mut wrong = Vec::new();
    for (entry, number) in list.iter().zip(1..) {
        let field = |name: &str, known: &[Box<str>]| {
            let Some(Json::Text(word)) = entry.get(name) else {
                return Err((
                    format!("decision {number} has no `{name}`"),
                    FORM.to_owned(),
                ));
            };
            known.iter().position(|known| known == word).ok_or_else(|| {
                let message = format!("decision {number} has the unknown {name} `{word}`");
                (
                    message,
                    super::raw::among(word, known.iter().map(|known| &**known)),
                )
            })
        };
        match (
            field("stage", &decisions.stages),
            field("decider", &decisions.deciders),
        ) {
            (Ok(stage), Ok(decider)) => counts[stage * decisions.deciders.len() + decider] += 1,
            (stage, decider) => wrong.extend(stage.err().into_iter().chain(decider.err())),
        }
    }
    if wrong.is_empty() {
        Ok(counts)
    } else {
        Err(wrong)
    }
}
