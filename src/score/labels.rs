//! The figures of nominal and ordinal schemes, from clustered confusion matrices.

use std::collections::BTreeMap;

use super::sample::Sample;
use super::{ClassMetric, ClassScore, Measured, Metric, SchemeKind};
use crate::align::{LabelPair, LabelTrio};
use crate::model::LabelSet;
use crate::num::Level;
use crate::stat::interval::{self, Proportion};
use crate::stat::krippendorff::Measurement;
use crate::stat::{
    Axis, Clustered, Confusion, Count, Paired, Real, Statistic, Tally, Undefined, agreement, class,
    homogeneity, krippendorff, ordinal, rank,
};

/// What the figures of a label scheme need to know of its labels.
pub(super) struct LabelFacts {
    pub(super) kind: SchemeKind,
    pub(super) n_labels: usize,
    /// Positions of the scored labels that are answers, not abstentions.
    pub(super) answers: Vec<usize>,
}

impl LabelFacts {
    pub(super) fn new(set: &LabelSet, is_ordinal: bool) -> Self {
        let scored: Vec<_> = set.scored().collect();
        let n_labels = scored.len();
        let answers = (0..n_labels)
            .filter(|rank| !set.is_abstention(scored[*rank]))
            .collect();
        let kind = if is_ordinal {
            SchemeKind::Ordinal { n_labels }
        } else {
            SchemeKind::Nominal { n_labels }
        };
        Self {
            kind,
            n_labels,
            answers,
        }
    }

    fn has_abstention(&self) -> bool {
        self.answers.len() < self.n_labels
    }
}

/// The clusters' confusion matrices.
pub(super) fn confusions(
    sample: &Sample<'_>,
    facts: &LabelFacts,
    pairs: &[LabelPair],
) -> Clustered<Confusion<f64>> {
    sample.tally(
        &Confusion::new(facts.n_labels),
        pairs,
        |pair| pair.item,
        |confusion, pair, w| {
            confusion.count_pair(pair.reference, pair.candidate, w);
        },
    )
}

/// The clusters' confusion matrices of both sides of a comparison.
pub(super) fn paired_confusions(
    sample: &Sample<'_>,
    facts: &LabelFacts,
    trios: &[LabelTrio],
) -> Clustered<Paired<Confusion<f64>>> {
    let empty = Confusion::new(facts.n_labels);
    let empty = Paired {
        baseline: empty.clone(),
        candidate: empty,
    };
    sample.tally(
        &empty,
        trios,
        |trio| trio.item,
        |paired, trio, w| {
            let sides = [
                (&mut paired.baseline, trio.baseline),
                (&mut paired.candidate, trio.candidate),
            ];
            for (confusion, label) in sides {
                match label {
                    Some(label) => confusion.count_pair(trio.reference, label, w),
                    None => confusion.count_unanswered(trio.reference, w),
                }
            }
        },
    )
}

/// All figures over all items except coverage, which needs no reference.
pub(super) fn metrics(
    data: &Clustered<Confusion<f64>>,
    facts: &LabelFacts,
    level: Level,
) -> BTreeMap<Metric, Measured> {
    Metric::ALL
        .iter()
        .copied()
        .filter(|metric| metric.applies_to(facts.kind) && *metric != Metric::Coverage)
        .map(|metric| (metric, measure(metric, data, facts, level)))
        .collect()
}

/// A figure over all items except coverage.
pub(super) fn measure(
    metric: Metric,
    data: &Clustered<Confusion<f64>>,
    facts: &LabelFacts,
    level: Level,
) -> Measured {
    if let Metric::StuartMaxwellP | Metric::BowkerP = metric {
        let total = data
            .total()
            .filter(|total| total.size() > 0.0)
            .ok_or(Undefined::NoItems)?;
        let value = value(metric, &total, facts)?;
        return Ok(interval::without_interval(data, value, level));
    }
    if share(metric, &Confusion::new(facts.n_labels), facts).is_some() {
        let shares = data.map(|confusion| share(metric, confusion, facts).unwrap_or_default());
        return interval::proportion(&shares, level);
    }
    if metric == Metric::AnsweredCohenKappa && facts.has_abstention() {
        // Rests on the answered items alone, and so do its n, clusters and degrees of freedom.
        let answered = data.map(|confusion| confusion.restricted(&facts.answers));
        let measured = interval::delta(&answered, agreement::cohen_kappa, level)?;
        return Ok(match answered.total() {
            Some(total) => agreement::with_constant_rater_named(measured, &total),
            None => measured,
        });
    }
    let measured = interval::delta(data, |confusion| value(metric, confusion, facts), level)?;
    Ok(match data.total() {
        Some(total) => agreement::with_constant_rater_named(measured, &total),
        None => measured,
    })
}

/// Hits and trials of a metric that is a share of items.
fn share(metric: Metric, confusion: &Confusion<f64>, facts: &LabelFacts) -> Option<Proportion> {
    let all = confusion.total();
    Some(match metric {
        Metric::Agreement | Metric::MicroF1 | Metric::WeightedRecall => {
            Proportion::new(confusion.diagonal(), all)
        }
        Metric::AnsweredAgreement => {
            let answered = confusion.restricted(&facts.answers);
            Proportion::new(answered.diagonal(), answered.total())
        }
        Metric::WithinOne => Proportion::new(n_within_one(confusion), all),
        _ => return None,
    })
}

fn n_within_one(confusion: &Confusion<f64>) -> f64 {
    let n_labels = confusion.n_labels();
    let near = |reference: usize| reference.saturating_sub(1)..(reference + 2).min(n_labels);
    let counts = (0..n_labels).flat_map(|reference| {
        near(reference).map(move |candidate| confusion.count(reference, candidate))
    });
    counts.sum()
}

/// A metric of a confusion matrix, in whatever it is counted.
pub(super) fn value<C: Count>(
    metric: Metric,
    confusion: &Confusion<C>,
    facts: &LabelFacts,
) -> Statistic<C::Real> {
    match metric {
        Metric::Agreement | Metric::MicroF1 | Metric::WeightedRecall => {
            agreement::agreement(confusion)
        }
        Metric::AnsweredAgreement => agreement::agreement(&confusion.restricted(&facts.answers)),
        Metric::AnsweredCohenKappa if facts.has_abstention() => {
            agreement::cohen_kappa(&confusion.restricted(&facts.answers))
        }
        Metric::CohenKappa | Metric::AnsweredCohenKappa => agreement::cohen_kappa(confusion),
        Metric::KappaLinear => ordinal::kappa_linear(confusion),
        Metric::KappaQuadratic => ordinal::kappa_quadratic(confusion),
        Metric::WithinOne => ordinal::within_one(confusion),
        Metric::MeanDifference => ordinal::mean_difference(confusion),
        Metric::ScottPi => agreement::scott_pi(confusion),
        Metric::GwetAc1 => agreement::gwet_ac1(confusion),
        Metric::GwetAc2Linear => ordinal::gwet_ac2_linear(confusion),
        Metric::GwetAc2Quadratic => ordinal::gwet_ac2_quadratic(confusion),
        Metric::BrennanPrediger => agreement::brennan_prediger(confusion),
        Metric::Pabak => agreement::pabak(confusion),
        Metric::KrippendorffAlpha => krippendorff::two_rater_alpha(confusion, Measurement::Nominal),
        Metric::KrippendorffAlphaOrdinal => {
            krippendorff::two_rater_alpha(confusion, Measurement::Ordinal)
        }
        Metric::Mcc => class::mcc(confusion),
        Metric::BalancedAccuracy => class::balanced_accuracy(confusion),
        Metric::MacroPrecision => class::macro_precision(confusion),
        Metric::MacroRecall => class::macro_recall(confusion),
        Metric::MacroF1 => class::macro_f1(confusion),
        Metric::WeightedPrecision => class::weighted_precision(confusion),
        Metric::WeightedF1 => class::weighted_f1(confusion),
        Metric::NoInformationRate => class::no_information_rate(confusion),
        Metric::PrevalenceIndex => agreement::prevalence_index(confusion),
        Metric::BiasIndex => agreement::bias_index(confusion),
        Metric::Spearman => rank::spearman_of_table(confusion),
        Metric::KendallTauB => rank::kendall_tau_b_of_table(confusion),
        Metric::StuartMaxwellP => {
            homogeneity::stuart_maxwell(confusion).map(|test| C::Real::constant(test.p))
        }
        Metric::BowkerP => homogeneity::bowker(confusion).map(|test| C::Real::constant(test.p)),
        Metric::Coverage
        | Metric::Mae
        | Metric::Rmse
        | Metric::Bias
        | Metric::Pearson
        | Metric::Icc21
        | Metric::Icc31
        | Metric::LinCcc
        | Metric::LoaLow
        | Metric::LoaHigh
        | Metric::WithinFactor2
        | Metric::KrippendorffAlphaInterval
        | Metric::KrippendorffAlphaRatio => Err(Undefined::NoItems),
    }
}

/// The figures of each scored label.
pub(super) fn classes(
    data: &Clustered<Confusion<f64>>,
    facts: &LabelFacts,
    level: Level,
) -> Vec<ClassScore> {
    let total = data
        .total()
        .unwrap_or_else(|| Confusion::new(facts.n_labels));
    (0..facts.n_labels)
        .map(|label| ClassScore {
            reference: total.margin(Axis::Reference, label),
            candidate: total.margin(Axis::Candidate, label),
            true_positive: total.count(label, label),
            metrics: ClassMetric::ALL
                .iter()
                .map(|metric| (*metric, class_measure(*metric, data, label, level)))
                .collect(),
        })
        .collect()
}

fn class_measure(
    metric: ClassMetric,
    data: &Clustered<Confusion<f64>>,
    label: usize,
    level: Level,
) -> Measured {
    // The statistic first: it knows why it is undefined.
    let total = data.total().ok_or(Undefined::NoItems)?;
    class_value(metric, &total, label)?;
    match metric {
        ClassMetric::F1 => interval::delta(
            data,
            |confusion| class_value(metric, confusion, label),
            level,
        ),
        _ => interval::proportion(&data.map(|c| class_share(metric, c, label)), level),
    }
}

fn class_share(metric: ClassMetric, confusion: &Confusion<f64>, label: usize) -> Proportion {
    let n = confusion.total();
    let reference = confusion.margin(Axis::Reference, label);
    let candidate = confusion.margin(Axis::Candidate, label);
    let both = confusion.count(label, label);
    let neither = n - reference - candidate + both;
    match metric {
        ClassMetric::Recall => Proportion {
            hits: both,
            trials: reference,
        },
        ClassMetric::Precision | ClassMetric::F1 => Proportion {
            hits: both,
            trials: candidate,
        },
        ClassMetric::Specificity => Proportion {
            hits: neither,
            trials: n - reference,
        },
        ClassMetric::Npv => Proportion {
            hits: neither,
            trials: n - candidate,
        },
    }
}

/// A metric of one label, in whatever it is counted.
pub(super) fn class_value<C: Count>(
    metric: ClassMetric,
    confusion: &Confusion<C>,
    label: usize,
) -> Statistic<C::Real> {
    match metric {
        ClassMetric::Precision => class::precision(confusion, label),
        ClassMetric::Recall => class::recall(confusion, label),
        ClassMetric::F1 => class::f1(confusion, label),
        ClassMetric::Specificity => class::specificity(confusion, label),
        ClassMetric::Npv => class::npv(confusion, label),
    }
}
