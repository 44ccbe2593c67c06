//! Every number of a scorecard as a sum over items.

use std::cmp::Ordering;

use super::cells::{Atoms, Turn};
use super::functional::{self, Row};
use super::{LabelFacts, Place, RulePlace, Scorecard, Slot, Subject};
use crate::align::{RuleRows, decision_pairs, label_trios, number_pairs, number_trios};
use crate::model::{Label, Outcome, Ratings, Scheme};
use crate::score::Metric;
use crate::score::reliability::{Side, side_on_labels, side_on_numbers};
use crate::stat::disclosure::Sum;
use crate::stat::suppression::{Behind, Part};

/// What it costs a reader to lose a number: the least goes first. Of equal worth goes what rests on
/// the fewest clusters, so a class that is used much is told before one that hardly is.
mod worth {
    pub(super) const DETAIL: u8 = 0;
    pub(super) const TURN: u8 = 1;
    pub(super) const DIFFERENCE: u8 = 2;
    pub(super) const FIGURE: u8 = 3;
    pub(super) const CELL: u8 = 4;
    pub(super) const RULE: u8 = 4;
    pub(super) const SLICE_AGREEMENT: u8 = 5;
    pub(super) const CLASS: u8 = 6;
    pub(super) const SLICE: u8 = 7;
    pub(super) const MAIN_FIGURE: u8 = 7;
    pub(super) const AGREEMENT: u8 = 8;
}

/// The parts of a report, what each tells, and what is told always.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) slots: Vec<Slot>,
    pub(super) parts: Vec<Part>,
    pub(super) always: Vec<Sum>,
}

impl Parts {
    fn push(&mut self, slot: Slot, worth: u8, sums: Vec<(Sum, Behind)>) {
        self.slots.push(slot);
        self.parts.push(Part { sums, worth });
    }

    /// The parts of a scheme of labels.
    pub(super) fn labels(&mut self, atoms: &Atoms, facts: &LabelFacts, card: &Scorecard) {
        let pairs = Atoms::rows(&atoms.pairs);
        let baseline = Atoms::rows(&atoms.baseline);
        let turns = |side: fn(&Turn) -> Option<usize>| -> Vec<Row> {
            let turns = atoms.turns.iter();
            turns.map(|turn| (turn.0, turn.1, side(turn))).collect()
        };
        let abstains = |(_, _, label): &&Row| label.is_some_and(|l| !facts.answers.contains(&l));
        self.always.extend([
            Sum::of(pairs.iter().map(|row| row.0)),
            Sum::of(pairs.iter().filter(abstains).map(|row| row.0)),
            Sum::of(baseline.iter().map(|row| row.0)),
            Sum::of(baseline.iter().filter(abstains).map(|row| row.0)),
            Sum::of(atoms.turns.iter().map(|turn| turn.0)),
            Sum::of(atoms.changes.iter().map(|change| change.0)),
        ]);
        self.matrix(atoms);
        let is_real = |item: usize| atoms.is_real(item);
        let metrics = || card.all.metrics.keys().copied();
        let figures = |rows: &[Row]| functional::sums(metrics(), facts, rows, &is_real);
        let behind = |rows: &[Row]| atoms.sum(rows.iter().map(|row| row.0)).1;
        // A sum that counts nobody tells of nobody, whatever it is a figure of.
        let with = |sums: Vec<Sum>, behind: Behind| -> Vec<(Sum, Behind)> {
            let of_sum = |sum: &Sum| match atoms.behind(sum).n_items {
                0 => Behind {
                    n_items: 0,
                    ..behind
                },
                _ => behind,
            };
            let behind: Vec<Behind> = sums.iter().map(of_sum).collect();
            sums.into_iter().zip(behind).collect()
        };
        for (rows, slot) in [
            (&pairs, Slot::Overall as fn(Metric) -> Slot),
            (&baseline, Slot::Baseline),
        ] {
            let behind = behind(rows);
            for (metric, sums) in figures(rows) {
                self.push(slot(metric), of_figure(metric), with(sums, behind));
            }
        }
        let (before, after) = (turns(|turn| turn.2), turns(|turn| turn.3));
        if !atoms.turns.is_empty() {
            let behind = behind(&after);
            for ((metric, before), (_, after)) in figures(&before).into_iter().zip(figures(&after))
            {
                let sums = before.into_iter().chain(after).collect();
                self.push(
                    Slot::Difference(metric),
                    of_figure(metric),
                    with(sums, behind),
                );
            }
            self.turns(atoms);
        }
        for (place, items) in atoms.slices.iter().enumerate() {
            let of_slice = |rows: &[Row]| -> Vec<Row> {
                let rows = rows.iter().filter(|row| items.contains(&row.0));
                rows.copied().collect()
            };
            let scored = of_slice(&pairs);
            let behind = behind(&scored);
            let (before, after) = (of_slice(&before), of_slice(&after));
            let counts = vec![
                Sum::of(items.iter().copied()),
                Sum::of(scored.iter().map(|row| row.0)),
                Sum::of(scored.iter().filter(abstains).map(|row| row.0)),
                Sum::of(after.iter().map(|row| row.0)),
            ];
            self.push(Slot::Slice(place), worth::SLICE, with(counts, behind));
            for (metric, sums) in figures(&scored) {
                let slot = Slot::SliceFigure(place, metric);
                self.push(slot, of_slice_figure(metric), with(sums, behind));
            }
            for ((metric, before), (_, after)) in figures(&before).into_iter().zip(figures(&after))
            {
                let sums = before.into_iter().chain(after).collect();
                let slot = Slot::SliceDifference(place, metric);
                self.push(slot, worth::DETAIL, with(sums, behind));
            }
        }
    }

    /// The confusion matrix, the classes, and the matrix of changes.
    fn matrix(&mut self, atoms: &Atoms) {
        let labels = 0..atoms.n_labels;
        let of = |cells: &[super::cells::Cell], wanted: &dyn Fn(usize, usize) -> bool| {
            let cells = cells.iter().filter(|(_, r, c)| wanted(*r, *c));
            atoms.sum(cells.map(|cell| cell.0))
        };
        let pairs = |wanted: &dyn Fn(usize, usize) -> bool| of(&atoms.pairs, wanted);
        for row in labels.clone() {
            for column in labels.clone() {
                let cell = pairs(&|r, c| r == row && c == column);
                self.push(Slot::Cell(row, column), worth::CELL, vec![cell]);
            }
        }
        for label in labels {
            let hit = pairs(&|r, c| r == label && c == label);
            self.push(Slot::Hit(label), worth::CLASS, vec![hit]);
            let row = pairs(&|r, _| r == label);
            self.push(Slot::Row(label), worth::CLASS, vec![row]);
            let column = pairs(&|_, c| c == label);
            self.push(Slot::Column(label), worth::CLASS, vec![column]);
            if atoms.turns.is_empty() {
                continue;
            }
            let turns = |wanted: &dyn Fn(&Turn) -> bool| {
                let turns = atoms.turns.iter().filter(|turn| wanted(turn));
                atoms.sum(turns.map(|turn| turn.0))
            };
            let sums = vec![
                turns(&|turn| turn.1 == label),
                turns(&|turn| turn.2 == Some(label)),
                turns(&|turn| turn.3 == Some(label)),
                turns(&|turn| turn.1 == label && turn.2 == Some(label)),
                turns(&|turn| turn.1 == label && turn.3 == Some(label)),
            ];
            self.push(Slot::ClassDifference(label), worth::DIFFERENCE, sums);
        }
        let changes = |wanted: &dyn Fn(usize, usize) -> bool| of(&atoms.changes, wanted);
        if atoms.turns.is_empty() && atoms.changes.is_empty() {
            return;
        }
        for before in 0..atoms.n_declared {
            for after in 0..atoms.n_declared {
                let change = changes(&|b, a| b == before && a == after);
                self.push(Slot::Change(before, after), worth::DETAIL, vec![change]);
            }
        }
        // Of all items, and of those compared, of which an answer may also have gone missing.
        let changed = changes(&|before, after| before != after);
        let compared = atoms.turns.iter().filter(|turn| turn.2 != turn.3);
        let compared = atoms.sum(compared.map(|turn| turn.0));
        self.push(Slot::Changed, worth::TURN, vec![changed, compared]);
    }

    /// Who is right, over all items, by class and by slice.
    fn turns(&mut self, atoms: &Atoms) {
        let classes = (0..atoms.n_labels).map(Place::Class);
        let slices = (0..atoms.slices.len()).map(Place::Slice);
        for place in [Place::All].into_iter().chain(classes).chain(slices) {
            let is_here = |turn: &Turn| match place {
                Place::All => true,
                Place::Class(class) => turn.1 == class,
                Place::Slice(slice) => atoms.slices[slice].contains(&turn.0),
            };
            for (before, after) in [(true, true), (true, false), (false, true), (false, false)] {
                let right = |label: Option<usize>, turn: &Turn| label == Some(turn.1);
                let is_such = |turn: &&Turn| {
                    is_here(turn) && right(turn.2, turn) == before && right(turn.3, turn) == after
                };
                let items = atoms.turns.iter().filter(is_such).map(|turn| turn.0);
                let worth = if place == Place::All {
                    worth::DIFFERENCE
                } else {
                    worth::TURN
                };
                self.push(
                    Slot::Turn(place, before, after),
                    worth,
                    vec![atoms.sum(items)],
                );
            }
        }
    }

    /// The parts of a scheme of numbers or of lists, whose figures count no cells.
    pub(super) fn numbers(&mut self, subject: &Subject<'_>, atoms: &Atoms, card: &Scorecard) {
        let scored = |ratings: &Ratings| -> Vec<usize> {
            let pairs: Vec<usize> = match subject.scheme {
                Scheme::Decisions(_) => decision_pairs(subject.reference, ratings)
                    .iter()
                    .map(|pair| pair.item)
                    .collect(),
                _ => number_pairs(subject.reference, ratings)
                    .iter()
                    .map(|pair| pair.item)
                    .collect(),
            };
            let pairs = pairs.into_iter();
            pairs.filter(|item| subject.is_in_scope(*item)).collect()
        };
        let pairs = scored(subject.candidate);
        self.always.push(Sum::of(pairs.iter().copied()));
        self.always.push(Sum::of(0..subject.sample.items.len()));
        let all = atoms.sum(pairs.iter().copied());
        for metric in card.all.metrics.keys() {
            let slots = [Slot::Overall, Slot::Baseline, Slot::Difference];
            for slot in slots.map(|slot: fn(Metric) -> Slot| slot(*metric)) {
                self.push(slot, worth::FIGURE, vec![all.clone()]);
            }
        }
        for (place, items) in atoms.slices.iter().enumerate() {
            let here = pairs.iter().copied().filter(|item| items.contains(item));
            let (scored, behind) = atoms.sum(here);
            let all = Sum::of(items.iter().copied());
            self.push(
                Slot::Slice(place),
                worth::SLICE,
                vec![(scored, behind), (all, behind)],
            );
        }
        if let (Scheme::Numeric(scale), Some(baseline)) = (subject.scheme, subject.baseline) {
            let trios = number_trios(subject.reference, baseline, subject.candidate);
            self.always
                .push(Sum::of(trios.iter().map(|trio| trio.item)));
            let slices = (0..atoms.slices.len()).map(Place::Slice);
            for place in [Place::All].into_iter().chain(slices) {
                for nearness in [Ordering::Less, Ordering::Equal, Ordering::Greater] {
                    let items = trios.iter().filter(|trio| {
                        let is_here = match place {
                            Place::Slice(slice) => atoms.slices[slice].contains(&trio.item),
                            _ => true,
                        };
                        is_here && crate::score::moved::nearness(scale, trio) == nearness
                    });
                    let sum = atoms.sum(items.map(|trio| trio.item));
                    self.push(Slot::Nearness(place, nearness), worth::TURN, vec![sum]);
                }
            }
        }
    }

    /// The tables of telemetry rules.
    pub(super) fn rules(&mut self, atoms: &Atoms) {
        let places = [
            (RulePlace::Candidate, worth::RULE),
            (RulePlace::Reference, worth::DIFFERENCE),
            (RulePlace::Baseline, worth::DIFFERENCE),
        ];
        for ((place, worth), rules) in places.into_iter().zip(&atoms.rules) {
            for (position, rows) in rules.iter().enumerate() {
                self.always
                    .push(Sum::of(rows.missing_telemetry.iter().copied()));
                self.always.push(Sum::of(rows.failed.iter().copied()));
                self.rule(atoms, position, place, worth, rows, &|_| true);
            }
        }
        for (slice, items) in atoms.slices.iter().enumerate() {
            for (position, rows) in atoms.rules[0].iter().enumerate() {
                let is_here = |item: usize| items.contains(&item);
                let place = RulePlace::Slice(slice);
                self.rule(atoms, position, place, worth::TURN, rows, &is_here);
            }
        }
    }

    fn rule(
        &mut self,
        atoms: &Atoms,
        position: usize,
        place: RulePlace,
        worth: u8,
        rows: &RuleRows,
        is_here: &dyn Fn(usize) -> bool,
    ) {
        for (labelled, expected) in [(true, true), (true, false), (false, true), (false, false)] {
            let rows = rows.rows.iter().filter(|row| {
                is_here(row.item) && row.labelled == labelled && row.expected == expected
            });
            let sum = atoms.sum(rows.map(|row| row.item));
            let slot = Slot::Rule(position, place, labelled, expected);
            self.push(slot, worth, vec![sum]);
        }
    }

    /// Whom a second rater sides with. How often both sides agree with the reference on the items
    /// that the second rater labelled is told always.
    pub(super) fn second(
        &mut self,
        subject: &Subject<'_>,
        atoms: &Atoms,
        position: usize,
        labels: &[Option<Label>],
    ) {
        let outcomes = labels.iter().cloned().map(|label| label.map(Outcome::Ok));
        let second = Ratings {
            outcomes: outcomes.collect(),
            n_normalised: 0,
        };
        let (reference, candidate) = (subject.reference, subject.candidate);
        let sides: Vec<(usize, Option<Side>, bool)> = match subject.scheme {
            Scheme::Nominal(set) | Scheme::Ordinal(set) => {
                let trios = label_trios(set, reference, &second, candidate).into_iter();
                let trios =
                    trios.filter(|trio| trio.baseline.is_some() && trio.candidate.is_some());
                trios
                    .map(|trio| {
                        let agree = trio.baseline == Some(trio.reference);
                        (trio.item, side_on_labels(&trio), agree)
                    })
                    .collect()
            }
            Scheme::Numeric(scale) => {
                let trios = number_trios(reference, &second, candidate).into_iter();
                let trios =
                    trios.filter(|trio| trio.baseline.is_some() && trio.candidate.is_some());
                trios
                    .map(|trio| (trio.item, side_on_numbers(scale, &trio), false))
                    .collect()
            }
            Scheme::Decisions(_) => return,
        };
        let of = |wanted: &dyn Fn(Option<Side>, bool) -> bool| {
            let sides = sides
                .iter()
                .filter(|(_, side, agree)| wanted(*side, *agree));
            Sum::of(sides.map(|(item, ..)| *item))
        };
        self.always.push(of(&|_, _| true));
        self.always.push(of(&|side, _| side.is_none()));
        self.always.push(of(&|_, agree| agree));
        for side in [Side::Candidate, Side::Reference, Side::Neither] {
            let sum = of(&|of, _| of == Some(side));
            let behind = atoms.behind(&sum);
            self.push(Slot::Side(position, side), worth::TURN, vec![(sum, behind)]);
        }
    }
}

/// Within a slice hardly more than agreement is looked at.
fn of_slice_figure(metric: Metric) -> u8 {
    match of_figure(metric) {
        worth::AGREEMENT => worth::SLICE_AGREEMENT,
        _ => worth::DETAIL,
    }
}

/// Agreement is lost last, and of the others those that are looked at most.
fn of_figure(metric: Metric) -> u8 {
    match metric {
        Metric::Agreement
        | Metric::CohenKappa
        | Metric::KappaQuadratic
        | Metric::MeanDifference => worth::AGREEMENT,
        Metric::AnsweredAgreement
        | Metric::AnsweredCohenKappa
        | Metric::KappaLinear
        | Metric::MacroF1
        | Metric::WithinOne => worth::MAIN_FIGURE,
        _ => worth::FIGURE,
    }
}
