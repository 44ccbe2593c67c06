//! Agreement among any number of raters, none of whom is taken as right.
//!
//! What each figure rests on: agreement and alpha on items with two ratings or more; Fleiss' kappa
//! and AC1 on all rated items, the first because a single rating is a gap, the second because it
//! counts for the shares of the labels; the figures of two raters on the items that both rated.

use std::collections::BTreeMap;

use super::labels::{self, LabelFacts};
use super::sample::Sample;
use super::{Measured, Metric, RaterMetric, SchemeKind, numbers};
use crate::align::{Pair, PanelAccount, PanelRow, label_panel, number_panel};
use crate::model::{Label, LabelSet, Numeric, Scheme};
use crate::num::Level;
use crate::stat::krippendorff::{Measurement, RatedValues, alpha_left_out, alpha_of_values};
use crate::stat::{Clustered, Panel, Undefined, interval, raters};

/// Whose ratings are held against one another, and how.
pub struct RaterSubject<'a> {
    /// The items.
    pub sample: Sample<'a>,
    /// What labels are.
    pub scheme: &'a Scheme,
    /// The labels, by rater and then by item.
    pub ratings: &'a [Vec<Option<Label>>],
    /// What intervals claim to cover.
    pub level: Level,
}

/// All that is known of how raters agree.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterScore {
    /// The figures over all items.
    pub all: RaterMeasures,
    /// The figures of each value of each slice.
    pub slices: Vec<RaterSlice>,
}

/// The figures over one set of items.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterMeasures {
    /// What became of every item and of every rating.
    pub account: PanelAccount,
    /// The figures of all raters together, those the scheme has.
    pub metrics: BTreeMap<RaterMetric, Measured>,
    /// The figures of each two raters, in the order of the raters.
    pub pairs: Vec<RaterPair>,
}

/// The figures of two raters.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterPair {
    /// Positions of the two; the first stands where a reference would.
    pub raters: [usize; 2],
    /// Items that both rated.
    pub n_items: u64,
    /// The figures, the same as of a candidate against a reference.
    pub metrics: BTreeMap<Metric, Measured>,
}

/// The figures of one value of a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterSlice {
    /// Position of the slice.
    pub slice: usize,
    /// The value.
    pub value: Box<str>,
    /// The figures over its items.
    pub measures: RaterMeasures,
}

/// Scores raters over all items and over each value of each slice.
pub fn score_raters(subject: &RaterSubject<'_>) -> RaterScore {
    let slices = subject.sample.slice_values().into_iter();
    RaterScore {
        all: measure(subject, &|_| true),
        slices: slices
            .map(|(slice, value)| RaterSlice {
                slice,
                value: value.into(),
                measures: measure(subject, &|item| subject.sample.is_in(item, slice, value)),
            })
            .collect(),
    }
}

fn measure(subject: &RaterSubject<'_>, keep: &dyn Fn(usize) -> bool) -> RaterMeasures {
    let RaterSubject {
        sample,
        scheme,
        ratings,
        level,
    } = subject;
    let account = PanelAccount::take(scheme, sample.items, ratings, keep);
    let (metrics, pairs) = match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let mut rows = label_panel(set, ratings);
            rows.retain(|row| keep(row.item));
            let is_ordinal = matches!(scheme, Scheme::Ordinal(_));
            of_labels(sample, set, is_ordinal, &rows, ratings.len(), *level)
        }
        Scheme::Numeric(scale) => {
            let mut rows = number_panel(ratings);
            rows.retain(|row| keep(row.item));
            of_numbers(sample, scale, &rows, ratings.len(), *level)
        }
        // Lists of decisions have shares, which are compared one by one with a reference.
        Scheme::Decisions(_) => (BTreeMap::new(), Vec::new()),
    };
    RaterMeasures {
        account,
        metrics,
        pairs,
    }
}

type Figures = (BTreeMap<RaterMetric, Measured>, Vec<RaterPair>);

fn of_labels(
    sample: &Sample<'_>,
    set: &LabelSet,
    is_ordinal: bool,
    rows: &[PanelRow<usize>],
    n_raters: usize,
    level: Level,
) -> Figures {
    let facts = LabelFacts::new(set, is_ordinal);
    let empty = Panel::new(facts.n_labels, n_raters);
    let count = |panel: &mut Panel, row: &&PanelRow<usize>, weight: f64| {
        panel.count_item(&row.ratings, weight);
    };
    let panels = |least| sample.tally(&empty, &with_ratings(rows, least), |row| row.item, count);
    let rated = panels(1);
    let mut paired = panels(2);
    if paired.0.is_empty() {
        // For the reason: nothing was rated, or nothing twice.
        paired = rated.clone();
    }
    let measured = |metric: RaterMetric| match metric {
        RaterMetric::Agreement => interval::delta(&paired, raters::pairwise_agreement, level),
        RaterMetric::FleissKappa => interval::delta(&rated, raters::fleiss_kappa, level),
        RaterMetric::GwetAc1 => interval::delta(&rated, raters::gwet_ac1, level),
        RaterMetric::KrippendorffAlpha => alpha(&paired, Measurement::Nominal, level),
        RaterMetric::KrippendorffAlphaOrdinal => alpha(&paired, Measurement::Ordinal, level),
        RaterMetric::KrippendorffAlphaInterval | RaterMetric::KrippendorffAlphaRatio => {
            Err(Undefined::NoItems)
        }
    };
    let mut pair_metrics = vec![Metric::Agreement, Metric::CohenKappa];
    if is_ordinal {
        pair_metrics.push(Metric::KappaQuadratic);
    }
    let pairs = pairs(rows, n_raters, |both| {
        let data = labels::confusions(sample, &facts, both);
        let figure = |metric: &Metric| (*metric, labels::measure(*metric, &data, &facts, level));
        pair_metrics.iter().map(figure).collect()
    });
    let mut metrics = metrics(facts.kind, measured);
    // Of two raters it is a share of items, whose interval exists even where all agree.
    if let [only] = &*pairs
        && only.n_items > 0
        && let Some(share) = only.metrics.get(&Metric::Agreement)
    {
        metrics.insert(RaterMetric::Agreement, share.clone());
    }
    (metrics, pairs)
}

fn alpha(data: &Clustered<Panel>, measurement: Measurement, level: Level) -> Measured {
    let alpha = |panel: &Panel<_>| raters::krippendorff_alpha(panel, measurement);
    interval::delta(data, alpha, level)
}

fn of_numbers(
    sample: &Sample<'_>,
    scale: &Numeric,
    rows: &[PanelRow<f64>],
    n_raters: usize,
    level: Level,
) -> Figures {
    let paired = with_ratings(rows, 2);
    let alpha = |place: &dyn Fn(f64) -> f64, measurement| {
        if sample.weights.is_some() {
            return Err(Undefined::NotWeighted);
        }
        let empty = RatedValues::default();
        let data = sample.tally(
            &empty,
            &paired,
            |row| row.item,
            |values, row, _| {
                values.count_item(row.ratings.iter().flatten().map(|value| place(*value)));
            },
        );
        let total = data.total().ok_or(Undefined::NoPairableValues)?;
        let value = alpha_of_values(&total, measurement)?;
        let left_out = alpha_left_out(&data, measurement);
        Ok(interval::jackknife_of_left_out(
            &data, value, left_out, level,
        ))
    };
    let measured = |metric: RaterMetric| match metric {
        RaterMetric::KrippendorffAlphaInterval => {
            alpha(&|value| scale.on_scale(value), Measurement::Interval)
        }
        // A ratio is one already, so it is taken of the values as given.
        RaterMetric::KrippendorffAlphaRatio => alpha(&|value| value, Measurement::Ratio),
        RaterMetric::Agreement
        | RaterMetric::FleissKappa
        | RaterMetric::GwetAc1
        | RaterMetric::KrippendorffAlpha
        | RaterMetric::KrippendorffAlphaOrdinal => Err(Undefined::NoItems),
    };
    let pairs = pairs(rows, n_raters, |both| {
        let chosen = [Metric::KrippendorffAlphaInterval, Metric::Mae, Metric::Bias];
        numbers::chosen(sample, scale, both, chosen, level)
    });
    (metrics(SchemeKind::Numeric, measured), pairs)
}

fn metrics(
    kind: SchemeKind,
    measured: impl Fn(RaterMetric) -> Measured,
) -> BTreeMap<RaterMetric, Measured> {
    let all = RaterMetric::ALL.iter().copied();
    all.filter(|metric| metric.applies_to(kind))
        .map(|metric| (metric, measured(metric)))
        .collect()
}

fn with_ratings<T>(rows: &[PanelRow<T>], least: usize) -> Vec<&PanelRow<T>> {
    rows.iter().filter(|row| row.n_ratings() >= least).collect()
}

/// Each two raters with what `figures` makes of the items that both rated.
fn pairs<T: Copy>(
    rows: &[PanelRow<T>],
    n_raters: usize,
    figures: impl Fn(&[Pair<T>]) -> BTreeMap<Metric, Measured>,
) -> Vec<RaterPair> {
    let twos = (0..n_raters).flat_map(|one| (one + 1..n_raters).map(move |other| [one, other]));
    twos.map(|[one, other]| {
        let both = rows.iter().filter_map(|row| {
            Some(Pair {
                item: row.item,
                reference: row.ratings[one]?,
                candidate: row.ratings[other]?,
            })
        });
        let both: Vec<Pair<T>> = both.collect();
        RaterPair {
            raters: [one, other],
            n_items: both.len() as u64,
            metrics: figures(&both),
        }
    })
    .collect()
}
