//! What `labelgate review` may be told.

use std::path::PathBuf;

use clap::Args;

use super::{RunArgs, SplitWord};

/// What the command does, at some length.
const ABOUT: &str = "\
Items worth a person's look, most informative first; takes decisions on them back in

Its purpose is to show items: their ids and texts go to the terminal and into the file, whatever \
`min_clusters` hides elsewhere. Fill in the columns `decision` and `why` of the file, and hand it \
back with --take: decisions are added to gold/reviews/<classifier>.csv and become a further rater, \
`review`, of the reference.";

#[derive(Debug, Args)]
#[command(long_about = ABOUT)]
pub(in crate::cli) struct ReviewArgs {
    /// Classifiers to look at; all of them if none is named
    #[arg(value_name = "CLASSIFIER", conflicts_with = "take")]
    pub(in crate::cli) names: Vec<String>,

    /// At most so many items [default: 20 in the terminal, all in a file]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        conflicts_with = "take"
    )]
    pub(in crate::cli) limit: Option<usize>,

    /// Besides, so many items of each classifier drawn at random, marked as such: they alone tell how
    /// often the candidate is right
    #[arg(long, value_name = "N", conflicts_with = "take")]
    pub(in crate::cli) random: Option<usize>,

    /// The seed of the draw [default: 1]
    #[arg(long, value_name = "N", requires = "random")]
    pub(in crate::cli) seed: Option<u64>,

    /// Write the queue as .csv, with columns for decisions; `-` is standard output
    #[arg(short, long, value_name = "FILE", conflicts_with = "take")]
    pub(in crate::cli) output: Option<String>,

    /// How much of a text the file has, in characters; 0 leaves texts out [default: 4000]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        requires = "output"
    )]
    pub(in crate::cli) text_chars: Option<usize>,

    /// Take the decisions of a filled-in queue back in, and show what they change
    #[arg(long, value_name = "FILE", requires = "who")]
    pub(in crate::cli) take: Option<PathBuf>,

    /// Who made the decisions
    #[arg(long, value_name = "NAME", requires = "take")]
    pub(in crate::cli) who: Option<String>,

    /// Show what the decisions would change, and write nothing
    #[arg(long, requires = "take")]
    pub(in crate::cli) dry_run: bool,

    /// Take the answers of this run of the store instead of the latest
    #[arg(long = "run", value_name = "ID")]
    pub(in crate::cli) stored_run: Option<i64>,

    /// Only the items on this side of the hold-out split
    #[arg(long, value_name = "SIDE")]
    split: Option<SplitWord>,

    /// Take recorded answers even where there are stored ones: replay
    #[arg(long, value_name = "NAME", value_parser = ["replay"])]
    provider: Option<String>,

    /// The file that answers are stored in [default: .labelgate/store.sqlite]
    #[arg(long, value_name = "PATH")]
    store: Option<PathBuf>,
}

impl ReviewArgs {
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
