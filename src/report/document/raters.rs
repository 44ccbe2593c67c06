//! The section of a report on raters.

use super::classes::number_cell;
use super::count_cell;
use super::tables::{hidden_row, plain_cell};
use super::{Block, Cell, Column, Table, left, right};
use crate::report::model::RaterReport;
use crate::score::{Metric, RaterMetric};
use crate::stat::Undefined;

pub(super) fn section(report: &RaterReport) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(2, report.classifier.clone(), None),
        Block::Prose(account(report)),
    ];
    blocks.extend(report.notes.iter().cloned().map(Block::Prose));
    blocks.push(Block::Table(metrics(report)));
    blocks.extend(pairs(report));
    blocks.extend(raters(report));
    blocks.extend(slices(report));
    blocks
}

/// What became of the items, in a sentence.
fn account(report: &RaterReport) -> String {
    let account = &report.score.all.account;
    let mut sentence = format!(
        "{} raters: {} of {} items rated by two or more, {} clusters",
        report.raters.len(),
        account.scored,
        account.total,
        account.n_clusters
    );
    for (count, word) in [
        (account.rated_once, "rated only once"),
        (account.unrated, "not rated"),
    ] {
        if count > 0 {
            sentence.push_str(&format!(", {count} {word}"));
        }
    }
    sentence
}

fn metrics(report: &RaterReport) -> Table {
    let rows = report.score.all.metrics.iter().map(|(metric, measured)| {
        vec![
            Cell::Text(metric.key().to_owned()),
            plain_cell(measured, metric.range()),
        ]
    });
    Table {
        columns: vec![left(""), left("all raters")],
        rows: rows.collect(),
    }
}

/// The figures of each two raters.
fn pairs(report: &RaterReport) -> Vec<Block> {
    let pairs = &report.score.all.pairs;
    let Some(first) = pairs.first() else {
        return Vec::new();
    };
    let mut columns = vec![left("raters"), left(""), right("both rated")];
    columns.extend(first.metrics.keys().map(|metric| left(pair_title(*metric))));
    let rows = pairs.iter().map(|pair| {
        let [one, other] = pair.raters.map(|rater| report.raters[rater].clone());
        let mut row = vec![
            Cell::Text(one),
            Cell::Text(other),
            number_cell(pair.n_items.map(|n| n as f64)),
        ];
        let figures = pair.metrics.iter();
        row.extend(figures.map(|(metric, measured)| plain_cell(measured, metric.range())));
        row
    });
    headed("Pairs", columns, rows.collect())
}

/// A candidate's figures under names that fit two raters of the same standing.
fn pair_title(metric: Metric) -> &'static str {
    match metric {
        Metric::Bias => "bias (second − first)",
        _ => metric.key(),
    }
}

/// What each rater did, and how often each label was used.
fn raters(report: &RaterReport) -> Vec<Block> {
    let raters = &report.score.all.account.raters;
    let has_excluded = raters.iter().any(|rater| rater.excluded > 0);
    let mut columns = vec![left("rater"), right("ratings"), right("missing")];
    if has_excluded {
        columns.push(right("excluded"));
    }
    columns.extend(report.names.labels.iter().map(|label| right(label)));
    let rows = report.raters.iter().zip(raters).map(|(name, rater)| {
        let mut row = vec![
            Cell::Text(name.clone()),
            Cell::Number(rater.ratings.to_string()),
            count_cell(Some(rater.missing as f64), false),
        ];
        if has_excluded {
            row.push(count_cell(Some(rater.excluded as f64), false));
        }
        let uses = rater.uses.iter();
        row.extend(uses.map(|uses| count_cell(uses.map(|n| n as f64), false)));
        row
    });
    let title = if report.names.labels.is_empty() {
        "Ratings by rater"
    } else {
        "Ratings by rater and label"
    };
    headed(title, columns, rows.collect())
}

/// The main figures of each slice value.
fn slices(report: &RaterReport) -> Vec<Block> {
    let slices = &report.score.slices;
    if slices.is_empty() && report.score.hidden_slices.is_empty() {
        return Vec::new();
    }
    let main: &[RaterMetric] = match report.scheme {
        "ordinal" => &[
            RaterMetric::Agreement,
            RaterMetric::KrippendorffAlphaOrdinal,
        ],
        "numeric" => &[
            RaterMetric::KrippendorffAlphaInterval,
            RaterMetric::KrippendorffAlphaRatio,
        ],
        _ => &[RaterMetric::Agreement, RaterMetric::KrippendorffAlpha],
    };
    let mut columns = vec![
        left("slice"),
        left("value"),
        right("scored"),
        right("clusters"),
    ];
    columns.extend(main.iter().map(|metric| left(metric.key())));
    let rows = slices.iter().map(|slice| {
        let measures = &slice.measures;
        let mut row = vec![
            Cell::Text(report.names.slices[slice.slice].clone()),
            Cell::Text(slice.value.to_string()),
            Cell::Number(measures.account.scored.to_string()),
            Cell::Number(measures.account.n_clusters.to_string()),
        ];
        row.extend(
            main.iter()
                .map(|metric| match measures.metrics.get(metric) {
                    Some(measured @ (Ok(_) | Err(Undefined::Suppressed))) => {
                        plain_cell(measured, metric.range())
                    }
                    _ => Cell::Faint("–".to_owned()),
                }),
        );
        row
    });
    let n_columns = columns.len();
    let hidden = report
        .score
        .hidden_slices
        .iter()
        .map(|(slice, value)| hidden_row(&report.names.slices[*slice], value, n_columns));
    headed("Slices", columns, rows.chain(hidden).collect())
}

fn headed(title: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Vec<Block> {
    vec![
        Block::Heading(3, title.to_owned(), None),
        Block::Table(Table { columns, rows }),
    ]
}
