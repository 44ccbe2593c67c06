//! What may be spent.

use super::*;
use crate::server::spawn;

const PRICES: &str = "
[[price]]
model = \"claude-test\"
input = 0
output = 2000
";

#[test]
fn a_budget_is_not_passed() {
    let server = spawn(Script::default());
    let bench = Bench::new(400);
    bench.write("prices.toml", PRICES);
    let done = bench.expect(4, &server, &["run", "--budget-usd", "2"]);
    assert!(done.err.contains("the budget is reached"), "{done:?}");
    let paid = server.summary().paid;
    assert!(paid > 10 && paid < 400, "{paid} were paid");
    // Nothing but what was written costs anything.
    let (before, _) = done.err.split_once(" written;").unwrap();
    let written: f64 = before
        .rsplit(' ')
        .next()
        .unwrap()
        .replace(',', "")
        .parse()
        .unwrap();
    let spent = written * 0.002;
    assert!(spent > 1.5 && spent <= 2.0, "{spent} dollars");
    // What was spent before is not counted against a new budget, and what is known costs nothing.
    bench.expect(0, &server, &["run", "--budget-usd", "1000"]);
    assert_eq!(
        (server.summary().asks, server.summary().paid_again),
        (400, 0)
    );
    bench.expect(0, &server, &["run", "--budget-usd", "0.01"]);
}

#[test]
fn a_budget_needs_a_price() {
    let server = spawn(Script::default());
    let bench = Bench::new(4);
    let done = bench.expect(2, &server, &["run", "--budget-usd", "2"]);
    assert!(
        done.err.contains("that of `claude-test` is unknown"),
        "{done:?}"
    );
    assert!(done.err.contains("prices.toml"), "{done:?}");
    assert_eq!(server.summary().requests, 0);
    let without = bench.expect(0, &server, &["run"]);
    assert!(without.err.contains("cost unknown"), "{without:?}");
    assert!(!without.err.contains('$'), "{without:?}");
}
