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

use std::collections::{BTreeMap, BTreeSet};
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
}

/// Many sums in a form in which they can be held against one another.
#[derive(Clone, Debug)]
pub struct Ledger {
    sketches: Vec<Vec<Residue>>,
}

impl Ledger {
    /// The ledger of these sums, of which no more than `n_published` will be published at once.
    pub fn new(sums: &[&Sum], n_published: usize) -> Self {
        // Items that count alike in every sum are as good as one.
        let mut traces: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
        for (place, sum) in sums.iter().enumerate() {
            for (item, times) in &sum.0 {
                let mut stream = SplitMix64::stream(times.0, place as u64);
                let trace = traces.entry(*item).or_default();
                trace.0 = trace.0.wrapping_add(stream.next_u64());
                trace.1 = trace.1.wrapping_add(stream.next_u64());
            }
        }
        let mut kinds: BTreeMap<(u64, u64), usize> = BTreeMap::new();
        let n_kinds = traces.values().collect::<BTreeSet<_>>().len();
        let length = n_published.min(n_kinds) + SPARE;
        let mut random: BTreeMap<usize, Vec<Residue>> = BTreeMap::new();
        for (item, trace) in traces {
            if kinds.insert(trace, item).is_none() {
                let mut stream = SplitMix64::stream(PRIME, item as u64);
                let draw = |_| Residue::of((stream.next_u64() >> 2) as i64);
                random.insert(item, (0..length).map(draw).collect());
            }
        }
        let sketch = |sum: &&Sum| {
            let mut sketch = vec![Residue::ZERO; length];
            for (item, times) in &sum.0 {
                let Some(of_item) = random.get(item) else {
                    continue;
                };
                for (value, of_item) in sketch.iter_mut().zip(of_item) {
                    *value = match *times {
                        Residue::ONE => *value + *of_item,
                        times => *value + times * *of_item,
                    };
                }
            }
            sketch
        };
        Self {
            sketches: sums.iter().map(sketch).collect(),
        }
    }
}

/// Published sums of a ledger, what follows from them, and what must not.
#[derive(Clone, Debug)]
pub struct Published<'a> {
    ledger: &'a Ledger,
    /// Sketches, each with a one at its pivot and nothing at the pivots of those before it.
    rows: Vec<Row>,
    /// The sketches of guarded sums, less what follows from the rows.
    guarded: Vec<Vec<Residue>>,
}

#[derive(Clone, Debug)]
struct Row {
    pivot: usize,
    sketch: Vec<Residue>,
}

impl Row {
    /// Takes from a sketch as much of the row as makes nothing of it at the pivot.
    fn clear(&self, sketch: &mut [Residue]) {
        let times = sketch[self.pivot];
        if times != Residue::ZERO {
            for (value, of_row) in sketch.iter_mut().zip(&self.sketch) {
                *value = *value - times * *of_row;
            }
        }
    }
}

fn is_nothing(sketch: &[Residue]) -> bool {
    sketch.iter().all(|value| *value == Residue::ZERO)
}

impl<'a> Published<'a> {
    /// Nothing is published yet. The sums at the positions `guarded` of the ledger must not follow
    /// from what will be.
    pub fn new(ledger: &'a Ledger, guarded: impl IntoIterator<Item = usize>) -> Self {
        let guarded = guarded.into_iter();
        Self {
            ledger,
            rows: Vec::new(),
            guarded: guarded.map(|sum| ledger.sketches[sum].clone()).collect(),
        }
    }

    /// Publishes the sums at these positions of the ledger, all or none: none if a guarded sum would
    /// follow. Whether they are published.
    ///
    /// ```
    /// use labelgate::stat::disclosure::{Ledger, Published, Sum};
    /// // A row of three cells: its total, and each of them.
    /// let sums = [0..30, 0..10, 10..20, 20..30].map(Sum::of);
    /// let ledger = Ledger::new(&sums.each_ref(), 3);
    /// let mut published = Published::new(&ledger, [1]);
    /// assert!(published.publish(&[0]) && published.publish(&[2]));
    /// assert!(!published.publish(&[3]), "the total less the two others is the first");
    /// ```
    pub fn publish(&mut self, sums: &[usize]) -> bool {
        let n_before = self.rows.len();
        for sum in sums {
            let mut sketch = self.reduced(*sum);
            let Some(pivot) = sketch.iter().position(|value| *value != Residue::ZERO) else {
                continue;
            };
            let scale = sketch[pivot].inverse();
            for value in &mut sketch {
                *value = *value * scale;
            }
            self.rows.push(Row { pivot, sketch });
        }
        let news = &self.rows[n_before..];
        if news.is_empty() {
            return true;
        }
        let cleared = |guarded: &Vec<Residue>| {
            let mut guarded = guarded.clone();
            news.iter().for_each(|row| row.clear(&mut guarded));
            (!is_nothing(&guarded)).then_some(guarded)
        };
        match self.guarded.iter().map(cleared).collect() {
            Some(guarded) => {
                self.guarded = guarded;
                true
            }
            None => {
                self.rows.truncate(n_before);
                false
            }
        }
    }

    /// Whether the sum at this position of the ledger follows from what is published.
    pub fn follows(&self, sum: usize) -> bool {
        is_nothing(&self.reduced(sum))
    }

    fn reduced(&self, sum: usize) -> Vec<Residue> {
        let mut sketch = self.ledger.sketches[sum].clone();
        self.rows.iter().for_each(|row| row.clear(&mut sketch));
        sketch
    }
}
