use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;

use crate::provider::pace::limits::{LONGEST, Limit, Limits, retry_after};

/// 2026-07-01T12:00:00Z.
fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_782_907_200)
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    lines
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
}

fn limit(limit: u64, remaining: u64, reset_ms: u64) -> Option<Limit> {
    Some(Limit {
        limit,
        remaining,
        reset: Some(Duration::from_millis(reset_ms)),
    })
}

#[test]
fn anthropic_headers_are_read() {
    let headers = headers(&[
        ("anthropic-ratelimit-requests-limit", "1000"),
        ("anthropic-ratelimit-requests-remaining", "999"),
        ("anthropic-ratelimit-requests-reset", "2026-07-01T12:00:02Z"),
        ("anthropic-ratelimit-tokens-limit", "96000"),
        ("anthropic-ratelimit-tokens-remaining", "90000"),
        ("anthropic-ratelimit-tokens-reset", "2026-07-01T12:00:30.5Z"),
        ("anthropic-ratelimit-input-tokens-limit", "80000"),
        ("anthropic-ratelimit-input-tokens-remaining", "79000"),
        (
            "anthropic-ratelimit-input-tokens-reset",
            "2026-07-01T11:59:00Z",
        ),
        ("anthropic-ratelimit-output-tokens-limit", "16000"),
        ("anthropic-ratelimit-output-tokens-remaining", "0"),
        (
            "anthropic-ratelimit-output-tokens-reset",
            "2026-07-01T14:01:00+02:00",
        ),
    ]);
    let limits = Limits::of(&headers, noon());
    assert_eq!(limits.requests, limit(1_000, 999, 2_000));
    assert_eq!(limits.tokens, limit(96_000, 90_000, 30_500));
    assert_eq!(limits.input_tokens, limit(80_000, 79_000, 0));
    assert_eq!(limits.output_tokens, limit(16_000, 0, 60_000));
    assert_eq!(limits.project_tokens, None);
}

#[test]
fn openai_headers_are_read() {
    let headers = headers(&[
        ("x-ratelimit-limit-requests", "5000"),
        ("x-ratelimit-remaining-requests", "4999"),
        ("x-ratelimit-reset-requests", "12ms"),
        ("x-ratelimit-limit-tokens", "160000"),
        ("x-ratelimit-remaining-tokens", "149984"),
        ("x-ratelimit-reset-tokens", "6m0s"),
        ("x-ratelimit-limit-project-tokens", "100"),
        ("x-ratelimit-remaining-project-tokens", "-5"),
        ("x-ratelimit-reset-project-tokens", "1h2m3.5s"),
    ]);
    let limits = Limits::of(&headers, noon());
    assert_eq!(limits.requests, limit(5_000, 4_999, 12));
    assert_eq!(limits.tokens, limit(160_000, 149_984, 360_000));
    assert_eq!(limits.project_tokens, limit(100, 0, 3_723_500));
}

#[test]
fn what_cannot_be_read_is_as_if_it_were_not_there() {
    for (name, value) in [
        ("x-ratelimit-limit-requests", "many"),
        ("x-ratelimit-limit-requests", "NaN"),
        ("x-ratelimit-limit-requests", "0"),
        ("x-ratelimit-limit-requests", ""),
        ("x-ratelimit-remaining-requests", "nan"),
    ] {
        let mut headers = headers(&[
            ("x-ratelimit-limit-requests", "10"),
            ("x-ratelimit-remaining-requests", "5"),
        ]);
        headers.insert(name, value.parse().unwrap());
        assert_eq!(
            Limits::of(&headers, noon()),
            Limits::default(),
            "{name}: {value}"
        );
    }
}

#[test]
fn a_reset_that_cannot_be_read_leaves_the_numbers() {
    for reset in [
        "soon",
        "5",
        "1x",
        "s",
        "1s2",
        "-3s",
        "1e400s",
        "2026-07-01T12:00:02Z",
        "",
    ] {
        let headers = headers(&[
            ("x-ratelimit-limit-requests", "10"),
            ("x-ratelimit-remaining-requests", "25"),
            ("x-ratelimit-reset-requests", reset),
        ]);
        let requests = Limits::of(&headers, noon()).requests.unwrap();
        assert_eq!((requests.limit, requests.remaining), (10, 10));
        let read = (reset == "5").then_some(Duration::from_secs(5));
        assert_eq!(requests.reset, read, "{reset}");
    }
}

#[test]
fn milliseconds_win_over_seconds() {
    let headers = headers(&[("retry-after-ms", "1500.5"), ("retry-after", "9")]);
    assert_eq!(
        retry_after(&headers, noon()),
        Some(Duration::from_micros(1_500_500))
    );
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    for (value, seconds) in [
        ("12", Some(12.0)),
        ("0.25", Some(0.25)),
        (" 3 ", Some(3.0)),
        ("-4", Some(0.0)),
        ("inf", Some(86_400.0)),
        ("1e300", Some(86_400.0)),
        ("NaN", None),
        ("later", None),
        ("", None),
        ("Wed, 01 Jul 2026 12:00:20 GMT", Some(20.0)),
        ("Wed, 01 Jul 2026 11:00:00 GMT", Some(0.0)),
        ("Thu, 01 Jul 2027 12:00:00 GMT", Some(86_400.0)),
    ] {
        let wait = retry_after(&headers(&[("retry-after", value)]), noon());
        assert_eq!(wait.map(|wait| wait.as_secs_f64()), seconds, "{value}");
        assert!(wait.is_none_or(|wait| wait <= LONGEST));
    }
    assert_eq!(retry_after(&HeaderMap::new(), noon()), None);
}

#[test]
fn unreadable_milliseconds_leave_the_seconds() {
    let headers = headers(&[("retry-after-ms", "soon"), ("retry-after", "2")]);
    assert_eq!(retry_after(&headers, noon()), Some(Duration::from_secs(2)));
}
