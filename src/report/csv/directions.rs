//! Rows of directions: the effect on both sides, what stands behind it, each label and each step.

use super::row::{Numbers, Place, Rows, Ruling};
use super::{named, scope};
use crate::report::exact;
use crate::report::model::{Direction, Report};
use crate::score::Measured;
use crate::score::directions::{DirectionSide, Level, Which};

pub(super) fn rows(rows: &mut Rows, report: &Report, candidate: Place<'_>, reference: Place<'_>) {
    for direction in &report.directions {
        for (place, side) in [
            (candidate, &direction.score.candidate),
            (reference, &direction.score.reference),
        ] {
            let place = Place {
                against: "",
                ..named(place, "direction", &direction.name)
            };
            of_side(rows, report, place, direction, side);
        }
    }
}

fn of_side(
    rows: &mut Rows,
    report: &Report,
    place: Place<'_>,
    direction: &Direction,
    side: &DirectionSide,
) {
    let numbers = |measured: &Measured| {
        let numbers = Numbers::measured(measured);
        match side.n {
            Some(_) => numbers,
            None => numbers.without_n(),
        }
    };
    let found = Ruling {
        reason: format!("expected {}: {}", direction.expect.key(), side.status.key()),
        ..Ruling::default()
    };
    rows.push(place, "effect", numbers(&side.effect), found);
    if let Some(effect) = &side.effect_cr2 {
        rows.figure(place, "effect_cr2", numbers(effect));
    }
    rows.figure(place, "kendall_tau_b", numbers(&side.kendall_tau_b));
    if let Some(p) = side.jonckheere_terpstra_p {
        rows.figure(place, "jonckheere_terpstra_p", Numbers::p_value(p));
    }
    rows.count(place, "items", side.n);
    if let Some(dropped) = &side.dropped {
        for (key, count) in [
            ("dropped_label", dropped.label),
            ("dropped_telemetry", dropped.telemetry),
            ("dropped_outcome", dropped.outcome),
        ] {
            rows.count(place, key, count);
        }
        for (control, count) in side.controls.iter().zip(&dropped.controls) {
            rows.count(place, &format!("dropped_control {}", control.name), *count);
        }
    }
    for level in &side.levels {
        let label = label(report, level.which);
        let of_level = with_label(scope(place, "direction_level"), &label);
        rows.count(of_level, "items", level.n);
        rows.count(of_level, "clusters", level.n_clusters);
        rows.figure(of_level, "mean", mean(level));
    }
    for step in &side.steps {
        let [from, to] = [step.from, step.to].map(|label| &report.names.labels[label]);
        let step_name = format!("{from} → {to}");
        let of_step = with_label(scope(place, "direction_step"), &step_name);
        rows.figure(of_step, "difference", numbers(&step.difference));
        if let Some(p) = step.p_holm {
            rows.figure(of_step, "p_holm", Numbers::p_value(Ok(p)));
        }
    }
}

fn mean(level: &Level) -> Numbers {
    let numbers = Numbers::measured(&level.mean);
    match level.n {
        Some(_) => numbers,
        None => numbers.without_n().without_clusters(),
    }
}

/// The label stands in the column of the side whose it is.
fn with_label<'a>(place: Place<'a>, label: &'a str) -> Place<'a> {
    match place.side {
        "reference" => Place {
            reference_label: label,
            ..place
        },
        _ => Place {
            candidate_label: label,
            ..place
        },
    }
}

/// A label or, of numbers, a group with its bounds in full.
fn label(report: &Report, which: Which) -> String {
    match which {
        Which::Label(label) => report.names.labels[label].clone(),
        Which::Between(above, up_to) => {
            let above = above.map(|bound| format!("over {}", exact::number(bound)));
            let up_to = up_to.map(|bound| format!("up to {}", exact::number(bound)));
            let bounds: Vec<String> = above.into_iter().chain(up_to).collect();
            match bounds.is_empty() {
                true => "all".to_owned(),
                false => bounds.join(", "),
            }
        }
    }
}
