//! Files of recorded answers and what is wrong with them.

use proptest::prelude::*;

use super::*;

const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A good line, with `more` put before its end.
fn good(id: &str, more: &str) -> String {
    format!(
        r#"{{"id": "{id}", "text": "t", "prompt_sha256": "{HASH}", "item_sha256": "{HASH}"{more}}}"#
    )
}

fn read(bytes: &[u8]) -> Result<Vec<Recording>, Vec<Fault>> {
    read_recordings(Path::new("answers/v1.jsonl"), bytes)
}

/// Faults as `line:column+width message (help)`.
fn faults(bytes: &[u8]) -> Vec<String> {
    let brief = |fault: Fault| {
        assert_eq!(fault.file, Path::new("answers/v1.jsonl"));
        let place = fault.place.map_or(String::new(), |place| {
            format!("{}:{}+{} ", place.line, place.column, place.width)
        });
        let help = fault
            .help
            .map_or(String::new(), |help| format!(" ({help})"));
        format!("{place}{}{help}", fault.message)
    };
    read(bytes).unwrap_err().into_iter().map(brief).collect()
}

/// The faults of a file whose second line is this.
#[track_caller]
fn check(line: &str, expect: &[&str]) {
    let file = format!("{}\n{line}\n{}\n", good("before", ""), good("after", ""));
    assert_eq!(faults(file.as_bytes()), expect, "{line}");
}

#[test]
fn recordings_are_read_in_their_order() {
    let file = format!(
        "{}\n\n  \n{}",
        good(
            "s-2",
            r#", "stop": "max_tokens", "model": "m", "usage": {"id": [1]}"#
        ),
        format_args!(
            r#"{{"item_sha256":"{HASH}","prompt_sha256":"{HASH}","text":"a\nö\ud83d\ude00","id":7}}"#
        ),
    );
    let recordings = read(file.as_bytes()).unwrap();
    let brief: Vec<_> = recordings
        .iter()
        .map(|recording| {
            (
                &*recording.item,
                &*recording.text,
                recording.stop,
                recording.line,
            )
        })
        .collect();
    assert_eq!(
        brief,
        [
            ("s-2", "t", Stop::MaxTokens, 1),
            ("7", "a\nö\u{1f600}", Stop::End, 4)
        ]
    );
    assert_eq!(recordings[0].prompt_sha256, HASH);
    assert_eq!(recordings[0].item_sha256, HASH);
}

#[test]
fn every_stop_reason_has_a_word() {
    for (word, stop) in STOPS {
        let file = good("s", &format!(r#", "stop": "{word}""#));
        assert_eq!(read(file.as_bytes()).unwrap()[0].stop, stop);
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_faults() {
    let file = format!("\u{feff}{}\r\n{}\r\n", good("a", ""), good("b", ""));
    assert_eq!(read(file.as_bytes()).unwrap().len(), 2);
    let file = format!("\u{feff}{}\r\n", good("a", r#", "txt": 1"#));
    assert_eq!(
        faults(file.as_bytes()),
        ["1:194+5 unknown key `txt` (did you mean `text`?)"]
    );
}

#[test]
fn a_file_without_answers_is_a_fault() {
    for file in ["", "\u{feff}", "\n \r\n\t\n"] {
        assert_eq!(
            faults(file.as_bytes()),
            [
                "the file holds no recorded answer (record the answers, or take the file away: \
              its items then count as unasked)"
            ]
        );
    }
}

#[test]
fn broken_json_is_placed() {
    let help = "(each line holds one JSON object)";
    let check = |line: &str, expect: &str| check(line, &[&format!("{expect} {help}")]);
    check(
        r#"{"id": "é", oops}"#,
        "2:13+1 broken JSON: key must be a string",
    );
    check(
        r#"{"id": "a""#,
        "2:11+1 broken JSON: the line ends while parsing an object",
    );
    check(
        r#"{"id": "a"} {}"#,
        "2:13+1 broken JSON: trailing characters",
    );
    check(r#"{"id": "a",}"#, "2:12+1 broken JSON: trailing comma");
    check(
        "{\"id\": \"a\tb\"}",
        "2:10+1 broken JSON: control character (\\u0000-\\u001F) found while parsing a string",
    );
    check("[", "2:2+1 broken JSON: the line ends while parsing a list");
    check(r#"  ["a"]  "#, "2:3+5 not a JSON object");
    check("null", "2:1+4 not a JSON object");
}

#[test]
fn an_unknown_or_missing_key_is_a_fault() {
    check(
        &good("a", r#", "stopp": "end", "temperature": 0"#),
        &[
            "2:194+7 unknown key `stopp` (did you mean `stop`?)",
            "2:210+13 unknown key `temperature` (known keys are `id`, `text`, `stop`, \
             `prompt_sha256`, `item_sha256`, `model`, `usage`)",
        ],
    );
    let missing = ["id", "text", "prompt_sha256", "item_sha256"].map(|key| {
        format!(
            "2:1+1 `{key}` is missing (a recording has `id`, `text`, `prompt_sha256` and \
             `item_sha256`)"
        )
    });
    check("{}", &missing.each_ref().map(|fault| &**fault));
    check(
        &good("a", "").replace("\"text\"", "\"Text\""),
        &["2:13+6 unknown key `Text` (did you mean `text`?)"],
    );
}

#[test]
fn a_wrong_type_is_a_fault() {
    check(
        &good("a", r#", "stop": null"#).replace(r#""t""#, "[1, 2]"),
        &[
            "2:21+6 `text` must be a text (write it in quotes: `\"…\"`)",
            "2:205+4 `stop` must be a text (write it in quotes: `\"…\"`)",
        ],
    );
    for id in ["null", "true", "[]", "{\"id\": \"a\"}"] {
        check(
            &good("a", "").replace("\"a\"", id),
            &[&format!(
                "2:8+{} `id` must be a text or a number (write it in quotes: `\"…\"`)",
                id.len()
            )],
        );
    }
    check(
        &good("", ""),
        &["2:8+2 `id` is empty (write the id of the item that is answered)"],
    );
    check(
        &good("a", "").replace(r#""t""#, r#""\ud800""#),
        &["2:21+8 broken JSON: unexpected end of hex escape (each line holds one JSON object)"],
    );
}

#[test]
fn a_stop_reason_must_be_known() {
    check(
        &good("a", r#", "stop": "max_token""#),
        &["2:202+11 `max_token` is not a stop reason (did you mean `max_tokens`?)"],
    );
    check(
        &good("a", r#", "stop": "length""#),
        &[
            "2:202+8 `length` is not a stop reason (known are `end`, `max_tokens`, `refusal`, `context_overflow`)",
        ],
    );
}

#[test]
fn a_hash_is_64_lower_case_hexadecimal_digits() {
    let upper = HASH.to_uppercase();
    let line = |hash: &str| {
        format!(r#"{{"id": "a", "text": "t", "prompt_sha256": "{hash}", "item_sha256": "{HASH}"}}"#)
    };
    let message = "`prompt_sha256` must be 64 lower-case hexadecimal digits";
    check(
        &line(&upper),
        &[&format!("2:43+66 {message} (write it in lower case)")],
    );
    let help = "(write the SHA-256 of the prompt file, or of the item's text, as recorded)";
    check(&line(&HASH[1..]), &[&format!("2:43+65 {message} {help}")]);
    check(
        &line(&HASH.replace('a', "g")),
        &[&format!("2:43+66 {message} {help}")],
    );
}

#[test]
fn a_second_answer_for_an_item_names_the_first() {
    check(
        &good("before", ""),
        &[
            "2:8+8 a second answer for `before`: the first is on line 1 (keep one answer for each item)",
        ],
    );
    let file = format!("{}\n{}", good("7", ""), good("x", "").replace("\"x\"", "7"));
    assert_eq!(
        faults(file.as_bytes()),
        ["2:8+1 a second answer for `7`: the first is on line 1 (keep one answer for each item)"]
    );
}

#[test]
fn a_key_given_twice_is_a_fault() {
    check(
        &good("a", r#", "text": "u", "model": 1, "mod\u0065l": 2"#),
        &[
            "2:194+6 `text` is given twice (keep one of them)",
            "2:219+12 `model` is given twice (keep one of them)",
        ],
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_placed() {
    let mut file = good("a", "").into_bytes();
    file.extend_from_slice("\n{\"é\": ".as_bytes());
    file.extend_from_slice(b"\xff}");
    assert_eq!(
        faults(&file),
        ["2:7+1 not UTF-8: byte 0xff at byte 8 of the line (save the file as UTF-8)"]
    );
}

#[test]
fn all_faults_are_collected_up_to_fifty() {
    let file = format!("{}\n", "{".repeat(3)).repeat(60);
    let told = faults(file.as_bytes());
    assert_eq!(told.len(), 51);
    assert_eq!(told[50], "and 10 more");
    assert!(told[49].starts_with("50:"));
    assert_eq!(faults("[\n".repeat(50).as_bytes()).len(), 50);
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "{", "}", "\"id\"", ":", ",", "\n", "\r", "\"a\"", "1", "null", " ", "\"", "\\",
                    "é", "\"text\": \"t\"", "\"stop\": ", "[", "\u{feff}",
                ]).prop_map(|piece| piece.as_bytes().to_vec()),
                prop::collection::vec(any::<u8>(), 0..3),
            ],
            0..40,
        ),
    ) {
        let _ = read(&pieces.concat());
    }
}
