//! Which cells of a table may be shown without giving anyone away.

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
