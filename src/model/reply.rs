//! What a model sent back.

/// Why a model stopped writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It had finished.
    End,
    /// It reached its token limit.
    MaxTokens,
    /// It declined.
    Refusal,
    /// The question did not fit its context.
    ContextOverflow,
}

/// A model's reply to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The text as received.
    pub text: Box<str>,
    /// Why it ended there.
    pub stop: Stop,
}
