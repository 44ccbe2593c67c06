//! What the grid does not show: no limit at all, limits that change, servers in trouble.

use std::time::Duration;

use http::HeaderMap;

use crate::provider::pace::tests::server::{Model, Server, Telling};
use crate::provider::pace::tests::simulator::{Outcome, Run, simulate};
use crate::provider::pace::{Admission, Cost, Heard, Limits, Pace, Signal};

const fn run(n_items: usize, concurrency: usize, latency_ms: u64) -> Run {
    Run {
        n_items,
        concurrency,
        latency: Duration::from_millis(latency_ms),
        cost: Cost {
            input_tokens: 1_000,
            max_tokens: 0,
        },
    }
}

fn answered_between(outcome: &Outcome, from: u64, to: u64) -> usize {
    let (from, to) = (Duration::from_secs(from), Duration::from_secs(to));
    outcome
        .answered
        .iter()
        .filter(|at| (from..to).contains(*at))
        .count()
}

fn nothing_but(heard: Heard) -> Signal {
    Signal {
        outcome: heard,
        retry_after: None,
        limits: Limits::default(),
    }
}

#[test]
fn without_limits_the_whole_window_is_in_use_almost_at_once() {
    for (concurrency, latency, most) in [
        (64, 500, 1.05),
        (256, 500, 1.05),
        (1_024, 500, 1.05),
        (256, 50, 1.25),
    ] {
        let run = run(10_000, concurrency, latency);
        let outcome = simulate(&mut |_| (Heard::Answered, HeaderMap::new()), &run);
        let ideal = (10_000_usize.div_ceil(concurrency) + 1) as f64 * run.latency.as_secs_f64();
        let ratio = outcome.wall.as_secs_f64() / ideal;
        assert!(ratio <= most, "{concurrency} at {latency} ms: {ratio:.3}");
        assert_eq!(outcome.most_in_flight, concurrency);
    }
}

#[test]
fn one_request_goes_alone_until_it_is_answered() {
    let mut pace = Pace::new(8, Duration::ZERO);
    let Admission::Go(ticket) = pace.admit(Duration::ZERO, Cost::default()) else {
        panic!("the first is let go");
    };
    assert_eq!(
        pace.admit(Duration::from_secs(5), Cost::default()),
        Admission::Full
    );
    pace.settled(Duration::from_secs(6), ticket, &nothing_but(Heard::Failed));
    let Admission::Go(ticket) = pace.admit(Duration::from_secs(6), Cost::default()) else {
        panic!("one at a time is let go");
    };
    assert_eq!(
        pace.admit(Duration::from_secs(6), Cost::default()),
        Admission::Full
    );
    pace.settled(
        Duration::from_secs(7),
        ticket,
        &nothing_but(Heard::Answered),
    );
    let later = Duration::from_secs(8);
    for _ in 0..8 {
        assert!(matches!(
            pace.admit(later, Cost::default()),
            Admission::Go(_)
        ));
    }
    assert_eq!(pace.admit(later, Cost::default()), Admission::Full);
    assert_eq!(pace.in_flight(), 8);
}

#[test]
fn a_limit_that_rises_is_followed() {
    for telling in [Telling::Nothing, Telling::Milliseconds, Telling::OpenAi] {
        let mut server = Server::new(25.0, Model::Bucket(25.0), telling);
        let mut risen = |now: Duration| {
            server.rate = if now.as_secs() < 20 { 25.0 } else { 100.0 };
            let (taken, headers) = server.ask(now);
            (
                if taken {
                    Heard::Answered
                } else {
                    Heard::RateLimited
                },
                headers,
            )
        };
        let outcome = simulate(&mut risen, &run(6_000, 64, 50));
        let after = answered_between(&outcome, 50, 60);
        assert!(
            after >= 900,
            "{telling:?}: {after} in ten seconds, half a minute later"
        );
    }
}

#[test]
fn a_limit_that_falls_is_followed() {
    for telling in [Telling::Nothing, Telling::Milliseconds, Telling::OpenAi] {
        let mut server = Server::new(100.0, Model::Bucket(25.0), telling);
        let mut fallen = |now: Duration| {
            server.rate = if now.as_secs() < 10 { 100.0 } else { 25.0 };
            let (taken, headers) = server.ask(now);
            (
                if taken {
                    Heard::Answered
                } else {
                    Heard::RateLimited
                },
                headers,
            )
        };
        let outcome = simulate(&mut fallen, &run(2_000, 64, 50));
        assert!(answered_between(&outcome, 20, 30) >= 240, "{telling:?}");
        assert!(
            outcome.refused_share() < 0.05,
            "{telling:?}: {}",
            outcome.refused_share()
        );
    }
}

#[test]
fn an_overload_passes_without_a_rate_being_learned_from_it() {
    let mut overloaded = |now: Duration| {
        let burst = [3, 4, 30].contains(&now.as_secs());
        (
            if burst {
                Heard::Overloaded
            } else {
                Heard::Answered
            },
            HeaderMap::new(),
        )
    };
    let outcome = simulate(&mut overloaded, &run(60_000, 64, 50));
    // 1,280 a second is what the window allows.
    assert!(answered_between(&outcome, 15, 30) >= 14 * 1_200);
    assert!(answered_between(&outcome, 40, 45) >= 4 * 1_200);
    assert!(
        outcome.refused <= 3 * 64 + 16,
        "{} overload responses",
        outcome.refused
    );
}

#[test]
fn many_overload_responses_of_one_window_are_one_backing_off() {
    let mut pace = Pace::new(100, Duration::ZERO);
    let Admission::Go(first) = pace.admit(Duration::ZERO, Cost::default()) else {
        panic!("the first is let go");
    };
    pace.settled(
        Duration::from_millis(1),
        first,
        &nothing_but(Heard::Answered),
    );
    let now = Duration::from_secs(1);
    let mut tickets = Vec::new();
    while let Admission::Go(ticket) = pace.admit(now, Cost::default()) {
        tickets.push(ticket);
    }
    for ticket in tickets {
        pace.settled(now, ticket, &nothing_but(Heard::Overloaded));
    }
    assert_eq!(
        pace.admit(now, Cost::default()),
        Admission::WaitUntil(now + Duration::from_millis(500))
    );
    assert_eq!(pace.rate(), None);
    let mut admitted = 0;
    while let Admission::Go(_) = pace.admit(now + Duration::from_millis(500), Cost::default()) {
        admitted += 1;
    }
    assert!(
        (60..=80).contains(&admitted),
        "{admitted} of 100 are still let go"
    );
}

#[test]
fn one_pause_is_shared_by_all() {
    let mut pace = Pace::new(100, Duration::ZERO);
    let mut refused = nothing_but(Heard::RateLimited);
    refused.retry_after = Some(Duration::from_secs(12));
    let Admission::Go(first) = pace.admit(Duration::ZERO, Cost::default()) else {
        panic!("the first is let go");
    };
    pace.settled(Duration::from_secs(1), first, &nothing_but(Heard::Answered));
    let now = Duration::from_secs(2);
    let Admission::Go(second) = pace.admit(now, Cost::default()) else {
        panic!("the second is let go");
    };
    pace.settled(now, second, &refused);
    let until = now + Duration::from_secs(12);
    assert_eq!(
        pace.admit(now, Cost::default()),
        Admission::WaitUntil(until)
    );
    assert!(matches!(
        pace.admit(until, Cost::default()),
        Admission::Go(_)
    ));
}

#[test]
fn failures_do_not_slow_what_is_sent() {
    let mut n = 0;
    let mut failing = |_: Duration| {
        n += 1;
        (
            if n % 50 == 0 {
                Heard::Failed
            } else {
                Heard::Answered
            },
            HeaderMap::new(),
        )
    };
    let outcome = simulate(&mut failing, &run(10_000, 64, 50));
    let ideal = 10_000.0 / 0.98 / 64.0 * 0.05;
    let ratio = outcome.wall.as_secs_f64() / ideal;
    // The last ones are asked again after a wait of their own.
    assert!(ratio < 1.25, "{ratio:.3}");
}

/// A bucket of 25,000 tokens, refilled in a second, told by the headers of a provider.
fn token_bucket(told: bool) -> impl FnMut(Duration) -> (Heard, HeaderMap) {
    let (mut level, mut filled_at) = (25_000.0_f64, 0.0);
    move |now| {
        let now = now.as_secs_f64();
        level = (level + (now - filled_at) * 25_000.0).min(25_000.0);
        filled_at = now;
        let taken = level >= 1_000.0;
        level -= if taken { 1_000.0 } else { 0.0 };
        let mut headers = HeaderMap::new();
        if told {
            let reset = format!("{}ms", ((25_000.0 - level) / 25.0).ceil());
            for (name, value) in [
                ("x-ratelimit-limit-tokens", "25000".to_owned()),
                ("x-ratelimit-remaining-tokens", format!("{}", level.floor())),
                ("x-ratelimit-reset-tokens", reset),
            ] {
                headers.insert(name, value.parse().unwrap());
            }
        }
        (
            if taken {
                Heard::Answered
            } else {
                Heard::RateLimited
            },
            headers,
        )
    }
}

#[test]
fn limits_on_tokens_are_used_up_like_those_on_requests() {
    for told in [true, false] {
        for latency in [5, 500] {
            let outcome = simulate(&mut token_bucket(told), &run(1_000, 64, latency));
            let wall = outcome.wall.as_secs_f64();
            assert!(wall <= 1.05 * 40.0, "told {told} at {latency} ms: {wall} s");
            let refused = outcome.refused_share();
            assert!(refused <= 0.05, "told {told} at {latency} ms: {refused}");
        }
    }
}

#[test]
fn a_request_larger_than_its_limit_is_still_sent() {
    let mut pace = Pace::new(4, Duration::ZERO);
    let cost = Cost {
        input_tokens: 50_000,
        max_tokens: 2_048,
    };
    let Admission::Go(first) = pace.admit(Duration::ZERO, cost) else {
        panic!("the first is let go");
    };
    let (_, headers) = token_bucket(true)(Duration::ZERO);
    let answered = Signal {
        limits: Limits::of(&headers, std::time::UNIX_EPOCH),
        ..nothing_but(Heard::Answered)
    };
    pace.settled(Duration::from_secs(1), first, &answered);
    let mut now = Duration::from_secs(1);
    for _ in 0..3 {
        match pace.admit(now, cost) {
            Admission::Go(_) => return,
            Admission::WaitUntil(at) => now = at,
            Admission::Full => break,
        }
    }
    panic!("never sent");
}

#[test]
fn whatever_is_heard_there_is_a_way_on() {
    for seed in 0..40 {
        let mut random = fastrand::Rng::with_seed(seed);
        let concurrency = random.usize(1..40);
        let mut pace = Pace::new(concurrency, Duration::ZERO);
        let mut in_flight = Vec::new();
        let mut now = Duration::ZERO;
        for _ in 0..2_000 {
            let cost = Cost {
                input_tokens: random.u64(0..5_000),
                max_tokens: random.u64(0..5_000),
            };
            match pace.admit(now, cost) {
                Admission::Go(ticket) => in_flight.push(ticket),
                Admission::Full => assert!(!in_flight.is_empty()),
                Admission::WaitUntil(at) => {
                    assert!(at > now && at <= now + Duration::from_secs(2 * 86_400));
                    if in_flight.is_empty() || random.bool() {
                        now = at;
                    }
                }
            }
            assert!(in_flight.len() <= concurrency);
            assert_eq!(in_flight.len(), pace.in_flight());
            if !in_flight.is_empty() && random.u8(..) < 128 {
                now += Duration::from_micros(random.u64(0..200_000));
                let ticket = in_flight.swap_remove(random.usize(..in_flight.len()));
                pace.settled(now, ticket, &any_signal(&mut random));
            }
        }
    }
}

fn any_signal(random: &mut fastrand::Rng) -> Signal {
    let heard = [
        Heard::Answered,
        Heard::RateLimited,
        Heard::Overloaded,
        Heard::Failed,
        Heard::Other,
    ];
    let mut headers = HeaderMap::new();
    for name in ["limit", "remaining"] {
        for kind in ["requests", "tokens"] {
            let name: http::HeaderName = format!("x-ratelimit-{name}-{kind}").parse().unwrap();
            headers.insert(name, random.u32(0..100_000).into());
        }
    }
    let reset = format!("{}ms", random.u64(0..200_000_000)).parse().unwrap();
    headers.insert("x-ratelimit-reset-requests", reset);
    Signal {
        outcome: heard[random.usize(..heard.len())],
        retry_after: random
            .bool()
            .then(|| Duration::from_millis(random.u64(0..100_000))),
        limits: if random.bool() {
            Limits::of(&headers, std::time::UNIX_EPOCH)
        } else {
            Limits::default()
        },
    }
}
