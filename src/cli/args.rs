//! What was typed. Nothing here is resolved or checked against a project yet.

mod ask;
mod file;
mod gate;
mod output;
mod plan;
mod report;
mod review;
mod score;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use ask::{AskArgs, RunArgs, SplitWord};
pub(super) use file::{FileArgs, ScaleWord, SchemeWord};
pub(super) use gate::{GateArgs, GuardArgs, Inconclusive};
pub(super) use output::{IntervalWord, ItemArgs, Output, OutputFormat};
pub(super) use plan::PlanArgs;
pub(super) use report::ReportArgs;
pub(super) use review::ReviewArgs;
pub(super) use score::{CompareArgs, ScoreArgs};

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
    /// Items worth a person's look, most informative first; takes decisions on them back in
    Review(Box<ReviewArgs>),
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
pub(super) struct InitArgs {
    /// The folder; made if there is none. Without it, the current one
    // Not `directory`: clap would take it for that of -C.
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
}

fn first(flags: &[(&'static str, bool)]) -> Option<&'static str> {
    let given = flags.iter().find(|(_, given)| *given);
    given.map(|(flag, _)| *flag)
}
