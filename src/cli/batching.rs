//! Batches as the command line has them: from settings to rules, from events to lines.

use std::path::Path;
use std::time::Duration;

use super::Failure;
use super::asking::Asking;
use super::run::number;
use crate::project::Project;
use crate::provider::BatchClient;
use crate::report::amounts::{grouped, short};
use crate::run::Progress;
use crate::run::batch::{BatchError, BatchEvent, BatchRules, Bench, Limits, Tally};
use crate::store::{RunId, Store};

/// What flags say of batches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BatchWish {
    /// Whether questions go into batches.
    pub(super) is_wanted: bool,
    /// Whether to leave them once they are handed over.
    pub(super) is_detached: bool,
    /// The longest pause between two looks.
    pub(super) pause: Duration,
    /// Whether to give up batches that the provider does not know.
    pub(super) forgets: bool,
}

/// The provider's batches, and how they shall go.
pub(super) struct Batching {
    client: BatchClient,
    base_url: String,
    rules: BatchRules,
}

impl Batching {
    /// `None` where there are no batches: a program is asked, or there is no key.
    pub(super) fn of(asking: &Asking<'_>) -> Result<Option<Self>, Failure> {
        let wish = asking.batch;
        let Some((client, base_url)) = asking.live.batches(asking.project)? else {
            return match (wish.is_wanted, asking.live.lacks_key()) {
                (false, _) => Ok(None),
                (true, Some(failure)) => Err(failure),
                (true, None) => Err(no_batches()),
            };
        };
        let rules = BatchRules {
            limits: limits(asking.project, &client),
            pause: wish.pause,
            waits: !wish.is_detached,
            forgets: wish.forgets,
        };
        Ok(Some(Self {
            client,
            base_url: base_url.to_owned(),
            rules,
        }))
    }

    /// All that is needed to look after them.
    pub(super) fn bench<'a>(&'a self, store: &'a Store, run: RunId) -> Bench<'a> {
        Bench {
            client: &self.client,
            base_url: &self.base_url,
            store,
            run,
            folder: folder(store.path()),
            rules: &self.rules,
        }
    }
}

/// What to say where no provider has batches.
pub(super) fn no_batches() -> Failure {
    Failure::message("`--batch` needs a provider that has batches").help(
        "`--provider anthropic` and `--provider openai` have; without `--batch` the questions are \
         asked one by one",
    )
}

/// The folder of a file.
pub(super) fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn limits(project: &Project, client: &BatchClient) -> Limits {
    let usual = Limits::of(client.wire());
    let rows = project
        .run
        .batch_rows
        .map_or(usual.rows, |rows| rows as usize);
    Limits {
        rows: rows.min(usual.rows),
        tokens: project.run.batch_tokens.map(u64::from),
        ..usual
    }
}

/// What happened, in a line; and whether it is said to those who want to hear of nothing but
/// errors.
pub(super) fn line(event: &BatchEvent) -> (String, bool) {
    let questions = |rows: &u64| number(*rows, "question", "questions");
    match event {
        BatchEvent::Submitted { id, rows } => (
            format!("batch {id}: {} handed over", questions(rows)),
            false,
        ),
        BatchEvent::Found { id, rows } => (
            format!(
                "batch {id}: found at the provider, with {}",
                questions(rows)
            ),
            false,
        ),
        BatchEvent::NeverArrived { rows } => (
            format!(
                "a batch of {} never reached the provider; they are asked as if it had not been",
                questions(rows)
            ),
            false,
        ),
        BatchEvent::Collected { id, tally } => (format!("batch {id}: {}", counts(tally)), false),
        BatchEvent::ResultsGone { id, rows } => (
            format!(
                "batch {id}: the provider no longer has its results, which it keeps for 29 days; \
                 {} to be asked again",
                number(*rows, "question is", "questions are")
            ),
            true,
        ),
        BatchEvent::Unknown {
            id,
            rows,
            is_forgotten: true,
        } => (
            format!(
                "batch {id}: the provider does not know it, and it is given up; {} to be asked \
                 again",
                number(*rows, "question is", "questions are")
            ),
            true,
        ),
        BatchEvent::Unknown {
            id,
            rows,
            is_forgotten: false,
        } => (
            format!(
                "batch {id}: the provider does not know it; was it made with the key of another \
                 account? Its {} wait for it; `--forget-batches` gives it up",
                questions(rows)
            ),
            true,
        ),
        BatchEvent::Failed { id, rows, why } => {
            let name = id
                .as_ref()
                .map_or_else(|| "a batch".to_owned(), |id| format!("batch {id}"));
            let line = format!("{name}: not taken, with {}: {why}", questions(rows));
            (line, true)
        }
        BatchEvent::Later { why } => (
            format!("no answer about batches as it should be: {why}"),
            true,
        ),
    }
}

fn counts(tally: &Tally) -> String {
    let mut parts = vec![format!(
        "{} collected",
        number(tally.answered, "answer", "answers")
    )];
    for (count, what) in [
        (tally.known, "known already"),
        (tally.rejected, "rejected"),
        (tally.failed, "failed"),
        (tally.expired, "expired"),
        (tally.missing, "without a result"),
        (tally.stray, "lines of results passed over"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(count)));
        }
    }
    let tokens = tally.usage.read_tokens() + tally.usage.output_tokens;
    if tokens > 0 {
        parts.push(format!("{} tokens", short(tokens)));
    }
    parts.join(", ")
}

/// What is left open, and how to go on; nothing if nothing is.
pub(super) fn left_open(progress: &Progress) -> Option<String> {
    let (batches, questions) = (progress.batches as u64, progress.in_batches);
    if batches == 0 {
        return None;
    }
    Some(format!(
        "{} open at the provider, with {} of these; most end within an hour, all within a day. \
         `labelgate run` collects what is done, `labelgate run --batch` waits for it",
        number(batches, "batch is", "batches are"),
        number(questions, "question", "questions")
    ))
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        Self::message(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_batch_is_said_without_what_did_not_happen() {
        let tally = Tally {
            answered: 1998,
            expired: 1,
            missing: 1,
            ..Tally::default()
        };
        assert_eq!(
            counts(&tally),
            "1,998 answers collected, 1 expired, 1 without a result"
        );
        assert_eq!(left_open(&Progress::default()), None);
    }
}
