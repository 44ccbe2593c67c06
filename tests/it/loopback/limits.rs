//! Rate limits as providers keep them.

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::server::{Kind, Limit, LimitHeaders, Limiter, Script, spawn};

fn limiter(kind: Kind, headers: LimitHeaders) -> Limiter {
    Limiter::new(Limit {
        per_second: 10.0,
        kind,
        headers,
    })
}

/// How many of many requests are allowed at a moment.
fn allowed(limiter: &mut Limiter, milliseconds: u64) -> usize {
    let now = Duration::from_millis(milliseconds);
    (0..100).filter(|_| limiter.rule(now).allowed).count()
}

#[test]
fn a_bucket_fills_all_the_time_up_to_its_capacity() {
    let mut bucket = limiter(Kind::Bucket { capacity: 5.0 }, LimitHeaders::None);
    assert_eq!(allowed(&mut bucket, 0), 5);
    assert_eq!(bucket.rule(Duration::ZERO).wait, Duration::from_millis(100));
    assert_eq!(allowed(&mut bucket, 99), 0);
    assert_eq!(allowed(&mut bucket, 100), 1);
    assert_eq!(allowed(&mut bucket, 400), 3);
    assert_eq!(allowed(&mut bucket, 9000), 5);
}

#[test]
fn a_fixed_window_starts_afresh() {
    let window = Kind::FixedWindow(Duration::from_secs(1));
    let mut window = limiter(window, LimitHeaders::None);
    assert_eq!(allowed(&mut window, 900), 10);
    assert_eq!(
        window.rule(Duration::from_millis(900)).wait,
        Duration::from_millis(100)
    );
    assert_eq!(allowed(&mut window, 999), 0);
    assert_eq!(allowed(&mut window, 1000), 10);
}

#[test]
fn a_sliding_window_frees_what_is_old_enough() {
    let window = Kind::SlidingWindow(Duration::from_secs(1));
    let mut window = limiter(window, LimitHeaders::None);
    assert!(window.rule(Duration::from_millis(500)).allowed);
    assert_eq!(allowed(&mut window, 900), 9);
    assert_eq!(
        window.rule(Duration::from_millis(1000)).wait,
        Duration::from_millis(500)
    );
    assert_eq!(allowed(&mut window, 1499), 0);
    assert_eq!(allowed(&mut window, 1500), 1);
    assert_eq!(allowed(&mut window, 1900), 9);
}

#[test]
fn a_limit_is_told_in_the_words_of_the_provider() {
    let clock: Timestamp = "2026-07-01T12:00:00.25Z".parse().unwrap();
    let check = |headers: LimitHeaders, expect: [&[(&str, &str)]; 2]| {
        let mut limiter = limiter(Kind::Bucket { capacity: 1.0 }, headers);
        for expect in expect {
            let ruling = limiter.rule(Duration::ZERO);
            let said = limiter.headers(&ruling, clock);
            let said: Vec<_> = said.iter().map(|(name, value)| (*name, &**value)).collect();
            assert_eq!(said, expect);
        }
    };
    check(LimitHeaders::None, [&[], &[]]);
    check(LimitHeaders::RetryAfter, [&[], &[("retry-after", "1")]]);
    check(
        LimitHeaders::RetryAfterMs,
        [&[], &[("retry-after-ms", "100.000")]],
    );
    let openai = [
        ("x-ratelimit-limit-requests", "600"),
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", "100ms"),
    ];
    let waits = [("retry-after", "1"), ("retry-after-ms", "100.000")];
    check(
        LimitHeaders::OpenAi,
        [&openai, &[&waits[..], &openai[..]].concat()],
    );
    let anthropic = [
        ("anthropic-ratelimit-requests-limit", "600"),
        ("anthropic-ratelimit-requests-remaining", "0"),
        ("anthropic-ratelimit-requests-reset", "2026-07-01T12:00:01Z"),
    ];
    check(
        LimitHeaders::Anthropic,
        [&anthropic, &[&waits[..1], &anthropic[..]].concat()],
    );
}

#[test]
fn requests_over_the_limit_are_refused_and_not_paid() {
    let server = spawn(Script::rate_limited(Limit {
        per_second: 0.001,
        kind: Kind::Bucket { capacity: 2.0 },
        headers: LimitHeaders::Anthropic,
    }));
    block_on(async {
        let client = client();
        let mut statuses = Vec::new();
        for item in ["one", "two", "three"] {
            let response = ask(&client, &server, item).await.unwrap();
            let left = header(&response, "anthropic-ratelimit-requests-remaining");
            statuses.push((response.status().as_u16(), left.unwrap().to_owned()));
            assert_eq!(header(&response, "retry-after").is_some(), item == "three");
        }
        let expect = [(200, "1"), (200, "0"), (429, "0")];
        assert_eq!(
            statuses,
            expect.map(|(status, left)| (status, left.to_owned()))
        );
    });
    let summary = server.summary();
    assert_eq!((summary.asks, summary.paid, summary.refused), (3, 2, 1));
}
