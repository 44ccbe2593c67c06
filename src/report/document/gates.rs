//! The table of gates: what is demanded, what was measured, what it comes to and why.

use super::{Axis, Block, Cell, Table, left, needed};
use crate::gate::early::{Settled, Why};
use crate::gate::{By, Check, Demand, Gate, Judgement, Reason, Target, Verdict};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::Figure;
use crate::stat::Undefined;

/// The gates of a report.
pub(super) fn gates(report: &Report) -> Vec<Block> {
    if report.gates.is_empty() {
        return Vec::new();
    }
    let rows = report.gates.iter().map(|(gate, judgement)| {
        let deciding = judgement.deciding();
        vec![
            Cell::Verdict(judgement.verdict),
            Cell::Text(demand(report, gate)),
            match deciding {
                Some(check) if is_hidden(check) => Cell::Suppressed,
                Some(check) => Cell::Number(evidence(gate, check)),
                None => Cell::Number(String::new()),
            },
            deciding
                .and_then(|check| axis(gate, check))
                .map_or_else(|| Cell::Text(String::new()), Cell::Axis),
            Cell::Note(note(report, gate, judgement)),
        ]
    });
    vec![Block::Table(Table {
        columns: vec![left("gate"), left(""), left("measured"), left(""), left("")],
        rows: rows.collect(),
    })]
}

fn is_hidden(check: &Check) -> bool {
    check.reason == Reason::Undefined(Undefined::Suppressed)
        || matches!(check.measured, Some(Err(Undefined::Suppressed)))
}

/// A gate, what was measured and why it came to its verdict, in a line.
pub fn gate_sentence(report: &Report, gate: &Gate, judgement: &Judgement) -> String {
    let measured = judgement
        .deciding()
        .map_or_else(String::new, |check| evidence(gate, check));
    let note = match note(report, gate, judgement) {
        note if note.is_empty() => note,
        note => format!(" ({note})"),
    };
    format!("{}: measured {measured}{note}", demand(report, gate))
}

/// What a gate demands, as a reader would say it.
pub(crate) fn demand(report: &Report, gate: &Gate) -> String {
    let figure = match gate.target {
        Target::Overall(metric) => report.figure_name(Figure::Overall(metric)),
        Target::Class { metric, class, .. } => report.figure_name(Figure::Class(class, metric)),
        Target::EveryClass {
            metric,
            min_support,
        } => {
            format!("{} of each class with {min_support}+ items", metric.key())
        }
        Target::Rule { metric, rule } => report.figure_name(Figure::Rule(rule, metric)),
        Target::Share { metric, share } => report.figure_name(Figure::Share(share, metric)),
    };
    let slice = gate.slice.map_or_else(String::new, |slice| {
        format!(" in every {}", report.names.slices[slice])
    });
    let limit = |by, limit: &str| {
        if by == By::Bound {
            format!(" ({limit})")
        } else {
            String::new()
        }
    };
    match gate.demand {
        Demand::AtLeast { threshold, by } => {
            let threshold = numbers::threshold(threshold);
            format!("{figure}{slice} ≥ {threshold}{}", limit(by, "lower limit"))
        }
        Demand::AtMost { threshold, by } => {
            let threshold = numbers::threshold(threshold);
            format!("{figure}{slice} ≤ {threshold}{}", limit(by, "upper limit"))
        }
        Demand::NotBehind { margin, by } => {
            let baseline = report.baseline.as_deref().unwrap_or("baseline");
            let margin = numbers::threshold(margin);
            let limit = limit(by, "lower bound");
            format!("{figure}{slice} against {baseline} > -{margin}{limit}")
        }
    }
}

/// The estimate a check rests on; a difference carries its sign.
pub(crate) fn evidence(gate: &Gate, check: &Check) -> String {
    if is_hidden(check) {
        return numbers::HIDDEN.to_owned();
    }
    let (Some(Ok(estimate)), Some(figure)) = (&check.measured, check.figure) else {
        return "–".to_owned();
    };
    let (value, range) = match gate.demand {
        Demand::NotBehind { .. } => (
            numbers::signed(estimate),
            (f64::NEG_INFINITY, f64::INFINITY),
        ),
        _ => (numbers::value(estimate), super::tables::range(figure)),
    };
    format!("{value} {}", numbers::limits(estimate, range))
        .trim_end()
        .to_owned()
}

fn axis(gate: &Gate, check: &Check) -> Option<Axis> {
    let Some(Ok(estimate)) = &check.measured else {
        return None;
    };
    let limits = estimate.low().zip(estimate.high());
    let threshold = match gate.demand {
        Demand::AtLeast { threshold, .. } | Demand::AtMost { threshold, .. } => threshold,
        Demand::NotBehind { margin, .. } => -margin,
    };
    let (low, high) = limits.unwrap_or((estimate.value, estimate.value));
    let (from, to) = match gate.demand {
        Demand::NotBehind { .. } => {
            let reach = [low, high, threshold]
                .iter()
                .fold(0.0, |reach: f64, x| reach.max(x.abs()));
            (-1.1 * reach, 1.1 * reach)
        }
        _ => {
            let (least, most) = super::tables::range(check.figure?);
            let from = low.min(threshold).min(0.0).max(least);
            let to = high
                .max(threshold)
                .max(if most == 1.0 { 1.0 } else { 0.0 })
                .min(most);
            if most == 1.0 {
                (from, to)
            } else {
                (1.1 * from, 1.1 * to)
            }
        }
    };
    (to > from).then_some(Axis {
        from,
        to,
        value: estimate.value,
        limits,
        threshold,
    })
}

/// Why the verdict is not a plain pass, and which classes or slice values are behind it.
pub(crate) fn note(report: &Report, gate: &Gate, judgement: &Judgement) -> String {
    let Some(deciding) = judgement.deciding() else {
        return String::new();
    };
    let why = why(deciding);
    let where_ = whereabouts(report, gate, judgement);
    let early = judgement.early.map_or_else(String::new, settled);
    let note = [where_, why, early]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    match judgement.needed() {
        Some(needed) => format!("{note}; {}", needed::sentence(gate, judgement, needed)),
        None => note,
    }
}

/// Why one check is not a plain pass.
fn why(check: &Check) -> String {
    match check.reason {
        Reason::Met | Reason::Missed => String::new(),
        Reason::Straddles => "the interval holds the threshold".to_owned(),
        Reason::Unchanged => "no label changed".to_owned(),
        Reason::Undefined(Undefined::Suppressed) => Undefined::Suppressed.to_string(),
        Reason::Undefined(undefined) => format!("undefined: {undefined}"),
        Reason::NoInterval(undefined) => format!("no interval: {undefined}"),
        Reason::FewClusters => {
            let measured = check
                .measured
                .as_ref()
                .and_then(|measured| measured.as_ref().ok());
            measured.map_or_else(
                || "too few clusters".to_owned(),
                |estimate| match estimate.df {
                    Some(df) => format!("too few clusters ({}, df {df:.1})", estimate.n_clusters),
                    None => format!("too few clusters ({})", estimate.n_clusters),
                },
            )
        }
        Reason::LowSupport { support } => {
            format!("only {} reference items", numbers::count(support))
        }
        Reason::NoClassSupported => "no class has enough reference items".to_owned(),
        Reason::EmptySlice => "no item has a value of the slice".to_owned(),
        Reason::NoBaseline => "no baseline".to_owned(),
        Reason::StoppedEarly => "not decided: asking ended early".to_owned(),
        Reason::BetsUndecided => {
            "one item of each cluster settled it neither way; without --stop-early intervals of all \
             items decide"
                .to_owned()
        }
    }
}

/// Why one check of several is not a plain pass, and what would settle it.
pub(crate) fn check_note(gate: &Gate, judgement: &Judgement, check: &Check) -> String {
    let why = why(check);
    match check.needed {
        Some(needed) => format!("{why}; {}", needed::sentence(gate, judgement, needed)),
        None => why,
    }
}

/// How a verdict became certain early.
fn settled(settled: Settled) -> String {
    let Settled::Certain { why, at, .. } = settled else {
        return String::new();
    };
    let how = match why {
        Why::Arithmetic => "whatever the other items are",
        Why::Sequence => "by a confidence sequence for all items, valid at any time",
        Why::Betting => "by betting on one item of each cluster, valid at any time",
    };
    format!("certain after {at} items, {how}")
}

/// The classes or slice values with the gate's verdict, where it speaks of several.
fn whereabouts(report: &Report, gate: &Gate, judgement: &Judgement) -> String {
    let several = matches!(gate.target, Target::EveryClass { .. }) || gate.slice.is_some();
    if !several {
        return String::new();
    }
    if judgement.verdict == Verdict::Pass {
        let lowest = judgement.deciding().and_then(|check| place(report, check));
        let n = judgement.checks.len();
        return lowest.map_or_else(String::new, |lowest| format!("{lowest} is nearest, of {n}"));
    }
    let decided = judgement
        .checks
        .iter()
        .filter(|check| check.verdict == judgement.verdict);
    decided
        .filter_map(|check| place(report, check))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The class and the slice value that a check was measured on.
pub(crate) fn place(report: &Report, check: &Check) -> Option<String> {
    let class = match check.figure {
        Some(Figure::Class(class, _)) => Some(&*report.names.labels[class]),
        _ => None,
    };
    match (class, check.slice_value.as_deref()) {
        (Some(class), Some(slice)) => Some(format!("{class} in {slice}")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (None, None) => None,
    }
}
