//! Enums as the words that are stored. They are a format: a word once written keeps its meaning.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Error, Row};

use super::batches::BatchState;
use super::runs::Ended;
use crate::model::Stop;
use crate::provider::Failure;

/// An enum with a word for each variant.
pub(super) trait Word: Copy + 'static {
    const ALL: &'static [Self];

    fn word(self) -> &'static str;

    /// What a column that may be null holds.
    fn in_row_or_null(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Self>> {
        let unreadable = |source: FromSqlError| {
            Error::FromSqlConversionFailure(column, Type::Text, source.into())
        };
        let word = row.get_ref(column)?.as_str_or_null().map_err(unreadable)?;
        let Some(word) = word else { return Ok(None) };
        let mut all = Self::ALL.iter().copied();
        let unknown = || unreadable(FromSqlError::Other(format!("unknown word `{word}`").into()));
        all.find(|each| each.word() == word)
            .map(Some)
            .ok_or_else(unknown)
    }

    /// What a column holds.
    fn in_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        let absent = || {
            let source = FromSqlError::InvalidType;
            Error::FromSqlConversionFailure(column, Type::Null, source.into())
        };
        Self::in_row_or_null(row, column)?.ok_or_else(absent)
    }
}

/// A [`Failure`] without what was said.
#[derive(Clone, Copy)]
pub(super) enum FailureKind {
    Fatal,
    Rejected,
    ContextOverflow,
    Exhausted,
    Expired,
}

impl FailureKind {
    pub(super) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Fatal(_) => Self::Fatal,
            Failure::Rejected(_) => Self::Rejected,
            Failure::ContextOverflow(_) => Self::ContextOverflow,
            Failure::Exhausted { .. } => Self::Exhausted,
            Failure::Expired => Self::Expired,
        }
    }

    /// The failure of this kind, with what was said after how many attempts.
    pub(super) fn failure(self, said: Box<str>, attempts: u32) -> Failure {
        match self {
            Self::Fatal => Failure::Fatal(said),
            Self::Rejected => Failure::Rejected(said),
            Self::ContextOverflow => Failure::ContextOverflow(said),
            Self::Exhausted => Failure::Exhausted {
                attempts,
                last: said,
            },
            Self::Expired => Failure::Expired,
        }
    }
}

impl Word for FailureKind {
    const ALL: &'static [Self] = &[
        Self::Fatal,
        Self::Rejected,
        Self::ContextOverflow,
        Self::Exhausted,
        Self::Expired,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Rejected => "rejected",
            Self::ContextOverflow => "context_overflow",
            Self::Exhausted => "exhausted",
            Self::Expired => "expired",
        }
    }
}

impl Word for Stop {
    const ALL: &'static [Self] = &[
        Self::End,
        Self::MaxTokens,
        Self::Refusal,
        Self::ContextOverflow,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::MaxTokens => "max_tokens",
            Self::Refusal => "refusal",
            Self::ContextOverflow => "context_overflow",
        }
    }
}

impl Word for Ended {
    const ALL: &'static [Self] = &[
        Self::Complete,
        Self::Incomplete,
        Self::Interrupted,
        Self::Failed,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }
}

impl Word for BatchState {
    const ALL: &'static [Self] = &[Self::Creating, Self::Open, Self::Closed, Self::Abandoned];

    fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Abandoned => "abandoned",
        }
    }
}
