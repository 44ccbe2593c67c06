//! The loop that keeps as many questions in flight as pace and budget allow.
//!
//! One thread, one loop: questions come out of a bounded channel, are sent when `Pace` admits
//! them, tried again after a failure that may pass, and handed to the store's writer. A question
//! counts once the writer has committed it. Prints nothing and knows no items.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::driver::{Driver, Open};
use super::{Ended, Fed, Progress, Question, Rules};
use crate::provider::{Exchange, Settled, Transport};
use crate::store::{StoreError, Writer};

/// Answers that are heard before requests on their way get their turn.
const HEARD_AT_ONCE: u64 = 8;
const TICK: Duration = Duration::from_millis(100);

/// Asks every question that comes out of `questions` and records what becomes of it. Ends when
/// the channel is closed and everything is settled, when `stop` is ready, when the budget is
/// reached or when the provider will not answer any more; what is in flight then is waited for.
///
/// `committed` brings what the writer has made durable; `observe` is called after changes and ten
/// times a second.
///
/// # Errors
///
/// If the store cannot be written. What it had not committed is asked again by the next run.
pub async fn drive<T: Transport>(
    transport: &T,
    rules: &Rules,
    channels: Channels,
    stop: impl Future<Output = ()>,
    mut observe: impl FnMut(&Progress),
) -> Result<(Ended, Progress), StoreError> {
    let Channels {
        mut questions,
        writer,
        mut committed,
        fed,
    } = channels;
    let mut driver = Driver::new(rules, fed);
    let mut flying = FuturesUnordered::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    let recorder = writer.recorder();
    let mut arrived: Vec<Settled> = Vec::new();
    let mut n_heard: u64 = 0;
    loop {
        let mut wake = None;
        while driver.ending.is_none() {
            let Some(open) = driver.next(&mut questions, &mut wake, flying.len()) else {
                break;
            };
            let mut sending = Box::pin(send(transport, open));
            // Polled at once: among the others it would have its turn only after every answer that
            // is there already.
            match poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await {
                Poll::Ready((open, exchange)) => arrived.extend(driver.heard(open, exchange)),
                Poll::Pending => flying.push(sending),
            }
        }
        for settled in arrived.drain(..) {
            recorder.record(settled).await?;
        }
        driver.progress.in_flight = flying.len();
        if flying.is_empty() && driver.is_idle() {
            break;
        }
        let wants_question = driver.wants_question();
        let wake = wake.into_iter().chain(driver.give_up_at()).min();
        tokio::select! {
            Some((open, exchange)) = flying.next(), if !flying.is_empty() => {
                arrived.extend(driver.heard(open, exchange));
                n_heard += 1;
                if n_heard.is_multiple_of(HEARD_AT_ONCE) {
                    // Lets what was just sent reach the wire before more answers are read.
                    yield_now().await;
                }
            }
            question = questions.recv(), if wants_question => driver.received(question),
            Some(batch) = committed.recv() => driver.committed(&batch),
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                if driver.is_out_of_grace() {
                    break;
                }
            }
            () = &mut stop, if driver.ending.is_none() => driver.end(Ended::Interrupted),
            _ = tick.tick() => observe(&driver.progress),
        }
    }
    for settled in arrived {
        recorder.record(settled).await?;
    }
    // Whoever waits for a probe must not wait for ever.
    drop(flying);
    drop(questions);
    writer.finish()?;
    while let Ok(batch) = committed.try_recv() {
        driver.committed(&batch);
    }
    driver.progress.in_flight = 0;
    observe(&driver.progress);
    let ended = driver.ending.map_or(Ended::Done, |(ended, _)| ended);
    Ok((ended, driver.progress))
}

/// What the driver is connected to.
pub struct Channels {
    /// The questions, of which there may be any number.
    pub questions: mpsc::Receiver<Question>,
    /// Where answers are recorded.
    pub writer: Writer,
    /// What the writer has committed.
    pub committed: mpsc::UnboundedReceiver<Vec<Settled>>,
    /// What the feeder has counted.
    pub fed: Arc<Fed>,
}

async fn send<T: Transport>(transport: &T, open: Open) -> (Open, Exchange) {
    let exchange = transport.send(open.question.ask.body.clone()).await;
    (open, exchange)
}
