//! What a run will take: calls, tokens, money.

mod price;

pub use price::{Price, Prices};
