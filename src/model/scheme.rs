//! What a classifier's answers are: labels, ordered labels, a number, or a list of decisions.

use super::LabelSet;

/// A classifier's label scheme.
#[derive(Clone, Debug, PartialEq)]
pub enum Scheme {
    /// One of some labels without order.
    Nominal(LabelSet),
    /// One of some labels in ascending order.
    Ordinal(LabelSet),
    /// A number.
    Numeric(Numeric),
    /// A list of decisions that yields shares.
    Decisions(Decisions),
}

/// A numeric scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Numeric {
    /// Whether figures are computed on natural logarithms; values must then be positive.
    pub log: bool,
    /// The unit printed beside values.
    pub unit: Option<Box<str>>,
    /// The least value accepted.
    pub min: Option<f64>,
    /// The greatest value accepted.
    pub max: Option<f64>,
}

/// A scheme of decisions, each of one stage and by one decider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// The stages a decision may belong to.
    pub stages: Vec<Box<str>>,
    /// Who may have decided.
    pub deciders: Vec<Box<str>>,
    /// The shares computed from a list.
    pub yields: Vec<Share>,
}

/// A share computed from a list of decisions: of those of one stage, the part by one decider.
/// Undefined, not 0, where the list has no decision of the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// `<decider>_<stage>_share`.
    pub name: Box<str>,
    /// Position among the deciders.
    pub decider: usize,
    /// Position among the stages.
    pub stage: usize,
}

impl Scheme {
    /// The word used in `classifier.toml` and `report.json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Nominal(_) => "nominal",
            Self::Ordinal(_) => "ordinal",
            Self::Numeric(_) => "numeric",
            Self::Decisions(_) => "decisions",
        }
    }

    /// The label set of a nominal or ordinal scheme.
    pub fn labels(&self) -> Option<&LabelSet> {
        match self {
            Self::Nominal(labels) | Self::Ordinal(labels) => Some(labels),
            Self::Numeric(_) | Self::Decisions(_) => None,
        }
    }
}

impl Numeric {
    /// Whether the scheme accepts the value.
    pub fn accepts(&self, value: f64) -> bool {
        value.is_finite()
            && (!self.log || value > 0.0)
            && self.min.is_none_or(|min| value >= min)
            && self.max.is_none_or(|max| value <= max)
    }

    /// The value on the scale figures are computed on.
    pub fn on_scale(&self, value: f64) -> f64 {
        if self.log { value.ln() } else { value }
    }
}

impl Decisions {
    /// The value of a share for counts laid out as `stage * deciders + decider`, or `None` where
    /// the stage has no decision.
    pub fn share(&self, share: &Share, counts: &[u32]) -> Option<f64> {
        let stage = &counts[share.stage * self.deciders.len()..][..self.deciders.len()];
        let all: u32 = stage.iter().sum();
        (all > 0).then(|| f64::from(stage[share.decider]) / f64::from(all))
    }
}
