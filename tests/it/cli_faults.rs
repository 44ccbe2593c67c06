//! Wrong usage and wrong surroundings, from outside: exit 2, what is wrong and what to do.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::cli::{code, labelgate, project, text};

const LABELS: &str = "r,c\na,a\na,b\nb,b\n";
const COLUMNS: [&str; 6] = [
    "--candidate",
    "c",
    "--reference",
    "r",
    "--scheme",
    "nominal",
];

/// Holds a failure to pieces of what is said.
#[track_caller]
fn check_faulty(output: &Output, expect: &[&str]) {
    let error = text(&output.stderr);
    assert_eq!(code(output), 2, "{error}");
    for piece in expect {
        assert!(error.contains(piece), "`{piece}` is not in\n{error}");
    }
    assert!(!error.contains('\u{1b}') && !error.contains("panicked"));
}

fn score(folder: &Path, arguments: &[&str]) -> Output {
    let arguments: Vec<&str> = ["score"]
        .iter()
        .chain(arguments)
        .chain(&COLUMNS)
        .copied()
        .collect();
    labelgate(folder, &arguments)
}

#[test]
fn an_env_file_that_cannot_be_read_is_a_fault_and_shows_no_secret() {
    let folder = project();
    let path = folder.path().join(".env");
    for (bytes, place) in [
        (&b"A=1\nOPENAI_API_KEY sk-secret\n"[..], ".env:2:1"),
        (b"A=1\nB=2\nOPENAI_API_KEY=\"sk-secret\n", ".env:3:1"),
        (b"OPENAI_API_KEY=sk-secret\nB=\xff\n", ".env:2:1"),
    ] {
        fs::write(&path, bytes).unwrap();
        let output = labelgate(folder.path(), &["check"]);
        check_faulty(&output, &[place, "help:"]);
        assert!(!text(&output.stderr).contains("sk-secret"));
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    check_faulty(
        &labelgate(folder.path(), &["check"]),
        &[".env", "it is a folder", "take it away"],
    );
}

#[test]
fn an_env_file_is_no_business_of_ours_without_a_project() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), "NOT OURS\n").unwrap();
    fs::write(folder.path().join("d.csv"), LABELS).unwrap();
    assert_eq!(code(&score(folder.path(), &["d.csv"])), 0);
}

#[test]
fn a_setting_of_the_environment_is_named_with_where_it_is_from() {
    let folder = project();
    let with = |name: &str, value: &str| {
        Command::new(env!("CARGO_BIN_EXE_labelgate"))
            .args(["gate", "subject"])
            .current_dir(folder.path())
            .env_clear()
            .env(name, value)
            .output()
            .unwrap()
    };
    for (name, value, message) in [
        ("LABELGATE_LIMIT", "few", "no whole number: `few`"),
        ("LABELGATE_LEVEL", "95", "95 does not"),
        ("LABELGATE_INCONCLUSIVE", "maybe", "`maybe`"),
        ("LABELGATE_COLOR", "red", "`red`"),
        ("LABELGATE_PROVIDER", "repaly", "did you mean `replay`?"),
    ] {
        check_faulty(&with(name, value), &[message, name, "help:"]);
    }
    fs::write(folder.path().join(".env"), "LABELGATE_LIMIT=few\n").unwrap();
    check_faulty(
        &labelgate(folder.path(), &["gate"]),
        &["LABELGATE_LIMIT in `.env`"],
    );
}

#[test]
fn everything_typed_is_relative_to_the_folder_to_work_in() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("d.csv"), LABELS).unwrap();
    let output = score(folder.path(), &["d.csv", "-C", "inner", "-o", "r.json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(inner.join("r.json").is_file());
    check_faulty(
        &score(folder.path(), &["d.csv", "-C", "outer"]),
        &["outer", "there is no such folder"],
    );
}

#[test]
fn where_nothing_can_be_written_is_said_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.csv"), LABELS).unwrap();
    fs::create_dir(folder.path().join("out.json")).unwrap();
    for (path, message) in [
        ("none/r.json", "there is no folder `none`"),
        ("out.json", "it is a folder"),
    ] {
        let output = score(folder.path(), &["d.csv", "-o", path]);
        check_faulty(&output, &[message, "help:"]);
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn numbers_of_flags_may_be_negative_and_are_then_refused_for_what_they_are() {
    let folder = project();
    check_faulty(
        &labelgate(folder.path(), &["gate", "--level", "-1"]),
        &["a level lies between 0 and 1, and -1 does not", "0.95"],
    );
    check_faulty(
        &labelgate(folder.path(), &["gate", "--limit", "0"]),
        &["a limit of 0 leaves nothing to judge", "help:"],
    );
}

#[test]
fn flags_that_do_not_go_with_the_subject_are_not_passed_over() {
    let folder = project();
    fs::write(folder.path().join("d.csv"), LABELS).unwrap();
    check_faulty(
        &labelgate(folder.path(), &["score", "subject", "--cluster", "account"]),
        &["--cluster is for a file of labels, and `subject` is none"],
    );
    check_faulty(
        &score(folder.path(), &["d.csv", "--limit", "2"]),
        &["--limit is for a classifier, and `d.csv` is a file"],
    );
    let raters = "score d.csv --raters r,c --scheme nominal --limit 2";
    let raters: Vec<&str> = raters.split(' ').collect();
    check_faulty(
        &labelgate(folder.path(), &raters),
        &["--limit is for a classifier, and `d.csv` is a file"],
    );
    check_faulty(
        &labelgate(folder.path(), &["score", "d.csv"]),
        &["--candidate COL and --reference COL and --scheme"],
    );
}

#[test]
fn a_file_in_which_nothing_can_be_scored_says_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.csv"), "r,c\n,a\na,\na,\n").unwrap();
    check_faulty(
        &score(folder.path(), &["d.csv"]),
        &[
            "nothing was scored: 3 items, 1 without reference label, 2 without candidate label",
            "help:",
        ],
    );
    check_faulty(
        &score(folder.path(), &["e.csv"]),
        &["e.csv", "there is no such file"],
    );
    check_faulty(&score(folder.path(), &["./"]), &["it is a folder"]);
}

#[test]
fn a_folder_of_recordings_that_is_not_there_is_a_fault_of_the_settings() {
    let folder = project();
    let file = folder.path().join("labelgate.toml");
    let all = fs::read_to_string(&file).unwrap();
    for (path, message, help) in [
        ("gold/answrs", "does not exist", "did you mean `answers`?"),
        ("gold/README.md", "is no folder", "<classifier>/<revision>"),
    ] {
        fs::write(&file, all.replace("gold/answers", path)).unwrap();
        for command in ["check", "gate"] {
            let output = labelgate(folder.path(), &[command]);
            check_faulty(&output, &["labelgate.toml:15:8", message, help]);
        }
    }
}

#[test]
fn a_recording_of_no_item_is_pointed_at() {
    let folder = project();
    let file = folder.path().join("gold/answers/subject/v2.jsonl");
    let all = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        all.replacen("agentv-019ed836-b1da", "agentv-019ed836-b1d", 1),
    )
    .unwrap();
    check_faulty(
        &labelgate(folder.path(), &["gate", "subject"]),
        &[
            "no item has the id `agentv-019ed836-b1d`",
            "gold/answers/subject/v2.jsonl:2:8",
            "did you mean `agentv-019ed836-b1da`?",
        ],
    );
}

#[test]
fn a_file_wrong_throughout_does_not_flood_the_terminal() {
    let folder = project();
    let file = folder.path().join("gold/labels/subject.csv");
    let all = fs::read_to_string(&file).unwrap();
    fs::write(&file, all.replace(",first,", ",first,no_")).unwrap();
    let output = labelgate(folder.path(), &["check"]);
    check_faulty(
        &output,
        &[
            "gold/labels/subject.csv:2:28",
            "gold/labels/subject.csv:51:",
            "and 190 more like these",
        ],
    );
    assert!(text(&output.stderr).lines().count() < 120);
}

#[test]
fn a_line_of_many_thousand_characters_is_shown_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{{\"r\":\"a\",\"c\":\"{}\n", "ó".repeat(20_000));
    fs::write(folder.path().join("d.jsonl"), long).unwrap();
    let output = score(folder.path(), &["d.jsonl"]);
    check_faulty(&output, &["d.jsonl:1:", "help:"]);
    assert!(text(&output.stderr).len() < 1000);
}

#[test]
fn checking_says_which_recordings_are_stale_and_passes() {
    let folder = project();
    let prompt = folder.path().join("prompts/subject/v2.md");
    let all = fs::read_to_string(&prompt).unwrap();
    fs::write(&prompt, all + "\nThink twice.\n").unwrap();
    let output = labelgate(folder.path(), &["check"]);
    assert_eq!(code(&output), 0);
    let note =
        "note: subject@v2: 240 of 240 recordings answer another text of prompts/subject/v2.md";
    assert!(
        text(&output.stderr).contains(note),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_report_on_a_file_names_it_with_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.csv"), LABELS).unwrap();
    let output = score(folder.path(), &["d.csv", "-o", "-", "--format", "json"]);
    let report = crate::schema::read(&output.stdout).unwrap();
    let sha256 = labelgate::ask::sha256_hex(LABELS.as_bytes());
    assert_eq!(
        report["manifest"]["sha256"],
        serde_json::json!({ "d.csv": sha256 })
    );
}
