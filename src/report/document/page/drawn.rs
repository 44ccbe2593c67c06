//! What a page draws: outcomes, telemetry rules in words, slices.

use super::{Outcomes, Panel, RuleCard};
use crate::align::Account;
use crate::model::OutcomeKind;
use crate::report::document::Cell;
use crate::report::document::tables::{headline_figures, measured_cell};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{Figure, RuleMetric, RuleScore, Shown};
use crate::stat::Undefined;

pub(super) fn outcomes(report: &Report) -> Vec<Outcomes> {
    // A derived measure has no answers of its own.
    if report.scheme == "derived" {
        return Vec::new();
    }
    let of = |name: &str, account: &Account| {
        let answers = OutcomeKind::ALL.iter();
        let answers = answers.map(|kind| (kind.key(), account.outcome(*kind)));
        let counts = answers.chain([("unasked", account.missing_candidate)]);
        Outcomes {
            name: name.to_owned(),
            counts: counts.filter(|(_, n)| *n > 0).collect(),
        }
    };
    let card = &report.scorecard;
    let baseline = report.baseline.as_deref().zip(card.baseline.as_ref());
    let baseline = baseline.map(|(name, measures)| of(name, &measures.account));
    let mut sides = vec![of(&report.candidate, &card.all.account)];
    sides.extend(baseline);
    sides
}

pub(super) fn rules(report: &Report) -> Vec<RuleCard> {
    let rules = report.scorecard.rules.iter().enumerate();
    rules
        .map(|(at, rule)| rule_card(report, at, rule))
        .collect()
}

fn rule_card(report: &Report, at: usize, rule: &RuleScore) -> RuleCard {
    let (name, says) = report.names.rules[at].clone();
    let words = report.names.rule_words.get(at).cloned().unwrap_or_default();
    let [[held, missed], _] = rule.table;
    let labelled = held.zip(missed).map(|(held, missed)| held + missed);
    let holds = rule.metrics.get(&RuleMetric::Holds);
    let share = match holds {
        Some(Ok(estimate)) => numbers::percent(estimate),
        Some(Err(Undefined::Suppressed)) => numbers::HIDDEN.to_owned(),
        _ => "–".to_owned(),
    };
    let sentence = match (labelled, holds) {
        (Some(0), _) => format!("No item is labelled {}.", words.labelled),
        (Some(n), Some(Ok(_))) => format!(
            "Of {n} item{} labelled {}, {share} had {}.",
            if n == 1 { "" } else { "s" },
            words.labelled,
            words.expects
        ),
        _ => format!(
            "Of the items labelled {}, {share} had {}.",
            words.labelled, words.expects
        ),
    };
    let cell = |count: Shown<u64>| match count {
        None => Cell::Suppressed,
        Some(count) => Cell::Number(count.to_string()),
    };
    let figure = |metric: RuleMetric| {
        let measured = rule.metrics.get(&metric)?;
        let cell = measured_cell(measured, Figure::Rule(at, metric));
        Some((metric.key().to_owned(), cell))
    };
    let mut figures: Vec<(String, Cell)> = [
        RuleMetric::Holds,
        RuleMetric::Found,
        RuleMetric::Contrast,
        RuleMetric::Phi,
    ]
    .into_iter()
    .filter_map(figure)
    .collect();
    let on_reference = report.scorecard.reference_rules.get(at);
    if let Some(measured) = on_reference.and_then(|rule| rule.metrics.get(&RuleMetric::Holds)) {
        figures.push((
            format!("holds on labels of {}", report.reference),
            measured_cell(measured, Figure::Rule(at, RuleMetric::Holds)),
        ));
    }
    let missing = [
        (rule.missing_telemetry, "without the telemetry it needs"),
        (rule.failed, "on which it cannot be computed"),
    ];
    let missing = missing.into_iter().filter(|(n, _)| *n > 0);
    let missing: Vec<String> = missing.map(|(n, why)| format!("{n} {why}")).collect();
    RuleCard {
        name,
        says,
        sentence,
        labelled: words.labelled,
        expects: words.expects,
        table: rule.table.map(|row| row.map(cell)),
        figures,
        missing: match missing.is_empty() {
            true => String::new(),
            false => format!("Left out: {}.", missing.join(", ")),
        },
    }
}

pub(super) fn panels(report: &Report) -> Vec<Panel> {
    let mut panels = Vec::new();
    for (at, slice) in report.names.slices.iter().enumerate() {
        let scores = report.scorecard.slices.iter();
        let scores: Vec<_> = scores.filter(|score| score.slice == at).collect();
        if scores.is_empty() {
            continue;
        }
        for figure in headline_figures(report) {
            let overall = report.scorecard.figure(figure);
            let rows = scores.iter().map(|score| {
                let cell = score.figure(figure).map_or_else(
                    || Cell::Faint("–".to_owned()),
                    |measured| measured_cell(measured, figure),
                );
                let n = score.measures.account.scored.to_string();
                (score.value.to_string(), n, cell)
            });
            panels.push(Panel {
                slice: slice.clone(),
                figure: report.figure_name(figure),
                overall: overall.and_then(|one| Some(one.as_ref().ok()?.value)),
                rows: rows.collect(),
            });
        }
    }
    panels
}
