//! What one request is given for an answer.

use std::time::Duration;

/// How a 429 says when to come again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hint {
    None,
    /// `retry-after`, seconds.
    RetryAfter(u64),
    /// `retry-after-ms`, milliseconds.
    RetryAfterMs(f64),
}

/// An answer, a fault, or a misfortune on the way. Where a provider has no such thing, it gives what
/// comes nearest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    /// 200 with a label of the request's schema, chosen by a hash of the question.
    Answer,
    /// 200 with this text.
    Text(String),
    /// 200 as [`Given::Answer`], the label in the wrong case.
    WrongCase,
    /// 200 as [`Given::Answer`], among blocks and fields of unknown names.
    UnknownBlock,
    /// 200 with a refusal of this category and without content.
    Refused(&'static str),
    /// 200 stopped by a filter (OpenAI `content_filter`), without content.
    Filtered,
    /// 200 stopped at the token limit, the JSON cut.
    Truncated,
    /// 200 stopped at the token limit before the first word, as by a reasoning model.
    TruncatedEmpty,
    /// 200 with an error object instead of an answer, as from a gateway.
    ErrorInBody,
    /// 400: the model does not take `temperature`.
    UnsupportedTemperature,
    /// 400: the server does not know `response_format` (Anthropic: `output_config`).
    UnsupportedResponseFormat,
    /// 400: the server does not know `max_completion_tokens`.
    UnsupportedMaxCompletionTokens,
    /// 400: the model wants `max_completion_tokens` in place of `max_tokens`.
    UnsupportedMaxTokens,
    /// 400: the item does not fit the context.
    ContextTooLong,
    /// 400: the credit balance is too low.
    CreditTooLow,
    /// 401.
    Unauthorized,
    /// 402.
    PaymentRequired,
    /// 403.
    Forbidden,
    /// 404: no such model.
    NotFound,
    /// 413 with a body of HTML, as from the edge.
    TooLarge,
    /// 422.
    Unprocessable,
    /// 429.
    RateLimited(Hint),
    /// 429 `insufficient_quota`; Anthropic has [`Given::CreditTooLow`] for it.
    QuotaExhausted,
    /// 500.
    Internal,
    /// 503.
    Unavailable,
    /// 529.
    Overloaded,
    /// 200 as [`Given::Answer`], the body spread over this time.
    Slow(Duration),
    /// Something else, this much later than usual.
    Late(Duration, Box<Given>),
    /// 200 as [`Given::Answer`], but only after `Server::release`.
    Held,
    /// The connection is reset before the first byte; over HTTP/2 the stream.
    Reset,
    /// The connection is reset in the middle of the body; over HTTP/2 the stream. The answer counts
    /// as paid.
    Cut,
    /// 307 to this URL.
    Redirect(String),
    /// No answer, ever.
    Hang,
}

impl Given {
    /// Whether a model's answer comes of it, in full or in part.
    pub(super) fn is_answer(&self) -> bool {
        match self {
            Self::Answer
            | Self::Text(_)
            | Self::WrongCase
            | Self::UnknownBlock
            | Self::Refused(_)
            | Self::Filtered
            | Self::Truncated
            | Self::TruncatedEmpty
            | Self::Slow(_)
            | Self::Held
            | Self::Cut => true,
            Self::Late(_, given) => given.is_answer(),
            Self::ErrorInBody
            | Self::UnsupportedTemperature
            | Self::UnsupportedResponseFormat
            | Self::UnsupportedMaxCompletionTokens
            | Self::UnsupportedMaxTokens
            | Self::ContextTooLong
            | Self::CreditTooLow
            | Self::Unauthorized
            | Self::PaymentRequired
            | Self::Forbidden
            | Self::NotFound
            | Self::TooLarge
            | Self::Unprocessable
            | Self::RateLimited(_)
            | Self::QuotaExhausted
            | Self::Internal
            | Self::Unavailable
            | Self::Overloaded
            | Self::Reset
            | Self::Redirect(_)
            | Self::Hang => false,
        }
    }
}
