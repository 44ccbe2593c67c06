//! The tables of one report: figures, matrix, classes, slices, rules.

use super::classes::number_cell;
use super::{Block, Cell, Column, Detail, Span, Table, Whisker, left, right};
use crate::model::OutcomeKind;
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{Comparison, Figure, Measured, Measures, Metric, RuleMetric, RuleScore, Shown};
use crate::stat::Undefined;

/// What became of the items, in a sentence.
pub(super) fn account(report: &Report) -> String {
    let account = &report.scorecard.all.account;
    let mut words = vec![
        format!("{} of {} items scored", account.scored, account.total),
        clusters(account.n_clusters, account.scored),
    ];
    for kind in OutcomeKind::ALL {
        if kind != OutcomeKind::Ok && account.outcome(kind) > 0 {
            let word = kind.key().replace('_', " ");
            words.push(format!("{} {word}", account.outcome(kind)));
        }
    }
    // A derived measure has no answers of its own: what it misses, it misses on both sides.
    let is_derived = report.scheme == "derived";
    let missing_candidate = if is_derived {
        "without what it needs"
    } else {
        "without answer"
    };
    let missing_reference = if is_derived {
        0
    } else {
        account.missing_reference
    };
    for (count, word) in [
        (account.missing_candidate, missing_candidate),
        (missing_reference, "without reference"),
        (account.excluded.total(), "excluded by label"),
        (account.normalised, "recognised after normalisation"),
    ] {
        if count > 0 {
            words.push(format!("{count} {word}"));
        }
    }
    words.join(", ")
}

/// What a comparison makes of answers that are no label, where there are some.
pub(super) fn unanswered(report: &Report) -> Option<String> {
    let comparison = report.scorecard.comparison.as_ref()?;
    let baseline = report.baseline.as_deref()?;
    let [of_baseline, of_candidate] = comparison.unanswered;
    if of_baseline + of_candidate == 0 {
        return None;
    }
    let side = |name: &str, n: u64| (n > 0).then(|| format!("{n} of {name}"));
    let sides = [
        side(baseline, of_baseline),
        side(&report.candidate, of_candidate),
    ];
    let sides = sides
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" and ");
    let answered = match &comparison.answered_difference {
        Some(Ok(estimate)) => {
            format!(
                "; on items that both answered, agreement is better by {}",
                numbers::signed(estimate)
            )
        }
        _ => String::new(),
    };
    Some(format!(
        "Answers without a usable label count as wrong in the comparison: {sides}{answered}."
    ))
}

pub(super) fn clusters(n_clusters: u64, n_items: u64) -> String {
    match n_clusters {
        1 => "1 cluster".to_owned(),
        n if n == n_items => "each its own cluster".to_owned(),
        n => format!("{n} clusters"),
    }
}

/// The figures that say most about a scheme, for the overview.
pub(super) fn headline(report: &Report) -> String {
    let card = &report.scorecard;
    let figures: Vec<(Figure, Option<&Measured>)> = headline_figures(report)
        .into_iter()
        .map(|figure| (figure, card.figure(figure)))
        .collect();
    let texts = figures.into_iter().filter_map(|(figure, measured)| {
        let text = numbers::estimate(measured?, range(figure));
        Some(format!("{} {text}", report.figure_name(figure)))
    });
    texts.collect::<Vec<_>>().join("  ")
}

pub(crate) fn headline_figures(report: &Report) -> Vec<Figure> {
    let overall = |metrics: &[Metric]| metrics.iter().copied().map(Figure::Overall).collect();
    match report.scheme {
        "ordinal" => overall(&[Metric::Agreement, Metric::KappaQuadratic]),
        "numeric" => overall(&[Metric::WithinFactor2, Metric::Spearman]),
        "decisions" => (0..report.names.shares.len().min(1))
            .map(|share| Figure::Share(share, Metric::Mae))
            .collect(),
        _ => overall(&[Metric::Agreement, Metric::CohenKappa]),
    }
}

/// The range of a figure's values.
pub(crate) fn range(figure: Figure) -> (f64, f64) {
    match figure {
        Figure::Overall(metric) | Figure::Share(_, metric) => metric.range(),
        Figure::Class(_, metric) => metric.range(),
        Figure::Rule(_, metric) => metric.range(),
    }
}

/// The figures over all items, those of each share apart.
pub(super) fn metrics(report: &Report, detail: Detail) -> Vec<Block> {
    let card = &report.scorecard;
    let mut blocks = Vec::new();
    let is_covered = |measures: &Measures| matches!(measures.metrics.get(&Metric::Coverage), Some(Ok(coverage)) if coverage.value == 1.0);
    // Where every answer is a label, coverage says nothing that the account does not.
    let all_covered = is_covered(&card.all) && card.baseline.as_ref().is_none_or(is_covered);
    let shown = |metric: &Metric| {
        (detail == Detail::Full && !is_told_already(report, *metric))
            || (is_main(report.scheme, *metric) && !(all_covered && *metric == Metric::Coverage))
    };
    let all = figure_rows(
        report,
        card.all
            .metrics
            .keys()
            .filter(|metric| shown(metric))
            .map(|m| Figure::Overall(*m)),
    );
    if report.scheme != "decisions" || detail == Detail::Full {
        blocks.extend((!all.rows.is_empty()).then_some(Block::Table(all)));
    }
    for (position, share) in card.all.shares.iter().enumerate() {
        let figures = share.metrics.keys().filter(|metric| shown(metric));
        let undefined = match share.undefined {
            0 => String::new(),
            undefined => format!(", undefined on {undefined} items"),
        };
        let share = format!("{}{undefined}", report.names.shares[position]);
        blocks.push(Block::Heading(3, share, None));
        blocks.push(Block::Table(figure_rows(
            report,
            figures.map(|metric| Figure::Share(position, *metric)),
        )));
    }
    blocks
}

/// Whether the figure is that of another row on every side: micro F1 and weighted recall are
/// agreement where every answer is a label, and figures of what both answered are those of all where
/// nobody abstained.
pub(super) fn is_told_already(report: &Report, metric: Metric) -> bool {
    let other = match metric {
        Metric::MicroF1 | Metric::WeightedRecall | Metric::AnsweredAgreement => Metric::Agreement,
        Metric::AnsweredCohenKappa => Metric::CohenKappa,
        _ => return false,
    };
    let is_same = |measures: &Measures| {
        let of = |metric| measures.metrics.get(&metric);
        match (of(metric), of(other)) {
            // The last bit may differ, as sums are taken in another order.
            (Some(Ok(one)), Some(Ok(other))) => {
                one.n == other.n && (one.value - other.value).abs() < 1e-12
            }
            _ => false,
        }
    };
    let card = &report.scorecard;
    is_same(&card.all) && card.baseline.as_ref().is_none_or(is_same)
}

pub(super) fn is_main(scheme: &str, metric: Metric) -> bool {
    use Metric::{
        Agreement, Bias, CohenKappa, Coverage, GwetAc1, KappaLinear, KappaQuadratic, LinCcc,
        MacroF1, Mae, MeanDifference, Spearman, WithinFactor2, WithinOne,
    };
    match scheme {
        "ordinal" => matches!(
            metric,
            Agreement | WithinOne | KappaLinear | KappaQuadratic | MeanDifference | Coverage
        ),
        "numeric" => matches!(metric, WithinFactor2 | Mae | Bias | Spearman | LinCcc),
        "decisions" => matches!(metric, Mae | Bias | Spearman | LinCcc),
        _ => matches!(
            metric,
            Agreement | CohenKappa | GwetAc1 | MacroF1 | Coverage
        ),
    }
}

fn figure_rows(report: &Report, figures: impl Iterator<Item = Figure>) -> Table {
    let card = &report.scorecard;
    let baseline = report.baseline.as_deref().zip(card.baseline.as_ref());
    let mut columns: Vec<Column> = vec![left(""), left(&report.candidate)];
    if let Some((name, _)) = baseline {
        columns.extend([right(name), left("better by")]);
    }
    let rows = figures.filter_map(|figure| {
        let measured = card.figure(figure)?;
        let name = match figure {
            Figure::Overall(metric) | Figure::Share(_, metric) => metric.key(),
            Figure::Class(_, metric) => metric.key(),
            Figure::Rule(_, metric) => metric.key(),
        };
        let mut row = vec![Cell::Text(name.to_owned()), measured_cell(measured, figure)];
        if let Some((_, measures)) = baseline {
            row.push(match measures.figure(figure) {
                Some(Ok(estimate)) if is_p(figure) => {
                    Cell::Number(numbers::p_value(estimate.value))
                }
                measured => side_cell(measured),
            });
            row.push(difference_cell(card.comparison.as_ref(), figure));
        }
        Some(row)
    });
    Table {
        rows: rows.collect(),
        columns,
    }
}

pub(super) fn measured_cell(measured: &Measured, figure: Figure) -> Cell {
    match (measured, figure) {
        (Ok(estimate), figure) if is_p(figure) => Cell::Number(numbers::p_value(estimate.value)),
        (Ok(estimate), _) => {
            let text = numbers::estimate(measured, range(figure));
            match range(figure) {
                (low, high) if high == 1.0 => {
                    let clip = |limit: f64| limit.clamp(low, high);
                    let limits = estimate.low().zip(estimate.high());
                    let whisker = Whisker {
                        value: estimate.value,
                        limits: limits.map(|(low, high)| (clip(low), clip(high))),
                        span: Span::Unit,
                    };
                    Cell::Estimate(text, whisker)
                }
                _ => Cell::Number(text),
            }
        }
        (Err(Undefined::Suppressed), _) => Cell::Suppressed,
        (Err(undefined), _) => Cell::Faint(format!("undefined: {undefined}")),
    }
}

/// A figure that is not drawn.
pub(super) fn plain_cell(measured: &Measured, range: (f64, f64)) -> Cell {
    match measured {
        Ok(_) => Cell::Number(numbers::estimate(measured, range)),
        Err(Undefined::Suppressed) => Cell::Suppressed,
        Err(undefined) => Cell::Faint(format!("undefined: {undefined}")),
    }
}

/// The value of one side of a comparison, whose interval matters less than the difference's.
pub(super) fn side_cell(measured: Option<&Measured>) -> Cell {
    match measured {
        Some(Ok(estimate)) => Cell::Number(numbers::value(estimate)),
        Some(Err(Undefined::Suppressed)) => Cell::Suppressed,
        _ => Cell::Faint("–".to_owned()),
    }
}

pub(super) fn is_p(figure: Figure) -> bool {
    matches!(
        figure,
        Figure::Overall(Metric::StuartMaxwellP | Metric::BowkerP)
    )
}

pub(super) fn difference_cell(comparison: Option<&Comparison>, figure: Figure) -> Cell {
    let measured = comparison.and_then(|comparison| comparison.differences.get(&figure));
    let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
    match measured {
        Some(Err(Undefined::Suppressed)) => Cell::Suppressed,
        // Of some figures, such as p-values, there is no difference to speak of.
        None => Cell::Text(String::new()),
        Some(Err(_)) => Cell::Faint("–".to_owned()),
        Some(Ok(estimate)) => {
            let limits = numbers::limits(estimate, unbounded);
            let text = format!("{} {limits}", numbers::signed(estimate));
            let whisker = Whisker {
                value: estimate.value,
                limits: estimate.low().zip(estimate.high()),
                span: Span::AroundZero,
            };
            Cell::Estimate(text.trim_end().to_owned(), whisker)
        }
    }
}

/// The headline figures of each slice value.
pub(super) fn slices(report: &Report) -> Vec<Block> {
    let slices = &report.scorecard.slices;
    let hidden = &report.scorecard.hidden_slices;
    if slices.is_empty() && hidden.is_empty() {
        return Vec::new();
    }
    let figures = headline_figures(report);
    let mut columns = vec![
        left("slice"),
        left("value"),
        right("scored"),
        right("clusters"),
    ];
    columns.extend(
        figures
            .iter()
            .map(|figure| left(&report.figure_name(*figure))),
    );
    let rows = slices.iter().map(|score| {
        let mut row = vec![
            Cell::Text(report.names.slices[score.slice].clone()),
            Cell::Text(score.value.to_string()),
            Cell::Number(score.measures.account.scored.to_string()),
            Cell::Number(score.measures.account.n_clusters.to_string()),
        ];
        row.extend(figures.iter().map(|figure| match score.figure(*figure) {
            Some(measured @ (Ok(_) | Err(Undefined::Suppressed))) => {
                measured_cell(measured, *figure)
            }
            _ => Cell::Faint("–".to_owned()),
        }));
        row
    });
    let n_columns = columns.len();
    let hidden = hidden
        .iter()
        .map(|(slice, value)| hidden_row(&report.names.slices[*slice], value, n_columns));
    vec![
        Block::Heading(3, "Slices".to_owned(), None),
        Block::Table(Table {
            rows: rows.chain(hidden).collect(),
            columns,
        }),
    ]
}

/// Items whose label is one that the rule speaks of.
fn labelled(rule: &RuleScore) -> Shown<f64> {
    let [[as_expected, otherwise], _] = rule.table;
    Some((as_expected? + otherwise?) as f64)
}

/// The row of a slice's value whose figures are hidden.
pub(super) fn hidden_row(slice: &str, value: &str, n_columns: usize) -> Vec<Cell> {
    let names = [slice, value].into_iter();
    names
        .map(|name| Cell::Text(name.to_owned()))
        .chain(std::iter::repeat_with(|| Cell::Suppressed))
        .take(n_columns)
        .collect()
}

/// The telemetry rules, both ways.
pub(super) fn rules(report: &Report) -> Vec<Block> {
    let card = &report.scorecard;
    if card.rules.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        left("telemetry rule"),
        right("labelled"),
        left("holds"),
        left("found"),
        left("contrast"),
        left("holds on reference"),
        right("not recorded"),
    ];
    let rows = card.rules.iter().enumerate().map(|(position, rule)| {
        let cell = |metric: RuleMetric| match rule.metrics.get(&metric) {
            Some(measured @ (Ok(_) | Err(Undefined::Suppressed))) => {
                measured_cell(measured, Figure::Rule(position, metric))
            }
            _ => Cell::Faint("–".to_owned()),
        };
        let on_reference = card.reference_rules.get(position);
        let on_reference = on_reference.and_then(|rule| rule.metrics.get(&RuleMetric::Holds));
        vec![
            Cell::Text(report.names.rules[position].0.clone()),
            number_cell(labelled(rule)),
            cell(RuleMetric::Holds),
            cell(RuleMetric::Found),
            cell(RuleMetric::Contrast),
            side_cell(on_reference),
            Cell::Number((rule.missing_telemetry + rule.failed).to_string()),
        ]
    });
    vec![Block::Table(Table {
        rows: rows.collect(),
        columns,
    })]
}
