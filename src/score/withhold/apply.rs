//! Takes hidden numbers out of a scorecard.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Place, RulePlace, Scorecard, Second, Slot};
use crate::score::reliability::{SecondOpinion, Side};
use crate::score::{
    ClassMetric, ClassScore, Comparison, Figure, Measured, Measures, Metric, Moved, NumberMoves,
    RuleMetric, RuleScore, Shown, SliceScore, Turns,
};
use crate::stat::Undefined;

const HIDDEN: Measured = Err(Undefined::Suppressed);

/// Takes out everything that is hidden, and every figure that rests on it.
pub(super) fn apply(hidden: &BTreeSet<Slot>, card: &mut Scorecard, seconds: &mut [Second<'_>]) {
    let is_hidden = |slot: Slot| hidden.contains(&slot);
    overall(&mut card.all, &is_hidden, Slot::Overall);
    matrix(&mut card.all, &is_hidden);
    if let Some(baseline) = &mut card.baseline {
        overall(baseline, &is_hidden, Slot::Baseline);
        // Its cells are shown nowhere, so what its classes would tell is judged by their differences.
        baseline.confusion = None;
        for (label, class) in baseline.classes.iter_mut().enumerate() {
            if is_hidden(Slot::ClassDifference(label)) {
                hide_class(class);
            }
        }
    }
    for (position, rule) in card.rules.iter_mut().enumerate() {
        hide_rule(rule, &|a, b| {
            is_hidden(Slot::Rule(position, RulePlace::Candidate, a, b))
        });
    }
    for (position, rule) in card.reference_rules.iter_mut().enumerate() {
        hide_rule(rule, &|a, b| {
            is_hidden(Slot::Rule(position, RulePlace::Reference, a, b))
        });
    }
    if let Some(comparison) = &mut card.comparison {
        differences(comparison, &is_hidden);
        moved(comparison, Place::All, &is_hidden);
    }
    let slices = std::mem::take(&mut card.slices);
    for (place, mut score) in slices.into_iter().enumerate() {
        if is_hidden(Slot::Slice(place)) {
            card.hidden_slices.push((score.slice, score.value));
        } else {
            slice(&mut score, place, &is_hidden);
            card.slices.push(score);
        }
    }
    for (position, (_, opinion)) in seconds.iter_mut().enumerate() {
        sides(opinion, &|side| is_hidden(Slot::Side(position, side)));
    }
}

/// Hides every figure over all items where these rest on too few clusters themselves; coverage is
/// what became of the answers, which is told always.
pub(super) fn hide_figures(card: &mut Scorecard) {
    let Scorecard {
        all,
        baseline,
        comparison,
        ..
    } = card;
    for measures in [all].into_iter().chain(baseline) {
        let figures = measures.metrics.iter_mut();
        let shares = measures.shares.iter_mut();
        let of_shares = shares.flat_map(|share| share.metrics.iter_mut());
        for (metric, measured) in figures.chain(of_shares) {
            if *metric != Metric::Coverage {
                *measured = HIDDEN;
            }
        }
    }
    if let Some(comparison) = comparison {
        let coverage = Figure::Overall(Metric::Coverage);
        hide_differences(comparison, &|figure| figure != coverage);
        hide_agreement(comparison);
    }
}

/// Hides what is told of agreement beside its difference.
fn hide_agreement(comparison: &mut Comparison) {
    if let Some(answered) = &mut comparison.answered_difference {
        *answered = HIDDEN;
    }
    if let Some(test) = &mut comparison.noninferiority {
        test.p = Err(Undefined::Suppressed);
    }
}

fn overall(measures: &mut Measures, is_hidden: &dyn Fn(Slot) -> bool, slot: fn(Metric) -> Slot) {
    for (metric, measured) in &mut measures.metrics {
        if is_hidden(slot(*metric)) {
            *measured = HIDDEN;
        }
    }
}

fn matrix(measures: &mut Measures, is_hidden: &dyn Fn(Slot) -> bool) {
    if let Some(confusion) = &mut measures.confusion {
        for (row, counts) in confusion.counts.iter_mut().enumerate() {
            for (column, count) in counts.iter_mut().enumerate() {
                hide(count, is_hidden(Slot::Cell(row, column)));
            }
        }
    }
    for (label, class) in measures.classes.iter_mut().enumerate() {
        let row = is_hidden(Slot::Row(label));
        let column = is_hidden(Slot::Column(label));
        let hit = is_hidden(Slot::Hit(label));
        hide(&mut class.reference, row);
        hide(&mut class.candidate, column);
        hide(&mut class.true_positive, hit);
        for (metric, measured) in &mut class.metrics {
            let rests_on_hidden = match metric {
                ClassMetric::Recall => row,
                ClassMetric::Precision => column,
                ClassMetric::F1 | ClassMetric::Specificity | ClassMetric::Npv => row || column,
            };
            if hit || rests_on_hidden {
                *measured = HIDDEN;
            }
        }
    }
}

fn hide_class(class: &mut ClassScore) {
    class.reference = None;
    class.candidate = None;
    class.true_positive = None;
    for measured in class.metrics.values_mut() {
        *measured = HIDDEN;
    }
}

fn hide<T>(count: &mut Shown<T>, is_hidden: bool) {
    if is_hidden {
        *count = None;
    }
}

/// Hides the cells of a rule's table and the figures that rest on them.
fn hide_rule(rule: &mut RuleScore, is_hidden: &dyn Fn(bool, bool) -> bool) {
    for (row, labelled) in [true, false].into_iter().enumerate() {
        for (column, expected) in [true, false].into_iter().enumerate() {
            hide(&mut rule.table[row][column], is_hidden(labelled, expected));
        }
    }
    let [[a, b], [c, d]] = rule.table.map(|row| row.map(|count| count.is_none()));
    for (metric, measured) in &mut rule.metrics {
        let rests_on_hidden = match metric {
            RuleMetric::Holds => a || b,
            RuleMetric::Found => a || c,
            RuleMetric::Contrast | RuleMetric::Phi | RuleMetric::CohenKappa => a || b || c || d,
        };
        if rests_on_hidden {
            *measured = HIDDEN;
        }
    }
    if b {
        rule.counterexamples.clear();
    }
}

/// Hides what the differences would tell of hidden numbers of either side.
fn differences(comparison: &mut Comparison, is_hidden: &dyn Fn(Slot) -> bool) {
    let rests_on_hidden = |figure: Figure| match figure {
        Figure::Overall(metric) => is_hidden(Slot::Difference(metric)),
        Figure::Class(label, _) => [
            Slot::ClassDifference(label),
            Slot::Row(label),
            Slot::Column(label),
            Slot::Hit(label),
        ]
        .into_iter()
        .any(is_hidden),
        Figure::Rule(rule, _) => {
            [RulePlace::Candidate, RulePlace::Baseline]
                .into_iter()
                .any(|place| {
                    let cells = [(true, true), (true, false), (false, true), (false, false)];
                    cells
                        .into_iter()
                        .any(|(a, b)| is_hidden(Slot::Rule(rule, place, a, b)))
                })
        }
        Figure::Share(..) => false,
    };
    hide_differences(comparison, &rests_on_hidden);
    if is_hidden(Slot::Difference(Metric::Agreement)) {
        hide_agreement(comparison);
    }
    hide(&mut comparison.changed, is_hidden(Slot::Changed));
    let turn = |before, after| is_hidden(Slot::Turn(Place::All, before, after));
    if let Some([baseline_only, candidate_only]) = &mut comparison.discordant {
        hide(baseline_only, turn(true, false));
        hide(candidate_only, turn(false, true));
        // Their p-values are functions of the two alone.
        if let Some(tests) = &mut comparison.mcnemar
            && (baseline_only.is_none() || candidate_only.is_none())
        {
            tests.exact = Err(Undefined::Suppressed);
            tests.mid = Err(Undefined::Suppressed);
            tests.chi_square = Err(Undefined::Suppressed);
        }
    }
}

fn hide_differences(comparison: &mut Comparison, is_hidden: &dyn Fn(Figure) -> bool) {
    let of = |figures: &mut BTreeMap<Figure, Measured>| {
        for (figure, measured) in figures {
            if is_hidden(*figure) {
                *measured = HIDDEN;
            }
        }
    };
    of(&mut comparison.differences);
    of(&mut comparison.bounds);
    comparison.worse.retain(|figure, _| !is_hidden(*figure));
}

fn moved(comparison: &mut Comparison, place: Place, is_hidden: &dyn Fn(Slot) -> bool) {
    match &mut comparison.moved {
        Some(Moved::Labels(moves)) => {
            for (before, row) in moves.changes.iter_mut().enumerate() {
                for (after, count) in row.iter_mut().enumerate() {
                    // By slice they are shown nowhere.
                    let slot = Slot::Change(before, after);
                    hide(count, place != Place::All || is_hidden(slot));
                }
            }
            hide(
                &mut moves.n_changed,
                place != Place::All || is_hidden(Slot::Changed),
            );
            hide_turns(&mut moves.turns, place, is_hidden);
            for (class, turns) in moves.classes.iter_mut().enumerate() {
                hide_turns(turns, Place::Class(class), is_hidden);
            }
            if moves.turns.worsened.is_none() {
                moves.worsened.clear();
            }
            if moves.turns.improved.is_none() {
                moves.improved.clear();
            }
        }
        Some(Moved::Numbers(moves)) => hide_nearness(moves, place, is_hidden),
        None => {}
    }
}

fn hide_turns(turns: &mut Turns, place: Place, is_hidden: &dyn Fn(Slot) -> bool) {
    for (count, before, after) in [
        (&mut turns.both_right, true, true),
        (&mut turns.worsened, true, false),
        (&mut turns.improved, false, true),
        (&mut turns.both_wrong, false, false),
    ] {
        hide(count, is_hidden(Slot::Turn(place, before, after)));
    }
}

fn hide_nearness(moves: &mut NumberMoves, place: Place, is_hidden: &dyn Fn(Slot) -> bool) {
    let is_hidden = |nearness| is_hidden(Slot::Nearness(place, nearness));
    hide(&mut moves.n_nearer, is_hidden(Ordering::Less));
    hide(&mut moves.as_far, is_hidden(Ordering::Equal));
    hide(&mut moves.n_farther, is_hidden(Ordering::Greater));
    if moves.n_nearer.is_none() {
        moves.nearer.clear();
    }
    if moves.n_farther.is_none() {
        moves.farther.clear();
    }
}

/// Within a slice, classes and differences of rules are told only by gates; they are hidden
/// altogether, since nothing weighs them against the figures over all items.
fn slice(score: &mut SliceScore, place: usize, is_hidden: &dyn Fn(Slot) -> bool) {
    for (metric, measured) in &mut score.measures.metrics {
        if is_hidden(Slot::SliceFigure(place, *metric)) {
            *measured = HIDDEN;
        }
    }
    score.measures.confusion = None;
    score.measures.classes.iter_mut().for_each(hide_class);
    for (position, rule) in score.rules.iter_mut().enumerate() {
        hide_rule(rule, &|a, b| {
            is_hidden(Slot::Rule(position, RulePlace::Slice(place), a, b))
        });
    }
    if let Some(comparison) = &mut score.comparison {
        hide_differences(comparison, &|figure| match figure {
            Figure::Overall(metric) => is_hidden(Slot::SliceDifference(place, metric)),
            Figure::Class(..) | Figure::Rule(..) => true,
            Figure::Share(..) => false,
        });
        if is_hidden(Slot::SliceDifference(place, Metric::Agreement)) {
            hide_agreement(comparison);
        }
        comparison.changed = None;
        comparison.discordant = None;
        comparison.mcnemar = None;
        moved(comparison, Place::Slice(place), is_hidden);
    }
}

fn sides(opinion: &mut SecondOpinion, is_hidden: &dyn Fn(Side) -> bool) {
    hide(
        &mut opinion.sides.with_candidate,
        is_hidden(Side::Candidate),
    );
    hide(
        &mut opinion.sides.with_reference,
        is_hidden(Side::Reference),
    );
    hide(&mut opinion.sides.with_neither, is_hidden(Side::Neither));
}
