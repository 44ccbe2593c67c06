//! Bodies of answers: whole, in pieces over time, or broken off.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::state::Visit;

/// The server breaks an answer off on purpose.
#[derive(Debug)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken off on purpose")
    }
}

impl Error for Broken {}

impl From<Infallible> for Broken {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A body of an answer.
pub(super) enum Body {
    Whole(Bytes),
    Pieces(Box<Pieces>),
}

/// A body that comes bit by bit. Its request is in flight until it ends.
pub(super) struct Pieces {
    left: VecDeque<Bytes>,
    gap: Duration,
    wait: Pin<Box<Sleep>>,
    length: u64,
    /// Ends with an error instead of an end; the flag that resets the connection.
    breaks: Option<Option<Arc<AtomicBool>>>,
    _visit: Visit,
}

impl Body {
    /// In ten pieces over a time.
    pub(super) fn slow(bytes: &Bytes, time: Duration, visit: Visit) -> Self {
        let size = bytes.len().div_ceil(10).max(1);
        let left = (0..bytes.len())
            .step_by(size)
            .map(|start| bytes.slice(start..bytes.len().min(start + size)))
            .collect();
        Self::pieces(left, time / 10, bytes.len(), None, visit)
    }

    /// Half of it, then a break, which resets the connection if there is a flag for it.
    pub(super) fn cut(bytes: &Bytes, reset: Option<Arc<AtomicBool>>, visit: Visit) -> Self {
        let half = bytes.slice(..bytes.len() / 2);
        // The half has to be on its way before the break.
        let gap = Duration::from_millis(5);
        Self::pieces([half].into(), gap, bytes.len(), Some(reset), visit)
    }

    fn pieces(
        left: VecDeque<Bytes>,
        gap: Duration,
        length: usize,
        breaks: Option<Option<Arc<AtomicBool>>>,
        visit: Visit,
    ) -> Self {
        Self::Pieces(Box::new(Pieces {
            left,
            gap,
            wait: Box::pin(sleep(Duration::ZERO)),
            length: length as u64,
            breaks,
            _visit: visit,
        }))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Self::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Self::Pieces(pieces) => {
                ready!(pieces.wait.as_mut().poll(context));
                let next = Instant::now() + pieces.gap;
                pieces.wait.as_mut().reset(next);
                if let Some(piece) = pieces.left.pop_front() {
                    return Poll::Ready(Some(Ok(Frame::data(piece))));
                }
                let Some(reset) = &pieces.breaks else {
                    return Poll::Ready(None);
                };
                if let Some(reset) = reset {
                    reset.store(true, Ordering::Relaxed);
                }
                Poll::Ready(Some(Err(Broken)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Pieces(pieces) => pieces.left.is_empty() && pieces.breaks.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(bytes) => bytes.len() as u64,
            Self::Pieces(pieces) => pieces.length,
        })
    }
}
