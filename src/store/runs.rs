//! Runs, and what was asked in them, so that later commands need not be told again.

use rusqlite::{OptionalExtension, Row, params};

use super::error::StoreError;
use super::words::Word;
use super::{Store, UnixMillis};

/// A run's number in its store; later runs have higher ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// A run as it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// When it began.
    pub started_at: UnixMillis,
    /// The labelgate that runs.
    pub version: Box<str>,
    /// The command, such as `run`.
    pub command: Box<str>,
    /// What it asks; no revision of a classifier twice.
    pub series: Vec<SeriesRecord>,
}

/// A revision of a classifier as a run asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesRecord {
    /// The classifier.
    pub classifier: Box<str>,
    /// The revision.
    pub revision: Box<str>,
    /// The kind of provider, as settings name it.
    pub provider: Box<str>,
    /// Where it is asked; empty where there is no such place.
    pub base_url: Box<str>,
    /// The model, as asked for.
    pub model: Box<str>,
    /// All else that requests were made with, as JSON.
    pub settings: Box<str>,
    /// The prompt's hash, in hexadecimal digits.
    pub prompt_sha256: Box<str>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All that was asked is settled.
    Complete,
    /// Something is left to be asked: a budget was reached, a batch is open, an error may pass.
    Incomplete,
    /// The user stopped it.
    Interrupted,
    /// An error stopped it.
    Failed,
}

/// A run as it is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// What it was at its beginning.
    pub record: RunRecord,
    /// When and how it ended; `None` while it goes on, and for ever if it was killed.
    pub ended: Option<(UnixMillis, Ended)>,
}

const SERIES: &str =
    "run, classifier, revision, provider, base_url, model, settings, prompt_sha256 FROM series";

impl Store {
    /// Writes down that a run begins.
    pub fn begin_run(&self, run: &RunRecord) -> Result<RunId, StoreError> {
        self.changing(|connection| {
            connection.execute(
                "INSERT INTO runs (started_at, version, command) VALUES (?1, ?2, ?3)",
                params![run.started_at, run.version, run.command],
            )?;
            let id = RunId(connection.last_insert_rowid());
            let mut insert = connection.prepare(
                "INSERT INTO series (run, classifier, revision, provider, base_url, model,
                 settings, prompt_sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for series in &run.series {
                insert.execute(params![
                    id.0,
                    series.classifier,
                    series.revision,
                    series.provider,
                    series.base_url,
                    series.model,
                    series.settings,
                    series.prompt_sha256,
                ])?;
            }
            Ok(id)
        })
    }

    /// Writes down with what settings a revision turned out to be asked.
    pub fn set_settings(
        &self,
        run: RunId,
        series: &SeriesRecord,
        settings: &str,
    ) -> Result<(), StoreError> {
        self.changing(|connection| {
            connection.execute(
                "UPDATE series SET settings = ?4
                 WHERE run = ?1 AND classifier = ?2 AND revision = ?3",
                params![run.0, series.classifier, series.revision, settings],
            )?;
            Ok(())
        })
    }

    /// Writes down that a run has ended.
    pub fn end_run(&self, id: RunId, at: UnixMillis, how: Ended) -> Result<(), StoreError> {
        self.changing(|connection| {
            let sql = "UPDATE runs SET ended_at = ?2, ended = ?3 WHERE id = ?1";
            connection.execute(sql, params![id.0, at, how.word()])?;
            Ok(())
        })
    }

    /// The latest run that asked a revision of a classifier, ended or not, with what it asked.
    pub fn latest_series(
        &self,
        classifier: &str,
        revision: &str,
    ) -> Result<Option<(RunId, SeriesRecord)>, StoreError> {
        self.using(|connection| {
            let sql = format!(
                "SELECT {SERIES} WHERE classifier = ?1 AND revision = ?2 ORDER BY run DESC LIMIT 1"
            );
            let mut select = connection.prepare(&sql)?;
            select
                .query_row(params![classifier, revision], series)
                .optional()
        })
    }

    /// The latest series in which the same revision was asked of the same model at the same place;
    /// settings and hashes may differ.
    pub fn latest_alike(&self, record: &SeriesRecord) -> Result<Option<SeriesRecord>, StoreError> {
        self.using(|connection| {
            let sql = format!(
                "SELECT {SERIES} WHERE classifier = ?1 AND revision = ?2 AND provider = ?3
                 AND base_url = ?4 AND model = ?5 ORDER BY run DESC LIMIT 1"
            );
            let mut select = connection.prepare(&sql)?;
            let alike = params![
                record.classifier,
                record.revision,
                record.provider,
                record.base_url,
                record.model
            ];
            let found = select.query_row(alike, series);
            Ok(found.optional()?.map(|(_, series)| series))
        })
    }

    /// What a run asked of a revision of a classifier; `None` if it asked nothing of it.
    pub fn series_of_run(
        &self,
        run: RunId,
        classifier: &str,
        revision: &str,
    ) -> Result<Option<SeriesRecord>, StoreError> {
        self.using(|connection| {
            let sql =
                format!("SELECT {SERIES} WHERE classifier = ?1 AND revision = ?2 AND run = ?3");
            let mut select = connection.prepare(&sql)?;
            let found = select.query_row(params![classifier, revision, run.0], series);
            Ok(found.optional()?.map(|(_, series)| series))
        })
    }

    /// How many answers came in each run that any came in. Reads all of them, though not their texts.
    pub fn answers_by_run(&self) -> Result<Vec<(RunId, u64)>, StoreError> {
        self.using(|connection| {
            let mut select = connection
                .prepare("SELECT run, COUNT(*) FROM answers WHERE failure IS NULL GROUP BY run")?;
            let counts = select.query_map([], |row| {
                let count: i64 = row.get(1)?;
                Ok((RunId(row.get(0)?), count.unsigned_abs()))
            })?;
            counts.collect()
        })
    }

    /// All runs, the latest first.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.at_one_moment(|| {
            let mut runs = self.using(|connection| {
                let mut select = connection.prepare(
                    "SELECT id, started_at, version, command, ended_at, ended
                     FROM runs ORDER BY id DESC",
                )?;
                let runs = select.query_map([], run)?;
                runs.collect::<rusqlite::Result<Vec<_>>>()
            })?;
            self.using(|connection| {
                let mut select = connection.prepare(&format!("SELECT {SERIES} ORDER BY id"))?;
                for found in select.query_map([], series)? {
                    let (id, series) = found?;
                    // Runs are in descending order of their numbers.
                    if let Ok(at) = runs.binary_search_by(|run| id.cmp(&run.id)) {
                        runs[at].record.series.push(series);
                    }
                }
                Ok(())
            })?;
            Ok(runs)
        })
    }
}

/// A run without its series.
fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let record = RunRecord {
        started_at: row.get(1)?,
        version: row.get(2)?,
        command: row.get(3)?,
        series: Vec::new(),
    };
    let at: Option<UnixMillis> = row.get(4)?;
    Ok(Run {
        id: RunId(row.get(0)?),
        record,
        ended: at.zip(Ended::in_row_or_null(row, 5)?),
    })
}

fn series(row: &Row<'_>) -> rusqlite::Result<(RunId, SeriesRecord)> {
    let series = SeriesRecord {
        classifier: row.get(1)?,
        revision: row.get(2)?,
        provider: row.get(3)?,
        base_url: row.get(4)?,
        model: row.get(5)?,
        settings: row.get(6)?,
        prompt_sha256: row.get(7)?,
    };
    Ok((RunId(row.get(0)?), series))
}
