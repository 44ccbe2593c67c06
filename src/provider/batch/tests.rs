use http_body_util::BodyExt as _;

use super::*;

fn sent(upload: &Upload) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut body = upload.stream();
    let mut bytes = Vec::new();
    runtime.block_on(async {
        while let Some(frame) = body.frame().await {
            bytes.extend(frame.unwrap().into_data().unwrap());
        }
    });
    bytes
}

#[test]
fn bodies_are_handed_over_byte_for_byte_and_as_long_as_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::new(folder.path()).unwrap();
    let first = spool.push(br#"{"a": 1.0}"#).unwrap();
    let second = spool.push(br#"{"b":"\u00e9"}"#).unwrap();
    // The order of a batch need not be that of the file.
    let rows = spool.rows(vec![("r-1".into(), second), ("r-2".into(), first)]);
    for upload in [
        Upload::plain(Wire::Anthropic, &rows),
        Upload::form(Wire::OpenAi, &rows),
    ] {
        let bytes = sent(&upload);
        assert_eq!(bytes.len() as u64, upload.length);
        // It can be sent again.
        assert_eq!(sent(&upload), bytes);
    }
    let plain = sent(&Upload::plain(Wire::Anthropic, &rows));
    assert_eq!(
        String::from_utf8(plain).unwrap(),
        r#"{"requests":[{"custom_id":"r-1","params":{"b":"\u00e9"}},{"custom_id":"r-2","params":{"a": 1.0}}]}"#
    );
    let form = String::from_utf8(sent(&Upload::form(Wire::OpenAi, &rows))).unwrap();
    let line =
        r#"{"custom_id":"r-2","method":"POST","url":"/v1/chat/completions","body":{"a": 1.0}}"#;
    assert!(form.lines().any(|found| found == line), "{form}");
}

#[test]
fn no_file_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::new(folder.path()).unwrap();
    spool.push(b"{}").unwrap();
    drop(spool);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
