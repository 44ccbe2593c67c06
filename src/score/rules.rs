//! The figures of telemetry rules.

use super::sample::Sample;
use super::{Measured, RuleMetric, RuleScore};
use crate::align::{RuleRow, RuleRows};
use crate::num::Level;
use crate::stat::interval::{self, Proportion};
use crate::stat::{Clustered, Contingency, Count, Statistic, agreement, contingency};

/// The figures of one rule.
pub(super) fn score(
    sample: &Sample<'_>,
    rows: &RuleRows,
    keep: &dyn Fn(usize) -> bool,
    level: Level,
) -> RuleScore {
    let kept: Vec<RuleRow> = rows
        .rows
        .iter()
        .copied()
        .filter(|row| keep(row.item))
        .collect();
    let data = tables(sample, &kept);
    let n_kept = |items: &[usize]| items.iter().filter(|item| keep(**item)).count() as u64;
    let mut table = [[0; 2]; 2];
    for row in &kept {
        table[usize::from(!row.labelled)][usize::from(!row.expected)] += 1;
    }
    RuleScore {
        table,
        metrics: RuleMetric::ALL
            .iter()
            .map(|metric| (*metric, measure(*metric, &data, level)))
            .collect(),
        missing_telemetry: n_kept(&rows.missing_telemetry),
        failed: n_kept(&rows.failed),
        counterexamples: kept
            .iter()
            .filter(|row| row.labelled && !row.expected)
            .map(|row| row.item)
            .collect(),
    }
}

/// The clusters' tables of label by telemetry.
fn tables(sample: &Sample<'_>, rows: &[RuleRow]) -> Clustered<Contingency<f64>> {
    sample.tally(&Contingency::default(), rows, |row| row.item, count)
}

pub(super) fn count(table: &mut Contingency<f64>, row: &RuleRow, weight: f64) {
    table.count_item(row.labelled, row.expected, weight);
}

fn measure(metric: RuleMetric, data: &Clustered<Contingency<f64>>, level: Level) -> Measured {
    let share = |share: fn([[f64; 2]; 2]) -> Proportion| {
        interval::proportion(&data.map(|table| share(table.table())), level)
    };
    match metric {
        RuleMetric::Holds => share(|[[a, b], _]| Proportion {
            hits: a,
            trials: a + b,
        }),
        RuleMetric::Found => share(|[[a, _], [c, _]]| Proportion {
            hits: a,
            trials: a + c,
        }),
        RuleMetric::Contrast | RuleMetric::Phi | RuleMetric::CohenKappa => {
            interval::delta(data, |table| value(metric, table), level)
        }
    }
}

/// A metric of a rule's table, in whatever it is counted.
pub(super) fn value<C: Count>(metric: RuleMetric, table: &Contingency<C>) -> Statistic<C::Real> {
    match metric {
        RuleMetric::Holds => contingency::holds(table),
        RuleMetric::Found => contingency::found(table),
        RuleMetric::Contrast => contingency::contrast(table),
        RuleMetric::Phi => contingency::phi(table),
        RuleMetric::CohenKappa => agreement::cohen_kappa(&table.confusion()),
    }
}
