//! What an appendix holds beside the reports: definitions, prompts, and the settings that its
//! account of methods rests on.

use crate::model::Scheme;

/// What a paper's appendix says of the classifiers beside the figures of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Appendix {
    /// The classifiers with their texts, in the order of the run's reports.
    pub classifiers: Vec<Described>,
    /// The derived measures, likewise.
    pub derived: Vec<DerivedText>,
}

/// The texts of one classifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Its id.
    pub id: String,
    /// What its answers are.
    pub scheme: Scheme,
    /// What telemetry should show.
    pub rules: Vec<RuleText>,
    /// The prompts: the candidate's, then the baseline's.
    pub prompts: Vec<Prompt>,
}

/// The texts of a telemetry rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Its name.
    pub name: String,
    /// The condition on the label.
    pub when: String,
    /// The condition on telemetry.
    pub expect: String,
    /// The reason for it; may be empty.
    pub says: String,
}

/// A prompt as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The revision's name.
    pub revision: String,
    /// Whether it is the revision under test.
    pub is_candidate: bool,
    /// The file, relative to the project's folder.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// All of its text.
    pub text: String,
}

/// The texts of a derived measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedText {
    /// Its id.
    pub id: String,
    /// What it means; may be empty.
    pub says: String,
    /// The expression of its value.
    pub value: String,
    /// The condition on the items it is about; empty where it is about all.
    pub filter: String,
}
