//! What an answer took.

/// Tokens that were paid for, each counted once: those read from a cache or written into one are
/// not among `input_tokens`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read at the full price.
    pub input_tokens: u64,
    /// Read from the provider's cache.
    pub cache_read_tokens: u64,
    /// Written into the provider's cache, to be kept some minutes.
    pub cache_write_tokens: u64,
    /// Written into the provider's cache, to be kept an hour.
    pub cache_write_1h_tokens: u64,
    /// Written by the model, its thinking included.
    pub output_tokens: u64,
}

impl Usage {
    /// All that was read, at whatever price.
    pub fn read_tokens(&self) -> u64 {
        self.input_tokens
            + self.cache_read_tokens
            + self.cache_write_tokens
            + self.cache_write_1h_tokens
    }
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        let Self {
            input_tokens,
            cache_read_tokens,
            cache_write_tokens,
            cache_write_1h_tokens,
            output_tokens,
        } = other;
        self.input_tokens += input_tokens;
        self.cache_read_tokens += cache_read_tokens;
        self.cache_write_tokens += cache_write_tokens;
        self.cache_write_1h_tokens += cache_write_1h_tokens;
        self.output_tokens += output_tokens;
    }
}
