//! Questions that fail while others are answered.

use super::*;
use crate::server::{Hint, spawn};

/// The outcomes of twenty items, of which number 7 is given this.
fn one(given: &Given, code: i32) -> (Done, Vec<(String, u64)>) {
    let what = given.clone();
    let server = spawn(by_item(move |number| match number {
        7 => what.clone(),
        _ => Given::Answer,
    }));
    let bench = Bench::new(20);
    let done = bench.expect(code, &server, &["run"]);
    bench.expect(code, &server, &["run"]);
    let asks = server.summary().asks;
    assert!(
        code != 0 || asks == 20,
        "{given:?} is final, and was asked again"
    );
    (done, bench.outcomes())
}

#[test]
fn what_a_model_makes_of_a_question_is_reported_apart() {
    for (given, outcome) in [
        (Given::Refused("cyber"), "refused"),
        (Given::Filtered, "refused"),
        (Given::Truncated, "truncated"),
        (Given::TruncatedEmpty, "truncated"),
        (Given::ContextTooLong, "context_overflow"),
        (Given::TooLarge, "error"),
        (Given::Unprocessable, "error"),
        (Given::Text("I would rather not say.".into()), "unparsed"),
    ] {
        let (done, outcomes) = one(&given, 0);
        let expect = [("ok".to_owned(), 19), (outcome.to_owned(), 1)];
        let mut outcomes = outcomes;
        outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        assert_eq!(outcomes, expect, "{given:?} {done:?}");
    }
}

#[test]
fn words_and_blocks_that_nobody_knows_are_passed_over() {
    for given in [Given::UnknownBlock, Given::WrongCase] {
        assert_eq!(one(&given, 0).1, [("ok".to_owned(), 20)]);
    }
}

#[test]
fn what_may_pass_is_asked_again_until_it_is_answered() {
    for given in [
        Given::ErrorInBody,
        Given::Cut,
        Given::Reset,
        Given::Internal,
        Given::Overloaded,
        Given::Unavailable,
        Given::RateLimited(Hint::RetryAfterMs(5.0)),
    ] {
        let what = given.clone();
        let server = spawn(Script::default().answering(move |seen| {
            match number_in(seen) == 7 && seen.before < 2 {
                true => what.clone(),
                false => Given::Answer,
            }
        }));
        let bench = Bench::new(20);
        bench.expect(0, &server, &["run"]);
        assert_eq!(server.summary().asks, 22, "{given:?}");
        assert_eq!(bench.outcomes(), [("ok".to_owned(), 20)], "{given:?}");
    }
}

#[test]
fn a_question_without_an_answer_in_time_is_left_for_retry() {
    let server = spawn(Script::default().answering(|seen| {
        match [5, 9].contains(&number_in(seen)) && seen.before < 2 {
            true => Given::Hang,
            false => Given::Answer,
        }
    }));
    let bench = Bench::new(20);
    bench.settings("timeout_seconds = 1\nattempts = 2");
    let run = bench.expect(4, &server, &["run"]);
    assert!(run.err.contains("2 failed"), "{run:?}");
    assert!(run.err.contains("no answer in time"), "{run:?}");
    assert!(
        run.err.contains("2 questions are to be asked again"),
        "{run:?}"
    );
    assert_eq!(server.summary().asks, 22);
    let outcomes = bench.outcomes();
    assert!(outcomes.contains(&("error".to_owned(), 2)), "{outcomes:?}");
    server.forget();
    // What was never asked is not for `retry` to ask.
    bench.change("items.jsonl", "Session «3»", "A session «3»");
    bench.expect(0, &server, &["retry"]);
    assert_eq!(server.summary().asks, 2);
    bench.expect(0, &server, &["run"]);
    assert_eq!(server.summary().asks, 3);
    assert_eq!(bench.outcomes(), [("ok".to_owned(), 20)]);
}

#[test]
fn money_that_runs_out_on_the_way_stops_the_run() {
    for provider in ["anthropic", "openai"] {
        let server = spawn(Script::default().answering(|seen| match number_in(seen) {
            0..50 => Given::Answer,
            _ => Given::QuotaExhausted,
        }));
        let bench = Bench::new(400);
        let done = bench.expect(4, &server, &["run", "--provider", provider]);
        assert!(done.err.contains("the run was stopped"), "{done:?}");
        assert!(server.summary().asks <= 50 + 16, "{:?}", server.summary());
        // What was answered is kept.
        let outcomes = bench.outcomes();
        assert!(outcomes.contains(&("ok".to_owned(), 50)), "{outcomes:?}");
    }
}

#[test]
fn a_limit_that_outlasts_every_question_ends_the_run() {
    let server = spawn(by_item(|number| match number {
        0..20 => Given::Answer,
        _ => Given::RateLimited(Hint::RetryAfter(5 * 3600)),
    }));
    let bench = Bench::new(60);
    let done = bench.expect(4, &server, &["run"]);
    assert!(done.err.contains("for 5 h"), "{done:?}");
    assert!(
        done.err.contains("`labelgate run` goes on then"),
        "{done:?}"
    );
    assert!(server.summary().asks <= 20 + 16, "{:?}", server.summary());
}
