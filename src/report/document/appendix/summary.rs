//! All classifiers in a few tables.

use super::condense::condense;
use super::sections::{self, capital};
use crate::model::OutcomeKind;
use crate::report::document::tables::measured_cell;
use crate::report::document::{Block, Cell, Column, Table, left, right};
use crate::report::model::{Report, Run};
use crate::score::{Figure, Measured, Metric, RuleMetric};

/// What the figures are of.
pub(super) fn introduction(run: &Run) -> Vec<String> {
    let accounts = || {
        run.reports
            .iter()
            .map(|report| &report.scorecard.all.account)
    };
    let items = accounts().map(|account| account.total).max().unwrap_or(0);
    let clusters = accounts()
        .map(|account| account.n_clusters)
        .max()
        .unwrap_or(0);
    let n = run.reports.len();
    vec![format!(
        "How far the labels of {n} measures of {items} items, of {clusters} clusters (accounts), \
         agree with reference labels and with what was recorded by machine. labelgate {}; {}; \
         {}.",
        run.manifest.version,
        run.manifest.provider,
        sections::intervals(run)
    )]
}

/// The tables of all classifiers.
pub(super) fn summary(run: &Run) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(2, "Summary".to_owned(), None)];
    blocks.extend(labels(run));
    blocks.extend(numbers(run));
    blocks.extend(rules(run));
    blocks.extend(outcomes(run));
    sections::with_keys(condense(blocks))
}

fn cell(report: &Report, figure: Figure) -> Cell {
    match report.scorecard.figure(figure) {
        Some(measured) => figure_cell(measured, figure),
        None => Cell::Faint("–".to_owned()),
    }
}

/// A figure; that it does not exist is a dash, and the classifier's own table says why.
fn figure_cell(measured: &Measured, figure: Figure) -> Cell {
    match measured {
        Ok(_) => measured_cell(measured, figure),
        Err(_) => match measured_cell(measured, figure) {
            Cell::Suppressed => Cell::Suppressed,
            _ => Cell::Faint("–".to_owned()),
        },
    }
}

fn labels(run: &Run) -> Vec<Block> {
    let is_labels = |report: &&Report| report.scorecard.all.confusion.is_some();
    let rows = run.reports.iter().filter(is_labels).map(|report| {
        let account = &report.scorecard.all.account;
        let is_ordinal = report.scheme == "ordinal";
        let (kappa, alpha) = match is_ordinal {
            true => (Metric::KappaQuadratic, Metric::KrippendorffAlphaOrdinal),
            false => (Metric::CohenKappa, Metric::KrippendorffAlpha),
        };
        vec![
            Cell::Text(report.classifier.clone()),
            Cell::Text(report.scheme.to_owned()),
            Cell::Number(account.scored.to_string()),
            Cell::Number(account.n_clusters.to_string()),
            cell(report, Figure::Overall(Metric::Agreement)),
            cell(report, Figure::Overall(kappa)),
            cell(report, Figure::Overall(alpha)),
            cell(report, Figure::Rule(0, RuleMetric::Holds)),
        ]
    });
    let columns = vec![
        left("Classifier"),
        left("Scheme"),
        right("n"),
        right("Clusters"),
        left("Agreement"),
        left("κ"),
        left("α"),
        left("Telemetry"),
    ];
    let intervals = sections::intervals(run);
    captioned(
        format!(
            "Labels: agreement of each candidate with the reference, with {intervals}. n: items \
             scored; clusters: accounts they come from; κ: Cohen’s, for ordinal schemes with quadratic weights; α: \
             Krippendorff’s, of the scheme’s own kind; telemetry: of items labelled as the \
             classifier’s first telemetry rule says, the share whose telemetry is as expected."
        ),
        columns,
        rows.collect(),
    )
}

fn numbers(run: &Run) -> Vec<Block> {
    let overall: fn(Metric) -> Figure = Figure::Overall;
    let mut rows = Vec::new();
    for report in &run.reports {
        let all = &report.scorecard.all;
        if all.metrics.contains_key(&Metric::Mae) {
            rows.push(number_row(report, report.classifier.clone(), &overall));
        }
        for share in 0..all.shares.len() {
            let name = report.names.shares[share].clone();
            rows.push(number_row(report, name, &|metric| {
                Figure::Share(share, metric)
            }));
        }
    }
    let columns = vec![
        left("Measure"),
        right("n"),
        right("Acc."),
        left("MAE"),
        left("Bias"),
        left("ρ"),
        left("CCC"),
        left("α"),
    ];
    let intervals = sections::intervals(run);
    captioned(
        format!(
            "Numbers and shares: closeness of each candidate to the reference, with {intervals}. \
             n and Acc.: items on which both sides have a value and accounts they come from; MAE: \
             mean absolute error; bias: mean of candidate minus reference; ρ: Spearman’s; CCC: \
             Lin’s concordance; α: Krippendorff’s, of intervals. On natural logarithms where the \
             scheme says so."
        ),
        columns,
        rows,
    )
}

fn number_row(report: &Report, name: String, figure: &dyn Fn(Metric) -> Figure) -> Vec<Cell> {
    let mae = report.scorecard.figure(figure(Metric::Mae));
    let of_mae = |count: fn(&crate::stat::Estimate) -> String| match mae {
        Some(Ok(estimate)) => Cell::Number(count(estimate)),
        _ => Cell::Faint("–".to_owned()),
    };
    let mut row = vec![
        Cell::Text(name),
        of_mae(|estimate| crate::report::numbers::count(estimate.n)),
        of_mae(|estimate| estimate.n_clusters.to_string()),
    ];
    let metrics = [
        Metric::Mae,
        Metric::Bias,
        Metric::Spearman,
        Metric::LinCcc,
        Metric::KrippendorffAlphaInterval,
    ];
    row.extend(metrics.map(|metric| cell(report, figure(metric))));
    row
}

fn rules(run: &Run) -> Vec<Block> {
    let mut rows = Vec::new();
    for report in &run.reports {
        for (position, rule) in report.scorecard.rules.iter().enumerate() {
            let holds = rule.metrics.get(&RuleMetric::Holds);
            let n = match holds {
                Some(Ok(estimate)) => Cell::Number(crate::report::numbers::count(estimate.n)),
                Some(Err(_)) | None => Cell::Faint("–".to_owned()),
            };
            let figure = |metric| Figure::Rule(position, metric);
            let on_reference = report.scorecard.reference_rules.get(position);
            let on_reference = on_reference.and_then(|rule| rule.metrics.get(&RuleMetric::Holds));
            rows.push(vec![
                Cell::Text(report.classifier.clone()),
                Cell::Text(report.names.rules[position].0.clone()),
                n,
                cell(report, figure(RuleMetric::Holds)),
                on_reference.map_or_else(
                    || Cell::Faint("–".to_owned()),
                    |measured| figure_cell(measured, figure(RuleMetric::Holds)),
                ),
                cell(report, figure(RuleMetric::Contrast)),
            ]);
        }
    }
    let columns = vec![
        left("Classifier"),
        left("Rule"),
        right("n"),
        left("Holds"),
        left("Holds on reference"),
        left("Contrast"),
    ];
    let intervals = sections::intervals(run);
    captioned(
        format!(
            "Telemetry: agreement of labels with what was recorded by machine, with {intervals}. \
             n: items that the candidate labels as the rule says and whose telemetry is known; holds: \
             share of them whose telemetry is as expected; holds on reference: the same by the \
             reference’s labels; contrast: holds minus the share among all other items."
        ),
        columns,
        rows,
    )
}

fn outcomes(run: &Run) -> Vec<Block> {
    let accounts = || {
        run.reports
            .iter()
            .map(|report| &report.scorecard.all.account)
    };
    // Kinds that never happened would only make the table wider; the caption names them.
    let (kinds, absent): (Vec<OutcomeKind>, Vec<OutcomeKind>) = OutcomeKind::ALL
        .into_iter()
        .partition(|kind| accounts().any(|account| account.outcome(*kind) > 0));
    let has_excluded = accounts().any(|account| account.excluded.total() > 0);
    let mut columns = vec![left("Classifier"), right("Items")];
    columns.extend(
        kinds
            .iter()
            .map(|kind| right(&capital(&kind.key().replace('_', " ")))),
    );
    columns.extend([right("No answer"), right("No reference")]);
    if has_excluded {
        columns.push(right("Excluded by label"));
    }
    columns.extend([right("Scored"), left("Coverage")]);
    let rows = run.reports.iter().map(|report| {
        let account = &report.scorecard.all.account;
        let number = |count: u64| Cell::Number(count.to_string());
        let mut row = vec![Cell::Text(report.classifier.clone()), number(account.total)];
        row.extend(kinds.iter().map(|kind| number(account.outcome(*kind))));
        row.extend([
            number(account.missing_candidate),
            number(account.missing_reference),
        ]);
        if has_excluded {
            row.push(number(account.excluded.total()));
        }
        row.push(number(account.scored));
        row.push(cell(report, Figure::Overall(Metric::Coverage)));
        row
    });
    let intervals = sections::intervals(run);
    let absent: Vec<String> = absent
        .iter()
        .map(|kind| kind.key().replace('_', " "))
        .collect();
    let absent = match absent.is_empty() {
        true => String::new(),
        false => format!(" No answer was {}.", absent.join(", ")),
    };
    captioned(
        format!(
            "What became of every item, by the candidate’s answer.{absent} Coverage: share of answers \
             that are a label and no abstention, with {intervals}."
        ),
        columns,
        rows.collect(),
    )
}

fn captioned(caption: String, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Caption(caption),
        Block::Table(Table { columns, rows }),
    ]
}
