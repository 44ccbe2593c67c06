//! Stores that cannot be used, and others than the usual one.

use std::fs;

use super::*;
use crate::server::spawn;

const STORE: &str = ".labelgate/store.sqlite";

#[test]
fn a_store_that_is_damaged_or_from_the_future_is_refused_and_left_as_it_is() {
    let server = spawn(Script::default());
    let bench = Bench::new(5);
    bench.expect(0, &server, &["run"]);
    let whole = fs::read(bench.path(STORE)).unwrap();
    server.forget();
    let mut newer = whole.clone();
    // Where SQLite keeps the version of the schema.
    newer[60..64].copy_from_slice(&1_000_u32.to_be_bytes());
    let mut torn = whole.clone();
    torn.truncate(whole.len() / 2);
    for (bytes, word) in [
        (
            b"not a database at all, but some text".repeat(40),
            "store.sqlite",
        ),
        (newer, "knows versions up to"),
        (torn, "damaged"),
    ] {
        fs::write(bench.path(STORE), &bytes).unwrap();
        for command in [&["run"][..], &["gate"], &["score", "mode"]] {
            let done = bench.expect(2, &server, command);
            assert!(done.err.contains(word), "{done:?}");
            assert!(done.err.contains("store.sqlite"), "{done:?}");
            assert!(
                fs::read(bench.path(STORE)).unwrap() == bytes,
                "{word} was changed"
            );
        }
    }
    assert_eq!(server.summary().requests, 0);
    fs::write(bench.path(STORE), &whole).unwrap();
    bench.expect(0, &server, &["run"]);
    assert_eq!(server.summary().requests, 0);
}

#[test]
fn a_store_may_be_elsewhere() {
    let server = spawn(Script::default());
    let bench = Bench::new(5);
    bench.expect(0, &server, &["run", "--store", "else/where.sqlite"]);
    assert!(!bench.path(".labelgate").exists());
    bench.expect(0, &server, &["gate", "--store", "else/where.sqlite"]);
    assert_eq!(server.summary().asks, 5);
    bench.expect(
        0,
        &server,
        &["score", "mode", "--store", "else/where.sqlite"],
    );
    let done = bench.expect(2, &server, &["score", "mode"]);
    assert!(done.err.contains("there is no store"), "{done:?}");
}

#[test]
fn a_folder_that_takes_no_store_is_named() {
    let server = spawn(Script::default());
    let bench = Bench::new(5);
    // A file is in the way, which holds back even those who may do everything.
    bench.write(".labelgate", "a file");
    let done = bench.expect(2, &server, &["run"]);
    assert!(done.err.contains(".labelgate"), "{done:?}");
    assert_eq!(server.summary().requests, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_system_that_cannot_be_written_is_named() {
    let server = spawn(Script::default());
    let bench = Bench::new(5);
    let done = bench.expect(
        2,
        &server,
        &["run", "--store", "/proc/labelgate/store.sqlite"],
    );
    assert!(done.err.contains("/proc/labelgate"), "{done:?}");
    assert_eq!(server.summary().requests, 0);
}
