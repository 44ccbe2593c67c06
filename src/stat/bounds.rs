//! What is left open by known sums of whole numbers that are not negative.
//!
//! Linear algebra alone does not know that counts are whole and not negative. Where the shown cells
//! of a row leave nothing, the others are nothing; where they leave 3 and the columns take up 2, the
//! last cell is at least 1. Here every unknown has a lowest and a highest value, and every known sum
//! narrows those of its terms, until nothing narrows any more. That finds most of what a reader can
//! find, not all: it looks at one sum at a time.
//!
//! Source: Fréchet 1951 (bounds from margins); Buzzigoli & Giusti 1999 (narrowing them in turns).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Whole numbers, none negative, and known weighted sums of them. Copies share what they can.
#[derive(Clone, Debug)]
pub struct Bounds {
    low: Vec<i64>,
    high: Vec<i64>,
    sums: Rc<Sums>,
    /// Whether the sums contradict one another.
    is_contradictory: bool,
}

#[derive(Clone, Debug)]
struct Sums {
    known: Vec<KnownSum>,
    /// The sums in which each unknown counts.
    of_unknown: Vec<Vec<usize>>,
}

/// A weighted sum of unknowns, each named once, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSum {
    /// Unknowns, and how often each counts.
    pub terms: Vec<(usize, i64)>,
    /// What they come to.
    pub total: i64,
}

/// Narrowings of one unknown by one sum after which the rest is left as it is: the ends of large
/// ranges can creep towards one another by one at a time.
const MOST_PER_SUM: usize = 64;

/// Most unknowns that are solved together.
const MOST_SOLVED: usize = 80;

/// Widest range whose values are tried one by one.
const MOST_TRIED: i64 = 24;

impl Bounds {
    /// So many unknowns, each between 0 and `most`.
    pub fn new(n_unknowns: usize, most: i64) -> Self {
        Self {
            low: vec![0; n_unknowns],
            high: vec![most; n_unknowns],
            sums: Rc::new(Sums {
                known: Vec::new(),
                of_unknown: vec![Vec::new(); n_unknowns],
            }),
            is_contradictory: false,
        }
    }

    /// Adds sums that are known, and narrows what they narrow.
    ///
    /// ```
    /// use labelgate::stat::bounds::{Bounds, KnownSum};
    /// // Two cells of a row that come to 5, two of a column that come to 2.
    /// let mut bounds = Bounds::new(3, 100);
    /// let sum = |cells: [usize; 2], total| KnownSum { terms: cells.map(|c| (c, 1)).into(), total };
    /// bounds.learn([sum([0, 1], 5), sum([0, 2], 2)]);
    /// assert_eq!((bounds.range(0), bounds.range(1)), ((0, 2), (3, 5)));
    /// bounds.learn([sum([1, 2], 3)]);
    /// assert_eq!(bounds.range(2), (0, 0));
    /// ```
    pub fn learn(&mut self, sums: impl IntoIterator<Item = KnownSum>) {
        let mut waiting = Vec::new();
        for sum in sums {
            if let [(unknown, 1)] = *sum.terms {
                let (low, high) = self.range(unknown);
                self.is_contradictory |= !(low..=high).contains(&sum.total);
                (self.low[unknown], self.high[unknown]) = (sum.total, sum.total);
                waiting.extend(&self.sums.of_unknown[unknown]);
                continue;
            }
            let all = Rc::make_mut(&mut self.sums);
            waiting.push(all.known.len());
            for (unknown, _) in &sum.terms {
                all.of_unknown[*unknown].push(all.known.len());
            }
            all.known.push(sum);
        }
        self.narrow(waiting);
    }

    /// The lowest and the highest value that the unknown may have.
    pub fn range(&self, unknown: usize) -> (i64, i64) {
        (self.low[unknown], self.high[unknown])
    }

    /// Whether the unknown can have but one value: that of the range whose ends do not turn out, when
    /// they are tried, to contradict what is known.
    ///
    /// ```
    /// use labelgate::stat::bounds::{Bounds, KnownSum};
    /// // Three cells, of which any two come to 2: each is 1, though no sum alone says so.
    /// let mut bounds = Bounds::new(3, 100);
    /// let sum = |cells: [usize; 2]| KnownSum { terms: cells.map(|c| (c, 1)).into(), total: 2 };
    /// bounds.learn([sum([0, 1]), sum([1, 2]), sum([0, 2])]);
    /// assert_eq!(bounds.range(0), (0, 2));
    /// assert!(bounds.is_found(0));
    /// ```
    pub fn is_found(&self, unknown: usize) -> bool {
        let (low, high) = self.range(unknown);
        if high - low > MOST_TRIED {
            return false;
        }
        let is_possible = |value: &i64| {
            let mut tried = self.clone();
            tried.learn([KnownSum {
                terms: vec![(unknown, 1)],
                total: *value,
            }]);
            !tried.is_contradictory
        };
        low == high || (low..=high).filter(is_possible).nth(1).is_none()
    }

    /// The same, and what follows from several sums at once: those of some unknowns, as far as these
    /// hang together and are not too many, are solved for one another.
    pub fn solved(mut self, is_wanted: impl Fn(usize) -> bool) -> Self {
        let mut rows = self.open_sums();
        rows.retain(|row| row.terms.keys().all(|unknown| is_wanted(*unknown)));
        let mut group: Vec<usize> = (0..self.low.len()).collect();
        for row in &rows {
            let mut members = row.terms.keys().map(|unknown| group[*unknown]);
            let members: BTreeSet<usize> = members.by_ref().collect();
            if let Some(first) = members.first() {
                let is_member = |of: &&mut usize| members.contains(of);
                group
                    .iter_mut()
                    .filter(is_member)
                    .for_each(|of| *of = *first);
            }
        }
        let mut groups: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
        for row in rows {
            if let Some(unknown) = row.terms.keys().next() {
                groups.entry(group[*unknown]).or_default().push(row);
            }
        }
        let size = |of: usize| group.iter().filter(|other| **other == of).count();
        let small = groups
            .into_iter()
            .filter(|(of, _)| size(*of) <= MOST_SOLVED);
        let solved: Vec<KnownSum> = small.flat_map(|(_, rows)| solve(rows)).collect();
        self.learn(solved);
        self
    }

    /// The sums without the unknowns that are found.
    fn open_sums(&self) -> Vec<Row> {
        let is_open = |unknown: usize| self.low[unknown] < self.high[unknown];
        let sums = self.sums.known.iter().map(|sum| {
            let mut row = Row {
                terms: BTreeMap::new(),
                total: i128::from(sum.total),
            };
            for (unknown, times) in &sum.terms {
                if is_open(*unknown) {
                    row.terms.insert(*unknown, i128::from(*times));
                } else {
                    row.total -= i128::from(*times) * i128::from(self.low[*unknown]);
                }
            }
            row
        });
        sums.filter(|row| row.terms.len() > 1).collect()
    }

    /// Goes through the sums that wait, and through those that they give reason to.
    fn narrow(&mut self, mut waiting: Vec<usize>) {
        let sums = Rc::clone(&self.sums);
        let mut is_waiting = vec![false; sums.known.len()];
        waiting.iter().for_each(|sum| is_waiting[*sum] = true);
        let mut visits = vec![0; sums.known.len()];
        while let Some(at) = waiting.pop()
            && !self.is_contradictory
        {
            is_waiting[at] = false;
            visits[at] += 1;
            if visits[at] > MOST_PER_SUM {
                continue;
            }
            for unknown in self.narrow_by(&sums.known[at]) {
                for other in &sums.of_unknown[unknown] {
                    if !is_waiting[*other] {
                        is_waiting[*other] = true;
                        waiting.push(*other);
                    }
                }
            }
        }
    }

    /// Narrows the terms of one sum; which of them are narrower now.
    fn narrow_by(&mut self, sum: &KnownSum) -> Vec<usize> {
        let KnownSum { terms, total } = sum;
        let ends = |(unknown, times): &(usize, i64)| {
            let ends = [times * self.low[*unknown], times * self.high[*unknown]];
            (ends[0].min(ends[1]), ends[0].max(ends[1]))
        };
        let (least, most) = terms.iter().map(ends).fold((0, 0), |sum, of| {
            let (least, most): (i64, i64) = sum;
            (least + of.0, most + of.1)
        });
        let narrowed = terms.iter().filter_map(|term| {
            let (unknown, times) = *term;
            let (of_least, of_most) = ends(term);
            // What the others leave for this one.
            let ends = [total - (most - of_most), total - (least - of_least)];
            let (low, high) = match times > 0 {
                true => (ceil(ends[0], times), floor(ends[1], times)),
                false => (ceil(-ends[1], -times), floor(-ends[0], -times)),
            };
            let low = low.max(self.low[unknown]);
            let high = high.min(self.high[unknown]);
            ((low, high) != self.range(unknown)).then_some((unknown, low, high))
        });
        let narrowed: Vec<(usize, i64, i64)> = narrowed.collect();
        for (unknown, low, high) in &narrowed {
            self.is_contradictory |= low > high;
            (self.low[*unknown], self.high[*unknown]) = (*low, *high);
        }
        narrowed.into_iter().map(|(unknown, ..)| unknown).collect()
    }
}

/// A sum that is being solved.
struct Row {
    terms: BTreeMap<usize, i128>,
    total: i128,
}

impl Row {
    /// Takes as much of another row from this one as makes nothing of an unknown; nothing where the
    /// numbers grow too large.
    fn clear(&mut self, unknown: usize, other: &Self) -> Option<()> {
        let (Some(own), Some(of_other)) = (self.terms.get(&unknown), other.terms.get(&unknown))
        else {
            return Some(());
        };
        let (own, of_other) = (*own, *of_other);
        let mix = |a: i128, b: i128| of_other.checked_mul(a)?.checked_sub(own.checked_mul(b)?);
        let mut terms = BTreeMap::new();
        for at in self.terms.keys().chain(other.terms.keys()) {
            let [a, b] = [self, other].map(|row| row.terms.get(at).copied().unwrap_or(0));
            let times = mix(a, b)?;
            if times != 0 {
                terms.insert(*at, times);
            }
        }
        let total = mix(self.total, other.total)?;
        let divisor = terms
            .values()
            .fold(total, |divisor, times| gcd(divisor, *times));
        let divisor = divisor.abs().max(1);
        self.terms = terms
            .into_iter()
            .map(|(at, times)| (at, times / divisor))
            .collect();
        self.total = total / divisor;
        Some(())
    }
}

/// Every sum in terms of as few unknowns as can be: each has one that is in no other (Gauss and
/// Jordan, in whole numbers).
fn solve(mut rows: Vec<Row>) -> Vec<KnownSum> {
    let mut solved: Vec<(usize, Row)> = Vec::new();
    while let Some(mut row) = rows.pop() {
        let cleared = solved
            .iter()
            .try_for_each(|(pivot, other)| row.clear(*pivot, other));
        let (Some(()), Some(pivot)) = (cleared, row.terms.keys().next().copied()) else {
            continue;
        };
        solved.retain_mut(|(_, other)| other.clear(pivot, &row).is_some());
        solved.push((pivot, row));
    }
    let sums = solved.into_iter().filter_map(|(_, row)| {
        let small = |number: i128| i64::try_from(number).ok().filter(|n| n.abs() < 1 << 20);
        let terms = row
            .terms
            .into_iter()
            .map(|(at, times)| Some((at, small(times)?)));
        Some(KnownSum {
            terms: terms.collect::<Option<_>>()?,
            total: i64::try_from(row.total).ok()?,
        })
    });
    sums.collect()
}

fn gcd(one: i128, other: i128) -> i128 {
    match other {
        0 => one,
        _ => gcd(other, one % other),
    }
}

/// The quotient by a positive number, rounded down.
fn floor(over: i64, under: i64) -> i64 {
    over.div_euclid(under)
}

/// The same, rounded up.
fn ceil(over: i64, under: i64) -> i64 {
    -(-over).div_euclid(under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_of_cells_is_solved_from_its_margins() {
        // Cells 01, 10, 12, 21 of three labels with the diagonal known.
        let mut bounds = Bounds::new(4, 50);
        let sum = |terms: &[usize], total| KnownSum {
            terms: terms.iter().map(|cell| (*cell, 1)).collect(),
            total,
        };
        bounds.learn([sum(&[0], 4), sum(&[1, 2], 5), sum(&[1], 3), sum(&[0, 3], 4)]);
        let ranges: Vec<_> = (0..4).map(|cell| bounds.range(cell)).collect();
        assert_eq!(ranges, [(4, 4), (3, 3), (2, 2), (0, 0)]);
    }

    #[test]
    fn weights_and_signs_narrow_too() {
        let mut bounds = Bounds::new(2, 50);
        bounds.learn([KnownSum {
            terms: vec![(0, 4), (1, 1)],
            total: 3,
        }]);
        assert_eq!((bounds.range(0), bounds.range(1)), ((0, 0), (3, 3)));
        let mut bounds = Bounds::new(2, 50);
        bounds.learn([KnownSum {
            terms: vec![(0, 1), (1, -2)],
            total: 45,
        }]);
        assert_eq!((bounds.range(0), bounds.range(1)), ((45, 49), (0, 2)));
    }
}
