//! How steady candidate and baseline are, where questions were asked several times.

use super::tables::plain_cell;
use super::{Block, Cell, Table, left, right};
use crate::report::model::{Report, majority_rule};
use crate::score::RepeatScore;

/// The repeats of a report; nothing where each question was asked once.
pub(super) fn repeats(report: &Report) -> Vec<Block> {
    let baseline = report.baseline.as_deref().unwrap_or_default();
    let sides: Vec<(&str, &RepeatScore)> = [
        (&*report.candidate, &report.repeats.candidate),
        (baseline, &report.repeats.baseline),
    ]
    .into_iter()
    .filter_map(|(name, score)| Some((name, score.as_ref()?)))
    .collect();
    let Some((_, first)) = sides.first() else {
        return Vec::new();
    };
    let mut columns = vec![
        left("revision"),
        right("repeats"),
        right("items"),
        right("flipped"),
        left("flip_rate"),
    ];
    if first.test_retest_kappa.is_some() {
        columns.push(left("test_retest_kappa"));
    }
    columns.extend(first.metrics.keys().map(|metric| left(metric.key())));
    let rows = sides.iter().map(|(name, score)| {
        let mut row = vec![
            Cell::Text((*name).to_owned()),
            Cell::Number(score.count.to_string()),
            Cell::Number(score.n_items.to_string()),
            Cell::Number(score.n_flipped.to_string()),
            plain_cell(&score.flip_rate, (0.0, 1.0)),
        ];
        let kappa = score.test_retest_kappa.iter();
        row.extend(kappa.map(|kappa| plain_cell(kappa, (-1.0, 1.0))));
        let metrics = score.metrics.iter();
        row.extend(metrics.map(|(metric, measured)| plain_cell(measured, metric.range())));
        row
    });
    let rows = rows.collect();
    vec![
        Block::Heading(3, "Repeats".to_owned(), None),
        Block::Prose(format!(
            "flip_rate is the share of pairs of repeats of an item that differ. One label out of \
             several repeats is made by {}.",
            majority_rule(report.scheme)
        )),
        Block::Table(Table { columns, rows }),
    ]
}
