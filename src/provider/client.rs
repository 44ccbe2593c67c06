//! HTTP clients, all by the same rules: TLS by rustls, redirects to no other host, no proxy for
//! what stays on this machine. Only this room, `http` and `batch` know the HTTP library.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use secrecy::SecretString;

use super::Wire;

/// Redirects within one host that are followed.
const MOST_REDIRECTS: usize = 3;

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

/// A client for a host, that waits for a whole answer no longer than `total`, if that is said.
pub(super) fn build(
    url: &Url,
    tls: ClientConfig,
    timeout: Duration,
    total: Option<Duration>,
) -> Result<Client, HttpError> {
    let mut builder = Client::builder()
        .user_agent(concat!("labelgate/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeout.min(Duration::from_secs(30)))
        .pool_idle_timeout(Duration::from_secs(90))
        .tcp_nodelay(true)
        .redirect(redirects())
        .tls_backend_preconfigured(tls);
    if let Some(total) = total {
        builder = builder.timeout(total);
    }
    // What stays on this machine needs no proxy.
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .map_err(|error| HttpError::Client(words(&error)))
}

/// The headers of every request.
pub(super) fn headers(
    wire: Wire,
    key: Option<&SecretString>,
    extra: &HeaderMap,
) -> Result<HeaderMap, HttpError> {
    let mut headers = wire
        .headers(key)
        .map_err(|error| HttpError::Key(error.to_string()))?;
    headers.extend(extra.clone());
    Ok(headers)
}

/// The address of a path at a base URL, which is one that may be shown and stored.
pub(super) fn place(base_url: &str, path: &str) -> Result<Url, HttpError> {
    let fault = |why: &str| HttpError::BaseUrl {
        base_url: base_url.to_owned(),
        why: why.to_owned(),
    };
    let joined = format!("{}{}", base_url.trim_end_matches('/'), path);
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
pub(super) fn tls(url: &Url) -> Result<ClientConfig, HttpError> {
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

/// What to say of a redirect that is not followed.
pub(super) fn elsewhere(status: StatusCode, headers: &HeaderMap) -> String {
    let to = headers
        .get(http::header::LOCATION)
        .and_then(|to| to.to_str().ok())
        .unwrap_or("elsewhere");
    format!(
        "the server answers {status} and points to {to}, which is not followed; name the right base URL"
    )
}

/// An error with its causes, without the URL, which is shown elsewhere.
pub(super) fn words(error: &reqwest::Error) -> String {
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
