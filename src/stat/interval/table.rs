//! The delta method on a table of independent items, at a cost that does not grow with them.

use super::delta::set_interval;
use super::has_few_clusters;
use crate::num::Level;
use crate::stat::distribution::normal_quantile;
use crate::stat::{Confusion, Count, Dual, Estimate, Flag, Lift, Method, Undefined};

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
    let counts = table.coordinates();
    let mut slopes = vec![0.0; counts.len()];
    let mut variance = 0.0;
    for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
        slopes[place] = 1.0;
        let influence = statistic(&table.lift_by(&slopes))?.slope;
        slopes[place] = 0.0;
        variance += count * influence * influence;
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
