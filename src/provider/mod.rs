//! Where answers come from.
//!
//! Knows neither labels nor statistics, so that what a transcript means cannot leak into how it
//! is sent.

mod batch;
mod caching;
mod client;
mod exchange;
mod format;
mod http;
mod line;
pub mod pace;
mod process;
mod recording;
mod replay;
mod secrets;
mod transport;
mod wire;

pub use batch::{BatchClient, CallError, Place, Results, Rows, Spool};
pub use caching::least_cached_tokens;
pub use client::HttpError;
pub use exchange::{Ask, Failure, Response, Settled};
pub use format::Format;
pub use http::Http;
pub use process::{Process, ProcessError, place as place_of_command};
pub use recording::{Recording, read_recordings};
pub use replay::{Replay, Replayed, Staleness};
pub use transport::{Connection, Exchange, Transport};
pub use wire::{
    Dialect, Feature, Page, Reading, RemoteBatch, RowResult, Sheet, Stage, Structure, TokenField,
    Trouble, UnknownDialect, Unreadable, UnusableKey, Wire, custom_id,
};
