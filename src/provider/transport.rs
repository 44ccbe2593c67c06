//! The seam between the driver and whoever is asked.

use bytes::Bytes;

use super::Reading;
use super::pace::{Heard, Limits, Signal};
use super::{Http, Process};

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

/// A way to a provider.
#[derive(Debug)]
pub enum Connection {
    /// Over HTTP.
    Http(Http),
    /// To a program.
    Process(Process),
    /// To nobody: there is no key. For runs that should find everything answered.
    Closed,
}

impl Connection {
    /// Ends it in good order, if there is anything to be ended.
    pub async fn close(&self) {
        match self {
            Self::Process(process) => process.close().await,
            Self::Http(_) | Self::Closed => {}
        }
    }
}

impl Transport for Connection {
    async fn send(&self, body: Bytes) -> Exchange {
        match self {
            Self::Http(http) => http.send(body).await,
            Self::Process(process) => process.send(body).await,
            Self::Closed => Exchange {
                reading: Reading::Fatal("there is no key".into()),
                signal: signal(Heard::Other),
            },
        }
    }
}

/// What an attempt tells about the pace where nothing was said of limits.
pub(super) fn signal(outcome: Heard) -> Signal {
    Signal {
        outcome,
        retry_after: None,
        limits: Limits::default(),
    }
}
