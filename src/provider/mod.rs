//! Where answers come from.
//!
//! Knows neither labels nor statistics, so that what a transcript means cannot leak into how it
//! is sent.

mod exchange;
mod line;
mod recording;
mod replay;
mod wire;

pub use exchange::{Ask, Failure, Response, Settled};
pub use recording::{Recording, read_recordings};
pub use replay::{Replay, Replayed, Staleness};
pub use wire::{
    Dialect, Feature, Reading, Structure, TokenField, Trouble, UnknownDialect, UnusableKey, Wire,
};
