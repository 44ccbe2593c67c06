//! Batches over HTTP: handed over, looked at, fetched.
//!
//! A call that only asks is tried again while the trouble may pass. To create a batch is not: if
//! it is not known whether it came to pass, the caller has to look ([`CallError::Lost`]), for a
//! second batch costs as much as the first.

mod results;
mod scratch;
mod spool;
mod upload;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use reqwest::{Client, Request, Response, Url};
use secrecy::SecretString;
use tokio::time::{sleep, timeout};

use super::client::{self, HttpError};
use super::secrets::Secrets;
use super::wire::{creation, is_queue_full, read_file_id};
use super::{Page, Reading, RemoteBatch, Trouble, Wire};

use scratch::Scratch;
use upload::Upload;

pub use results::Results;
pub use spool::{Place, Rows, Spool};

/// An answer larger than this is not read on; results are not bound by it.
const LARGEST_ANSWER: usize = 64 << 20;
/// The slowest line a batch is handed over by, in bytes a second.
const SLOWEST: u64 = 64 << 10;
/// How often a call that only asks is tried.
const ATTEMPTS: u32 = 6;
/// The wait before the second attempt; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// A provider's batches.
#[derive(Debug)]
pub struct BatchClient {
    wire: Wire,
    base: Url,
    headers: HeaderMap,
    /// What no answer may repeat.
    secrets: Secrets,
    client: Client,
    timeout: Duration,
}

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The provider does not have, or no longer has, what was asked for.
    #[error("{0}")]
    Gone(Box<str>),
    /// Whether the batch was created is not known.
    #[error("{0}")]
    Lost(Box<str>),
    /// It may go better later. Nothing was created.
    #[error("{0}")]
    Later(Box<str>),
    /// Too much is in the queue for this one. Nothing was created.
    #[error("{0}")]
    QueueFull(Box<str>),
    /// It will not go better: the key, the address or what was sent is at fault.
    #[error("{0}")]
    Refused(Box<str>),
    /// A file of ours cannot be read or written.
    #[error("failed to use a temporary file: {0}")]
    File(Box<str>),
}

impl BatchClient {
    /// The batches of a provider at a base URL; no wait for one answer is longer than `timeout`.
    ///
    /// # Errors
    ///
    /// If the URL is none of http or https, or the machine's certificates cannot be read.
    pub fn new(
        wire: Wire,
        base_url: &str,
        key: Option<&SecretString>,
        extra: &HeaderMap,
        timeout: Duration,
    ) -> Result<Self, HttpError> {
        let base = client::place(base_url, "/")?;
        let headers = client::headers(wire, key, extra)?;
        Ok(Self {
            client: client::build(&base, client::tls(&base)?, timeout, None)?,
            secrets: Secrets::of(&headers),
            headers,
            wire,
            base,
            timeout,
        })
    }

    /// The format that is spoken.
    pub fn wire(&self) -> Wire {
        self.wire
    }

    /// Hands over a batch, under a tag of ours by which it is found again.
    pub async fn create(&self, rows: &Rows, tag: &str) -> Result<RemoteBatch, CallError> {
        let body = match self.wire {
            Wire::Anthropic => Upload::plain(self.wire, rows),
            Wire::OpenAi => {
                let file = self.upload(rows).await?;
                Upload::small(creation(&file, tag))
            }
        };
        let path = self.url(&[]);
        let answer = self.once(Method::POST, path, Some(&body)).await;
        let answer = answer.map_err(|trouble| trouble.of_creation())?;
        // It was taken, whatever else the answer says.
        self.wire
            .read_batch(&answer)
            .map_err(|error| CallError::Lost(error.to_string().into()))
    }

    /// How far a batch is.
    pub async fn status(&self, id: &str) -> Result<RemoteBatch, CallError> {
        let answer = self.ask(Method::GET, self.url(&[id])).await?;
        self.read(self.wire.read_batch(&answer))
    }

    /// A page of the list of batches, the newest first.
    pub async fn list(&self, next: Option<&str>) -> Result<Page, CallError> {
        let mut url = self.url(&[]);
        url.query_pairs_mut()
            .extend_pairs(self.wire.page_query(next));
        let answer = self.ask(Method::GET, url).await?;
        self.read(self.wire.read_page(&answer))
    }

    /// Asks the provider to stop working on a batch.
    pub async fn cancel(&self, id: &str) -> Result<RemoteBatch, CallError> {
        let answer = self.ask(Method::POST, self.url(&[id, "cancel"])).await?;
        self.read(self.wire.read_batch(&answer))
    }

    /// The results of a batch that has ended; they pass through a file in `folder`.
    pub async fn results(&self, batch: &RemoteBatch, folder: &Path) -> Result<Results, CallError> {
        let urls: Vec<Url> = match self.wire {
            // Not the address in the answer: the key goes to the host that was named, and no other.
            Wire::Anthropic => vec![self.url(&[&batch.id, "results"])],
            Wire::OpenAi => {
                let files = batch.files.iter();
                files
                    .map(|id| self.under(&["files", id, "content"]))
                    .collect()
            }
        };
        let mut scratch = Scratch::new(folder).map_err(of_file)?;
        let mut gone = None;
        for url in &urls {
            match self.download(url, &mut scratch.file).await {
                // One of two may be gone, and the other still says what was paid for.
                Err(CallError::Gone(why)) => gone = Some(why),
                other => other?,
            }
        }
        let is_empty = scratch.file.metadata().map_err(of_file)?.len() == 0;
        match gone {
            Some(why) if is_empty => Err(CallError::Gone(why)),
            _ => Results::new(self.wire, scratch, self.secrets.clone()).map_err(of_file),
        }
    }

    async fn upload(&self, rows: &Rows) -> Result<Box<str>, CallError> {
        let body = Upload::form(self.wire, rows);
        let url = self.under(&["files"]);
        // A file that nobody makes a batch of costs nothing, so it may be sent again.
        let answer = self
            .again(|| self.once(Method::POST, url.clone(), Some(&body)))
            .await?;
        self.read(read_file_id(&answer))
    }

    /// Appends what a URL has to a file.
    async fn download(&self, url: &Url, file: &mut File) -> Result<(), CallError> {
        let start = file.metadata().map_err(of_file)?.len();
        let mut tries = Tries::default();
        loop {
            file.set_len(start).map_err(of_file)?;
            file.seek(SeekFrom::Start(start)).map_err(of_file)?;
            match self.fetch(url, file).await {
                Ok(()) => return Ok(()),
                Err(trouble) => tries.wait(trouble).await?,
            }
        }
    }

    async fn fetch(&self, url: &Url, file: &mut File) -> Result<(), Problem> {
        let request = self.request(Method::GET, url.clone(), None);
        let mut response = self.send(request, self.timeout).await?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let mut last = b'\n';
        while let Some(chunk) = self.chunk(&mut response).await? {
            file.write_all(&chunk).map_err(Problem::File)?;
            last = chunk.last().copied().unwrap_or(last);
        }
        // What follows from another file begins on a line of its own.
        if last != b'\n' {
            file.write_all(b"\n").map_err(Problem::File)?;
        }
        Ok(())
    }

    /// A call that may be made any number of times.
    async fn ask(&self, method: Method, url: Url) -> Result<Vec<u8>, CallError> {
        self.again(|| self.once(method.clone(), url.clone(), None))
            .await
    }

    async fn again<F>(&self, call: impl Fn() -> F) -> Result<Vec<u8>, CallError>
    where
        F: Future<Output = Result<Vec<u8>, Problem>>,
    {
        let mut tries = Tries::default();
        loop {
            match call().await {
                Ok(answer) => return Ok(answer),
                Err(trouble) => tries.wait(trouble).await?,
            }
        }
    }

    async fn once(
        &self,
        method: Method,
        url: Url,
        body: Option<&Upload>,
    ) -> Result<Vec<u8>, Problem> {
        let length = body.map_or(0, |body| body.length);
        let patience = self.timeout + Duration::from_secs(length / SLOWEST);
        let request = self.request(method, url, body);
        let mut response = self.send(request, patience).await?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        self.whole(&mut response).await
    }

    fn request(&self, method: Method, url: Url, body: Option<&Upload>) -> Request {
        let mut request = Request::new(method, url);
        *request.headers_mut() = self.headers.clone();
        if let Some(body) = body {
            let headers = request.headers_mut();
            headers.insert(CONTENT_TYPE, body.content_type.clone());
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.length));
            *request.body_mut() = Some(body.stream());
        }
        request
    }

    async fn send(&self, request: Request, patience: Duration) -> Result<Response, Problem> {
        match timeout(patience, self.client.execute(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if error.is_connect() => Err(Problem::Unsent(client::words(&error))),
            Ok(Err(error)) => Err(Problem::Broken(client::words(&error))),
            Err(_) => Err(Problem::Broken("no answer in time".to_owned())),
        }
    }

    async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, Problem> {
        match timeout(self.timeout, response.chunk()).await {
            Ok(chunk) => chunk.map_err(|error| Problem::Broken(client::words(&error))),
            Err(_) => Err(Problem::Broken("the answer does not go on".to_owned())),
        }
    }

    async fn whole(&self, response: &mut Response) -> Result<Vec<u8>, Problem> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk(response).await? {
            if whole.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Problem::Broken(
                    "the answer is larger than 64 MiB".to_owned(),
                ));
            }
            whole.extend_from_slice(&chunk);
        }
        self.secrets
            .cover_body(&mut whole, response.status().is_success());
        Ok(whole)
    }

    async fn refusal(&self, mut response: Response) -> Problem {
        let (status, mut headers) = (response.status(), response.headers().clone());
        self.secrets.cover_headers(&mut headers);
        if status.is_redirection() {
            return Problem::Refused(client::elsewhere(status, &headers).into());
        }
        let body = self.whole(&mut response).await.unwrap_or_default();
        let (why, is_trouble, kind) = match self.wire.read(status.as_u16(), &headers, &body) {
            Reading::Retry { why, kind } => (why, true, Some(kind)),
            Reading::Rejected(why)
            | Reading::Fatal(why)
            | Reading::ContextOverflow(why)
            | Reading::Unsupported { why, .. } => (why, false, None),
            Reading::Response(_) => (format!("HTTP {status}").into(), false, None),
        };
        match (status, kind) {
            _ if is_queue_full(&body) => Problem::QueueFull(why),
            (StatusCode::NOT_FOUND, _) => Problem::Gone(why),
            (_, Some(Trouble::RateLimited | Trouble::Overloaded)) => Problem::Later(why),
            _ if is_trouble => Problem::Broken(why.into()),
            _ => Problem::Refused(why),
        }
    }

    fn read<T>(&self, read: Result<T, super::Unreadable>) -> Result<T, CallError> {
        read.map_err(|error| CallError::Later(error.to_string().into()))
    }

    /// The address of the batches, or of what belongs to one.
    fn url(&self, more: &[&str]) -> Url {
        let path: Vec<&str> = self.wire.batches_path().split('/').skip(1).collect();
        self.under(&[&path, more].concat())
    }

    fn under(&self, parts: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Fails for no URL of http. A name that the provider gave cannot leave its place.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }
}

/// Why an attempt failed.
#[derive(Debug)]
enum Problem {
    /// It never left.
    Unsent(String),
    /// It may or may not have been done.
    Broken(String),
    /// The server said: not now.
    Later(Box<str>),
    QueueFull(Box<str>),
    Gone(Box<str>),
    Refused(Box<str>),
    File(io::Error),
}

impl Problem {
    /// What it means where nothing was to be created.
    fn of_question(self) -> CallError {
        match self {
            Self::Unsent(why) | Self::Broken(why) => CallError::Later(why.into()),
            other => other.of_creation(),
        }
    }

    /// What it means where something was.
    fn of_creation(self) -> CallError {
        match self {
            Self::Unsent(why) => CallError::Later(why.into()),
            Self::Broken(why) => CallError::Lost(why.into()),
            Self::Later(why) => CallError::Later(why),
            Self::QueueFull(why) => CallError::QueueFull(why),
            Self::Gone(why) => CallError::Gone(why),
            Self::Refused(why) => CallError::Refused(why),
            Self::File(error) => of_file(error),
        }
    }
}

fn of_file(error: io::Error) -> CallError {
    CallError::File(error.to_string().into())
}

/// Attempts at one call.
#[derive(Debug, Default)]
struct Tries(u32);

impl Tries {
    /// Waits before the next one, if there is to be one.
    async fn wait(&mut self, problem: Problem) -> Result<(), CallError> {
        let may_pass = matches!(
            problem,
            Problem::Unsent(_) | Problem::Broken(_) | Problem::Later(_)
        );
        self.0 += 1;
        if !may_pass || self.0 == ATTEMPTS {
            return Err(problem.of_question());
        }
        let ceiling = FIRST_WAIT.saturating_mul(1 << (self.0 - 1));
        sleep(ceiling.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}
