//! The closed lists of metrics, with the facts that reports and gates go by.
//!
//! To add a metric: a function in `stat`, a variant here (the compiler lists what is missing), its
//! place in the scorecard of its scheme, a golden case and a line in `docs/statistics.md`.

/// Which way a metric is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Nearer to 0 is better.
    NearZero,
    /// It describes; neither is better.
    Neither,
}

macro_rules! metrics {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $key:literal, $direction:ident, $low:expr, $high:expr;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every variant, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in `report.json`, in gates and in the documentation.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }

            /// Which way it is better.
            pub fn direction(self) -> Direction {
                match self { $(Self::$variant => Direction::$direction,)+ }
            }

            /// The range of its values.
            pub fn range(self) -> (f64, f64) {
                match self { $(Self::$variant => ($low, $high),)+ }
            }

            /// The metric of this name.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|metric| metric.key() == key)
            }
        }
    };
}

const INFINITY: f64 = f64::INFINITY;

metrics! {
    /// A figure over all scored items.
    Metric {
        /// Share of items with the same label on both sides.
        Agreement = "agreement", Higher, 0.0, 1.0;
        /// Share of items that got a label other than an abstention.
        Coverage = "coverage", Higher, 0.0, 1.0;
        /// Agreement on items where neither side abstained.
        AnsweredAgreement = "answered_agreement", Higher, 0.0, 1.0;
        /// Cohen's kappa on items where neither side abstained.
        AnsweredCohenKappa = "answered_cohen_kappa", Higher, -1.0, 1.0;
        /// Cohen's kappa.
        CohenKappa = "cohen_kappa", Higher, -1.0, 1.0;
        /// Cohen's kappa with linear weights.
        KappaLinear = "kappa_linear", Higher, -1.0, 1.0;
        /// Cohen's kappa with quadratic weights.
        KappaQuadratic = "kappa_quadratic", Higher, -1.0, 1.0;
        /// Share of items at most one level apart.
        WithinOne = "within_one", Higher, 0.0, 1.0;
        /// Mean of candidate minus reference, in levels.
        MeanDifference = "mean_difference", NearZero, -INFINITY, INFINITY;
        /// Scott's pi.
        ScottPi = "scott_pi", Higher, -1.0, 1.0;
        /// Gwet's AC1.
        GwetAc1 = "gwet_ac1", Higher, -1.0, 1.0;
        /// Gwet's AC2 with linear weights.
        GwetAc2Linear = "gwet_ac2_linear", Higher, -1.0, 1.0;
        /// Gwet's AC2 with quadratic weights.
        GwetAc2Quadratic = "gwet_ac2_quadratic", Higher, -1.0, 1.0;
        /// Brennan and Prediger's coefficient.
        BrennanPrediger = "brennan_prediger", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, nominal.
        KrippendorffAlpha = "krippendorff_alpha", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, ordinal.
        KrippendorffAlphaOrdinal = "krippendorff_alpha_ordinal", Higher, -1.0, 1.0;
        /// Matthews correlation (Gorodkin's R_K).
        Mcc = "mcc", Higher, -1.0, 1.0;
        /// Mean recall over classes of the reference.
        BalancedAccuracy = "balanced_accuracy", Higher, 0.0, 1.0;
        /// Mean precision over classes that occur.
        MacroPrecision = "macro_precision", Higher, 0.0, 1.0;
        /// Mean recall over classes that occur.
        MacroRecall = "macro_recall", Higher, 0.0, 1.0;
        /// Mean F1 over classes that occur.
        MacroF1 = "macro_f1", Higher, 0.0, 1.0;
        /// F1 of pooled decisions; equals agreement.
        MicroF1 = "micro_f1", Higher, 0.0, 1.0;
        /// Precision weighted by reference counts.
        WeightedPrecision = "weighted_precision", Higher, 0.0, 1.0;
        /// Recall weighted by reference counts.
        WeightedRecall = "weighted_recall", Higher, 0.0, 1.0;
        /// F1 weighted by reference counts.
        WeightedF1 = "weighted_f1", Higher, 0.0, 1.0;
        /// Share of the most frequent reference label.
        NoInformationRate = "no_information_rate", Neither, 0.0, 1.0;
        /// p-value of Stuart and Maxwell's test of equal margins.
        StuartMaxwellP = "stuart_maxwell_p", Neither, 0.0, 1.0;
        /// p-value of Bowker's test of symmetry.
        BowkerP = "bowker_p", Neither, 0.0, 1.0;
        /// Prevalence- and bias-adjusted kappa of a binary scheme.
        Pabak = "pabak", Higher, -1.0, 1.0;
        /// Difference of the two agreeing cells of a binary scheme.
        PrevalenceIndex = "prevalence_index", Neither, -1.0, 1.0;
        /// Difference of the two disagreeing cells of a binary scheme.
        BiasIndex = "bias_index", Neither, -1.0, 1.0;
        /// Mean absolute error.
        Mae = "mae", Lower, 0.0, INFINITY;
        /// Root of the mean squared error.
        Rmse = "rmse", Lower, 0.0, INFINITY;
        /// Mean of candidate minus reference.
        Bias = "bias", NearZero, -INFINITY, INFINITY;
        /// Spearman's rank correlation.
        Spearman = "spearman", Higher, -1.0, 1.0;
        /// Pearson's correlation.
        Pearson = "pearson", Higher, -1.0, 1.0;
        /// Kendall's tau-b.
        KendallTauB = "kendall_tau_b", Higher, -1.0, 1.0;
        /// Intraclass correlation, two-way random, absolute agreement, single rating.
        Icc21 = "icc_2_1", Higher, -1.0, 1.0;
        /// Intraclass correlation, two-way mixed, consistency, single rating.
        Icc31 = "icc_3_1", Higher, -1.0, 1.0;
        /// Lin's concordance correlation.
        LinCcc = "lin_ccc", Higher, -1.0, 1.0;
        /// Lower Bland–Altman limit of agreement.
        LoaLow = "loa_low", Neither, -INFINITY, INFINITY;
        /// Upper Bland–Altman limit of agreement.
        LoaHigh = "loa_high", Neither, -INFINITY, INFINITY;
        /// Share of items within a factor of two.
        WithinFactor2 = "within_factor_2", Higher, 0.0, 1.0;
        /// Krippendorff's alpha, interval.
        KrippendorffAlphaInterval = "krippendorff_alpha_interval", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, ratio.
        KrippendorffAlphaRatio = "krippendorff_alpha_ratio", Higher, -1.0, 1.0;
    }
}

metrics! {
    /// A figure of one class.
    ClassMetric {
        /// Of items the candidate put in the class, the share that belong there.
        Precision = "precision", Higher, 0.0, 1.0;
        /// Of items that belong to the class, the share the candidate put there.
        Recall = "recall", Higher, 0.0, 1.0;
        /// Harmonic mean of precision and recall.
        F1 = "f1", Higher, 0.0, 1.0;
        /// Of items outside the class, the share the candidate kept out.
        Specificity = "specificity", Higher, 0.0, 1.0;
        /// Of items the candidate kept out of the class, the share that belong outside.
        Npv = "npv", Higher, 0.0, 1.0;
    }
}

metrics! {
    /// A figure of one telemetry rule.
    RuleMetric {
        /// Of items labelled as the rule says, the share whose telemetry is as expected.
        Holds = "holds", Higher, 0.0, 1.0;
        /// Of items whose telemetry is as expected, the share labelled as the rule says.
        Found = "found", Higher, 0.0, 1.0;
        /// `holds` minus the share with the expected telemetry among all other items.
        Contrast = "contrast", Higher, -1.0, 1.0;
        /// Correlation of label and telemetry.
        Phi = "phi", Higher, -1.0, 1.0;
        /// Cohen's kappa of label and telemetry.
        CohenKappa = "cohen_kappa", Higher, -1.0, 1.0;
    }
}

metrics! {
    /// A figure of any number of raters, none of whom is taken as right.
    RaterMetric {
        /// Mean over items of the share of pairs of ratings that agree.
        Agreement = "agreement", Higher, 0.0, 1.0;
        /// Fleiss' kappa.
        FleissKappa = "fleiss_kappa", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, nominal.
        KrippendorffAlpha = "krippendorff_alpha", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, ordinal.
        KrippendorffAlphaOrdinal = "krippendorff_alpha_ordinal", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, interval.
        KrippendorffAlphaInterval = "krippendorff_alpha_interval", Higher, -1.0, 1.0;
        /// Krippendorff's alpha, ratio.
        KrippendorffAlphaRatio = "krippendorff_alpha_ratio", Higher, -1.0, 1.0;
        /// Gwet's AC1.
        GwetAc1 = "gwet_ac1", Higher, -1.0, 1.0;
    }
}

metrics! {
    /// A figure of how sure a labeller says it is.
    CalibrationMetric {
        /// Share of items that are right.
        Accuracy = "accuracy", Higher, 0.0, 1.0;
        /// Mean confidence.
        MeanConfidence = "mean_confidence", Neither, 0.0, 1.0;
        /// Mean confidence less the share that is right.
        Overconfidence = "overconfidence", NearZero, -1.0, 1.0;
        /// Expected calibration error over ten bins of equal width.
        Ece = "ece", Lower, 0.0, 1.0;
        /// What that would be on average by chance alone, if every confidence were true.
        EceByChance = "ece_by_chance", Neither, 0.0, 1.0;
        /// Expected calibration error over ten bins of equal number.
        EceEqualMass = "ece_equal_mass", Lower, 0.0, 1.0;
        /// Maximum calibration error over the bins of equal width.
        Mce = "mce", Lower, 0.0, 1.0;
        /// Brier score.
        Brier = "brier", Lower, 0.0, 1.0;
        /// Brier skill score.
        BrierSkill = "brier_skill", Higher, -INFINITY, 1.0;
        /// Area under the ROC curve: whether confidence tells right from wrong.
        Auroc = "auroc", Higher, 0.0, 1.0;
    }
}

impl RaterMetric {
    /// Whether raters of such labels or numbers have the metric.
    pub fn applies_to(self, kind: SchemeKind) -> bool {
        match self {
            Self::Agreement | Self::FleissKappa | Self::KrippendorffAlpha | Self::GwetAc1 => {
                kind != SchemeKind::Numeric
            }
            Self::KrippendorffAlphaOrdinal => matches!(kind, SchemeKind::Ordinal { .. }),
            Self::KrippendorffAlphaInterval | Self::KrippendorffAlphaRatio => {
                kind == SchemeKind::Numeric
            }
        }
    }
}

impl Metric {
    /// Whether a scheme with `n_labels` scored labels (`None`: not labels) has the metric.
    pub fn applies_to(self, kind: SchemeKind) -> bool {
        use Metric::{
            AnsweredAgreement, AnsweredCohenKappa, Bias, BiasIndex, GwetAc2Linear,
            GwetAc2Quadratic, Icc21, Icc31, KappaLinear, KappaQuadratic, KendallTauB,
            KrippendorffAlphaInterval, KrippendorffAlphaOrdinal, KrippendorffAlphaRatio, LinCcc,
            LoaHigh, LoaLow, Mae, MeanDifference, Pabak, Pearson, PrevalenceIndex, Rmse, Spearman,
            WithinFactor2, WithinOne,
        };
        match (self, kind) {
            (Self::Coverage, _) => true,
            (Spearman | KendallTauB, SchemeKind::Ordinal { .. }) => true,
            (
                Mae
                | Rmse
                | Bias
                | Spearman
                | Pearson
                | KendallTauB
                | Icc21
                | Icc31
                | LinCcc
                | LoaLow
                | LoaHigh
                | WithinFactor2
                | KrippendorffAlphaInterval
                | KrippendorffAlphaRatio,
                _,
            ) => kind == SchemeKind::Numeric,
            (
                KappaLinear
                | KappaQuadratic
                | GwetAc2Linear
                | GwetAc2Quadratic
                | KrippendorffAlphaOrdinal
                | WithinOne
                | MeanDifference,
                _,
            ) => matches!(kind, SchemeKind::Ordinal { .. }),
            (
                Pabak | PrevalenceIndex | BiasIndex,
                SchemeKind::Nominal { n_labels } | SchemeKind::Ordinal { n_labels },
            ) => n_labels == 2,
            (AnsweredAgreement | AnsweredCohenKappa, _) | (_, _) => kind != SchemeKind::Numeric,
        }
    }
}

/// What decides which metrics a scheme has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// Labels without order.
    Nominal {
        /// How many labels are scored.
        n_labels: usize,
    },
    /// Labels in order.
    Ordinal {
        /// How many labels are scored.
        n_labels: usize,
    },
    /// Numbers; each share of a decisions scheme is one.
    Numeric,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_found_by_its_key() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_key(metric.key()), Some(*metric));
        }
    }

    #[test]
    fn kappa_cannot_be_asked_of_numbers_nor_errors_of_labels() {
        let nominal = SchemeKind::Nominal { n_labels: 3 };
        assert!(!Metric::CohenKappa.applies_to(SchemeKind::Numeric));
        assert!(!Metric::Mae.applies_to(nominal));
        assert!(!Metric::WithinOne.applies_to(nominal));
        assert!(!Metric::Pabak.applies_to(nominal));
        assert!(Metric::Spearman.applies_to(SchemeKind::Ordinal { n_labels: 5 }));
    }
}
