//! What is said while a run goes on.

use super::*;
use crate::server::spawn;

#[test]
fn without_a_terminal_lines_are_plain_and_few() {
    let server = spawn(Script::default());
    let bench = Bench::new(300);
    let done = bench.expect(0, &server, &["run", "--color", "never"]);
    assert!(!done.err.contains(['\u{1b}', '\r']), "{done:?}");
    assert!(done.out.is_empty(), "{done:?}");
    let first = done.err.lines().next().unwrap();
    assert!(first.contains("claude-test"), "{first}");
    assert!(first.contains(&server.base_url), "{first}");
    // Where it goes, a line every few seconds, what it came to.
    assert!(done.err.lines().count() < 15, "{done:?}");
}

#[test]
fn quiet_says_nothing_unless_something_is_wrong() {
    let server = spawn(by_item(|number| match number {
        7 => Given::TooLarge,
        _ => Given::Answer,
    }));
    let bench = Bench::new(5);
    let done = bench.expect(0, &server, &["-q", "run"]);
    assert_eq!((&*done.out, &*done.err), ("", ""));
    let known = bench.expect(0, &server, &["run", "-q"]);
    assert_eq!((&*known.out, &*known.err), ("", ""));
    bench.items((0..9).map(|number| (number, text_of(number))));
    let failed = bench.expect(0, &server, &["run", "-q"]);
    assert!(failed.err.contains("HTTP 413"), "{failed:?}");
}

#[test]
fn more_is_said_on_request_and_in_plain_text() {
    let server =
        spawn(
            Script::default().answering(|seen| match number_in(seen) == 3 && seen.before == 0 {
                true => Given::Internal,
                false => Given::Answer,
            }),
        );
    let bench = Bench::new(5);
    let done = bench.expect(0, &server, &["run", "-v"]);
    assert!(done.err.contains("HTTP 500"), "{done:?}");
    assert!(!done.err.contains('\u{1b}'), "{done:?}");
    let bench = Bench::new(6);
    let quiet = bench.expect(0, &server, &["run"]);
    assert!(!quiet.err.contains("HTTP 500"), "{quiet:?}");
}
