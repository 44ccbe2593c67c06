//! Which numbers of a report may be shown without giving anyone away.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::disclosure::{Ledger, Published, Sum};

/// What stands behind a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Items in the cell.
    pub n_items: u64,
    /// Distinct clusters (people) they come from.
    pub n_clusters: u64,
}

/// Which cells are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// For each cell, whether it is shown.
    pub shown: Vec<bool>,
    /// The cell that was hidden only because it would have revealed another.
    pub complementary: Option<usize>,
}

/// Cells that rest on fewer distinct clusters than `min_clusters` are hidden. Where a total of all
/// cells is shown (`with_total`) and a single cell with items is hidden, the smallest shown one (by
/// clusters, then items, then place) is hidden with it, because the total minus the rest would
/// reveal it.
///
/// ```
/// use labelgate::stat::suppression::{Behind, suppress};
/// let cell = |n_clusters| Behind { n_items: 9, n_clusters };
/// let plain = suppress(&[cell(2), cell(8), cell(6)], 5, false);
/// assert_eq!(plain.shown, [false, true, true]);
/// let with_total = suppress(&[cell(2), cell(8), cell(6)], 5, true);
/// assert_eq!((with_total.shown, with_total.complementary), (vec![false, true, false], Some(2)));
/// ```
pub fn suppress(cells: &[Behind], min_clusters: u64, with_total: bool) -> Suppression {
    let mut shown: Vec<bool> = cells
        .iter()
        .map(|cell| cell.n_clusters >= min_clusters)
        .collect();
    let hidden = cells
        .iter()
        .zip(&shown)
        .filter(|(cell, shown)| !**shown && cell.n_items > 0);
    let revealed = with_total && hidden.count() == 1;
    let smallest = (0..cells.len())
        .filter(|place| revealed && shown[*place])
        .min_by_key(|place| (cells[*place].n_clusters, cells[*place].n_items));
    if let Some(place) = smallest {
        shown[place] = false;
    }
    Suppression {
        shown,
        complementary: smallest,
    }
}

/// A number or a few that are shown or hidden together: a cell, a class, a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What showing it tells: sums over items, each with what stands behind it.
    pub sums: Vec<(Sum, Behind)>,
    /// How much would be lost by hiding it for the sake of another: the least goes first.
    pub worth: u8,
}

/// How many parts may be given away by others before more is hidden instead: each takes time.
const MOST_GIVEN_AWAY: usize = 64;

/// Which of many parts of a report are shown, so that no sum that rests on fewer distinct clusters
/// than `min_clusters` can be had from them.
///
/// Told whatever happens are the sums of `always`. Hidden is every part with a sum that rests on too
/// few and does not follow from these. The other parts are taken in the order of their worth, of equal
/// worth those with the most clusters, then items, first; each is shown unless, with what is shown
/// already, a sum that counts items and rests on too few would follow from it. So nothing is hidden
/// that could be shown beside what is worth more. In the end parts that count no item are shown if
/// they follow from the rest: hiding them would hide nothing.
///
/// A reader may know more than sums: that counts are not negative, say. `knowledge` is what is known
/// before anything is shown, and `learn` tells what is known once the part at a position is shown too,
/// with the parts that this gives away; nothing where it must not be shown.
///
/// ```
/// use labelgate::stat::disclosure::Sum;
/// use labelgate::stat::suppression::{Behind, Part, withhold};
/// let cell = |items: std::ops::Range<usize>, n_clusters| {
///     let behind = Behind { n_items: items.len() as u64, n_clusters };
///     Part { sums: vec![(Sum::of(items), behind)], worth: 0 }
/// };
/// let row = [cell(0..3, 2), cell(3..20, 8), cell(20..30, 6)];
/// assert_eq!(withhold(&row, &[Sum::of(0..30)], 5, (), |_, _| Some(((), Vec::new()))), [false, true, false]);
/// ```
pub fn withhold<K>(
    parts: &[Part],
    always: &[Sum],
    min_clusters: u64,
    mut knowledge: K,
    learn: impl Fn(&K, usize) -> Option<(K, Vec<usize>)>,
) -> Vec<bool> {
    let desk = Desk::new(parts, always, min_clusters);
    let mut published = desk.published();
    let (parts, few) = (&desk.parts, &desk.few);
    let mut order: Vec<usize> = (0..parts.len())
        .filter(|part| few[*part].is_empty())
        .collect();
    order.sort_by_key(|part| {
        let behind = parts[*part].sums.iter().map(|(_, behind)| *behind);
        let fewest = behind.map(|behind| (behind.n_clusters, behind.n_items));
        Reverse((parts[*part].worth, fewest.min(), Reverse(*part)))
    });
    let mut shown = vec![false; parts.len()];
    let mut n_given_away = 0;
    let mut show = |part: usize, published: &mut Published<'_>| {
        let Some((learnt, given_away)) = learn(&knowledge, part) else {
            return false;
        };
        let n = n_given_away + given_away.len();
        let with = given_away.into_iter().chain([part]);
        let told: Vec<usize> = with.flat_map(|part| parts[part].places()).collect();
        let is_shown = n <= MOST_GIVEN_AWAY && published.publish(&told);
        if is_shown {
            n_given_away = n;
            knowledge = learnt;
        }
        is_shown
    };
    for part in order {
        shown[part] = show(part, &mut published);
    }
    for part in 0..parts.len() {
        let counts_nobody = few[part].iter().all(|(_, behind)| behind.n_items == 0);
        let is_known = |sum: usize| published.follows(sum);
        if !shown[part] && counts_nobody && parts[part].places().into_iter().all(is_known) {
            shown[part] = show(part, &mut published);
        }
    }
    shown
}

/// Everything that a decision is made on.
struct Desk {
    parts: Vec<Placed>,
    /// The sums of each part that rest on too few, and do not follow from what is told always.
    few: Vec<Vec<(usize, Behind)>>,
    always: Vec<usize>,
    ledger: Ledger,
}

impl Desk {
    fn new(parts: &[Part], always: &[Sum], min_clusters: u64) -> Self {
        let told = parts.iter().flat_map(|part| &part.sums).map(|(sum, _)| sum);
        let sums: BTreeSet<&Sum> = always.iter().chain(told).collect();
        let sums: Vec<&Sum> = sums.into_iter().collect();
        // Every sum is one of them.
        let place = |sum: &Sum| sums.binary_search(&sum).unwrap_or(0);
        let always: BTreeSet<usize> = always.iter().map(place).collect();
        let parts = parts.iter().map(|part| Placed {
            sums: part
                .sums
                .iter()
                .map(|(sum, of)| (place(sum), *of))
                .collect(),
            worth: part.worth,
        });
        let parts: Vec<Placed> = parts.collect();
        let is_small = |(_, behind): &(usize, Behind)| behind.n_clusters < min_clusters;
        let large = parts.iter().filter(|part| !part.sums.iter().any(is_small));
        let large: BTreeSet<usize> = large.flat_map(Placed::places).collect();
        let n_published = large.len() + always.len() + MOST_GIVEN_AWAY;
        let ledger = Ledger::new(&sums, n_published);
        let always: Vec<usize> = always.into_iter().collect();
        let mut told = Published::new(&ledger, []);
        told.publish(&always);
        let few = |part: &Placed| {
            let sums = part.sums.iter().copied();
            sums.filter(|sum| is_small(sum) && !told.follows(sum.0))
                .collect()
        };
        Self {
            few: parts.iter().map(few).collect(),
            parts,
            always,
            ledger,
        }
    }

    /// What is told always is published, and what counts items and rests on too few is guarded.
    fn published(&self) -> Published<'_> {
        let few = self.few.iter().flatten();
        let guarded = few.filter(|(_, behind)| behind.n_items > 0);
        let guarded: BTreeSet<usize> = guarded.map(|(sum, _)| *sum).collect();
        let mut published = Published::new(&self.ledger, guarded);
        published.publish(&self.always);
        published
    }
}

/// A part whose sums are named by their places in a ledger.
struct Placed {
    sums: Vec<(usize, Behind)>,
    worth: u8,
}

impl Placed {
    fn places(&self) -> Vec<usize> {
        self.sums.iter().map(|sum| sum.0).collect()
    }
}
