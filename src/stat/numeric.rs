//! Agreement of two numbers per item: a reference and a candidate. For quantities that spread over
//! orders of magnitude, take logarithms before counting.

use super::distribution::normal_quantile;
use super::ratio::{distance_sums, ratio_distance};
use super::{Count, Moments, Real, Rows, Undefined};

/// Mean absolute error: how far the candidate lies from the reference on average.
///
/// MAE = Σ |y − x| / n, 0 or more, in the units of the numbers. Undefined without items
/// (`no_items`).
///
/// Source: Willmott & Matsuura 2005.
///
/// ```
/// use labelgate::stat::{Moments, numeric::mae};
/// let mut moments = Moments::<u64>::new(0.0);
/// for (x, y) in [(1.0, 2.0), (2.0, 0.0), (4.0, 4.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// assert_eq!(mae(&moments), Ok(1.0));
/// ```
pub fn mae<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    some_items(moments)?;
    defined(moments.mean_absolute_error())
}

/// Mean squared error: Σ (y − x)² / n, 0 or more. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Moments, numeric::mse};
/// let mut moments = Moments::<u64>::new(0.0);
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(2.0, 5.0, 1);
/// assert_eq!(mse(&moments), Ok(5.0));
/// ```
pub fn mse<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    some_items(moments)?;
    defined(moments.mean_squared_error())
}

/// Root mean squared error: as [`mae`], with large errors weighing more.
///
/// RMSE = √(Σ (y − x)² / n), 0 or more. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Moments, numeric::rmse};
/// let mut moments = Moments::<u64>::new(0.0);
/// for (x, y) in [(1.0, 2.0), (2.0, -5.0), (3.0, 3.0), (4.0, 8.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// assert_eq!(rmse(&moments), Ok((66.0_f64 / 4.0).sqrt()));
/// ```
pub fn rmse<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    some_items(moments)?;
    defined(moments.mean_squared_error().sqrt())
}

/// Bias: how much higher the candidate is than the reference on average.
///
/// Σ (y − x) / n: positive where the candidate is too high. Undefined without items (`no_items`).
///
/// Source: Bland & Altman 1986.
///
/// ```
/// use labelgate::stat::{Moments, numeric::bias};
/// let mut moments = Moments::<u64>::new(0.0);
/// // References 1 and 3, candidate 2 and 6: too high by 1 and by 3.
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 6.0, 1);
/// assert_eq!(bias(&moments), Ok(2.0));
/// ```
pub fn bias<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    some_items(moments)?;
    defined(moments.mean_error())
}

/// Standard deviation of the error y − x, with divisor n − 1.
///
/// Undefined without items (`no_items`) and for one item (`fewer_than_two_items`).
///
/// ```
/// use labelgate::stat::{Moments, numeric::sd_difference};
/// let mut moments = Moments::<u64>::new(0.0);
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 6.0, 1);
/// assert_eq!(sd_difference(&moments), Ok(2.0_f64.sqrt()));
/// ```
pub fn sd_difference<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    two_items(moments)?;
    let variance = moments.spread().error * bessel(moments);
    // Rounding can leave a variance of identical errors just below 0.
    if variance.value() <= 0.0 {
        return Ok(C::Real::constant(0.0));
    }
    defined(variance.sqrt())
}

/// Lower limit of agreement: about 2.5 % of single errors lie below it, if errors are normal.
///
/// bias − z s, with z the 0.975 quantile of the normal distribution and s the standard deviation
/// of the errors (divisor n − 1). Undefined without items (`no_items`) and for one item
/// (`fewer_than_two_items`).
///
/// Source: Bland & Altman 1986.
///
/// ```
/// use labelgate::stat::{Moments, numeric::{loa_high, loa_low}};
/// let mut moments = Moments::<u64>::new(0.0);
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 6.0, 1);
/// // Bias 2, standard deviation √2.
/// assert!((loa_low(&moments).unwrap() + 0.771_807_6).abs() < 1e-6);
/// assert!((loa_high(&moments).unwrap() - 4.771_807_6).abs() < 1e-6);
/// ```
pub fn loa_low<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    defined(bias(moments)? - reach(moments)?)
}

/// Upper limit of agreement: bias + z s; see [`loa_low`].
///
/// ```
/// use labelgate::stat::{Moments, numeric::{bias, loa_high}};
/// let mut moments = Moments::<u64>::new(0.0);
/// // The same error on both items: the limits meet in the bias.
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 4.0, 1);
/// assert_eq!(loa_high(&moments), bias(&moments));
/// ```
pub fn loa_high<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    defined(bias(moments)? + reach(moments)?)
}

/// Pearson's correlation: how closely the two numbers follow a rising straight line, whatever its
/// slope and offset.
///
/// r = cov(x, y) / √(var x · var y), in −1–1. Undefined without items (`no_items`), for one item
/// (`fewer_than_two_items`), and where either side never varies (`constant_input`).
///
/// Source: Pearson 1895.
///
/// ```
/// use labelgate::stat::{Moments, numeric::pearson};
/// let mut moments = Moments::<u64>::new(0.0);
/// for (x, y) in [(1.0, 1.0), (2.0, 3.0), (3.0, 2.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// assert!((pearson(&moments).unwrap() - 0.5).abs() < 1e-12);
/// ```
pub fn pearson<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    two_items(moments)?;
    let spread = moments.spread();
    if spread.xx.value() <= 0.0 || spread.yy.value() <= 0.0 {
        return Err(Undefined::ConstantInput);
    }
    // Two roots, because the product of two small variances can vanish.
    defined(unit(spread.xy / (spread.xx.sqrt() * spread.yy.sqrt())))
}

/// Lin's concordance correlation: how closely the two numbers follow the line of identity.
///
/// ρ_c = 2 cov(x, y) / (var x + var y + (mean x − mean y)²), all with divisor n, in −1–1. At most
/// as far from 0 as [`pearson`]. Undefined without items (`no_items`), for one item
/// (`fewer_than_two_items`), and where both sides are the same constant (`no_variation`).
///
/// Source: Lin 1989.
///
/// ```
/// use labelgate::stat::{Moments, numeric::lin_ccc};
/// let mut moments = Moments::<u64>::new(0.0);
/// // A perfect line, one too high: 2·(2/3) / (2/3 + 2/3 + 1) = 4/7.
/// for (x, y) in [(1.0, 2.0), (2.0, 3.0), (3.0, 4.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// assert!((lin_ccc(&moments).unwrap() - 4.0 / 7.0).abs() < 1e-12);
/// ```
pub fn lin_ccc<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    two_items(moments)?;
    let spread = moments.spread();
    let two = C::Real::constant(2.0);
    let possible = spread.xx + spread.yy + spread.mean_error * spread.mean_error;
    if possible.value() <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    defined(unit(two * spread.xy / possible))
}

/// Intraclass correlation of single ratings for absolute agreement, ICC(2,1), of two raters.
///
/// (MSR − MSE) / (MSR + MSE + (2/n)(MSC − MSE)) from the mean squares of a two-way layout: items,
/// raters, error. At most 1; below 0 where items differ less than ratings of one item. Undefined
/// without items (`no_items`), for one item (`fewer_than_two_items_or_raters`), and where nothing
/// varies (`no_variation`).
///
/// Source: Shrout & Fleiss 1979.
///
/// ```
/// use labelgate::stat::{Moments, numeric::{icc_2_1, icc_3_1}};
/// let mut moments = Moments::<u64>::new(0.0);
/// for (x, y) in [(1.0, 2.0), (2.0, 3.0), (3.0, 4.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// // MSR = 2, MSE = 0, MSC = 1.5: consistent, but always one too high.
/// assert!((icc_2_1(&moments).unwrap() - 2.0 / 3.0).abs() < 1e-12);
/// assert!((icc_3_1(&moments).unwrap() - 1.0).abs() < 1e-12);
/// ```
pub fn icc_2_1<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    let (rows, error) = mean_squares(moments)?;
    let shift = moments.mean_error();
    let two_of_n = C::Real::constant(2.0 / moments.n_items() as f64);
    let possible = rows + error + shift * shift - two_of_n * error;
    if possible.value() <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    defined((rows - error) / possible)
}

/// Intraclass correlation of single ratings for consistency, ICC(3,1), of two raters: as
/// [`icc_2_1`], with a constant shift between the raters forgiven.
///
/// (MSR − MSE) / (MSR + MSE), in −1–1. Undefined as [`icc_2_1`] is.
///
/// Source: Shrout & Fleiss 1979.
///
/// ```
/// use labelgate::stat::{Moments, numeric::icc_3_1};
/// let mut moments = Moments::<u64>::new(0.0);
/// // Sums of 3, 5 and errors of 1, −1: MSR = 1, MSE = 1.
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 2.0, 1);
/// assert_eq!(icc_3_1(&moments), Ok(0.0));
/// ```
pub fn icc_3_1<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    let (rows, error) = mean_squares(moments)?;
    let possible = rows + error;
    if possible.value() <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    defined(unit((rows - error) / possible))
}

/// Krippendorff's alpha for interval data, of two raters who both rated every item.
///
/// α = 1 − D_o/D_e with the squared distance: D_o = Σ (y − x)² / n, D_e = the mean squared
/// distance of any two of the 2n values. At most 1. Undefined without items (`no_items`) and where
/// all values are the same (`no_variation`).
///
/// Source: Krippendorff 1970.
///
/// ```
/// use labelgate::stat::{Moments, numeric::krippendorff_alpha_interval};
/// let mut moments = Moments::<u64>::new(0.0);
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 3.0, 1);
/// // Values 1, 2, 3, 3: D_o = 1/2, D_e = 11/6.
/// assert!((krippendorff_alpha_interval(&moments).unwrap() - 8.0 / 11.0).abs() < 1e-12);
/// ```
pub fn krippendorff_alpha_interval<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    some_items(moments)?;
    let spread = moments.spread();
    let half = C::Real::constant(0.5);
    let pooled = spread.xx + spread.yy + half * spread.mean_error * spread.mean_error;
    let values = 2.0 * moments.n_items() as f64;
    let expected = C::Real::constant(values / (values - 1.0)) * pooled;
    if expected.value() <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    defined(C::Real::constant(1.0) - moments.mean_squared_error() / expected)
}

/// Krippendorff's alpha for ratio data (0 is nothing), of two raters who both rated every item.
///
/// α = 1 − D_o/D_e with the distance ((a − b)/(a + b))², 0 where a + b = 0. At most 1. Undefined without items (`no_items`), for
/// negative values (`non_positive_values`), and where all values are the same (`no_variation`).
///
/// Source: Krippendorff 2004.
///
/// ```
/// use labelgate::stat::{Rows, numeric::krippendorff_alpha_ratio};
/// let rows = Rows::from_iter([(1.0, 3.0), (1.0, 1.0)]);
/// // D_o = (1/4 + 0)/2; of the 6 pairs of the values 1, 3, 1, 1 three have distance 1/4.
/// assert_eq!(krippendorff_alpha_ratio(&rows), Ok(0.0));
/// ```
pub fn krippendorff_alpha_ratio(rows: &Rows) -> Result<f64, Undefined> {
    let n = rows.len() as f64;
    if rows.is_empty() {
        return Err(Undefined::NoItems);
    }
    let distinct = distinct_values(rows);
    if distinct.first().is_some_and(|(least, _)| *least < 0.0) {
        return Err(Undefined::NonPositiveValues);
    }
    // Added up in an order of their own, so that the order of rows cannot reach the last digit.
    let mut distances: Vec<f64> = rows
        .pairs()
        .iter()
        .map(|(x, y)| ratio_distance(*x, *y))
        .collect();
    distances.sort_by(f64::total_cmp);
    let observed = distances.iter().sum::<f64>() / n;
    let sums = distance_sums(&distinct).into_iter().zip(&distinct);
    let expected = sums.map(|(sum, (_, times))| sum * times).sum::<f64>() / 2.0;
    let pairs = n * (2.0 * n - 1.0);
    if expected == 0.0 {
        return Err(Undefined::NoVariation);
    }
    defined(1.0 - observed / (expected / pairs))
}

/// Whether two positive numbers differ by no more than the factor, inclusive.
///
/// ```
/// use labelgate::stat::numeric::is_within_factor;
/// assert!(is_within_factor(5.0, 10.0, 2.0) && !is_within_factor(5.0, 10.1, 2.0));
/// ```
pub fn is_within_factor(reference: f64, candidate: f64, factor: f64) -> bool {
    candidate <= factor * reference && reference <= factor * candidate
}

/// The share of items whose candidate lies between half and twice the reference, inclusive.
///
/// In 0–1. Takes the numbers themselves, never their logarithms. Undefined without items
/// (`no_items`) and where a number is not positive (`non_positive_values`).
///
/// ```
/// use labelgate::stat::{Rows, numeric::within_factor_2};
/// let rows = Rows::from_iter([(10.0, 20.0), (10.0, 4.9), (10.0, 12.0), (10.0, 5.0)]);
/// assert_eq!(within_factor_2(&rows), Ok(0.75));
/// ```
pub fn within_factor_2(rows: &Rows) -> Result<f64, Undefined> {
    if rows.is_empty() {
        return Err(Undefined::NoItems);
    }
    if rows.pairs().iter().any(|&(x, y)| x <= 0.0 || y <= 0.0) {
        return Err(Undefined::NonPositiveValues);
    }
    let within = rows
        .pairs()
        .iter()
        .filter(|(x, y)| is_within_factor(*x, *y, 2.0));
    Ok(within.count() as f64 / rows.len() as f64)
}

/// Mean squares of items and of error in the two-way layout of two raters.
fn mean_squares<C: Count>(moments: &Moments<C>) -> Result<(C::Real, C::Real), Undefined> {
    some_items(moments)?;
    two_items(moments).map_err(|_| Undefined::FewerThanTwoItemsOrRaters)?;
    let spread = moments.spread();
    let half = C::Real::constant(0.5) * bessel(moments);
    let two = C::Real::constant(2.0);
    Ok((
        half * (spread.xx + spread.yy + two * spread.xy),
        half * spread.error,
    ))
}

/// n / (n − 1) by the number of items, so that doubling all weights changes nothing.
fn bessel<C: Count>(moments: &Moments<C>) -> C::Real {
    let n = moments.n_items() as f64;
    C::Real::constant(n / (n - 1.0))
}

fn reach<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    Ok(C::Real::constant(normal_quantile(0.975)) * sd_difference(moments)?)
}

/// The values of both sides in ascending order, each once with the number of times it occurs.
pub(super) fn distinct_values(rows: &Rows) -> Vec<(f64, f64)> {
    let mut values: Vec<f64> = rows.pairs().iter().flat_map(|&(x, y)| [x, y]).collect();
    values.sort_by(f64::total_cmp);
    let runs = values.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], run.len() as f64)).collect()
}

fn some_items<C: Count>(moments: &Moments<C>) -> Result<(), Undefined> {
    if moments.total().is_zero() {
        Err(Undefined::NoItems)
    } else {
        Ok(())
    }
}

fn two_items<C: Count>(moments: &Moments<C>) -> Result<(), Undefined> {
    some_items(moments)?;
    if moments.n_items() < 2 {
        Err(Undefined::FewerThanTwoItems)
    } else {
        Ok(())
    }
}

/// Rounding must not carry a correlation past 1, where it is flat anyway.
fn unit<R: Real>(value: R) -> R {
    if value.value() > 1.0 {
        R::constant(1.0)
    } else if value.value() < -1.0 {
        R::constant(-1.0)
    } else {
        value
    }
}

/// Squares of huge numbers overflow; a value that is not a number is never handed out.
fn defined<R: Real>(value: R) -> Result<R, Undefined> {
    if value.value().is_finite() {
        Ok(value)
    } else {
        Err(Undefined::NonFiniteValues)
    }
}
