//! A candidate against its baseline: differences, tests, what moved, what is watched.

use serde_json::json;

use super::{Object, estimate, figure_keys, shown, undefined_value};
use crate::align::NotCommon;
use crate::gate::{Demand, Gate, Judgement, Watch};
use crate::report::model::Report;
use crate::score::{Comparison, Figure, LabelMoves, Metric, Moved, NumberMoves, Turns};
use crate::stat::Undefined;

/// A comparison, with the verdict of the gate that decides it.
pub(super) fn compared(report: &Report, comparison: &Comparison) -> Object {
    let mut object = Object::new()
        .with("baseline", report.baseline.as_deref())
        .with("candidate", &*report.candidate)
        .with("n", comparison.n)
        .with("not_common", not_common(comparison.not_common))
        .with("changed", json!(comparison.changed))
        .with("unanswered", json!(comparison.unanswered));
    let difference = Figure::Overall(Metric::Agreement);
    if let Some(measured) = comparison.differences.get(&difference) {
        object = object.with("difference", estimate(measured));
    }
    if let Some(measured) = &comparison.answered_difference {
        object = object.with("answered_difference", estimate(measured));
    }
    if let Some([baseline_only, candidate_only]) = comparison.discordant {
        object = object.with(
            "discordant",
            json!([shown(baseline_only), shown(candidate_only)]),
        );
    }
    if let Some(mcnemar) = &comparison.mcnemar {
        for (key, p) in [
            ("mcnemar_exact_p", mcnemar.exact),
            ("mcnemar_midp_p", mcnemar.mid),
            ("mcnemar_chi2_p", mcnemar.chi_square),
        ] {
            object = p_value(object, key, p);
        }
    }
    if let Some(test) = &comparison.noninferiority {
        object = p_value(
            object.with("margin", json!(test.margin)),
            "noninferiority_p",
            test.p,
        );
    }
    if let Some(judgement) = decided(report) {
        object = object.with("verdict", judgement.verdict.key());
    }
    let of_kind = |wanted: fn(&Figure) -> bool| {
        comparison
            .differences
            .iter()
            .filter(move |(figure, _)| wanted(figure))
    };
    let overall = of_kind(|figure| matches!(figure, Figure::Overall(_)));
    object = object.with(
        "differences",
        overall.fold(Object::new(), |object, (figure, measured)| {
            object.with(report.figure_name(*figure), estimate(measured))
        }),
    );
    let others = of_kind(|figure| !matches!(figure, Figure::Overall(_)));
    object = object.with(
        "other_differences",
        others
            .map(|(figure, measured)| {
                figure_keys(Object::new(), report, *figure).with("difference", estimate(measured))
            })
            .collect::<Vec<_>>(),
    );
    if let Some(watch) = &report.watch {
        object = alarms(object, report, watch);
    }
    match &comparison.moved {
        Some(Moved::Labels(moves)) => object.with("moved", label_moves(report, moves)),
        Some(Moved::Numbers(moves)) => object.with("moved", number_moves(report, moves)),
        None => object,
    }
}

fn not_common(lack: NotCommon) -> Object {
    Object::new()
        .with("baseline_lacks", lack.baseline_lacks)
        .with("candidate_lacks", lack.candidate_lacks)
        .with("both_lack", lack.both_lack)
}

/// What is watched without a gate: how many figures, and which of them got worse.
fn alarms(object: Object, report: &Report, watch: &Watch) -> Object {
    let alarms = watch.alarms.iter().map(|alarm| {
        figure_keys(Object::new(), report, alarm.figure)
            .with("difference", estimate(&alarm.difference))
            .with("p", json!(alarm.p))
            .with("adjusted_p", json!(alarm.adjusted_p))
    });
    object
        .with("watched", watch.n_watched as u64)
        .with("alarms", alarms.collect::<Vec<_>>())
}

fn label_moves(report: &Report, moves: &LabelMoves) -> Object {
    let classes = moves.classes.iter().zip(&report.names.labels);
    let slices = report.scorecard.slices.iter().filter_map(|score| {
        let Some(Moved::Labels(moves)) = &score.comparison.as_ref()?.moved else {
            return None;
        };
        let object = Object::new()
            .with("slice", &*report.names.slices[score.slice])
            .with("value", &*score.value);
        Some(turns(object, moves.turns))
    });
    let object = Object::new()
        .with("rows", "baseline")
        .with("columns", "candidate")
        .with("labels", json!(moves.labels))
        .with("counts", json!(moves.changes))
        .with("labelled", moves.n_labelled)
        .with("changed", json!(moves.n_changed));
    let object = turns(object, moves.turns)
        .with(
            "classes",
            classes
                .map(|(of_class, label)| turns(Object::new().with("label", &**label), *of_class))
                .collect::<Vec<_>>(),
        )
        .with("slices", slices.collect::<Vec<_>>());
    with_items(
        object,
        report,
        [
            ("right_to_wrong_items", &moves.worsened),
            ("wrong_to_right_items", &moves.improved),
        ],
    )
}

fn turns(object: Object, turns: Turns) -> Object {
    object
        .with("items", json!(turns.total()))
        .with("both_right", json!(turns.both_right))
        .with("right_to_wrong", json!(turns.worsened))
        .with("wrong_to_right", json!(turns.improved))
        .with("both_wrong", json!(turns.both_wrong))
}

fn number_moves(report: &Report, moves: &NumberMoves) -> Object {
    let slices = report.scorecard.slices.iter().filter_map(|score| {
        let Some(Moved::Numbers(moves)) = &score.comparison.as_ref()?.moved else {
            return None;
        };
        let object = Object::new()
            .with("slice", &*report.names.slices[score.slice])
            .with("value", &*score.value)
            .with("farther", json!(moves.n_farther))
            .with("nearer", json!(moves.n_nearer));
        Some(object.with("as_far", json!(moves.as_far)))
    });
    let object = Object::new()
        .with("farther", json!(moves.n_farther))
        .with("nearer", json!(moves.n_nearer))
        .with("as_far", json!(moves.as_far))
        .with("slices", slices.collect::<Vec<_>>());
    with_items(
        object,
        report,
        [
            ("farther_items", &moves.farther),
            ("nearer_items", &moves.nearer),
        ],
    )
}

/// The ids of items, where they may be named.
fn with_items(object: Object, report: &Report, lists: [(&str, &Vec<usize>); 2]) -> Object {
    if !report.names_items {
        return object;
    }
    lists.into_iter().fold(object, |object, (key, items)| {
        let ids = items.iter().map(|item| &*report.names.items[*item]);
        object.with(key, json!(ids.collect::<Vec<_>>()))
    })
}

/// What the gate that holds agreement against the baseline's came to; of numbers, which have no
/// agreement, the first that holds a figure against the baseline's.
fn decided(report: &Report) -> Option<&Judgement> {
    let is_numeric = report.scheme == "numeric";
    let decides = |gate: &Gate| {
        gate.is_agreement_to_baseline()
            || (is_numeric && matches!(gate.demand, Demand::NotBehind { .. }))
    };
    let (_, judgement) = report.gates.iter().find(|(gate, _)| decides(gate))?;
    Some(judgement)
}

pub(super) fn p_value(object: Object, key: &str, p: Result<f64, Undefined>) -> Object {
    match p {
        Ok(p) => object.with(key, json!(p)),
        Err(undefined) => object.with(key, undefined_value(undefined)),
    }
}
