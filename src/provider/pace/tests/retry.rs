use std::time::Duration;

use crate::provider::pace::{Heard, RetryPolicy, Tried};

const POLICY: RetryPolicy = RetryPolicy {
    max_attempts: 8,
    base: Duration::from_millis(500),
    cap: Duration::from_secs(30),
    deadline: Duration::from_secs(600),
};

fn tried(failures: u32, seconds: u64) -> Tried {
    Tried {
        failures,
        elapsed: Duration::from_secs(seconds),
    }
}

#[test]
fn ceilings_double_up_to_the_cap() {
    let longest: Vec<_> = (1..8)
        .map(|failures| {
            POLICY
                .wait(Heard::Failed, tried(failures, 0), None, 1.0)
                .unwrap()
        })
        .map(|wait| wait.as_secs_f64())
        .collect();
    assert_eq!(longest, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0]);
}

#[test]
fn jitter_is_full() {
    let wait = |random| POLICY.wait(Heard::Failed, tried(3, 0), None, random);
    assert_eq!(wait(0.0), Some(Duration::ZERO));
    assert_eq!(wait(0.25), Some(Duration::from_millis(500)));
}

#[test]
fn attempts_are_bounded() {
    assert!(POLICY.wait(Heard::Failed, tried(7, 0), None, 0.5).is_some());
    assert_eq!(POLICY.wait(Heard::Failed, tried(8, 0), None, 0.5), None);
    assert_eq!(POLICY.wait(Heard::Overloaded, tried(8, 0), None, 0.5), None);
}

#[test]
fn an_overloaded_server_is_given_longer_than_one_that_failed() {
    for failures in 1..8 {
        let wait = |heard| POLICY.wait(heard, tried(failures, 0), None, 1.0);
        assert!(wait(Heard::Overloaded) > wait(Heard::Failed));
    }
}

#[test]
fn a_refusal_for_the_rate_uses_up_no_attempt_and_waits_only_as_asked() {
    assert_eq!(
        POLICY.wait(Heard::RateLimited, tried(8, 0), None, 1.0),
        Some(Duration::ZERO)
    );
    let hint = Duration::from_secs(7);
    assert_eq!(
        POLICY.wait(Heard::RateLimited, tried(0, 0), Some(hint), 1.0),
        Some(hint)
    );
}

#[test]
fn a_hint_is_the_least_that_is_waited() {
    let wait = |hint| {
        POLICY.wait(
            Heard::Failed,
            tried(1, 0),
            Some(Duration::from_millis(hint)),
            1.0,
        )
    };
    assert_eq!(wait(2_000), Some(Duration::from_secs(2)));
    assert_eq!(wait(100), Some(Duration::from_millis(500)));
}

#[test]
fn nothing_is_waited_for_beyond_the_deadline() {
    let wait = |elapsed| {
        POLICY.wait(
            Heard::RateLimited,
            tried(0, elapsed),
            Some(Duration::from_secs(60)),
            0.0,
        )
    };
    assert!(wait(540).is_some());
    assert_eq!(wait(541), None);
    assert_eq!(wait(601), None);
}

#[test]
fn what_has_an_answer_is_not_asked_again() {
    assert_eq!(POLICY.wait(Heard::Answered, tried(0, 0), None, 0.5), None);
    assert_eq!(POLICY.wait(Heard::Other, tried(0, 0), None, 0.5), None);
}
