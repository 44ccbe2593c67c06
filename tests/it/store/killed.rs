//! Processes that are killed while they write, alone and two at once.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use labelgate::provider::Settled;
use labelgate::store::{RunLock, Store};
use tempfile::tempdir;

use super::{answered, begin, key, path_in};

const STORE: &str = "LABELGATE_TEST_STORE";
const FIRST: &str = "LABELGATE_TEST_FIRST";

/// Starts this test alone in another process, which then records answers from number `first` on.
fn start(test: &str, path: &Path, first: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(STORE, path)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the other process does: `true` in it. It says which answers are committed. Were it not
/// killed, it would end at a pipe that nobody reads.
fn is_child(lock: bool) -> bool {
    let Some(path) = env::var_os(STORE) else {
        return false;
    };
    let path = Path::new(&path);
    let first: u64 = env::var(FIRST).unwrap().parse().unwrap();
    let _lock = lock.then(|| RunLock::try_lock(path).unwrap().unwrap());
    let store = Store::open(path).unwrap();
    let mut next = first;
    let tell = move |batch: &[Settled]| {
        let mut out = io::stdout().lock();
        for settled in batch {
            assert_eq!(settled.key, key(next));
            writeln!(out, "\nkept {next}").unwrap();
            next += 1;
        }
        out.flush().unwrap();
    };
    let writer = store.writer(begin(&store), tell).unwrap();
    let recorder = writer.recorder();
    for number in first.. {
        let settled = answered(number, &number.to_string().repeat(50));
        if recorder.record_blocking(settled).is_err() {
            break;
        }
    }
    true
}

/// Reads on until the child has said that it kept at least `n` answers; all it says if it was
/// killed.
fn kept(out: &mut impl BufRead, n: usize) -> Vec<u64> {
    let mut kept = Vec::new();
    let mut line = String::new();
    while kept.len() < n && out.read_line(&mut line).unwrap() > 0 {
        // The last line of a killed process may lack its end.
        if let Some(number) = line
            .strip_prefix("kept ")
            .and_then(|n| n.strip_suffix('\n'))
        {
            kept.push(number.parse().unwrap());
        }
        line.clear();
    }
    kept
}

fn assert_all_there(path: &Path, numbers: &[u64]) {
    let store = Store::open(path).unwrap();
    for &number in numbers {
        let stored = store.answer(&key(number)).unwrap().unwrap();
        let expected = answered(number, &number.to_string().repeat(50));
        assert_eq!(stored.settled, expected);
    }
}

#[test]
fn what_a_killed_process_said_was_kept_is_kept_and_its_lock_is_free() {
    if is_child(true) {
        return;
    }
    let test = "store::killed::what_a_killed_process_said_was_kept_is_kept_and_its_lock_is_free";
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let mut all = Vec::new();
    for (round, n) in [1, 2, 150, 600, 2_500].into_iter().enumerate() {
        let mut child = start(test, &path, round as u64 * 1_000_000);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        all.extend(kept(&mut out, n));
        assert!(RunLock::try_lock(&path).unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        all.extend(kept(&mut out, usize::MAX));
        assert!(RunLock::try_lock(&path).unwrap().is_some());
        assert_all_there(&path, &all);
    }
    assert!(all.len() >= 3_253);
}

#[test]
fn two_processes_that_write_at_once_and_are_killed_lose_nothing() {
    if is_child(false) {
        return;
    }
    let test = "store::killed::two_processes_that_write_at_once_and_are_killed_lose_nothing";
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let mut all = Vec::new();
    // The first round has both make the store.
    for round in 0..3 {
        let mut children = [0, 1].map(|n| start(test, &path, (round * 2 + n) * 1_000_000));
        let mut outs = children
            .each_mut()
            .map(|child| BufReader::new(child.stdout.take().unwrap()));
        for out in &mut outs {
            all.extend(kept(out, 300));
        }
        for child in &mut children {
            child.kill().unwrap();
        }
        for (child, out) in children.iter_mut().zip(&mut outs) {
            child.wait().unwrap();
            all.extend(kept(out, usize::MAX));
        }
        assert_all_there(&path, &all);
    }
    assert!(all.len() >= 1_800);
}
