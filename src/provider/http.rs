//! Questions sent over HTTP.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method};
use reqwest::{Client, Url};
use secrecy::SecretString;

use super::client::{self, HttpError};
use super::pace::{Heard, Limits, Signal, retry_after};
use super::secrets::Secrets;
use super::transport::signal;
use super::{Exchange, Transport};
use super::{Reading, Trouble, Wire};

/// Servers take about a hundred requests at once on one HTTP/2 connection, and a client has one
/// connection to a host; so many clients are used that none has more open.
const PER_CLIENT: usize = 100;
/// An answer larger than this is not read on.
const LARGEST_ANSWER: usize = 64 << 20;

/// A provider that is asked over HTTP.
#[derive(Debug)]
pub struct Http {
    wire: Wire,
    url: Url,
    headers: HeaderMap,
    secrets: Secrets,
    clients: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    client: Client,
    in_flight: Cell<usize>,
}

impl Http {
    /// A provider at a base URL, that may be asked `concurrency` questions at once.
    ///
    /// # Errors
    ///
    /// If the URL is none of http or https, or the machine's certificates cannot be read.
    pub fn new(
        wire: Wire,
        base_url: &str,
        key: Option<&SecretString>,
        extra: &HeaderMap,
        concurrency: usize,
        timeout: Duration,
    ) -> Result<Self, HttpError> {
        let url = client::place(base_url, wire.path())?;
        let headers = client::headers(wire, key, extra)?;
        let n_clients = concurrency.div_ceil(PER_CLIENT).max(1);
        let tls = client::tls(&url)?;
        let clients = (0..n_clients).map(|_| {
            Ok(Slot {
                client: client::build(&url, tls.clone(), timeout, Some(timeout))?,
                in_flight: Cell::new(0),
            })
        });
        Ok(Self {
            clients: clients.collect::<Result<_, HttpError>>()?,
            wire,
            url,
            secrets: Secrets::of(&headers),
            headers,
        })
    }

    async fn exchange(&self, client: &Client, body: Bytes) -> Result<Exchange, String> {
        let mut request = reqwest::Request::new(Method::POST, self.url.clone());
        *request.headers_mut() = self.headers.clone();
        *request.body_mut() = Some(body.into());
        let sent = SystemTime::now();
        let mut response = client
            .execute(request)
            .await
            .map_err(|error| client::words(&error))?;
        let status = response.status();
        let mut text = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| client::words(&error))?
        {
            if text.len() + chunk.len() > LARGEST_ANSWER {
                return Err("the answer is larger than 64 MiB".to_owned());
            }
            text.extend_from_slice(&chunk);
        }
        self.secrets.cover_body(&mut text, status.is_success());
        let headers = response.headers_mut();
        self.secrets.cover_headers(headers);
        let mut reading = match status.is_redirection() {
            true => Reading::Fatal(client::elsewhere(status, headers).into()),
            false => self.wire.read(status.as_u16(), headers, &text),
        };
        self.secrets.cover_reading(&mut reading);
        let now = SystemTime::now();
        Ok(Exchange {
            signal: Signal {
                outcome: heard(&reading),
                retry_after: retry_after(headers, now),
                limits: Limits::of(headers, sent),
            },
            reading,
        })
    }
}

impl Transport for Http {
    async fn send(&self, body: Bytes) -> Exchange {
        let slot = self.clients.iter().min_by_key(|slot| slot.in_flight.get());
        let Some(slot) = slot else {
            return broken("no HTTP client");
        };
        let _guard = Taken::of(&slot.in_flight);
        match self.exchange(&slot.client, body).await {
            Ok(exchange) => exchange,
            Err(why) => broken(&why),
        }
    }
}

/// One more request of a client, until dropped.
struct Taken<'a>(&'a Cell<usize>);

impl<'a> Taken<'a> {
    fn of(in_flight: &'a Cell<usize>) -> Self {
        in_flight.set(in_flight.get() + 1);
        Self(in_flight)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

fn heard(reading: &Reading) -> Heard {
    match reading {
        Reading::Response(_) | Reading::ContextOverflow(_) => Heard::Answered,
        Reading::Retry { kind, .. } => match kind {
            Trouble::RateLimited => Heard::RateLimited,
            Trouble::Overloaded => Heard::Overloaded,
            Trouble::Server | Trouble::Conflict => Heard::Failed,
        },
        Reading::Rejected(_) | Reading::Fatal(_) | Reading::Unsupported { .. } => Heard::Other,
    }
}

/// What becomes of a request that brought no whole answer.
fn broken(why: &str) -> Exchange {
    Exchange {
        reading: Reading::Retry {
            why: why.into(),
            kind: Trouble::Server,
        },
        signal: signal(Heard::Failed),
    }
}
