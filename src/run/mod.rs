//! Asking what is missing, as fast as the provider allows, and losing nothing that was paid for.
//!
//! [`Feeder`] turns items into questions and leaves out what the store knows; [`drive()`] keeps them
//! in flight and has every answer recorded before it counts. Prints nothing.

pub mod batch;
mod budget;
mod drive;
mod driver;
mod feed;
mod pause;
mod progress;
mod question;
mod recent;
mod rules;
mod series;
mod terms;

#[cfg(test)]
mod tests;

pub use budget::{Budget, MicroUsd};
pub use drive::{Channels, drive};
pub use feed::{Fed, FeedError, Feeder, Which};
pub use progress::Progress;
pub use question::{Probed, Question};
pub use rules::{Ended, QUEUE, Rules};
pub use series::Series;
pub use terms::Terms;
