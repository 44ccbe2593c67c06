//! Columns of labels, nominal or ordinal.

use std::collections::BTreeSet;

use super::coded::{Coded, Written};
use super::field::Field;
use super::join::Joined;
use super::{Found, few, quoted};
use crate::fault::{Fault, did_you_mean};
use crate::model::{Label, LabelIx, LabelSet, Outcome, Ratings};
use crate::table::list;

/// What each distinct text of a column means, and whether only after normalisation.
fn meanings(column: &Coded<'_>, set: &LabelSet) -> Vec<Option<(LabelIx, bool)>> {
    column.texts.iter().map(|text| set.find(text)).collect()
}

/// Labels taken as right.
pub(super) fn reference(
    column: &Coded<'_>,
    set: &LabelSet,
    joined: &Joined,
    found: &mut Found,
) -> Vec<Option<Label>> {
    let meanings = meanings(column, set);
    joined.in_file_order(None, |item, row| {
        let fault = match column.cells[item] {
            Written::Missing => return None,
            Written::Unusable(kind) => (
                format!("a label is a text or a number, not {kind}"),
                "write the label alone, or leave it empty where there is none".to_owned(),
            ),
            Written::Text(at) => match meanings[at] {
                Some((label, _)) => return Some(Label::One(label)),
                None => undeclared(&column.texts[at], set),
            },
        };
        let (message, help) = fault;
        let fault = column.field.spot(row)?.fault(message);
        found.push(fault.help(help));
        None
    })
}

fn undeclared(text: &str, set: &LabelSet) -> (String, String) {
    let labels = || set.declared().iter().map(|label| &*label.id);
    let help = match did_you_mean(text, labels()) {
        Some(guess) => format!("{guess} The labels are {}", list(labels())),
        None => format!("the labels are {}", list(labels())),
    };
    (format!("{} is none of the labels", quoted(text)), help)
}

/// Labels under test.
pub(super) fn candidate(column: &Coded<'_>, set: &LabelSet, found: &mut Found) -> Ratings {
    let meanings = meanings(column, set);
    let mut n_normalised = 0;
    let mut outcome = |cell: &Written| {
        Some(match *cell {
            Written::Missing => return None,
            Written::Unusable(kind) => Outcome::Unparsed(format!("the label is {kind}").into()),
            Written::Text(at) => match meanings[at] {
                Some((label, normalised)) => {
                    n_normalised += u64::from(normalised);
                    let one = Label::One(label);
                    if set.is_abstention(label) {
                        Outcome::Abstained(one)
                    } else {
                        Outcome::Ok(one)
                    }
                }
                None => {
                    let text = quoted(&column.texts[at]);
                    Outcome::Unparsed(format!("{text} is not a label of the scheme").into())
                }
            },
        })
    };
    let outcomes = column.cells.iter().map(&mut outcome).collect();
    if !meanings.is_empty() && meanings.iter().all(Option::is_none) {
        let name = column.field.name;
        let fault = column
            .field
            .fault(format!("no cell of `{name}` holds one of the labels"));
        found.push(fault.help(format!(
            "it has {}, and the labels are {}: check that this is the column you meant",
            few(column.texts.iter().map(|text| &**text)),
            list(set.declared().iter().map(|label| &*label.id))
        )));
    }
    Ratings {
        outcomes,
        n_normalised,
    }
}

/// The labels that somebody used, in order.
#[derive(Debug)]
pub(super) struct Used<'a> {
    field: Field<'a>,
    labels: BTreeSet<LabelIx>,
}

impl<'a> Used<'a> {
    pub(super) fn by<'l>(field: Field<'a>, labels: impl Iterator<Item = &'l Label>) -> Self {
        let mut used = BTreeSet::new();
        for label in labels {
            if let Label::One(label) = label {
                used.insert(*label);
            }
        }
        Self {
            field,
            labels: used,
        }
    }

    fn listed(&self, set: &LabelSet) -> String {
        few(self.labels.iter().map(|label| set.id(*label)))
    }

    /// The fault of two columns without a common label. Somebody who only abstains, or only gives
    /// labels that are left out, may still mean the same labels.
    pub(super) fn stranger(&self, other: &Self, set: &LabelSet) -> Option<Fault> {
        let is_stranger = self.labels.is_disjoint(&other.labels)
            && self.labels.iter().any(|label| is_answer(set, *label))
            && other.labels.iter().any(|label| is_answer(set, *label));
        if !is_stranger {
            return None;
        }
        let (one, two) = (
            self.field.beside(&other.field),
            other.field.beside(&self.field),
        );
        let fault = self
            .field
            .fault(format!("{one} and {two} have no label in common"));
        Some(fault.help(format!(
            "{one} has {}, {two} has {}: check that both are the columns you meant and spell \
             the labels alike; if they may differ throughout, declare the labels with `--labels`",
            self.listed(set),
            other.listed(set)
        )))
    }

    /// The fault of the first column that shares no label with any other.
    pub(super) fn outsider(columns: &[Self], set: &LabelSet) -> Option<Fault> {
        columns.iter().enumerate().find_map(|(at, column)| {
            let others = columns.iter().enumerate().filter(|(other, _)| *other != at);
            let faults: Option<Vec<Fault>> = others
                .map(|(_, other)| column.stranger(other, set))
                .collect();
            faults?.into_iter().next()
        })
    }

    /// A note of the labels that only this column has.
    pub(super) fn note_own(&self, other: &Self, set: &LabelSet) -> Option<String> {
        let own = self.labels.difference(&other.labels);
        let own: Vec<&str> = own
            .filter(|own| is_answer(set, **own))
            .map(|own| set.id(*own))
            .collect();
        (!own.is_empty()).then(|| {
            format!(
                "only {} has {}, which counts as a label; where `--labels` declares the labels, \
                 all else is unparsed",
                self.field.beside(&other.field),
                few(own)
            )
        })
    }
}

/// Whether the label is an answer that counts.
fn is_answer(set: &LabelSet, label: LabelIx) -> bool {
    !set.is_abstention(label) && !set.is_excluded(label)
}
