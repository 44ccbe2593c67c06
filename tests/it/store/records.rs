//! Runs, batches and looks, the folder, and the lock.

use std::fs;

use labelgate::store::{
    BatchRow, BatchState, Ended, Look, NewBatch, RunLock, RunRecord, SeriesRecord, Store,
    StoreError,
};
use tempfile::tempdir;

use super::{key, path_in};

fn series(classifier: &str, revision: &str, model: &str) -> SeriesRecord {
    SeriesRecord {
        classifier: classifier.into(),
        revision: revision.into(),
        provider: "openai".into(),
        base_url: "http://localhost:8080/v1".into(),
        model: model.into(),
        settings: r#"{"repeats":3}"#.into(),
        prompt_sha256: "ab12".into(),
    }
}

#[test]
fn runs_tell_what_was_asked_last_and_what_was_asked_in_each() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let store = Store::open(&path).unwrap();
    let record = |started_at, series: &[SeriesRecord]| RunRecord {
        started_at,
        version: "0.1.0".into(),
        command: "run".into(),
        series: series.to_vec(),
    };
    let first = record(
        10,
        &[series("mode", "v1", "small"), series("mode", "v2", "small")],
    );
    let second = record(
        20,
        &[series("mode", "v2", "large"), series("tone", "v1", "large")],
    );
    let third = record(30, &[]);
    let ids = [&first, &second, &third].map(|run| store.begin_run(run).unwrap());
    store.end_run(ids[0], 15, Ended::Interrupted).unwrap();
    store.end_run(ids[2], 35, Ended::Complete).unwrap();
    drop(store);

    let store = Store::open(&path).unwrap();
    let latest = |revision| store.latest_series("mode", revision).unwrap();
    assert_eq!(latest("v2"), Some((ids[1], series("mode", "v2", "large"))));
    assert_eq!(latest("v1"), Some((ids[0], series("mode", "v1", "small"))));
    assert_eq!(latest("v3"), None);
    let of_first = |revision| store.series_of_run(ids[0], "mode", revision).unwrap();
    assert_eq!(of_first("v2"), Some(series("mode", "v2", "small")));
    assert_eq!(store.series_of_run(ids[1], "mode", "v1").unwrap(), None);
    let runs = store.runs().unwrap();
    let shown: Vec<_> = runs
        .iter()
        .map(|run| (run.id, &run.record, run.ended))
        .collect();
    let expected = [
        (ids[2], &third, Some((35, Ended::Complete))),
        (ids[1], &second, None),
        (ids[0], &first, Some((15, Ended::Interrupted))),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_batch_is_written_down_before_it_has_a_name_and_is_listed_until_it_is_closed() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let store = Store::open(&path).unwrap();
    let rows = ["r-1", "r-0", "r-2"].map(|custom_id| BatchRow {
        custom_id: custom_id.into(),
        key: key(custom_id.as_bytes()[2].into()),
    });
    let new = NewBatch {
        provider: "anthropic",
        base_url: "https://here",
        created_at: 5,
        extra: "{}",
        rows: &rows,
    };
    let first = store.intend_batch(&new).unwrap();
    let second = store.intend_batch(&new).unwrap();
    store.set_batch_extra(first, r#"{"file":"f"}"#).unwrap();
    store.name_batch(second, "msgbatch_2").unwrap();

    let other = Store::open(&path).unwrap();
    let open = other.open_batches().unwrap();
    assert_eq!(open.len(), 2);
    assert_eq!((open[0].id, open[0].state), (first, BatchState::Creating));
    assert_eq!(open[0].remote_id, None);
    assert_eq!(&*open[0].extra, r#"{"file":"f"}"#);
    assert_eq!((open[1].id, open[1].state), (second, BatchState::Open));
    assert_eq!(open[1].remote_id.as_deref(), Some("msgbatch_2"));
    assert_eq!((open[1].requests, open[1].created_at), (3, 5));
    assert_eq!(
        (&*open[1].provider, &*open[1].base_url),
        ("anthropic", "https://here")
    );
    let [one, zero, two] = rows;
    assert_eq!(other.batch_rows(first).unwrap(), [zero, one, two]);

    store.set_batch_state(first, BatchState::Abandoned).unwrap();
    store.set_batch_state(second, BatchState::Closed).unwrap();
    assert_eq!(other.open_batches().unwrap(), []);
}

#[test]
fn a_batch_with_a_name_twice_is_not_written_down_in_part() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let row = BatchRow {
        custom_id: "same".into(),
        key: key(1),
    };
    let rows = [row.clone(), row];
    let new = NewBatch {
        provider: "anthropic",
        base_url: "",
        created_at: 5,
        extra: "{}",
        rows: &rows,
    };
    let refused = store.intend_batch(&new);
    assert!(matches!(refused, Err(StoreError::Sqlite { .. })));
    assert_eq!(store.open_batches().unwrap(), []);
}

#[test]
fn looks_are_listed_by_classifier_and_gold_set_in_order() {
    let folder = tempdir().unwrap();
    let store = Store::open(&path_in(folder.path())).unwrap();
    let look = |at, classifier: &str, gold: &str| Look {
        at,
        classifier: classifier.into(),
        prompt_sha256: "cd".into(),
        gold_digest: gold.into(),
        verdict: "inconclusive".into(),
        figures: r#"{"cohen_kappa":0.6}"#.into(),
    };
    let all = [
        look(9, "mode", "g1"),
        look(3, "mode", "g1"),
        look(4, "tone", "g1"),
        look(5, "mode", "g2"),
    ];
    for look in &all {
        store.record_look(look).unwrap();
    }
    assert_eq!(store.looks("mode", "g1").unwrap(), all[..2]);
    assert_eq!(store.looks("tone", "g2").unwrap(), []);
}

#[test]
fn the_folder_of_a_project_keeps_itself_out_of_git_and_other_folders_are_left_alone() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    drop(Store::open(&path).unwrap());
    let ignore = path.with_file_name(".gitignore");
    assert_eq!(fs::read_to_string(&ignore).unwrap(), "*\n");
    let elsewhere = folder.path().join("kept").join("a store.sqlite");
    drop(Store::open(&elsewhere).unwrap());
    assert!(elsewhere.exists());
    assert!(!elsewhere.with_file_name(".gitignore").exists());
}

#[test]
fn looking_for_a_store_makes_none() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    assert!(Store::open_existing(&path).unwrap().is_none());
    assert!(!path.parent().unwrap().exists());
    drop(Store::open(&path).unwrap());
    assert!(Store::open_existing(&path).unwrap().is_some());
}

#[test]
fn a_store_may_have_any_name() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("50% of a?b#c \u{e9}.sqlite");
    drop(Store::open(&path).unwrap());
    assert!(Store::open_existing(&path).unwrap().is_some());
}

#[test]
fn only_one_has_the_lock_and_it_is_free_again_when_dropped() {
    let folder = tempdir().unwrap();
    let path = path_in(folder.path());
    let first = RunLock::try_lock(&path).unwrap();
    assert!(first.is_some());
    assert!(RunLock::try_lock(&path).unwrap().is_none());
    let store = Store::open(&path).unwrap();
    assert_eq!(store.runs().unwrap(), [], "reading needs no lock");
    drop(first);
    assert!(RunLock::try_lock(&path).unwrap().is_some());
}
