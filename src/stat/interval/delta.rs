//! Intervals from derivatives: of the statistic itself, or from leaving clusters out.

use super::bootstrap::leave_one_out;
use super::cluster::{ClusterDesign, t_quantile};
use crate::num::Level;
use crate::stat::distribution::normal_quantile;
use crate::stat::{Clustered, Dual, Estimate, Interval, Lift, Method, Sparse, Tally, Undefined};

/// Standard errors below this are rounding noise of a variance that is 0.
const NO_ERROR: f64 = 1e-12;

/// More clusters than this are left out in groups.
const MOST_LEFT_OUT: usize = 1000;
/// How many groups that makes.
const GROUPS: usize = 100;

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
    delta_of_sparse(
        &Sparse::of(data).ok_or(Undefined::NoItems)?,
        statistic,
        level,
    )
}

/// [`delta`] of clusters kept sparsely. It takes as many evaluations of the statistic as there are
/// coordinates in use, or clusters, whichever are fewer.
pub fn delta_of_sparse<T: Lift>(
    data: &Sparse<T>,
    statistic: impl Fn(&T::Dual) -> Result<Dual, Undefined>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let value = statistic(&data.total().lift(data.total()))?.value;
    let influences = influences(data, statistic)?;
    Ok(delta_of_influences(
        value,
        &influences,
        data.design(),
        level,
    ))
}

/// A value with its delta-method interval from the influence of each cluster.
pub fn delta_of_influences(
    value: f64,
    influences: &[f64],
    design: &ClusterDesign,
    level: Level,
) -> Estimate {
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
    estimate
}

/// A statistic of items kept as they are with its delta-method interval, from the influence of each
/// item in the order of the clusters; see [`delta`] and [`crate::stat::influence`].
pub fn delta_of_items<T: Tally>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined>,
    influences: impl Fn(&T) -> Result<Vec<f64>, Undefined>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = statistic(&total)?;
    let of_items = influences(&total)?;
    let mut rest = &*of_items;
    let sizes = data.sizes();
    let of_cluster = sizes.iter();
    let of_clusters: Vec<f64> = of_cluster
        .map(|size| {
            let (here, after) = rest.split_at((*size as usize).min(rest.len()));
            rest = after;
            here.iter().sum()
        })
        .collect();
    let design = ClusterDesign::new(sizes);
    Ok(delta_of_influences(value, &of_clusters, &design, level))
}

fn influences<T: Lift>(
    data: &Sparse<T>,
    statistic: impl Fn(&T::Dual) -> Result<Dual, Undefined>,
) -> Result<Vec<f64>, Undefined> {
    let total = data.total();
    let mut slopes = vec![0.0; data.n_coordinates()];
    // Sums of signed numbers can add up to 0 all the same, so it is the clusters that tell.
    let mut is_used = vec![false; data.n_coordinates()];
    for (place, _) in data.clusters().flatten() {
        is_used[*place as usize] = true;
    }
    let used = || (0..is_used.len()).filter(|place| is_used[*place]);
    if used().count() < data.n_clusters() {
        let mut gradient = slopes.clone();
        for place in used() {
            slopes[place] = 1.0;
            gradient[place] = statistic(&total.lift_by(&slopes))?.slope;
            slopes[place] = 0.0;
        }
        let along = |entries: &[(u32, f64)]| -> f64 {
            let terms = entries
                .iter()
                .map(|(place, by)| gradient[*place as usize] * by);
            terms.sum()
        };
        if gradient.iter().all(|slope| slope.is_finite()) {
            return Ok(data.clusters().map(along).collect());
        }
        // A root of 0 has no slope along one coordinate and may have one along all of a cluster.
    }
    let along = |entries: &[(u32, f64)]| {
        slopes.fill(0.0);
        for (place, by) in entries {
            slopes[*place as usize] = *by;
        }
        statistic(&total.lift_by(&slopes)).map(|at| at.slope)
    };
    data.clusters().map(along).collect()
}

/// A statistic of any tally with its delete-one-cluster jackknife interval: variance
/// (G − 1)/G Σ (θ₍₋g₎ − θ)², t limits on Bell–McCaffrey degrees of freedom. For statistics without
/// derivative, and for those that are far from smooth.
///
/// Takes time in the square of the number of clusters. Of more than 1000, whole groups are
/// left out instead, 100 of about as many clusters each, taken in turn; the degrees of freedom are
/// then no more than the groups less one.
///
/// Undefined where the statistic is; without interval where leaving out a cluster leaves it
/// undefined (`unstable`), where the variance is 0, or with a single cluster.
///
/// Source: Tukey 1958; Bell & McCaffrey 2002 for the degrees of freedom; Kott 2001 for groups.
pub fn jackknife<T: Tally>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = statistic(&total)?;
    if data.n_clusters() <= MOST_LEFT_OUT {
        let left_out = leave_one_out(data, statistic);
        return Ok(jackknife_of_left_out(data, value, left_out, level));
    }
    let left_out = leave_one_out(&grouped(data), statistic);
    let estimate = ClusterDesign::new(data.sizes()).estimate(value, level);
    let most = GROUPS as f64 - 1.0;
    let estimate = Estimate {
        df: estimate.df.map(|df| df.min(most)),
        ..estimate
    };
    let method = Method::GroupedJackknife;
    Ok(with_left_out(estimate, left_out, level, method))
}

/// The clusters in groups, dealt out like cards.
fn grouped<T: Tally>(data: &Clustered<T>) -> Clustered<T> {
    let mut groups: Vec<T> = Vec::with_capacity(GROUPS);
    let counted = data.0.iter().filter(|cluster| cluster.size() > 0.0);
    for (place, cluster) in counted.enumerate() {
        match groups.get_mut(place % GROUPS) {
            Some(group) => group.add(cluster),
            None => groups.push(cluster.clone()),
        }
    }
    Clustered(groups)
}

/// The interval of [`jackknife`] around a value, from the values with each cluster left out: for
/// statistics that have a quicker way to these than [`leave_one_out`].
pub fn jackknife_of_left_out<T: Tally>(
    data: &Clustered<T>,
    value: f64,
    left_out: Result<Vec<f64>, Undefined>,
    level: Level,
) -> Estimate {
    let estimate = ClusterDesign::new(data.sizes()).estimate(value, level);
    with_left_out(estimate, left_out, level, Method::ClusterJackknife)
}

fn with_left_out(
    mut estimate: Estimate,
    left_out: Result<Vec<f64>, Undefined>,
    level: Level,
    method: Method,
) -> Estimate {
    // Without degrees of freedom there is a single cluster, which is why there is no interval.
    let Some(degrees) = estimate.df else {
        return estimate;
    };
    let Ok(left_out) = left_out else {
        estimate.interval = Err(Undefined::Unstable);
        return estimate;
    };
    let squares = left_out
        .iter()
        .map(|without| (without - estimate.value).powi(2));
    let n = left_out.len() as f64;
    let variance = squares.sum::<f64>() * (n - 1.0) / n;
    let quantile = t_quantile(level, degrees);
    set_interval(&mut estimate, Ok(variance), Ok(quantile), method);
    estimate
}

/// The estimate with limits of another level, where these follow from value, standard error and
/// degrees of freedom alone, as those of [`delta`] and [`jackknife`] do; otherwise `None`.
pub fn at_another_level(estimate: &Estimate, level: Level) -> Option<Estimate> {
    let method = estimate.interval.as_ref().ok()?.method;
    let quantile = match method {
        Method::Delta => normal_quantile(level.upper_tail()),
        Method::ClusteredDelta | Method::ClusterJackknife | Method::GroupedJackknife => {
            t_quantile(level, estimate.df?)
        }
        _ => return None,
    };
    let half = quantile * estimate.se?;
    let mut estimate = estimate.clone();
    estimate.level = level;
    estimate.interval = Ok(Interval {
        low: estimate.value - half,
        high: estimate.value + half,
        method,
    });
    Some(estimate)
}

/// A value that has no interval by its nature, such as a p-value.
pub fn without_interval(design: &ClusterDesign, value: f64, level: Level) -> Estimate {
    let mut estimate = design.estimate(value, level);
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
