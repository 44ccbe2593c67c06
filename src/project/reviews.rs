//! Decisions made in review: a file of their own beside the reference labels, to which rows are
//! only ever added. The latest row on an item counts.

use super::checks::Surroundings;
use super::labels::label;
use super::paths::Root;
use super::raw::{File, Section, Text};
use super::{Digest, Reference, items};
use crate::fault::{Fault, Faults};
use crate::model::{Confidences, Items, Label, Rater, Scheme};
use crate::table::{Table, list};

/// The name of the rater whose labels the decisions are.
pub const REVIEW: &str = "review";

/// The columns of a file of decisions, in order.
pub const REVIEW_COLUMNS: [&str; 5] = ["id", "rater", "label", "why", "at"];

const ID: usize = 0;
const RATER: usize = 1;
const LABEL: usize = 2;

/// What `[reference]` says of decisions.
#[derive(Debug)]
pub(super) struct Reviews<'a> {
    path: Option<Text<'a>>,
    adjudicated: bool,
    /// The section, to point to.
    span: std::ops::Range<usize>,
}

/// The file where the settings name none.
pub(super) fn usual(classifier: &str) -> String {
    format!("gold/reviews/{classifier}.csv")
}

impl<'a> Reviews<'a> {
    pub(super) fn of(section: &mut Section<'a>) -> Self {
        Self {
            path: section.text("reviews"),
            adjudicated: section.truth("adjudicated").unwrap_or(false),
            span: section.span.clone(),
        }
    }

    /// Adds the decisions, if there are some, to a reference.
    pub(super) fn join(
        &self,
        root: &Root,
        file: &File,
        reference: &mut Reference,
        (id, around): (&str, &Surroundings<'_>),
        digests: &mut Vec<Digest>,
        faults: &mut Vec<Fault>,
    ) -> Option<()> {
        let usual = usual(id);
        let path = self.path.clone().unwrap_or(Text {
            value: &usual,
            span: self.span.clone(),
        });
        if !path.value.ends_with(".csv") {
            let message = format!("`{}` is no .csv file", path.value);
            let help = "decisions are added to a plain .csv file, line by line";
            file.fault_help(path.span, message, help);
            return None;
        }
        reference.reviews = root.inside(file, &path)?;
        let mut earlier = around.earlier.iter();
        if let Some(other) = earlier.find(|one| one.reference.reviews == reference.reviews) {
            let message = format!("`{}` holds the decisions on `{}`", path.value, other.id);
            let help = "a file of decisions does not say which classifier a row is about: give each \
                one of its own";
            file.fault_help(path.span, message, help);
            return None;
        }
        // The first decisions make the file; one without a line holds none.
        let data = std::fs::metadata(root.path(&reference.reviews));
        if data.is_ok_and(|data| data.len() > 0) {
            let table = items::read(root, file, &path, digests, faults)?;
            let (_, scheme) = &around.classifiers[around.own];
            reference.decided = read(&table, scheme.as_ref()?, around.items?)
                .map_err(|wrong| faults.extend(wrong))
                .ok()?;
            let raters = &mut reference.raters.raters;
            if raters.iter().any(|(name, _)| &**name == REVIEW) {
                let message = format!("a rater of the reference is called `{REVIEW}`");
                let help = "that is the rater of the decisions: call the other something else";
                file.fault_help(self.span.clone(), message, help);
                return None;
            }
            raters.push((Rater::from(REVIEW), reference.decided.clone()));
        }
        if self.adjudicated {
            reference.adjudicate();
        }
        Some(())
    }
}

impl Reference {
    /// Adds decisions on items, by their positions, after those there are.
    pub fn decide(&mut self, n_items: usize, decisions: impl IntoIterator<Item = (usize, Label)>) {
        self.decided.resize(n_items, None);
        for (item, label) in decisions {
            self.decided[item] = Some(label);
        }
    }

    /// Takes these decisions, and nothing else, as right.
    pub fn replace(&mut self, labels: Vec<Option<Label>>) {
        self.raters.raters = vec![(Rater::from(REVIEW), labels)];
        self.rater = 0;
        self.confidence = Confidences::default();
        self.decided.clear();
        self.adjudicated = true;
    }

    /// Takes the decisions as right, where there are some. They are then no second opinion.
    pub fn adjudicate(&mut self) {
        let raters = &mut self.raters.raters;
        // It is the last, so that no other changes its place.
        raters.retain(|(name, _)| &**name != REVIEW);
        let Some((name, labels)) = raters.get_mut(self.rater) else {
            return;
        };
        for (label, decided) in labels.iter_mut().zip(&self.decided) {
            if decided.is_some() {
                label.clone_from(decided);
            }
        }
        if !self.adjudicated {
            *name = format!("{name} with {REVIEW}").into();
        }
        self.adjudicated = true;
    }
}

/// The latest decision on each item.
fn read(table: &Table, scheme: &Scheme, items: &Items) -> Result<Vec<Option<Label>>, Vec<Fault>> {
    if !table.names().iter().map(|name| &**name).eq(REVIEW_COLUMNS) {
        let message = format!(
            "a file of decisions has the columns {}, in this order",
            list(REVIEW_COLUMNS)
        );
        let help = "`labelgate review --take` writes it; other columns have no place in it";
        return Err(vec![table.header_fault(message).help(help)]);
    }
    let mut problems = Faults::new(table.path());
    let mut decided = vec![None; items.len()];
    for row in 0..table.n_rows() {
        let advise = !problems.is_full();
        let item = items::item(table, row, ID, items, advise);
        if table.cell(row, RATER).is_missing() {
            let fault = table.fault(row, RATER, "nobody has decided this");
            problems.push(fault.help("name who did"));
        }
        match (item, label(table, row, LABEL, scheme, advise)) {
            (Ok(item), Ok(label)) => decided[item] = Some(label),
            (item, label) => {
                let wrong = item.err().into_iter();
                let wrong = wrong.chain(label.err().into_iter().flatten());
                wrong.for_each(|fault| problems.push(fault));
            }
        }
    }
    problems.none()?;
    Ok(decided)
}
