//! What tokens cost. Prices age fast, so they are read from a list that people can edit; a model
//! that is not on it has no price, which is not a price of 0.

use std::collections::BTreeMap;

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

/// What models cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    models: BTreeMap<Box<str>, Price>,
}

impl Prices {
    /// Sets the price of a model.
    pub fn set(&mut self, model: &str, price: Price) {
        self.models.insert(model.into(), price);
    }

    /// The price of a model: of its name or, where that ends in a date or `latest`, of what stands
    /// before it. A router's prefix, as in `anthropic/claude-sonnet-5`, is passed over.
    ///
    /// ```
    /// use labelgate::plan::{Price, Prices};
    /// let mut prices = Prices::default();
    /// let price = Price { input: 1.0, output: 5.0, cache_read: 0.1, cache_write: 1.25,
    ///     cache_write_1h: 2.0, batch: 0.5 };
    /// prices.set("small-4", price);
    /// assert_eq!(prices.of("small-4-20260101"), Some(price));
    /// assert_eq!(prices.of("maker/small-4-latest"), Some(price));
    /// assert_eq!(prices.of("small-4-mini"), None, "unknown, which is not free");
    /// ```
    pub fn of(&self, model: &str) -> Option<Price> {
        let bare = model.rsplit_once('/').map_or(model, |(_, bare)| bare);
        [model, bare, undated(bare)]
            .into_iter()
            .find_map(|name| self.models.get(name))
            .copied()
    }
}

/// The name without a date such as `-20260101` or `-2026-01-01` at its end, or `-latest`.
fn undated(model: &str) -> &str {
    if let Some(bare) = model.strip_suffix("-latest") {
        return bare;
    }
    // What stands before the date may itself end in a number: `small-4-20260101`.
    [8, 10]
        .into_iter()
        .filter_map(|length| model.len().checked_sub(length + 1))
        .filter_map(|at| model.split_at_checked(at))
        .find(|(_, end)| {
            let end = end.strip_prefix('-').unwrap_or_default();
            let n_digits = end.bytes().filter(u8::is_ascii_digit).count();
            n_digits == 8
                && end
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-')
        })
        .map_or(model, |(bare, _)| bare)
}
