//! The nouns: items, schemes, labels, outcomes, ratings. Plain values; no serde, no input or
//! output, no time.

mod item;
mod label;
mod outcome;
mod rating;
mod reply;
mod scheme;
mod split;
mod usage;
mod value;

pub use item::{Column, Item, Items};
pub use label::{LabelIx, LabelSet, LabelSetFault, LabelText, fold};
pub use outcome::{Label, Outcome, OutcomeKind};
pub use rating::{Confidences, Rater, Ratings, References};
pub use reply::{Reply, Stop};
pub use scheme::{Decisions, Numeric, Scheme, Share};
pub use split::Split;
pub use usage::Usage;
pub use value::{Kind, Value};
