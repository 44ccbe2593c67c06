//! Batches: kept in memory, moved on by being asked about and not by a clock.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::endpoint::{Endpoint, Provider};
use super::given::Given;
use super::render::{self, Problem, Reply};
use super::seen::Seen;
use super::shape::draw;
use super::state::State;
use super::{batch_anthropic, batch_openai, handle, spans};

/// How batches go.
#[derive(Clone)]
pub(crate) struct BatchPlan {
    /// How many questions about its status find a batch still going.
    pub(crate) polls: u32,
    /// The order of results.
    pub(crate) order: Order,
    /// What becomes of a row, by its place in the batch and its custom id.
    pub(crate) rows: RowFates,
    /// Whether results can no longer be had, as 29 days later: 404.
    pub(crate) gone: bool,
    /// What becomes of the answers to the first creations. The batches are accepted all the same.
    pub(crate) lost: Vec<Lost>,
    /// How many batches of OpenAI fail first, for too many tokens in the queue.
    pub(crate) failing: u32,
    /// The most rows a batch may have; the provider's own limit unless said.
    pub(crate) max_rows: Option<usize>,
}

/// What becomes of each row.
pub(crate) type RowFates = Arc<dyn Fn(usize, &str) -> RowFate + Send + Sync>;

/// The order in which results come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    AsSent,
    Reversed,
    Shuffled { seed: u64 },
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFate {
    /// What the script gives for it; a fault makes it errored.
    Asked,
    Expired,
    Cancelled,
    /// It is in no file of results.
    Missing,
    /// As asked, and there twice.
    Twice,
}

/// How an answer gets lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The connection is reset.
    Reset,
    /// It never comes.
    Hang,
}

impl Default for BatchPlan {
    fn default() -> Self {
        Self {
            polls: 1,
            order: Order::AsSent,
            rows: Arc::new(|_, _| RowFate::Asked),
            gone: false,
            lost: Vec::new(),
            failing: 0,
            max_rows: None,
        }
    }
}

impl fmt::Debug for BatchPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchPlan")
            .field("polls", &self.polls)
            .field("order", &self.order)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

/// What comes of a call.
#[derive(Debug)]
pub(super) enum Done {
    Reply(Reply),
    Lost(Lost),
}

/// All batches and files of a server.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// In the order of their creation.
    pub(super) batches: Vec<Batch>,
    pub(super) files: BTreeMap<String, File>,
}

/// An uploaded or made file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) purpose: String,
    pub(super) content: Bytes,
}

/// One batch of either provider.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) provider: Provider,
    pub(super) id: String,
    pub(super) created: Timestamp,
    pub(super) polls: u32,
    pub(super) phase: Phase,
    pub(super) rows: Vec<Row>,
    pub(super) counts: Counts,
    /// Anthropic's results.
    pub(super) results: Bytes,
    /// The parts of the request that OpenAI shows again.
    pub(super) request: Value,
    pub(super) output_file: Option<String>,
    pub(super) error_file: Option<String>,
    /// Why OpenAI does not take it.
    pub(super) errors: Vec<Value>,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Going,
    Cancelling,
    Ended { cancelled: bool },
    Failed,
}

/// A row as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) custom_id: String,
    /// The request it stands for.
    pub(super) params: Bytes,
    hash: [u8; 32],
    number: u64,
    before: u32,
}

/// Rows by what became of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) succeeded: usize,
    pub(super) errored: usize,
    pub(super) cancelled: usize,
    pub(super) expired: usize,
}

/// A row's result.
#[derive(Debug)]
pub(super) enum RowResult {
    /// The answer, or the fault, that the request alone would have got.
    Reply(Box<Reply>),
    Cancelled,
    Expired,
}

/// Answers a call about batches or files.
pub(super) fn answer(state: &State, seen: &Seen<'_>, body: &Bytes) -> Done {
    match seen.provider {
        Provider::Anthropic => batch_anthropic::answer(state, seen, body),
        Provider::OpenAi => batch_openai::answer(state, seen, body),
    }
}

pub(super) fn bad_request(seen: &Seen<'_>, message: &str) -> Done {
    Done::Reply(Problem::bad_request(message).reply(seen.provider, seen.number))
}

pub(super) fn not_found(seen: &Seen<'_>, message: &str) -> Done {
    let problem = Problem::new(404, "not_found_error", message);
    Done::Reply(problem.reply(seen.provider, seen.number))
}

/// Whether a custom id is one that Anthropic takes.
pub(super) fn is_custom_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The first custom id that comes twice, with its row.
pub(super) fn duplicate(rows: &[Row]) -> Option<(usize, &str)> {
    let mut ids = HashSet::new();
    rows.iter()
        .enumerate()
        .find(|(_, row)| !ids.insert(row.custom_id.as_str()))
        .map(|(at, row)| (at, row.custom_id.as_str()))
}

impl Shelf {
    /// The batch of an id.
    pub(super) fn batch(&mut self, provider: Provider, id: &str) -> Option<&mut Batch> {
        self.batches
            .iter_mut()
            .find(|batch| batch.provider == provider && batch.id == id)
    }

    /// Adds a batch, whose rows are asked from now on unless it is going to fail, and says whether
    /// the answer about it gets lost.
    pub(super) fn add(&mut self, state: &State, mut batch: Batch) -> Option<Lost> {
        if batch.errors.is_empty() {
            let mut book = state.book();
            for row in &mut batch.rows {
                (row.number, row.before) = book.row(row.hash);
            }
        }
        self.batches.push(batch);
        let lost = &state.script.batches.lost;
        lost.get(self.batches.len() - 1).copied()
    }

    /// The batches of a provider, newest first, that follow one, or precede one, at most so many;
    /// and whether there are more.
    pub(super) fn page(
        &self,
        provider: Provider,
        after: Option<&str>,
        before: Option<&str>,
        limit: usize,
    ) -> (Vec<&Batch>, bool) {
        let newest = self.batches.iter().rev();
        let all: Vec<&Batch> = newest.filter(|batch| batch.provider == provider).collect();
        let place = |id: &str| all.iter().position(|batch| batch.id == id);
        let start = after.and_then(place).map_or(0, |at| at + 1);
        let end = before.and_then(place).unwrap_or(all.len());
        let all = all.get(start..end).unwrap_or_default();
        match before {
            // The page right before it.
            Some(_) => {
                let skipped = all.len().saturating_sub(limit);
                (all[skipped..].to_vec(), skipped > 0)
            }
            None => (all[..all.len().min(limit)].to_vec(), all.len() > limit),
        }
    }
}

impl Row {
    pub(super) fn new(custom_id: String, params: Bytes) -> Self {
        Self {
            custom_id,
            hash: Sha256::digest(&params).into(),
            params,
            number: 0,
            before: 0,
        }
    }
}

impl Batch {
    pub(super) fn new(provider: Provider, id: String, rows: Vec<Row>) -> Self {
        Self {
            provider,
            id,
            created: Timestamp::now(),
            polls: 0,
            phase: Phase::Going,
            rows,
            counts: Counts::default(),
            results: Bytes::new(),
            request: Value::Null,
            output_file: None,
            error_file: None,
            errors: Vec::new(),
        }
    }

    /// Counts a question about the status; whether the batch ends now.
    pub(super) fn poll(&mut self, plan: &BatchPlan) -> bool {
        let open = matches!(self.phase, Phase::Going | Phase::Cancelling);
        self.polls += u32::from(open);
        // A cancelled batch ends by the next question.
        open && (self.polls > plan.polls || self.phase == Phase::Cancelling)
    }

    /// Ends it: what became of each row, in the order of the results.
    pub(super) fn end(&mut self, state: &State) -> Vec<(Row, RowResult)> {
        let plan = &state.script.batches;
        let cancelled = self.phase == Phase::Cancelling;
        self.phase = Phase::Ended { cancelled };
        let mut results = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let mut fate = (plan.rows)(at, &row.custom_id);
            // Who cancels finds the first half done.
            if cancelled && at >= self.rows.len() / 2 {
                fate = RowFate::Cancelled;
            }
            let times = match fate {
                RowFate::Missing => 0,
                RowFate::Twice => 2,
                RowFate::Asked | RowFate::Expired | RowFate::Cancelled => 1,
            };
            let answered = matches!(fate, RowFate::Asked | RowFate::Missing | RowFate::Twice)
                .then(|| ask(state, self.provider, row));
            match (&answered, fate) {
                (Some(reply), _) if reply.status == 200 => self.counts.succeeded += 1,
                (Some(_), _) => self.counts.errored += 1,
                (None, RowFate::Expired) => self.counts.expired += 1,
                (None, _) => self.counts.cancelled += 1,
            }
            for _ in 0..times {
                let result = match (&answered, fate) {
                    (Some(reply), _) => RowResult::Reply(Box::new(Reply {
                        content_type: reply.content_type,
                        ..Reply::json(reply.status, reply.body.clone())
                    })),
                    (None, RowFate::Expired) => RowResult::Expired,
                    (None, _) => RowResult::Cancelled,
                };
                results.push((row.clone(), result));
            }
        }
        match plan.order {
            Order::AsSent => {}
            Order::Reversed => results.reverse(),
            Order::Shuffled { seed } => {
                let mut chance = seed;
                for at in (1..results.len()).rev() {
                    results.swap(at, draw(&mut chance, at + 1));
                }
            }
        }
        results
    }
}

/// Asks the script about a row, as if it had come alone.
fn ask(state: &State, provider: Provider, row: &Row) -> Reply {
    let endpoint = match provider {
        Provider::Anthropic => Endpoint::Messages,
        Provider::OpenAi => Endpoint::ChatCompletions,
    };
    let seen = Seen {
        provider,
        endpoint: &endpoint,
        path: match provider {
            Provider::Anthropic => "/v1/messages",
            Provider::OpenAi => "/v1/chat/completions",
        },
        headers: &HeaderMap::new(),
        body: &row.params,
        members: &spans::members(&row.params),
        hash: row.hash,
        number: row.number,
        before: row.before,
        row: true,
    };
    if let Some(fault) = handle::question_fault(&seen) {
        return Problem::bad_request(fault).reply(provider, row.number);
    }
    let given = (state.script.answers)(&seen);
    // What happens to connections does not happen to rows.
    let given = match given {
        Given::Reset | Given::Cut | Given::Hang | Given::TooLarge => Given::Internal,
        given => given,
    };
    let reply = render::reply(state, &seen, &given, None);
    if reply.paid {
        state.book().paid(row.hash);
    }
    reply
}
