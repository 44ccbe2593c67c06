//! Distribution functions, accurate at report scale: where statrs loses digits (the normal tail,
//! the beta function with hundreds of thousands of items) other formulas stand in.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};
use statrs::function::gamma::gamma_ur;

/// P(Z ≤ z) of the standard normal distribution.
///
/// ```
/// use labelgate::stat::distribution::normal_cdf;
/// assert_eq!(normal_cdf(0.0), 0.5);
/// ```
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// P(Z > z) of the standard normal distribution, accurate in the far tail.
pub fn normal_sf(z: f64) -> f64 {
    normal_cdf(-z)
}

/// The z with P(Z ≤ z) = `p`; infinite where `p` is not between 0 and 1.
///
/// ```
/// use labelgate::stat::distribution::normal_quantile;
/// assert!((normal_quantile(0.975) - 1.959963984540054).abs() < 1e-15);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        f64::NEG_INFINITY
    } else if p >= 1.0 {
        f64::INFINITY
    } else {
        Normal::standard().inverse_cdf(p)
    }
}

/// P(T > t) for Student's t with real degrees of freedom; 1 where `df` is not positive.
///
/// ```
/// use labelgate::stat::distribution::t_sf;
/// assert!((t_sf(1.0, 1.0) - 0.25).abs() < 1e-15);
/// ```
pub fn t_sf(t: f64, df: f64) -> f64 {
    if df <= 0.0 {
        return 1.0;
    }
    let square = t * t;
    // df/(df + t²) has a beta distribution; infinite t leaves nothing beyond it.
    let outside = if square.is_infinite() {
        0.0
    } else {
        beta_tails(df / (df + square), square / (df + square), 0.5 * df, 0.5).0
    };
    if t < 0.0 {
        1.0 - 0.5 * outside
    } else {
        0.5 * outside
    }
}

/// The t with P(T ≤ t) = `p` for Student's t with real degrees of freedom; infinite where `df` is
/// not positive.
///
/// Through the beta quantile here, because that of statrs does not end at huge degrees of freedom.
///
/// ```
/// use labelgate::stat::distribution::t_quantile;
/// // With one degree of freedom it is the Cauchy distribution.
/// assert!((t_quantile(0.75, 1.0) - 1.0).abs() < 1e-14);
/// ```
pub fn t_quantile(p: f64, df: f64) -> f64 {
    let two_tails = 2.0 * p.min(1.0 - p);
    let t = if two_tails <= 0.0 || df <= 0.0 {
        f64::INFINITY
    } else if two_tails >= 1.0 {
        0.0
    } else {
        // t²/(df + t²) has a beta distribution; the smaller of it and its rest keeps its digits.
        let share = small_beta_quantile(1.0 - two_tails, two_tails, 0.5, 0.5 * df);
        if share < 0.5 {
            (df * share / (1.0 - share)).sqrt()
        } else {
            let rest = small_beta_quantile(two_tails, 1.0 - two_tails, 0.5 * df, 0.5);
            (df * (1.0 - rest) / rest).sqrt()
        }
    };
    if p < 0.5 { -t } else { t }
}

/// P(X > x) of the chi-square distribution.
///
/// ```
/// use labelgate::stat::distribution::chi_square_sf;
/// assert!((chi_square_sf(3.841458820694124, 1.0) - 0.05).abs() < 1e-14);
/// ```
pub fn chi_square_sf(x: f64, df: f64) -> f64 {
    if x <= 0.0 {
        1.0
    } else if df == 1.0 {
        libm::erfc((0.5 * x).sqrt())
    } else {
        gamma_ur(0.5 * df, 0.5 * x)
    }
}

/// The x with P(X ≤ x) = `p` of the chi-square distribution; infinite where `p` is 1 or `df` not
/// positive.
///
/// ```
/// use labelgate::stat::distribution::chi_square_quantile;
/// assert!((chi_square_quantile(0.95, 1.0) - 3.841458820694124).abs() < 1e-12);
/// ```
pub fn chi_square_quantile(p: f64, df: f64) -> f64 {
    if p <= 0.0 {
        0.0
    } else if p >= 1.0 {
        f64::INFINITY
    } else {
        ChiSquared::new(df).map_or(f64::INFINITY, |chi| chi.inverse_cdf(p))
    }
}

/// P(X > x) of the F distribution with positive degrees of freedom.
///
/// ```
/// use labelgate::stat::distribution::f_sf;
/// assert!((f_sf(1.0, 3.0, 3.0) - 0.5).abs() < 1e-14);
/// ```
pub fn f_sf(x: f64, df1: f64, df2: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let all = df2 + df1 * x;
    beta_tails(df2 / all, df1 * x / all, 0.5 * df2, 0.5 * df1).0
}

/// The x with P(X ≤ x) = `p` of the F distribution with positive degrees of freedom.
///
/// ```
/// use labelgate::stat::distribution::f_quantile;
/// assert!((f_quantile(0.5, 3.0, 3.0) - 1.0).abs() < 1e-13);
/// ```
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    // Through the complement, which keeps the digits where the share is near 1.
    let rest = beta_quantile(1.0 - p, 0.5 * df2, 0.5 * df1);
    if rest == 0.0 {
        f64::INFINITY
    } else {
        df2 * (1.0 - rest) / (df1 * rest)
    }
}

/// ln Γ(x).
///
/// ```
/// assert_eq!(labelgate::stat::distribution::log_gamma(1.0), 0.0);
/// ```
pub fn log_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// P(X = k) of the binomial distribution.
pub fn binomial_pmf(k: u64, n: u64, p: f64) -> f64 {
    let (k, n) = (k as f64, n as f64);
    if k > n {
        0.0
    } else if p <= 0.0 || p >= 1.0 {
        f64::from(u8::from(k == if p <= 0.0 { 0.0 } else { n }))
    } else if k == 0.0 {
        (n * (-p).ln_1p()).exp()
    } else if k == n {
        (n * p.ln()).exp()
    } else {
        binomial_term(k, n - k, p, 1.0 - p)
    }
}

/// P(X ≤ k) of the binomial distribution.
///
/// ```
/// use labelgate::stat::distribution::binomial_cdf;
/// assert!((binomial_cdf(1, 4, 0.5) - 5.0 / 16.0).abs() < 1e-15);
/// ```
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n || p <= 0.0 {
        1.0
    } else if p >= 1.0 {
        0.0
    } else {
        beta_tails(1.0 - p, p, (n - k) as f64, k as f64 + 1.0).0
    }
}

/// P(X ≤ x) of the beta distribution with positive `a` and `b`: the regularised incomplete beta
/// function.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else {
        beta_tails(x, 1.0 - x, a, b).0
    }
}

/// The x with P(X ≤ x) = `p` of the beta distribution with positive `a` and `b`.
///
/// ```
/// use labelgate::stat::distribution::beta_quantile;
/// // The largest of three uniform numbers: P(X ≤ x) = x³.
/// assert!((beta_quantile(0.125, 3.0, 1.0) - 0.5).abs() < 1e-15);
/// ```
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    // On the side where the answer is near 0, so that it keeps its digits.
    if a <= b {
        small_beta_quantile(p, 1.0 - p, a, b)
    } else {
        1.0 - small_beta_quantile(1.0 - p, p, b, a)
    }
}

/// Newton's steps on logarithms, in which a tail of the beta distribution is nearly straight, kept
/// inside a bracket that every step narrows.
fn small_beta_quantile(p: f64, q: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (-745.0_f64, 0.0_f64);
    let mut u = (a / (a + b)).ln();
    for _ in 0..200 {
        let x = u.exp();
        let y = -u.exp_m1();
        let (cdf, sf) = beta_tails(x, y, a, b);
        let density_times_x = beta_term(x, y, a, b) / y;
        let (gap, slope) = if p <= q {
            ((cdf / p).ln(), density_times_x / cdf)
        } else {
            (-(sf / q).ln(), density_times_x / sf)
        };
        if gap > 0.0 {
            high = u;
        } else {
            low = u;
        }
        let step = u - gap / slope;
        let next = if step > low && step < high {
            step
        } else {
            0.5 * (low + high)
        };
        if (next - u).abs() <= 1e-16 * u.abs().max(1.0) {
            return next.exp();
        }
        u = next;
    }
    u.exp()
}

/// Both tails of the beta distribution at x = 1 − y, on the side of the mean where the continued
/// fraction converges fast.
fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if x <= 0.0 || y <= 0.0 {
        return if x <= 0.0 { (0.0, 1.0) } else { (1.0, 0.0) };
    }
    let term = beta_term(x, y, a, b);
    if a * y >= b * x {
        let cdf = term / beta_fraction(x, y, a, b);
        (cdf, 1.0 - cdf)
    } else {
        let sf = term / beta_fraction(y, x, b, a);
        (1.0 - sf, sf)
    }
}

/// The continued fraction of the incomplete beta function whose terms lose nothing where x is
/// near 1, in Lentz's form.
///
/// Source: DiDonato & Morris 1992.
fn beta_fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    // Near the mean the fraction needs about √(a + b) terms.
    const MOST_TERMS: u32 = 1_000_000;
    let away_from_zero = |d: f64| if d.abs() < 1e-300 { 1e-300 } else { d };
    let below_mean = a * y - b * x;
    let mut fraction = away_from_zero(a * (below_mean + 1.0) / (a + 1.0));
    let (mut c, mut d) = (fraction, 0.0);
    for m in 1..MOST_TERMS {
        let m = f64::from(m);
        let odd = a + 2.0 * m - 1.0;
        let over = (a + m - 1.0) * (a + b + m - 1.0) * m * (b - m) * x * x / (odd * odd);
        let under = m
            + m * (b - m) * x / odd
            + (a + m) * (below_mean + 1.0 + m * (1.0 + y)) / (a + 2.0 * m + 1.0);
        d = 1.0 / away_from_zero(under + over * d);
        c = away_from_zero(under + over / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// xᵃ yᵇ / B(a, b) with y = 1 − x.
fn beta_term(x: f64, y: f64, a: f64, b: f64) -> f64 {
    binomial_term(a, b, x, y) * a * b / (a + b)
}

/// Γ(a + b + 1)/(Γ(a + 1)Γ(b + 1)) pᵃ qᵇ for positive a and b, by the saddle-point form that loses
/// no digits where the powers and the gamma functions are huge.
///
/// Source: Loader 2000.
fn binomial_term(a: f64, b: f64, p: f64, q: f64) -> f64 {
    let n = a + b;
    let log = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * p)
        - deviance(b, n * q);
    log.exp() * (n / (std::f64::consts::TAU * a * b)).sqrt()
}

/// ln Γ(n + 1) less Stirling's approximation of it.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        let stirling = (n + 0.5) * n.ln() - n + 0.5 * std::f64::consts::TAU.ln();
        return libm::lgamma(n + 1.0) - stirling;
    }
    let squares = n * n;
    let series = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / squares) / squares;
    (1.0 / 12.0 - (1.0 / 360.0 - series / squares) / squares) / n
}

/// x ln(x/m) + m − x without cancellation for x near m.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let ratio = (x - m) / (x + m);
    let mut sum = (x - m) * ratio;
    let mut power = 2.0 * x * ratio;
    for j in 1..1000 {
        power *= ratio * ratio;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64, relative: f64) {
        let error = (value - expected).abs() / expected.abs();
        assert!(error < relative, "{value} for {expected}: {error:e}");
    }

    #[test]
    fn the_normal_tail_keeps_its_digits() {
        near(normal_sf(10.0), 7.619_853_024_160_527e-24, 1e-12);
    }

    #[test]
    fn beta_quantiles_with_closed_forms_are_met_at_report_scale() {
        for n in [3.0, 400.0, 400_000.0, 1e9] {
            let low = -((1.0_f64 - 0.025).ln() / n).exp_m1();
            near(beta_quantile(0.025, 1.0, n), low, 1e-13);
            near(1.0 - beta_quantile(0.975, n, 1.0), low, 1e-5);
            let high = -((0.025_f64).ln() / n).exp_m1();
            near(beta_quantile(0.975, 1.0, n), high, 1e-13);
        }
    }

    #[test]
    fn a_quantile_is_where_the_distribution_function_reaches_it() {
        for (a, b) in [(0.5, 0.5), (0.5, 10.5), (3.0, 7.0), (280_000.5, 120_000.5)] {
            for p in [1e-6, 0.025, 0.3, 0.5, 0.9, 0.975] {
                near(beta_cdf(beta_quantile(p, a, b), a, b), p, 1e-9);
            }
        }
    }

    #[test]
    fn t_quantiles_with_closed_forms_are_met() {
        near(
            t_quantile(0.975, 1.0),
            (0.475 * std::f64::consts::PI).tan(),
            1e-13,
        );
        near(
            t_quantile(0.025, 2.0),
            -0.95 / (2.0_f64 * 0.975 * 0.025).sqrt(),
            1e-13,
        );
        for df in [1e7, 1e10, 1e15] {
            near(
                t_quantile(0.975, df),
                normal_quantile(0.975),
                1e-13 + 3.0 / df,
            );
        }
    }

    #[test]
    fn binomial_probabilities_are_exact_for_a_fair_coin() {
        near(binomial_cdf(2, 10, 0.5), 56.0 / 1024.0, 1e-14);
        near(binomial_pmf(3, 10, 0.5), 120.0 / 1024.0, 1e-14);
        near(binomial_pmf(0, 10, 0.5), 1.0 / 1024.0, 1e-14);
        assert_eq!(binomial_cdf(10, 10, 0.5), 1.0);
    }
}
