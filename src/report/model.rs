//! The report as a value: scorecards and judgements with the names that people know them by.

use super::guard::Guard;
use super::items::Listing;
use crate::gate::{Gate, Judgement, Verdict, Watch};
use crate::model::Usage;
use crate::score::directions::{DirectionScore, Expected, Transform};
use crate::score::{
    Calibration, Figure, Intervals, RaterScore, RepeatScore, Scorecard, SecondOpinion,
};

/// One classifier, derived measure or label file.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The classifier's id, or the file's name.
    pub classifier: String,
    /// What it asks, in words; may be empty.
    pub title: String,
    /// The word for its scheme.
    pub scheme: &'static str,
    /// The revision under test, or the column.
    pub candidate: String,
    /// The revision or column compared against.
    pub baseline: Option<String>,
    /// The rater whose labels are taken as right.
    pub reference: String,
    /// What positions in the scorecard stand for.
    pub names: Names,
    /// The figures.
    pub scorecard: Scorecard,
    /// The gates with what they came to.
    pub gates: Vec<(Gate, Judgement)>,
    /// The other raters of the reference, by name.
    pub seconds: Vec<(String, SecondOpinion)>,
    /// What is watched without a gate, where there is a comparison.
    pub watch: Option<Watch>,
    /// Whether the ids of items that went right or wrong may be named.
    pub names_items: bool,
    /// Whether confidence comes true, of everyone who states some.
    pub certainties: Vec<Certainty>,
    /// Expected directions of telemetry.
    pub directions: Vec<Direction>,
    /// What a reader must know, such as stale recordings.
    pub notes: Vec<String>,
    /// How steady both sides are.
    pub repeats: Repeats,
}

/// Raters held against one another: there is no candidate, and nobody is taken as right.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterReport {
    /// The file's name.
    pub classifier: String,
    /// The word for its scheme.
    pub scheme: &'static str,
    /// The raters, in the order of the figures.
    pub raters: Vec<String>,
    /// What other positions in the figures stand for.
    pub names: Names,
    /// The figures.
    pub score: RaterScore,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// How steady both sides are, where each question was asked several times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repeats {
    /// The candidate's repeats.
    pub candidate: Option<RepeatScore>,
    /// The baseline's.
    pub baseline: Option<RepeatScore>,
}

/// How one label is made of several repeats, in words.
pub fn majority_rule(scheme: &str) -> &'static str {
    match scheme {
        "numeric" => "median; of an even number, the mean of the two in the middle",
        "decisions" => "median of each count, rounded down",
        _ => "majority; ties: the label given first",
    }
}

/// Whether somebody who says how sure it is turns out right.
#[derive(Clone, Debug, PartialEq)]
pub struct Certainty {
    /// Whose confidence it is.
    pub whose: Whose,
    /// The revision, column or rater.
    pub name: String,
    /// Whose labels decide what is right.
    pub against: String,
    /// What was found.
    pub calibration: Calibration,
}

/// Who says how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The labels under test.
    Candidate,
    /// Those compared against.
    Baseline,
    /// The rater taken as right, held against another.
    Reference,
}

impl Whose {
    /// The word in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Baseline => "baseline",
            Self::Reference => "reference",
        }
    }
}

/// A declared expectation of how telemetry moves with the label, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// Its name.
    pub name: String,
    /// The number over telemetry, as written.
    pub outcome: String,
    /// What is done to it first.
    pub transform: Transform,
    /// Which way it should go.
    pub expect: Expected,
    /// For decisions, the position of the share that stands for the label.
    pub share: Option<usize>,
    /// What was found.
    pub score: DirectionScore,
}

/// What positions in a scorecard stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The scored labels, in declared order.
    pub labels: Vec<String>,
    /// The shares of a decisions scheme.
    pub shares: Vec<String>,
    /// The telemetry rules: name and explanation.
    pub rules: Vec<(String, String)>,
    /// What the telemetry rules speak of.
    pub rule_words: Vec<RuleWords>,
    /// The slices.
    pub slices: Vec<String>,
    /// The items' ids.
    pub items: Vec<String>,
}

/// What a telemetry rule speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleWords {
    /// Which labels, in words: `build or fix`.
    pub labelled: String,
    /// What telemetry should show, as an expression.
    pub expects: String,
}

/// What a run rests on, so that it can be repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The version of labelgate.
    pub version: &'static str,
    /// What intervals cover, and how they are made.
    pub intervals: Intervals,
    /// Numbers that rest on fewer clusters are hidden; 1 hides nothing.
    pub min_clusters: u32,
    /// Where answers came from.
    pub provider: String,
    /// The files read, with the SHA-256 of their bytes.
    pub files: Vec<(String, String)>,
    /// What the answers took, where they were asked for.
    pub spending: Option<Spending>,
}

/// What the answers of a report took, whenever they were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spending {
    /// How many answers.
    pub answers: u64,
    /// How many of them were part of a batch.
    pub in_batches: u64,
    /// Their tokens, as far as the provider said.
    pub usage: Usage,
    /// What those cost whose cost is known, in US dollars.
    pub usd: f64,
    /// How many answers have an unknown cost: the model has no price, or the tokens are not known.
    pub unpriced: u64,
    /// How many items were longer than allowed and were cut, once for each revision.
    pub cut: u64,
}

impl Spending {
    /// Counts an answer.
    pub fn count(&mut self, usage: Option<&Usage>, in_batch: bool, micro_usd: Option<f64>) {
        self.answers += 1;
        self.in_batches += u64::from(in_batch);
        if let Some(usage) = usage {
            self.usage += *usage;
        }
        match micro_usd {
            Some(micro_usd) => self.usd += micro_usd / 1e6,
            None => self.unpriced += 1,
        }
    }

    /// What is known of the cost, in US dollars; `None` where nothing is, which is not 0.
    pub fn cost(&self) -> Option<f64> {
        (self.unpriced == 0 || self.usd > 0.0).then_some(self.usd)
    }

    /// The share of tokens read that came from the provider's cache; `None` if none were read.
    pub fn cached_share(&self) -> Option<f64> {
        let read = self.usage.read_tokens();
        #[expect(clippy::cast_precision_loss, reason = "tokens are far below 2^53")]
        let share = self.usage.cache_read_tokens as f64 / read as f64;
        (read > 0).then_some(share)
    }
}

/// All reports of one command.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The command, as typed.
    pub command: &'static str,
    /// The reports on labels under test, in order.
    pub reports: Vec<Report>,
    /// The reports on raters, in order, after the others.
    pub rater_reports: Vec<RaterReport>,
    /// The worst verdict, where there are gates.
    pub verdict: Option<Verdict>,
    /// Whether an inconclusive gate counts as failed.
    pub inconclusive_fails: bool,
    /// Why the run is incomplete, if it is; one sentence each.
    pub incomplete: Vec<String>,
    /// How much was asked, where asking might end early.
    pub early: Option<Early>,
    /// What it was guarded by; nothing where no project is judged.
    pub guard: Option<Guard>,
    /// What it rests on.
    pub manifest: Manifest,
    /// The items one by one, where they may be shown.
    pub listing: Option<Listing>,
}

/// How much was asked by a run that might end early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Early {
    /// Items asked about.
    pub asked: u64,
    /// Items there are.
    pub of: u64,
    /// Questions not asked.
    pub saved: u64,
}

impl Early {
    /// Whether some items were not asked about.
    pub fn stopped(self) -> bool {
        self.asked < self.of
    }

    /// What was saved, in words.
    pub fn sentence(self) -> String {
        let Self { asked, of, saved } = self;
        match self.stopped() {
            true => format!(
                "Stopped early: {asked} of {of} items asked about, {saved} questions saved."
            ),
            false => format!("Not stopped early: it took all {of} items."),
        }
    }
}

impl Run {
    /// Whether it is a comparison, in which the difference matters more than either side.
    pub fn is_comparison(&self) -> bool {
        self.command == "compare"
    }
}

impl Report {
    /// The worst verdict of its gates, where it has some.
    pub fn verdict(&self) -> Option<Verdict> {
        self.gates
            .iter()
            .map(|(_, judgement)| judgement.verdict)
            .max()
    }

    /// The name of a figure as people write it: `f1 of build`, `code_change holds`.
    pub fn figure_name(&self, figure: Figure) -> String {
        match figure {
            Figure::Overall(metric) => metric.key().to_owned(),
            Figure::Class(class, metric) => {
                format!("{} of {}", metric.key(), self.names.labels[class])
            }
            Figure::Share(share, metric) => {
                format!("{} of {}", metric.key(), self.names.shares[share])
            }
            Figure::Rule(rule, metric) => {
                format!("{} {}", self.names.rules[rule].0, metric.key())
            }
        }
    }
}
