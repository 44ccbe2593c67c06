//! What goes to a provider and what comes back, whichever provider it is.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::ask::RequestKey;
use crate::model::{Reply, Usage};

/// A question ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What identifies it.
    pub key: RequestKey,
    /// The body, in the provider's format; cheap to copy, for it may be sent again.
    pub body: Bytes,
    /// About how many tokens the provider will read; an estimate.
    pub input_tokens: u64,
    /// How many tokens it may write.
    pub max_tokens: u32,
}

/// A model's answer with what the provider said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The text, and why it ended.
    pub reply: Reply,
    /// The model that answered, as returned; may be empty.
    pub model: Box<str>,
    /// The provider's name of the exchange.
    pub request_id: Option<Box<str>>,
    /// The tokens; `None` where the provider does not say.
    pub usage: Option<Usage>,
    /// What the provider says of why the model declined, where it did.
    pub refusal: Option<Box<str>>,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing can be asked at all: a bad key, an unknown model, no money left. Ends the run.
    Fatal(Box<str>),
    /// This question cannot be answered as it is; asking again would not help.
    Rejected(Box<str>),
    /// The item does not fit the model's context.
    ContextOverflow(Box<str>),
    /// Every attempt failed in a way that may pass. Asked again by the next run.
    Exhausted {
        /// How often it was tried.
        attempts: u32,
        /// What the last attempt came to.
        last: Box<str>,
    },
    /// A batch ended before the question was answered. Asked again by the next run.
    Expired,
}

/// What became of a question, with what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The question.
    pub key: RequestKey,
    /// The answer, or why there is none.
    pub result: Result<Response, Failure>,
    /// How often it was sent.
    pub attempts: u32,
    /// From the first sending to the end.
    pub latency: Duration,
    /// Whether it was part of a batch, which costs half.
    pub batch: bool,
}

impl Failure {
    /// Whether the next run asks again.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Fatal(_) | Self::Exhausted { .. } | Self::Expired => true,
            Self::Rejected(_) | Self::ContextOverflow(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fatal(why) | Self::Rejected(why) => f.write_str(why),
            Self::ContextOverflow(why) => write!(f, "too long for the model: {why}"),
            Self::Exhausted { attempts, last } => {
                write!(f, "given up after {attempts} attempts: {last}")
            }
            Self::Expired => f.write_str("its batch ended before it was answered"),
        }
    }
}
