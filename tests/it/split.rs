//! The hold-out split from outside.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{code, json_report, text};
use crate::guard::{edit, run};

const PATH: &str = "path = \"gold/messages.jsonl\"";

/// The small project with a line more under `[items]`.
fn project(split: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(&run(folder.path(), &["init", "."], &[])), 0);
    edit(
        folder.path(),
        "labelgate.toml",
        PATH,
        &format!("{split}\n{PATH}"),
    );
    folder
}

fn score(folder: &Path, side: &str) -> Value {
    let (exit, report) = json_report(folder, &["score", "intent", "--split", side]);
    assert_eq!(exit, 0);
    assert_eq!(report["split"], side);
    report
}

fn refused(folder: &Path, arguments: &[&str], expected: &[&str]) {
    let output = run(folder, arguments, &[]);
    let said = text(&output.stderr);
    assert_eq!(code(&output), 2, "{said}");
    for expected in expected {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn the_two_sides_are_all_items_and_no_account_is_on_both() {
    let folder = project("split = { test = 0.4, seed = 3 }");
    let n = |report: &Value, key: &str| report["items"][key].as_u64().unwrap();
    let (dev, test) = (score(folder.path(), "dev"), score(folder.path(), "test"));
    assert_eq!(n(&dev, "total") + n(&test, "total"), 44);
    assert_eq!(n(&dev, "clusters") + n(&test, "clusters"), 28);
    assert!(n(&test, "total") > 0);
    let gate = run(folder.path(), &["gate", "--split", "test"], &[]);
    assert!(
        text(&gate.stdout).contains("· split test ·"),
        "{}",
        text(&gate.stdout)
    );
}

#[test]
fn a_column_may_say_the_side_of_each_item() {
    let folder = project("split = \"side\"");
    let path = folder.path().join("gold/messages.jsonl");
    let messages = fs::read_to_string(&path).unwrap();
    let with_side = |side: &dyn Fn(usize, &Value) -> Value| {
        let lines = messages.lines().enumerate().map(|(place, line)| {
            let mut item: Value = serde_json::from_str(line).unwrap();
            item["side"] = side(place, &item);
            item.to_string()
        });
        fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    };
    let first: Value = serde_json::from_str(messages.lines().next().unwrap()).unwrap();
    let is_first = |item: &Value| item["customer"] == first["customer"];
    with_side(&|_, item| if is_first(item) { "test" } else { "dev" }.into());
    let test = score(folder.path(), "test");
    assert_eq!(test["items"]["clusters"], 1);
    with_side(&|place, _| {
        if place == 0 {
            "train".into()
        } else {
            "dev".into()
        }
    });
    refused(
        folder.path(),
        &["check"],
        &["the split cannot be `train`", "messages.jsonl:1"],
    );
    with_side(&|place, _| {
        if place == 0 {
            Value::Null
        } else {
            "dev".into()
        }
    });
    refused(folder.path(), &["check"], &["no split"]);
    with_side(&|place, _| if place % 2 == 0 { "test" } else { "dev" }.into());
    refused(folder.path(), &["check"], &["on both sides"]);
}

#[test]
fn a_split_that_makes_no_sense_is_refused() {
    for (split, expected) in [
        ("split = { test = 1.0 }", "less than 1"),
        ("split = { seed = 1 }", "no `test`"),
        ("split = { test = 0.3, seeds = 1 }", "did you mean `seed`?"),
        ("split = \"sides\"", "no column `sides`"),
        ("split = 0.3", "`split` must be a string"),
    ] {
        refused(project(split).path(), &["check"], &[expected]);
    }
    let folder = project("");
    let arguments = ["gate", "--split", "test"];
    refused(
        folder.path(),
        &arguments,
        &["the project has none", "[items]"],
    );
}
