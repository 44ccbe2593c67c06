//! Flags about what is written and shown.

use clap::{Args, ValueEnum};

/// Whether items may be shown one by one.
#[derive(Debug, Args)]
pub(in crate::cli) struct ItemArgs {
    /// Name the items that went right or wrong, and list all of them with their texts in an HTML
    /// report; otherwise items are counted
    #[arg(long)]
    pub(in crate::cli) with_items: bool,
}

/// Flags about what is written.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Output {
    /// Write a report; the ending decides the format: .json, .md, .html, .tex, .csv or, for JUnit,
    /// .xml. May be repeated; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Vec<String>,

    /// The format of `-o -`
    #[arg(long, value_name = "FORMAT")]
    pub(in crate::cli) format: Option<OutputFormat>,

    /// What intervals claim to cover
    #[arg(long, value_name = "LEVEL", allow_negative_numbers = true)]
    pub(in crate::cli) level: Option<f64>,

    /// How intervals are made
    #[arg(long, value_name = "METHOD")]
    pub(in crate::cli) interval: Option<IntervalWord>,

    /// Hide every cell, class and slice that rests on fewer distinct clusters, and what would give
    /// it away [default: the project's, or 1]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pub(in crate::cli) min_clusters: Option<u32>,

    /// How many resamples a bootstrap draws [default: 2000]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) resamples: Option<u32>,

    /// The seed of a bootstrap; the same seed gives the same intervals [default: 1]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum IntervalWord {
    /// What suits each figure: score intervals of shares, the delta method or the jackknife for
    /// the rest, over clusters
    Auto,
    /// As auto, but every item is taken as independent, whatever its cluster: Wilson's interval of
    /// shares, Tango's of their differences, the delta method for the rest. A gate refuses it where
    /// items have clusters
    Wilson,
    /// The delta method over clusters, of shares too
    Delta,
    /// Percentiles over resampled clusters
    Bootstrap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OutputFormat {
    Json,
    #[value(alias = "md")]
    Markdown,
    Html,
    Csv,
    Junit,
    #[value(alias = "tex")]
    Latex,
}
