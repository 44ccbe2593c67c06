//! Real programs, written for the shell, whose ids are known: they count from 1.

use super::*;

const BODY: &str = r#"{"item":"…"}"#;

fn program(script: &str) -> Process {
    let command = ["sh", "-c", script].map(Into::into);
    Process::new(Path::new("."), &command, Duration::from_secs(60)).unwrap()
}

async fn ask(process: &Process) -> Reading {
    process
        .send(Bytes::from_static(BODY.as_bytes()))
        .await
        .reading
}

fn text(reading: &Reading) -> &str {
    match reading {
        Reading::Response(response) => &response.reply.text,
        other => panic!("{other:?}"),
    }
}

fn why(reading: &Reading) -> &str {
    match reading {
        Reading::Retry { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn answers_find_their_questions_in_any_order() {
    let process = program(
        r#"read -r one; read -r two
        printf '{"id":"2","text":"two"}\n{"id":1,"label":"one"}\n'
        cat > /dev/null"#,
    );
    let (one, two) = tokio::join!(ask(&process), ask(&process));
    assert_eq!((text(&one), text(&two)), (r#"{"label":"one"}"#, "two"));
}

#[tokio::test]
async fn a_question_is_one_line_that_begins_with_its_id() {
    // The line comes back as the text of its own answer.
    let process = program(
        r#"while read -r line; do
            quoted=$(printf '%s' "$line" | sed 's/"/\\"/g')
            id=${line#*:\"}; id=${id%%\"*}
            printf '{"id":"%s","text":"%s"}\n' "$id" "$quoted"
        done"#,
    );
    assert_eq!(text(&ask(&process).await), r#"{"id":"1","item":"…"}"#);
    assert_eq!(text(&ask(&process).await), r#"{"id":"2","item":"…"}"#);
}

#[tokio::test]
async fn a_program_that_dies_says_why_and_is_started_again() {
    let process = program(
        r#"read -r one; printf '{"id":"1","text":"fine"}\n'
        read -r two; echo "out of luck" >&2; exit 3"#,
    );
    assert_eq!(text(&ask(&process).await), "fine");
    assert_eq!(why(&ask(&process).await), "the program ended: out of luck");
    assert_eq!(text(&ask(&process).await), "fine", "it counts from 1 again");
}

#[tokio::test]
async fn everybody_who_waits_is_told_when_a_program_dies() {
    let process = program("read -r one; read -r two; exit 1");
    let (one, two) = tokio::join!(ask(&process), ask(&process));
    for reading in [one, two] {
        assert_eq!(why(&reading), "the program ended without an answer");
    }
}

#[tokio::test]
async fn a_program_that_cannot_be_started_ends_the_run() {
    let command = ["./no-such-program".into()];
    let process = Process::new(Path::new("."), &command, Duration::from_secs(60)).unwrap();
    match ask(&process).await {
        Reading::Fatal(why) => {
            assert!(
                why.starts_with("cannot start `./no-such-program`: "),
                "{why}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_path_of_a_program_is_relative_to_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("classify");
    std::fs::write(
        &script,
        "#!/bin/sh\nread -r one; printf '{\"id\":\"1\",\"label\":\"a\"}\\n'\n",
    )
    .unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, mode).unwrap();
    let command = ["./classify".into()];
    let process = Process::new(folder.path(), &command, Duration::from_secs(60)).unwrap();
    assert_eq!(text(&ask(&process).await), r#"{"label":"a"}"#);
}

#[tokio::test]
async fn an_error_is_no_answer_and_is_not_asked_again() {
    let process = program(
        r#"read -r one; read -r two
        printf '{"id":"1","error":"no text"}\n{"id":"2","error":{"code":7}}\n'"#,
    );
    let (one, two) = tokio::join!(ask(&process), ask(&process));
    let rejected = |reading: &Reading| match reading {
        Reading::Rejected(why) => why.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (rejected(&one), rejected(&two)),
        ("no text".into(), r#"{"code":7}"#.into())
    );
}

#[tokio::test]
async fn lines_that_are_no_answer_are_passed_over() {
    let process = program(
        r#"read -r one
        printf 'loading the model\n\n{"id":"99","text":"whose?"}\n\377\376\n{"id":"1","text":"mine"}\n'"#,
    );
    assert_eq!(text(&ask(&process).await), "mine");
}

#[tokio::test]
async fn a_program_that_does_not_answer_is_not_waited_for_beyond_the_timeout() {
    let silent = ["sh", "-c", "cat > /dev/null"].map(Into::into);
    let process = Process::new(Path::new("."), &silent, Duration::ZERO).unwrap();
    assert_eq!(
        why(&ask(&process).await),
        "the program did not answer in time"
    );
}

#[test]
fn a_program_that_is_late_is_told_of_its_line_that_answered_nothing() {
    let waiting = Waiting::default();
    waiting.with(|line| line.astray = Some(r#"{"label":"fix"}"#.to_owned()));
    let late = "the program did not answer in time; it wrote a line that answers no question: ";
    assert_eq!(waiting.why_late(), format!(r#"{late}{{"label":"fix"}}"#));
}

#[tokio::test]
async fn a_program_that_was_closed_has_come_to_its_own_end() {
    let folder = tempfile::tempdir().unwrap();
    let farewell = folder.path().join("farewell");
    let script = format!(
        r#"read -r one; printf '{{"id":"1","text":"a"}}\n'; cat; echo done > '{}'"#,
        farewell.display()
    );
    let process = program(&script);
    assert_eq!(text(&ask(&process).await), "a");
    process.close().await;
    assert_eq!(std::fs::read_to_string(farewell).unwrap(), "done\n");
}

#[test]
fn what_a_program_says_beside_its_answer_is_kept() {
    let answer = serde_json::json!({
        "id": "1", "text": "fix", "model": "regex-2", "stop": "max_tokens",
        "usage": {"input_tokens": 7, "output_tokens": 2},
    });
    let Reading::Response(response) = read(&answer) else {
        panic!("no answer");
    };
    assert_eq!(
        (&*response.model, response.reply.stop),
        ("regex-2", Stop::MaxTokens)
    );
    let usage = response.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (7, 2));
}

#[test]
fn an_edited_script_is_another_program() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("classify.py");
    let command = ["python3", "classify.py", "--key=secret"].map(Into::into);
    std::fs::write(&script, "1").unwrap();
    let before = place(folder.path(), &command).unwrap();
    assert_eq!(before, place(folder.path(), &command).unwrap());
    std::fs::write(&script, "2").unwrap();
    let after = place(folder.path(), &command).unwrap();
    assert_ne!(before, after);
    for place in [before, after] {
        assert!(
            place.starts_with("python3#") && !place.contains("secret"),
            "{place}"
        );
    }
    assert!(matches!(
        place(folder.path(), &[]),
        Err(ProcessError::NoProgram)
    ));
}
