//! The loopback provider in a process of its own, so that its time is not the client's.

use std::io::{BufReader, stdin, stdout};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::Outcome;
use super::server::{Faults, Kind, Limit, LimitHeaders, Remote, Script, Summary, serve_parent};

/// The argument by which this program becomes a provider.
pub(crate) const CHILD: &str = "--provider";

/// A provider in another process, which ends when this is dropped.
pub(crate) struct Provider {
    remote: Option<Remote<BufReader<ChildStdout>, ChildStdin>>,
    child: Child,
}

impl Provider {
    pub(crate) fn start(script: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([CHILD, script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(from), Some(to)) = (child.stdout.take(), child.stdin.take()) else {
            return Err("the provider has no standard streams".into());
        };
        let remote = Some(Remote::new(BufReader::new(from), to)?);
        Ok(Self { remote, child })
    }

    pub(crate) fn base_url(&self) -> &str {
        self.remote.as_ref().map_or("", |remote| &remote.base_url)
    }

    pub(crate) fn summary(&mut self) -> Outcome<Summary> {
        let remote = self.remote.as_mut().ok_or("the provider has ended")?;
        Ok(remote.summary()?)
    }

    pub(crate) fn forget(&mut self) -> Outcome<()> {
        let remote = self.remote.as_mut().ok_or("the provider has ended")?;
        Ok(remote.forget()?)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Its input ends with this, and so does it.
        self.remote = None;
        let _ = self.child.wait();
    }
}

/// Serves as the script's name says.
pub(crate) fn serve(script: Option<&str>) -> Outcome<()> {
    let script = script.unwrap_or_default();
    let limited = |headers| {
        let kind = Kind::Bucket { capacity: 25.0 };
        let latency = Duration::from_millis(50);
        Script::rate_limited(Limit {
            per_second: 25.0,
            kind,
            headers,
        })
        .latency(latency)
    };
    let script = match script.split_once(' ') {
        Some(("plain", latency)) => Script::plain(Duration::from_millis(latency.parse()?)),
        Some(("limit", "retry-after")) => limited(LimitHeaders::RetryAfter),
        Some(("limit", "openai")) => limited(LimitHeaders::OpenAi),
        Some(("limit", "anthropic")) => limited(LimitHeaders::Anthropic),
        Some(("limit", _)) => limited(LimitHeaders::None),
        _ => Script::faults(Faults {
            rate_limited: 0.01,
            internal: 0.01,
            ..Faults::default()
        })
        .latency(Duration::from_millis(50)),
    };
    serve_parent(script, stdin().lock(), stdout().lock())?;
    Ok(())
}
