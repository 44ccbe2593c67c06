//! The items behind every number that a scorecard shows: real ones, and one invented item for every
//! empty cell, since a reader does not know which cells are empty.

use std::collections::BTreeSet;

use super::functional::Row;
use crate::align::{RuleRow, RuleRows, label_pairs, label_trios, speaks_of};
use crate::model::{Label, LabelIx, LabelSet, Ratings, Scheme};
use crate::score::{Scorecard, Subject};
use crate::stat::disclosure::Sum;
use crate::stat::suppression::Behind;

/// An item and the labels of two labellers.
pub(super) type Cell = (usize, usize, usize);

/// An item, its reference label, and what baseline and candidate made of it.
pub(super) type Turn = (usize, usize, Option<usize>, Option<usize>);

/// The items behind the numbers of a scorecard.
pub(super) struct Atoms {
    clusters: Vec<usize>,
    pub(super) n_labels: usize,
    pub(super) n_declared: usize,
    /// Scored pairs of reference and candidate.
    pub(super) pairs: Vec<Cell>,
    /// Scored pairs of reference and baseline.
    pub(super) baseline: Vec<Cell>,
    /// Items that are compared.
    pub(super) turns: Vec<Turn>,
    /// Labels of the baseline and of the candidate, as declared.
    pub(super) changes: Vec<Cell>,
    /// For each slice and value of the scorecard, its items.
    pub(super) slices: Vec<BTreeSet<usize>>,
    /// Rules on the labels of the candidate, of the reference and of the baseline.
    pub(super) rules: [Vec<RuleRows>; 3],
}

impl Atoms {
    /// The atoms of a scheme of labels; of others, only items, slices and rules.
    pub(super) fn of(subject: &Subject<'_>, card: &Scorecard, rules: [Vec<RuleRows>; 3]) -> Self {
        let items = &subject.sample.items;
        let clusters = items.items.iter().map(|item| item.cluster).collect();
        let has = |item: &crate::model::Item, slice: usize, value: &str| {
            item.slices[slice].as_deref() == Some(value)
        };
        let of_value = |slice: usize, value: &str| {
            let items = items.items.iter().enumerate();
            items
                .filter(|(_, item)| has(item, slice, value))
                .map(|(position, _)| position)
                .collect()
        };
        let slices = card.slices.iter();
        let mut atoms = Self {
            clusters,
            n_labels: 0,
            n_declared: 0,
            pairs: Vec::new(),
            baseline: Vec::new(),
            turns: Vec::new(),
            changes: Vec::new(),
            slices: slices
                .map(|score| of_value(score.slice, &score.value))
                .collect(),
            rules,
        };
        if let Scheme::Nominal(set) | Scheme::Ordinal(set) = subject.scheme {
            atoms.label(subject, set);
            atoms.invent(set, subject, card);
        }
        atoms
    }

    fn label(&mut self, subject: &Subject<'_>, set: &LabelSet) {
        self.n_labels = set.scored().count();
        self.n_declared = set.declared().len();
        let pairs = |ratings: &Ratings| {
            let pairs = label_pairs(set, subject.reference, ratings).into_iter();
            pairs
                .filter(|pair| subject.is_in_scope(pair.item))
                .map(|pair| (pair.item, pair.reference, pair.candidate))
                .collect()
        };
        self.pairs = pairs(subject.candidate);
        let Some(baseline) = subject.baseline else {
            return;
        };
        self.baseline = pairs(baseline);
        let trios = label_trios(set, subject.reference, baseline, subject.candidate);
        self.turns = trios
            .into_iter()
            .map(|trio| (trio.item, trio.reference, trio.baseline, trio.candidate))
            .collect();
        let label = |ratings: &Ratings, item: usize| {
            let label = ratings.outcomes[item].as_ref()?.label()?;
            crate::align::one(label)
        };
        let items = 0..subject.sample.items.len();
        self.changes = items
            .filter_map(|item| {
                Some((
                    item,
                    label(baseline, item)?,
                    label(subject.candidate, item)?,
                ))
            })
            .collect();
    }

    /// One item for every empty cell of either matrix, and of the tables of turns. It is nobody's, and has a value of every slice
    /// and telemetry for every rule.
    fn invent(&mut self, set: &LabelSet, subject: &Subject<'_>, card: &Scorecard) {
        let has_baseline = subject.baseline.is_some();
        let declared: Vec<usize> = set.scored().map(|label| label.0).collect();
        let rank = |label: usize| declared.iter().position(|of| *of == label);
        let n_slices = 1 + card
            .slices
            .iter()
            .map(|score| score.slice)
            .max()
            .unwrap_or(0);
        let values: Vec<Vec<usize>> = (0..n_slices)
            .map(|slice| {
                let values = card.slices.iter().enumerate();
                values
                    .filter(|(_, score)| score.slice == slice)
                    .map(|(place, _)| place)
                    .collect()
            })
            .collect();
        let met: BTreeSet<(usize, usize)> = self.pairs.iter().map(|(_, r, c)| (*r, *c)).collect();
        let became: BTreeSet<(usize, usize)> =
            self.changes.iter().map(|(_, b, c)| (*b, *c)).collect();
        let mut next = self.clusters.len();
        let mut take = |slices: &mut Vec<BTreeSet<usize>>| {
            let item = next;
            next += 1;
            for (step, values) in values.iter().enumerate() {
                if !values.is_empty() {
                    slices[values[(item * (2 * step + 1) + step) % values.len()]].insert(item);
                }
            }
            item
        };
        let places = |n: usize| (0..n).flat_map(move |one| (0..n).map(move |other| (one, other)));
        for (reference, candidate) in places(self.n_labels) {
            if met.contains(&(reference, candidate)) {
                continue;
            }
            let item = take(&mut self.slices);
            self.pairs.push((item, reference, candidate));
            let [reference_label, label] = [declared[reference], declared[candidate]];
            self.judge(subject, item, [label, reference_label, label]);
            if has_baseline {
                self.baseline.push((item, reference, candidate));
                self.turns
                    .push((item, reference, Some(candidate), Some(candidate)));
                self.changes.push((item, label, label));
            }
        }
        if !has_baseline {
            return;
        }
        for (before, after) in places(self.n_declared) {
            if before == after || became.contains(&(before, after)) {
                continue;
            }
            let item = take(&mut self.slices);
            self.changes.push((item, before, after));
            self.judge(subject, item, [after, before, before]);
            if let (Some(before), Some(after)) = (rank(before), rank(after)) {
                self.pairs.push((item, before, after));
                self.baseline.push((item, before, before));
                self.turns.push((item, before, Some(before), Some(after)));
            }
        }
        // Nor does a reader know that no item of a class went from right to wrong, say.
        let rights = |turn: &Turn| (turn.2 == Some(turn.1), turn.3 == Some(turn.1));
        let turned: BTreeSet<(usize, (bool, bool))> = self
            .turns
            .iter()
            .map(|turn| (turn.1, rights(turn)))
            .collect();
        let n_labels = self.n_labels;
        for class in 0..n_labels {
            let label = |is_right: bool| match is_right {
                true => class,
                false => (class + 1) % n_labels,
            };
            for right in [(true, true), (true, false), (false, true), (false, false)] {
                if turned.contains(&(class, right)) {
                    continue;
                }
                let item = take(&mut self.slices);
                let (before, after) = (label(right.0), label(right.1));
                let names = [declared[after], declared[class], declared[before]];
                self.judge(subject, item, names);
                self.pairs.push((item, class, after));
                self.baseline.push((item, class, before));
                self.turns.push((item, class, Some(before), Some(after)));
                self.changes.push((item, declared[before], declared[after]));
            }
        }
    }

    /// Adds an invented item to the tables of rules, by the labels of candidate, reference and
    /// baseline. Its telemetry is the same for all three.
    fn judge(&mut self, subject: &Subject<'_>, item: usize, labels: [usize; 3]) {
        for (tables, label) in self.rules.iter_mut().zip(labels) {
            let label = Label::One(LabelIx(label));
            for (position, (table, rule)) in tables.iter_mut().zip(subject.rules).enumerate() {
                if let Some(labelled) = speaks_of(rule, &label) {
                    table.rows.push(RuleRow {
                        item,
                        labelled,
                        expected: (item >> position) & 1 == 1,
                    });
                }
            }
        }
    }

    /// Whether the items that are compared are those that are scored.
    pub(super) fn is_compared(&self) -> bool {
        let scored: BTreeSet<usize> = self.pairs.iter().map(|pair| pair.0).collect();
        let compared: BTreeSet<usize> = self.turns.iter().map(|turn| turn.0).collect();
        scored == compared
    }

    /// Whether somebody stands behind the item.
    pub(super) fn is_real(&self, item: usize) -> bool {
        item < self.clusters.len()
    }

    /// These items as a sum, with what stands behind it.
    pub(super) fn sum(&self, items: impl IntoIterator<Item = usize>) -> (Sum, Behind) {
        let sum = Sum::of(items);
        let behind = self.behind(&sum);
        (sum, behind)
    }

    /// What stands behind a sum.
    pub(super) fn behind(&self, sum: &Sum) -> Behind {
        let real = || sum.items().filter(|item| self.is_real(*item));
        let clusters: BTreeSet<usize> = real().map(|item| self.clusters[item]).collect();
        Behind {
            n_items: real().count() as u64,
            n_clusters: clusters.len() as u64,
        }
    }

    /// Reference and candidate of the scored pairs.
    pub(super) fn rows(cells: &[Cell]) -> Vec<Row> {
        let rows = cells.iter();
        rows.map(|(item, reference, label)| (*item, *reference, Some(*label)))
            .collect()
    }
}
