//! What `labelgate report` may be told.

use std::path::PathBuf;

use clap::Args;

use super::{Output, RunArgs, SplitWord};

#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArgs {
    /// What to report on; without a revision a classifier's candidate, and without any name all
    /// classifiers and derived measures
    #[arg(value_name = "CLASSIFIER[@REVISION]")]
    pub(in crate::cli) names: Vec<String>,

    /// Take the answers of this run of the store instead of the latest
    #[arg(long = "run", value_name = "ID")]
    pub(in crate::cli) stored_run: Option<i64>,

    /// Compare with another run of the same classifiers, on the items that both answered
    #[arg(long, value_name = "RUN", conflicts_with_all = ["list", "history"])]
    pub(in crate::cli) compare: Option<i64>,

    /// List the stored runs
    #[arg(long, alias = "runs", conflicts_with_all = ["history", "names", "stored_run"])]
    pub(in crate::cli) list: bool,

    /// How agreement and gates moved from run to run
    #[arg(long, conflicts_with = "stored_run")]
    pub(in crate::cli) history: bool,

    /// Name the items that contradict a rule or that went right or wrong; otherwise they are counted
    #[arg(long)]
    pub(in crate::cli) with_items: bool,

    /// Only the items on this side of the hold-out split
    #[arg(long, value_name = "SIDE")]
    split: Option<SplitWord>,

    /// Take recorded answers even where there are stored ones: replay
    #[arg(long, value_name = "NAME", value_parser = ["replay"])]
    provider: Option<String>,

    /// The file that answers are stored in [default: .labelgate/store.sqlite]
    #[arg(long, value_name = "PATH")]
    store: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) output: Output,
}

impl ReportArgs {
    /// The same as flags about where answers come from, of which nothing is asked.
    pub(in crate::cli) fn run(&self) -> RunArgs {
        RunArgs {
            split: self.split,
            provider: self.provider.clone(),
            store: self.store.clone(),
            ..RunArgs::default()
        }
    }
}
