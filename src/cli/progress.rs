//! Progress on standard error: a bar on a terminal, a plain line every few seconds elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

const EVERY: Duration = Duration::from_secs(5);

/// Progress through a known number of steps.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    total: u64,
    done: u64,
    last_line: Instant,
    is_quiet: bool,
}

impl Progress {
    pub(super) fn new(total: u64, is_quiet: bool) -> Self {
        let bar = (!is_quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            total,
            done: 0,
            last_line: Instant::now(),
            is_quiet,
        }
    }

    /// One more step is begun.
    pub(super) fn step(&mut self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
            bar.set_message(what.to_owned());
        } else if !self.is_quiet && self.last_line.elapsed() >= EVERY {
            self.last_line = Instant::now();
            let line = format!("{}/{} {what}\n", self.done, self.total);
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        self.done += 1;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
