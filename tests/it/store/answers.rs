//! What was recorded is read back.

use std::collections::BTreeMap;
use std::sync::mpsc;

use labelgate::model::Stop;
use labelgate::provider::{Failure, Settled};
use labelgate::store::{Standing, Store, StoreError};
use proptest::prelude::*;
use tempfile::tempdir;

use super::{answered, begin, key, path_in, record, settled};

fn every_failure() -> [Failure; 5] {
    [
        Failure::Fatal("no such model".into()),
        Failure::Rejected("too long \0 \u{1f600}".into()),
        Failure::ContextOverflow("".into()),
        Failure::Exhausted {
            attempts: 7,
            last: "529".into(),
        },
        Failure::Expired,
    ]
}

#[test]
fn every_kind_of_answer_and_failure_is_read_back_as_it_was() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let mut all: Vec<Settled> = Vec::new();
    let stops = [
        Stop::End,
        Stop::MaxTokens,
        Stop::Refusal,
        Stop::ContextOverflow,
    ];
    for stop in stops {
        for bare in [false, true] {
            let mut settled = answered(all.len() as u64, "a\0\"\u{1f600}\r\n");
            let response = settled.result.as_mut().unwrap();
            response.reply.stop = stop;
            if bare {
                response.reply.text = "".into();
                response.model = "".into();
                response.request_id = None;
                response.usage = None;
                response.refusal = Some("will not".into());
                settled.batch = true;
            }
            all.push(settled);
        }
    }
    for failure in every_failure() {
        all.push(settled(all.len() as u64, Err(failure)));
    }
    let run = record(&store, &all);
    for expected in &all {
        let stored = store.answer(&expected.key).unwrap().unwrap();
        assert_eq!(stored.settled, *expected);
        assert_eq!(stored.run, run);
        assert!(stored.settled_at > 1_500_000_000_000, "milliseconds");
    }
    let keys: Vec<_> = all.iter().map(|settled| settled.key).collect();
    let stored = store.answers(&keys).unwrap();
    let read = stored.into_iter().map(|stored| stored.unwrap().settled);
    assert!(read.eq(all));
    assert_eq!(store.answer(&key(99)).unwrap(), None);
}

#[test]
fn an_answer_is_told_of_only_when_another_connection_can_read_it() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let store = Store::open(&path).unwrap();
    let (seen, all_seen) = mpsc::channel();
    let other = Store::open(&path).unwrap();
    let committed = move |batch: &[Settled]| {
        for settled in batch {
            let stored = other.answer(&settled.key).unwrap();
            seen.send(stored.map(|stored| stored.settled)).unwrap();
        }
    };
    let writer = store.writer(begin(&store), committed).unwrap();
    let recorder = writer.recorder();
    for number in 0..50 {
        let settled = answered(number, &number.to_string());
        recorder.record_blocking(settled).unwrap();
    }
    writer.finish().unwrap();
    let seen: Vec<_> = all_seen.iter().collect();
    let expected = (0..50).map(|number| Some(answered(number, &number.to_string())));
    assert!(seen.into_iter().eq(expected), "all, in order, all readable");
}

#[test]
fn a_dropped_writer_has_written_what_it_was_given() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let writer = store.writer(begin(&store), |_| ()).unwrap();
    writer
        .recorder()
        .record_blocking(answered(1, "kept"))
        .unwrap();
    drop(writer);
    assert!(store.answer(&key(1)).unwrap().is_some());
}

#[tokio::test]
async fn tasks_that_wait_for_room_all_get_their_answers_written() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let writer = store.writer(begin(&store), |_| ()).unwrap();
    // More than fit into the queue, handed over by one thread that never blocks.
    let records = (0..3_000).map(|number| {
        let recorder = writer.recorder();
        async move { recorder.record(answered(number, "yes")).await }
    });
    for recorded in futures_util::future::join_all(records).await {
        recorded.unwrap();
    }
    writer.finish().unwrap();
    let keys: Vec<_> = (0..3_000).map(key).collect();
    let standings = store.standings(&keys).unwrap();
    assert_eq!(standings, vec![Standing::Answered; 3_000]);
}

#[tokio::test]
async fn a_finished_writer_takes_nothing_more_and_says_so() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let writer = store.writer(begin(&store), |_| ()).unwrap();
    let recorder = writer.recorder();
    writer.finish().unwrap();
    let refused = recorder.record(answered(1, "late")).await;
    assert!(matches!(refused, Err(StoreError::Stopped { .. })));
    assert_eq!(store.answer(&key(1)).unwrap(), None);
}

#[test]
fn a_write_that_fails_stops_the_writer_and_says_how_many_answers_are_lost() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let store = Store::open(&path).unwrap();
    let run = begin(&store);
    let (told, committed) = mpsc::channel();
    let writer = store
        .writer(run, move |batch| told.send(batch.len()).unwrap())
        .unwrap();
    let recorder = writer.recorder();
    recorder.record_blocking(answered(1, "kept")).unwrap();
    assert_eq!(committed.recv(), Ok(1));
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'no'); END",
        )
        .unwrap();
    recorder.record_blocking(answered(2, "lost")).unwrap();
    assert!(committed.recv().is_err(), "the writer has ended");
    let refused = recorder.record_blocking(answered(3, "not taken"));
    assert!(matches!(refused, Err(StoreError::Stopped { .. })));
    let failed = writer.finish().unwrap_err();
    assert!(
        matches!(failed, StoreError::Unsaved { answers: 1, .. }),
        "{failed}"
    );
    assert!(store.answer(&key(1)).unwrap().is_some());
    assert!(store.answer(&key(2)).unwrap().is_none());
}

#[test]
fn a_later_failure_does_not_hide_an_answer() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let expired = settled(1, Err(Failure::Expired));
    record(&store, std::slice::from_ref(&expired));
    assert_eq!(store.standing(&key(1)).unwrap(), Standing::Retryable);
    record(&store, &[answered(1, "paid for"), expired]);
    let stored = store.answer(&key(1)).unwrap().unwrap();
    assert_eq!(stored.settled, answered(1, "paid for"));
    assert_eq!(store.standing(&key(1)).unwrap(), Standing::Answered);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_last_answer_counts_and_without_one_the_last_failure(
        runs in prop::collection::vec(
            prop::collection::vec((0_u64..6, prop::option::of(0_usize..5), ".{0,20}"), 0..12),
            0..4,
        ),
    ) {
        let folder = tempdir().unwrap();
        let path = path_in(folder.path());
        let mut answers = BTreeMap::new();
        let mut failures = BTreeMap::new();
        for run in runs {
            // A store closed and opened again between runs.
            let store = Store::open(&path).unwrap();
            let all = run.iter().map(|(number, failure, text)| match failure {
                None => answered(*number, text),
                Some(kind) => settled(*number, Err(every_failure()[*kind].clone())),
            });
            let all: Vec<Settled> = all.collect();
            record(&store, &all);
            for settled in all {
                let latest = match &settled.result {
                    Ok(_) => &mut answers,
                    Err(_) => &mut failures,
                };
                latest.insert(settled.key, settled);
            }
        }
        let store = Store::open(&path).unwrap();
        for key in (0..6).map(key) {
            let expected = answers.get(&key).or(failures.get(&key));
            let stored = store.answer(&key).unwrap();
            prop_assert_eq!(stored.as_ref().map(|stored| &stored.settled), expected);
            let standing = match expected.map(|settled| &settled.result) {
                None => Standing::Unasked,
                Some(Err(failure)) if failure.is_retryable() => Standing::Retryable,
                Some(Err(_)) => Standing::Failed,
                Some(Ok(_)) => Standing::Answered,
            };
            prop_assert_eq!(store.standing(&key).unwrap(), standing);
        }
    }
}
