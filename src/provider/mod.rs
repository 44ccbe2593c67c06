//! Where answers come from.
//!
//! Knows neither labels nor statistics, so that what a transcript means cannot leak into how it
//! is sent.

mod exchange;
mod line;
pub mod pace;
mod recording;
mod replay;

pub use exchange::{Ask, Failure, Response, Settled};
pub use recording::{Recording, read_recordings};
pub use replay::{Replay, Replayed, Staleness};
