//! The figures of numbers: numeric schemes, and each share of a decisions scheme.

use std::collections::BTreeMap;

use super::sample::Sample;
use super::{Intervals, Measured, Metric, Resamples, SchemeKind};
use crate::align::{NumberPair, NumberTrio};
use crate::model::Numeric;
use crate::stat::interval::{self, Proportion};
use crate::stat::{
    Clustered, Count, Moments, Paired, Rows, Sparse, Statistic, Undefined, influence, numeric, rank,
};

/// All figures except coverage, which needs no reference.
pub(super) fn metrics(
    sample: &Sample<'_>,
    scale: &Numeric,
    pairs: &[NumberPair],
) -> BTreeMap<Metric, Measured> {
    let all = Metric::ALL.iter().copied();
    let numeric =
        all.filter(|metric| metric.applies_to(SchemeKind::Numeric) && *metric != Metric::Coverage);
    chosen(sample, scale, pairs, &numeric.collect::<Vec<_>>())
}

/// The chosen figures of numbers.
pub(super) fn chosen(
    sample: &Sample<'_>,
    scale: &Numeric,
    pairs: &[NumberPair],
    metrics: &[Metric],
) -> BTreeMap<Metric, Measured> {
    let data = NumberData::new(sample, scale, pairs, metrics);
    let measured = |metric: &Metric| (*metric, data.measure(*metric));
    metrics.iter().map(measured).collect()
}

/// Which tally a metric is a statistic of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Sums on the scale of the figures.
    Moments,
    /// Values on the scale of the figures; only their order counts.
    Ranks,
    /// Values as answered.
    Raw,
    /// Items within a factor of two, among all.
    Factor,
}

impl Basis {
    pub(super) fn of(metric: Metric) -> Self {
        match metric {
            Metric::Spearman | Metric::KendallTauB => Self::Ranks,
            Metric::KrippendorffAlphaRatio => Self::Raw,
            Metric::WithinFactor2 => Self::Factor,
            _ => Self::Moments,
        }
    }

    /// The metrics that rest on it.
    pub(super) fn among(self, metrics: &[Metric]) -> Vec<Metric> {
        let metrics = metrics.iter().copied();
        metrics.filter(|metric| Self::of(*metric) == self).collect()
    }
}

struct NumberData<'a> {
    intervals: &'a Intervals,
    moments: Sparse<Moments<f64>>,
    ranks: Clustered<Rows>,
    raw: Clustered<Rows>,
    factor: Clustered<Proportion>,
    is_weighted: bool,
    resamples: Resamples<Metric>,
}

impl<'a> NumberData<'a> {
    fn new(
        sample: &'a Sample<'_>,
        scale: &Numeric,
        pairs: &[NumberPair],
        metrics: &[Metric],
    ) -> Self {
        let item = |pair: &NumberPair| pair.item;
        let on_scale = |pair: &NumberPair| {
            (
                scale.on_scale(pair.reference),
                scale.on_scale(pair.candidate),
            )
        };
        let centre = centre(pairs.iter().map(|pair| scale.on_scale(pair.reference)));
        let empty = Moments::new(centre);
        let moments = sample.tally(&empty, pairs, item, |moments, pair, weight| {
            let (reference, candidate) = on_scale(pair);
            moments.count_pair(reference, candidate, weight);
        });
        let ranks = sample.tally(&Rows::default(), pairs, item, |rows, pair, _| {
            let (reference, candidate) = on_scale(pair);
            rows.push(reference, candidate);
        });
        let raw = sample.tally(&Rows::default(), pairs, item, |rows, pair, _| {
            rows.push(pair.reference, pair.candidate);
        });
        let factor = sample.tally(
            &Proportion::default(),
            pairs,
            item,
            |share, pair, weight| {
                let within = numeric::is_within_factor(pair.reference, pair.candidate, 2.0);
                share.hits += if within { weight } else { 0.0 };
                share.trials += weight;
            },
        );
        let intervals = &sample.intervals;
        let of = |basis: Basis| basis.among(metrics);
        let of_shares = |_: Metric, share: &Proportion| share.share();
        let resamples = Resamples::of(&moments, intervals, &of(Basis::Moments), moment_value)
            .and(Resamples::of(
                &ranks,
                intervals,
                &of(Basis::Ranks),
                row_value,
            ))
            .and(Resamples::of(&raw, intervals, &of(Basis::Raw), row_value))
            .and(Resamples::of(
                &factor,
                intervals,
                &of(Basis::Factor),
                of_shares,
            ));
        Self {
            intervals,
            moments: Sparse::of(&moments).unwrap_or_else(|| Sparse::new(&empty)),
            ranks,
            raw,
            factor,
            is_weighted: sample.weights.is_some(),
            resamples,
        }
    }

    fn measure(&self, metric: Metric) -> Measured {
        let level = self.intervals.level;
        let of_rows = |rows: &Clustered<Rows>| {
            let value = |rows: &Rows| row_value(metric, rows);
            let influences = |rows: &Rows| row_influences(metric, rows);
            self.intervals.of_items(rows, value, influences, level)
        };
        let measured = match Basis::of(metric) {
            Basis::Moments => {
                interval::delta_of_sparse(&self.moments, |m| moment_value(metric, m), level)
            }
            Basis::Factor => self.intervals.share(&self.factor, level),
            Basis::Ranks | Basis::Raw if self.is_weighted => Err(Undefined::NotWeighted),
            Basis::Ranks => of_rows(&self.ranks),
            Basis::Raw => of_rows(&self.raw),
        };
        self.resamples.onto(metric, measured, level)
    }
}

/// A fixed number near the values, about which sums keep their precision.
pub(super) fn centre(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n == 0.0 { 0.0 } else { sum / n }
}

/// A metric of moments, in whatever they are counted.
pub(super) fn moment_value<C: Count>(metric: Metric, moments: &Moments<C>) -> Statistic<C::Real> {
    match metric {
        Metric::Mae => numeric::mae(moments),
        Metric::Rmse => numeric::rmse(moments),
        Metric::Bias => numeric::bias(moments),
        Metric::Pearson => numeric::pearson(moments),
        Metric::Icc21 => numeric::icc_2_1(moments),
        Metric::Icc31 => numeric::icc_3_1(moments),
        Metric::LinCcc => numeric::lin_ccc(moments),
        Metric::LoaLow => numeric::loa_low(moments),
        Metric::LoaHigh => numeric::loa_high(moments),
        Metric::KrippendorffAlphaInterval => numeric::krippendorff_alpha_interval(moments),
        _ => Err(Undefined::NoItems),
    }
}

/// A metric of rows.
pub(super) fn row_value(metric: Metric, rows: &Rows) -> Statistic {
    match metric {
        Metric::Spearman => rank::spearman(rows),
        Metric::KendallTauB => rank::kendall_tau_b(rows),
        Metric::KrippendorffAlphaRatio => numeric::krippendorff_alpha_ratio(rows),
        _ => Err(Undefined::NoItems),
    }
}

/// How much each item moves a metric of rows.
pub(super) fn row_influences(metric: Metric, rows: &Rows) -> Statistic<Vec<f64>> {
    match metric {
        Metric::Spearman => influence::spearman_influences(rows),
        Metric::KendallTauB => influence::kendall_influences(rows),
        Metric::KrippendorffAlphaRatio => influence::alpha_ratio_influences(rows),
        _ => Err(Undefined::NoItems),
    }
}

/// The range an unanswered item's error is taken from: the scheme's, or where it declares none
/// that of the reference.
pub(super) fn error_range(scale: &Numeric, trios: &[NumberTrio]) -> (f64, f64) {
    let references = || trios.iter().map(|trio| trio.reference);
    (
        scale
            .min
            .unwrap_or_else(|| references().fold(f64::INFINITY, f64::min)),
        scale
            .max
            .unwrap_or_else(|| references().fold(f64::NEG_INFINITY, f64::max)),
    )
}

/// Both sides of a comparison as pairs; an unanswered item counts as the end of the range that is
/// farther from the reference, so that refusing cannot win.
pub(super) fn paired_values(
    scale: &Numeric,
    trios: &[NumberTrio],
) -> Vec<(usize, Paired<(f64, f64)>)> {
    let (low, high) = error_range(scale, trios);
    trios
        .iter()
        .map(|trio| {
            let reference = scale.on_scale(trio.reference);
            let farther = |end: f64, other: f64| {
                let distance = |value: f64| (scale.on_scale(value) - reference).abs();
                if distance(end) >= distance(other) {
                    end
                } else {
                    other
                }
            };
            let side =
                |value: Option<f64>| (trio.reference, value.unwrap_or_else(|| farther(high, low)));
            (
                trio.item,
                Paired {
                    baseline: side(trio.baseline),
                    candidate: side(trio.candidate),
                },
            )
        })
        .collect()
}
