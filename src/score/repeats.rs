//! How steady a labeller is: the same questions, asked several times.

use std::collections::BTreeMap;

use super::raters::{RaterSubject, measure};
use super::sample::Sample;
use super::{Measured, RaterMetric};
use crate::model::{Label, Outcome, Scheme};
use crate::stat::interval::Proportion;

/// The answers of one labeller to questions that were asked several times.
pub struct RepeatSubject<'a> {
    /// The items.
    pub sample: Sample<'a>,
    /// What labels are.
    pub scheme: &'a Scheme,
    /// The outcomes, by repeat and then by item.
    pub repeats: &'a [Vec<Option<Outcome>>],
}

/// How the repeats of one labeller agree among themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatScore {
    /// How often each question was asked.
    pub count: u64,
    /// Items with a label in two repeats or more, which is what the figures rest on.
    pub n_items: u64,
    /// How many of these have two labels that differ.
    pub n_flipped: u64,
    /// The share of pairs of repeats of an item that differ, averaged over items.
    pub flip_rate: Measured,
    /// Fleiss' kappa of the repeats, over the items with a label in every repeat; `None` where
    /// labels are numbers or lists.
    pub test_retest_kappa: Option<Measured>,
    /// The other figures of raters, the repeats taken as raters; none of lists of decisions.
    pub metrics: BTreeMap<RaterMetric, Measured>,
}

/// Holds the repeats against one another. `None` where there are fewer than two.
pub fn score_repeats(subject: &RepeatSubject<'_>) -> Option<RepeatScore> {
    let RepeatSubject {
        sample,
        scheme,
        repeats,
    } = subject;
    if repeats.len() < 2 {
        return None;
    }
    let label = |outcome: &Option<Outcome>| outcome.as_ref().and_then(Outcome::label).cloned();
    let ratings = repeats
        .iter()
        .map(|of_repeat| of_repeat.iter().map(label).collect());
    let ratings: Vec<Vec<Option<Label>>> = ratings.collect();
    let apart: Vec<(usize, f64)> = (0..sample.items.len())
        .filter_map(|item| Some((item, apart(&ratings, item)?)))
        .collect();
    let mut metrics = raters(sample, scheme, &ratings);
    // That of the items whose repeats were all answered stands in its place.
    metrics.remove(&RaterMetric::FleissKappa);
    // This is the flip rate seen from the other side.
    metrics.remove(&RaterMetric::Agreement);
    let test_retest_kappa =
        raters(sample, scheme, &complete(&ratings)).remove(&RaterMetric::FleissKappa);
    Some(RepeatScore {
        count: repeats.len() as u64,
        n_items: apart.len() as u64,
        n_flipped: apart.iter().filter(|(_, apart)| *apart > 0.0).count() as u64,
        flip_rate: flip_rate(sample, &apart),
        test_retest_kappa,
        metrics,
    })
}

fn raters(
    sample: &Sample<'_>,
    scheme: &Scheme,
    ratings: &[Vec<Option<Label>>],
) -> BTreeMap<RaterMetric, Measured> {
    let subject = RaterSubject {
        sample: Sample { ..*sample },
        scheme,
        ratings,
    };
    measure(&subject, &|_| true).metrics
}

/// The share of an item's pairs of labels that differ; `None` with fewer than two labels.
fn apart(ratings: &[Vec<Option<Label>>], item: usize) -> Option<f64> {
    let labels = ratings.iter().filter_map(|labels| labels[item].as_ref());
    let labels: Vec<&Label> = labels.collect();
    let (mut pairs, mut differing) = (0_u32, 0_u32);
    for (position, one) in labels.iter().enumerate() {
        for other in &labels[position + 1..] {
            pairs += 1;
            differing += u32::from(one != other);
        }
    }
    (pairs > 0).then(|| f64::from(differing) / f64::from(pairs))
}

fn flip_rate(sample: &Sample<'_>, apart: &[(usize, f64)]) -> Measured {
    let data = sample.tally(
        &Proportion::default(),
        apart,
        |row| row.0,
        |share, (_, apart), weight| {
            share.trials += weight;
            share.hits += apart * weight;
        },
    );
    let intervals = &sample.intervals;
    intervals.share(&data, intervals.level)
}

/// The labels of the items that every repeat has a label of.
fn complete(ratings: &[Vec<Option<Label>>]) -> Vec<Vec<Option<Label>>> {
    let n_items = ratings.first().map_or(0, Vec::len);
    let is_complete: Vec<bool> = (0..n_items)
        .map(|item| ratings.iter().all(|labels| labels[item].is_some()))
        .collect();
    let kept = |labels: &Vec<Option<Label>>| {
        let labels = labels.iter().zip(&is_complete);
        labels
            .map(|(label, is_complete)| label.clone().filter(|_| *is_complete))
            .collect()
    };
    ratings.iter().map(kept).collect()
}

#[cfg(test)]
mod tests;
