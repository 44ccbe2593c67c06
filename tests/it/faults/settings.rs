//! Faults of the project file and its folder.

use super::check_folder;
use super::project::{edit, folder, write};

const FILE: &str = "labelgate.toml";
const MODE: &str = "prompts/mode/classifier.toml";

#[test]
fn of_the_project_file() {
    let path = r#"path = "gold/items.jsonl""#;
    for (from, to, place, message, help) in [
        ("[run]", "[run", "labelgate.toml:8", "not TOML", ""),
        (
            "[run]",
            "[runs]",
            "labelgate.toml:8",
            "unknown table `runs`",
            "`run`",
        ),
        (
            "name = ",
            "nmae = ",
            "labelgate.toml:1",
            "unknown key `nmae`",
            "`name`",
        ),
        (
            "concurrency",
            "concurency",
            "labelgate.toml:10",
            "in `[run]`",
            "`concurrency`",
        ),
        (
            "\"replay\"",
            "\"replays\"",
            "labelgate.toml:9",
            "cannot be `replays`",
            "`replay`?",
        ),
        (
            "\"replay\"",
            "7",
            "labelgate.toml:9",
            "must be a string, not a whole number",
            "",
        ),
        (
            "= 4",
            "= \"4\"",
            "labelgate.toml:10",
            "must be a whole number, not a string",
            "",
        ),
        (
            "= 4",
            "= 99999999999999999999",
            "labelgate.toml:10",
            "must be a whole number",
            "",
        ),
        (
            path,
            "",
            "labelgate.toml:3",
            "no `path` in `[items]`",
            "name the file",
        ),
        (
            path,
            "path = \"\"",
            "labelgate.toml:4",
            "`path` is empty",
            "name the file",
        ),
        (
            "items.jsonl",
            "itmes.jsonl",
            "labelgate.toml:4",
            "no such file",
            "`items.jsonl`?",
        ),
        (
            "gold/items.jsonl",
            "../x.jsonl",
            "labelgate.toml:4",
            "leaves the project",
            "relative",
        ),
        (
            "gold/items.jsonl",
            "/etc/passwd",
            "labelgate.toml:4",
            "leaves the project",
            "relative",
        ),
        (
            "\"gold/items.jsonl\"",
            "\"gold\"",
            "labelgate.toml:4",
            "it is a folder",
            "",
        ),
        (
            "\"account\"",
            "\"acount\"",
            "labelgate.toml:5",
            "no column `acount`",
            "`account`?",
        ),
        (
            "[\"month\"]",
            "[\"moth\"]",
            "labelgate.toml:6",
            "no column `moth`",
            "`month`?",
        ),
        (
            "[\"month\"]",
            "\"month\"",
            "labelgate.toml:6",
            "must be a list of strings",
            "",
        ),
        (
            path,
            &format!("{path}\nid = \"ID\""),
            "labelgate.toml:5",
            "no column `ID`",
            "`id`?",
        ),
        (
            path,
            &format!("{path}\ntext = \"txt\""),
            "labelgate.toml:5",
            "`txt`",
            "`text`?",
        ),
        (
            path,
            &format!(
                "{path}\ntelemetry = {{ path = \"gold/labels/price.csv\", id = \"x\", idd = \"id\" }}"
            ),
            "labelgate.toml:5",
            "unknown key `idd` in `[telemetry]`",
            "`id`?",
        ),
        (
            path,
            &format!("{path}\ntelemetry = {{}}"),
            "labelgate.toml:5",
            "no `path`",
            "",
        ),
        (
            "[run]",
            "[replay]\npath = \"../x\"\n[run]",
            "labelgate.toml:9",
            "leaves",
            "relative",
        ),
        (
            "[run]",
            "[privacy]\nmin_clusters = 0\n[run]",
            "labelgate.toml:9",
            "from 1 to",
            "",
        ),
    ] {
        let project = folder();
        // What depends on the items is not judged where they are unknown.
        edit(project.path(), FILE, from, to);
        let faults = super::shown(project.path());
        let found = faults.iter().any(|fault| {
            fault.starts_with(place) && fault.contains(message) && fault.contains(help)
        });
        assert!(found, "{from} -> {to}: {faults:#?}");
        let elsewhere = faults.iter().any(|fault| !fault.starts_with(FILE));
        assert!(!elsewhere, "{from} -> {to}: {faults:#?}");
    }
}

#[test]
fn a_project_file_that_is_missing_says_how_to_get_one() {
    let project = folder();
    std::fs::remove_file(project.path().join(FILE)).unwrap();
    check_folder(
        project.path(),
        &[("labelgate.toml:0", "no such project file", "labelgate init")],
    );
    let faults = super::shown(&project.path().join("nowhere"));
    assert!(faults[0].contains("-C DIR"), "{faults:?}");
}

#[cfg(unix)]
#[test]
fn a_link_may_not_lead_out_of_the_folder() {
    let project = folder();
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), project.path().join("gold/link.jsonl")).unwrap();
    edit(project.path(), FILE, "items.jsonl", "link.jsonl");
    check_folder(
        project.path(),
        &[("labelgate.toml:4", "links to a file outside", "itself")],
    );
}

#[test]
fn of_the_folder_of_prompts() {
    let project = folder();
    std::fs::remove_dir_all(project.path().join("prompts")).unwrap();
    check_folder(project.path(), &[("prompts:0", "no classifiers", "v1.md")]);
    let project = folder();
    write(project.path(), "prompts/extra/clasifier.toml", "");
    check_folder(
        project.path(),
        &[(
            "prompts/extra:0",
            "no `classifier.toml`",
            "did you mean `clasifier.toml`?",
        )],
    );
    let project = folder();
    write(project.path(), "prompts/derive.toml", "");
    check_folder(
        project.path(),
        &[("prompts/derive.toml:0", "no file", "`derived.toml`?")],
    );
    let project = folder();
    write(project.path(), MODE, b"title = \"\xff\"\n");
    check_folder(
        project.path(),
        &[(
            "prompts/mode/classifier.toml:1",
            "not UTF-8: byte 10",
            "UTF-8",
        )],
    );
}

#[test]
fn hostile_files_are_faults_and_no_overflow() {
    for text in [
        format!("a = {}", "[".repeat(200_000)),
        format!("a = {}", "{a=".repeat(200_000)),
        format!("{} = 1", "a.".repeat(100_000)),
        "[[gate]]\n".repeat(10_000),
        "a".repeat(20 << 20),
    ] {
        let project = folder();
        write(project.path(), MODE, &text);
        assert!(!super::shown(project.path()).is_empty());
    }
}
