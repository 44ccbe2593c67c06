//! What tokens cost. Prices age fast, so they are read from a list that people can edit; a model
//! that is not on it has no price, which is not a price of 0.

use crate::model::Usage;

/// What a model's tokens cost, in US dollars per million.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Read at the full price.
    pub input: f64,
    /// Written.
    pub output: f64,
    /// Read from the provider's cache.
    pub cache_read: f64,
    /// Written into the provider's cache, to be kept some minutes.
    pub cache_write: f64,
    /// Written into the provider's cache, to be kept an hour.
    pub cache_write_1h: f64,
    /// What everything is multiplied by in a batch.
    pub batch: f64,
}

impl Price {
    /// What an answer cost, in millionths of a dollar, which is what a price per million tokens
    /// gives for each token.
    ///
    /// ```
    /// use labelgate::model::Usage;
    /// use labelgate::plan::Price;
    /// let price = Price { input: 3.0, output: 15.0, cache_read: 0.3, cache_write: 3.75,
    ///     cache_write_1h: 6.0, batch: 0.5 };
    /// let usage = Usage { input_tokens: 100, output_tokens: 10, ..Usage::default() };
    /// assert_eq!(price.micro_usd(&usage, false), 450.0);
    /// assert_eq!(price.micro_usd(&usage, true), 225.0);
    /// ```
    pub fn micro_usd(&self, usage: &Usage, in_batch: bool) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "tokens are far below 2^53")]
        let parts = [
            (usage.input_tokens, self.input),
            (usage.cache_read_tokens, self.cache_read),
            (usage.cache_write_tokens, self.cache_write),
            (usage.cache_write_1h_tokens, self.cache_write_1h),
            (usage.output_tokens, self.output),
        ]
        .map(|(tokens, price)| tokens as f64 * price);
        let factor = if in_batch { self.batch } else { 1.0 };
        parts.iter().sum::<f64>() * factor
    }
}
