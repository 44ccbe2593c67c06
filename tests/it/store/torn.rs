//! A store whose log ends anywhere, as a power cut may leave it.

use std::fs;
use std::path::Path;
use std::sync::mpsc;

use labelgate::provider::Settled;
use labelgate::store::Store;
use rusqlite::Connection;
use tempfile::tempdir;

use super::{answered, begin, key, path_in, record};

/// A store with a log of several commits.
struct Commits {
    file: Vec<u8>,
    log: Vec<u8>,
    /// How long the log was before the last commit, which has answers 3 and 4.
    before_last: usize,
}

fn commits(page_size: u32) -> Commits {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    drop(Store::open(&path).unwrap());
    let pages = Connection::open(&path).unwrap();
    let sql = format!(
        "PRAGMA journal_mode = DELETE; PRAGMA page_size = {page_size}; VACUUM;
         PRAGMA journal_mode = WAL;"
    );
    pages.execute_batch(&sql).unwrap();
    drop(pages);
    let store = Store::open(&path).unwrap();
    record(&store, &[answered(1, "one")]);
    // The writer is held up after the second answer, so that the next two are committed together.
    let (committed, held_up) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let hold_up = move |_: &[Settled]| {
        committed.send(()).unwrap();
        wait.recv().unwrap();
    };
    let writer = store.writer(begin(&store), hold_up).unwrap();
    let recorder = writer.recorder();
    recorder.record_blocking(answered(2, "two")).unwrap();
    held_up.recv().unwrap();
    let log = path.with_file_name("store.sqlite-wal");
    let before_last = fs::metadata(&log).unwrap().len() as usize;
    recorder.record_blocking(answered(3, "three")).unwrap();
    recorder.record_blocking(answered(4, "four")).unwrap();
    go_on.send(()).unwrap();
    go_on.send(()).unwrap();
    writer.finish().unwrap();
    assert_eq!(held_up.iter().count(), 1, "one commit for both");
    Commits {
        file: fs::read(&path).unwrap(),
        log: fs::read(&log).unwrap(),
        before_last,
    }
}

/// Which of the four answers a store has whose log was cut.
fn kept(folder: &Path, commits: &Commits, length: usize) -> Vec<u64> {
    let path = folder.join(format!("{length}.sqlite"));
    fs::write(&path, &commits.file).unwrap();
    let log = folder.join(format!("{length}.sqlite-wal"));
    fs::write(&log, &commits.log[..length]).unwrap();
    let store = Store::open(&path).unwrap();
    let kept = (1..=4).filter(|&number| {
        let stored = store.answer(&key(number)).unwrap();
        let text = ["", "one", "two", "three", "four"][number as usize];
        if let Some(stored) = &stored {
            assert_eq!(stored.settled, answered(number, text));
        }
        stored.is_some()
    });
    let kept = kept.collect();
    drop(store);
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.join(format!("{length}.sqlite{ending}")));
    }
    kept
}

#[test]
fn a_store_cut_at_any_byte_of_its_last_commit_has_all_before_it_and_no_part_of_it() {
    // Small pages leave fewer bytes to cut at; what SQLite does with them is the same.
    let commits = commits(512);
    let folder = tempdir().unwrap();
    let whole = commits.log.len();
    assert!(commits.before_last < whole);
    for length in commits.before_last..whole {
        assert_eq!(kept(folder.path(), &commits, length), [1, 2], "{length}");
    }
    assert_eq!(kept(folder.path(), &commits, whole), [1, 2, 3, 4]);
}
