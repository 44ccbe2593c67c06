//! Why a statistic has no value. Never NaN, never a silent 0 or 1.

use std::fmt;

/// The reason for which a statistic or an interval does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Undefined {
    /// Nothing was counted.
    NoItems,
    /// Expected agreement or disagreement leaves nothing to compare: 0/0.
    NoVariation,
    /// One of the two labellers used a single label: the value exists, its interval does not.
    OneRaterConstant,
    /// The estimated variance is exactly 0, so no interval can be drawn from it.
    ZeroVariance,
    /// Fewer than two labels are declared.
    SingleCategory,
    /// Neither labeller used the label.
    CategoryNeverUsed,
    /// Neither the reference nor the candidate has the class.
    ClassAbsent,
    /// The reference never has the class.
    NoReferenceItems,
    /// The candidate never gives the class.
    NoPredictedItems,
    /// The reference has nothing but the class.
    NoReferenceNegatives,
    /// The candidate gives nothing but the class.
    NoPredictedNegatives,
    /// Reference or candidate uses one label only.
    ConstantReferenceOrPrediction,
    /// The two sides never differ in being right.
    NoDiscordantPairs,
    /// No item was rated twice.
    NoPairableValues,
    /// Items differ in how often they were rated.
    UnequalNumberOfRatings,
    /// Items of a single cluster (or none) cannot show how much clusters vary.
    FewerThanTwoClusters,
    /// Two items at least are needed.
    FewerThanTwoItems,
    /// A variable takes one value only.
    ConstantInput,
    /// Ranks agree perfectly, so the test statistic divides by 0.
    PerfectRankCorrelation,
    /// Every value is tied with every other.
    AllValuesTied,
    /// A group to compare has no items.
    EmptyGroup,
    /// Columns of the regression determine each other.
    CollinearColumns,
    /// Sensitivity and specificity add up to 1 or less.
    UninformativeClassifier,
    /// The confusion matrix cannot be inverted.
    SingularConfusionMatrix,
    /// Too many resamples left the statistic undefined.
    Unstable,
    /// The statistic is defined on positive numbers only.
    NonPositiveValues,
    /// Exactly two labels must be declared.
    NotBinary,
    /// Two ratings of an item at least are needed.
    FewerThanTwoRatings,
    /// Nobody used the label, or nobody used another.
    CategoryNeverUsedOrOnlyOne,
    /// The covariance of the differences cannot be inverted.
    SingularCovariance,
}

impl Undefined {
    /// Every reason, in the order of their declaration.
    pub const ALL: [Self; 30] = [
        Self::NoItems,
        Self::NoVariation,
        Self::OneRaterConstant,
        Self::ZeroVariance,
        Self::SingleCategory,
        Self::CategoryNeverUsed,
        Self::ClassAbsent,
        Self::NoReferenceItems,
        Self::NoPredictedItems,
        Self::NoReferenceNegatives,
        Self::NoPredictedNegatives,
        Self::ConstantReferenceOrPrediction,
        Self::NoDiscordantPairs,
        Self::NoPairableValues,
        Self::UnequalNumberOfRatings,
        Self::FewerThanTwoClusters,
        Self::FewerThanTwoItems,
        Self::ConstantInput,
        Self::PerfectRankCorrelation,
        Self::AllValuesTied,
        Self::EmptyGroup,
        Self::CollinearColumns,
        Self::UninformativeClassifier,
        Self::SingularConfusionMatrix,
        Self::Unstable,
        Self::NonPositiveValues,
        Self::NotBinary,
        Self::FewerThanTwoRatings,
        Self::CategoryNeverUsedOrOnlyOne,
        Self::SingularCovariance,
    ];

    /// The code of `report.json` and of the reference cases, in snake case.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// The reason as a person reads it, without a full stop.
    pub fn reason(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NoItems => ("no_items", "no items"),
            Self::NoVariation => ("no_variation", "no variation to correct for chance"),
            Self::OneRaterConstant => ("one_rater_constant", "one side uses a single label"),
            Self::ZeroVariance => ("zero_variance", "no variance to draw an interval from"),
            Self::SingleCategory => ("single_category", "fewer than two labels are declared"),
            Self::CategoryNeverUsed => ("category_never_used", "neither side uses the label"),
            Self::ClassAbsent => ("class_absent", "neither side has the class"),
            Self::NoReferenceItems => ("no_reference_items", "the reference never has the class"),
            Self::NoPredictedItems => ("no_predicted_items", "the candidate never gives the class"),
            Self::NoReferenceNegatives => (
                "no_reference_negatives",
                "the reference has nothing but the class",
            ),
            Self::NoPredictedNegatives => (
                "no_predicted_negatives",
                "the candidate gives nothing but the class",
            ),
            Self::ConstantReferenceOrPrediction => (
                "constant_reference_or_prediction",
                "one side uses a single label",
            ),
            Self::NoDiscordantPairs => ("no_discordant_pairs", "no discordant pairs"),
            Self::NoPairableValues => ("no_pairable_values", "no item was rated twice"),
            Self::UnequalNumberOfRatings => (
                "unequal_number_of_ratings",
                "items differ in their number of ratings",
            ),
            Self::FewerThanTwoClusters => ("fewer_than_two_clusters", "fewer than two clusters"),
            Self::FewerThanTwoItems => ("fewer_than_two_items", "fewer than two items"),
            Self::ConstantInput => ("constant_input", "one side never varies"),
            Self::PerfectRankCorrelation => (
                "perfect_rank_correlation",
                "ranks agree perfectly, so no test exists",
            ),
            Self::AllValuesTied => ("all_values_tied", "all values are tied"),
            Self::EmptyGroup => ("empty_group", "a group has no items"),
            Self::CollinearColumns => ("collinear_columns", "columns determine each other"),
            Self::UninformativeClassifier => (
                "uninformative_classifier",
                "sensitivity and specificity add up to 1 or less",
            ),
            Self::SingularConfusionMatrix => (
                "singular_confusion_matrix",
                "the confusion matrix cannot be inverted",
            ),
            Self::Unstable => ("unstable", "undefined in more than half of the resamples"),
            Self::NonPositiveValues => ("non_positive_values", "needs positive numbers"),
            Self::NotBinary => ("not_binary", "other than two labels are declared"),
            Self::FewerThanTwoRatings => (
                "fewer_than_two_ratings",
                "items have fewer than two ratings",
            ),
            Self::CategoryNeverUsedOrOnlyOne => (
                "category_never_used_or_only_one",
                "the label is never used, or no other is",
            ),
            Self::SingularCovariance => (
                "singular_covariance",
                "the covariance of the differences cannot be inverted",
            ),
        }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for Undefined {}
