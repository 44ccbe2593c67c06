//! The queue of items worth a person's look, and what decisions on them change. Ids and texts are
//! shown: that is what a queue is for.

use super::csv::table;
use super::model::Report;
use super::numbers::stated;
use super::spreadsheet::guarded;
use crate::review::{Change, Reason};

/// The columns of a queue as CSV. The last two are for a person to fill in.
pub const QUEUE_COLUMNS: [&str; 12] = [
    "classifier",
    "id",
    "score",
    "reasons",
    "drawn",
    "reference",
    "second",
    "baseline",
    "candidate",
    "text",
    "decision",
    "why",
];

/// A queue, the most informative items first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    /// What is shown of it.
    pub entries: Vec<Queued>,
    /// How many items are worth a look, each once for each classifier, beside those drawn.
    pub n_all: usize,
    /// How many have been decided and are left out.
    pub n_decided: usize,
    /// What a reader must know, such as answers that are missing.
    pub notes: Vec<String>,
}

/// An item of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queued {
    /// The classifier.
    pub classifier: String,
    /// The item's id.
    pub id: String,
    /// What its reasons are worth together.
    pub score: f64,
    /// How it was drawn, where it is there by chance.
    pub drawn: Option<Draw>,
    /// Why it is worth a look, with what each reason is worth.
    pub reasons: Vec<(Reason, f64)>,
    /// The names of the telemetry rules that reasons speak of.
    pub rules: Vec<String>,
    /// The rater that is taken as right, and the label.
    pub reference: Labelled,
    /// The other raters that have labelled it.
    pub seconds: Vec<Labelled>,
    /// The baseline and its label, where there is one.
    pub baseline: Option<Labelled>,
    /// The candidate and its label.
    pub candidate: Labelled,
    /// The text, or its beginning.
    pub text: String,
}

/// A draw at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Its seed.
    pub seed: u64,
    /// How many items could be drawn.
    pub among: usize,
}

/// What the cells of items drawn at random begin with.
const AT_RANDOM: &str = "random";

impl Draw {
    fn words(self) -> String {
        format!("{AT_RANDOM}, seed {}, of {} items", self.seed, self.among)
    }
}

/// Whether a cell of the column `drawn` says that the item is there by chance.
pub fn is_drawn(cell: &str) -> bool {
    cell.trim_start().starts_with(AT_RANDOM)
}

/// Who says what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labelled {
    /// A rater or a revision.
    pub by: String,
    /// The label, or in brackets why there is none.
    pub label: String,
}

/// What decisions change: the same labels held against two references.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Against the reference as it was.
    pub before: Report,
    /// Against the reference with the decisions taken as right.
    pub after: Report,
    /// How many decisions were taken.
    pub n_decisions: usize,
    /// How many of them say what had been decided before.
    pub n_same: usize,
    /// What the items drawn at random say, where there are some.
    pub random: Option<Random>,
    /// The file they were added to, as shown to people.
    pub file: String,
    /// Whether the project takes decisions as right.
    pub adjudicated: bool,
}

/// What is known from items drawn at random: no other decisions tell how often a label is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Random {
    /// How many were drawn.
    pub n_drawn: usize,
    /// How many of them have been decided.
    pub n_decided: usize,
    /// The labels under test held against the decisions on them.
    pub report: Report,
}

/// What taking decisions back in came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// One for each classifier with a decision.
    pub effects: Vec<Effect>,
    /// Who decided.
    pub who: String,
    /// Rows without a decision.
    pub n_open: usize,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// What a reader must know.
    pub notes: Vec<String>,
}

impl Queue {
    /// How many of its entries were drawn at random.
    pub fn n_drawn(&self) -> usize {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.drawn.is_some()).count()
    }
}

impl Queued {
    /// Its reasons in words.
    pub fn words(&self) -> Vec<String> {
        let reasons = self.reasons.iter();
        let reasons =
            reasons.map(|(reason, points)| format!("{} ({})", self.say(reason), stated(*points)));
        let drawn = self.drawn.map(|_| "drawn at random".to_owned());
        drawn.into_iter().chain(reasons).collect()
    }

    fn say(&self, reason: &Reason) -> String {
        let candidate = &self.candidate.by;
        let baseline = self.baseline.as_ref().map_or("", |baseline| &baseline.by);
        match reason {
            Reason::RatersDiffer => "raters disagree".to_owned(),
            Reason::Changed(change) => match change {
                Change::RightToWrong => format!("{baseline} was right, {candidate} is wrong"),
                Change::WrongToRight => format!("{baseline} was wrong, {candidate} is right"),
                Change::Farther => format!("{candidate} is farther off than {baseline}"),
                Change::Nearer => format!("{candidate} is nearer than {baseline}, but off"),
                Change::Sideways => format!("{candidate} and {baseline} are off in two ways"),
                Change::Unknown => {
                    format!("{candidate} and {baseline} differ, and nobody has labelled it")
                }
            },
            Reason::Contradicted(_) => {
                format!(
                    "telemetry contradicts {candidate}: {}",
                    self.rules.join(", ")
                )
            }
            Reason::Unsure(confidence) => format!(
                "{} was only {} sure",
                self.reference.by,
                stated(*confidence)
            ),
            Reason::Doubted(confidence) => {
                format!("{candidate} says it is only {} sure", stated(*confidence))
            }
            Reason::Differs => format!("{candidate} differs from {}", self.reference.by),
        }
    }
}

/// The queue as CSV, safe to open in a spreadsheet: [`undo`](super::spreadsheet::undo) gives every
/// cell back.
pub fn render_csv(queue: &Queue) -> String {
    let header = QUEUE_COLUMNS.map(str::to_owned);
    let rows = queue.entries.iter().map(|entry| {
        let seconds = entry.seconds.iter();
        let seconds = seconds.map(|second| format!("{}: {}", second.by, second.label));
        let baseline = entry.baseline.as_ref();
        [
            entry.classifier.clone(),
            entry.id.clone(),
            stated(entry.score),
            entry.words().join("; "),
            entry.drawn.map_or_else(String::new, Draw::words),
            entry.reference.label.clone(),
            seconds.collect::<Vec<_>>().join("; "),
            baseline.map_or_else(String::new, |baseline| baseline.label.clone()),
            entry.candidate.label.clone(),
            entry.text.clone(),
            String::new(),
            String::new(),
        ]
        .map(|cell| guarded(&cell))
    });
    table(std::iter::once(header).chain(rows))
}

/// A row of a file of decisions. Only what a person has written freely is guarded: ids and labels
/// are read back as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The item's id.
    pub id: String,
    /// Who decided.
    pub rater: String,
    /// The label.
    pub label: String,
    /// Why; may be empty.
    pub why: String,
    /// When, in UTC.
    pub at: String,
}

/// Decisions as lines of CSV, below `header` where one is wanted.
pub fn render_decisions(decisions: &[Decision], header: Option<[&str; 5]>) -> String {
    let header = header.map(|columns| columns.map(str::to_owned));
    let rows = decisions.iter().map(|decision| {
        [
            decision.id.clone(),
            decision.rater.clone(),
            decision.label.clone(),
            guarded(&decision.why),
            decision.at.clone(),
        ]
    });
    table(header.into_iter().chain(rows))
}
