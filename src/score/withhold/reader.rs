//! What a reader finds who knows that counts are whole and not negative: lowest and highest values of
//! every count, narrowed by all that is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::cells::Atoms;
use super::parts::Parts;
use super::{LabelFacts, Place, RulePlace, Slot};
use crate::score::Metric;
use crate::stat::bounds::{Bounds, KnownSum};
use crate::stat::disclosure::Sum;

/// The four outcomes of a comparison: whether baseline and candidate are right.
const TURNS: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];

/// How often each cell of the confusion matrix counts, row by row.
type Weights = Vec<i64>;

/// What every reader knows of the counts of a report.
pub(super) struct Reader<'a> {
    atoms: &'a Atoms,
    slots: &'a [Slot],
    facts: Option<&'a LabelFacts>,
    n_labels: usize,
    /// Whether the items scored are those compared.
    is_compared: bool,
    unknowns: BTreeMap<Slot, usize>,
    /// The part that shows each unknown.
    parts: Vec<usize>,
    /// Which unknowns are cells of the confusion matrix, or sums of its rows and columns.
    is_of_matrix: Vec<bool>,
    /// How many items each unknown has.
    values: Vec<i64>,
    /// Counts that cannot be but nothing.
    impossible: Vec<Slot>,
    /// Unknowns that the reader must not find.
    guarded: Vec<usize>,
}

/// What a reader knows who is shown some parts.
#[derive(Clone)]
pub(super) struct Known {
    bounds: Bounds,
    /// Weighted sums of cells that are shown.
    weighted: Rc<Vec<(Weights, i64)>>,
    /// Which unknowns are found.
    is_found: Vec<bool>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        atoms: &'a Atoms,
        parts: &'a Parts,
        facts: Option<&'a LabelFacts>,
        min_clusters: u64,
    ) -> Self {
        let mut reader = Self {
            atoms,
            slots: &parts.slots,
            facts,
            n_labels: atoms.n_labels,
            is_compared: atoms.is_compared(),
            unknowns: BTreeMap::new(),
            parts: Vec::new(),
            is_of_matrix: Vec::new(),
            values: Vec::new(),
            guarded: Vec::new(),
            impossible: Vec::new(),
        };
        for (position, (slot, part)) in parts.slots.iter().zip(&parts.parts).enumerate() {
            let is_count = match slot {
                Slot::Cell(..) | Slot::Row(_) | Slot::Column(_) | Slot::Change(..) => true,
                Slot::Turn(place, ..) => !matches!(place, Place::Slice(_)),
                Slot::Rule(_, place, ..) => !matches!(place, RulePlace::Slice(_)),
                _ => false,
            };
            let ([(sum, behind)], true) = (&*part.sums, is_count) else {
                continue;
            };
            let unknown = reader.values.len();
            reader.unknowns.insert(*slot, unknown);
            reader.parts.push(position);
            let is_of_matrix = matches!(slot, Slot::Cell(..) | Slot::Row(_) | Slot::Column(_));
            reader.is_of_matrix.push(is_of_matrix);
            // Counts of items are far below the largest number.
            reader.values.push(behind.n_items as i64);
            if behind.n_items > 0 && behind.n_clusters < min_clusters {
                reader.guarded.push(unknown);
            }
            // Not even an invented item: no label can count there.
            reader
                .impossible
                .extend((*sum == Sum::default()).then_some(*slot));
        }
        let known = reader.start();
        reader.guarded.retain(|at| !is_found(&known.bounds, *at));
        reader
    }

    /// What is known before any part is shown.
    pub(super) fn start(&self) -> Known {
        let n_unknowns = self.values.len();
        let mut bounds = Bounds::new(n_unknowns, self.values.iter().sum());
        bounds.learn(self.known_always());
        Known {
            bounds,
            weighted: Rc::default(),
            is_found: vec![false; n_unknowns],
        }
    }

    /// What is known once a part is shown too, and the parts that it gives away; nothing where it
    /// would give away what is guarded.
    pub(super) fn learn(&self, known: &Known, part: usize) -> Option<(Known, Vec<usize>)> {
        let slot = self.slots[part];
        let mut told = self.told(slot);
        let mut known = known.clone();
        if let (Slot::Overall(metric), Some(facts)) = (slot, self.facts)
            && let Some((weights, total)) = self.weights(metric, facts)
            && !known.weighted.contains(&(weights.clone(), total))
        {
            told.push(self.of_cells(&weights, total));
            // Two sums together may tell of fewer cells than either.
            for (others, of_others) in &*known.weighted {
                for sign in [1, -1] {
                    let both = weights.iter().zip(others).map(|(a, b)| a + sign * b);
                    told.push(self.of_cells(&both.collect::<Weights>(), total + sign * of_others));
                }
            }
            Rc::make_mut(&mut known.weighted).push((weights, total));
        }
        if told.is_empty() {
            return Some((known, Vec::new()));
        }
        known.bounds.learn(told);
        let solved = known.bounds.clone().solved(|at| self.is_of_matrix[at]);
        if self.guarded.iter().any(|at| solved.is_found(*at)) {
            return None;
        }
        let mut given_away = Vec::new();
        for (unknown, was_found) in known.is_found.iter_mut().enumerate() {
            if !*was_found && is_found(&known.bounds, unknown) {
                *was_found = true;
                given_away.extend((self.parts[unknown] != part).then_some(self.parts[unknown]));
            }
        }
        Some((known, given_away))
    }

    /// These slots, each so many times, come to a total.
    fn sum(&self, terms: impl IntoIterator<Item = (Slot, i64)>, total: i64) -> KnownSum {
        let terms = terms.into_iter();
        let terms = terms.filter_map(|(slot, times)| Some((*self.unknowns.get(&slot)?, times)));
        KnownSum {
            terms: terms.collect(),
            total,
        }
    }

    fn value(&self, slot: Slot) -> i64 {
        self.unknowns.get(&slot).map_or(0, |at| self.values[*at])
    }

    /// These slots are known together.
    fn total(&self, slots: impl IntoIterator<Item = Slot>) -> KnownSum {
        let slots: Vec<Slot> = slots.into_iter().collect();
        let total = slots.iter().map(|slot| self.value(*slot)).sum();
        self.sum(slots.into_iter().map(|slot| (slot, 1)), total)
    }

    /// Some slots are the parts of another.
    fn divides(&self, whole: Slot, parts: impl IntoIterator<Item = Slot>) -> KnownSum {
        let parts = parts.into_iter().map(|part| (part, 1));
        self.sum(parts.chain([(whole, -1)]), 0)
    }

    fn of_cells(&self, weights: &[i64], total: i64) -> KnownSum {
        let cells = weights.iter().enumerate().filter(|(_, times)| **times != 0);
        let cells = cells.map(|(at, times)| (self.cell(at), *times));
        self.sum(cells, total)
    }

    fn cell(&self, at: usize) -> Slot {
        Slot::Cell(at / self.n_labels, at % self.n_labels)
    }

    /// How cells, margins, turns and changes hang together, and how many items there are.
    fn known_always(&self) -> Vec<KnownSum> {
        let labels = || 0..self.n_labels;
        let atoms = self.atoms;
        let mut known = Vec::new();
        for label in labels() {
            let of_row = labels().map(|other| Slot::Cell(label, other));
            known.push(self.divides(Slot::Row(label), of_row));
            let of_column = labels().map(|other| Slot::Cell(other, label));
            known.push(self.divides(Slot::Column(label), of_column));
        }
        known.push(self.total(labels().map(Slot::Row)));
        known.push(self.total(labels().map(Slot::Column)));
        let pairs: BTreeSet<usize> = atoms.pairs.iter().map(|pair| pair.0).collect();
        let changed: BTreeSet<usize> = atoms.changes.iter().map(|change| change.0).collect();
        let turn = |place: Place| TURNS.map(|(before, after)| Slot::Turn(place, before, after));
        if !atoms.turns.is_empty() {
            known.push(self.total(turn(Place::All)));
            for whole in turn(Place::All) {
                let Slot::Turn(_, before, after) = whole else {
                    continue;
                };
                let classes = labels().map(|l| Slot::Turn(Place::Class(l), before, after));
                known.push(self.divides(whole, classes));
            }
        }
        if self.is_compared {
            for label in labels() {
                let [both, lost, gained, neither] = turn(Place::Class(label));
                known.push(self.divides(Slot::Row(label), turn(Place::Class(label))));
                known.push(self.divides(Slot::Cell(label, label), [both, gained]));
                let wrong = labels().filter(|other| *other != label);
                let wrong = wrong.map(|other| (Slot::Cell(label, other), -1));
                known.push(self.sum(wrong.chain([(lost, 1), (neither, 1)]), 0));
            }
        }
        let declared = || 0..atoms.n_declared;
        let places = declared().flat_map(|b| declared().map(move |a| Slot::Change(b, a)));
        known.push(self.total(places));
        if changed == pairs && atoms.n_declared == self.n_labels {
            for label in labels() {
                let became = labels().map(|before| Slot::Change(before, label));
                known.push(self.divides(Slot::Column(label), became));
            }
        }
        known.extend(self.impossible.iter().map(|slot| self.total([*slot])));
        self.known_of_rules(&pairs, &mut known);
        known
    }

    /// A rule's tables have the items of the labels it speaks of, and the same telemetry.
    fn known_of_rules(&self, pairs: &BTreeSet<usize>, known: &mut Vec<KnownSum>) {
        let places = [
            RulePlace::Candidate,
            RulePlace::Reference,
            RulePlace::Baseline,
        ];
        let n_rules = self.atoms.rules[0].len();
        for rule in 0..n_rules {
            let table =
                |place: RulePlace, row: bool, column: bool| Slot::Rule(rule, place, row, column);
            for (place, tables) in places.into_iter().zip(&self.atoms.rules) {
                let Some(rows) = tables.get(rule) else {
                    continue;
                };
                known.push(self.total(TURNS.map(|(row, column)| table(place, row, column))));
                let items: BTreeSet<usize> = rows.rows.iter().map(|row| row.item).collect();
                let margin = match place {
                    RulePlace::Candidate => Slot::Column,
                    RulePlace::Reference => Slot::Row,
                    RulePlace::Baseline | RulePlace::Slice(_) => continue,
                };
                if items != *pairs {
                    continue;
                }
                let labelled: BTreeSet<usize> = rows
                    .rows
                    .iter()
                    .filter(|row| row.labelled)
                    .map(|row| row.item)
                    .collect();
                let of_rule = self
                    .atoms
                    .pairs
                    .iter()
                    .filter(|pair| labelled.contains(&pair.0));
                let of_rule: BTreeSet<usize> = of_rule
                    .map(|pair| match place {
                        RulePlace::Reference => pair.1,
                        _ => pair.2,
                    })
                    .collect();
                let uses = of_rule.into_iter().map(|label| (margin(label), -1));
                let cells = [true, false].map(|column| (table(place, true, column), 1));
                known.push(self.sum(uses.chain(cells), 0));
            }
        }
    }

    /// What a part tells of the counts beside figures.
    fn told(&self, slot: Slot) -> Vec<KnownSum> {
        // How often one side is right, and how often wrong.
        let side = |place: Place, right: [usize; 2], wrong: [usize; 2]| {
            let turns = |turns: [usize; 2]| turns.map(|at| TURNS[at]);
            [right, wrong].map(|of| {
                self.total(turns(of).map(|(before, after)| Slot::Turn(place, before, after)))
            })
        };
        let baseline = |place: Place| side(place, [0, 1], [2, 3]);
        let candidate = |place: Place| side(place, [0, 2], [1, 3]);
        let has_turns = !self.atoms.turns.is_empty();
        match slot {
            Slot::Hit(label) => vec![self.total([Slot::Cell(label, label)])],
            Slot::Changed => {
                let kept = (0..self.atoms.n_declared).map(|label| Slot::Change(label, label));
                vec![self.total(kept)]
            }
            Slot::Baseline(metric) if is_agreement(metric) && has_turns => {
                baseline(Place::All).into()
            }
            Slot::Difference(metric) if is_agreement(metric) => {
                let both = baseline(Place::All).into_iter();
                both.chain(candidate(Place::All)).collect()
            }
            Slot::Overall(metric) if is_agreement(metric) && has_turns && self.is_compared => {
                candidate(Place::All).into()
            }
            Slot::ClassDifference(label) => {
                let place = Place::Class(label);
                let turns = TURNS.map(|(before, after)| Slot::Turn(place, before, after));
                let uses = (0..self.atoms.n_declared).map(|after| Slot::Change(label, after));
                let both = baseline(place).into_iter().chain(candidate(place));
                both.chain([self.total(turns), self.total(uses)]).collect()
            }
            slot if self.unknowns.contains_key(&slot) => vec![self.total([slot])],
            _ => Vec::new(),
        }
    }

    /// A figure as a weighted sum of cells in whole numbers, and what it comes to.
    fn weights(&self, metric: Metric, facts: &LabelFacts) -> Option<(Weights, i64)> {
        let weight = |row: usize, column: usize| -> Option<i64> {
            let apart = column as i64 - row as i64;
            Some(match metric {
                Metric::WithinOne => i64::from(apart.abs() > 1),
                Metric::KappaLinear | Metric::GwetAc2Linear => apart.abs(),
                Metric::KappaQuadratic | Metric::GwetAc2Quadratic => apart.pow(2),
                Metric::MeanDifference | Metric::BiasIndex => apart,
                Metric::PrevalenceIndex => i64::from(apart == 0) * (1 - 2 * row as i64),
                Metric::AnsweredAgreement | Metric::AnsweredCohenKappa => {
                    let answers = facts.answers.contains(&row) && facts.answers.contains(&column);
                    i64::from(answers && apart != 0)
                }
                metric if is_agreement(metric) => i64::from(apart != 0),
                _ => return None,
            })
        };
        let n = self.n_labels;
        let weights: Option<Weights> = (0..n * n).map(|at| weight(at / n, at % n)).collect();
        let weights = weights?;
        let total = weights.iter().enumerate();
        let total = total
            .map(|(at, times)| times * self.value(self.cell(at)))
            .sum();
        Some((weights, total))
    }
}

fn is_found(bounds: &Bounds, unknown: usize) -> bool {
    let (low, high) = bounds.range(unknown);
    low == high
}

/// Figures that tell how often the labels are the same, once the margins are known.
fn is_agreement(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::Agreement
            | Metric::CohenKappa
            | Metric::ScottPi
            | Metric::GwetAc1
            | Metric::BrennanPrediger
            | Metric::KrippendorffAlpha
            | Metric::Mcc
            | Metric::MicroF1
            | Metric::WeightedRecall
            | Metric::Pabak
    )
}
