//! What was typed. Nothing here is resolved or checked against a project yet.

mod report;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use report::ReportArgs;

/// The exit codes, as `--help` tells them.
const EXIT_CODES: &str = "\
Exit codes:
  0  done, every gate passed
  1  a gate failed, or a finding is not allowed
  2  wrong usage, or a fault in the project or a data file
  3  no gate failed, but one is inconclusive
  4  incomplete: answers are missing or stale";

/// Tells whether an LLM classifier's labels can be trusted, and stops a prompt change that makes
/// them worse.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(super) struct Cli {
    /// Work in this folder: all files are relative to it
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(super) directory: Option<PathBuf>,

    /// The project file, relative to the folder
    #[arg(short, long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,

    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true)]
    pub(super) color: Option<Color>,

    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,

    /// Say more about what is done
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(super) verbose: bool,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a small working project into an empty folder
    Init(InitArgs),
    /// Check project, prompts, rules, gates and data without asking anything
    Check,
    /// Score, compare with the baseline and decide: the verdict is the exit code
    Gate(GateArgs),
    /// Agreement of labels with a reference and with telemetry: of a classifier, or of any file
    Score(Box<ScoreArgs>),
    /// Before spending: questions, tokens and money, and how many items each gate needs
    Plan(PlanArgs),
    /// Label the items with a model; resumable, only what is missing is asked
    Run(AskArgs),
    /// Ask those items again whose questions failed, and no others
    Retry(AskArgs),
    /// Two revisions, or two sets of labels, on the same items: what differs, and what moved
    Compare(Box<CompareArgs>),
    /// Stored results as a file or a page: nothing is asked
    Report(Box<ReportArgs>),
    /// For a paper: the tables of all classifiers, label definitions, prompts in full and methods
    Appendix(Box<AppendixArgs>),
}

#[derive(Debug, Args)]
pub(super) struct AppendixArgs {
    /// Classifiers and derived measures to include; all of them if none is named
    #[arg(value_name = "CLASSIFIER")]
    pub(super) names: Vec<String>,

    #[command(flatten)]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) run: RunArgs,

    /// Take the answers of this run of the store instead of the latest
    #[arg(long = "run", value_name = "ID")]
    pub(super) stored_run: Option<i64>,
}

#[derive(Debug, Args)]
pub(super) struct AskArgs {
    /// What to ask; without a revision, a classifier's candidate and baseline, and without any
    /// name those of every classifier
    #[arg(value_name = "CLASSIFIER[@REVISION]")]
    pub(super) names: Vec<String>,

    #[command(flatten)]
    pub(super) run: RunArgs,

    /// Ask in waves, in random order, and end as soon as the gates' verdicts are certain
    #[arg(long)]
    pub(super) stop_early: bool,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// What would be asked; without a revision, a classifier's candidate and baseline, and without
    /// any name those of every classifier
    #[arg(value_name = "CLASSIFIER[@REVISION]")]
    pub(super) names: Vec<String>,

    #[command(flatten)]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) run: RunArgs,

    /// The true value that a gate's threshold is held against, as METRIC=VALUE or VALUE for all;
    /// may be repeated [default: what the answers at hand show]
    #[arg(
        long = "true",
        value_name = "METRIC=VALUE",
        help_heading = "What is assumed of gates"
    )]
    pub(super) truths: Vec<String>,

    /// The true difference to the baseline, more being better [default: 0]
    #[arg(
        long,
        value_name = "D",
        allow_negative_numbers = true,
        help_heading = "What is assumed of gates"
    )]
    pub(super) difference: Option<f64>,

    /// The share of items on which candidate and baseline differ in being right [default: what the
    /// answers at hand show, else 0.12]
    #[arg(
        long,
        value_name = "SHARE",
        allow_negative_numbers = true,
        help_heading = "What is assumed of gates"
    )]
    pub(super) discordance: Option<f64>,

    /// How alike the items of a cluster are, from 0 to 1 [default: what the answers at hand show,
    /// else 0.1]
    #[arg(
        long,
        value_name = "ICC",
        allow_negative_numbers = true,
        help_heading = "What is assumed of gates"
    )]
    pub(super) icc: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder; made if there is none. Without it, the current one
    // Not `directory`: clap would take it for that of -C.
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct GateArgs {
    /// Classifiers and derived measures to judge; all of them if none is named
    #[arg(value_name = "CLASSIFIER")]
    pub(super) names: Vec<String>,

    #[command(flatten)]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) run: RunArgs,

    /// Ask in waves, in random order, and end as soon as the verdicts are certain; what is certain
    /// holds whenever one looks
    #[arg(long)]
    pub(super) stop_early: bool,

    /// What an inconclusive gate counts as
    #[arg(long, value_name = "VERDICT")]
    pub(super) inconclusive: Option<Inconclusive>,

    #[command(flatten)]
    pub(super) items: ItemArgs,

    #[command(flatten)]
    pub(super) guard: GuardArgs,
}

/// Flags about what guards the test itself.
#[derive(Debug, Args)]
pub(super) struct GuardArgs {
    /// Hold gates, label schemes and gold against those of a commit; what became easier fails
    #[arg(long, value_name = "GITREF")]
    pub(super) base: Option<String>,

    /// A finding that is meant, such as threshold-lowered; may be repeated
    #[arg(long, value_name = "FINDING")]
    pub(super) allow: Vec<String>,

    /// Write the summary as the body of a comment that a later run can find and replace
    #[arg(long, value_name = "FILE")]
    pub(super) comment: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SplitWord {
    /// Those that prompts are tried on
    Dev,
    /// Those that are held out for the end
    Test,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Inconclusive {
    /// As passed: exit 0
    Pass,
    /// As failed: exit 1
    Fail,
}

/// Flags about where answers come from.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Where answers come from")]
pub(super) struct RunArgs {
    /// Who answers: anthropic, openai (or any server that speaks like it), command or replay
    #[arg(long, value_name = "NAME")]
    pub(super) provider: Option<String>,

    /// The model, as the provider calls it
    #[arg(long, value_name = "NAME")]
    pub(super) model: Option<String>,

    /// Where the provider is; for openai it ends with /v1
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,

    /// How many questions are in flight at once [default: 64]
    #[arg(short = 'j', long, value_name = "N", allow_negative_numbers = true)]
    pub(super) concurrency: Option<u32>,

    /// Only the first N items, in the order of their ids
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) limit: Option<usize>,

    /// Only the items on this side of the hold-out split
    #[arg(long, value_name = "SIDE")]
    pub(super) split: Option<SplitWord>,

    /// How often each question is asked; labels are then by majority [default: 1]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pub(super) repeats: Option<u32>,

    /// Send no more than this costs, in US dollars
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(super) budget_usd: Option<f64>,

    /// Ask in batches, which take up to a day and cost half, and wait for them. They can be left at
    /// any time: a later run takes them up
    #[arg(long)]
    pub(super) batch: bool,

    /// Hand the batches over and do not wait for them
    #[arg(long, requires = "batch")]
    pub(super) detach: bool,

    /// Look at open batches at least every so many seconds [default: 60]
    #[arg(long, value_name = "SECONDS", requires = "batch")]
    pub(super) poll: Option<f64>,

    /// Give up open batches that the provider does not know, so that their questions are asked again
    #[arg(long)]
    pub(super) forget_batches: bool,

    /// The file that answers are stored in [default: .labelgate/store.sqlite]
    #[arg(long, value_name = "PATH")]
    pub(super) store: Option<PathBuf>,
}

/// Whether items may be shown one by one.
#[derive(Debug, Args)]
pub(super) struct ItemArgs {
    /// Name the items that went right or wrong, and list all of them with their texts in an HTML
    /// report; otherwise items are counted
    #[arg(long)]
    pub(super) with_items: bool,
}

/// Flags about what is written.
#[derive(Debug, Args)]
pub(super) struct Output {
    /// Write a report; the ending decides the format: .json, .md, .html, .tex, .csv or, for JUnit,
    /// .xml. May be repeated; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Vec<String>,

    /// The format of `-o -`
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<OutputFormat>,

    /// What intervals claim to cover
    #[arg(long, value_name = "LEVEL", allow_negative_numbers = true)]
    pub(super) level: Option<f64>,

    /// How intervals are made
    #[arg(long, value_name = "METHOD")]
    pub(super) interval: Option<IntervalWord>,

    /// Hide every cell, class and slice that rests on fewer distinct clusters, and what would give
    /// it away [default: the project's, or 1]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pub(super) min_clusters: Option<u32>,

    /// How many resamples a bootstrap draws [default: 2000]
    #[arg(long, value_name = "N")]
    pub(super) resamples: Option<u32>,

    /// The seed of a bootstrap; the same seed gives the same intervals [default: 1]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum IntervalWord {
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
pub(super) enum OutputFormat {
    Json,
    #[value(alias = "md")]
    Markdown,
    Html,
    Csv,
    Junit,
    #[value(alias = "tex")]
    Latex,
}

#[derive(Debug, Args)]
pub(super) struct ScoreArgs {
    /// A classifier of the project, or a file of labels: .csv, .tsv, .jsonl or .parquet, also .gz
    /// or .zst; `-` is standard input. A classifier goes before a file: write ./NAME for the file
    #[arg(value_name = "CLASSIFIER|FILE")]
    pub(super) subject: String,

    #[command(flatten)]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) run: RunArgs,

    /// Take the answers of this run of the store instead of the latest
    #[arg(long = "run", value_name = "ID")]
    pub(super) stored_run: Option<i64>,

    #[command(flatten)]
    pub(super) items: ItemArgs,

    #[command(flatten)]
    pub(super) file: FileArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Two revisions, as CLASSIFIER@REVISION; two files of labels, the baseline's first; one file
    /// with a column of each; or a classifier, whose baseline and candidate are compared
    #[arg(value_name = "BASE HEAD|FILE", required = true, num_args = 1..=2)]
    pub(super) subjects: Vec<String>,

    /// How much worse is still accepted, such as 0.02: gives a verdict on agreement, or on the mean
    /// absolute error of numbers
    #[arg(long, value_name = "MARGIN", allow_negative_numbers = true)]
    pub(super) margin: Option<f64>,

    /// What an inconclusive verdict counts as
    #[arg(long, value_name = "VERDICT", requires = "margin")]
    pub(super) inconclusive: Option<Inconclusive>,

    #[command(flatten)]
    pub(super) items: ItemArgs,

    #[command(flatten)]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) run: RunArgs,

    #[command(flatten)]
    pub(super) file: FileArgs,
}

/// Flags that only a file needs.
#[derive(Debug, Args)]
#[command(next_help_heading = "For a file of labels")]
pub(super) struct FileArgs {
    /// The column of labels under test
    #[arg(long, value_name = "COL")]
    pub(super) candidate: Option<String>,

    /// The column of labels taken as right
    #[arg(long, value_name = "COL")]
    pub(super) reference: Option<String>,

    /// The column of labels the candidate must not fall behind
    #[arg(long, value_name = "COL")]
    pub(super) baseline: Option<String>,

    /// The columns of two or more raters, none of whom is taken as right: how they agree among
    /// themselves. An empty cell is missing
    #[arg(
        long,
        value_name = "COL,COL…",
        value_delimiter = ',',
        conflicts_with_all = ["candidate", "reference", "baseline", "rule", "against"]
    )]
    pub(super) raters: Option<Vec<String>>,

    /// What labels are
    #[arg(long, value_name = "SCHEME")]
    pub(super) scheme: Option<SchemeWord>,

    /// The closed list of labels; for an ordinal scheme in ascending order
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    pub(super) labels: Option<Vec<String>>,

    /// The column of item ids
    #[arg(long, value_name = "COL")]
    pub(super) id: Option<String>,

    /// The column that says which items belong together, such as the account
    #[arg(long, value_name = "COL")]
    pub(super) cluster: Option<String>,

    /// A column by whose values figures are also computed apart; may be repeated
    #[arg(long, value_name = "COL")]
    pub(super) slice: Vec<String>,

    /// The column of case weights
    #[arg(long, value_name = "COL")]
    pub(super) weight: Option<String>,

    /// A label that means no answer is given; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub(super) abstain: Vec<String>,

    /// A label whose items are left out; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub(super) exclude: Vec<String>,

    /// The scale of numbers: figures are computed on natural logarithms with `log`
    #[arg(long, value_name = "SCALE")]
    pub(super) scale: Option<ScaleWord>,

    /// What another column should show for some labels, as `NAME: label in ["a"] => col > 0`; may
    /// be repeated
    #[arg(long, value_name = "RULE")]
    pub(super) rule: Vec<String>,

    /// A second file that holds the reference, joined by --id
    #[arg(long, value_name = "FILE", requires = "id")]
    pub(super) against: Option<PathBuf>,

    /// Which rater of the second file is the reference
    #[arg(long, value_name = "NAME", requires = "against")]
    pub(super) rater: Option<String>,
}

impl RunArgs {
    /// A flag that was given, if any was.
    pub(super) fn first_given(&self) -> Option<&'static str> {
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

impl FileArgs {
    /// A flag that was given, if any was. Taken apart, so that a new flag cannot be forgotten.
    pub(super) fn first_given(&self) -> Option<&'static str> {
        let Self {
            candidate,
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

fn first(flags: &[(&'static str, bool)]) -> Option<&'static str> {
    let given = flags.iter().find(|(_, given)| *given);
    given.map(|(flag, _)| *flag)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemeWord {
    Nominal,
    Ordinal,
    Numeric,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ScaleWord {
    Linear,
    Log,
}
