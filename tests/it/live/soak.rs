//! Many items and many faults.

use std::env;
use std::fs;
use std::process::Stdio;

use super::*;
use crate::server::{Faults, spawn};

/// What a process had in memory at most, in KiB, as far as this system tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[test]
fn every_item_is_answered_though_one_request_in_twenty_fails() {
    let n_items = env::var("LABELGATE_SOAK_ITEMS").map_or(2_000, |items| items.parse().unwrap());
    let faults = Faults {
        rate_limited: 0.01,
        internal: 0.01,
        overloaded: 0.005,
        unavailable: 0.005,
        reset: 0.005,
        cut: 0.005,
        slow: 0.01,
        seed: 5,
        ..Faults::default()
    };
    let server = spawn(Script::faults(faults).latency(Duration::from_millis(5)));
    let bench = Bench::new(n_items);
    let mut command = bench.command(&server, &["run", "--provider", "openai", "-j", "64"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        peak = peak_memory(child.id()).or(peak);
        // Nothing is timed; this only keeps from reading without end.
        server.wait_for_asks(u64::MAX, Duration::from_millis(20));
    }
    let done = done(&child.wait_with_output().unwrap());
    assert_eq!(done.code, 0, "{done:?}");
    let (items, summary) = (n_items as u64, server.summary());
    eprintln!(
        "{items} items, peak {} KiB, {summary:?}",
        peak.unwrap_or_default()
    );
    assert_eq!(summary.bodies, items);
    assert!(summary.refused > 0 && summary.failed > 0, "{summary:?}");
    // What was cut on its way is paid for again, and nothing else.
    assert!(summary.paid_again < items / 50, "{summary:?}");
    assert_eq!(bench.outcomes(), [("ok".to_owned(), items)]);
}
