//! What `gate` is asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ItemArgs, Output, RunArgs};

#[derive(Debug, Args)]
pub(in crate::cli) struct GateArgs {
    /// Classifiers and derived measures to judge; all of them if none is named
    #[arg(value_name = "CLASSIFIER")]
    pub(in crate::cli) names: Vec<String>,

    #[command(flatten)]
    pub(in crate::cli) output: Output,

    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,

    /// Ask in waves, in random order, and end as soon as the verdicts are certain; what is certain
    /// holds whenever one looks
    #[arg(long)]
    pub(in crate::cli) stop_early: bool,

    /// What an inconclusive gate counts as
    #[arg(long, value_name = "VERDICT")]
    pub(in crate::cli) inconclusive: Option<Inconclusive>,

    #[command(flatten)]
    pub(in crate::cli) items: ItemArgs,

    #[command(flatten)]
    pub(in crate::cli) guard: GuardArgs,
}

/// Flags about what guards the test itself.
#[derive(Debug, Args)]
pub(in crate::cli) struct GuardArgs {
    /// Hold gates, label schemes and gold against those of a commit; what became easier fails
    #[arg(long, value_name = "GITREF")]
    pub(in crate::cli) base: Option<String>,

    /// A finding that is meant, such as threshold-lowered; may be repeated
    #[arg(long, value_name = "FINDING")]
    pub(in crate::cli) allow: Vec<String>,

    /// Write the summary as the body of a comment that a later run can find and replace
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) comment: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Inconclusive {
    /// As passed: exit 0
    Pass,
    /// As failed: exit 1
    Fail,
}
