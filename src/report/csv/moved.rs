//! Rows of what moved from the baseline to the candidate, and of what got worse without a gate on it.

use super::row::{Numbers, Place, Rows};
use super::{of_figure, scope};
use crate::gate::Watch;
use crate::report::model::Report;
use crate::score::{Moved, NumberMoves, Turns};

/// Labels that changed and who has items right, over all items, by class and by slice.
pub(super) fn rows(rows: &mut Rows, report: &Report, place: Place<'_>, moved: &Moved) {
    let place = scope(place, "moved");
    match moved {
        Moved::Labels(moves) => {
            for (from, counts) in moves.labels.iter().zip(&moves.changes) {
                for (to, count) in moves.labels.iter().zip(counts) {
                    let cell = Place {
                        name: from,
                        candidate_label: to,
                        ..place
                    };
                    rows.count(cell, "count", *count);
                }
            }
            rows.count(place, "labelled", moves.n_labelled);
            rows.count(place, "changed", moves.n_changed);
            turns(rows, place, moves.turns);
            for (of_class, label) in moves.classes.iter().zip(&report.names.labels) {
                let of_label = Place {
                    reference_label: label,
                    ..place
                };
                turns(rows, of_label, *of_class);
            }
        }
        Moved::Numbers(moves) => numbers(rows, place, moves),
    }
    for score in &report.scorecard.slices {
        let Some(comparison) = &score.comparison else {
            continue;
        };
        let in_slice = Place {
            slice: &report.names.slices[score.slice],
            slice_value: &score.value,
            ..place
        };
        match &comparison.moved {
            Some(Moved::Labels(moves)) => turns(rows, in_slice, moves.turns),
            Some(Moved::Numbers(moves)) => numbers(rows, in_slice, moves),
            None => {}
        }
    }
}

fn turns(rows: &mut Rows, place: Place<'_>, turns: Turns) {
    for (key, count) in [
        ("items", turns.total()),
        ("both_right", turns.both_right),
        ("right_to_wrong", turns.worsened),
        ("wrong_to_right", turns.improved),
        ("both_wrong", turns.both_wrong),
    ] {
        rows.count(place, key, count);
    }
}

fn numbers(rows: &mut Rows, place: Place<'_>, moves: &NumberMoves) {
    for (key, count) in [
        ("farther", moves.n_farther),
        ("nearer", moves.n_nearer),
        ("as_far", moves.as_far),
    ] {
        rows.count(place, key, count);
    }
}

/// How many figures are watched, and each that got worse with its p-values.
pub(super) fn alarms(rows: &mut Rows, report: &Report, place: Place<'_>, watch: &Watch) {
    rows.count(scope(place, "alarm"), "watched", watch.n_watched as u64);
    for alarm in &watch.alarms {
        let (of_alarm, metric) = of_figure(report, place, alarm.figure);
        rows.measured(scope(of_alarm, "alarm"), metric, &alarm.difference);
        for (of_p, p) in [("alarm_p", alarm.p), ("alarm_adjusted_p", alarm.adjusted_p)] {
            rows.figure(scope(of_alarm, of_p), metric, Numbers::p_value(Ok(p)));
        }
    }
}
