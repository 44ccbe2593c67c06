//! What all connections of a server share.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use tokio::sync::watch;

use super::batch::Shelf;
use super::endpoint::Provider;
use super::limit::Limiter;
use super::log::{Book, Fate, Ticket};
use super::script::Script;
use super::seen::Seen;
use super::shape::{self, Form};
use super::spans;

type Forms = HashMap<u64, Arc<Result<Form, String>>>;

/// A server's memory.
pub(super) struct State {
    pub(super) script: Script,
    pub(super) base_url: String,
    pub(super) limiter: Option<Mutex<Limiter>>,
    /// Whether what was held may go.
    pub(super) released: watch::Sender<bool>,
    /// Told whenever a request that asks a model has come in.
    pub(super) came: Condvar,
    pub(super) book: Mutex<Book>,
    shelf: Mutex<Shelf>,
    forms: Mutex<Forms>,
    /// Prefixes of prompts that some answer has made readable from the cache.
    prefixes: Mutex<HashSet<u64>>,
}

impl State {
    pub(super) fn new(script: Script, base_url: String) -> Self {
        Self {
            limiter: script
                .limit
                .clone()
                .map(|limit| Mutex::new(Limiter::new(limit))),
            script,
            base_url,
            released: watch::Sender::new(false),
            came: Condvar::new(),
            book: Mutex::new(Book::new()),
            shelf: Mutex::default(),
            forms: Mutex::default(),
            prefixes: Mutex::default(),
        }
    }

    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    pub(super) fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }

    /// The form of a request's answer, read once for all requests that are alike in it.
    pub(super) fn form(&self, seen: &Seen<'_>) -> Arc<Result<Form, String>> {
        let deciding = shape::deciding(seen);
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(u8::from(seen.provider == Provider::OpenAi));
        for span in deciding {
            hasher.write(span.unwrap_or_default());
            hasher.write_u8(0xff);
        }
        let mut forms = self.forms.lock().unwrap();
        let form = forms
            .entry(hasher.finish())
            .or_insert_with(|| Arc::new(Form::read(deciding, seen.provider)));
        Arc::clone(form)
    }

    /// Looks a request's prefix up, before it is answered.
    pub(super) fn prefix(&self, seen: &Seen<'_>) -> Option<Prefix> {
        let mut prefix = Prefix::of(seen)?;
        prefix.known = self.prefixes.lock().unwrap().contains(&prefix.hash);
        Some(prefix)
    }

    /// An answer has begun, so its prefix can be read from now on.
    pub(super) fn remember(&self, prefix: &Prefix) {
        if !prefix.known {
            self.prefixes.lock().unwrap().insert(prefix.hash);
        }
    }
}

/// The part of a prompt that can come from a cache. It has no least length, as that of providers is
/// beyond most tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix {
    hash: u64,
    /// A token is four bytes here.
    pub(super) tokens: u64,
    /// Whether it is kept for an hour, not five minutes.
    pub(super) hour: bool,
    pub(super) known: bool,
}

impl Prefix {
    /// Anthropic: all up to the last mark. OpenAI: the first of several messages.
    fn of(seen: &Seen<'_>) -> Option<Self> {
        let messages = seen.member("messages")?;
        let mut hour = false;
        let parts = match seen.provider {
            Provider::Anthropic => {
                let system = seen.member("system").unwrap_or_default();
                let tools = seen.member("tools").unwrap_or_default();
                if let Some((end, for_hour)) = marked(messages) {
                    hour = for_hour;
                    [tools, system, &messages[..end]]
                } else {
                    let (end, for_hour) = marked(system)?;
                    hour = for_hour;
                    [tools, &system[..end], &[]]
                }
            }
            Provider::OpenAi => match spans::elements(messages).as_slice() {
                [first, _, ..] => [*first, &[], &[]],
                _ => return None,
            },
        };
        let mut hasher = DefaultHasher::new();
        for part in parts {
            hasher.write(part);
            hasher.write_u8(0xff);
        }
        Some(Self {
            hash: hasher.finish(),
            tokens: parts.map(|part| part.len() as u64).iter().sum::<u64>() / 4,
            hour,
            known: false,
        })
    }
}

/// Where the last block with a mark ends, in a list of blocks or messages, and whether the mark is
/// for an hour.
fn marked(list: &[u8]) -> Option<(usize, bool)> {
    let within = |part: &[u8]| part.as_ptr().addr() - list.as_ptr().addr();
    spans::elements(list).into_iter().rev().find_map(|block| {
        if let Some(mark) = spans::get(block, "cache_control") {
            let hour = spans::get(mark, "ttl") == Some(b"\"1h\"");
            return Some((within(block) + block.len(), hour));
        }
        let content = spans::get(block, "content")?;
        let (end, hour) = marked(content)?;
        Some((within(content) + end, hour))
    })
}

/// A request while it is in flight. However it ends, that is written down.
pub(super) struct Visit {
    state: Arc<State>,
    pub(super) ticket: Ticket,
    pub(super) fate: Fate,
}

impl Visit {
    pub(super) fn new(state: Arc<State>, ticket: Ticket) -> Self {
        Self {
            state,
            ticket,
            fate: Fate::Abandoned,
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.state.book().settle(&self.ticket, self.fate);
    }
}
