//! The looks that candidates took at a gold set. Each one wears the set out a little, so they are
//! kept, passed or not.

use rusqlite::{OptionalExtension, Row, params};

use super::error::StoreError;
use super::{Store, UnixMillis};

/// A candidate held against a gold set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: UnixMillis,
    /// The classifier.
    pub classifier: Box<str>,
    /// The hash of the candidate's prompt, in hexadecimal digits.
    pub prompt_sha256: Box<str>,
    /// A hash of the gold set.
    pub gold_digest: Box<str>,
    /// What the gates said, as a report words it.
    pub verdict: Box<str>,
    /// The figures they said it of, as JSON.
    pub figures: Box<str>,
}

impl Store {
    /// Writes down a look.
    pub fn record_look(&self, look: &Look) -> Result<(), StoreError> {
        self.changing(|connection| {
            connection.execute(
                "INSERT INTO gate_runs (at, classifier, prompt_sha256, gold_digest, verdict,
                 figures) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    look.at,
                    look.classifier,
                    look.prompt_sha256,
                    look.gold_digest,
                    look.verdict,
                    look.figures,
                ],
            )?;
            Ok(())
        })
    }

    /// The looks that a classifier's candidates took at a gold set, in the order in which they
    /// were written down.
    pub fn looks(&self, classifier: &str, gold_digest: &str) -> Result<Vec<Look>, StoreError> {
        self.using(|connection| {
            let mut select = connection.prepare(
                "SELECT at, classifier, prompt_sha256, gold_digest, verdict, figures
                 FROM gate_runs WHERE classifier = ?1 AND gold_digest = ?2 ORDER BY id",
            )?;
            select
                .query_map(params![classifier, gold_digest], look)?
                .collect()
        })
    }
}

impl Store {
    /// The latest look that a prompt took, whatever the gold set was.
    pub fn latest_look(
        &self,
        classifier: &str,
        prompt_sha256: &str,
    ) -> Result<Option<Look>, StoreError> {
        self.using(|connection| {
            let mut select = connection.prepare(
                "SELECT at, classifier, prompt_sha256, gold_digest, verdict, figures
                 FROM gate_runs WHERE classifier = ?1 AND prompt_sha256 = ?2
                 ORDER BY id DESC LIMIT 1",
            )?;
            let found = select.query_row(params![classifier, prompt_sha256], look);
            found.optional()
        })
    }
}

fn look(row: &Row<'_>) -> rusqlite::Result<Look> {
    Ok(Look {
        at: row.get(0)?,
        classifier: row.get(1)?,
        prompt_sha256: row.get(2)?,
        gold_digest: row.get(3)?,
        verdict: row.get(4)?,
        figures: row.get(5)?,
    })
}
