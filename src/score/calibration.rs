//! Whether what a labeller says of its own certainty comes true.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::intervals::Resamples;
use super::metric::CalibrationMetric;
use super::sample::Sample;
use super::{Measured, Metric, Shown};
use crate::align::{label_pairs, number_pairs};
use crate::model::{Confidences, Label, Ratings, Scheme};
use crate::stat::calibration::{self, Bin, Closed, Forecast, bin_of};
use crate::stat::interval::{self, ClusterDesign, Proportion, without_interval};
use crate::stat::{
    Clustered, Count, Moments, Rows, Sparse, Statistic, Undefined, influence, numeric, rank_sum,
};

/// Bins of confidence.
const N_BINS: usize = 10;

/// How sure a labeller says it is, and what it is held against.
pub struct Claim<'a> {
    /// Its labels.
    pub labels: &'a Ratings,
    /// How sure it says it is of them.
    pub confidences: &'a Confidences,
    /// The labels that decide whether it is right.
    pub reference: &'a [Option<Label>],
}

/// How often confidence comes true.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Items with a label, a confidence and a label to hold them against.
    pub n: Shown<u64>,
    /// Items that lack only a usable confidence.
    pub without: Shown<u64>,
    /// Confidences that are no number from 0 to 1.
    pub n_unusable: u64,
    /// The first of these, as written.
    pub unusable: Option<Box<str>>,
    /// The figures.
    pub metrics: BTreeMap<CalibrationMetric, Measured>,
    /// The bins that have items, by rising confidence; none where they are hidden.
    pub bins: Vec<CalibrationBin>,
}

/// Items of about the same confidence.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationBin {
    /// Confidences above this, or from 0 on in the first bin.
    pub low: f64,
    /// Confidences up to this.
    pub high: f64,
    /// How many items.
    pub n: u64,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub accuracy: Measured,
}

/// An item with a confidence.
#[derive(Clone, Copy)]
struct Row {
    item: usize,
    confidence: f64,
    right: bool,
}

/// Holds confidences against what came true, on the items that `keep` accepts. A label is right if
/// it is the reference's, a number if it lies within a factor of two.
///
/// `None` for decisions, of which none is right or wrong as a whole, and where nobody said how sure
/// it is.
///
/// With `min_clusters` above 1, neighbouring bins are joined until right and wrong items of each
/// rest on as many clusters, and figures over bins are of these; all is hidden where that cannot be,
/// where items without confidence would give away too few, or where `is_shown` says that the share
/// of right items is hidden elsewhere.
pub fn calibration(
    sample: &Sample<'_>,
    scheme: &Scheme,
    claim: &Claim<'_>,
    keep: impl Fn(usize) -> bool,
    (min_clusters, is_shown): (u64, bool),
) -> Option<Calibration> {
    if !claim.confidences.is_any() {
        return None;
    }
    let judged: Vec<(usize, bool)> = match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let pairs = label_pairs(set, claim.reference, claim.labels).into_iter();
            pairs
                .map(|pair| (pair.item, pair.reference == pair.candidate))
                .collect()
        }
        Scheme::Numeric(_) => {
            let pairs = number_pairs(claim.reference, claim.labels).into_iter();
            pairs
                .map(|pair| {
                    let (reference, candidate) = (pair.reference, pair.candidate);
                    let right = numeric::is_within_factor(reference, candidate, 2.0);
                    (pair.item, right)
                })
                .collect()
        }
        Scheme::Decisions(_) => return None,
    };
    let mut rows = Vec::new();
    let mut others = Vec::new();
    for (item, right) in judged.into_iter().filter(|(item, _)| keep(*item)) {
        match claim.confidences.of(item) {
            Some(confidence) => rows.push(Row {
                item,
                confidence,
                right,
            }),
            None => others.push((item, right)),
        }
    }
    let hide = Hide {
        sample,
        min_clusters,
    };
    let of = |rows: &[Row]| -> Vec<(usize, bool)> {
        rows.iter().map(|row| (row.item, row.right)).collect()
    };
    let is_open =
        is_shown && hide.is_open(&of(&rows)) && (others.is_empty() || hide.is_open(&others));
    let bins = match is_open {
        true => hide.joined(by_bin(&rows)),
        false => Vec::new(),
    };
    let mut measured = Calibration {
        n: is_open.then_some(rows.len() as u64),
        without: is_open.then_some(others.len() as u64),
        n_unusable: claim.confidences.n_unusable,
        unusable: claim.confidences.unusable.clone(),
        metrics: BTreeMap::new(),
        bins: bins
            .iter()
            .map(|(range, rows)| bin(sample, range, rows))
            .collect(),
    };
    let data = Data::new(sample, &rows, &bins);
    for metric in CalibrationMetric::ALL {
        let figure = match is_open {
            // Its bins may not be joined.
            true if *metric == CalibrationMetric::EceEqualMass && min_clusters > 1 => {
                Err(Undefined::Suppressed)
            }
            true => data.measure(*metric),
            false => Err(Undefined::Suppressed),
        };
        measured.metrics.insert(*metric, figure);
    }
    Some(measured)
}

/// Whether the share of items that are right, or near enough, is hidden among these figures.
pub fn is_share_hidden(metrics: &BTreeMap<Metric, Measured>) -> bool {
    let shares = [Metric::Agreement, Metric::WithinFactor2, Metric::Mae];
    let mut figures = shares.iter().filter_map(|metric| metrics.get(metric));
    figures.any(|figure| *figure == Err(Undefined::Suppressed))
}

/// The rows of each bin that has some, by the places of the bins.
fn by_bin(rows: &[Row]) -> Vec<(RangeInclusive<usize>, Vec<Row>)> {
    let mut bins: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
    for row in rows {
        let bin = bin_of(row.confidence, N_BINS, Closed::Right);
        bins.entry(bin).or_default().push(*row);
    }
    let bins = bins.into_iter();
    bins.map(|(bin, rows)| (bin..=bin, rows)).collect()
}

fn bin(sample: &Sample<'_>, range: &RangeInclusive<usize>, rows: &[Row]) -> CalibrationBin {
    let edge = |place: usize| place as f64 / N_BINS as f64;
    CalibrationBin {
        low: edge(*range.start()),
        high: edge(range.end() + 1),
        n: rows.len() as u64,
        confidence: Bin::of(&forecasts(sample, rows))
            .confidence
            .unwrap_or(f64::NAN),
        accuracy: accuracy(sample, rows),
    }
}

fn forecasts(sample: &Sample<'_>, rows: &[Row]) -> Vec<Forecast> {
    let forecast = |row: &Row| Forecast {
        confidence: row.confidence,
        right: row.right,
        weight: sample.weight(row.item),
    };
    rows.iter().map(forecast).collect()
}

fn accuracy(sample: &Sample<'_>, rows: &[Row]) -> Measured {
    let data = sample.tally(
        &Proportion::default(),
        rows,
        |row| row.item,
        |share, row, weight| {
            share.trials += weight;
            share.hits += if row.right { weight } else { 0.0 };
        },
    );
    let intervals = &sample.intervals;
    let resamples = Resamples::of(&data, intervals, &[()], |(), share| share.share());
    let level = intervals.level;
    resamples.onto((), intervals.share(&data, level), level)
}

/// What may be told of items that are right or wrong.
struct Hide<'a> {
    sample: &'a Sample<'a>,
    min_clusters: u64,
}

impl Hide<'_> {
    /// Whether both the right and the wrong ones rest on enough clusters.
    fn is_open(&self, rows: &[(usize, bool)]) -> bool {
        let n_clusters = |wanted: bool| {
            let of = rows.iter().filter(|(_, right)| *right == wanted);
            let mut clusters: Vec<usize> = of
                .map(|(item, _)| self.sample.items.items[*item].cluster)
                .collect();
            clusters.sort_unstable();
            clusters.dedup();
            clusters.len() as u64
        };
        self.min_clusters <= 1
            || [true, false]
                .into_iter()
                .all(|right| n_clusters(right) >= self.min_clusters)
    }

    /// The bins, neighbours joined until each may be told.
    fn joined(
        &self,
        bins: Vec<(RangeInclusive<usize>, Vec<Row>)>,
    ) -> Vec<(RangeInclusive<usize>, Vec<Row>)> {
        let is_open = |rows: &[Row]| {
            let rows: Vec<(usize, bool)> = rows.iter().map(|row| (row.item, row.right)).collect();
            self.is_open(&rows)
        };
        let mut joined: Vec<(RangeInclusive<usize>, Vec<Row>)> = Vec::new();
        for (range, rows) in bins {
            match joined.last_mut() {
                Some((last, sofar)) if !is_open(sofar) => {
                    *last = *last.start()..=*range.end();
                    sofar.extend(rows);
                }
                _ => joined.push((range, rows)),
            }
        }
        // What is left at the end joins the bin before it.
        if joined.len() > 1
            && joined.last().is_some_and(|(_, rows)| !is_open(rows))
            && let Some((range, rows)) = joined.pop()
            && let Some((last, sofar)) = joined.last_mut()
        {
            *last = *last.start()..=*range.end();
            sofar.extend(rows);
        }
        joined
    }
}

struct Data<'a> {
    sample: &'a Sample<'a>,
    rows: &'a [Row],
    /// Rightness as 1 and 0 in the reference's place, confidence in the candidate's.
    moments: Clustered<Moments<f64>>,
    pairs: Clustered<Rows>,
    bins: Vec<Vec<Forecast>>,
    resamples: Resamples<CalibrationMetric>,
}

impl<'a> Data<'a> {
    fn new(
        sample: &'a Sample<'_>,
        rows: &'a [Row],
        bins: &[(RangeInclusive<usize>, Vec<Row>)],
    ) -> Self {
        let outcome = |row: &Row| f64::from(row.right);
        let item = |row: &Row| row.item;
        let empty = Moments::new(0.5);
        let moments = sample.tally(&empty, rows, item, |moments, row, weight| {
            moments.count_pair(outcome(row), row.confidence, weight);
        });
        let pairs = sample.tally(&Rows::default(), rows, item, |pairs, row, _| {
            pairs.push(outcome(row), row.confidence);
        });
        use CalibrationMetric::{Auroc, Brier, BrierSkill, MeanConfidence, Overconfidence};
        let of_moments = [MeanConfidence, Overconfidence, Brier, BrierSkill];
        let intervals = &sample.intervals;
        let resamples = Resamples::of(&moments, intervals, &of_moments, moment_value).and(
            Resamples::of(&pairs, intervals, &[Auroc], |_, pairs| {
                rank_sum::auroc(pairs)
            }),
        );
        Self {
            sample,
            rows,
            moments,
            pairs,
            bins: bins
                .iter()
                .map(|(_, rows)| forecasts(sample, rows))
                .collect(),
            resamples,
        }
    }

    fn measure(&self, metric: CalibrationMetric) -> Measured {
        let intervals = &self.sample.intervals;
        let level = intervals.level;
        let measured = match metric {
            CalibrationMetric::Accuracy => return accuracy(self.sample, self.rows),
            CalibrationMetric::Ece => return self.plain(calibration::ece(&self.of_bins())),
            CalibrationMetric::Mce => return self.plain(calibration::mce(&self.of_bins())),
            CalibrationMetric::EceByChance => {
                return self.plain(calibration::ece_by_chance(&self.bins));
            }
            CalibrationMetric::EceEqualMass => {
                let items = forecasts(self.sample, self.rows);
                let bins = calibration::equal_mass(&items, N_BINS);
                return self.plain(calibration::ece(&bins));
            }
            CalibrationMetric::Auroc if self.sample.weights.is_some() => {
                Err(Undefined::NotWeighted)
            }
            CalibrationMetric::Auroc => intervals.of_items(
                &self.pairs,
                rank_sum::auroc,
                influence::auroc_influences,
                level,
            ),
            CalibrationMetric::MeanConfidence
            | CalibrationMetric::Overconfidence
            | CalibrationMetric::Brier
            | CalibrationMetric::BrierSkill => {
                let moments = Sparse::of(&self.moments).ok_or(Undefined::NoItems)?;
                interval::delta_of_sparse(&moments, |m| moment_value(metric, m), level)
            }
        };
        self.resamples.onto(metric, measured, level)
    }

    fn of_bins(&self) -> Vec<Bin> {
        self.bins.iter().map(|bin| Bin::of(bin)).collect()
    }

    /// A figure that chance moves to one side: it has no interval.
    fn plain(&self, value: Statistic) -> Measured {
        let design = ClusterDesign::new(self.moments.sizes());
        Ok(without_interval(
            &design,
            value?,
            self.sample.intervals.level,
        ))
    }
}

fn moment_value<C: Count>(metric: CalibrationMetric, moments: &Moments<C>) -> Statistic<C::Real> {
    match metric {
        CalibrationMetric::MeanConfidence => calibration::mean_confidence(moments),
        CalibrationMetric::Overconfidence => numeric::bias(moments),
        CalibrationMetric::Brier => calibration::brier(moments),
        CalibrationMetric::BrierSkill => calibration::brier_skill(moments),
        _ => Err(Undefined::NoItems),
    }
}
