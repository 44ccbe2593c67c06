//! A client that does nothing but send and read: what the machine allows.

use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Outcome;
use super::project::{Project, text};
use super::provider::Provider;
use super::usage::{self, Used};

/// The argument by which this program becomes a bare client.
pub(crate) const CHILD: &str = "--bare";

pub(crate) fn run(project: &Project, provider: &Provider, concurrency: usize) -> Outcome<Used> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([CHILD, provider.base_url()])
        .args([project.n_items, project.bytes, concurrency].map(|number| number.to_string()))
        .stderr(Stdio::piped());
    let (used, said, status) = usage::of(command)?;
    match status.success() {
        true => Ok(used),
        false => Err(format!("the bare client failed: {said}").into()),
    }
}

pub(crate) fn main(mut arguments: impl Iterator<Item = String>) -> Outcome<()> {
    let base_url = arguments.next().ok_or("no base URL")?;
    let mut number = || -> Outcome<usize> { Ok(arguments.next().ok_or("no number")?.parse()?) };
    let (n_items, bytes, concurrency) = (number()?, number()?, number()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(ask(base_url, n_items, bytes, concurrency))
}

async fn ask(base_url: String, n_items: usize, bytes: usize, concurrency: usize) -> Outcome<()> {
    // As many clients do, it needs some TLS to be set up, which is then not used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url: Arc<str> = format!("{base_url}/v1/chat/completions").into();
    let free = Arc::new(Semaphore::new(concurrency));
    let mut open = JoinSet::new();
    for n in 0..n_items {
        let permit = Arc::clone(&free).acquire_owned().await?;
        let (client, url) = (client.clone(), Arc::clone(&url));
        open.spawn(async move {
            let body = json!({
                "model": "small",
                "max_tokens": 100,
                "messages": [
                    {"role": "system", "content": "What is it about? One of:\n- `code`\n- `prose`"},
                    {"role": "user", "content": text(n, bytes)},
                ],
            });
            let response = client
                .post(&*url)
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
                .await;
            let read = match response {
                Ok(response) => response.bytes().await,
                Err(error) => Err(error),
            };
            drop(permit);
            read
        });
        while let Some(done) = open.try_join_next() {
            done??;
        }
    }
    while let Some(done) = open.join_next().await {
        done??;
    }
    Ok(())
}
