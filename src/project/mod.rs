//! A project: `labelgate.toml`, items, classifiers with their prompts and reference labels, and
//! derived measures, read from its folder into values that cannot be wrong.
//!
//! All faults of all files are found before giving up. Knows the files and their keys; asks no
//! provider and computes no figure. A new key: the section that reads it, and the type below.

mod beside;
mod checks;
mod classifier;
mod derived;
mod file;
mod gates;
mod items;
mod labels;
mod load;
mod named;
mod paths;
mod prices;
mod prompt;
mod raw;
mod reviews;
mod scheme;
mod settings;
mod split;
mod telemetry;
mod texts;

use std::path::PathBuf;
use std::time::Duration;

use crate::answer::AnswerForm;
use crate::ask::{LabelsStyle, Sampling, Shape, Template, shape};

use crate::expr::{Program, Rule};
use crate::fault::Place;
use crate::gate::Gate;
use crate::model::{Confidences, Item, Items, Label, References, Scheme, Split};
use crate::score::directions::{Expected, Transform};

pub use items::nearest_item;
pub use labels::label_of_text;
pub use load::{PROJECT_FILE, PROMPTS, load, revision, revisions};
pub use named::data_files;
pub use prices::prices;
pub use reviews::{REVIEW, REVIEW_COLUMNS};
pub use texts::{TextSource, Texts, texts};

/// A project as its files say.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder it was read from.
    pub root: PathBuf,
    /// The settings file, relative to the folder.
    pub file: PathBuf,
    /// What the project calls itself.
    pub name: Option<Box<str>>,
    /// What is classified, but for its texts.
    pub items: Items,
    /// Where those are; [`texts()`] reads them.
    pub texts: TextSource,
    /// The classifiers, in the order of their ids.
    pub classifiers: Vec<Classifier>,
    /// The derived measures, in the order of their file.
    pub derived: Vec<Derived>,
    /// What each position of the scope of derived measures stands for.
    pub derived_scope: Vec<ScopeName>,
    /// How classifiers are asked.
    pub run: RunSettings,
    /// The folder of recorded answers, relative to the project's.
    pub replay: PathBuf,
    /// Where the settings name that folder; `None` if they leave it as usual.
    pub replay_place: Option<Place>,
    /// What reports may show.
    pub privacy: Privacy,
    /// The files that were read, but for prompts, which have their own.
    pub digests: Vec<Digest>,
    /// The ids of items that a limit, a split or an early end took away, sorted.
    pub left_out: Vec<Box<str>>,
    /// The side of the hold-out split that was kept; `None` if both were.
    pub split: Option<Split>,
}

/// The digest of a file that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// The file, relative to the project's folder.
    pub file: Box<str>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// How classifiers are asked, unless flags say otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSettings {
    /// Who is asked.
    pub provider: ProviderName,
    /// Which model; may be empty.
    pub model: Box<str>,
    /// Where the provider is, where the file says so.
    pub base_url: Option<Box<str>>,
    /// How many questions are open at once; at least 1.
    pub concurrency: u32,
    /// How often each question is asked; at least 1.
    pub repeats: u32,
    /// Whether what answers say beside their labels is kept in memory, for a listing of items.
    pub keeps_rationales: bool,
    /// How often a question is sent at most before the run gives it up; at least 1.
    pub attempts: u32,
    /// How long one request may take.
    pub timeout: Duration,
    /// The most questions in a batch, where that is less than the provider's limit.
    pub batch_rows: Option<u32>,
    /// The most tokens in open batches at once, where the provider limits them; an estimate.
    pub batch_tokens: Option<u32>,
    /// How long a question may take with all its attempts.
    pub deadline: Duration,
    /// How much of an item is sent, in estimated tokens; longer ones are cut in the middle.
    pub item_tokens: Option<u32>,
    /// What a run may cost, in US dollars.
    pub budget_usd: Option<f64>,
    /// The program that provider `command` starts, with its arguments.
    pub command: Vec<Box<str>>,
}

/// Who answers questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderName {
    /// Recorded answers.
    Replay,
    /// Anthropic's interface.
    Anthropic,
    /// `OpenAI`'s interface, which many servers speak.
    OpenAi,
    /// A program that is started.
    Command,
}

/// What reports may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privacy {
    /// Cells that rest on fewer clusters are suppressed; at least 1.
    pub min_clusters: u32,
}

/// A question with a label scheme.
#[derive(Clone, Debug)]
pub struct Classifier {
    /// The name of its folder.
    pub id: Box<str>,
    /// What tables call it; the id where nothing is said.
    pub title: Box<str>,
    /// What its answers are.
    pub scheme: Scheme,
    /// The revision under test.
    pub candidate: Revision,
    /// The revision it must not fall behind.
    pub baseline: Option<Revision>,
    /// The labels taken as right.
    pub reference: Reference,
    /// What telemetry should show.
    pub rules: Vec<Rule>,
    /// What telemetry should rise or fall with the label.
    pub directions: Vec<DirectionCheck>,
    /// What the candidate must meet.
    pub gates: Vec<Gate>,
    /// Its folder, relative to the project's.
    pub folder: PathBuf,
    /// Its `classifier.toml`, as shown to people.
    pub file: PathBuf,
    /// Where things stand in that file.
    pub lines: Lines,
}

/// The lines of a `classifier.toml` on which things stand, from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// `scheme`.
    pub scheme: usize,
    /// `baseline`, where there is one.
    pub baseline: Option<usize>,
    /// `[reference]`.
    pub reference: usize,
    /// Each telemetry rule, in the order of [`Classifier::rules`].
    pub rules: Vec<usize>,
}

/// One version of a classifier's prompt.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The file's name without `.md`.
    pub name: Box<str>,
    /// The file, relative to the project's folder.
    pub file: PathBuf,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The prompt.
    pub template: Template,
    /// How the answer is given.
    pub answer: AnswerForm,
    /// The fields asked for, in order, the answer's among them; none where the answer is the label
    /// itself.
    pub fields: Vec<Box<str>>,
    /// How much of each label the prompt shows.
    pub labels: LabelsStyle,
    /// How long an answer may be.
    pub max_tokens: u32,
    /// How answers are drawn.
    pub sampling: Sampling,
}

impl Revision {
    /// The form its answers on a scheme shall have; `None` where the answer is the label itself.
    pub fn shape(&self, scheme: &Scheme) -> Option<Shape> {
        match self.answer {
            AnswerForm::Json { .. } => Some(shape(scheme, &self.fields)),
            AnswerForm::Label => None,
        }
    }
}

/// The labels taken as right.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The file, relative to the project's folder.
    pub path: PathBuf,
    /// Every rater's labels, by the order in which the file names them.
    pub raters: References,
    /// The position of the rater that is scored against.
    pub rater: usize,
    /// How sure that rater was of each label.
    pub confidence: Confidences,
    /// The file of decisions made in review, relative to the project's folder; there may be none.
    pub reviews: PathBuf,
    /// The latest decision on each item; empty where none was ever made.
    pub decided: Vec<Option<Label>>,
    /// Whether decisions are taken as right, where there are some.
    pub adjudicated: bool,
}

/// A direction in which telemetry should go with the label.
#[derive(Clone, Debug)]
pub struct DirectionCheck {
    /// What reports call it.
    pub name: Box<str>,
    /// What should rise or fall: a number over telemetry. Position in its scope is position in
    /// [`Items::telemetry`].
    pub outcome: Program,
    /// How the outcome is transformed first.
    pub transform: Transform,
    /// Which way it should go as the label rises.
    pub expect: Expected,
    /// What is held constant.
    pub controls: Vec<Control>,
    /// For decisions, the share that stands for the label.
    pub share: Option<usize>,
}

/// Something that is held constant in a direction check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A slice, by its position in [`Items::slices`].
    Slice(usize),
    /// The label of another classifier, by its position in [`Project::classifiers`].
    Classifier(usize),
    /// A column of telemetry, by its position in [`Items::telemetry`].
    Telemetry(usize),
}

/// A measure computed from labels and telemetry; no model is asked.
#[derive(Clone, Debug)]
pub struct Derived {
    /// What expressions and reports call it.
    pub id: Box<str>,
    /// What tables call it; the id where nothing is said.
    pub title: Box<str>,
    /// What it means; may be empty.
    pub says: Box<str>,
    /// Whether it holds. Its scope is [`Project::derived_scope`].
    pub value: Program,
    /// Items for which this is false are left out (`where` in the file).
    pub filter: Option<Program>,
    /// What the candidate's values must meet; classes are `false` and `true`.
    pub gates: Vec<Gate>,
    /// The line of its file on which it begins, from 1.
    pub line: usize,
}

/// What a name in the expression of a derived measure stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeName {
    /// The label of a classifier, by its position in [`Project::classifiers`].
    Classifier(usize),
    /// A column of telemetry, by its position in [`Items::telemetry`].
    Telemetry(usize),
    /// A derived measure, by its position in [`Project::derived`]; always an earlier one.
    Derived(usize),
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            provider: ProviderName::Replay,
            model: "".into(),
            base_url: None,
            concurrency: 64,
            repeats: 1,
            keeps_rationales: false,
            attempts: 8,
            batch_rows: None,
            batch_tokens: None,
            timeout: Duration::from_secs(600),
            deadline: Duration::from_secs(3600),
            item_tokens: None,
            budget_usd: None,
            command: Vec::new(),
        }
    }
}

impl ProviderName {
    /// Every provider.
    pub const ALL: [Self; 4] = [Self::Replay, Self::Anthropic, Self::OpenAi, Self::Command];

    /// The provider of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.word() == word)
    }

    /// The word in `labelgate.toml` and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Command => "command",
        }
    }
}

impl Classifier {
    /// The labels of the rater that is scored against.
    pub fn reference_labels(&self) -> &[Option<Label>] {
        let rater = self.reference.raters.raters.get(self.reference.rater);
        rater.map(|(_, labels)| &**labels).unwrap_or_default()
    }
}

impl Project {
    /// Keeps the first `n` items, in the order of their ids.
    pub fn limit(&mut self, n: usize) {
        let mut kept = 0..n;
        self.retain(|_| kept.next().is_some());
    }

    /// Keeps the items on one side of the hold-out split; none where the project has no split.
    pub fn keep_split(&mut self, split: Split) {
        self.retain(|item| item.split == Some(split));
        self.split = Some(split);
    }

    /// Keeps the items for whose positions `is_kept` says so.
    pub fn keep(&mut self, is_kept: &[bool]) {
        let mut kept = is_kept.iter();
        self.retain(|_| kept.next().copied().unwrap_or_default());
    }

    /// The file of the derived measures, as shown to people; it may not exist.
    pub fn derived_file(&self) -> PathBuf {
        load::derived_file(&self.root)
    }

    /// Whether items are held apart on two sides.
    pub fn has_split(&self) -> bool {
        self.items.items.iter().any(|item| item.split.is_some())
    }

    /// Keeps some items, their reference labels and their clusters.
    fn retain(&mut self, mut keep: impl FnMut(&Item) -> bool) {
        let kept: Vec<bool> = self.items.items.iter().map(&mut keep).collect();
        let all = std::mem::take(&mut self.items.items);
        let mut used = vec![false; self.items.clusters.len()];
        for (item, is_kept) in all.into_iter().zip(&kept) {
            if *is_kept {
                used[item.cluster] = true;
                self.items.items.push(item);
            } else {
                self.left_out.push(item.id);
            }
        }
        self.left_out.sort_unstable();
        // Clusters without items would pass for more clusters than there are.
        let places: Vec<usize> = used
            .iter()
            .scan(0, |next, is_used| {
                let place = *next;
                *next += usize::from(*is_used);
                Some(place)
            })
            .collect();
        let mut of_cluster = used.iter();
        self.items
            .clusters
            .retain(|_| of_cluster.next().copied().unwrap_or_default());
        for item in &mut self.items.items {
            item.cluster = places[item.cluster];
        }
        for classifier in &mut self.classifiers {
            let reference = &mut classifier.reference;
            for (_, labels) in &mut reference.raters.raters {
                keep_kept(labels, &kept);
            }
            keep_kept(&mut reference.decided, &kept);
            keep_kept(&mut reference.confidence.stated, &kept);
        }
    }

    /// Whether the project has the item, counting those that a limit took away.
    pub fn has_item(&self, id: &str) -> bool {
        self.items.position(id).is_some()
            || self
                .left_out
                .binary_search_by(|left_out| (**left_out).cmp(id))
                .is_ok()
    }

    /// The classifier of this id.
    pub fn classifier(&self, id: &str) -> Option<&Classifier> {
        self.classifiers
            .iter()
            .find(|classifier| &*classifier.id == id)
    }
}

/// Keeps what stands where something is kept.
fn keep_kept<T>(of_items: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    of_items.retain(|_| kept.next().copied().unwrap_or_default());
}
