//! How much each item moves a rank statistic, or one of ratios: its derivative with respect to the
//! item's weight. In time that grows like sorting, where leaving out every item would take as many
//! sorts as there are items.
//!
//! All three statistics are smooth functions of weights: a rank is a sum of weights of what lies
//! below it. The influences of all items add up to 0, since doubling every weight changes nothing.

use super::rank::{doubled_midranks, kendall_tau_b, spearman};
use super::ratio::{distance_sums, ratio_distance};
use super::{Rows, Undefined, numeric, rank_sum};

/// The influence of each item on [`spearman`], in the order of the rows. Undefined as that is.
///
/// ```
/// use labelgate::stat::{Rows, influence::spearman_influences};
/// let rows = Rows::from_iter([(1.0, 10.0), (2.0, 30.0), (3.0, 20.0), (4.0, 40.0)]);
/// let influences = spearman_influences(&rows).unwrap();
/// // The first and the last item hold the order up, those between are exchanged.
/// assert!(influences[0] > 0.0 && influences[1] < 0.0);
/// assert!(influences.iter().sum::<f64>().abs() < 1e-12);
/// ```
pub fn spearman_influences(rows: &Rows) -> Result<Vec<f64>, Undefined> {
    let rho = spearman(rows)?;
    let (x, y) = (Side::of(rows, |pair| pair.0), Side::of(rows, |pair| pair.1));
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (xx, yy) = (product(&x.ranks, &x.ranks), product(&y.ranks, &y.ranks));
    let whole = (xx * yy).sqrt();
    // The rank of every item above moves up by as much weight as an item gains.
    let (x_of_y, y_of_x) = (x.above_less_below(&y.ranks), y.above_less_below(&x.ranks));
    let (x_of_x, y_of_y) = (x.above_less_below(&x.ranks), y.above_less_below(&y.ranks));
    let influence = |item: usize| {
        let (r, s) = (x.ranks[item], y.ranks[item]);
        let xy_slope = r * s + x_of_y[item] + y_of_x[item];
        let xx_slope = r * r + 2.0 * x_of_x[item];
        let yy_slope = s * s + 2.0 * y_of_y[item];
        xy_slope / whole - rho / 2.0 * (xx_slope / xx + yy_slope / yy)
    };
    Ok((0..rows.len()).map(influence).collect())
}

/// The influence of each item on [`kendall_tau_b`], in the order of the rows. Undefined as that is.
///
/// ```
/// use labelgate::stat::{Rows, influence::kendall_influences};
/// let rows = Rows::from_iter([(1.0, 10.0), (2.0, 30.0), (3.0, 20.0), (4.0, 40.0)]);
/// let influences = kendall_influences(&rows).unwrap();
/// assert!(influences[0] > 0.0 && influences[1] < 0.0);
/// ```
pub fn kendall_influences(rows: &Rows) -> Result<Vec<f64>, Undefined> {
    let tau = kendall_tau_b(rows)?;
    let (x, y) = (Side::of(rows, |pair| pair.0), Side::of(rows, |pair| pair.1));
    let n = rows.len() as f64;
    let untied = |side: &Side| (n * n - side.ties.iter().sum::<f64>()) / 2.0;
    let (x_untied, y_untied) = (untied(&x), untied(&y));
    let whole = (x_untied * y_untied).sqrt();
    let surpluses = surpluses(&x, &y);
    let influence = |item: usize| {
        let (x_slope, y_slope) = (n - x.ties[item], n - y.ties[item]);
        surpluses[item] as f64 / whole - tau / 2.0 * (x_slope / x_untied + y_slope / y_untied)
    };
    Ok((0..rows.len()).map(influence).collect())
}

/// The influence of each item on [`numeric::krippendorff_alpha_ratio`], in the order of the rows,
/// with its small-sample factor taken as known. Undefined as that is.
pub fn alpha_ratio_influences(rows: &Rows) -> Result<Vec<f64>, Undefined> {
    let alpha = numeric::krippendorff_alpha_ratio(rows)?;
    let distinct = numeric::distinct_values(rows);
    let sums = distance_sums(&distinct);
    let to_all = |value: f64| sums[distinct.partition_point(|(other, _)| *other < value)];
    let pairs = rows.pairs().iter();
    let observed: f64 = pairs.clone().map(|(x, y)| ratio_distance(*x, *y)).sum();
    let expected: f64 = sums
        .iter()
        .zip(&distinct)
        .map(|(sum, (_, times))| sum * times)
        .sum();
    // Both halves of the ratio, and the number of items, grow with an item's weight.
    let n = rows.len() as f64;
    let apart = 1.0 - alpha;
    let scale = (2.0 * n - 1.0) / (expected / 2.0);
    let influence = |(x, y): &(f64, f64)| {
        let within = (observed / n + ratio_distance(*x, *y)) * scale;
        let between = 2.0 * apart * (to_all(*x) + to_all(*y)) / expected;
        between - within
    };
    Ok(pairs.map(influence).collect())
}

/// The influence of each item on [`rank_sum::auroc`], in the order of the rows. Undefined as that is.
///
/// Source: DeLong, DeLong & Clarke-Pearson 1988, whose structural components these are.
///
/// ```
/// use labelgate::stat::{Rows, influence::auroc_influences};
/// let rows = Rows::from_iter([(1.0, 0.9), (1.0, 0.4), (0.0, 0.5), (0.0, 0.1)]);
/// let influences = auroc_influences(&rows).unwrap();
/// assert!(influences[0] > 0.0 && influences[1] < 0.0);
/// ```
pub fn auroc_influences(rows: &Rows) -> Result<Vec<f64>, Undefined> {
    let auroc = rank_sum::auroc(rows)?;
    let mut groups = rank_sum::by_outcome(rows);
    for group in &mut groups {
        group.sort_by(f64::total_cmp);
    }
    let [right, wrong] = &groups;
    let below = |group: &[f64], value: f64| {
        let less = group.partition_point(|other| *other < value);
        let up_to = group.partition_point(|other| *other <= value);
        (less + up_to) as f64 / 2.0 / group.len() as f64
    };
    let influence = |(outcome, value): &(f64, f64)| {
        let (won, own) = match *outcome > 0.0 {
            true => (below(wrong, *value), right),
            false => (1.0 - below(right, *value), wrong),
        };
        (won - auroc) / own.len() as f64
    };
    Ok(rows.pairs().iter().map(influence).collect())
}

/// One side of the rows, ranked.
struct Side {
    /// The items in ascending order, those with one value together.
    order: Vec<usize>,
    /// Twice the rank of each item less n + 1: how many items are below it less those above.
    ranks: Vec<f64>,
    /// How many items have its value.
    ties: Vec<f64>,
}

impl Side {
    fn of(rows: &Rows, value: fn(&(f64, f64)) -> f64) -> Self {
        let values: Vec<f64> = rows.pairs().iter().map(value).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let after_all = (values.len() + 1) as f64;
        let ranks = doubled_midranks(&values).into_iter();
        let mut side = Self {
            ranks: ranks.map(|rank| rank as f64 - after_all).collect(),
            ties: vec![0.0; values.len()],
            order,
        };
        let mut ties = std::mem::take(&mut side.ties);
        for group in side.groups() {
            for item in group {
                ties[*item] = group.len() as f64;
            }
        }
        Self { ties, ..side }
    }

    /// The items of each value, in ascending order of the values.
    fn groups(&self) -> impl Iterator<Item = &[usize]> {
        self.order.chunk_by(|a, b| self.ranks[*a] == self.ranks[*b])
    }

    /// For each item, the sum of `values` over the items above it less that over those below.
    fn above_less_below(&self, values: &[f64]) -> Vec<f64> {
        let all: f64 = values.iter().sum();
        let mut below = 0.0;
        let mut sums = vec![0.0; values.len()];
        for group in self.groups() {
            let here: f64 = group.iter().map(|item| values[*item]).sum();
            for item in group {
                sums[*item] = (all - below - here) - below;
            }
            below += here;
        }
        sums
    }
}

/// For each item, with how many others it is in the same order on both sides, less those with which
/// it is in opposite orders.
fn surpluses(x: &Side, y: &Side) -> Vec<i64> {
    // Places on the side of y, tied items sharing one.
    let mut places = vec![0; x.order.len()];
    let mut uses = Vec::new();
    for (place, group) in y.groups().enumerate() {
        uses.push(group.len() as i64);
        for item in group {
            places[*item] = place;
        }
    }
    let mut all = Vec::with_capacity(uses.len() + 1);
    let mut before = 0;
    for used in &uses {
        all.push(before);
        before += used;
    }
    all.push(before);
    let n = before;
    let mut seen = Counts::new(uses.len());
    let mut n_seen = 0;
    let mut surpluses = vec![0; places.len()];
    for group in x.groups() {
        // Those below on x first, then also those with the same x: the rest is above.
        for item in group {
            let (low, high) = (seen.before(places[*item]), seen.before(places[*item] + 1));
            surpluses[*item] += low - (n_seen - high);
        }
        for item in group {
            seen.count(places[*item]);
        }
        n_seen += group.len() as i64;
        for item in group {
            let place = places[*item];
            let above_low = all[place] - seen.before(place);
            let above_high = (n - all[place + 1]) - (n_seen - seen.before(place + 1));
            surpluses[*item] += above_high - above_low;
        }
    }
    surpluses
}

/// Counts by place that give the sum up to any place in logarithmic time (Fenwick 1994).
struct Counts(Vec<i64>);

impl Counts {
    fn new(n: usize) -> Self {
        Self(vec![0; n + 1])
    }

    fn count(&mut self, place: usize) {
        let mut at = place + 1;
        while at < self.0.len() {
            self.0[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// How many were counted before the place.
    fn before(&self, place: usize) -> i64 {
        let (mut at, mut sum) = (place, 0);
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }
}
