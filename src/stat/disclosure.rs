//! Which sums follow from published ones, by linear algebra.
//!
//! Every count in a report is a sum over the same items. Whoever reads several of them can add and
//! subtract: a row's total less the cells that are shown is the cell that is not. What follows from
//! published sums in this way, however many it takes, is their span. The span is found in exact
//! arithmetic modulo a prime. Items may be many, so each sum is first mapped onto a random sketch of
//! a few more numbers than there are published sums: what lies in the span stays in it, and what does
//! not falls into it with a probability of about the number of sums over 2⁶¹.
//!
//! Source: Cox 1980 (complementary suppression as a linear problem); Schwartz 1980 (random
//! evaluation in a field).

use std::ops::{Add, Mul, Sub};

use super::random::SplitMix64;

/// The Mersenne prime 2⁶¹ − 1.
const PRIME: u64 = (1 << 61) - 1;

/// Numbers of a sketch beyond the number of published sums.
const SPARE: usize = 8;

/// A whole number, or a fraction, modulo the prime 2⁶¹ − 1: enough to tell whether one sum follows
/// from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Residue(u64);

impl Residue {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1);

    /// A whole number.
    ///
    /// ```
    /// use labelgate::stat::disclosure::Residue;
    /// assert_eq!(Residue::of(2) * Residue::of(-3), Residue::of(-6));
    /// ```
    pub fn of(number: i64) -> Self {
        // The remainder is below the prime, so it fits either type.
        Self(number.rem_euclid(PRIME as i64) as u64)
    }

    /// A fraction; nothing where it divides by nothing.
    ///
    /// ```
    /// use labelgate::stat::disclosure::Residue;
    /// assert_eq!(Residue::ratio(3, 7) * Residue::of(14), Residue::of(6));
    /// ```
    pub fn ratio(over: i64, under: i64) -> Self {
        Self::of(over) * Self::of(under).inverse()
    }

    /// By Fermat: a⁻¹ = a^(p−2).
    fn inverse(self) -> Self {
        let (mut result, mut base, mut power) = (Self::ONE, self, PRIME - 2);
        while power > 0 {
            if power & 1 == 1 {
                result = result * base;
            }
            base = base * base;
            power >>= 1;
        }
        result
    }
}

impl Add for Residue {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        Self(if sum >= PRIME { sum - PRIME } else { sum })
    }
}

impl Sub for Residue {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let other = Self(if other.0 == 0 { 0 } else { PRIME - other.0 });
        self + other
    }
}

impl Mul for Residue {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = u128::from(self.0) * u128::from(other.0);
        // 2⁶¹ = 1 modulo the prime, so the halves add up.
        let (low, high) = (product as u64 & PRIME, (product >> 61) as u64);
        Self(low) + Self(high)
    }
}

/// A sum over items: how often each counts. Items that are not named do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(Vec<(usize, Residue)>);

impl Sum {
    /// Each of these items once.
    pub fn of(items: impl IntoIterator<Item = usize>) -> Self {
        Self::weighted(items.into_iter().map(|item| (item, Residue::ONE)))
    }

    /// Each of these items as often as said.
    pub fn weighted(items: impl IntoIterator<Item = (usize, Residue)>) -> Self {
        let terms = items.into_iter();
        Self(terms.filter(|(_, n)| *n != Residue::ZERO).collect())
    }

    /// The items that count.
    pub fn items(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(item, _)| *item)
    }

    fn sketch(&self, length: usize) -> Vec<Residue> {
        let mut sketch = vec![Residue::ZERO; length];
        for (item, times) in &self.0 {
            let mut stream = SplitMix64::stream(PRIME, *item as u64);
            for place in &mut sketch {
                *place = *place + *times * Residue(stream.next_u64() >> 3).reduced();
            }
        }
        sketch
    }
}

impl Residue {
    fn reduced(self) -> Self {
        self + Self::ZERO
    }
}

/// Published sums, and what follows from them.
#[derive(Clone, Debug)]
pub struct Published {
    length: usize,
    n_published: usize,
    /// Sketches, each with a one at its pivot and nothing at the pivots of those before it; each with
    /// the published sums it is made of.
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    pivot: usize,
    sketch: Vec<Residue>,
    parts: Vec<Residue>,
}

impl Published {
    /// What follows from these sums.
    ///
    /// ```
    /// use labelgate::stat::disclosure::{Published, Sum};
    /// // A row of three cells: its total, and one of them.
    /// let published = Published::new(&[Sum::of(0..30), Sum::of(0..10)]);
    /// assert_eq!(published.combination(&Sum::of(10..30)), Some(vec![0, 1]));
    /// assert_eq!(published.combination(&Sum::of(10..20)), None);
    /// ```
    pub fn new<S: std::borrow::Borrow<Sum>>(sums: &[S]) -> Self {
        let mut published = Self {
            length: sums.len() + SPARE,
            n_published: sums.len(),
            rows: Vec::new(),
        };
        for (place, sum) in sums.iter().enumerate() {
            let mut parts = vec![Residue::ZERO; published.n_published];
            parts[place] = Residue::ONE;
            published.insert(sum.borrow().sketch(published.length), parts);
        }
        published
    }

    fn insert(&mut self, mut sketch: Vec<Residue>, mut parts: Vec<Residue>) {
        self.reduce(&mut sketch, &mut parts);
        let Some(pivot) = sketch.iter().position(|value| *value != Residue::ZERO) else {
            return;
        };
        let scale = sketch[pivot].inverse();
        for value in sketch.iter_mut().chain(&mut parts) {
            *value = *value * scale;
        }
        self.rows.push(Row {
            pivot,
            sketch,
            parts,
        });
    }

    /// Takes away what follows from the rows, and notes of what that is made.
    fn reduce(&self, sketch: &mut [Residue], parts: &mut [Residue]) {
        for row in &self.rows {
            let times = sketch[row.pivot];
            if times == Residue::ZERO {
                continue;
            }
            let of_row = row.sketch.iter().chain(&row.parts);
            for (value, of_row) in sketch.iter_mut().chain(parts.iter_mut()).zip(of_row) {
                *value = *value - times * *of_row;
            }
        }
    }

    /// The positions of published sums from which this one follows, if it does; nothing to add up
    /// where it counts no item.
    pub fn combination(&self, sum: &Sum) -> Option<Vec<usize>> {
        let mut sketch = sum.sketch(self.length);
        let mut parts = vec![Residue::ZERO; self.n_published];
        self.reduce(&mut sketch, &mut parts);
        let follows = sketch.iter().all(|value| *value == Residue::ZERO);
        let parts = parts.iter().enumerate();
        follows.then(|| {
            parts
                .filter(|(_, part)| **part != Residue::ZERO)
                .map(|(place, _)| place)
                .collect()
        })
    }
}
