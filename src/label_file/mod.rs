//! Labels out of any table: what `score FILE` and `compare FILE` work on.
//!
//! Is handed tables and the words of the command line; opens no file and computes no figure. All
//! faults are collected, first those of the command line, then those of the data.
//!
//! The stages: `flags` and `field` check what was asked, `join` finds the items and their rows,
//! `items` reads clusters, slices and weights, `reader` what was answered, by `labels` or
//! `numbers`, and `telemetry` the columns that rules name. A new scheme: [`SchemeWord`], and the
//! compiler leads to `reader`.

mod coded;
mod confidence;
mod field;
mod flags;
mod items;
mod join;
mod label_set;
mod labels;
mod numbers;
mod panel;
mod reader;
mod reference;
mod second;
mod study;
mod telemetry;

use std::path::PathBuf;

use crate::expr::Rule;
use crate::fault::{Fault, Faults};
use crate::model::{Confidences, Items, Label, Ratings, Scheme};

pub use panel::panel;
pub use study::{study, study_of_two};

/// The scheme asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemeWord {
    /// Labels without order.
    #[default]
    Nominal,
    /// Ordered labels.
    Ordinal,
    /// Numbers.
    Numeric,
}

/// What `score FILE` and `compare FILE` were asked, checked against nothing yet. The fields are
/// named after the flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    /// The column of the labels under test.
    pub candidate: String,
    /// The column that says how sure the labeller under test is.
    pub confidence: Option<String>,
    /// The column of the labels taken as right.
    pub reference: String,
    /// The column of the labels that the candidate must not fall behind.
    pub baseline: Option<String>,
    /// What the labels are.
    pub scheme: SchemeWord,
    /// The closed list of labels; of an ordinal scheme in ascending order. Absent: those found.
    pub labels: Option<Vec<String>>,
    /// The column of the ids. Absent: the number of the row is the id.
    pub id: Option<String>,
    /// The column of the clusters. Absent: every item is its own.
    pub cluster: Option<String>,
    /// The columns to break figures down by.
    pub slices: Vec<String>,
    /// The column of the weights.
    pub weight: Option<String>,
    /// The labels that mean that no answer is given.
    pub abstain: Vec<String>,
    /// The labels whose items are left out.
    pub exclude: Vec<String>,
    /// Whether figures are computed on logarithms.
    pub log: bool,
    /// The telemetry rules, each `NAME: WHEN => EXPECT`.
    pub rules: Vec<String>,
    /// Whose labels in the reference file are taken as right. Absent: the first rater named there.
    pub rater: Option<String>,
}

/// What `score FILE --raters` was asked, checked against nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PanelSpec {
    /// The columns of the raters.
    pub raters: Vec<String>,
    /// What the labels are.
    pub scheme: SchemeWord,
    /// The closed list of labels; of an ordinal scheme in ascending order. Absent: those found.
    pub labels: Option<Vec<String>>,
    /// The column of the ids. Absent: the number of the row is the id.
    pub id: Option<String>,
    /// The column of the clusters. Absent: every item is its own.
    pub cluster: Option<String>,
    /// The columns to break figures down by.
    pub slices: Vec<String>,
    /// The column of the weights.
    pub weight: Option<String>,
    /// The labels that mean that no answer is given.
    pub abstain: Vec<String>,
    /// The labels that are left out.
    pub exclude: Vec<String>,
    /// Whether figures are computed on logarithms.
    pub log: bool,
}

/// What is scored: labels under test beside those taken as right, one place per item.
#[derive(Clone, Debug)]
pub struct Study {
    /// The items, without text.
    pub items: Items,
    /// The weight of each item, where weights were asked for. An item that is not in the file
    /// with the weights has none, which is 0.
    pub weights: Option<Vec<f64>>,
    /// The labels as declared or as found.
    pub scheme: Scheme,
    /// The label taken as right; an excluded or abstaining one is kept.
    pub reference: Vec<Option<Label>>,
    /// The labels of the other raters of the reference file, with their names; what is no label is
    /// left out.
    pub second: Vec<(String, Vec<Option<Label>>)>,
    /// The labels under test; an excluded one is kept as a label.
    pub candidate: Ratings,
    /// How sure their labeller says it is; of no item where that was not asked for.
    pub confidences: Confidences,
    /// The labels that the candidate must not fall behind.
    pub baseline: Option<Ratings>,
    /// The rules. `when` sees one name, `label`; `expect` sees the columns of
    /// [`Items::telemetry`], in their order.
    pub rules: Vec<Rule>,
    /// What a person should know of how the file was read.
    pub notes: Vec<String>,
}

/// The labels of any number of raters, none of whom is taken as right.
#[derive(Clone, Debug)]
pub struct Panel {
    /// The items, without text.
    pub items: Items,
    /// The weight of each item, where weights were asked for.
    pub weights: Option<Vec<f64>>,
    /// The raters, who are columns of the file.
    pub raters: Vec<String>,
    /// The labels as declared or as found.
    pub scheme: Scheme,
    /// The labels, by rater and then by item; an excluded or abstaining one is kept.
    pub ratings: Vec<Vec<Option<Label>>>,
    /// What a person should know of how the file was read.
    pub notes: Vec<String>,
}

/// The faults found so far, those of each file together.
#[derive(Debug, Default)]
struct Found(Vec<(PathBuf, Faults)>);

impl Found {
    fn push(&mut self, fault: Fault) {
        let known = self.0.iter_mut().find(|(file, _)| *file == fault.file);
        if let Some((_, faults)) = known {
            faults.push(fault);
            return;
        }
        let mut faults = Faults::new(&fault.file);
        let file = fault.file.clone();
        faults.push(fault);
        self.0.push((file, faults));
    }

    /// The value, or nothing and one fault more.
    fn keep<T>(&mut self, value: Result<T, Fault>) -> Option<T> {
        value.map_err(|fault| self.push(fault)).ok()
    }

    fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.push(fault);
        }
    }

    fn into_vec(self) -> Vec<Fault> {
        self.0
            .into_iter()
            .flat_map(|(_, faults)| faults.into_vec())
            .collect()
    }

    /// An error if there is any fault so far.
    fn none(&mut self) -> Result<(), Vec<Fault>> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(std::mem::take(self).into_vec())
    }
}

/// Names in backticks, parted by commas; only the first few of many.
fn few<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 5;
    let mut names = names.into_iter();
    let mut shown: Vec<String> = names.by_ref().take(MOST).map(quoted).collect();
    if names.next().is_some() {
        shown.push("…".into());
    }
    shown.join(", ")
}

/// A text out of a file in backticks, fit for a message: shortened, and without control
/// characters, which could otherwise reach a terminal.
fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let mut characters = text.chars();
    let mut shown: String = characters
        .by_ref()
        .take(MOST)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
