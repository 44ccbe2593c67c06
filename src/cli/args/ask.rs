//! Flags about where answers come from, and of the commands that only ask.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::first;

#[derive(Debug, Args)]
pub(in crate::cli) struct AskArgs {
    /// What to ask; without a revision, a classifier's candidate and baseline, and without any
    /// name those of every classifier
    #[arg(value_name = "CLASSIFIER[@REVISION]")]
    pub(in crate::cli) names: Vec<String>,

    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,

    /// Ask in waves, in random order, and end as soon as the gates' verdicts are certain
    #[arg(long)]
    pub(in crate::cli) stop_early: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SplitWord {
    /// Those that prompts are tried on
    Dev,
    /// Those that are held out for the end
    Test,
}

/// Flags about where answers come from.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Where answers come from")]
pub(in crate::cli) struct RunArgs {
    /// Who answers: anthropic, openai (or any server that speaks like it), command or replay
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) provider: Option<String>,

    /// The model, as the provider calls it
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) model: Option<String>,

    /// Where the provider is; for openai it ends with /v1
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) base_url: Option<String>,

    /// How many questions are in flight at once [default: 64]
    #[arg(short = 'j', long, value_name = "N", allow_negative_numbers = true)]
    pub(in crate::cli) concurrency: Option<u32>,

    /// Only the first N items, in the order of their ids
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(in crate::cli) limit: Option<usize>,

    /// Only the items on this side of the hold-out split
    #[arg(long, value_name = "SIDE")]
    pub(in crate::cli) split: Option<SplitWord>,

    /// How often each question is asked; labels are then by majority [default: 1]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pub(in crate::cli) repeats: Option<u32>,

    /// Send no more than this costs, in US dollars
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(in crate::cli) budget_usd: Option<f64>,

    /// Ask in batches, which take up to a day and cost half, and wait for them. They can be left at
    /// any time: a later run takes them up
    #[arg(long)]
    pub(in crate::cli) batch: bool,

    /// Hand the batches over and do not wait for them
    #[arg(long, requires = "batch")]
    pub(in crate::cli) detach: bool,

    /// Look at open batches at least every so many seconds [default: 60]
    #[arg(long, value_name = "SECONDS", requires = "batch")]
    pub(in crate::cli) poll: Option<f64>,

    /// Give up open batches that the provider does not know, so that their questions are asked again
    #[arg(long)]
    pub(in crate::cli) forget_batches: bool,

    /// The file that answers are stored in [default: .labelgate/store.sqlite]
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) store: Option<PathBuf>,
}

impl RunArgs {
    /// A flag that was given, if any was.
    pub(in crate::cli) fn first_given(&self) -> Option<&'static str> {
        let Self {
            provider,
            model,
            base_url,
            concurrency,
            limit,
            split,
            repeats,
            budget_usd,
            batch,
            detach,
            poll,
            forget_batches,
            store,
        } = self;
        first(&[
            ("--provider", provider.is_some()),
            ("--model", model.is_some()),
            ("--base-url", base_url.is_some()),
            ("--concurrency", concurrency.is_some()),
            ("--limit", limit.is_some()),
            ("--split", split.is_some()),
            ("--repeats", repeats.is_some()),
            ("--budget-usd", budget_usd.is_some()),
            ("--batch", *batch),
            ("--detach", *detach),
            ("--poll", poll.is_some()),
            ("--forget-batches", *forget_batches),
            ("--store", store.is_some()),
        ])
    }
}
