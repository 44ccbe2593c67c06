//! Flags of a file of labels.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::first;

/// Flags that only a file needs.
#[derive(Debug, Args)]
#[command(next_help_heading = "For a file of labels")]
pub(in crate::cli) struct FileArgs {
    /// The column of labels under test
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) candidate: Option<String>,

    /// The column that says how sure the labels under test are, from 0 to 1: whether that comes true
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) confidence: Option<String>,

    /// The column of labels taken as right
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) reference: Option<String>,

    /// The column of labels the candidate must not fall behind
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) baseline: Option<String>,

    /// The columns of two or more raters, none of whom is taken as right: how they agree among
    /// themselves. An empty cell is missing
    #[arg(
        long,
        value_name = "COL,COL…",
        value_delimiter = ',',
        conflicts_with_all = [
            "candidate", "confidence", "reference", "baseline", "rule", "against",
        ]
    )]
    pub(in crate::cli) raters: Option<Vec<String>>,

    /// What labels are
    #[arg(long, value_name = "SCHEME")]
    pub(in crate::cli) scheme: Option<SchemeWord>,

    /// The closed list of labels; for an ordinal scheme in ascending order
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    pub(in crate::cli) labels: Option<Vec<String>>,

    /// The column of item ids
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) id: Option<String>,

    /// The column that says which items belong together, such as the account
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) cluster: Option<String>,

    /// A column by whose values figures are also computed apart; may be repeated
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) slice: Vec<String>,

    /// The column of case weights
    #[arg(long, value_name = "COL")]
    pub(in crate::cli) weight: Option<String>,

    /// A label that means no answer is given; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub(in crate::cli) abstain: Vec<String>,

    /// A label whose items are left out; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub(in crate::cli) exclude: Vec<String>,

    /// The scale of numbers: figures are computed on natural logarithms with `log`
    #[arg(long, value_name = "SCALE")]
    pub(in crate::cli) scale: Option<ScaleWord>,

    /// What another column should show for some labels, as `NAME: label in ["a"] => col > 0`; may
    /// be repeated
    #[arg(long, value_name = "RULE")]
    pub(in crate::cli) rule: Vec<String>,

    /// A second file that holds the reference, joined by --id
    #[arg(long, value_name = "FILE", requires = "id")]
    pub(in crate::cli) against: Option<PathBuf>,

    /// Which rater of the second file is the reference
    #[arg(long, value_name = "NAME", requires = "against")]
    pub(in crate::cli) rater: Option<String>,
}

impl FileArgs {
    /// A flag that was given, if any was. Taken apart, so that a new flag cannot be forgotten.
    pub(in crate::cli) fn first_given(&self) -> Option<&'static str> {
        let Self {
            candidate,
            confidence,
            reference,
            baseline,
            scheme,
            labels,
            id,
            cluster,
            slice,
            weight,
            abstain,
            exclude,
            scale,
            rule,
            against,
            rater,
            raters,
        } = self;
        first(&[
            ("--candidate", candidate.is_some()),
            ("--confidence", confidence.is_some()),
            ("--reference", reference.is_some()),
            ("--baseline", baseline.is_some()),
            ("--scheme", scheme.is_some()),
            ("--labels", labels.is_some()),
            ("--id", id.is_some()),
            ("--cluster", cluster.is_some()),
            ("--slice", !slice.is_empty()),
            ("--weight", weight.is_some()),
            ("--abstain", !abstain.is_empty()),
            ("--exclude", !exclude.is_empty()),
            ("--scale", scale.is_some()),
            ("--rule", !rule.is_empty()),
            ("--against", against.is_some()),
            ("--rater", rater.is_some()),
            ("--raters", raters.is_some()),
        ])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemeWord {
    Nominal,
    Ordinal,
    Numeric,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ScaleWord {
    Linear,
    Log,
}
