//! What a paper calls the figures.

use crate::score::{CalibrationMetric, ClassMetric, Metric};
use crate::stat::Method;

/// A figure over all items.
pub(super) fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::Agreement => "Agreement",
        Metric::Coverage => "Coverage",
        Metric::AnsweredAgreement => "Agreement, both answered",
        Metric::AnsweredCohenKappa => "Cohen’s κ, both answered",
        Metric::CohenKappa => "Cohen’s κ",
        Metric::KappaLinear => "Weighted κ, linear",
        Metric::KappaQuadratic => "Weighted κ, quadratic",
        Metric::WithinOne => "Within one level",
        Metric::MeanDifference => "Mean difference in levels",
        Metric::ScottPi => "Scott’s π",
        Metric::GwetAc1 => "Gwet’s AC1",
        Metric::GwetAc2Linear => "Gwet’s AC2, linear",
        Metric::GwetAc2Quadratic => "Gwet’s AC2, quadratic",
        Metric::BrennanPrediger => "Brennan–Prediger S",
        Metric::KrippendorffAlpha => "Krippendorff’s α",
        Metric::KrippendorffAlphaOrdinal => "Krippendorff’s α, ordinal",
        Metric::Mcc => "Matthews correlation (R_K)",
        Metric::BalancedAccuracy => "Balanced accuracy",
        Metric::MacroPrecision => "Macro precision",
        Metric::MacroRecall => "Macro recall",
        Metric::MacroF1 => "Macro F1",
        Metric::MicroF1 => "Micro F1",
        Metric::WeightedPrecision => "Weighted precision",
        Metric::WeightedRecall => "Weighted recall",
        Metric::WeightedF1 => "Weighted F1",
        Metric::NoInformationRate => "Largest class of the reference",
        Metric::StuartMaxwellP => "Stuart–Maxwell test, p",
        Metric::BowkerP => "Bowker’s test, p",
        Metric::Pabak => "PABAK",
        Metric::PrevalenceIndex => "Prevalence index",
        Metric::BiasIndex => "Bias index",
        Metric::Mae => "Mean absolute error",
        Metric::Rmse => "Root mean square error",
        Metric::Bias => "Bias",
        Metric::Spearman => "Spearman’s ρ",
        Metric::Pearson => "Pearson’s r",
        Metric::KendallTauB => "Kendall’s τ-b",
        Metric::Icc21 => "ICC(2,1)",
        Metric::Icc31 => "ICC(3,1)",
        Metric::LinCcc => "Lin’s concordance",
        Metric::LoaLow => "Bland–Altman limit, lower",
        Metric::LoaHigh => "Bland–Altman limit, upper",
        Metric::WithinFactor2 => "Within a factor of 2",
        Metric::KrippendorffAlphaInterval => "Krippendorff’s α, interval",
        Metric::KrippendorffAlphaRatio => "Krippendorff’s α, ratio",
    }
}

/// A figure of one class.
pub(super) fn of_class(metric: ClassMetric) -> &'static str {
    match metric {
        ClassMetric::Precision => "Precision",
        ClassMetric::Recall => "Recall",
        ClassMetric::F1 => "F1",
        ClassMetric::Specificity => "Specificity",
        ClassMetric::Npv => "NPV",
    }
}

/// A figure of confidence.
fn of_confidence(metric: CalibrationMetric) -> &'static str {
    match metric {
        CalibrationMetric::Accuracy => "Share right",
        CalibrationMetric::MeanConfidence => "Mean confidence",
        CalibrationMetric::Overconfidence => "Overconfidence",
        CalibrationMetric::Ece => "ECE",
        CalibrationMetric::EceByChance => "ECE by chance",
        CalibrationMetric::EceEqualMass => "ECE, equal mass",
        CalibrationMetric::Mce => "MCE",
        CalibrationMetric::Brier => "Brier score",
        CalibrationMetric::BrierSkill => "Brier skill score",
        CalibrationMetric::Auroc => "AUROC",
    }
}

/// A key as people write it, where it is one.
pub(super) fn of_key(key: &str) -> Option<&'static str> {
    let overall = Metric::from_key(key).map(metric);
    overall
        .or_else(|| ClassMetric::from_key(key).map(of_class))
        .or_else(|| CalibrationMetric::from_key(key).map(of_confidence))
}

/// Words that begin with a key, with the figure's name in its place.
pub(super) fn of_words(words: &str) -> String {
    let (key, rest) = words.split_once(' ').unwrap_or((words, ""));
    match of_key(key) {
        Some(name) => format!("{name} {rest}").trim_end().to_owned(),
        None => words.to_owned(),
    }
}

/// The title of a column as people write it, where it is not a name from the data.
pub(super) fn of_title(title: &str) -> Option<String> {
    let begins = ["effect per ", "mean, labels of ", "labels of ", "against "];
    if begins.iter().any(|begin| title.starts_with(begin)) {
        return Some(super::sections::capital(title));
    }
    let known = match title {
        "class" => "Label",
        "reference" => "Ref.",
        "candidate" => "Cand.",
        "slice" => "Slice",
        "value" => "Value",
        "scored" => "Scored",
        "clusters" => "Clusters",
        "telemetry rule" => "Rule",
        "labelled" => "Labelled",
        "holds" => "Holds",
        "found" => "Found",
        "contrast" => "Contrast",
        "holds on reference" => "Holds on reference",
        "not recorded" => "Not recorded",
        "gate" => "Verdict",
        "measured" => "Measured",
        "better by" => "Better by",
        "direction" => "Direction",
        "expected" => "Expected",
        "small-sample interval" => "Small-sample interval",
        "on reference" => "On reference",
        "items" => "Items",
        "label" => "Label",
        "step" => "Step",
        "other things equal" => "Other things equal",
        "figure" => "Figure",
        words => return Some(of_words(words)).filter(|named| named != words),
    };
    Some(known.to_owned())
}

/// How an interval was made.
pub(super) fn method(method: Method) -> &'static str {
    match method {
        Method::Wilson => "Wilson",
        Method::ClusteredWilson => "Wilson at the effective sample size of clusters",
        Method::ExchangeableWilson => {
            "Wilson at the effective sample size of exchangeable clusters"
        }
        Method::Delta => "delta method",
        Method::ClusteredDelta => "clustered delta method",
        Method::ClusterJackknife => "cluster jackknife",
        Method::GroupedJackknife => "jackknife of groups of clusters",
        Method::ClusterBootstrap => "cluster bootstrap",
        Method::Cr1 => "t on the CR1 error of a regression",
        Method::Cr2 => "t on the CR2 error, Bell–McCaffrey degrees of freedom",
        Method::Tango => "Tango",
        Method::ClusteredTango => "Tango at the effective sample size of clusters",
        Method::ExchangeableTango => "Tango at the effective sample size of exchangeable clusters",
    }
}
