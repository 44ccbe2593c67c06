//! What a run will take: calls, tokens, money, and how many items its gates need.

mod need;
mod price;
mod spend;

pub use need::{Assumed, Basis, Need, Outlook, Pool, Size, Source, Unforeseen, need};
pub use price::{Price, Prices};
pub use spend::{Caching, Cost, Counted, ExpectedFrom, Spend, total};
