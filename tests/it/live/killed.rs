//! Runs that are killed at any moment, and runs side by side.

use std::env;
use std::process::{Child, Stdio};
use std::thread;

use super::*;
use crate::server::{Server, spawn};

const CONCURRENCY: u64 = 16;

fn start(bench: &Bench, server: &Server, arguments: &[&str]) -> Child {
    let mut command = bench.command(server, arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// How many kills; more of them with this variable set.
fn kills() -> u64 {
    env::var("LABELGATE_SOAK_KILLS").map_or(20, |kills| kills.parse().unwrap())
}

#[test]
fn a_run_that_is_killed_again_and_again_pays_for_no_more_than_was_in_flight() {
    let kills = kills();
    let server = spawn(Script::plain(Duration::from_millis(15)));
    let mut n_items = 400;
    let bench = Bench::new(n_items);
    let mut random = fastrand::Rng::with_seed(11);
    let mut killed = 0;
    while killed < kills {
        let mut child = start(&bench, &server, &["run", "-q"]);
        // Some are killed while they begin, most while they ask.
        if random.u8(..) > 30 {
            let asks = server.summary().asks + random.u64(1..40);
            let is_over = |child: &mut Child| child.try_wait().unwrap().is_some();
            while !server.wait_for_asks(asks, Duration::from_millis(100)) && !is_over(&mut child) {}
        }
        for _ in 0..random.u32(..300) {
            thread::yield_now();
        }
        child.kill().unwrap();
        match child.wait().unwrap().code() {
            // All was answered too soon: more is to be asked.
            Some(0) => {
                n_items += 400;
                bench.items((0..n_items).map(|number| (number, text_of(number))));
            }
            None => killed += 1,
            Some(code) => panic!("exit {code}"),
        }
    }
    let before = server.summary();
    assert!(before.paid > kills, "killed too early: {before:?}");
    bench.expect(0, &server, &["run"]);
    let (items, summary) = (n_items as u64, server.summary());
    assert_eq!(summary.bodies, items);
    assert_eq!(summary.paid - summary.paid_again, items);
    assert_eq!(bench.outcomes(), [("ok".to_owned(), items)]);
    eprintln!(
        "{killed} kills, {items} items, {} paid again",
        summary.paid_again
    );
    assert!(
        summary.paid_again <= killed * (CONCURRENCY + 1),
        "{summary:?}"
    );
    bench.expect(0, &server, &["run"]);
    assert_eq!(server.summary().asks, summary.asks);
}

#[test]
fn what_was_answered_before_a_kill_is_not_asked_again() {
    // All but the first are held, so that it is known what was answered.
    let script = by_item(|number| match number {
        0..20 => Given::Answer,
        _ => Given::Held,
    });
    let server = spawn(script);
    let bench = Bench::new(60);
    let mut child = start(&bench, &server, &["run", "-q"]);
    assert!(server.wait_for_asks(20 + CONCURRENCY, PATIENCE));
    child.kill().unwrap();
    child.wait().unwrap();
    server.release();
    bench.expect(0, &server, &["run"]);
    let summary = server.summary();
    assert_eq!(summary.bodies, 60);
    assert!(summary.asked_again <= CONCURRENCY + 1, "{summary:?}");
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 60)]);
}

#[test]
fn two_runs_at_once_ask_nothing_twice() {
    let server = spawn(Script::plain(Duration::from_millis(2)));
    let bench = Bench::new(200);
    let children = [
        start(&bench, &server, &["run"]),
        start(&bench, &server, &["run"]),
    ];
    for mut child in children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let summary = server.summary();
    assert_eq!(
        (summary.asks, summary.bodies, summary.paid_again),
        (200, 200, 0)
    );
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 200)]);
}

#[test]
fn what_is_there_can_be_scored_while_a_run_goes_on() {
    let server = spawn(by_item(|number| match number {
        0..20 => Given::Answer,
        _ => Given::Held,
    }));
    let bench = Bench::new(40);
    let mut run = start(&bench, &server, &["run"]);
    assert!(server.wait_for_asks(20 + CONCURRENCY, PATIENCE));
    // The last answer may not be durable yet.
    while !bench.outcomes().contains(&("ok".to_owned(), 20)) {}
    server.release();
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 40)]);
}

#[test]
fn a_run_takes_over_from_one_that_was_killed() {
    let server = spawn(Script::default().answering(|_| Given::Held));
    let bench = Bench::new(10);
    let mut first = start(&bench, &server, &["run", "-q"]);
    assert!(server.wait_for_asks(1, PATIENCE));
    let second = bench
        .command(&server, &["run"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    server.release();
    let second = done(&second.wait_with_output().unwrap());
    assert_eq!(
        (second.code, server.summary().bodies),
        (0, 10),
        "{second:?}"
    );
}
