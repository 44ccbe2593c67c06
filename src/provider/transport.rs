//! The seam between the driver and whoever is asked.

use bytes::Bytes;

use super::pace::Signal;
use super::wire::Reading;

/// What one attempt came to.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was answered.
    pub reading: Reading,
    /// What it tells about the pace.
    pub signal: Signal,
}

/// Somebody who can be asked.
pub trait Transport {
    /// Sends a body once and waits for what comes back. Never fails: a broken connection is a
    /// reading too.
    fn send(&self, body: Bytes) -> impl Future<Output = Exchange>;
}
