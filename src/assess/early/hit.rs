//! Shares of labels, item by item: the same as the tables of `score` count, told of one pair of
//! labels.

use crate::model::LabelSet;
use crate::score::{ClassMetric, Figure, Metric};

/// When an item counts for a share of labels, and when it is a hit.
pub(super) enum Hit {
    Equal,
    Answered(Vec<bool>),
    Near,
    Recall(usize),
    Precision(usize),
    Specificity(usize),
    Npv(usize),
}

impl Hit {
    /// That of a figure; `None` for one that is no share of labels.
    pub(super) fn of(figure: Figure, set: &LabelSet) -> Option<Self> {
        Some(match figure {
            Figure::Overall(Metric::Agreement | Metric::MicroF1 | Metric::WeightedRecall) => {
                Self::Equal
            }
            Figure::Overall(Metric::AnsweredAgreement) => {
                let is_answer = set.scored().map(|label| !set.is_abstention(label));
                Self::Answered(is_answer.collect())
            }
            Figure::Overall(Metric::WithinOne) => Self::Near,
            Figure::Class(class, ClassMetric::Recall) => Self::Recall(class),
            Figure::Class(class, ClassMetric::Precision) => Self::Precision(class),
            Figure::Class(class, ClassMetric::Specificity) => Self::Specificity(class),
            Figure::Class(class, ClassMetric::Npv) => Self::Npv(class),
            _ => return None,
        })
    }

    /// Whether a pair of scored labels is a hit; `None` where it does not count.
    pub(super) fn of_pair(&self, reference: usize, candidate: usize) -> Option<bool> {
        match self {
            Self::Equal => Some(reference == candidate),
            Self::Answered(is_answer) => {
                (is_answer[reference] && is_answer[candidate]).then_some(reference == candidate)
            }
            Self::Near => Some(reference.abs_diff(candidate) <= 1),
            Self::Recall(class) => (reference == *class).then_some(candidate == *class),
            Self::Precision(class) => (candidate == *class).then_some(reference == *class),
            Self::Specificity(class) => (reference != *class).then_some(candidate != *class),
            Self::Npv(class) => (candidate != *class).then_some(reference != *class),
        }
    }
}
