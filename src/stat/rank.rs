//! Association of two orderings: of rows of numbers, and of tables of ordered labels.

use super::distribution::{normal_sf, t_sf};
use super::{Confusion, Count, Real, Rows, Undefined};

/// Spearman's rank correlation: how closely candidate and reference put items in the same order.
///
/// ρ = Pearson's correlation of the midranks (tied values share their mean rank), in −1–1.
/// Undefined without items (`no_items`), for one item (`fewer_than_two_items`), and where either
/// side never varies (`constant_input`).
///
/// Source: Spearman 1904.
///
/// ```
/// use labelgate::stat::{Rows, rank::spearman};
/// let rows = Rows::from_iter([(1.0, 10.0), (2.0, 30.0), (3.0, 20.0)]);
/// assert_eq!(spearman(&rows), Ok(0.5));
/// ```
pub fn spearman(rows: &Rows) -> Result<f64, Undefined> {
    check_rows(rows)?;
    let n = rows.len() as i128;
    let centred = |value: fn(&(f64, f64)) -> f64| -> Vec<i128> {
        let values: Vec<f64> = rows.pairs().iter().map(value).collect();
        let doubled = doubled_midranks(&values).into_iter();
        doubled.map(|rank| rank as i128 - (n + 1)).collect()
    };
    let (x, y) = (centred(|pair| pair.0), centred(|pair| pair.1));
    let product = |a: &[i128], b: &[i128]| -> i128 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (xx, yy) = (product(&x, &x), product(&y, &y));
    // Whole numbers up to here, so ties and exchanged sides give the same bits.
    Ok(product(&x, &y) as f64 / (xx as f64 * yy as f64).sqrt())
}

/// Two-sided p-value of [`spearman`] against no association, by t with n − 2 degrees of freedom.
///
/// Undefined as [`spearman`] is, for two items (`fewer_than_three_items`), and where the ranks
/// agree perfectly (`perfect_rank_correlation`), since the test statistic is infinite there.
///
/// ```
/// use labelgate::stat::{Rows, rank::spearman_p};
/// let rows = Rows::from_iter([(1.0, 10.0), (2.0, 30.0), (3.0, 20.0)]);
/// // ρ = 1/2, t = 1/√3 with one degree of freedom: 2 (1/2 − atan(1/√3)/π) = 2/3.
/// assert!((spearman_p(&rows).unwrap() - 2.0 / 3.0).abs() < 1e-12);
/// ```
pub fn spearman_p(rows: &Rows) -> Result<f64, Undefined> {
    let rho = spearman(rows)?;
    let df = rows.len() as f64 - 2.0;
    if df < 1.0 {
        return Err(Undefined::FewerThanThreeItems);
    }
    if rho.abs() >= 1.0 {
        return Err(Undefined::PerfectRankCorrelation);
    }
    let t = rho.abs() * (df / (1.0 - rho * rho)).sqrt();
    Ok(2.0 * t_sf(t, df))
}

/// Spearman's rank correlation of a table of ordered labels, with the midranks of its margins: the
/// same value as [`spearman`] of the labels' positions, in one pass over the table and smooth in
/// its counts. Unanswered items have no candidate label and are left out.
///
/// Undefined as [`spearman`] is.
///
/// ```
/// use labelgate::stat::{Confusion, rank::spearman_of_table};
/// let table = Confusion::tally(3, [(0, 0), (1, 2), (2, 1)]);
/// assert_eq!(spearman_of_table(&table), Ok(0.5));
/// ```
pub fn spearman_of_table<C: Count>(table: &Confusion<C>) -> Result<C::Real, Undefined> {
    let (rows, columns) = check_table(table)?;
    let (x, y) = (centred_midranks(&rows), centred_midranks(&columns));
    let squares = |ranks: &[C::Real], margin: &[C::Real]| -> C::Real {
        ranks.iter().zip(margin).map(|(r, m)| *r * *r * *m).sum()
    };
    let labels = table.n_labels();
    let product: C::Real = (0..labels)
        .flat_map(|i| (0..labels).map(move |j| (i, j)))
        .map(|(i, j)| table.count(i, j).real() * x[i] * y[j])
        .sum();
    Ok(product / (squares(&x, &rows) * squares(&y, &columns)).sqrt())
}

/// Kendall's tau-b: of pairs of items that neither side ties, how many more are put in the same
/// order than in the opposite one, with a correction for ties.
///
/// τ_b = (C − D) / √((n₀ − t_x)(n₀ − t_y)), with C concordant, D discordant and n₀ all pairs, t_x
/// and t_y the pairs tied on either side; in −1–1. Undefined without items (`no_items`), for one
/// item (`fewer_than_two_items`), and where either side never varies (`constant_input`).
///
/// Source: Kendall 1945; counted as by Knight 1966.
///
/// ```
/// use labelgate::stat::{Rows, rank::kendall_tau_b};
/// let rows = Rows::from_iter([(1.0, 10.0), (2.0, 30.0), (3.0, 20.0)]);
/// assert_eq!(kendall_tau_b(&rows), Ok(1.0 / 3.0));
/// ```
pub fn kendall_tau_b(rows: &Rows) -> Result<f64, Undefined> {
    check_rows(rows)?;
    let pairs = PairCounts::of(rows);
    let (x, y) = (pairs.all - pairs.tied_x, pairs.all - pairs.tied_y);
    Ok(pairs.surplus() / (x as f64 * y as f64).sqrt())
}

/// Two-sided p-value of [`kendall_tau_b`] against no association: normal, with the variance of
/// [`PairCounts::surplus`] corrected for ties, without continuity correction.
///
/// Undefined as [`kendall_tau_b`] is, and for two items (`fewer_than_three_items`).
///
/// Source: Kendall 1970.
///
/// ```
/// use labelgate::stat::{Rows, rank::kendall_p};
/// let rows = Rows::from_iter([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (4.0, 4.0)]);
/// // C − D = 6 with variance 4·3·13/18 = 26/3.
/// assert!((kendall_p(&rows).unwrap() - 0.041_540_2).abs() < 1e-6);
/// ```
pub fn kendall_p(rows: &Rows) -> Result<f64, Undefined> {
    let variance = kendall_variance(rows)?;
    let z = PairCounts::of(rows).surplus() / variance.sqrt();
    Ok(2.0 * normal_sf(z.abs()))
}

/// The variance of C − D under no association, corrected for ties.
///
/// Undefined as [`kendall_p`] is.
///
/// ```
/// use labelgate::stat::{Rows, rank::kendall_variance};
/// let rows = Rows::from_iter([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (4.0, 4.0)]);
/// assert_eq!(kendall_variance(&rows), Ok(26.0 / 3.0));
/// ```
pub fn kendall_variance(rows: &Rows) -> Result<f64, Undefined> {
    check_rows(rows)?;
    if rows.len() < 3 {
        return Err(Undefined::FewerThanThreeItems);
    }
    let n = rows.len() as u128;
    let (x, y) = (runs(rows, |pair| pair.0), runs(rows, |pair| pair.1));
    let base = |n: u128| n * (n - 1) * (2 * n + 5);
    let sum = |sizes: &[u128], term: &dyn Fn(u128) -> u128| -> u128 {
        sizes.iter().map(|size| term(*size)).sum()
    };
    let pairs = |t: u128| t * (t - 1);
    let triples = |t: u128| t * (t - 1) * t.saturating_sub(2);
    // Negative where both sides have long ties; the other terms make up for it.
    let first = (base(n) as i128 - (sum(&x, &base) + sum(&y, &base)) as i128) as f64 / 18.0;
    let second = sum(&x, &pairs) as f64 * sum(&y, &pairs) as f64 / (2 * n * (n - 1)) as f64;
    let third =
        sum(&x, &triples) as f64 * sum(&y, &triples) as f64 / (9 * n * (n - 1) * (n - 2)) as f64;
    Ok(first + second + third)
}

/// Kendall's tau-b of a table of ordered labels: the same value as [`kendall_tau_b`] of the
/// labels' positions, in one pass over the table and smooth in its counts. Unanswered items have no
/// candidate label and are left out.
///
/// Undefined as [`kendall_tau_b`] is.
///
/// ```
/// use labelgate::stat::{Confusion, rank::kendall_tau_b_of_table};
/// let table = Confusion::tally(3, [(0, 0), (1, 2), (2, 1)]);
/// assert_eq!(kendall_tau_b_of_table(&table), Ok(1.0 / 3.0));
/// ```
pub fn kendall_tau_b_of_table<C: Count>(table: &Confusion<C>) -> Result<C::Real, Undefined> {
    let (rows, columns) = check_table(table)?;
    let labels = table.n_labels();
    let zero = C::Real::constant(0.0);
    // Cells in all rows above, by column, so that each cell meets every other only once.
    let mut above = vec![zero; labels];
    let mut surplus = zero;
    for i in 0..labels {
        let (mut left, mut total) = (zero, above.iter().copied().sum::<C::Real>());
        for (j, &column) in above.iter().enumerate() {
            total = total - column;
            // Above and to the left is the same order; above and to the right the opposite one.
            surplus = surplus + table.count(i, j).real() * (left - total);
            left = left + column;
        }
        for (j, column) in above.iter_mut().enumerate() {
            *column = *column + table.count(i, j).real();
        }
    }
    let untied = |margin: &[C::Real]| -> C::Real {
        let n: C::Real = margin.iter().copied().sum();
        let tied: C::Real = margin.iter().map(|m| *m * *m).sum();
        C::Real::constant(0.5) * (n * n - tied)
    };
    Ok(surplus / (untied(&rows) * untied(&columns)).sqrt())
}

/// Goodman and Kruskal's gamma: of pairs that neither side ties, the surplus of the same order.
///
/// γ = (C − D) / (C + D), in −1–1. Undefined without items (`no_items`), for one item
/// (`fewer_than_two_items`), where either side never varies (`constant_input`), and where every
/// pair is tied on one side (`no_untied_pairs`).
///
/// Source: Goodman & Kruskal 1954.
///
/// ```
/// use labelgate::stat::{Rows, rank::gamma};
/// let rows = Rows::from_iter([(1.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 2.0)]);
/// // One pair is tied on each side; of the other four, three have the same order.
/// assert_eq!(gamma(&rows), Ok(0.5));
/// ```
pub fn gamma(rows: &Rows) -> Result<f64, Undefined> {
    check_rows(rows)?;
    let pairs = PairCounts::of(rows);
    let untied = pairs.concordant + pairs.discordant;
    if untied == 0 {
        return Err(Undefined::NoUntiedPairs);
    }
    Ok(pairs.surplus() / untied as f64)
}

/// Somers' D of the candidate given the reference: of pairs that the reference tells apart, the
/// surplus that the candidate puts in the same order. Directed: pairs tied by the candidate count
/// against it.
///
/// D = (C − D) / (n₀ − t_x), in −1–1. Undefined without items (`no_items`), for one item
/// (`fewer_than_two_items`), and where either side never varies (`constant_input`).
///
/// Source: Somers 1962.
///
/// ```
/// use labelgate::stat::{Rows, rank::somers_d};
/// // The reference tells all three pairs apart, the candidate only two: 2/3, the other way 1.
/// let rows = Rows::from_iter([(1.0, 1.0), (2.0, 2.0), (3.0, 2.0)]);
/// assert_eq!(somers_d(&rows), Ok(2.0 / 3.0));
/// ```
pub fn somers_d(rows: &Rows) -> Result<f64, Undefined> {
    check_rows(rows)?;
    let pairs = PairCounts::of(rows);
    Ok(pairs.surplus() / (pairs.all - pairs.tied_x) as f64)
}

/// How the pairs of items compare on both sides, in whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairCounts {
    /// All pairs of items.
    pub all: u64,
    /// Pairs put in the same order by both sides.
    pub concordant: u64,
    /// Pairs put in opposite orders.
    pub discordant: u64,
    /// Pairs that the reference ties.
    pub tied_x: u64,
    /// Pairs that the candidate ties.
    pub tied_y: u64,
}

impl PairCounts {
    /// Counts in O(n log n): discordant pairs are the exchanges that sorting by the candidate
    /// takes after sorting by the reference (Knight 1966).
    ///
    /// ```
    /// use labelgate::stat::{Rows, rank::PairCounts};
    /// let pairs = PairCounts::of(&Rows::from_iter([(1.0, 1.0), (2.0, 3.0), (3.0, 2.0)]));
    /// assert_eq!((pairs.concordant, pairs.discordant), (2, 1));
    /// ```
    pub fn of(rows: &Rows) -> Self {
        let mut sorted = rows.pairs().to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let pairs = |sizes: Vec<u128>| -> u64 {
            sizes.iter().map(|n| *n as u64 * (*n as u64 - 1) / 2).sum()
        };
        let tied_both = pairs(run_lengths(&sorted));
        let tied_x = pairs(runs(rows, |pair| pair.0));
        let tied_y = pairs(runs(rows, |pair| pair.1));
        let mut values: Vec<f64> = sorted.iter().map(|pair| pair.1).collect();
        let discordant = exchanges(&mut values);
        let n = rows.len() as u64;
        let all = n * n.saturating_sub(1) / 2;
        Self {
            all,
            concordant: all + tied_both - tied_x - tied_y - discordant,
            discordant,
            tied_x,
            tied_y,
        }
    }

    /// Concordant minus discordant pairs: Kendall's S.
    pub fn surplus(&self) -> f64 {
        self.concordant as f64 - self.discordant as f64
    }
}

/// Twice the rank of each value, from 1, where tied values share their mean rank: whole numbers.
pub(super) fn doubled_midranks(values: &[f64]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let length = order[start..]
            .iter()
            .take_while(|place| values[**place] == value)
            .count();
        for place in &order[start..start + length] {
            ranks[*place] = (2 * start + length + 1) as u64;
        }
        start += length;
    }
    ranks
}

/// How often each distinct value occurs.
pub(super) fn tie_sizes(mut values: Vec<f64>) -> Vec<u128> {
    values.sort_by(f64::total_cmp);
    run_lengths(&values)
}

fn runs(rows: &Rows, value: fn(&(f64, f64)) -> f64) -> Vec<u128> {
    tie_sizes(rows.pairs().iter().map(value).collect())
}

fn run_lengths<T: PartialEq>(sorted: &[T]) -> Vec<u128> {
    sorted
        .chunk_by(|a, b| a == b)
        .map(|run| run.len() as u128)
        .collect()
}

/// Sorts, and says how many pairs stood in the wrong order.
fn exchanges(values: &mut [f64]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let middle = values.len() / 2;
    let (left, right) = values.split_at_mut(middle);
    let mut count = exchanges(left) + exchanges(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if right[j] < left[i] {
            count += (left.len() - i) as u64;
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    values.copy_from_slice(&merged);
    count
}

fn check_rows(rows: &Rows) -> Result<(), Undefined> {
    let (first, rest) = rows.pairs().split_first().ok_or(Undefined::NoItems)?;
    if rest.is_empty() {
        return Err(Undefined::FewerThanTwoItems);
    }
    if rest.iter().all(|pair| pair.0 == first.0) || rest.iter().all(|pair| pair.1 == first.1) {
        return Err(Undefined::ConstantInput);
    }
    Ok(())
}

type Margins<R> = (Vec<R>, Vec<R>);

/// The margins of the answered items, where a rank correlation of them exists.
fn check_table<C: Count>(table: &Confusion<C>) -> Result<Margins<C::Real>, Undefined> {
    let labels = table.n_labels();
    let rows: Vec<C> = (0..labels)
        .map(|i| table.row(i).iter().copied().sum())
        .collect();
    let columns: Vec<C> = (0..labels)
        .map(|j| (0..labels).map(|i| table.count(i, j)).sum())
        .collect();
    let total: C = rows.iter().copied().sum();
    if total.is_zero() {
        return Err(Undefined::NoItems);
    }
    let used = |margin: &[C]| margin.iter().filter(|count| !count.is_zero()).count();
    if used(&rows) < 2 || used(&columns) < 2 {
        // A single item and many alike cannot be told apart once items are weighted.
        let one = total.real().value() == 1.0;
        return Err(if one {
            Undefined::FewerThanTwoItems
        } else {
            Undefined::ConstantInput
        });
    }
    let real = |counts: Vec<C>| counts.into_iter().map(Count::real).collect();
    Ok((real(rows), real(columns)))
}

/// Midranks of ordered labels minus their mean, from how often each label was used.
fn centred_midranks<R: Real>(margin: &[R]) -> Vec<R> {
    let half = R::constant(0.5);
    let n: R = margin.iter().copied().sum();
    let mut before = R::constant(0.0);
    let mut ranks = Vec::with_capacity(margin.len());
    for count in margin {
        ranks.push(before + half * *count - half * n);
        before = before + *count;
    }
    ranks
}
