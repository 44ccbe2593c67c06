//! Bodies sent over HTTP. The only room that knows the HTTP client.

use std::cell::Cell;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use secrecy::SecretString;

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
/// Redirects within one host that are followed.
const MOST_REDIRECTS: usize = 3;

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

/// Why no provider can be asked.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The base URL cannot be used.
    #[error("`{base_url}` is no base URL: {why}")]
    BaseUrl {
        /// The URL as given.
        base_url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The key cannot be sent.
    #[error("{0}")]
    Key(String),
    /// The client cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(String),
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
        let url = endpoint(wire, base_url)?;
        let mut headers = wire
            .headers(key)
            .map_err(|error| HttpError::Key(error.to_string()))?;
        headers.extend(extra.clone());
        let n_clients = concurrency.div_ceil(PER_CLIENT).max(1);
        let tls = tls(&url)?;
        let client = || {
            let mut builder = Client::builder()
                .user_agent(concat!("labelgate/", env!("CARGO_PKG_VERSION")))
                .timeout(timeout)
                .connect_timeout(timeout.min(Duration::from_secs(30)))
                .pool_idle_timeout(Duration::from_secs(90))
                .tcp_nodelay(true)
                .redirect(redirects())
                .tls_backend_preconfigured(tls.clone());
            // What stays on this machine needs no proxy.
            if is_loopback(&url) {
                builder = builder.no_proxy();
            }
            builder
                .build()
                .map_err(|error| HttpError::Client(words(&error)))
        };
        let clients = (0..n_clients).map(|_| {
            Ok(Slot {
                client: client()?,
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
            .map_err(|error| words(&error))?;
        let status = response.status();
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| words(&error))? {
            if text.len() + chunk.len() > LARGEST_ANSWER {
                return Err("the answer is larger than 64 MiB".to_owned());
            }
            text.extend_from_slice(&chunk);
        }
        self.secrets.cover_body(&mut text, status.is_success());
        let headers = response.headers_mut();
        self.secrets.cover_headers(headers);
        let mut reading = match status.is_redirection() {
            true => Reading::Fatal(elsewhere(status, headers).into()),
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

fn endpoint(wire: Wire, base_url: &str) -> Result<Url, HttpError> {
    let fault = |why: &str| HttpError::BaseUrl {
        base_url: base_url.to_owned(),
        why: why.to_owned(),
    };
    let joined = format!("{}{}", base_url.trim_end_matches('/'), wire.path());
    let url = Url::parse(&joined).map_err(|error| fault(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault("it begins with http:// or https://"));
    }
    // It is shown and stored, and must not hold a password.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("a name or password in it would be shown and stored"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault("it ends with the path, without `?` or `#`"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// TLS by rustls with ring, against the machine's certificates; HTTP/2 where it is offered.
fn tls(url: &Url) -> Result<ClientConfig, HttpError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let fault = |error: rustls::Error| HttpError::Client(error.to_string());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(fault)?;
    let mut config = match url.scheme() {
        "https" => builder
            .with_platform_verifier()
            .map_err(fault)?
            .with_no_client_auth(),
        // Certificates take a while to read, and nobody asks for them here.
        _ => builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Keys and transcripts go to the host that was named, and to no other.
fn redirects() -> Policy {
    Policy::custom(|attempt| {
        let place = |url: &Url| {
            (
                url.scheme().to_owned(),
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
            )
        };
        let here = attempt.previous().last().map(place);
        if here == Some(place(attempt.url())) && attempt.previous().len() <= MOST_REDIRECTS {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

fn elsewhere(status: StatusCode, headers: &HeaderMap) -> String {
    let to = headers
        .get(http::header::LOCATION)
        .and_then(|to| to.to_str().ok())
        .unwrap_or("elsewhere");
    format!(
        "the server answers {status} and points to {to}, which is not followed; name the right base URL"
    )
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

/// An error with its causes, without the URL, which is shown elsewhere.
fn words(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "cannot connect"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the request failed"
    };
    let mut words = kind.to_owned();
    let mut cause = std::error::Error::source(error);
    // The innermost cause says it; those between repeat it.
    let mut last = None;
    while let Some(inner) = cause {
        last = Some(inner.to_string());
        cause = inner.source();
    }
    if let Some(last) = last {
        words.push_str(": ");
        words.push_str(&last);
    }
    words
}
