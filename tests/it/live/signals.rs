//! Runs that are asked to stop.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use super::*;
use crate::server::{Server, spawn};

fn start(bench: &Bench, server: &Server) -> Child {
    let mut command = bench.command(server, &["run"]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn send(child: &Child, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn a_stopped_run_waits_for_its_answers_and_says_how_to_go_on() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let server = spawn(by_item(|number| match number {
            0..10 => Given::Answer,
            _ => Given::Held,
        }));
        let bench = Bench::new(200);
        let mut child = start(&bench, &server);
        assert!(server.wait_for_asks(10 + 16, PATIENCE));
        send(&child, signal);
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("stopping") {
            assert!(err.read_line(&mut said).unwrap() > 0, "{said}");
        }
        server.release();
        err.read_to_string(&mut said).unwrap();
        let done = done(&child.wait_with_output().unwrap());
        assert_eq!(done.code, code, "{said}");
        assert!(
            said.contains("`labelgate run` goes on where this ended"),
            "{said}"
        );
        // Nothing new was sent, and all that was is there.
        assert_eq!(server.summary().asks, 26);
        assert!(bench.outcomes().contains(&("ok".to_owned(), 26)));
        bench.expect(0, &server, &["run"]);
        assert_eq!(
            (server.summary().asks, server.summary().paid_again),
            (200, 0)
        );
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = spawn(Script::default().answering(|_| Given::Held));
    let bench = Bench::new(20);
    let mut child = start(&bench, &server);
    assert!(server.wait_for_asks(1, PATIENCE));
    send(&child, "-INT");
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("again to stop at once") {
        assert!(err.read_line(&mut said).unwrap() > 0, "{said}");
    }
    send(&child, "-INT");
    let done = done(&child.wait_with_output().unwrap());
    assert_eq!(done.code, 130, "{done:?}");
    server.release();
    bench.expect(0, &server, &["run"]);
}

#[test]
fn an_answer_that_does_not_come_is_waited_for_no_more_than_seconds() {
    let server = spawn(by_item(|number| match number {
        0..10 => Given::Answer,
        _ => Given::Hang,
    }));
    let bench = Bench::new(40);
    let child = start(&bench, &server);
    assert!(server.wait_for_asks(10 + 16, PATIENCE));
    send(&child, "-INT");
    let done = done(&child.wait_with_output().unwrap());
    assert_eq!(done.code, 130, "{done:?}");
    assert!(bench.outcomes().contains(&("ok".to_owned(), 10)));
}
