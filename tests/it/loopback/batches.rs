//! Batches of both providers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::shop::{Shop, anthropic_rows, by_name, openai_batch, openai_rows};
use super::*;
use crate::server::{BatchPlan, Given, Lost, Order, Provider, Script};

#[test]
fn a_batch_of_anthropic_ends_after_some_questions_with_results_in_any_order() {
    block_on(async {
        let shop = Shop::new(BatchPlan {
            polls: 2,
            order: Order::Reversed,
            rows: by_name(),
            ..BatchPlan::default()
        });
        let mut rows = anthropic_rows(&["a", "b-bad", "cx", "dm", "et", "fc"]);
        rows["requests"][1]["params"]["max_tokens"] = Value::Null;
        let (status, batch) = shop.post("/v1/messages/batches", &rows).await;
        assert_eq!(status, 200);
        let path = format!("/v1/messages/batches/{}", batch["id"].as_str().unwrap());
        let going = json!({
            "processing": 6, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0,
        });
        for _ in 0..2 {
            let (_, batch) = shop.get(&path).await;
            assert_eq!(batch["processing_status"], "in_progress");
            assert_eq!(batch["request_counts"], going);
            assert_eq!(batch["results_url"], Value::Null);
            assert_eq!(shop.get(&format!("{path}/results")).await.0, 404);
        }
        assert_eq!((shop.summary().rows, shop.summary().paid), (6, 0));
        let (_, batch) = shop.get(&path).await;
        assert_eq!(batch["processing_status"], "ended");
        let ended = json!({
            "processing": 0, "succeeded": 3, "errored": 1, "canceled": 1, "expired": 1,
        });
        assert_eq!(batch["request_counts"], ended);
        let url = batch["results_url"].as_str().unwrap();
        let (_, results) = shop
            .lines(url.strip_prefix(&shop.server.base_url).unwrap())
            .await;
        let found: Vec<_> = results
            .iter()
            .map(|line| {
                (
                    line["custom_id"].as_str().unwrap(),
                    line["result"]["type"].as_str().unwrap(),
                )
            })
            .collect();
        let expect = [
            ("fc", "canceled"),
            ("et", "succeeded"),
            ("et", "succeeded"),
            ("cx", "expired"),
            ("b-bad", "errored"),
            ("a", "succeeded"),
        ];
        assert_eq!(found, expect);
        assert_eq!(results[5]["result"]["message"]["stop_reason"], "end_turn");
        let error = &results[4]["result"]["error"]["error"]["type"];
        assert_eq!(error, "invalid_request_error");
        // Asking again changes nothing, and what was missing or twice was paid for once.
        assert_eq!(shop.get(&path).await.1, batch);
        assert_eq!((shop.summary().paid, shop.summary().paid_again), (3, 0));
    });
}

#[test]
fn rows_are_given_what_the_script_says_and_shuffled() {
    let script = Script::default().answering(|seen| match (seen.row, &*seen.question()) {
        (true, "0") => Given::Overloaded,
        (true, "1") => Given::Reset,
        (true, "2") => Given::Refused("bio"),
        _ => Given::Answer,
    });
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let order = Order::Shuffled { seed: 1 };
    let plan = BatchPlan {
        polls: 0,
        order,
        ..BatchPlan::default()
    };
    let shop = Shop::with(script.batches(plan));
    block_on(async {
        let (_, batch) = shop
            .post("/v1/messages/batches", &anthropic_rows(&ids))
            .await;
        let path = format!("/v1/messages/batches/{}", batch["id"].as_str().unwrap());
        assert_eq!(shop.get(&path).await.1["processing_status"], "ended");
        let (_, results) = shop.lines(&format!("{path}/results")).await;
        let names: Vec<_> = results
            .iter()
            .map(|line| line["custom_id"].as_str().unwrap())
            .collect();
        let by_id: BTreeMap<_, _> = names.iter().copied().zip(&results).collect();
        assert!(
            names.as_slice() != ids && by_id.keys().eq(&ids),
            "{names:?}"
        );
        let error = |id: &str| &by_id[id]["result"]["error"]["error"]["type"];
        assert_eq!(
            (error("a"), error("b")),
            (&json!("overloaded_error"), &json!("api_error"))
        );
        assert_eq!(by_id["c"]["result"]["message"]["stop_reason"], "refusal");
        assert_eq!(shop.summary().paid, 5);
    });
}

#[test]
fn a_batch_that_no_provider_would_take_is_refused() {
    block_on(async {
        let shop = Shop::new(BatchPlan {
            max_rows: Some(2),
            ..BatchPlan::default()
        });
        let long = "x".repeat(65);
        for ids in [
            &[][..],
            &["a", "b", "c"],
            &["a", "a"],
            &["a b"],
            &[""],
            &[&long],
        ] {
            let (status, body) = shop
                .post("/v1/messages/batches", &anthropic_rows(ids))
                .await;
            assert_eq!(status, 400, "{ids:?}");
            assert_eq!(body["error"]["type"], "invalid_request_error");
        }
        let lacking = json!({"requests": [{"custom_id": "a"}]});
        assert_eq!(shop.post("/v1/messages/batches", &lacking).await.0, 400);
        assert_eq!(shop.openai(&openai_rows(&["a", "b", "c"])).await.0, 400);
        let file = shop.upload(&openai_rows(&["a"]), "assistants").await;
        assert_eq!(shop.post("/v1/batches", &openai_batch(&file)).await.0, 400);
        let file = shop.upload(&openai_rows(&["a"]), "batch").await;
        for (key, value) in [
            ("input_file_id", json!("file-none")),
            ("endpoint", Value::Null),
            ("completion_window", json!("1h")),
        ] {
            let mut batch = openai_batch(&file);
            batch[key] = value;
            assert_eq!(shop.post("/v1/batches", &batch).await.0, 400);
        }
        assert_eq!(shop.summary().rows, 0);
        assert_eq!(shop.get("/v1/messages/batches/none").await.0, 404);
        assert_eq!(shop.get("/v1/batches/none").await.0, 404);
        assert_eq!(shop.get("/v1/files/none/content").await.0, 404);
    });
}

#[test]
fn batches_are_listed_newest_first_page_by_page() {
    block_on(async {
        let shop = Shop::new(BatchPlan::default());
        let mut ids = Vec::new();
        for id in ["a", "b", "c"] {
            let (_, batch) = shop
                .post("/v1/messages/batches", &anthropic_rows(&[id]))
                .await;
            ids.push(batch["id"].as_str().unwrap().to_owned());
            shop.openai(&openai_rows(&[id])).await;
        }
        let page = async |query: &str| {
            let (_, page) = shop.get(&format!("/v1/messages/batches?{query}")).await;
            let data = page["data"].as_array().unwrap();
            let ids: Vec<_> = data
                .iter()
                .map(|batch| batch["id"].as_str().unwrap().to_owned())
                .collect();
            (ids, page["has_more"].as_bool().unwrap())
        };
        let of = |places: &[usize]| places.iter().map(|at| ids[*at].clone()).collect::<Vec<_>>();
        assert_eq!(page("").await, (of(&[2, 1, 0]), false));
        assert_eq!(page("limit=2").await, (of(&[2, 1]), true));
        assert_eq!(
            page(&format!("limit=2&after_id={}", ids[1])).await,
            (of(&[0]), false)
        );
        assert_eq!(
            page(&format!("limit=1&before_id={}", ids[0])).await,
            (of(&[1]), true)
        );
        let (_, page) = shop.get("/v1/batches?limit=2").await;
        assert_eq!(page["data"][0]["metadata"]["run"], "r1");
        let last = page["last_id"].as_str().unwrap();
        let (_, rest) = shop.get(&format!("/v1/batches?after={last}")).await;
        assert_eq!(
            (&page["has_more"], &rest["has_more"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_cancelled_batch_keeps_what_was_done() {
    block_on(async {
        let plan = BatchPlan {
            polls: 9,
            ..BatchPlan::default()
        };
        let shop = Shop::new(plan);
        let (_, batch) = shop
            .post("/v1/messages/batches", &anthropic_rows(&["a", "b"]))
            .await;
        let path = format!("/v1/messages/batches/{}", batch["id"].as_str().unwrap());
        let delete = async || {
            let request = shop
                .client
                .delete(format!("{}{path}", shop.server.base_url));
            let request = request.header("x-api-key", ANTHROPIC_KEY);
            read(
                request
                    .header("anthropic-version", "2023-06-01")
                    .send()
                    .await
                    .unwrap(),
            )
            .await
        };
        assert_eq!(delete().await.0, 400);
        let (_, batch) = shop.post(&format!("{path}/cancel"), &json!({})).await;
        assert_eq!(batch["processing_status"], "canceling");
        let (_, batch) = shop.get(&path).await;
        assert_eq!(batch["processing_status"], "ended");
        assert_eq!(batch["request_counts"]["succeeded"], 1);
        assert_eq!(batch["request_counts"]["canceled"], 1);
        assert_eq!(
            shop.post(&format!("{path}/cancel"), &json!({})).await.0,
            400
        );
        assert_eq!(delete().await.1["type"], "message_batch_deleted");
        assert_eq!(shop.get(&path).await.0, 404);

        let (_, batch) = shop.openai(&openai_rows(&["a", "b"])).await;
        let path = format!("/v1/batches/{}", batch["id"].as_str().unwrap());
        let (_, batch) = shop.post(&format!("{path}/cancel"), &json!({})).await;
        assert_eq!(batch["status"], "cancelling");
        let (_, batch) = shop.get(&path).await;
        assert_eq!(batch["status"], "cancelled");
        let file = |key: &str| format!("/v1/files/{}/content", batch[key].as_str().unwrap());
        let (_, done) = shop.lines(&file("output_file_id")).await;
        assert_eq!((done.len(), &done[0]["custom_id"]), (1, &json!("a")));
        let (_, cancelled) = shop.lines(&file("error_file_id")).await;
        assert_eq!(cancelled[0]["error"]["code"], "batch_cancelled");
    });
}

#[test]
fn results_can_be_gone() {
    block_on(async {
        let shop = Shop::new(BatchPlan {
            polls: 0,
            gone: true,
            ..BatchPlan::default()
        });
        let (_, batch) = shop
            .post("/v1/messages/batches", &anthropic_rows(&["a"]))
            .await;
        let path = format!("/v1/messages/batches/{}", batch["id"].as_str().unwrap());
        assert_eq!(shop.get(&path).await.1["processing_status"], "ended");
        assert_eq!(shop.get(&format!("{path}/results")).await.0, 404);
        let (_, batch) = shop.openai(&openai_rows(&["a"])).await;
        let (_, batch) = shop
            .get(&format!("/v1/batches/{}", batch["id"].as_str().unwrap()))
            .await;
        let output = batch["output_file_id"].as_str().unwrap();
        assert_eq!(
            shop.get(&format!("/v1/files/{output}/content")).await.0,
            404
        );
    });
}

#[test]
fn a_creation_whose_answer_is_lost_is_accepted_all_the_same() {
    block_on(async {
        let shop = Shop::new(BatchPlan {
            lost: vec![Lost::Reset],
            ..BatchPlan::default()
        });
        let url = "/v1/messages/batches";
        let create = || {
            with_json(
                anthropic(&shop.client, &shop.server, url),
                &anthropic_rows(&["a"]),
            )
        };
        assert!(create().send().await.is_err());
        let (_, page) = shop.get(url).await;
        assert_eq!(page["data"].as_array().unwrap().len(), 1);
        assert_eq!(create().send().await.unwrap().status(), 200);
        assert_eq!((shop.summary().rows, shop.summary().asked_again), (2, 1));

        let shop = Shop::new(BatchPlan {
            lost: vec![Lost::Hang],
            ..BatchPlan::default()
        });
        let file = shop.upload(&openai_rows(&["a"]), "batch").await;
        let request = openai_batch(&file);
        let create = shop.post("/v1/batches", &request);
        let listed = async { while shop.get("/v1/batches").await.1["data"] == json!([]) {} };
        tokio::select! {
            _ = create => panic!("an answer came"),
            () = listed => {}
        }
        assert!(
            shop.server
                .log()
                .iter()
                .any(|entry| entry.provider == Provider::OpenAi)
        );
    });
}
