//! Other intervals of one proportion of independent items, for comparison with [`super::wilson()`].
//!
//! All are undefined without items (`no_items`) and return raw limits.

use super::{Proportion, wilson};
use crate::num::Level;
use crate::stat::Undefined;
use crate::stat::distribution::{beta_quantile, normal_quantile};

/// Wald's interval: p ∓ z √(p(1 − p)/n). Too narrow near 0 and 1, where it may leave \[0, 1\];
/// kept for comparison only.
///
/// Source: Laplace 1812.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, wald}};
/// let (low, high) = wald(Proportion::new(90u64, 100), Level::DEFAULT).unwrap();
/// assert!((low - 0.8412011).abs() < 1e-7 && (high - 0.9587989).abs() < 1e-7);
/// ```
pub fn wald(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    let p = proportion.share()?;
    let half = normal_quantile(level.upper_tail()) * (p * (1.0 - p) / proportion.trials).sqrt();
    Ok((p - half, p + half))
}

/// Wilson's score interval at a level: [`wilson()`] with the normal quantile.
///
/// Source: Wilson 1927.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, wilson_score}};
/// let (low, high) = wilson_score(Proportion::new(90u64, 100), Level::DEFAULT).unwrap();
/// assert!((low - 0.8256343).abs() < 1e-7 && (high - 0.9447708).abs() < 1e-7);
/// ```
pub fn wilson_score(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    let p = proportion.share()?;
    let z = normal_quantile(level.upper_tail());
    Ok(wilson(p, proportion.trials, z))
}

/// Wilson's score interval with the continuity correction 1/(2n), not limited near one half; the
/// lower limit is 0 without hits and the upper one 1 without misses.
///
/// Source: Newcombe 1998a, method 4.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, wilson_corrected}};
/// let (low, high) = wilson_corrected(Proportion::new(90u64, 100), Level::DEFAULT).unwrap();
/// assert!((low - 0.8196423).abs() < 1e-7 && (high - 0.9483699).abs() < 1e-7);
/// ```
pub fn wilson_corrected(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    let p = proportion.share()?;
    let (x, n) = (proportion.hits, proportion.trials);
    let z = normal_quantile(level.upper_tail());
    let z2 = z * z;
    let scale = 2.0 * (n + z2);
    let low = if x == 0.0 {
        0.0
    } else {
        let root = (z2 - 2.0 - 1.0 / n + 4.0 * p * (n - x + 1.0)).sqrt();
        (2.0 * x + z2 - 1.0 - z * root) / scale
    };
    let high = if x == n {
        1.0
    } else {
        let root = (z2 + 2.0 - 1.0 / n + 4.0 * p * (n - x - 1.0)).sqrt();
        (2.0 * x + z2 + 1.0 + z * root) / scale
    };
    Ok((low, high))
}

/// Clopper and Pearson's interval: covers at least as often as the level says, whatever the
/// proportion. Beta quantiles, 0 without hits and 1 without misses.
///
/// Source: Clopper & Pearson 1934.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, clopper_pearson}};
/// let (low, high) = clopper_pearson(Proportion::new(0u64, 10), Level::DEFAULT).unwrap();
/// assert!(low == 0.0 && (high - (1.0 - 0.025_f64.powf(0.1))).abs() < 1e-12);
/// ```
pub fn clopper_pearson(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    proportion.share()?;
    let (x, n) = (proportion.hits, proportion.trials);
    let tail = 1.0 - level.upper_tail();
    let low = if x == 0.0 {
        0.0
    } else {
        beta_quantile(tail, x, n - x + 1.0)
    };
    let high = if x == n {
        1.0
    } else {
        beta_quantile(level.upper_tail(), x + 1.0, n - x)
    };
    Ok((low, high))
}

/// Agresti and Coull's interval: Wald's after adding z²/2 hits and z²/2 misses. May leave
/// \[0, 1\].
///
/// Source: Agresti & Coull 1998.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, agresti_coull}};
/// let (low, high) = agresti_coull(Proportion::new(90u64, 100), Level::DEFAULT).unwrap();
/// assert!((low - 0.8238900).abs() < 1e-7 && (high - 0.9465152).abs() < 1e-7);
/// ```
pub fn agresti_coull(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    proportion.share()?;
    let z = normal_quantile(level.upper_tail());
    let added = Proportion {
        hits: proportion.hits + z * z / 2.0,
        trials: proportion.trials + z * z,
    };
    wald(added, level)
}

/// Jeffreys' interval: quantiles of Beta(x + ½, n − x + ½), without a rule for the ends
/// ([`jeffreys_with_ends`] has one).
///
/// Source: Brown, Cai & DasGupta 2001.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, jeffreys}};
/// let (low, high) = jeffreys(Proportion::new(5u64, 10), Level::DEFAULT).unwrap();
/// assert!((low - 0.2235287).abs() < 1e-7 && (low + high - 1.0).abs() < 1e-14);
/// ```
pub fn jeffreys(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    proportion.share()?;
    let hits = proportion.hits + 0.5;
    let misses = proportion.trials - proportion.hits + 0.5;
    let low = beta_quantile(1.0 - level.upper_tail(), hits, misses);
    Ok((low, beta_quantile(level.upper_tail(), hits, misses)))
}

/// Jeffreys' interval whose lower limit is 0 without hits and whose upper limit is 1 without
/// misses.
///
/// Source: Brown, Cai & DasGupta 2001.
///
/// ```
/// use labelgate::{num::Level, stat::interval::{Proportion, jeffreys_with_ends}};
/// let (low, high) = jeffreys_with_ends(Proportion::new(0u64, 10), Level::DEFAULT).unwrap();
/// assert!(low == 0.0 && (high - 0.2171963).abs() < 1e-7);
/// ```
pub fn jeffreys_with_ends(proportion: Proportion, level: Level) -> Result<(f64, f64), Undefined> {
    let (low, high) = jeffreys(proportion, level)?;
    Ok((
        if proportion.hits == 0.0 { 0.0 } else { low },
        if proportion.hits == proportion.trials {
            1.0
        } else {
            high
        },
    ))
}
