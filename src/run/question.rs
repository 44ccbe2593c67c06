//! A question on its way from the items to the provider.

use tokio::sync::oneshot;

use crate::provider::Ask;
use crate::provider::Feature;

/// What the feeder hands to the driver.
#[derive(Debug)]
pub struct Question {
    /// What is sent.
    pub ask: Ask,
    /// Which series it belongs to.
    pub series: usize,
    /// Where to say how it went, if nothing of its series has been answered yet in this run: the
    /// others wait until it is known that the series can be asked at all.
    pub probe: Option<oneshot::Sender<Probed>>,
}

/// What the first question of a series told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probed {
    /// The series can be asked.
    Open,
    /// Nothing: it was about this item. The next one tells.
    Undecided,
    /// The server does not understand a part of the request, and says why; to be asked in another
    /// form.
    Unsupported(Feature, Box<str>),
    /// The run is over.
    Over,
}
