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
    /// Three items at least are needed.
    FewerThanThreeItems,
    /// Two groups at least are needed.
    FewerThanTwoGroups,
    /// Two items and two raters at least are needed.
    FewerThanTwoItemsOrRaters,
    /// Every pair of items is tied on one side or the other.
    NoUntiedPairs,
    /// The numbers are too large to compute with.
    NonFiniteValues,
    /// No cluster has two items, so nothing shows how alike its items are.
    AllClustersHaveOneItem,
    /// As many columns as items leave no residual.
    NoResidualDegreesOfFreedom,
    /// A bin has no items.
    EmptyBin,
    /// Every item is right, or every item is wrong.
    ConstantOutcome,
    /// A class that accuracy is measured on has no reference items.
    NoReferenceItemsInAClass,
    /// The validation sample has no reference item of a class.
    ReferenceClassAbsentFromValidation,
    /// A class predicted on the target was never predicted on the validation sample.
    PredictedClassAbsentFromValidation,
    /// Every prediction is the same, so they say nothing about items.
    ConstantPredictions,
    /// No p-value is present.
    NoTests,
    /// An item has no rating.
    ItemWithoutRatings,
    /// The evidence never reached the bound.
    NeverRejected,
    /// The supposed difference does not lie inside the margin.
    AlternativeNotInsideMargin,
    /// No item has a label of the rule.
    NoSessionsWithLabel,
    /// Every item has a label of the rule.
    NoSessionsWithoutLabel,
    /// No item meets the telemetry expectation.
    TelemetryNeverFires,
    /// The two sides are not correlated at all.
    ZeroCorrelation,
    /// No resample left the statistic defined.
    NoDefinedResample,
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
    pub const ALL: [Self; 52] = [
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
        Self::FewerThanThreeItems,
        Self::FewerThanTwoGroups,
        Self::FewerThanTwoItemsOrRaters,
        Self::NoUntiedPairs,
        Self::NonFiniteValues,
        Self::AllClustersHaveOneItem,
        Self::NoResidualDegreesOfFreedom,
        Self::EmptyBin,
        Self::ConstantOutcome,
        Self::NoReferenceItemsInAClass,
        Self::ReferenceClassAbsentFromValidation,
        Self::PredictedClassAbsentFromValidation,
        Self::ConstantPredictions,
        Self::NoTests,
        Self::ItemWithoutRatings,
        Self::NeverRejected,
        Self::AlternativeNotInsideMargin,
        Self::NoSessionsWithLabel,
        Self::NoSessionsWithoutLabel,
        Self::TelemetryNeverFires,
        Self::ZeroCorrelation,
        Self::NoDefinedResample,
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
            Self::FewerThanThreeItems => ("fewer_than_three_items", "fewer than three items"),
            Self::FewerThanTwoGroups => ("fewer_than_two_groups", "fewer than two groups"),
            Self::FewerThanTwoItemsOrRaters => (
                "fewer_than_two_items_or_raters",
                "fewer than two items or raters",
            ),
            Self::NoUntiedPairs => ("no_untied_pairs", "every pair is tied on one side"),
            Self::NonFiniteValues => ("non_finite_values", "numbers too large to compute with"),
            Self::AllClustersHaveOneItem => {
                ("all_clusters_have_one_item", "no cluster has two items")
            }
            Self::NoResidualDegreesOfFreedom => {
                ("no_residual_degrees_of_freedom", "as many columns as items")
            }
            Self::EmptyBin => ("empty_bin", "no items in this bin"),
            Self::ConstantOutcome => ("constant_outcome", "every outcome is the same"),
            Self::NoReferenceItemsInAClass => (
                "no_reference_items_in_a_class",
                "a class has no reference items",
            ),
            Self::ReferenceClassAbsentFromValidation => (
                "reference_class_absent_from_validation",
                "a reference class is absent from the validation sample",
            ),
            Self::PredictedClassAbsentFromValidation => (
                "predicted_class_absent_from_validation",
                "a predicted class is absent from the validation sample",
            ),
            Self::ConstantPredictions => ("constant_predictions", "every prediction is the same"),
            Self::NoTests => ("no_tests", "no tests"),
            Self::ItemWithoutRatings => ("item_without_ratings", "an item has no rating"),
            Self::NeverRejected => ("never_rejected", "the evidence never reached the bound"),
            Self::AlternativeNotInsideMargin => (
                "alternative_not_inside_margin",
                "the supposed difference is not inside the margin",
            ),
            Self::NoSessionsWithLabel => {
                ("no_sessions_with_label", "no item has a label of the rule")
            }
            Self::NoSessionsWithoutLabel => (
                "no_sessions_without_label",
                "every item has a label of the rule",
            ),
            Self::NoDefinedResample => ("no_defined_resample", "undefined in every resample"),
            Self::ZeroCorrelation => ("zero_correlation", "no correlation"),
            Self::TelemetryNeverFires => (
                "telemetry_never_fires",
                "no item meets the telemetry expectation",
            ),
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
