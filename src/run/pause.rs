//! Pauses in which nothing is sent: which are told of, and which are too long to wait for.

use std::time::Duration;

use crate::provider::pace::{Heard, Signal};

/// Shorter pauses are not worth a word.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// What is known of the pauses of a run.
#[derive(Debug)]
pub(super) struct Pauses {
    /// A longer one outlasts every question.
    longest: Duration,
    /// What was last said where we, or everybody, asked too much.
    last_words: Box<str>,
    /// The end of the last one that was told of.
    told: Duration,
}

impl Pauses {
    pub(super) fn new(longest: Duration) -> Self {
        Self {
            longest,
            last_words: "it asks for a pause".into(),
            told: Duration::ZERO,
        }
    }

    /// Takes note of a failure; why the run is over, if the server wants to be left alone for
    /// longer than any question lasts.
    pub(super) fn failed(&mut self, signal: &Signal, why: &str) -> Option<Box<str>> {
        if matches!(signal.outcome, Heard::RateLimited | Heard::Overloaded) {
            self.last_words = why.into();
        }
        let wait = signal.retry_after?;
        (wait > self.longest).then(|| shut(wait, why))
    }

    /// Nothing is sent until a time, and it is `now`; why the run is over, if that is too long.
    pub(super) fn until(&mut self, until: Duration, now: Duration) -> Option<Box<str>> {
        let wait = until.saturating_sub(now);
        if wait > self.longest {
            return Some(shut(wait, &self.last_words));
        }
        if wait >= WORTH_TELLING && until > self.told + WORTH_TELLING {
            self.told = until;
            tracing::info!("nothing is sent for {wait:.0?}: {}", self.last_words);
        }
        None
    }
}

fn shut(wait: Duration, why: &str) -> Box<str> {
    let minutes = wait.as_secs().saturating_add(30) / 60;
    let wait = match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{} s", wait.as_secs()),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    format!("the provider lets nothing be sent for {wait} ({why}); `labelgate run` goes on then")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_pause_is_told_in_hours_and_minutes() {
        let check = |seconds: f64, expect: &str| {
            let said = shut(Duration::from_secs_f64(seconds), "HTTP 429");
            let expect = format!("nothing be sent for {expect} (HTTP 429)");
            assert!(said.contains(&expect), "{said}");
        };
        check(3.2, "3 s");
        check(90.0 * 60.0, "1 h 30 min");
        check(17_999.9, "5 h");
        check(20.0 * 60.0, "20 min");
    }

    #[test]
    fn only_what_outlasts_every_question_ends_a_run() {
        let seconds = Duration::from_secs;
        let mut pauses = Pauses::new(seconds(100));
        assert_eq!(pauses.until(seconds(150), seconds(50)), None);
        assert!(pauses.until(seconds(151), seconds(50)).is_some());
        assert_eq!(pauses.until(seconds(10), seconds(50)), None);
    }
}
