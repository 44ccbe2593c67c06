//! What a server does, set before it starts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::batch::BatchPlan;
use super::faults::Faults;
use super::given::Given;
use super::limit::Limit;
use super::seen::Seen;

type Answers = Arc<dyn Fn(&Seen<'_>) -> Given + Send + Sync>;

/// How a server answers. The default answers everything at once, over HTTP/1.1 without TLS.
#[derive(Clone)]
pub(crate) struct Script {
    pub(super) latency: Duration,
    pub(super) answers: Answers,
    pub(super) limit: Option<Limit>,
    pub(super) tls: bool,
    pub(super) max_streams: Option<u32>,
    pub(super) keep_bodies: bool,
    pub(super) key: Option<String>,
    pub(super) batches: BatchPlan,
}

impl Script {
    /// An answer to everything, this long after each request.
    pub(crate) fn plain(latency: Duration) -> Self {
        Self {
            latency,
            answers: Arc::new(|_| Given::Answer),
            limit: None,
            tls: false,
            max_streams: None,
            keep_bodies: false,
            key: None,
            batches: BatchPlan::default(),
        }
    }

    /// Faults in a share of the requests.
    pub(crate) fn faults(faults: Faults) -> Self {
        Self::default().answering(move |seen| faults.given(seen))
    }

    /// No more than so many requests a second; the rest gets 429 at once, without latency.
    pub(crate) fn rate_limited(limit: Limit) -> Self {
        Self {
            limit: Some(limit),
            ..Self::default()
        }
    }

    /// How long a model takes for an answer. Calls that ask no model, and refusals of the rate
    /// limit, take no time.
    pub(crate) fn latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// Decides what each request, and each row of a batch, is given. For a call that asks no model
    /// only faults count: it is then not done. [`Seen::endpoint`] and [`Seen::row`] tell them apart.
    pub(crate) fn answering(
        self,
        answers: impl Fn(&Seen<'_>) -> Given + Send + Sync + 'static,
    ) -> Self {
        Self {
            answers: Arc::new(answers),
            ..self
        }
    }

    /// TLS, and HTTP/2 for clients that want it. The file of `Server::ca_file` holds the authority
    /// to trust.
    pub(crate) fn tls(self, tls: bool) -> Self {
        Self { tls, ..self }
    }

    /// How many requests a connection of HTTP/2 may have in flight; 200 unless said.
    pub(crate) fn max_streams(self, streams: u32) -> Self {
        Self {
            max_streams: Some(streams),
            ..self
        }
    }

    /// Keeps whole bodies in the log, not only their hashes.
    pub(crate) fn keep_bodies(self) -> Self {
        Self {
            keep_bodies: true,
            ..self
        }
    }

    /// Accepts this key only. Otherwise Anthropic wants some key and OpenAI none.
    pub(crate) fn key(self, key: &str) -> Self {
        Self {
            key: Some(key.into()),
            ..self
        }
    }

    /// How batches go.
    pub(crate) fn batches(self, batches: BatchPlan) -> Self {
        Self { batches, ..self }
    }
}

impl Default for Script {
    fn default() -> Self {
        Self::plain(Duration::ZERO)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("latency", &self.latency)
            .field("limit", &self.limit)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}
