//! Why a statistic has no value. Never NaN, never a silent 0 or 1.

use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal, $reason:literal;)+) => {
        /// The reason for which a statistic or an interval does not exist.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Undefined {
            $($(#[$doc])+ $variant,)+
        }

        impl Undefined {
            /// Every reason, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code of `report.json` and of the reference cases, in snake case.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The reason as a person reads it, without a full stop.
            pub fn reason(self) -> &'static str {
                match self { $(Self::$variant => $reason,)+ }
            }
        }
    };
}

reasons! {
    /// Too few clusters are behind it, or behind something that it would give away.
    Suppressed = "suppressed", "hidden, as it rests on too few clusters or would give away what does";
    /// Nothing was counted.
    NoItems = "no_items", "no items";
    /// Expected agreement or disagreement leaves nothing to compare: 0/0.
    NoVariation = "no_variation", "no variation to correct for chance";
    /// One of the two labellers used a single label: the value exists, its interval does not.
    OneRaterConstant = "one_rater_constant", "one side uses a single label";
    /// The estimated variance is exactly 0, so no interval can be drawn from it.
    ZeroVariance = "zero_variance", "no variance to draw an interval from";
    /// Fewer than two labels are declared.
    SingleCategory = "single_category", "fewer than two labels are declared";
    /// Neither labeller used the label.
    CategoryNeverUsed = "category_never_used", "neither side uses the label";
    /// Neither the reference nor the candidate has the class.
    ClassAbsent = "class_absent", "neither side has the class";
    /// The reference never has the class.
    NoReferenceItems = "no_reference_items", "the reference never has the class";
    /// The candidate never gives the class.
    NoPredictedItems = "no_predicted_items", "the candidate never gives the class";
    /// The reference has nothing but the class.
    NoReferenceNegatives = "no_reference_negatives", "the reference has nothing but the class";
    /// The candidate gives nothing but the class.
    NoPredictedNegatives = "no_predicted_negatives", "the candidate gives nothing but the class";
    /// Reference or candidate uses one label only.
    ConstantReferenceOrPrediction = "constant_reference_or_prediction", "one side uses a single label";
    /// The two sides never differ in being right.
    NoDiscordantPairs = "no_discordant_pairs", "no discordant pairs";
    /// No item was rated twice.
    NoPairableValues = "no_pairable_values", "no item was rated twice";
    /// Items differ in how often they were rated.
    UnequalNumberOfRatings = "unequal_number_of_ratings", "items differ in their number of ratings";
    /// Items of a single cluster (or none) cannot show how much clusters vary.
    FewerThanTwoClusters = "fewer_than_two_clusters", "fewer than two clusters";
    /// Two items at least are needed.
    FewerThanTwoItems = "fewer_than_two_items", "fewer than two items";
    /// A variable takes one value only.
    ConstantInput = "constant_input", "one side never varies";
    /// Ranks agree perfectly, so the test statistic divides by 0.
    PerfectRankCorrelation = "perfect_rank_correlation", "ranks agree perfectly, so no test exists";
    /// Every value is tied with every other.
    AllValuesTied = "all_values_tied", "all values are tied";
    /// A group to compare has no items.
    EmptyGroup = "empty_group", "a group has no items";
    /// Columns of the regression determine each other.
    CollinearColumns = "collinear_columns", "columns determine each other";
    /// Sensitivity and specificity add up to 1 or less.
    UninformativeClassifier = "uninformative_classifier", "sensitivity and specificity add up to 1 or less";
    /// The confusion matrix cannot be inverted.
    SingularConfusionMatrix = "singular_confusion_matrix", "the confusion matrix cannot be inverted";
    /// Too many resamples left the statistic undefined.
    Unstable = "unstable", "undefined in more than half of the resamples";
    /// The statistic is defined on positive numbers only.
    NonPositiveValues = "non_positive_values", "needs positive numbers";
    /// Three items at least are needed.
    FewerThanThreeItems = "fewer_than_three_items", "fewer than three items";
    /// Two groups at least are needed.
    FewerThanTwoGroups = "fewer_than_two_groups", "fewer than two groups";
    /// Two items and two raters at least are needed.
    FewerThanTwoItemsOrRaters = "fewer_than_two_items_or_raters", "fewer than two items or raters";
    /// Every pair of items is tied on one side or the other.
    NoUntiedPairs = "no_untied_pairs", "every pair is tied on one side";
    /// The numbers are too large to compute with.
    NonFiniteValues = "non_finite_values", "numbers too large to compute with";
    /// No cluster has two items, so nothing shows how alike its items are.
    AllClustersHaveOneItem = "all_clusters_have_one_item", "no cluster has two items";
    /// As many columns as items leave no residual.
    NoResidualDegreesOfFreedom = "no_residual_degrees_of_freedom", "as many columns as items";
    /// Something is to be held constant that nothing is known of.
    ControlNotAnswered = "control_not_answered", "a classifier that is held constant has no answers here";
    /// A bin has no items.
    EmptyBin = "empty_bin", "no items in this bin";
    /// Every item is right, or every item is wrong.
    ConstantOutcome = "constant_outcome", "every outcome is the same";
    /// A class that accuracy is measured on has no reference items.
    NoReferenceItemsInAClass = "no_reference_items_in_a_class", "a class has no reference items";
    /// The validation sample has no reference item of a class.
    ReferenceClassAbsentFromValidation = "reference_class_absent_from_validation", "a reference class is absent from the validation sample";
    /// A class predicted on the target was never predicted on the validation sample.
    PredictedClassAbsentFromValidation = "predicted_class_absent_from_validation", "a predicted class is absent from the validation sample";
    /// Every prediction is the same, so they say nothing about items.
    ConstantPredictions = "constant_predictions", "every prediction is the same";
    /// No p-value is present.
    NoTests = "no_tests", "no tests";
    /// An item has no rating.
    ItemWithoutRatings = "item_without_ratings", "an item has no rating";
    /// The evidence never reached the bound.
    NeverRejected = "never_rejected", "the evidence never reached the bound";
    /// The supposed difference does not lie inside the margin.
    AlternativeNotInsideMargin = "alternative_not_inside_margin", "the supposed difference is not inside the margin";
    /// No item has a label of the rule.
    NoSessionsWithLabel = "no_sessions_with_label", "no item has a label of the rule";
    /// Every item has a label of the rule.
    NoSessionsWithoutLabel = "no_sessions_without_label", "every item has a label of the rule";
    /// No item meets the telemetry expectation.
    TelemetryNeverFires = "telemetry_never_fires", "no item meets the telemetry expectation";
    /// The two sides are not correlated at all.
    ZeroCorrelation = "zero_correlation", "no correlation";
    /// No resample left the statistic defined.
    NoDefinedResample = "no_defined_resample", "undefined in every resample";
    /// Exactly two labels must be declared.
    NotBinary = "not_binary", "other than two labels are declared";
    /// Two ratings of an item at least are needed.
    FewerThanTwoRatings = "fewer_than_two_ratings", "items have fewer than two ratings";
    /// Nobody used the label, or nobody used another.
    CategoryNeverUsedOrOnlyOne = "category_never_used_or_only_one", "the label is never used, or no other is";
    /// The covariance of the differences cannot be inverted.
    SingularCovariance = "singular_covariance", "the covariance of the differences cannot be inverted";
    /// A p-value, or a figure that chance moves to one side, so that no interval of it is valid.
    NoInterval = "no_interval", "no interval is defined for it";
    /// The statistic is not defined on weighted items.
    NotWeighted = "not_weighted", "not defined on weighted items";
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for Undefined {}
