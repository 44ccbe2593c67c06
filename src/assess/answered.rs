//! What became of the questions of a classifier.

use crate::model::{Confidences, Outcome, Ratings};

/// What became of the questions of one classifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The candidate's.
    pub candidate: Answers,
    /// The baseline's, where the classifier names one.
    pub baseline: Option<Answers>,
    /// What a reader of the report must know of them.
    pub notes: Vec<String>,
}

/// What one revision answered, one place per item.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// What became of each question.
    pub ratings: Ratings,
    /// How sure it said to be.
    pub confidences: Confidences,
    /// The outcomes of each repeat, where each question was asked several times.
    pub repeats: Vec<Vec<Option<Outcome>>>,
    /// What was said beside the label; empty where it was not kept.
    pub rationales: Vec<Option<Box<str>>>,
}

impl Answers {
    /// Answers of which no more is known than what became of them.
    pub fn of(ratings: Ratings) -> Self {
        Self {
            ratings,
            confidences: Confidences::default(),
            repeats: Vec::new(),
            rationales: Vec::new(),
        }
    }

    /// No answer to any of so many items.
    pub fn none(n_items: usize) -> Self {
        let outcomes = vec![None; n_items];
        Self {
            confidences: Confidences::none(n_items),
            ..Self::of(Ratings {
                outcomes,
                n_normalised: 0,
            })
        }
    }
}

impl Answered {
    /// The outcomes of the baseline, where there is one.
    pub fn baseline_ratings(&self) -> Option<&Ratings> {
        self.baseline.as_ref().map(|baseline| &baseline.ratings)
    }
}
