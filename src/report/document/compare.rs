//! The section of a comparison: what differs, who is right, what got worse unwatched.

use super::moved::{items_that_moved, label_moves, number_moves};
use super::tables::{difference_cell, is_main, is_told_already, side_cell};
use super::{Block, Cell, Detail, Table, calibration, gates, left, reliability, right, tables};
use crate::gate::{Demand, Verdict, Watch};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{ClassMetric, ClassScore, Comparison, Figure, McNemar, Metric, Moved};
use crate::stat::Undefined;

pub(super) fn section(report: &Report, detail: Detail) -> Vec<Block> {
    let mut title = report.classifier.clone();
    if !report.title.is_empty() {
        title = format!("{title} · {}", report.title);
    }
    let mut blocks = vec![Block::Heading(2, title, report.verdict())];
    let Some(comparison) = &report.scorecard.comparison else {
        return blocks;
    };
    blocks.push(Block::Prose(account(report, comparison)));
    blocks.extend(not_common(report, comparison).map(Block::Prose));
    blocks.extend(tables::unanswered(report).map(Block::Prose));
    blocks.extend(report.notes.iter().cloned().map(Block::Prose));
    blocks.extend(figures(report, comparison, detail));
    blocks.extend(reliability::reliability(report, detail));
    blocks.extend(calibration::calibration(report, detail));
    blocks.extend(discordant(report, comparison));
    match &comparison.moved {
        Some(Moved::Labels(moves)) => blocks.extend(label_moves(report, moves)),
        Some(Moved::Numbers(moves)) => blocks.push(number_moves(report, moves)),
        None => {}
    }
    blocks.extend(items_that_moved(report, comparison, detail));
    blocks.extend(alarms(report));
    blocks.extend(gates::gates(report));
    blocks
}

/// What the verdict says, in a sentence.
pub(super) fn verdict(report: &Report, verdict: Verdict) -> String {
    let margin = report.gates.iter().find_map(|(gate, _)| match gate.demand {
        Demand::NotBehind { margin, .. } => Some(numbers::threshold(margin)),
        Demand::AtLeast { .. } | Demand::AtMost { .. } => None,
    });
    let margin = margin.unwrap_or_default();
    let (before, after) = (baseline(report), &report.candidate);
    match verdict {
        Verdict::Pass => format!("{after} is not worse than {before} by more than {margin}"),
        Verdict::Fail => format!("{after} is worse than {before} by more than {margin}"),
        Verdict::Inconclusive => {
            format!(
                "these items cannot tell whether {after} is worse than {before} by more than {margin}"
            )
        }
    }
}

pub(super) fn baseline(report: &Report) -> &str {
    report.baseline.as_deref().unwrap_or("baseline")
}

pub(super) fn account(report: &Report, comparison: &Comparison) -> String {
    let account = &report.scorecard.all.account;
    let mut words = vec![format!(
        "{} against {}, compared on {} with a reference label",
        report.candidate,
        baseline(report),
        counted(comparison.n, "item")
    )];
    words.push(tables::clusters(account.n_clusters, account.scored));
    for (n, what) in [
        (account.missing_reference, "without reference"),
        (
            account.excluded.both + account.excluded.reference_only,
            "excluded by label",
        ),
    ] {
        if n > 0 {
            words.push(format!("{n} {what}"));
        }
    }
    words.join(", ")
}

pub(super) fn counted(n: u64, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// Which side lacks how many items.
pub(super) fn not_common(report: &Report, comparison: &Comparison) -> Option<String> {
    let lack = comparison.not_common;
    let sides = [
        (lack.candidate_lacks, format!("{} lacks", report.candidate)),
        (lack.baseline_lacks, format!("{} lacks", baseline(report))),
        (lack.both_lack, "both lack".to_owned()),
    ];
    let sides: Vec<String> = sides
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, who)| format!("{who} {n}"))
        .collect();
    (!sides.is_empty()).then(|| {
        format!(
            "Not common and left out: {}: {}.",
            counted(lack.total(), "item"),
            sides.join(", ")
        )
    })
}

/// Every difference, or the main ones.
pub(super) fn figures(report: &Report, comparison: &Comparison, detail: Detail) -> Vec<Block> {
    let is_full = detail == Detail::Full;
    let all = || comparison.differences.keys().copied();
    let has_coverage = report
        .scorecard
        .all
        .metrics
        .get(&Metric::Coverage)
        .is_some_and(|coverage| !matches!(coverage, Ok(estimate) if estimate.value == 1.0));
    let overall = all().filter(|figure| match figure {
        Figure::Overall(Metric::Coverage) => is_full || has_coverage,
        Figure::Overall(metric) if is_told_already(report, *metric) => false,
        Figure::Overall(metric) | Figure::Share(_, metric) => {
            is_full || is_main(report.scheme, *metric)
        }
        _ => false,
    });
    let mut blocks = vec![Block::Table(rows(report, comparison, "", overall))];
    let classes = &report.scorecard.all.classes;
    let is_used = |class: usize| {
        let used = |classes: &[ClassScore]| classes.get(class).is_some_and(ClassScore::is_used);
        let of_baseline = report.scorecard.baseline.as_ref();
        used(classes) || of_baseline.is_some_and(|measures| used(&measures.classes))
    };
    let of_classes = all().filter(|figure| match figure {
        Figure::Class(class, metric) => is_used(*class) && (is_full || *metric == ClassMetric::F1),
        _ => false,
    });
    blocks.extend(filled(rows(report, comparison, "class", of_classes)));
    let of_rules = all().filter(|figure| is_full && matches!(figure, Figure::Rule(..)));
    blocks.extend(filled(rows(report, comparison, "telemetry rule", of_rules)));
    blocks
}

fn filled(table: Table) -> Option<Block> {
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn rows(
    report: &Report,
    comparison: &Comparison,
    title: &str,
    figures: impl Iterator<Item = Figure>,
) -> Table {
    let card = &report.scorecard;
    let of_baseline = |figure: Figure| match figure {
        Figure::Rule(..) => None,
        _ => card.baseline.as_ref()?.figure(figure),
    };
    let rows = figures.map(|figure| {
        let mut cells = vec![Cell::Text(report.figure_name(figure))];
        cells.push(side_cell(of_baseline(figure)));
        cells.push(side_cell(card.figure(figure)));
        cells.push(difference_cell(Some(comparison), figure));
        cells
    });
    Table {
        rows: rows.collect(),
        columns: vec![
            left(title),
            right(baseline(report)),
            right(&report.candidate),
            left("better by"),
        ],
    }
}

/// Who is right, and McNemar's tests.
pub(super) fn discordant(report: &Report, comparison: &Comparison) -> Vec<Block> {
    let (Some([of_baseline, of_candidate]), Some(tests)) =
        (comparison.discordant, comparison.mcnemar)
    else {
        return Vec::new();
    };
    let (before, after) = (baseline(report), &report.candidate);
    let McNemar {
        exact,
        mid,
        chi_square,
    } = tests;
    let title = format!(
        "Right on one side alone: {} by {after}, {} by {before}",
        numbers::shown_count(of_candidate),
        numbers::shown_count(of_baseline)
    );
    let mut sentence = match (&exact, &mid, &chi_square) {
        (Err(undefined), Err(mid), Err(chi_square))
            if undefined == mid && undefined == chi_square =>
        {
            format!("McNemar's tests are undefined: {undefined}.")
        }
        _ => format!(
            "McNemar's tests, which take items as independent: {}, {}, {}.",
            p("exact", exact),
            p("mid-p", mid),
            p("χ²", chi_square)
        ),
    };
    if let Some(test) = &comparison.noninferiority {
        sentence.push_str(&format!(
            " Not worse by more than {}: {}.",
            numbers::threshold(test.margin),
            p("one-sided", test.p)
        ));
    }
    vec![Block::Heading(3, title, None), Block::Prose(sentence)]
}

fn p(name: &str, p: Result<f64, Undefined>) -> String {
    match p {
        Ok(p) if p < 0.001 => format!("{name} p < 0.001"),
        Ok(p) => format!("{name} p = {}", numbers::p_value(p)),
        Err(undefined) => format!("{name} p undefined ({undefined})"),
    }
}

/// Figures that got worse although no gate says anything of it.
pub(super) fn alarms(report: &Report) -> Vec<Block> {
    let Some(Watch { n_watched, alarms }) = &report.watch else {
        return Vec::new();
    };
    if alarms.is_empty() {
        return Vec::new();
    }
    let title = format!(
        "Alarms: {} of {n_watched} figures without a gate got significantly worse (no verdict \
         changes)",
        alarms.len()
    );
    let rows = alarms.iter().map(|alarm| {
        let difference = match &alarm.difference {
            Ok(estimate) => {
                let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
                let limits = numbers::limits(estimate, unbounded);
                format!("{} {limits}", numbers::signed(estimate))
            }
            Err(_) => "–".to_owned(),
        };
        vec![
            Cell::Text(report.figure_name(alarm.figure)),
            Cell::Number(difference),
            Cell::Number(numbers::p_value(alarm.p)),
            Cell::Number(numbers::p_value(alarm.adjusted_p)),
        ]
    });
    vec![
        Block::Heading(3, title, None),
        Block::Table(Table {
            columns: vec![
                left("figure"),
                left("better by"),
                right("p"),
                right("p after Holm"),
            ],
            rows: rows.collect(),
        }),
    ]
}
