//! The figures of nominal and ordinal schemes, from clustered confusion matrices.

use super::sample::Sample;
use super::{ClassMetric, ClassScore, Figure, Intervals, Measured, Metric, Resamples, SchemeKind};
use crate::align::{LabelPair, LabelTrio};
use crate::model::LabelSet;
use crate::stat::interval::{self, Proportion};
use crate::stat::krippendorff::Measurement;
use crate::stat::{
    Axis, Confusion, Count, Paired, Real, Sparse, Statistic, Undefined, agreement, class,
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

/// The clusters' confusion matrices of both sides of a comparison.
pub(super) fn paired_confusions(
    sample: &Sample<'_>,
    facts: &LabelFacts,
    trios: &[LabelTrio],
) -> Sparse<Paired<Confusion<f64>>> {
    let empty = Confusion::new(facts.n_labels);
    let empty = Paired {
        baseline: empty.clone(),
        candidate: empty,
    };
    sample.sparse(
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

/// The clusters' confusion matrices, and what is made of them.
pub(super) struct LabelData<'a> {
    facts: &'a LabelFacts,
    intervals: &'a Intervals,
    confusions: Sparse<Confusion<f64>>,
    resamples: Resamples<Figure>,
}

impl<'a> LabelData<'a> {
    pub(super) fn new(
        sample: &'a Sample<'_>,
        facts: &'a LabelFacts,
        pairs: &[LabelPair],
        figures: &[Figure],
    ) -> Self {
        let confusions = sample.sparse(
            &Confusion::new(facts.n_labels),
            pairs,
            |pair| pair.item,
            |confusion, pair, w| {
                confusion.count_pair(pair.reference, pair.candidate, w);
            },
        );
        let intervals = &sample.intervals;
        let figures: Vec<Figure> = figures
            .iter()
            .copied()
            .filter(|figure| !is_p_value(*figure))
            .collect();
        let value = |figure, total: &Confusion<f64>| figure_value(figure, total, facts);
        Self {
            resamples: Resamples::of(&confusions, intervals, &figures, value),
            facts,
            intervals,
            confusions,
        }
    }

    /// All items' matrix.
    pub(super) fn total(&self) -> &Confusion<f64> {
        self.confusions.total()
    }

    /// A figure over all items except coverage, or one of a label.
    pub(super) fn measure(&self, figure: Figure) -> Measured {
        if self.confusions.n_clusters() == 0 {
            return Err(Undefined::NoItems);
        }
        // The statistic first: it knows why it is undefined.
        let value = figure_value(figure, self.total(), self.facts)?;
        let level = self.intervals.level;
        let data = &self.confusions;
        if is_p_value(figure) {
            return Ok(interval::without_interval(data.design(), value, level));
        }
        if figure == Figure::Overall(Metric::AnsweredCohenKappa) && self.facts.has_abstention() {
            return self.answered_cohen_kappa();
        }
        let share = |confusion: &Confusion<f64>| share(figure, confusion, self.facts);
        let measured = if share(self.total()).is_some() {
            let shares = data.proportions(|confusion| share(confusion).unwrap_or_default());
            self.intervals.share(&shares, level)
        } else {
            let value = |confusion: &Confusion<_>| figure_value(figure, confusion, self.facts);
            interval::delta_of_sparse(data, value, level)
        };
        let measured = self.resamples.onto(figure, measured, level)?;
        Ok(match figure {
            Figure::Overall(_) => agreement::with_constant_rater_named(measured, self.total()),
            _ => measured,
        })
    }

    /// Rests on the answered items alone, and so do its n, clusters and degrees of freedom.
    fn answered_cohen_kappa(&self) -> Measured {
        let answers = &self.facts.answers;
        let restricted = |confusion: &Confusion<f64>| confusion.restricted(answers);
        let answered = self.confusions.map(restricted);
        let level = self.intervals.level;
        let measured = interval::delta_of_sparse(&answered, agreement::cohen_kappa, level);
        let figure = Figure::Overall(Metric::AnsweredCohenKappa);
        let measured = self.resamples.onto(figure, measured, level)?;
        Ok(agreement::with_constant_rater_named(
            measured,
            answered.total(),
        ))
    }

    /// The figures of each scored label.
    pub(super) fn classes(&self) -> Vec<ClassScore> {
        let total = self.total();
        let metrics = |label| {
            let measured = |metric| self.measure(Figure::Class(label, metric));
            let all = ClassMetric::ALL.iter();
            all.map(|metric| (*metric, measured(*metric))).collect()
        };
        (0..self.facts.n_labels)
            .map(|label| ClassScore {
                reference: Some(total.margin(Axis::Reference, label)),
                candidate: Some(total.margin(Axis::Candidate, label)),
                true_positive: Some(total.count(label, label)),
                metrics: metrics(label),
            })
            .collect()
    }
}

/// The figures over all items except coverage, which needs no reference.
pub(super) fn overall(kind: SchemeKind) -> impl Iterator<Item = Metric> {
    let all = Metric::ALL.iter().copied();
    all.filter(move |metric| metric.applies_to(kind) && *metric != Metric::Coverage)
}

/// The figures of each scored label.
pub(super) fn of_classes(n_labels: usize) -> impl Iterator<Item = Figure> {
    (0..n_labels).flat_map(|label| {
        let metrics = ClassMetric::ALL.iter();
        metrics.map(move |metric| Figure::Class(label, *metric))
    })
}

fn is_p_value(figure: Figure) -> bool {
    matches!(
        figure,
        Figure::Overall(Metric::StuartMaxwellP | Metric::BowkerP)
    )
}

/// A figure of a confusion matrix, in whatever it is counted.
pub(super) fn figure_value<C: Count>(
    figure: Figure,
    confusion: &Confusion<C>,
    facts: &LabelFacts,
) -> Statistic<C::Real> {
    match figure {
        Figure::Overall(metric) => value(metric, confusion, facts),
        Figure::Class(label, metric) => class_value(metric, confusion, label),
        Figure::Share(..) | Figure::Rule(..) => Err(Undefined::NoItems),
    }
}

/// Hits and trials of a figure that is a share of items.
fn share(figure: Figure, confusion: &Confusion<f64>, facts: &LabelFacts) -> Option<Proportion> {
    let all = confusion.total();
    match figure {
        Figure::Overall(Metric::Agreement | Metric::MicroF1 | Metric::WeightedRecall) => {
            Some(Proportion::new(confusion.diagonal(), all))
        }
        Figure::Overall(Metric::AnsweredAgreement) => {
            let answered = confusion.restricted(&facts.answers);
            Some(Proportion::new(answered.diagonal(), answered.total()))
        }
        Figure::Overall(Metric::WithinOne) => Some(Proportion::new(n_within_one(confusion), all)),
        Figure::Class(label, metric) => class_share(metric, confusion, label),
        _ => None,
    }
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
fn value<C: Count>(
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

fn class_share(
    metric: ClassMetric,
    confusion: &Confusion<f64>,
    label: usize,
) -> Option<Proportion> {
    let n = confusion.total();
    let reference = confusion.margin(Axis::Reference, label);
    let candidate = confusion.margin(Axis::Candidate, label);
    let both = confusion.count(label, label);
    let neither = n - reference - candidate + both;
    let (hits, trials) = match metric {
        ClassMetric::Recall => (both, reference),
        ClassMetric::Precision => (both, candidate),
        ClassMetric::Specificity => (neither, n - reference),
        ClassMetric::Npv => (neither, n - candidate),
        ClassMetric::F1 => return None,
    };
    Some(Proportion { hits, trials })
}

/// A metric of one label, in whatever it is counted.
fn class_value<C: Count>(
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
