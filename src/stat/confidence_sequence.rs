//! Evidence that may be looked at after every item: limits and capital that hold at all times.
//!
//! Values lie in 0–1; a paired difference d enters as (d + 1)/2. Items must be independent: one per
//! cluster, in an order that was not chosen by their values.

use super::Undefined;

/// Limits after each item.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// Lower limits of the mean.
    pub lower: Vec<f64>,
    /// Upper limits.
    pub upper: Vec<f64>,
}

/// Empirical-Bernstein confidence sequence: narrow where values vary little.
///
/// All limits together hold with probability 1 − alpha. With `running`, a limit never loosens.
/// Undefined without items (`no_items`).
///
/// Source: Waudby-Smith & Ramdas 2024.
///
/// ```
/// use labelgate::stat::confidence_sequence::empirical_bernstein;
/// let sequence = empirical_bernstein(&[0.9; 200], 0.05, true).unwrap();
/// assert!(sequence.lower[199] > 0.8 && sequence.upper[199] < 1.0);
/// ```
pub fn empirical_bernstein(x: &[f64], alpha: f64, running: bool) -> Result<Sequence, Undefined> {
    two_sided(x, alpha, running, empirical_bernstein_lower)
}

/// The lower limits alone, at the whole alpha; see [`empirical_bernstein`].
pub fn empirical_bernstein_lower(
    x: &[f64],
    alpha: f64,
    running: bool,
) -> Result<Vec<f64>, Undefined> {
    let mut sums = LowerSums::default();
    let mut mean = 0.0;
    let mut total = 0.0;
    let bets = plug_in_bets(x, alpha, Plan::Open);
    let limits = x.iter().zip(bets).enumerate().map(|(place, (x, bet))| {
        let bet = bet.min(0.5);
        sums.penalty += (x - mean) * (x - mean) * (-libm::log1p(-bet) - bet);
        total += x;
        mean = total / (place + 1) as f64;
        sums.lower(*x, bet, alpha)
    });
    tightened(limits.collect(), running)
}

/// Hoeffding confidence sequence: needs only that values lie in 0–1.
///
/// As [`empirical_bernstein`] otherwise.
///
/// Source: Hoeffding 1963; Waudby-Smith & Ramdas 2024.
///
/// ```
/// use labelgate::stat::confidence_sequence::hoeffding;
/// let sequence = hoeffding(&[1.0; 100], 0.05, true).unwrap();
/// assert!(sequence.lower[99] > 0.7);
/// assert_eq!(sequence.upper[99], 1.0);
/// ```
pub fn hoeffding(x: &[f64], alpha: f64, running: bool) -> Result<Sequence, Undefined> {
    two_sided(x, alpha, running, hoeffding_lower)
}

/// The lower limits alone, at the whole alpha; see [`hoeffding`].
pub fn hoeffding_lower(x: &[f64], alpha: f64, running: bool) -> Result<Vec<f64>, Undefined> {
    let mut sums = LowerSums::default();
    let limits = x.iter().enumerate().map(|(place, x)| {
        let t = (place + 1) as f64;
        let bet = (8.0 * (1.0 / alpha).ln() / (t * (1.0 + t).ln()))
            .sqrt()
            .min(1.0);
        sums.penalty += bet * bet / 8.0;
        sums.lower(*x, bet, alpha)
    });
    tightened(limits.collect(), running)
}

/// Hedged-capital confidence sequence: the means on a grid against which neither a bet on more nor
/// one on less has multiplied its capital by 1/alpha. The narrowest of the three.
///
/// Both ends are widened by one step of the grid, and an empty set becomes 0–1, as in the
/// confseq package. Undefined without items (`no_items`).
///
/// Source: Waudby-Smith & Ramdas 2024.
///
/// ```
/// use labelgate::stat::confidence_sequence::hedged;
/// let sequence = hedged(&[0.0, 1.0].repeat(100), 0.05, 100, true).unwrap();
/// assert!(sequence.lower[199] < 0.5 && sequence.upper[199] > 0.5);
/// ```
pub fn hedged(x: &[f64], alpha: f64, breaks: u32, running: bool) -> Result<Sequence, Undefined> {
    some(x)?;
    let step = 1.0 / f64::from(breaks.max(1));
    let grid: Vec<f64> = (0..=breaks)
        .map(|i| f64::from(i) / f64::from(breaks.max(1)))
        .collect();
    let mut capital = vec![(0.5, 0.5); grid.len()];
    let mut sequence = Sequence {
        lower: Vec::with_capacity(x.len()),
        upper: Vec::with_capacity(x.len()),
    };
    for (x, bet) in x.iter().zip(plug_in_bets(x, alpha / 2.0, Plan::Open)) {
        for (mean, (more, less)) in grid.iter().zip(&mut capital) {
            *more *= 1.0 + bet.min(most(*mean)) * (x - mean);
            *less *= 1.0 - bet.min(most(1.0 - mean)) * (x - mean);
        }
        let kept = |(more, less): &(f64, f64)| more.max(*less) <= 1.0 / alpha;
        let first = capital.iter().position(kept);
        let last = capital.iter().rposition(kept);
        let (low, high) = match first.zip(last) {
            Some((first, last)) => (grid[first], grid[last]),
            None => (0.0, 1.0),
        };
        sequence.lower.push((low - step).max(0.0));
        sequence.upper.push((high + step).min(1.0));
    }
    if running {
        tighten(&mut sequence.lower, f64::max);
        tighten(&mut sequence.upper, f64::min);
    }
    Ok(sequence)
}

/// What a bettor knows of the length of the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing: bets shrink so as to be good at every length.
    Open,
    /// About how many items there will be: bets are best there, and still valid at any time.
    Items(u64),
}

/// Capital after each item of a bettor who starts with one unit and holds that the mean is above
/// `null_mean`. Where it is not, the capital ever reaches 1/alpha with probability at most alpha,
/// whenever one looks.
///
/// K_t = Π (1 + λ_t (x_t − m)), λ from the mean and variance of what came before, at most 1/(2m).
/// A margin on a difference of 0–1 scores is m = (1 − margin)/2. Undefined without items
/// (`no_items`).
///
/// Source: Waudby-Smith & Ramdas 2024.
///
/// ```
/// use labelgate::stat::confidence_sequence::{Plan, betting_capital, first_rejection};
/// // No difference on any item: that it is above −0.2 shows after a while.
/// let capital = betting_capital(&[0.5; 200], 0.4, 0.05, Plan::Open).unwrap();
/// assert!(first_rejection(&capital, 0.05).unwrap() < 100);
/// ```
pub fn betting_capital(
    x: &[f64],
    null_mean: f64,
    alpha: f64,
    plan: Plan,
) -> Result<Vec<f64>, Undefined> {
    some(x)?;
    let mut capital = 1.0;
    let bets = plug_in_bets(x, alpha, plan);
    let after = x.iter().zip(bets).map(|(x, bet)| {
        capital *= 1.0 + bet.min(most(null_mean)) * (x - null_mean);
        capital
    });
    Ok(after.collect())
}

/// After how many items the capital first reached 1/alpha. Undefined where it never did
/// (`never_rejected`).
///
/// ```
/// use labelgate::stat::confidence_sequence::first_rejection;
/// assert_eq!(first_rejection(&[1.0, 19.0, 21.0, 3.0], 0.05), Ok(3));
/// ```
pub fn first_rejection(capital: &[f64], alpha: f64) -> Result<usize, Undefined> {
    let reached = capital.iter().position(|capital| *capital >= 1.0 / alpha);
    reached
        .map(|place| place + 1)
        .ok_or(Undefined::NeverRejected)
}

/// A p-value after each item that holds whenever one looks: the least min(1, 1/capital) so far.
///
/// ```
/// use labelgate::stat::confidence_sequence::anytime_p;
/// assert_eq!(anytime_p(&[0.5, 4.0, 2.0]), [1.0, 0.25, 0.25]);
/// ```
pub fn anytime_p(capital: &[f64]) -> Vec<f64> {
    let p = |capital: &f64| if *capital > 1.0 { 1.0 / capital } else { 1.0 };
    let mut all: Vec<f64> = capital.iter().map(p).collect();
    tighten(&mut all, f64::min);
    all
}

/// Bets from the mean and variance of what came before, with a mean of 1/2 and a variance of 1/4
/// as one item's worth of prior.
pub(super) fn plug_in_bets(x: &[f64], alpha: f64, plan: Plan) -> Vec<f64> {
    let (mut sum, mut squares, mut variance) = (0.5, 0.25, 0.25);
    let stake = 2.0 * (1.0 / alpha).ln();
    let bets = x.iter().enumerate().map(|(place, x)| {
        let t = (place + 1) as f64;
        let horizon = match plan {
            Plan::Open => t * (1.0 + t).ln(),
            Plan::Items(n) => (n as f64).max(1.0),
        };
        let bet = (stake / (horizon * variance)).sqrt();
        sum += x;
        let mean = (sum / (t + 1.0)).min(1.0);
        squares += (x - mean) * (x - mean);
        variance = squares / (t + 1.0);
        bet
    });
    bets.collect()
}

/// The largest bet on more than this mean that leaves half of the capital.
pub(super) fn most(mean: f64) -> f64 {
    if mean > 0.0 {
        0.5 / mean
    } else {
        f64::INFINITY
    }
}

/// Running sums of a lower limit: (Σ λx − ln(1/alpha) − penalty) / Σ λ.
#[derive(Default)]
struct LowerSums {
    bets: f64,
    weighted: f64,
    penalty: f64,
}

impl LowerSums {
    fn lower(&mut self, x: f64, bet: f64, alpha: f64) -> f64 {
        self.weighted += bet * x;
        self.bets += bet;
        ((self.weighted - (1.0 / alpha).ln() - self.penalty) / self.bets).max(0.0)
    }
}

type Lower = fn(&[f64], f64, bool) -> Result<Vec<f64>, Undefined>;

/// Lower limits at half of alpha, and those of 1 − x turned round.
fn two_sided(x: &[f64], alpha: f64, running: bool, lower: Lower) -> Result<Sequence, Undefined> {
    let turned: Vec<f64> = x.iter().map(|x| 1.0 - x).collect();
    let upper = lower(&turned, alpha / 2.0, running)?;
    Ok(Sequence {
        lower: lower(x, alpha / 2.0, running)?,
        upper: upper.iter().map(|limit| 1.0 - limit).collect(),
    })
}

fn tightened(mut limits: Vec<f64>, running: bool) -> Result<Vec<f64>, Undefined> {
    some(&limits)?;
    if running {
        tighten(&mut limits, f64::max);
    }
    Ok(limits)
}

fn tighten(limits: &mut [f64], tighter: fn(f64, f64) -> f64) {
    for place in 1..limits.len() {
        limits[place] = tighter(limits[place], limits[place - 1]);
    }
}

pub(super) fn some(x: &[f64]) -> Result<(), Undefined> {
    if x.is_empty() {
        Err(Undefined::NoItems)
    } else {
        Ok(())
    }
}
