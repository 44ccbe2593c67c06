//! Intervals from derivatives: of the statistic itself, or from leaving clusters out.

use super::bootstrap::leave_one_out;
use super::cluster::{ClusterDesign, t_quantile};
use crate::num::Level;
use crate::stat::distribution::normal_quantile;
use crate::stat::{Clustered, Dual, Estimate, Interval, Lift, Method, Tally, Undefined};

/// Standard errors below this are rounding noise of a variance that is 0.
const NO_ERROR: f64 = 1e-12;

/// A smooth statistic with its delta-method interval. Each cluster's influence is the derivative
/// of the statistic in the direction of the cluster's tally. Independent items (no cluster has
/// two) have the usual variance and normal limits, which for kappa is that of Fleiss, Cohen &
/// Everitt 1969; clusters have the CR2 variance and t limits on Bell–McCaffrey degrees of freedom.
///
/// The statistic must not change when every tally is doubled, as ratios of counts do not.
///
/// Undefined where the statistic is; without interval where the variance is 0 (`zero_variance`) or
/// there is a single cluster (`fewer_than_two_clusters`).
pub fn delta<T: Lift>(
    data: &Clustered<T>,
    statistic: impl Fn(&T::Dual) -> Result<Dual, Undefined>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let counted: Vec<&T> = data
        .0
        .iter()
        .filter(|cluster| cluster.size() > 0.0)
        .collect();
    let value = statistic(&total.lift(&total))?.value;
    let influences = counted
        .iter()
        .map(|cluster| statistic(&total.lift(cluster)).map(|at| at.slope))
        .collect::<Result<Vec<f64>, Undefined>>()?;
    let design = ClusterDesign::new(counted.iter().map(|cluster| cluster.size()));
    let mut estimate = design.estimate(value, level);
    let (variance, quantile, method) = if design.is_independent() {
        let variance = influences.iter().map(|u| u * u).sum::<f64>();
        (
            Ok(variance),
            Ok(normal_quantile(level.upper_tail())),
            Method::Delta,
        )
    } else {
        let sums: Vec<f64> = influences.iter().map(|u| u * design.n()).collect();
        let quantile = design.degrees_of_freedom().map(|df| t_quantile(level, df));
        (design.cr2_of_mean(&sums), quantile, Method::ClusteredDelta)
    };
    set_interval(&mut estimate, variance, quantile, method);
    Ok(estimate)
}

/// A statistic of any tally with its delete-one-cluster jackknife interval: variance
/// (G − 1)/G Σ (θ₍₋g₎ − θ)², t limits on Bell–McCaffrey degrees of freedom. For statistics without
/// derivative, such as rank correlations. Takes time in the square of the number of clusters.
///
/// Undefined where the statistic is; without interval where leaving out a cluster leaves it
/// undefined (`unstable`), where the variance is 0, or with a single cluster.
///
/// Source: Tukey 1958; Bell & McCaffrey 2002 for the degrees of freedom.
pub fn jackknife<T: Tally>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = statistic(&total)?;
    let left_out = leave_one_out(data, statistic);
    Ok(jackknife_of_left_out(data, value, left_out, level))
}

/// The interval of [`jackknife`] around a value, from the values with each cluster left out: for
/// statistics that have a quicker way to these than [`leave_one_out`].
pub fn jackknife_of_left_out<T: Tally>(
    data: &Clustered<T>,
    value: f64,
    left_out: Result<Vec<f64>, Undefined>,
    level: Level,
) -> Estimate {
    let design = ClusterDesign::new(data.sizes());
    let mut estimate = design.estimate(value, level);
    let Ok(degrees) = design.degrees_of_freedom() else {
        return estimate;
    };
    let Ok(left_out) = left_out else {
        estimate.interval = Err(Undefined::Unstable);
        return estimate;
    };
    let squares = left_out.iter().map(|without| (without - value).powi(2));
    let n_clusters = left_out.len() as f64;
    let variance = squares.sum::<f64>() * (n_clusters - 1.0) / n_clusters;
    let quantile = t_quantile(level, degrees);
    set_interval(
        &mut estimate,
        Ok(variance),
        Ok(quantile),
        Method::ClusterJackknife,
    );
    estimate
}

/// A value that has no interval by its nature, such as a p-value.
pub fn without_interval<T: Tally>(data: &Clustered<T>, value: f64, level: Level) -> Estimate {
    let mut estimate = ClusterDesign::new(data.sizes()).estimate(value, level);
    estimate.interval = Err(Undefined::NoInterval);
    estimate
}

pub(super) fn set_interval(
    estimate: &mut Estimate,
    variance: Result<f64, Undefined>,
    quantile: Result<f64, Undefined>,
    method: Method,
) {
    estimate.interval = variance.and_then(|variance| {
        let se = variance.sqrt();
        if se < NO_ERROR {
            estimate.se = Some(0.0);
            return Err(Undefined::ZeroVariance);
        }
        estimate.se = Some(se);
        let half = quantile? * se;
        Ok(Interval {
            low: estimate.value - half,
            high: estimate.value + half,
            method,
        })
    });
}
