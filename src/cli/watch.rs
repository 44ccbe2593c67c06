//! How far a run is, on standard error: one line that changes on a terminal, a plain line every
//! few seconds elsewhere.

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::progress::say;
use crate::report::amounts::{grouped, money, short};
use crate::run::Progress;

/// How often a plain line is written.
const EVERY: Duration = Duration::from_secs(5);
/// The rate is that of the last so many seconds.
const WINDOW: Duration = Duration::from_secs(15);

/// Shows the progress of a run.
pub(super) struct Watch {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    /// Whether any price is known.
    is_priced: bool,
    began: Instant,
    last_line: Instant,
    /// When how many were settled, over the window.
    seen: VecDeque<(Instant, u64)>,
}

impl Watch {
    /// Lines of a log and a line that changes would write over each other, so that `is_verbose`
    /// has plain lines.
    pub(super) fn new(is_priced: bool, is_quiet: bool, is_verbose: bool) -> Self {
        let is_live = !is_quiet && !is_verbose && std::io::stderr().is_terminal();
        let bar = is_live.then(|| {
            let bar = ProgressBar::new(1);
            if let Ok(style) = ProgressStyle::with_template("{bar:20} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        let now = Instant::now();
        Self {
            bar,
            is_quiet,
            is_priced,
            began: now,
            last_line: now,
            seen: VecDeque::new(),
        }
    }

    /// Shows the progress, if it is time to.
    pub(super) fn observe(&mut self, progress: &Progress) {
        if self.is_quiet {
            return;
        }
        let now = Instant::now();
        while self.seen.front().is_some_and(|(at, _)| now - *at > WINDOW) {
            self.seen.pop_front();
        }
        self.seen.push_back((now, progress.settled()));
        if let Some(bar) = &self.bar {
            bar.set_length(progress.total.max(1));
            bar.set_position(progress.done());
            bar.set_message(self.line(progress, now));
        } else if now - self.last_line >= EVERY {
            self.last_line = now;
            say(&self.line(progress, now));
        }
    }

    /// Writes a line of its own.
    pub(super) fn note(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(line)),
            None => say(line),
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn rate(&self, now: Instant) -> f64 {
        let (since, before) = self.seen.front().copied().unwrap_or((self.began, 0));
        let after = self.seen.back().map_or(0, |(_, settled)| *settled);
        let seconds = (now - since).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate is read to two digits")]
        let rate = (after - before) as f64 / seconds;
        if seconds < 0.5 { 0.0 } else { rate }
    }

    fn line(&self, progress: &Progress, now: Instant) -> String {
        let rate = self.rate(now);
        let mut parts = vec![format!(
            "{}/{}",
            grouped(progress.done()),
            grouped(progress.total)
        )];
        if rate > 0.0 {
            parts.push(if rate < 10.0 {
                format!("{rate:.1}/s")
            } else {
                format!("{rate:.0}/s")
            });
        }
        if progress.in_flight > 0 || progress.batches == 0 {
            parts.push(format!("{} in flight", progress.in_flight));
        }
        if progress.batches > 0 {
            parts.push(in_batches(progress));
        }
        if progress.retries > 0 {
            parts.push(format!("{} sent again", grouped(progress.retries)));
        }
        if progress.failed > 0 {
            parts.push(format!("{} failed", grouped(progress.failed)));
        }
        let usage = &progress.usage;
        let read = usage.read_tokens();
        if read + usage.output_tokens > 0 {
            parts.push(format!("{} tokens", short(read + usage.output_tokens)));
        }
        if self.is_priced && progress.answered > progress.unpriced {
            parts.push(money(progress.micro_usd));
        }
        let left = progress.total.saturating_sub(progress.done());
        if rate > 0.0 && left > 0 {
            #[expect(clippy::cast_precision_loss, reason = "read to the second")]
            let seconds = left as f64 / rate;
            parts.push(format!(
                "{} left",
                span(Duration::from_secs_f64(seconds.min(1e9)))
            ));
        }
        parts.join(" · ")
    }
}

fn in_batches(progress: &Progress) -> String {
    let (questions, batches) = (grouped(progress.in_batches), progress.batches);
    let word = if batches == 1 { "batch" } else { "batches" };
    match progress.done_in_batches {
        0 => format!("{questions} in {batches} {word}"),
        done => format!("{questions} in {batches} {word} ({} done)", grouped(done)),
    }
}

/// A time as people say it: `42 s`, `3 min 20 s`, `2 h 5 min`.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        assert_eq!(span(Duration::from_secs(7500)), "2 h 5 min");
        assert_eq!(span(Duration::from_secs(200)), "3 min 20 s");
    }
}
