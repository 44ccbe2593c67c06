//! The items of a run one by one, for a page that lists them: only with leave, since texts and ids
//! tell of people. Columns are kept as positions in lists of distinct values, texts packed.

mod copies;
mod json;
mod pack;
mod seven;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use crate::model::{Items, Label, Outcome, OutcomeKind, Ratings, Scheme};
use crate::score::Scorecard;

pub(crate) use pack::Blob;
pub use pack::{Packed, Packer};

/// Every item of a run, with what each report says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The ids.
    pub(crate) ids: Vec<Box<str>>,
    /// The values of each slice, by name.
    pub(crate) slices: Vec<(Box<str>, Coded)>,
    /// Items of which a slice's value is left out, because a report hides its figures.
    pub(crate) unsliced: BTreeSet<usize>,
    /// The values of each column of telemetry, by name.
    pub(crate) telemetry: Vec<(Box<str>, Coded)>,
    /// The labels, one place for each report that was listed, with the report's position.
    pub(crate) reports: Vec<(usize, ReportItems)>,
    /// The texts, where there are some.
    pub(crate) texts: Packed,
}

/// A column whose values are told apart by their position in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coded {
    /// The distinct values, in the order in which they came.
    pub(crate) values: Vec<String>,
    /// The position of each item's value; `None` where it has none.
    pub(crate) of_items: Vec<Option<usize>>,
}

impl Coded {
    fn of(cells: impl Iterator<Item = Option<String>>) -> Self {
        let mut at: HashMap<String, usize> = HashMap::new();
        let mut values = Vec::new();
        let of_items = cells.map(|cell| {
            let cell = cell?;
            Some(*at.entry(cell).or_insert_with_key(|cell| {
                values.push(cell.clone());
                values.len() - 1
            }))
        });
        let of_items = of_items.collect();
        Self { values, of_items }
    }

    /// Takes a value out, and tells which items had it.
    fn forget(&mut self, value: &str) -> Vec<usize> {
        let Some(gone) = self.values.iter().position(|one| one == value) else {
            return Vec::new();
        };
        self.values.remove(gone);
        let mut had = Vec::new();
        for (item, of_item) in self.of_items.iter_mut().enumerate() {
            *of_item = match *of_item {
                Some(at) if at == gone => {
                    had.push(item);
                    None
                }
                Some(at) if at > gone => Some(at - 1),
                other => other,
            };
        }
        had
    }
}

/// What one report says of every item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportItems {
    /// The labels that positions stand for.
    pub(crate) labels: Vec<String>,
    pub(crate) reference: Vec<Option<usize>>,
    pub(crate) candidate: SideItems,
    pub(crate) baseline: Option<SideItems>,
    /// Items whose labels are hidden, because the report hides how many have them.
    pub(crate) hidden: Vec<usize>,
    /// Whether labels are such that they can be right or wrong; numbers are only near or far.
    pub(crate) is_right_or_wrong: bool,
}

/// One side's answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SideItems {
    pub(crate) labels: Vec<Option<usize>>,
    pub(crate) outcomes: Vec<Option<OutcomeKind>>,
    /// Why there is no label, by item, where something is known.
    pub(crate) whys: Vec<(usize, String)>,
    pub(crate) rationales: Packed,
}

/// One side's answers, as they are handed over.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What became of the questions.
    pub ratings: &'a Ratings,
    /// What was said beside the labels, one place per item; empty where nothing was kept.
    pub rationales: &'a [Option<Box<str>>],
}

impl Listing {
    /// The items, before any report and any text.
    pub fn new(items: &Items) -> Self {
        let slices = items.slices.iter().enumerate().map(|(at, name)| {
            let cells = items.items.iter();
            let cells = cells.map(|item| item.slices[at].as_deref().map(str::to_owned));
            (name.clone(), Coded::of(cells))
        });
        let telemetry = items.telemetry.iter().enumerate().map(|(at, column)| {
            let cells = items.items.iter();
            let cells = cells.map(|item| item.telemetry[at].as_ref().map(ToString::to_string));
            (column.name.clone(), Coded::of(cells))
        });
        Self {
            ids: items.items.iter().map(|item| item.id.clone()).collect(),
            slices: slices.collect(),
            unsliced: BTreeSet::new(),
            telemetry: telemetry.collect(),
            reports: Vec::new(),
            texts: Packed::default(),
        }
    }

    /// Adds what the report at a position of the run says of the items, but of those that are `hidden`
    /// no label. No value of a slice that its scorecard hides is told of any.
    pub fn add_report(
        &mut self,
        position: usize,
        scheme: &Scheme,
        reference: &[Option<Label>],
        (candidate, baseline): (Side<'_>, Option<Side<'_>>),
        card: Option<&Scorecard>,
        hidden: &BTreeSet<usize>,
    ) {
        for (slice, value) in card.map_or(&[][..], |card| &card.hidden_slices) {
            if let Some((_, column)) = self.slices.get_mut(*slice) {
                self.unsliced.extend(column.forget(value));
            }
        }
        let mut shown = Shown {
            hidden: hidden.clone(),
            ..Shown::new(scheme)
        };
        let labels = reference.iter().enumerate();
        let reference = labels.map(|(item, label)| {
            let label = label.as_ref().filter(|_| !shown.hidden.contains(&item))?;
            Some(shown.position(label))
        });
        let reference = reference.collect();
        let candidate = shown.side(candidate);
        let baseline = baseline.map(|side| shown.side(side));
        let items = ReportItems {
            hidden: hidden.iter().copied().collect(),
            labels: shown.labels,
            reference,
            candidate,
            baseline,
            is_right_or_wrong: scheme.labels().is_some(),
        };
        self.reports.push((position, items));
    }

    /// Takes out the telemetry of these items in some columns, of which a hidden label could be
    /// computed.
    pub fn hide_telemetry(&mut self, columns: &BTreeSet<usize>, items: &BTreeSet<usize>) {
        for column in columns {
            if let Some((_, column)) = self.telemetry.get_mut(*column) {
                items.iter().for_each(|item| column.of_items[*item] = None);
            }
        }
    }

    /// Gives the items their texts.
    pub fn set_texts(&mut self, texts: Packed) {
        self.texts = texts;
    }

    /// Where the report at a position of the run stands among those listed.
    pub(crate) fn place_of(&self, position: usize) -> Option<usize> {
        self.reports.iter().position(|(at, _)| *at == position)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// Labels as people read them, each once.
struct Shown<'a> {
    scheme: &'a Scheme,
    hidden: BTreeSet<usize>,
    labels: Vec<String>,
    at: HashMap<String, usize>,
}

impl<'a> Shown<'a> {
    fn new(scheme: &'a Scheme) -> Self {
        let mut shown = Self {
            scheme,
            hidden: BTreeSet::new(),
            labels: Vec::new(),
            at: HashMap::new(),
        };
        // Declared labels first, in their order.
        if let Some(set) = scheme.labels() {
            for label in set.declared() {
                shown.place(label.id.to_string());
            }
        }
        shown
    }

    fn place(&mut self, label: String) -> usize {
        let labels = &mut self.labels;
        *self.at.entry(label).or_insert_with_key(|label| {
            labels.push(label.clone());
            labels.len() - 1
        })
    }

    fn position(&mut self, label: &Label) -> usize {
        let text = self.text(label);
        self.place(text)
    }

    fn text(&self, label: &Label) -> String {
        label_text(self.scheme, label)
    }

    fn side(&mut self, side: Side<'_>) -> SideItems {
        let outcomes = side.ratings.outcomes.iter().enumerate();
        let outcomes: Vec<Option<&Outcome>> = outcomes
            .map(|(item, outcome)| outcome.as_ref().filter(|_| !self.hidden.contains(&item)))
            .collect();
        let labels = outcomes.iter();
        let labels = labels
            .map(|outcome| Some(self.position((*outcome)?.label()?)))
            .collect();
        let whys = outcomes.iter().enumerate().filter_map(|(item, outcome)| {
            let (Outcome::Unparsed(why) | Outcome::Error(why)) = (*outcome)? else {
                return None;
            };
            Some((item, why.to_string()))
        });
        let mut packer = Packer::default();
        for (item, said) in side.rationales.iter().enumerate() {
            if let Some(said) = said
                && !self.hidden.contains(&item)
            {
                packer.add(item, said.clone());
            }
        }
        SideItems {
            labels,
            outcomes: outcomes
                .iter()
                .map(|outcome| outcome.map(Outcome::kind))
                .collect(),
            whys: whys.collect(),
            rationales: packer.finish(),
        }
    }
}

/// A label as people read it.
pub fn label_text(scheme: &Scheme, label: &Label) -> String {
    match (scheme, label) {
        (Scheme::Nominal(set) | Scheme::Ordinal(set), Label::One(label)) => {
            set.id(*label).to_owned()
        }
        (Scheme::Decisions(decisions), Label::Counts(counts)) => {
            let n = decisions.deciders.len().max(1);
            let stages = decisions.stages.iter().zip(counts.chunks(n));
            let stages = stages.map(|(stage, counts)| {
                let by = decisions.deciders.iter().zip(counts);
                let by: Vec<String> = by.map(|(who, count)| format!("{who} {count}")).collect();
                format!("{stage}: {}", by.join(", "))
            });
            stages.collect::<Vec<_>>().join("; ")
        }
        (_, Label::Number(number)) => number.to_string(),
        // A label of another kind than the scheme's does not come about.
        (_, Label::One(_) | Label::Counts(_)) => String::new(),
    }
}
