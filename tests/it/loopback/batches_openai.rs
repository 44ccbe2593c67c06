//! What is particular to batches of OpenAI.

use serde_json::{Value, json};

use super::shop::{Shop, by_name, openai_row, openai_rows};
use super::*;
use crate::server::BatchPlan;

#[test]
fn a_batch_of_openai_has_two_files_and_either_may_be_lacking() {
    block_on(async {
        let shop = Shop::new(BatchPlan {
            polls: 3,
            rows: by_name(),
            ..BatchPlan::default()
        });
        let run = async |rows: String| {
            let (status, mut batch) = shop.openai(&rows).await;
            assert_eq!((status, &batch["status"]), (200, &json!("validating")));
            let path = format!("/v1/batches/{}", batch["id"].as_str().unwrap());
            for expect in ["in_progress", "in_progress", "finalizing"] {
                batch = shop.get(&path).await.1;
                assert_eq!(batch["status"], expect);
                assert_eq!(batch["request_counts"]["completed"], 0);
            }
            shop.get(&path).await.1
        };
        let mut bad = openai_row("b", "bad");
        bad["body"]["messages"] = json!([]);
        let batch = run(format!("{}{bad}\n", openai_rows(&["a", "m", "t"]))).await;
        assert_eq!(batch["status"], "completed");
        assert_eq!(
            batch["request_counts"],
            json!({"total": 4, "completed": 3, "failed": 1})
        );
        let file = |key: &str| format!("/v1/files/{}/content", batch[key].as_str().unwrap());
        let (_, output) = shop.lines(&file("output_file_id")).await;
        let ids: Vec<_> = output
            .iter()
            .map(|line| line["custom_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["a", "t", "t"]);
        assert_eq!(output[0]["response"]["status_code"], 200);
        assert_eq!(output[0]["response"]["body"]["object"], "chat.completion");
        let (_, errors) = shop.lines(&file("error_file_id")).await;
        assert_eq!(errors[0]["response"]["status_code"], 400);

        let batch = run(openai_rows(&["a", "x"])).await;
        assert_eq!(batch["status"], "expired");
        let file = format!(
            "/v1/files/{}/content",
            batch["error_file_id"].as_str().unwrap()
        );
        assert_eq!(
            shop.lines(&file).await.1[0]["error"]["code"],
            "batch_expired"
        );

        let batch = run(openai_rows(&["a"])).await;
        assert_eq!(batch["error_file_id"], Value::Null);
        assert!(batch["output_file_id"].is_string());
        let batch = run(format!("{bad}\n")).await;
        assert_eq!(batch["output_file_id"], Value::Null);
        assert!(batch["error_file_id"].is_string());
    });
}

#[test]
fn a_batch_of_openai_fails_in_validation() {
    block_on(async {
        let shop = Shop::new(BatchPlan {
            polls: 0,
            failing: 1,
            ..BatchPlan::default()
        });
        let codes = async |rows: &str| {
            let (status, batch) = shop.openai(rows).await;
            assert_eq!((status, &batch["status"]), (200, &json!("validating")));
            let path = format!("/v1/batches/{}", batch["id"].as_str().unwrap());
            let (_, batch) = shop.get(&path).await;
            let errors = batch["errors"]["data"].as_array();
            let code = |error: &Value| error["code"].as_str().unwrap().to_owned();
            let codes: Vec<String> = errors.into_iter().flatten().map(code).collect();
            assert_eq!(
                batch["status"],
                if codes.is_empty() {
                    "completed"
                } else {
                    "failed"
                }
            );
            codes
        };
        let rows = openai_rows(&["a", "b"]);
        assert_eq!(codes(&rows).await, ["token_limit_exceeded"]);
        assert_eq!(shop.summary().rows, 0);
        assert_eq!(codes(&rows).await, Vec::<String>::new());
        assert_eq!(
            codes(&openai_rows(&["a", "a"])).await,
            ["duplicate_custom_id"]
        );
        assert_eq!(
            codes("{\"custom_id\n").await,
            ["invalid_json_line", "empty_file"]
        );
        let mut other = openai_row("b", "1");
        other["method"] = json!("GET");
        other["url"] = json!("/v1/responses");
        other["body"]["model"] = json!("another");
        let rows = format!("{}{other}\n{{}}\n", openai_rows(&["a"]));
        let expect = [
            "invalid_method",
            "invalid_url",
            "mismatched_model",
            "missing_required_parameter",
        ];
        assert_eq!(codes(&rows).await, expect);
    });
}
