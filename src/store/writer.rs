//! Adding answers: one thread that owns a connection and commits all that waits at once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::answers::Insert;
use super::error::StoreError;
use super::queue::{Closed, Queue};
use super::runs::RunId;
use super::{Store, UnixMillis, database};
use crate::provider::Settled;

/// How many answers may wait to be written. While the disk syncs, this many more come in before
/// those who ask have to wait; it bounds the memory they take.
const CAPACITY: usize = 1_024;

/// The thread that adds a run's answers to the store, and the way to it.
///
/// All that waits is written in one transaction, so the busier it is, the more answers share the
/// cost of a sync. Only after that sync is anybody told that an answer is kept.
///
/// Dropping it writes what waits, but an error is then only logged: [`finish`](Self::finish).
pub struct Writer {
    recorder: Recorder,
    thread: Option<JoinHandle<Result<(), StoreError>>>,
}

/// A way to hand answers to a [`Writer`]; any number of tasks and threads may have one.
#[derive(Clone)]
pub struct Recorder {
    path: Arc<PathBuf>,
    queue: Arc<Queue<Settled>>,
}

impl Store {
    /// Starts a thread that adds answers of `run`. It calls `committed` with every batch of them
    /// once they are durable, in the order in which they were recorded. `committed` must not wait
    /// for something that waits for the writer.
    pub fn writer(
        &self,
        run: RunId,
        committed: impl FnMut(&[Settled]) + Send + 'static,
    ) -> Result<Writer, StoreError> {
        let connection = database::connect(self.path())?;
        Writer::start(self.path(), connection, run, committed)
    }
}

impl Writer {
    pub(super) fn start(
        path: &Path,
        connection: Connection,
        run: RunId,
        committed: impl FnMut(&[Settled]) + Send + 'static,
    ) -> Result<Self, StoreError> {
        let recorder = Recorder {
            path: Arc::new(path.to_owned()),
            queue: Arc::new(Queue::new(CAPACITY)),
        };
        let theirs = recorder.clone();
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || write_all(&theirs, &connection, run, committed))
            .map_err(StoreError::io("start the writer of", path))?;
        Ok(Self {
            recorder,
            thread: Some(thread),
        })
    }

    /// A way to hand it answers.
    pub fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// Takes no more answers, waits until those taken are durable, and says if anything failed. A
    /// panic of `committed` goes on here.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.stop()
    }

    fn stop(&mut self) -> Result<(), StoreError> {
        self.recorder.queue.close();
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(done)) => done,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if thread::panicking() {
            // A second panic would abort the process. The thread writes what waits all the same.
            self.recorder.queue.close();
            return;
        }
        if let Err(error) = self.stop() {
            tracing::error!("{error}");
        }
    }
}

impl Recorder {
    /// Hands over an answer, once there is room for it. That it is kept is told by `committed`.
    ///
    /// # Errors
    ///
    /// [`Stopped`](StoreError::Stopped): the answer was not taken. Why, [`Writer::finish`] says.
    pub async fn record(&self, settled: Settled) -> Result<(), StoreError> {
        let pushed = self.queue.push(settled).await;
        pushed.map_err(|Closed| self.stopped())
    }

    /// [`record`](Self::record) for threads, which it blocks until there is room.
    pub fn record_blocking(&self, settled: Settled) -> Result<(), StoreError> {
        let pushed = self.queue.push_blocking(settled);
        pushed.map_err(|Closed| self.stopped())
    }

    fn stopped(&self) -> StoreError {
        StoreError::Stopped {
            path: self.path.to_path_buf(),
        }
    }
}

fn write_all(
    recorder: &Recorder,
    connection: &Connection,
    run: RunId,
    mut committed: impl FnMut(&[Settled]),
) -> Result<(), StoreError> {
    let queue = &*recorder.queue;
    // However this ends, nobody shall wait for room in a queue that nobody empties. Who learns from
    // the end of `committed` that there will be no more finds the queue closed: it is dropped last.
    let _closing = CloseOnDrop(queue);
    let mut batch = Vec::new();
    let Err(source) = write_batches(queue, connection, run, &mut batch, &mut committed) else {
        return Ok(());
    };
    queue.close();
    let mut answers = batch.len();
    batch.clear();
    while queue.take(&mut batch) {
        answers += batch.len();
        batch.clear();
    }
    let source = Box::new(database::failed(&recorder.path, connection, source));
    Err(StoreError::Unsaved { answers, source })
}

/// Leaves in `batch` what could not be written.
fn write_batches(
    queue: &Queue<Settled>,
    connection: &Connection,
    run: RunId,
    batch: &mut Vec<Settled>,
    committed: &mut impl FnMut(&[Settled]),
) -> rusqlite::Result<()> {
    let mut insert = Insert::prepare(connection)?;
    while queue.take(batch) {
        write(connection, &mut insert, run, batch)?;
        committed(batch);
        batch.clear();
    }
    Ok(())
}

fn write(
    connection: &Connection,
    insert: &mut Insert<'_>,
    run: RunId,
    batch: &[Settled],
) -> rusqlite::Result<()> {
    let settled_at = now();
    let immediate = TransactionBehavior::Immediate;
    let transaction = Transaction::new_unchecked(connection, immediate)?;
    for settled in batch {
        insert.insert(run, settled_at, settled)?;
    }
    transaction.commit()
}

fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is wrong anyway.
    let millis = since.map_or(0, |since| since.as_millis());
    UnixMillis::try_from(millis).unwrap_or(UnixMillis::MAX)
}

struct CloseOnDrop<'a>(&'a Queue<Settled>);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Writer").field(&self.recorder.path).finish()
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recorder").field(&self.path).finish()
    }
}
