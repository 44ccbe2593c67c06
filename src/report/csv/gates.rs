//! Rows of gates and of their checks.

use super::row::{Numbers, Place, Rows, Ruling};
use super::{named, of_figure};
use crate::gate::{Check, Demand, Gate, Judgement, Target};
use crate::report::document::{gate_demand, gate_note};
use crate::report::exact;
use crate::report::model::Report;
use crate::score::Figure;

/// A gate with the check that decided it and, where it speaks of several, each of its checks.
pub(super) fn judged(
    rows: &mut Rows,
    report: &Report,
    place: Place<'_>,
    gate: &Gate,
    judgement: &Judgement,
) {
    let place = match gate.demand {
        Demand::NotBehind { .. } => Place {
            side: "difference",
            against: report.baseline.as_deref().unwrap_or_default(),
            ..place
        },
        Demand::AtLeast { .. } | Demand::AtMost { .. } => place,
    };
    let slice = gate.slice.map_or("", |slice| &*report.names.slices[slice]);
    let place = Place { slice, ..place };
    let deciding = judgement.deciding();
    let ruling = |verdict: &str, reason: String| Ruling {
        gate: gate_demand(report, gate),
        threshold: exact::number(match gate.demand {
            Demand::AtLeast { threshold, .. } | Demand::AtMost { threshold, .. } => threshold,
            Demand::NotBehind { margin, .. } => -margin,
        }),
        verdict: verdict.to_owned(),
        reason,
    };
    let (of_gate, metric) = target(report, place, gate);
    let reason = match (deciding, gate_note(report, gate, judgement)) {
        (Some(check), note) if note.is_empty() => check.reason.code().to_owned(),
        (Some(check), note) => format!("{}: {note}", check.reason.code()),
        (None, note) => note,
    };
    let numbers = deciding.map_or_else(Numbers::default, evidence);
    let decided = deciding.and_then(|check| check.slice_value.as_deref());
    let of_gate = Place {
        scope: "gate",
        slice_value: decided.unwrap_or_default(),
        ..of_gate
    };
    rows.push(
        of_gate,
        metric,
        numbers,
        ruling(judgement.verdict.key(), reason),
    );
    if judgement.checks.len() < 2 {
        return;
    }
    for check in &judgement.checks {
        let (place, metric) = match check.figure {
            Some(figure) => of_figure(report, place, figure),
            None => (of_gate, metric),
        };
        let place = Place {
            scope: "gate_check",
            slice_value: check.slice_value.as_deref().unwrap_or_default(),
            ..place
        };
        let ruling = ruling(check.verdict.key(), check.reason.code().to_owned());
        rows.push(place, metric, evidence(check), ruling);
    }
}

fn target<'a>(report: &'a Report, place: Place<'a>, gate: &Gate) -> (Place<'a>, &'static str) {
    match gate.target {
        Target::Overall(metric) => of_figure(report, place, Figure::Overall(metric)),
        Target::Class { metric, class, .. } => {
            of_figure(report, place, Figure::Class(class, metric))
        }
        Target::EveryClass { metric, .. } => (named(place, "class", "*"), metric.key()),
        Target::Rule { metric, rule } => of_figure(report, place, Figure::Rule(rule, metric)),
        Target::Share { metric, share } => of_figure(report, place, Figure::Share(share, metric)),
    }
}

fn evidence(check: &Check) -> Numbers {
    let measured = check.measured.as_ref();
    measured.map_or_else(Numbers::default, Numbers::measured)
}
