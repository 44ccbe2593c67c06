//! Any number of raters on the same items, none of whom is taken as right.

use std::collections::BTreeSet;

use super::pairs::{one, ranks};
use crate::model::{Items, Label, LabelSet, Scheme};

/// The ratings of one item, one place per rater; `None` is missing or an excluded label.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelRow<T> {
    /// Position of the item.
    pub item: usize,
    /// What each rater gave.
    pub ratings: Vec<Option<T>>,
}

impl<T> PanelRow<T> {
    /// How many raters gave something.
    pub fn n_ratings(&self) -> usize {
        self.ratings.iter().flatten().count()
    }
}

/// What became of every item that raters were shown, and of every rating.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PanelAccount {
    /// All items.
    pub total: u64,
    /// Items with two ratings or more.
    pub scored: u64,
    /// Distinct clusters of the scored items.
    pub n_clusters: u64,
    /// Items with a single rating, which agrees with nothing.
    pub rated_once: u64,
    /// Items without any rating.
    pub unrated: u64,
    /// What each rater did; the counts of each add up to all items.
    pub raters: Vec<RaterAccount>,
}

/// What became of one rater's ratings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaterAccount {
    /// Ratings that count.
    pub ratings: u64,
    /// Items without a rating.
    pub missing: u64,
    /// Items with an excluded label, which counts as missing.
    pub excluded: u64,
    /// How often each scored label was given, in declared order; empty for numbers.
    pub uses: Vec<Option<u64>>,
}

/// Each item's labels as positions among the scored labels. `ratings` are by rater, then by item.
pub fn label_panel(set: &LabelSet, ratings: &[Vec<Option<Label>>]) -> Vec<PanelRow<usize>> {
    let ranks = ranks(set);
    panel(ratings, |label| one(label).and_then(|label| ranks[label]))
}

/// Each item's numbers. `ratings` are by rater, then by item.
pub fn number_panel(ratings: &[Vec<Option<Label>>]) -> Vec<PanelRow<f64>> {
    panel(ratings, |label| match label {
        Label::Number(value) => Some(*value),
        _ => None,
    })
}

fn panel<T>(
    ratings: &[Vec<Option<Label>>],
    read: impl Fn(&Label) -> Option<T>,
) -> Vec<PanelRow<T>> {
    let n_items = ratings.first().map_or(0, Vec::len);
    let rating = |rater: &Vec<Option<Label>>, item: usize| rater[item].as_ref().and_then(&read);
    (0..n_items)
        .map(|item| PanelRow {
            item,
            ratings: ratings.iter().map(|rater| rating(rater, item)).collect(),
        })
        .collect()
}

impl PanelAccount {
    /// Counts what became of every item that `keep` accepts.
    pub fn take(
        scheme: &Scheme,
        items: &Items,
        ratings: &[Vec<Option<Label>>],
        keep: impl Fn(usize) -> bool,
    ) -> Self {
        let ranks = scheme.labels().map(ranks);
        let n_labels = scheme.labels().map_or(0, |set| set.scored().count());
        let empty = RaterAccount {
            uses: vec![Some(0); n_labels],
            ..RaterAccount::default()
        };
        let mut account = Self {
            raters: vec![empty; ratings.len()],
            ..Self::default()
        };
        let mut clusters = BTreeSet::new();
        for (item, about) in items.items.iter().enumerate() {
            if !keep(item) {
                continue;
            }
            account.total += 1;
            let raters = account.raters.iter_mut().zip(ratings);
            let counted = raters
                .filter_map(|(rater, labels)| rater.count(labels[item].as_ref(), ranks.as_deref()));
            match counted.count() {
                0 => account.unrated += 1,
                1 => account.rated_once += 1,
                _ => {
                    account.scored += 1;
                    clusters.insert(about.cluster);
                }
            }
        }
        account.n_clusters = clusters.len() as u64;
        account
    }
}

impl RaterAccount {
    /// Counts one item; `None` where there is no rating that counts.
    fn count(&mut self, label: Option<&Label>, ranks: Option<&[Option<usize>]>) -> Option<()> {
        let Some(label) = label else {
            self.missing += 1;
            return None;
        };
        if let (Some(ranks), Some(label)) = (ranks, one(label)) {
            let Some(rank) = ranks[label] else {
                self.excluded += 1;
                return None;
            };
            self.uses[rank] = self.uses[rank].map(|uses| uses + 1);
        }
        self.ratings += 1;
        Some(())
    }
}
