//! What a server saw.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::HeaderMap;
use hyper::body::Bytes;
use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, Provider};

/// Names and values of headers.
pub(crate) type HeaderList = Arc<[(String, String)]>;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) provider: Provider,
    pub(crate) endpoint: Endpoint,
    pub(crate) path: Box<str>,
    /// SHA-256 of the body, or of the path where there is none.
    pub(crate) hash: [u8; 32],
    /// Only with `Script::keep_bodies`.
    pub(crate) body: Option<Bytes>,
    /// Names in lower case; without `content-length`.
    pub(crate) headers: HeaderList,
    /// Which connection, in the order of their beginning.
    pub(crate) connection: u32,
    pub(crate) http2: bool,
    /// Since the server began.
    pub(crate) arrived: Duration,
    pub(crate) fate: Fate,
}

impl Entry {
    /// The first header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(found, _)| found == name)?;
        Some(value)
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// In flight.
    Waiting,
    /// An answer went out with this status.
    Answered(u16),
    /// The server broke it off on purpose.
    Broken,
    /// The client went away before an answer.
    Abandoned,
}

/// Figures over all requests since the start, or since the last `Server::forget`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// Requests of any kind.
    pub(crate) requests: u64,
    /// Requests that ask a model, without rows of batches.
    pub(crate) asks: u64,
    /// Rows of batches.
    pub(crate) rows: u64,
    /// Different bodies among asks and rows.
    pub(crate) bodies: u64,
    /// Asks and rows that a model answered: a provider would charge for them. A row counts when its
    /// batch ends.
    pub(crate) paid: u64,
    /// Answers paid for although the same body had been paid for.
    pub(crate) paid_again: u64,
    /// Asks and rows that came although the same body had come, whatever became of it.
    pub(crate) asked_again: u64,
    /// Answers 429.
    pub(crate) refused: u64,
    /// Answers 500 and above.
    pub(crate) failed: u64,
    /// Requests whose client went away.
    pub(crate) abandoned: u64,
    /// Requests over HTTP/2.
    pub(crate) http2: u64,
    pub(crate) connections: u64,
    /// Asks in flight at once, at most.
    pub(crate) max_in_flight: u64,
}

/// How often a body was asked and paid for.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    asked: u32,
    paid: u32,
}

/// The log as it is kept.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) began: Instant,
    entries: Vec<Entry>,
    /// How often each body came, of any kind of request.
    came: HashMap<[u8; 32], u32>,
    tallies: HashMap<[u8; 32], Tally>,
    /// Sets of headers that were seen, so that alike ones are kept once.
    headers: Vec<(HeaderMap, HeaderList)>,
    in_flight: u64,
    numbers: u64,
    connections: u32,
    sums: Summary,
    /// Entries of before this many forgettings are not written to any more.
    era: u32,
}

/// A request's place in the book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    pub(super) number: u64,
    pub(super) before: u32,
    place: usize,
    era: u32,
    ask: bool,
}

impl Book {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            entries: Vec::new(),
            came: HashMap::new(),
            tallies: HashMap::new(),
            headers: Vec::new(),
            in_flight: 0,
            numbers: 0,
            connections: 0,
            sums: Summary::default(),
            era: 0,
        }
    }

    /// Writes down a request that came in whole; its `fate`, `headers` and `arrived` are set here.
    pub(super) fn arrive(&mut self, mut entry: Entry, headers: &HeaderMap) -> Ticket {
        entry.headers = self.alike(headers);
        entry.arrived = self.began.elapsed();
        entry.fate = Fate::Waiting;
        let ask = entry.endpoint.is_ask();
        self.sums.requests += 1;
        self.sums.http2 += u64::from(entry.http2);
        let (number, before) = self.count(entry.hash);
        if ask {
            self.sums.asks += 1;
            self.asked(entry.hash);
            self.in_flight += 1;
            self.sums.max_in_flight = self.sums.max_in_flight.max(self.in_flight);
        }
        self.entries.push(entry);
        Ticket {
            number,
            before,
            place: self.entries.len() - 1,
            era: self.era,
            ask,
        }
    }

    /// Writes down a row of a batch; its number, and how often its body came before.
    pub(super) fn row(&mut self, hash: [u8; 32]) -> (u64, u32) {
        self.sums.rows += 1;
        self.asked(hash);
        self.count(hash)
    }

    pub(super) fn settle(&mut self, ticket: &Ticket, fate: Fate) {
        if ticket.ask {
            self.in_flight -= 1;
        }
        if ticket.era != self.era {
            return;
        }
        match fate {
            Fate::Answered(429) => self.sums.refused += 1,
            Fate::Answered(500..) => self.sums.failed += 1,
            Fate::Abandoned => self.sums.abandoned += 1,
            Fate::Answered(_) | Fate::Broken | Fate::Waiting => {}
        }
        if let Some(entry) = self.entries.get_mut(ticket.place) {
            entry.fate = fate;
        }
    }

    pub(super) fn paid(&mut self, hash: [u8; 32]) {
        let tally = self.tallies.entry(hash).or_default();
        tally.paid += 1;
        self.sums.paid += 1;
        self.sums.paid_again += u64::from(tally.paid > 1);
    }

    pub(super) fn connected(&mut self) -> u32 {
        self.sums.connections += 1;
        self.connections += 1;
        self.connections - 1
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    pub(super) fn summary(&self) -> Summary {
        Summary {
            bodies: self.tallies.len() as u64,
            ..self.sums.clone()
        }
    }

    pub(super) fn asks(&self) -> u64 {
        self.sums.asks
    }

    /// Empties the log. What is in flight stays in flight, and what came before stays known to the
    /// script.
    pub(super) fn forget(&mut self) {
        self.entries.clear();
        self.tallies.clear();
        self.sums = Summary::default();
        self.sums.max_in_flight = self.in_flight;
        self.era += 1;
    }

    fn count(&mut self, hash: [u8; 32]) -> (u64, u32) {
        let number = self.numbers;
        self.numbers += 1;
        let came = self.came.entry(hash).or_default();
        *came += 1;
        (number, *came - 1)
    }

    fn asked(&mut self, hash: [u8; 32]) {
        let tally = self.tallies.entry(hash).or_default();
        tally.asked += 1;
        self.sums.asked_again += u64::from(tally.asked > 1);
    }

    fn alike(&mut self, headers: &HeaderMap) -> HeaderList {
        let same = |kept: &HeaderMap| {
            kept.len() == headers.len()
                && kept
                    .iter()
                    .zip(headers)
                    .all(|(a, b)| a.0 == b.0 && (a.1 == b.1 || a.0 == "content-length"))
        };
        if let Some((_, kept)) = self.headers.iter().find(|(kept, _)| same(kept)) {
            return Arc::clone(kept);
        }
        let list: Arc<[_]> = headers
            .iter()
            .filter(|(name, _)| *name != "content-length")
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        // A client that makes up a header for each request must not make the search long.
        if self.headers.len() < 16 {
            self.headers.push((headers.clone(), Arc::clone(&list)));
        }
        list
    }
}
