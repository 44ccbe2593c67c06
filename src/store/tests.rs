//! What needs a look inside: a disk that is full.

use std::path::Path;

use rusqlite::Connection;

use super::error::StoreError;
use super::runs::{RunId, RunRecord};
use super::{Store, Writer, database};
use crate::ask::RequestKey;
use crate::provider::{Failure, Settled};

fn long_failure(number: u8) -> Settled {
    Settled {
        key: RequestKey([number; 32]),
        result: Err(Failure::Rejected("x".repeat(20_000).into())),
        attempts: 1,
        latency: std::time::Duration::ZERO,
        batch: false,
    }
}

/// A connection to which the disk is full after some pages more.
fn small_disk(path: &Path, more_pages: i64) -> Connection {
    let connection = database::connect(path).unwrap();
    let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    let pages = connection.query_row("PRAGMA page_count", [], count);
    let most = pages.unwrap() + more_pages;
    let sql = format!("PRAGMA max_page_count = {most}");
    connection.query_row(&sql, [], count).unwrap();
    connection
}

#[test]
fn a_full_disk_ends_the_writer_with_what_is_lost_and_keeps_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = Store::open(&path).unwrap();
    let run = RunRecord {
        started_at: 0,
        version: "".into(),
        command: "".into(),
        series: Vec::new(),
    };
    let run: RunId = store.begin_run(&run).unwrap();
    let (told, committed) = std::sync::mpsc::channel();
    let tell = move |batch: &[Settled]| batch.iter().for_each(|s| told.send(s.key).unwrap());
    let writer = Writer::start(&path, small_disk(&path, 20), run, tell).unwrap();
    let recorder = writer.recorder();
    let taken = (1..=50).filter(|&number| recorder.record_blocking(long_failure(number)).is_ok());
    let taken = taken.count();
    let StoreError::Unsaved { answers, source } = writer.finish().unwrap_err() else {
        unreachable!("the pages do not suffice");
    };
    assert!(matches!(*source, StoreError::Full { .. }), "{source}");
    let committed: Vec<RequestKey> = committed.iter().collect();
    assert_eq!(committed.len() + answers, taken, "none is lost untold");
    for number in 1..=50 {
        let key = RequestKey([number; 32]);
        let is_there = store.answer(&key).unwrap().is_some();
        assert_eq!(is_there, committed.contains(&key));
    }
}
