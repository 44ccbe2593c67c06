//! Agreement among any number of raters, none of whom is taken as right.
//!
//! What each figure rests on: agreement and alpha on items with two ratings or more; Fleiss' kappa
//! and AC1 on all rated items, the first because a single rating is a gap, the second because it
//! counts for the shares of the labels; the figures of two raters on the items that both rated.

use std::collections::BTreeMap;

use super::labels::{LabelData, LabelFacts};
use super::sample::Sample;
use super::{Figure, Measured, Metric, RaterMetric, Resamples, SchemeKind, Shown, numbers};
use crate::align::{Pair, PanelAccount, PanelRow, label_panel, number_panel};
use crate::model::{Label, LabelSet, Numeric, Scheme};
use crate::stat::krippendorff::{Measurement, RatedValues, alpha_left_out, alpha_of_values};
use crate::stat::{Count, Panel, Statistic, Undefined, interval, raters};

/// Whose ratings are held against one another, and how.
pub struct RaterSubject<'a> {
    /// The items.
    pub sample: Sample<'a>,
    /// What labels are.
    pub scheme: &'a Scheme,
    /// The labels, by rater and then by item.
    pub ratings: &'a [Vec<Option<Label>>],
}

/// All that is known of how raters agree.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterScore {
    /// The figures over all items.
    pub all: RaterMeasures,
    /// The figures of each value of each slice.
    pub slices: Vec<RaterSlice>,
    /// Values of slices, by the slice's position, whose figures are hidden.
    pub hidden_slices: Vec<(usize, Box<str>)>,
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
    pub n_items: Shown<u64>,
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
            .map(|one| RaterSlice {
                slice: one.slice,
                value: one.value.into(),
                measures: measure(subject, &|item| one.holds(item)),
            })
            .collect(),
        hidden_slices: Vec::new(),
    }
}

/// The figures over the items that `keep` names.
pub(super) fn measure(subject: &RaterSubject<'_>, keep: &dyn Fn(usize) -> bool) -> RaterMeasures {
    let RaterSubject {
        sample,
        scheme,
        ratings,
    } = subject;
    let account = PanelAccount::take(scheme, sample.items, ratings, keep);
    let (metrics, pairs) = match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let mut rows = label_panel(set, ratings);
            rows.retain(|row| keep(row.item));
            let is_ordinal = matches!(scheme, Scheme::Ordinal(_));
            of_labels(sample, set, is_ordinal, &rows, ratings.len())
        }
        Scheme::Numeric(scale) => {
            let mut rows = number_panel(ratings);
            rows.retain(|row| keep(row.item));
            of_numbers(sample, scale, &rows, ratings.len())
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
) -> Figures {
    let facts = LabelFacts::new(set, is_ordinal);
    let empty = Panel::new(facts.n_labels, n_raters);
    let count = |panel: &mut Panel, row: &&PanelRow<usize>, weight: f64| {
        panel.count_item(&row.ratings, weight);
    };
    let panels = |least| sample.sparse(&empty, &with_ratings(rows, least), |row| row.item, count);
    let rated = panels(1);
    let mut paired = panels(2);
    if paired.n_clusters() == 0 {
        // For the reason: nothing was rated, or nothing twice.
        paired = rated.clone();
    }
    let intervals = &sample.intervals;
    let of_rated = [RaterMetric::FleissKappa, RaterMetric::GwetAc1];
    let all = RaterMetric::ALL.iter().copied();
    let of_paired: Vec<_> = all.filter(|metric| !of_rated.contains(metric)).collect();
    let resamples = Resamples::of(&rated, intervals, &of_rated, value)
        .and(Resamples::of(&paired, intervals, &of_paired, value));
    let measured = |metric: RaterMetric| {
        let is_of_rated = of_rated.contains(&metric);
        let data = if is_of_rated { &rated } else { &paired };
        if data.n_clusters() == 0 {
            return Err(Undefined::NoItems);
        }
        let level = intervals.level;
        let measured = interval::delta_of_sparse(data, |panel| value(metric, panel), level);
        resamples.onto(metric, measured, level)
    };
    let mut of_pair = vec![Metric::Agreement, Metric::CohenKappa];
    if is_ordinal {
        of_pair.push(Metric::KappaQuadratic);
    }
    let figures: Vec<Figure> = of_pair.iter().copied().map(Figure::Overall).collect();
    let pairs = pairs(rows, n_raters, |both| {
        let data = LabelData::new(sample, &facts, both, &figures);
        let measured = |metric: &Metric| (*metric, data.measure(Figure::Overall(*metric)));
        of_pair.iter().map(measured).collect()
    });
    let mut metrics = metrics(facts.kind, measured);
    // Of two raters it is a share of items, whose interval exists even where all agree.
    if let [only] = &*pairs
        && only.n_items != Some(0)
        && let Some(share) = only.metrics.get(&Metric::Agreement)
    {
        metrics.insert(RaterMetric::Agreement, share.clone());
    }
    (metrics, pairs)
}

/// A figure of labels, in whatever they are counted.
fn value<C: Count>(metric: RaterMetric, panel: &Panel<C>) -> Statistic<C::Real> {
    match metric {
        RaterMetric::Agreement => raters::pairwise_agreement(panel),
        RaterMetric::FleissKappa => raters::fleiss_kappa(panel),
        RaterMetric::GwetAc1 => raters::gwet_ac1(panel),
        RaterMetric::KrippendorffAlpha => raters::krippendorff_alpha(panel, Measurement::Nominal),
        RaterMetric::KrippendorffAlphaOrdinal => {
            raters::krippendorff_alpha(panel, Measurement::Ordinal)
        }
        RaterMetric::KrippendorffAlphaInterval | RaterMetric::KrippendorffAlphaRatio => {
            Err(Undefined::NoItems)
        }
    }
}

fn of_numbers(
    sample: &Sample<'_>,
    scale: &Numeric,
    rows: &[PanelRow<f64>],
    n_raters: usize,
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
        let intervals = &sample.intervals;
        let of = |(), values: &RatedValues| alpha_of_values(values, measurement);
        let resamples = Resamples::of(&data, intervals, &[()], of);
        let level = intervals.level;
        let measured = interval::jackknife_of_left_out(&data, value, left_out, level);
        resamples.onto((), Ok(measured), level)
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
        numbers::chosen(sample, scale, both, &chosen)
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
            n_items: Some(both.len() as u64),
            metrics: figures(&both),
        }
    })
    .collect()
}
