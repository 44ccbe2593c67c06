//! Killed between any two steps, a run is gone on with and nothing is handed over twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use labelgate::model::{Reply, Stop};
use labelgate::provider::{Response, Settled};
use labelgate::store::BatchState;

use super::*;
use crate::server::{Endpoint, Given, Lost};

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killed_before_the_batch_arrives_it_is_handed_over_once() {
    for provider in PROVIDERS {
        let is_first = Arc::new(AtomicBool::new(true));
        let hangs = Arc::clone(&is_first);
        let script = Script::default().answering(move |seen| {
            let is_handing_over =
                matches!(seen.endpoint, Endpoint::BatchCreate | Endpoint::FileUpload);
            match is_handing_over && hangs.swap(false, Ordering::Relaxed) {
                true => Given::Hang,
                false => Given::Answer,
            }
        });
        let shop = Shop::with(provider, script, "");
        let child = shop.start();
        shop.wait_for(|_| !is_first.load(Ordering::Relaxed));
        kill(child);
        let open = shop.store().open_batches().unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].state, &open[0].remote_id),
            (BatchState::Creating, &None)
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        assert!(
            error.contains("a batch of 6 questions never reached the provider"),
            "{error}"
        );
        // That of the first run may go ahead, or another one.
        assert!(shop.summary().rows <= ROWS);
        let summary = shop.summary();
        assert_eq!(
            (summary.paid, summary.paid_again, summary.asked_again),
            (ITEMS, 0, 0)
        );
    }
}

#[test]
fn killed_before_the_name_is_stored_the_batch_is_found() {
    for provider in PROVIDERS {
        for resume in [&["run", "--batch", "--poll", "0.01"][..], &["run"][..]] {
            let shop = Shop::new(
                provider,
                BatchPlan {
                    lost: vec![Lost::Hang],
                    polls: 0,
                    ..BatchPlan::default()
                },
            );
            let child = shop.start();
            shop.wait_for(|server| server.summary().rows == ROWS);
            kill(child);
            assert_eq!(
                shop.store().open_batches().unwrap()[0].state,
                BatchState::Creating
            );
            let (code, error) = shop.run(resume);
            assert_eq!(code, 0, "{error}");
            assert!(error.contains("found at the provider"), "{error}");
            assert_eq!(shop.summary().rows, ROWS);
            shop.assert_each_asked_once();
        }
    }
}

#[test]
fn killed_while_it_waits_the_batch_goes_on() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                polls: 20,
                ..BatchPlan::default()
            },
        );
        let child = shop.start();
        let is_look = |endpoint: &Endpoint| matches!(endpoint, Endpoint::BatchStatus(_));
        shop.wait_for(|server| server.log().iter().any(|entry| is_look(&entry.endpoint)));
        kill(child);
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        assert_eq!(shop.summary().rows, ROWS);
        shop.assert_each_asked_once();
    }
}

#[test]
fn killed_while_it_collects_it_keeps_what_it_has() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                polls: 0,
                ..BatchPlan::default()
            },
        );
        assert_eq!(shop.detach().0, 4);
        // As a run leaves it that is killed after half of the results.
        let store = shop.store();
        let batch = store.open_batches().unwrap().remove(0);
        let rows = store.batch_rows(batch.id).unwrap();
        let writer = store.writer(store.runs().unwrap()[0].id, |_| {}).unwrap();
        for row in &rows[..3] {
            let settled = Settled {
                key: row.key,
                result: Ok(Response {
                    reply: Reply {
                        text: "{\"label\":\"b\"}".into(),
                        stop: Stop::End,
                    },
                    model: "".into(),
                    request_id: None,
                    usage: None,
                    refusal: None,
                }),
                attempts: 1,
                latency: Duration::ZERO,
                batch: true,
            };
            writer.recorder().record_blocking(settled).unwrap();
        }
        writer.finish().unwrap();
        drop(store);
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        assert!(
            error.contains("3 answers collected, 3 known already"),
            "{error}"
        );
        let answers = shop
            .store()
            .answers(&rows.iter().map(|row| row.key).collect::<Vec<_>>());
        let answers = answers.unwrap().into_iter().flatten();
        let kept = answers.filter(|answer| match &answer.settled.result {
            Ok(response) => {
                &*response.reply.text == "{\"label\":\"b\"}" && response.usage.is_none()
            }
            Err(_) => false,
        });
        assert_eq!(kept.count(), 3, "what was collected first stays");
        shop.assert_each_asked_once();
    }
}

#[cfg(unix)]
#[test]
fn interrupted_it_leaves_the_batch_and_says_how_to_go_on() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                polls: 100_000,
                ..BatchPlan::default()
            },
        );
        let child = shop.start();
        let is_look = |endpoint: &Endpoint| matches!(endpoint, Endpoint::BatchStatus(_));
        shop.wait_for(|server| server.log().iter().any(|entry| is_look(&entry.endpoint)));
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        let (code, error) = said(&child.wait_with_output().unwrap());
        assert_eq!(code, 130, "{error}");
        assert!(
            error.contains("1 batch is open at the provider, with 6 questions"),
            "{error}"
        );
        assert!(error.contains("labelgate run --batch"), "{error}");
        assert_eq!(
            shop.store().open_batches().unwrap()[0].state,
            BatchState::Open
        );
    }
}
