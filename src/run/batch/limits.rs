//! How large a batch may be.

use crate::provider::{Sheet, Wire};

/// The limits of a batch. What a provider says of its own is taken with some slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most questions; at least 1.
    pub rows: usize,
    /// The most bytes, all told.
    pub bytes: u64,
    /// The most tokens that may be in the queue at once, over all open batches of the store; an
    /// estimate. `None` where nothing is known: then the provider says when it is too much.
    pub tokens: Option<u64>,
}

impl Limits {
    /// Those of a provider.
    pub fn of(wire: Wire) -> Self {
        let (rows, megabytes) = match wire {
            Wire::Anthropic => (100_000, 256),
            Wire::OpenAi => (50_000, 200),
        };
        Self {
            rows,
            // Whether a megabyte is 10^6 bytes or 2^20 is not said, nor what is counted.
            bytes: megabytes * 950_000,
            tokens: None,
        }
    }

    /// Divides questions, of each of which bytes and tokens are known, into batches, in their order.
    /// A question that is too large by itself has a batch of its own, for the provider to judge.
    ///
    /// ```
    /// use labelgate::provider::{Sheet, Wire};
    /// use labelgate::run::batch::Limits;
    /// let limits = Limits { rows: 3, bytes: 1_000_000, tokens: Some(100) };
    /// let sheet = Sheet::new(Wire::OpenAi);
    /// let sizes = [(10, 60), (10, 40), (10, 10), (10, 500), (10, 1), (10, 1), (10, 1), (10, 1)];
    /// assert_eq!(limits.divide(sheet, sizes), [2, 1, 1, 3, 1]);
    /// ```
    pub fn divide(&self, sheet: Sheet, sizes: impl IntoIterator<Item = (u64, u64)>) -> Vec<usize> {
        let mut parts: Vec<usize> = Vec::new();
        let (mut bytes, mut tokens) = (0, 0);
        for (row_bytes, row_tokens) in sizes {
            let row_bytes = row_bytes + sheet.row_overhead();
            let fits = bytes + row_bytes <= self.bytes
                && self.tokens.is_none_or(|most| tokens + row_tokens <= most);
            match parts.last_mut().filter(|rows| fits && **rows < self.rows) {
                Some(rows) => *rows += 1,
                None => {
                    parts.push(1);
                    (bytes, tokens) = (0, 0);
                }
            }
            bytes += row_bytes;
            tokens += row_tokens;
        }
        parts
    }
}
