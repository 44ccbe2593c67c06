//! The store of paid answers, seen from outside: what is read back, what survives a kill, what is
//! refused.

mod answers;
mod damage;
mod killed;
mod records;
mod torn;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use labelgate::ask::RequestKey;
use labelgate::model::{Reply, Stop, Usage};
use labelgate::provider::{Failure, Response, Settled};
use labelgate::store::{RunId, RunRecord, Store};

fn path_in(folder: &Path) -> PathBuf {
    folder.join(".labelgate").join("store.sqlite")
}

fn key(number: u64) -> RequestKey {
    RequestKey::new("anthropic", "https://here", &number.to_le_bytes(), 0)
}

fn answered(number: u64, text: &str) -> Settled {
    let response = Response {
        reply: Reply {
            text: text.into(),
            stop: Stop::End,
        },
        model: "model-1".into(),
        request_id: Some("req_1".into()),
        usage: Some(Usage {
            input_tokens: 900,
            cache_read_tokens: 800,
            cache_write_tokens: 20,
            cache_write_1h_tokens: 10,
            output_tokens: 5,
        }),
        refusal: None,
    };
    settled(number, Ok(response))
}

fn settled(number: u64, result: Result<Response, Failure>) -> Settled {
    Settled {
        key: key(number),
        result,
        attempts: 3,
        latency: Duration::from_millis(1_234),
        batch: false,
    }
}

fn begin(store: &Store) -> RunId {
    let run = RunRecord {
        started_at: 1_000,
        version: "0.1.0".into(),
        command: "run".into(),
        series: Vec::new(),
    };
    store.begin_run(&run).unwrap()
}

/// Records all of these in a run of their own.
fn record(store: &Store, all: &[Settled]) -> RunId {
    let run = begin(store);
    let writer = store.writer(run, |_| ()).unwrap();
    let recorder = writer.recorder();
    for settled in all {
        recorder.record_blocking(settled.clone()).unwrap();
    }
    writer.finish().unwrap();
    run
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    });
    files.collect()
}
