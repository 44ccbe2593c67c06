use super::*;
use crate::model::Stop;
use crate::provider::Failure;

fn row(wire: Wire, line: &str) -> RowResult {
    wire.read_row(line.as_bytes()).unwrap()
}

#[test]
fn a_row_is_named_as_every_provider_takes_it() {
    let id = custom_id("0123456789abcdef", 99_999, &"f".repeat(64));
    assert_eq!(&*id, "01234567-99999-ffffffff");
    let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    assert!(id.len() <= 64 && id.chars().all(is_fit));
}

#[test]
fn a_sheet_is_what_the_provider_reads() {
    let written = |wire| {
        let sheet = Sheet::new(wire);
        let mut bytes = sheet.open().to_vec();
        for (id, is_last) in [("a-1", false), ("a-2", true)] {
            bytes.extend(sheet.before(id));
            bytes.extend(br#"{"model":"m"}"#);
            bytes.extend(sheet.after(is_last));
        }
        bytes.extend(sheet.close());
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(
        written(Wire::Anthropic),
        r#"{"requests":[{"custom_id":"a-1","params":{"model":"m"}},{"custom_id":"a-2","params":{"model":"m"}}]}"#
    );
    let lines = written(Wire::OpenAi);
    let ids = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["method"], "POST");
        assert_eq!(line["body"]["model"], "m");
        line["custom_id"].clone()
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["a-1", "a-2"]);
}

#[test]
fn a_batch_of_anthropic_is_read_with_absent_and_unknown_parts() {
    let read = |text: &str| Wire::Anthropic.read_batch(text.as_bytes());
    let batch = read(
        r#"{"id":"msgbatch_1","processing_status":"in_progress","new":{},"results_url":null,
            "request_counts":{"processing":2,"succeeded":0,"errored":0,"canceled":0,"expired":0},
            "created_at":"2026-07-01T10:00:00Z"}"#,
    )
    .unwrap();
    assert_eq!(
        (batch.stage, batch.rows, batch.done),
        (Stage::Going, Some(2), None)
    );
    assert_eq!(batch.created_at, Some(1_782_900_000));
    let batch = read(r#"{"id":"b","processing_status":"ended"}"#).unwrap();
    assert_eq!(
        (batch.stage, batch.rows, batch.created_at),
        (Stage::Ended, None, None)
    );
    // What is not known yet is waited for.
    assert_eq!(
        read(r#"{"id":"b","processing_status":"paused"}"#)
            .unwrap()
            .stage,
        Stage::Going
    );
    assert!(read(r#"{"processing_status":"ended"}"#).is_err());
    assert!(read("<html>").is_err());
}

#[test]
fn a_batch_of_openai_is_read_with_null_files_and_its_reason_to_fail() {
    let read = |text: &str| Wire::OpenAi.read_batch(text.as_bytes()).unwrap();
    let batch = read(
        r#"{"id":"batch_1","status":"completed","output_file_id":null,"error_file_id":"file-e",
            "request_counts":{"total":100,"completed":40,"failed":1},"created_at":1780000000,
            "metadata":{"run":"tag"}}"#,
    );
    assert_eq!(
        (batch.stage, batch.rows, batch.done),
        (Stage::Ended, Some(100), Some(41))
    );
    assert_eq!(batch.files, ["file-e".into()]);
    assert_eq!(batch.tag.as_deref(), Some("tag"));
    let batch = read(
        r#"{"id":"b","status":"validating","request_counts":null,"metadata":null,"errors":null}"#,
    );
    assert_eq!(
        (batch.stage, batch.rows, batch.files.len()),
        (Stage::Going, None, 0)
    );
    let failed = |code: &str| {
        let text = format!(
            r#"{{"id":"b","status":"failed","errors":{{"data":[
                {{"code":"{code}","message":"No.","line":3}}]}}}}"#
        );
        read(&text).stage
    };
    let expect = |code: &str, is_queue_full| Stage::Failed {
        why: format!("{code}: No. (line 3)").into(),
        is_queue_full,
    };
    assert_eq!(
        failed("token_limit_exceeded"),
        expect("token_limit_exceeded", true)
    );
    assert_eq!(
        failed("mismatched_model"),
        expect("mismatched_model", false)
    );
}

#[test]
fn a_row_is_read_as_the_question_alone_would_have_been() {
    let line = r#"{"custom_id":"a-1","result":{"type":"succeeded","message":{"id":"msg_1",
        "type":"message","content":[{"type":"text","text":"x"}],"stop_reason":"max_tokens"}}}"#;
    let RowResult { custom_id, reading } = row(Wire::Anthropic, line);
    assert_eq!(&*custom_id, "a-1");
    let Some(Reading::Response(response)) = reading else {
        panic!("{reading:?}");
    };
    assert_eq!(
        (&*response.reply.text, response.reply.stop),
        ("x", Stop::MaxTokens)
    );
    assert_eq!(response.request_id.as_deref(), Some("msg_1"));

    let line = r#"{"id":"r","custom_id":"a-2","error":null,"response":{"status_code":200,
        "request_id":"req_1","body":{"choices":[{"message":{"content":"y"},
        "finish_reason":"stop"}]}}}"#;
    let Some(Reading::Response(response)) = row(Wire::OpenAi, line).reading else {
        panic!("{line}");
    };
    assert_eq!(
        (&*response.reply.text, response.reply.stop),
        ("y", Stop::End)
    );
    assert_eq!(response.request_id.as_deref(), Some("req_1"));
}

#[test]
fn a_row_that_was_not_answered_says_whether_it_may_be_yet() {
    let errored = |kind: &str| {
        let line = format!(
            r#"{{"custom_id":"a","result":{{"type":"errored","error":{{"type":"error",
                "error":{{"type":"{kind}","message":"No."}}}}}}}}"#
        );
        row(Wire::Anthropic, &line).reading
    };
    assert!(matches!(
        errored("invalid_request_error"),
        Some(Reading::Rejected(_))
    ));
    assert!(matches!(errored("api_error"), Some(Reading::Retry { .. })));
    assert!(matches!(
        errored("overloaded_error"),
        Some(Reading::Retry { .. })
    ));
    let status = |code: u16| {
        let line = format!(
            r#"{{"custom_id":"a","response":{{"status_code":{code},"body":{{"error":{{
                "message":"No.","type":"t","param":null,"code":null}}}}}},"error":null}}"#
        );
        row(Wire::OpenAi, &line).reading
    };
    assert!(matches!(status(400), Some(Reading::Rejected(_))));
    assert!(matches!(status(500), Some(Reading::Retry { .. })));
    for kind in ["expired", "canceled"] {
        let line = format!(r#"{{"custom_id":"a","result":{{"type":"{kind}"}}}}"#);
        assert_eq!(row(Wire::Anthropic, &line).reading, None);
        let line = format!(
            r#"{{"custom_id":"a","response":null,"error":{{"code":"batch_{kind}","message":"m"}}}}"#
        );
        assert_eq!(row(Wire::OpenAi, &line).reading, None);
    }
    assert!(Wire::Anthropic.read_row(b"{\"result\":{}}").is_err());
    assert!(Failure::Expired.is_retryable());
}

#[test]
fn a_page_says_where_the_next_one_is() {
    let page = |more: bool| {
        let text = format!(
            r#"{{"data":[{{"id":"b2"}},{{}},{{"id":"b1"}}],"has_more":{more},"last_id":null}}"#
        );
        Wire::OpenAi.read_page(text.as_bytes()).unwrap()
    };
    let ids = page(true).batches.into_iter().map(|batch| batch.id);
    assert_eq!(ids.collect::<Vec<_>>(), ["b2".into(), "b1".into()]);
    assert_eq!(page(true).next.as_deref(), Some("b1"));
    assert_eq!(page(false).next, None);
    assert_eq!(
        Wire::Anthropic.page_query(Some("b1")),
        [("limit", "100".to_owned()), ("after_id", "b1".to_owned())]
    );
}

#[test]
fn a_full_queue_is_told_from_other_refusals() {
    assert!(is_queue_full(
        br#"{"error":{"code":"token_limit_exceeded"}}"#
    ));
    assert!(is_queue_full(
        br#"{"error":{"message":"Enqueued token limit reached for m"}}"#
    ));
    assert!(!is_queue_full(
        br#"{"error":{"code":"rate_limit_exceeded"}}"#
    ));
}
