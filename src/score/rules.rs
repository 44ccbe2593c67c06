//! The figures of telemetry rules.

use super::sample::Sample;
use super::{Intervals, Measured, Resamples, RuleMetric, RuleScore};
use crate::align::{RuleRow, RuleRows};
use crate::stat::interval::{self, Proportion};
use crate::stat::{Contingency, Count, Sparse, Statistic, Undefined, agreement, contingency};

/// The figures of one rule.
pub(super) fn score(
    sample: &Sample<'_>,
    rows: &RuleRows,
    keep: &dyn Fn(usize) -> bool,
) -> RuleScore {
    let kept: Vec<RuleRow> = rows
        .rows
        .iter()
        .copied()
        .filter(|row| keep(row.item))
        .collect();
    let data = sample.sparse(&Contingency::default(), &kept, |row| row.item, count);
    let intervals = &sample.intervals;
    let resamples = Resamples::of(&data, intervals, RuleMetric::ALL, |metric, table| {
        value(metric, table)
    });
    let measured = |metric: RuleMetric| {
        let measured = measure(metric, &data, intervals);
        resamples.onto(metric, measured, intervals.level)
    };
    let n_kept = |items: &[usize]| items.iter().filter(|item| keep(**item)).count() as u64;
    let mut table = [[0; 2]; 2];
    for row in &kept {
        table[usize::from(!row.labelled)][usize::from(!row.expected)] += 1;
    }
    RuleScore {
        table: table.map(|row| row.map(Some)),
        metrics: RuleMetric::ALL
            .iter()
            .map(|metric| (*metric, measured(*metric)))
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

pub(super) fn count(table: &mut Contingency<f64>, row: &RuleRow, weight: f64) {
    table.count_item(row.labelled, row.expected, weight);
}

fn measure(metric: RuleMetric, data: &Sparse<Contingency<f64>>, intervals: &Intervals) -> Measured {
    let level = intervals.level;
    if data.n_clusters() == 0 {
        return Err(Undefined::NoItems);
    }
    let share = |share: fn([[f64; 2]; 2]) -> Proportion| {
        intervals.share(&data.proportions(|table| share(table.table())), level)
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
            interval::delta_of_sparse(data, |table| value(metric, table), level)
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
