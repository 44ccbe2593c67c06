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
