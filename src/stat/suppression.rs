//! Which numbers of a report may be shown without giving anyone away.

use std::collections::{BTreeMap, BTreeSet};

use super::disclosure::{Published, Sum};

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

/// Which of many parts of a report are shown, so that no sum that rests on fewer distinct clusters
/// than `min_clusters` can be had from them.
///
/// Hidden is every part with such a sum. As long as one of these sums that counts items follows from
/// what is shown and from `always`, the sums that are told whatever happens, the part of least worth
/// among those it follows from is hidden with it; of equal worth, the one with the fewest clusters,
/// then items. In the end whatever was hidden for others, or counts no item, and follows from the
/// rest all the same is shown: hiding it hides nothing. So is what `always` tells by itself.
///
/// ```
/// use labelgate::stat::disclosure::Sum;
/// use labelgate::stat::suppression::{Behind, Part, withhold};
/// let cell = |items: std::ops::Range<usize>, n_clusters| {
///     let behind = Behind { n_items: items.len() as u64, n_clusters };
///     Part { sums: vec![(Sum::of(items), behind)], worth: 0 }
/// };
/// let row = [cell(0..3, 2), cell(3..20, 8), cell(20..30, 6)];
/// assert_eq!(withhold(&row, &[Sum::of(0..30)], 5), [false, true, false]);
/// ```
pub fn withhold(parts: &[Part], always: &[Sum], min_clusters: u64) -> Vec<bool> {
    let told = Published::new(always);
    let rests_on_few = |(sum, behind): &(Sum, Behind)| {
        behind.n_clusters < min_clusters && told.combination(sum).is_none()
    };
    let few: Vec<Vec<&(Sum, Behind)>> = parts
        .iter()
        .map(|part| part.sums.iter().filter(|sum| rests_on_few(sum)).collect())
        .collect();
    let mut shown: Vec<bool> = few.iter().map(Vec::is_empty).collect();
    let guarded: BTreeSet<&Sum> = few
        .iter()
        .flatten()
        .filter(|(_, behind)| behind.n_items > 0)
        .map(|(sum, _)| sum)
        .collect();
    let published = loop {
        let (published, owners) = published(parts, &shown, always);
        let given_away = guarded.iter().filter_map(|sum| published.combination(sum));
        let least = |combination: Vec<usize>| {
            let owners = combination.into_iter().filter_map(|sum| owners[sum]);
            owners.min_by_key(|owner| {
                let part = &parts[*owner];
                let behind = part.sums.iter().map(|(_, behind)| *behind);
                let fewest = behind.map(|behind| (behind.n_clusters, behind.n_items));
                (part.worth, fewest.min(), *owner)
            })
        };
        let hide: Vec<usize> = given_away.filter_map(least).collect();
        if hide.is_empty() {
            break published;
        }
        for part in hide {
            shown[part] = false;
        }
    };
    for ((part, few), shown) in parts.iter().zip(&few).zip(&mut shown) {
        let counts_nobody = few.iter().all(|(_, behind)| behind.n_items == 0);
        let follows = |(sum, _): &(Sum, Behind)| published.combination(sum).is_some();
        *shown |= counts_nobody && part.sums.iter().all(follows);
    }
    shown
}

/// All that is told, and the part that tells it; nothing for what is told always.
fn published(parts: &[Part], shown: &[bool], always: &[Sum]) -> (Published, Vec<Option<usize>>) {
    let mut sums: BTreeMap<&Sum, Option<usize>> = BTreeMap::new();
    for sum in always {
        sums.insert(sum, None);
    }
    let told = parts.iter().enumerate().filter(|(part, _)| shown[*part]);
    for (owner, part) in told {
        for (sum, _) in &part.sums {
            // What several tell is told until the last of them is hidden.
            sums.entry(sum)
                .and_modify(|of| *of = of.map(|_| owner))
                .or_insert(Some(owner));
        }
    }
    let (sums, owners): (Vec<&Sum>, Vec<Option<usize>>) = sums.into_iter().unzip();
    (Published::new(&sums), owners)
}
