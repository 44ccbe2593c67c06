//! What is not a store of this version is refused, and no byte of it changes.

use std::fs;
use std::path::{Path, PathBuf};

use labelgate::store::{Store, StoreError};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use super::{answered, contents, key, path_in, record};

const PAGE: usize = 4_096;

/// A folder with what is put into it under the names of a store's files.
fn folder_of(file: &[u8], log: Option<&[u8]>) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    fs::write(&path, file).unwrap();
    if let Some(log) = log {
        fs::write(folder.path().join("store.sqlite-wal"), log).unwrap();
    }
    (folder, path)
}

/// Opening fails, twice, and changes nothing.
fn refused(path: &Path) -> StoreError {
    let folder = path.parent().unwrap();
    let before = contents(folder);
    let refused = Store::open(path).unwrap_err();
    assert_eq!(contents(folder), before, "{refused}");
    assert!(Store::open_existing(path).is_err());
    assert_eq!(contents(folder), before, "{refused}");
    assert!(refused.to_string().contains(path.to_str().unwrap()));
    refused
}

/// A store of many pages, all in its file, and the log of one more answer.
fn file_and_log() -> (Vec<u8>, Vec<u8>) {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let long = "x".repeat(1_000);
    let all: Vec<_> = (0..60).map(|number| answered(number, &long)).collect();
    record(&Store::open(&path).unwrap(), &all);
    let store = Store::open(&path).unwrap();
    record(&store, &[answered(60, &long)]);
    let log = path.with_file_name("store.sqlite-wal");
    (fs::read(&path).unwrap(), fs::read(log).unwrap())
}

/// What another program's database is after `sql`, with its log or journal if it keeps one.
fn foreign(folder: &Path, sql: &str) -> Connection {
    let other = Connection::open(folder.join("store.sqlite")).unwrap();
    other.execute_batch(sql).unwrap();
    other
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let (_, log) = file_and_log();
    let text = b"id,label\n1,yes\n".repeat(40);
    for bytes in [&b"x"[..], b"id,label\n1,yes\n", &text, &[0; 5_000], &log] {
        let (_folder, path) = folder_of(bytes, None);
        let refused = refused(&path);
        assert!(matches!(refused, StoreError::NotAStore { .. }), "{refused}");
    }
    let (_folder, path) = folder_of(&text, Some(&log));
    assert!(matches!(refused(&path), StoreError::NotAStore { .. }));
}

#[test]
fn the_database_of_another_program_is_refused() {
    for sql in [
        "CREATE TABLE answers (key)",
        "PRAGMA user_version = 1; CREATE TABLE answers (key)",
        "PRAGMA application_id = 7; PRAGMA user_version = 99; CREATE TABLE t (x)",
        "PRAGMA journal_mode = WAL; CREATE TABLE t (x)",
    ] {
        let folder = tempdir().unwrap();
        drop(foreign(folder.path(), sql));
        let refused = refused(&folder.path().join("store.sqlite"));
        assert!(matches!(refused, StoreError::NotAStore { .. }), "{refused}");
    }
}

#[test]
fn the_log_of_another_program_is_not_merged() {
    let folder = tempdir().unwrap();
    let other = foreign(
        folder.path(),
        "CREATE TABLE t (x); PRAGMA journal_mode = WAL; INSERT INTO t VALUES (1)",
    );
    let [file, log] = ["", "-wal"].map(|ending| {
        let name = format!("store.sqlite{ending}");
        fs::read(folder.path().join(name)).unwrap()
    });
    drop(other);
    let (_folder, path) = folder_of(&file, Some(&log));
    assert!(matches!(refused(&path), StoreError::NotAStore { .. }));
}

#[test]
fn the_journal_of_another_program_is_not_rolled_back() {
    let (file, _) = file_and_log();
    let (folder, path) = folder_of(&file, None);
    fs::write(folder.path().join("store.sqlite-journal"), [0xd9; 600]).unwrap();
    let refused = refused(&path);
    assert!(refused.to_string().contains("-journal"), "{refused}");
}

#[test]
fn a_newer_store_is_refused_even_if_only_its_log_says_so() {
    let (file, _) = file_and_log();
    let (_folder, path) = folder_of(&file, None);
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 2").unwrap();
    let log = fs::read(path.with_file_name("store.sqlite-wal")).unwrap();
    let (_in_log, in_log) = folder_of(&fs::read(&path).unwrap(), Some(&log));
    drop(newer);
    for path in [path, in_log] {
        let refused = refused(&path);
        assert!(
            matches!(
                refused,
                StoreError::Newer {
                    found: 2,
                    known: 1,
                    ..
                }
            ),
            "{refused}"
        );
        let message = refused.to_string();
        assert!(
            message.contains("Use the labelgate that wrote it"),
            "{message}"
        );
    }
}

#[test]
fn a_store_that_ends_early_is_refused() {
    let (file, _) = file_and_log();
    let lengths = [20, 99, 100, 600, PAGE, PAGE + 1, file.len() / 2];
    for length in lengths.into_iter().chain([file.len() - PAGE]) {
        let (_folder, path) = folder_of(&file[..length], None);
        let refused = refused(&path);
        let known = matches!(
            refused,
            StoreError::Damaged { .. } | StoreError::NotAStore { .. }
        );
        assert!(known, "{length}: {refused}");
    }
}

#[test]
fn a_store_with_a_broken_page_is_refused_wherever_the_page_is() {
    let (file, log) = file_and_log();
    let n_pages = file.len() / PAGE;
    assert!(n_pages > 20, "tables with pages below their roots");
    let mut accepted = Vec::new();
    for page in 0..n_pages {
        // The first page begins with the header of the file.
        let start = page * PAGE + if page == 0 { 100 } else { 0 };
        let mut broken = file.clone();
        broken[start..start + 8]
            .iter_mut()
            .for_each(|byte| *byte ^= 0xff);
        let (_folder, path) = folder_of(&broken, None);
        let refused = refused(&path);
        assert!(
            matches!(refused, StoreError::Damaged { .. }),
            "{page}: {refused}"
        );

        let (_folder, path) = folder_of(&broken, Some(&log));
        match is_refused(&path) {
            true => assert!(matches!(self::refused(&path), StoreError::Damaged { .. })),
            false => accepted.push(page),
        }
    }
    // A broken page of which the log has a newer copy is mended by it.
    assert!(accepted.len() <= 4, "{accepted:?}");
}

/// Whether a copy is refused, for opening what is not refused may change it.
fn is_refused(path: &Path) -> bool {
    let (_folder, copy) = folder_of(
        &fs::read(path).unwrap(),
        Some(&fs::read(path.with_file_name("store.sqlite-wal")).unwrap()),
    );
    let Ok(store) = Store::open(&copy) else {
        return true;
    };
    let keys: Vec<_> = (0..=60).map(key).collect();
    let stored = store.answers(&keys).unwrap();
    assert!(stored.iter().all(Option::is_some));
    false
}

#[test]
fn a_store_without_one_of_its_tables_is_refused() {
    let (file, _) = file_and_log();
    for sql in [
        "DROP TABLE gate_runs",
        "DROP INDEX answers_by_key",
        "ALTER TABLE series RENAME COLUMN model TO modell",
        "PRAGMA user_version = 0",
    ] {
        let (_folder, path) = folder_of(&file, None);
        let other = Connection::open(&path).unwrap();
        other.execute_batch(sql).unwrap();
        drop(other);
        let refused = refused(&path);
        assert!(
            matches!(refused, StoreError::Damaged { .. }),
            "{sql}: {refused}"
        );
    }
}

#[test]
fn a_log_without_its_store_is_not_merged_into_a_new_one() {
    let (_, log) = file_and_log();
    let (_folder, path) = folder_of(b"", Some(&log));
    assert!(matches!(refused(&path), StoreError::Damaged { .. }));
    fs::remove_file(&path).unwrap();
    assert!(matches!(refused(&path), StoreError::Damaged { .. }));
}

#[test]
fn an_empty_file_becomes_a_store() {
    let (_folder, path) = folder_of(b"", None);
    assert!(Store::open_existing(&path).unwrap().is_none());
    record(&Store::open(&path).unwrap(), &[answered(1, "first")]);
    let store = Store::open(&path).unwrap();
    assert!(store.answer(&key(1)).unwrap().is_some());
}

#[test]
fn damage_that_is_met_later_is_an_error_and_closing_writes_nothing() {
    let (file, log) = file_and_log();
    let (folder, path) = folder_of(&file, Some(&log));
    let store = Store::open(&path).unwrap();
    // All pages but the first, which is in memory already.
    let mut broken = file;
    broken[PAGE..].fill(0x55);
    fs::write(&path, &broken).unwrap();
    let met = store.answer(&key(1)).unwrap_err();
    assert!(matches!(met, StoreError::Damaged { .. }), "{met}");
    drop(store);
    assert_eq!(contents(folder.path())[&path], broken);
    assert_eq!(
        contents(folder.path())[&path.with_file_name("store.sqlite-wal")],
        log
    );
}
