//! What `score` and `compare` are asked.

use clap::Args;

use super::{FileArgs, Inconclusive, ItemArgs, Output, RunArgs};

#[derive(Debug, Args)]
pub(in crate::cli) struct ScoreArgs {
    /// A classifier of the project, or a file of labels: .csv, .tsv, .jsonl or .parquet, also .gz
    /// or .zst; `-` is standard input. A classifier goes before a file: write ./NAME for the file
    #[arg(value_name = "CLASSIFIER|FILE")]
    pub(in crate::cli) subject: String,

    #[command(flatten)]
    pub(in crate::cli) output: Output,

    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,

    /// Take the answers of this run of the store instead of the latest
    #[arg(long = "run", value_name = "ID")]
    pub(in crate::cli) stored_run: Option<i64>,

    #[command(flatten)]
    pub(in crate::cli) items: ItemArgs,

    #[command(flatten)]
    pub(in crate::cli) file: FileArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CompareArgs {
    /// Two revisions, as CLASSIFIER@REVISION; two files of labels, the baseline's first; one file
    /// with a column of each; or a classifier, whose baseline and candidate are compared
    #[arg(value_name = "BASE HEAD|FILE", required = true, num_args = 1..=2)]
    pub(in crate::cli) subjects: Vec<String>,

    /// How much worse is still accepted, such as 0.02: gives a verdict on agreement, or on the mean
    /// absolute error of numbers
    #[arg(long, value_name = "MARGIN", allow_negative_numbers = true)]
    pub(in crate::cli) margin: Option<f64>,

    /// What an inconclusive verdict counts as
    #[arg(long, value_name = "VERDICT", requires = "margin")]
    pub(in crate::cli) inconclusive: Option<Inconclusive>,

    #[command(flatten)]
    pub(in crate::cli) items: ItemArgs,

    #[command(flatten)]
    pub(in crate::cli) output: Output,

    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,

    #[command(flatten)]
    pub(in crate::cli) file: FileArgs,
}
