//! Several raters pooled into one reference, each weighed by how well it seems to know each label.

use super::Undefined;

/// What raters' labels say about items, raters and labels together.
#[derive(Clone, Debug, PartialEq)]
pub struct DawidSkene {
    /// By item: how likely each label is the true one.
    pub posterior: Vec<Vec<f64>>,
    /// How common each label is.
    pub prior: Vec<f64>,
    /// By rater and true label: how often the rater gives each label.
    pub confusion: Vec<Vec<Vec<f64>>>,
    /// How well all this fits: the logarithm of the probability of the ratings.
    pub log_likelihood: f64,
}

/// Dawid and Skene's model by expectation maximisation, a fixed number of iterations from the vote
/// shares. `ratings[rater][item]` are the positions of the labels that the rater gave the item:
/// none, one, or several for repeated ratings.
///
/// A rater's row for a label that no item has is uniform. Two raters who always disagree stay at
/// one half. To pool references only: never to score a candidate that took part.
///
/// Undefined without items (`no_items`), and where an item has no rating
/// (`item_without_ratings`).
///
/// Source: Dawid & Skene 1979.
///
/// ```
/// use labelgate::stat::dawid_skene::dawid_skene;
/// let one = |labels: &[usize]| labels.iter().map(|label| vec![*label]).collect::<Vec<_>>();
/// // The third rater differs on the last item and is outvoted.
/// let ratings = [one(&[0, 1, 1]), one(&[0, 1, 1]), one(&[0, 1, 0])];
/// let pooled = dawid_skene(&ratings, 2, 20).unwrap();
/// assert!(pooled.posterior[2][1] > 0.99);
/// ```
pub fn dawid_skene(
    ratings: &[Vec<Vec<usize>>],
    n_labels: usize,
    iterations: u32,
) -> Result<DawidSkene, Undefined> {
    let n_items = ratings.iter().map(Vec::len).max().unwrap_or(0);
    if n_items == 0 || n_labels == 0 {
        return Err(Undefined::NoItems);
    }
    // By item: each rating as (rater, label).
    let items: Vec<Vec<(usize, usize)>> = (0..n_items)
        .map(|item| {
            let given = ratings.iter().enumerate().filter_map(|(rater, items)| {
                let labels = items.get(item)?;
                Some(
                    labels
                        .iter()
                        .filter(|label| **label < n_labels)
                        .map(move |l| (rater, *l)),
                )
            });
            given.flatten().collect()
        })
        .collect();
    if items.iter().any(Vec::is_empty) {
        return Err(Undefined::ItemWithoutRatings);
    }
    let mut posterior: Vec<Vec<f64>> = items
        .iter()
        .map(|given| {
            let mut votes = vec![0.0; n_labels];
            for (_, label) in given {
                votes[*label] += 1.0 / given.len() as f64;
            }
            votes
        })
        .collect();
    let (mut prior, mut confusion) = maximised(&items, &posterior, ratings.len(), n_labels);
    for _ in 0..iterations {
        for (given, posterior) in items.iter().zip(&mut posterior) {
            let weights = log_weights(given, &prior, &confusion);
            let total = log_sum(&weights);
            for (share, weight) in posterior.iter_mut().zip(weights) {
                *share = (weight - total).exp();
            }
        }
        (prior, confusion) = maximised(&items, &posterior, ratings.len(), n_labels);
    }
    let fits = items
        .iter()
        .map(|given| log_sum(&log_weights(given, &prior, &confusion)));
    Ok(DawidSkene {
        log_likelihood: fits.sum(),
        posterior,
        prior,
        confusion,
    })
}

type Confusions = Vec<Vec<Vec<f64>>>;

/// The M step: priors and confusions that fit the items' shares best.
fn maximised(
    items: &[Vec<(usize, usize)>],
    posterior: &[Vec<f64>],
    n_raters: usize,
    n_labels: usize,
) -> (Vec<f64>, Confusions) {
    let mut prior = vec![0.0; n_labels];
    let mut confusion = vec![vec![vec![0.0; n_labels]; n_labels]; n_raters];
    for (given, shares) in items.iter().zip(posterior) {
        for (label, share) in shares.iter().enumerate() {
            prior[label] += share / items.len() as f64;
            for (rater, seen) in given {
                confusion[*rater][label][*seen] += share;
            }
        }
    }
    for row in confusion.iter_mut().flatten() {
        let total: f64 = row.iter().sum();
        for share in row.iter_mut() {
            *share = if total > 0.0 {
                *share / total
            } else {
                1.0 / n_labels as f64
            };
        }
    }
    (prior, confusion)
}

/// Logarithms of prior times likelihood of an item's ratings, by true label. In logarithms, because
/// products of many ratings vanish.
fn log_weights(given: &[(usize, usize)], prior: &[f64], confusion: &Confusions) -> Vec<f64> {
    let likelihood = |label: usize| -> f64 {
        let seen = given
            .iter()
            .map(|(rater, seen)| confusion[*rater][label][*seen].ln());
        seen.sum()
    };
    prior
        .iter()
        .enumerate()
        .map(|(label, prior)| prior.ln() + likelihood(label))
        .collect()
}

fn log_sum(logs: &[f64]) -> f64 {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest
        + logs
            .iter()
            .map(|log| (log - largest).exp())
            .sum::<f64>()
            .ln()
}
