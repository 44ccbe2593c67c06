//! What `plan` is asked.

use clap::Args;

use super::{Output, RunArgs};

#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArgs {
    /// What would be asked; without a revision, a classifier's candidate and baseline, and without
    /// any name those of every classifier
    #[arg(value_name = "CLASSIFIER[@REVISION]")]
    pub(in crate::cli) names: Vec<String>,

    #[command(flatten)]
    pub(in crate::cli) output: Output,

    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,

    /// The true value that a gate's threshold is held against, as METRIC=VALUE or VALUE for all;
    /// may be repeated [default: what the answers at hand show]
    #[arg(
        long = "true",
        value_name = "METRIC=VALUE",
        help_heading = "What is assumed of gates"
    )]
    pub(in crate::cli) truths: Vec<String>,

    /// The true difference to the baseline, more being better [default: 0]
    #[arg(
        long,
        value_name = "D",
        allow_negative_numbers = true,
        help_heading = "What is assumed of gates"
    )]
    pub(in crate::cli) difference: Option<f64>,

    /// The share of items on which candidate and baseline differ in being right [default: what the
    /// answers at hand show, else 0.12]
    #[arg(
        long,
        value_name = "SHARE",
        allow_negative_numbers = true,
        help_heading = "What is assumed of gates"
    )]
    pub(in crate::cli) discordance: Option<f64>,

    /// How alike the items of a cluster are, from 0 to 1 [default: what the answers at hand show,
    /// else 0.1]
    #[arg(
        long,
        value_name = "ICC",
        allow_negative_numbers = true,
        help_heading = "What is assumed of gates"
    )]
    pub(in crate::cli) icc: Option<f64>,
}
