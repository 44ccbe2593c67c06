//! What waits to be written: a bounded queue that many fill and one thread empties at a stroke.
//!
//! A channel would do but for its end: one that is closed while a task holds a reserved place, as
//! those of tokio's reserve them, takes that task's message and never gives it out. Here adding and
//! closing are under one lock, so what was taken is written or counted as lost.

use std::future::poll_fn;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// The queue, shared by those who fill it and the one who empties it.
pub(super) struct Queue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// The emptying thread is told here of something to take or of the end.
    filled: Condvar,
    /// Threads that wait for room are told here.
    emptied: Condvar,
}

struct State<T> {
    waiting: Vec<T>,
    closed: bool,
    /// Whether the emptying thread sleeps, so that others need to wake it.
    idle: bool,
    /// Tasks that wait for room.
    tasks: Vec<Waker>,
}

/// The queue takes nothing more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Closed;

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State {
            waiting: Vec::new(),
            closed: false,
            idle: false,
            tasks: Vec::new(),
        };
        Self {
            capacity,
            state: Mutex::new(state),
            filled: Condvar::new(),
            emptied: Condvar::new(),
        }
    }

    /// Adds something, once there is room.
    pub(super) async fn push(&self, item: T) -> Result<(), Closed> {
        let mut item = Some(item);
        poll_fn(|context| {
            let mut state = self.state();
            if !state.closed && state.waiting.len() >= self.capacity {
                state.tasks.push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(self.add(state, item.take()))
        })
        .await
    }

    /// [`push`](Self::push) for threads, which it blocks until there is room.
    pub(super) fn push_blocking(&self, item: T) -> Result<(), Closed> {
        let full = |state: &mut State<T>| !state.closed && state.waiting.len() >= self.capacity;
        let state = self.emptied.wait_while(self.state(), full);
        self.add(state.unwrap_or_else(PoisonError::into_inner), Some(item))
    }

    fn add(&self, mut state: MutexGuard<'_, State<T>>, item: Option<T>) -> Result<(), Closed> {
        if state.closed {
            return Err(Closed);
        }
        state.waiting.extend(item);
        if mem::take(&mut state.idle) {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Puts all that waits into `taken`, which is empty, once there is anything. `false` at the
    /// end: the queue is closed and empty.
    pub(super) fn take(&self, taken: &mut Vec<T>) -> bool {
        let mut state = self.state();
        while state.waiting.is_empty() && !state.closed {
            state.idle = true;
            let woken = self.filled.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        mem::swap(&mut state.waiting, taken);
        self.make_room(state);
        !taken.is_empty()
    }

    /// Takes nothing more from now on. What waits can still be taken.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.idle = false;
        self.filled.notify_one();
        self.make_room(state);
    }

    fn make_room(&self, mut state: MutexGuard<'_, State<T>>) {
        let tasks = mem::take(&mut state.tasks);
        drop(state);
        self.emptied.notify_all();
        tasks.into_iter().for_each(Waker::wake);
    }

    /// No code that can panic runs under the lock, so a poisoned one guards nothing broken.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
