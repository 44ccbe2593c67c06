//! The delta method on a table of independent items, at a cost that does not grow with them.

use super::delta::set_interval;
use super::has_few_clusters;
use crate::num::Level;
use crate::stat::distribution::normal_quantile;
use crate::stat::{Confusion, Count, Dual, Estimate, Flag, Lift, Method, Tally, Undefined};

/// A smooth statistic of a table of independent items with its delta-method interval: what
/// [`super::delta()`] gives with one cluster an item, because items of one cell share their
/// influence.
///
/// The counts may be expected ones: at the table of independent margins this is the standard error
/// under the hypothesis of no association.
///
/// Undefined where the statistic is; without interval where the variance is 0 (`zero_variance`).
///
/// ```
/// use labelgate::{num::Level, stat::{Confusion, agreement::cohen_kappa, interval::delta_of_table}};
/// let pairs = [(0, 0); 20].into_iter().chain([(0, 1); 5]).chain([(1, 0); 10]).chain([(1, 1); 15]);
/// let table = Confusion::tally(2, pairs);
/// let kappa = delta_of_table(&table, cohen_kappa, Level::DEFAULT).unwrap();
/// assert!((kappa.se.unwrap() - 0.126996).abs() < 1e-6);
/// ```
pub fn delta_of_table<C: Count<Real = f64>>(
    table: &Confusion<C>,
    statistic: impl Fn(&Confusion<Dual>) -> Result<Dual, Undefined>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let table = table.as_weights();
    let value = statistic(&table.lift(&table))?.value;
    let mut variance = 0.0;
    let mut direction = table.clone();
    for reference in 0..table.n_labels() {
        for candidate in 0..table.n_labels() {
            let count = table.count(reference, candidate);
            if count > 0.0 {
                direction.clear();
                direction.count_pair(reference, candidate, 1.0);
                let influence = statistic(&table.lift(&direction))?.slope;
                variance += count * influence * influence;
            }
        }
        let count = table.unanswered(reference);
        if count > 0.0 {
            direction.clear();
            direction.count_unanswered(reference, 1.0);
            let influence = statistic(&table.lift(&direction))?.slope;
            variance += count * influence * influence;
        }
    }
    let n = table.total();
    let df = (n > 1.0).then_some(n - 1.0);
    let flags = has_few_clusters(n as usize, df).then_some(Flag::FewClusters);
    let mut estimate = Estimate {
        value,
        se: None,
        interval: Err(Undefined::ZeroVariance),
        level,
        n,
        n_clusters: n as usize,
        df,
        flags: flags.into_iter().collect(),
    };
    let quantile = normal_quantile(level.upper_tail());
    set_interval(&mut estimate, Ok(variance), Ok(quantile), Method::Delta);
    Ok(estimate)
}
