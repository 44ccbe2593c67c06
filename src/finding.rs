//! Findings: what a change did to the test itself, rather than to what is tested.

use std::path::PathBuf;

/// Something that makes a gate easier to pass without the prompt being any better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which kind of thing.
    pub name: FindingName,
    /// What changed, in words.
    pub message: String,
    /// Where it stands now, or stood and should.
    pub place: Spot,
    /// Where it stood at the base, where there is one.
    pub before: Option<Spot>,
    /// The first ids of the items it is about; empty where they are not to be shown.
    pub items: Vec<String>,
    /// Whether it was allowed by name, so that it fails nothing.
    pub allowed: bool,
}

/// A file and a line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// As shown to people.
    pub file: PathBuf,
    /// From 1; `None` is the file as a whole.
    pub line: Option<usize>,
}

/// The kinds of findings. Their words are what `--allow` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingName {
    /// An `at_least` demands less.
    ThresholdLowered,
    /// An `at_most` admits more.
    ThresholdRaised,
    /// More loss against the baseline is accepted.
    MarginWidened,
    /// The point decides where a limit of the interval did.
    ByWeakened,
    /// Rarer classes are no longer judged.
    MinSupportRaised,
    /// A gate no longer judges each value of a slice.
    SliceDropped,
    /// A gate is gone.
    GateRemoved,
    /// A classifier or derived measure is gone, and its gates with it.
    ClassifierRemoved,
    /// The labels of a scheme, their order or their roles changed.
    SchemeChanged,
    /// A telemetry rule that a gate judges changed.
    RuleChanged,
    /// The expression of a derived measure that a gate judges changed.
    MeasureChanged,
    /// The baseline is another prompt, and not the candidate of the base.
    BaselineChanged,
    /// Another file or rater is taken as right.
    ReferenceChanged,
    /// Items are gone.
    GoldRemoved,
    /// Texts, telemetry or slices of items changed.
    GoldEdited,
    /// Reference labels changed.
    GoldRelabelled,
    /// Reference labels are gone.
    GoldUnlabelled,
    /// Items belong to other clusters.
    ClustersChanged,
    /// Items changed the side of the hold-out split.
    SplitChanged,
    /// A prompt quotes an item.
    Leakage,
}

impl FindingName {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::ThresholdLowered,
        Self::ThresholdRaised,
        Self::MarginWidened,
        Self::ByWeakened,
        Self::MinSupportRaised,
        Self::SliceDropped,
        Self::GateRemoved,
        Self::ClassifierRemoved,
        Self::SchemeChanged,
        Self::RuleChanged,
        Self::MeasureChanged,
        Self::BaselineChanged,
        Self::ReferenceChanged,
        Self::GoldRemoved,
        Self::GoldEdited,
        Self::GoldRelabelled,
        Self::GoldUnlabelled,
        Self::ClustersChanged,
        Self::SplitChanged,
        Self::Leakage,
    ];

    /// The word for it, on the command line and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::ThresholdLowered => "threshold-lowered",
            Self::ThresholdRaised => "threshold-raised",
            Self::MarginWidened => "margin-widened",
            Self::ByWeakened => "by-weakened",
            Self::MinSupportRaised => "min-support-raised",
            Self::SliceDropped => "slice-dropped",
            Self::GateRemoved => "gate-removed",
            Self::ClassifierRemoved => "classifier-removed",
            Self::SchemeChanged => "scheme-changed",
            Self::RuleChanged => "rule-changed",
            Self::MeasureChanged => "measure-changed",
            Self::BaselineChanged => "baseline-changed",
            Self::ReferenceChanged => "reference-changed",
            Self::GoldRemoved => "gold-removed",
            Self::GoldEdited => "gold-edited",
            Self::GoldRelabelled => "gold-relabelled",
            Self::GoldUnlabelled => "gold-unlabelled",
            Self::ClustersChanged => "clusters-changed",
            Self::SplitChanged => "split-changed",
            Self::Leakage => "leakage",
        }
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }
}

impl Finding {
    /// A finding about a place, which nobody has allowed.
    pub fn new(name: FindingName, message: impl Into<String>, place: Spot) -> Self {
        Self {
            name,
            message: message.into(),
            place,
            before: None,
            items: Vec::new(),
            allowed: false,
        }
    }

    /// The same finding with where it stood before.
    #[must_use]
    pub fn was(mut self, before: Spot) -> Self {
        self.before = Some(before);
        self
    }
}

impl Spot {
    /// A line of a file.
    pub fn line(file: impl Into<PathBuf>, line: usize) -> Self {
        Self {
            file: file.into(),
            line: Some(line),
        }
    }

    /// A file as a whole.
    pub fn file(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            line: None,
        }
    }

    /// `file:line`, with forward slashes.
    pub fn shown(&self) -> String {
        let file = crate::fault::shown(&self.file);
        match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file,
        }
    }
}
