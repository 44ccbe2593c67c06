//! What can become of rows, of results and of whole batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::server::{Endpoint, Given, Lost, RowFate};

fn fates(fate: impl Fn(usize) -> RowFate + Send + Sync + 'static) -> BatchPlan {
    BatchPlan {
        rows: Arc::new(move |at, _| fate(at)),
        ..BatchPlan::default()
    }
}

#[test]
fn rows_that_expired_or_were_cancelled_are_asked_again() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            fates(|at| match at {
                1 => RowFate::Expired,
                2 => RowFate::Cancelled,
                _ => RowFate::Asked,
            }),
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        assert!(error.contains("4 answers collected, 2 expired"), "{error}");
        assert!(
            error.contains("2 questions are to be asked again"),
            "{error}"
        );
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        let summary = shop.summary();
        assert_eq!(
            (summary.asks, summary.paid, summary.paid_again),
            (3, ITEMS, 0)
        );
    }
}

#[test]
fn a_row_told_twice_counts_once_and_one_not_told_is_asked_again() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            fates(|at| match at {
                0 => RowFate::Missing,
                1 | 2 => RowFate::Twice,
                _ => RowFate::Asked,
            }),
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        let expect = "5 answers collected, 1 without a result, 2 lines of results passed over";
        assert!(error.contains(expect), "{error}");
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        assert_eq!(shop.summary().asks, 2);
    }
}

#[test]
fn a_row_that_failed_is_asked_again_and_one_that_was_refused_is_not() {
    for provider in PROVIDERS {
        let script = Script::default().answering(|seen| match seen.row {
            true if seen.question().contains("item é 2") => Given::Internal,
            true if seen.question().contains("item é 3") => Given::Unprocessable,
            _ => Given::Answer,
        });
        let shop = Shop::with(provider, script, "");
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        assert!(
            error.contains("4 answers collected, 1 rejected, 1 failed"),
            "{error}"
        );
        assert!(error.contains("1 question is to be asked again"), "{error}");
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        assert_eq!(shop.summary().asks, 2);
    }
}

#[test]
fn a_batch_without_any_file_of_answers_is_a_batch_of_failures() {
    // No output file with OpenAI; no error file where all went well is another test's.
    for provider in PROVIDERS {
        let shop = Shop::new(provider, fates(|_| RowFate::Expired));
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        assert!(error.contains("0 answers collected, 6 expired"), "{error}");
        let shop = Shop::new(provider, fates(|_| RowFate::Missing));
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        assert!(
            error.contains("0 answers collected, 6 without a result"),
            "{error}"
        );
    }
}

#[test]
fn results_that_are_gone_mean_asking_again() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                gone: true,
                ..BatchPlan::default()
            },
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        assert!(error.contains("no longer has its results"), "{error}");
        assert!(
            error.contains("6 questions are to be asked again"),
            "{error}"
        );
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        assert_eq!(shop.summary().asks, ITEMS);
    }
}

#[test]
fn a_batch_whose_creation_was_not_answered_is_found_in_the_list() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                lost: vec![Lost::Reset],
                ..BatchPlan::default()
            },
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        assert!(
            error.contains("found at the provider, with 6 questions"),
            "{error}"
        );
        assert_eq!(shop.summary().rows, ROWS);
        shop.assert_each_asked_once();
    }
}

#[test]
fn a_creation_that_fails_is_looked_for_and_made_again_but_not_for_ever() {
    for (provider, n_failing) in [
        (Provider::Anthropic, 1),
        (Provider::OpenAi, 1),
        (Provider::OpenAi, 9),
    ] {
        let left = AtomicU32::new(n_failing);
        let script = Script::default().answering(move |seen| match seen.endpoint {
            Endpoint::BatchCreate
                if left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                        left.checked_sub(1)
                    })
                    .is_ok() =>
            {
                Given::Internal
            }
            _ => Given::Answer,
        });
        let shop = Shop::with(provider, script, "");
        let (code, error) = shop.batch();
        assert!(error.contains("never reached the provider"), "{error}");
        if n_failing == 1 {
            assert_eq!(code, 0, "{error}");
            shop.assert_each_asked_once();
        } else {
            assert_eq!(code, 4, "{error}");
            assert!(error.contains("do not arrive"), "{error}");
            assert_eq!(shop.summary().rows, 0);
        }
    }
}

#[test]
fn a_full_queue_is_waited_for_and_the_batch_divided() {
    for failing in [1, 2, 3] {
        let shop = Shop::new(
            Provider::OpenAi,
            BatchPlan {
                failing,
                polls: 1,
                ..BatchPlan::default()
            },
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        assert!(error.contains("token_limit_exceeded"), "{error}");
        shop.assert_each_asked_once();
    }
}

#[test]
fn results_that_break_off_are_fetched_again() {
    for provider in PROVIDERS {
        let script = Script::default().answering(|seen| match seen.endpoint {
            Endpoint::BatchResults(_) | Endpoint::FileContent(_) if seen.before == 0 => {
                Given::Reset
            }
            _ => Given::Answer,
        });
        let shop = Shop::with(provider, script, "");
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        shop.assert_each_asked_once();
    }
}
