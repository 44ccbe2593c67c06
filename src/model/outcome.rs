//! What one answer became. Never silently dropped.

use super::LabelIx;

/// A usable label.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// One of the declared labels.
    One(LabelIx),
    /// A number as answered, before any logarithm.
    Number(f64),
    /// How many decisions of each stage each decider made, as `stage * deciders + decider`.
    Counts(Vec<u32>),
}

/// What one answer became.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A usable label.
    Ok(Label),
    /// A label that means no answer is given.
    Abstained(Label),
    /// The reply holds no usable label; why.
    Unparsed(Box<str>),
    /// The model declined.
    Refused,
    /// The reply was cut off at its token limit.
    Truncated,
    /// The item did not fit the model's context.
    ContextOverflow,
    /// The question failed; why.
    Error(Box<str>),
    /// A batch ended before the question was answered.
    Expired,
}

/// The kind of an [`Outcome`], for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeKind {
    /// A usable label.
    Ok,
    /// An abstention.
    Abstained,
    /// No usable label in the reply.
    Unparsed,
    /// Declined.
    Refused,
    /// Cut off.
    Truncated,
    /// Too long for the model.
    ContextOverflow,
    /// Failed.
    Error,
    /// Not answered in time.
    Expired,
}

impl OutcomeKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Ok,
        Self::Abstained,
        Self::Unparsed,
        Self::Refused,
        Self::Truncated,
        Self::ContextOverflow,
        Self::Error,
        Self::Expired,
    ];

    /// The name in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Abstained => "abstained",
            Self::Unparsed => "unparsed",
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::ContextOverflow => "context_overflow",
            Self::Error => "error",
            Self::Expired => "expired",
        }
    }
}

impl Outcome {
    /// The outcome's kind.
    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::Ok(_) => OutcomeKind::Ok,
            Self::Abstained(_) => OutcomeKind::Abstained,
            Self::Unparsed(_) => OutcomeKind::Unparsed,
            Self::Refused => OutcomeKind::Refused,
            Self::Truncated => OutcomeKind::Truncated,
            Self::ContextOverflow => OutcomeKind::ContextOverflow,
            Self::Error(_) => OutcomeKind::Error,
            Self::Expired => OutcomeKind::Expired,
        }
    }

    /// The usable label, an abstention included.
    pub fn label(&self) -> Option<&Label> {
        match self {
            Self::Ok(label) | Self::Abstained(label) => Some(label),
            _ => None,
        }
    }
}
