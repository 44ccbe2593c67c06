//! `labelgate init` from outside: what it writes works at once and is what its README says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::{code, labelgate, text};

/// A folder with the project in `demo`.
fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = labelgate(folder.path(), &["init", "demo"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    folder
}

/// The text of every file below a folder, by its path.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(relative, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// Changes a file of the project; the old text must be there.
fn change(folder: &Path, file: &str, old: &str, new: &str) {
    let path = folder.join("demo").join(file);
    let all = fs::read_to_string(&path).unwrap();
    assert!(all.contains(old), "{file} lacks {old}");
    fs::write(path, all.replacen(old, new, 1)).unwrap();
}

#[test]
fn the_new_project_has_no_faults_and_passes_its_gates() {
    let folder = demo();
    let check = labelgate(folder.path(), &["-C", "demo", "check"]);
    assert_eq!(code(&check), 0, "{}", text(&check.stderr));
    assert!(text(&check.stdout).starts_with("no faults: 44 items from 28 clusters"));
    let gate = labelgate(folder.path(), &["-C", "demo", "gate"]);
    let out = text(&gate.stdout);
    assert_eq!(code(&gate), 0, "{out}");
    assert!(out.contains("5 of 5 gates pass"), "{out}");
    assert!(out.contains("0.91 [0.74, 0.97]"), "{out}");
    assert!(!out.contains("too few clusters"), "{out}");
}

#[test]
fn what_is_printed_names_every_file_and_commands_that_work() {
    let folder = tempfile::tempdir().unwrap();
    let output = labelgate(folder.path(), &["init", "demo"]);
    assert_eq!(text(&output.stderr), "");
    let out = text(&output.stdout);
    for path in files(&folder.path().join("demo")).keys() {
        let path = path.to_str().unwrap().replace('\\', "/");
        assert!(out.contains(&format!("  {path} ")), "{path}: {out}");
    }
    let commands: Vec<&str> = out
        .lines()
        .filter_map(|line| line.trim().strip_prefix("labelgate "))
        .map(|line| line.split("  ").next().unwrap())
        .collect();
    assert_eq!(
        commands,
        ["-C demo gate", "-C demo score intent"],
        "two next commands"
    );
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').collect();
        let output = labelgate(folder.path(), &arguments);
        assert_eq!(code(&output), 0, "{command}: {}", text(&output.stderr));
    }
}

#[test]
fn every_file_of_the_template_is_written_as_it_is() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/init/template");
    let mut expected = files(&template);
    let ignored = expected.remove(Path::new("gitignore")).unwrap();
    expected.insert(".gitignore".into(), ignored);
    assert_eq!(files(&demo().path().join("demo")), expected);
}

#[test]
fn a_folder_that_is_not_empty_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["notes.txt", ".hidden"] {
        fs::write(folder.path().join(file), "mine").unwrap();
        let before = files(folder.path());
        let output = labelgate(folder.path(), &["init"]);
        assert_eq!(code(&output), 2);
        assert_eq!(text(&output.stdout), "");
        let error = text(&output.stderr);
        assert!(error.contains(&format!("`{file}`")), "{error}");
        assert!(error.contains("nothing was written"), "{error}");
        assert_eq!(files(folder.path()), before);
    }
}

#[test]
fn a_project_is_never_written_over() {
    let folder = demo();
    let before = files(folder.path());
    let output = labelgate(folder.path(), &["init", "demo"]);
    assert_eq!(code(&output), 2);
    let error = text(&output.stderr);
    assert!(error.contains("`demo` is not empty: `labelgate.toml` and 4 others"));
    assert!(error.contains("`labelgate -C demo check`"), "{error}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn an_empty_folder_a_fresh_repository_and_a_deep_path_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("fresh/.git")).unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    let check = |arguments: &[&str], place: &str| {
        let output = labelgate(root, arguments);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        assert!(root.join(place).join("labelgate.toml").exists(), "{place}");
    };
    check(&["init", "fresh"], "fresh");
    check(&["-C", "empty", "init"], "empty");
    check(&["-C", "new", "init", "a/b"], "new/a/b");
    assert_eq!(text(&labelgate(root, &["-q", "init", "quiet"]).stdout), "");
    let spaced = text(&labelgate(root, &["init", "my demo"]).stdout);
    assert!(spaced.contains("labelgate -C 'my demo' gate"), "{spaced}");
}

#[test]
fn a_file_and_another_name_for_the_project_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let output = labelgate(folder.path(), &["init", "file"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`file` cannot be a folder"));
    let output = labelgate(folder.path(), &["-c", "other.toml", "init", "demo"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("leave out -c"));
    assert!(!folder.path().join("demo").exists());
}

#[test]
fn what_its_readme_says_to_try_does_what_it_says() {
    const CLASSIFIER: &str = "prompts/intent/classifier.toml";
    let check = |file: &str, old: &str, new: &str, command: &str, expected: i32| {
        let folder = demo();
        change(folder.path(), file, old, new);
        let output = labelgate(folder.path(), &["-C", "demo", command]);
        assert_eq!(code(&output), expected, "{new}: {}", text(&output.stdout));
        text(&output.stdout) + &text(&output.stderr)
    };
    check(
        CLASSIFIER,
        "candidate = \"v2\"",
        "candidate = \"v1\"",
        "gate",
        1,
    );
    check(CLASSIFIER, "at_least = 0.70", "at_least = 0.80", "gate", 3);
    check("prompts/intent/v2.md", "Choose", "Take", "gate", 4);
    let said = check("gold/labels/intent.csv", ",praise", ",prayse", "check", 2);
    assert!(said.contains("did you mean `praise`?"), "{said}");
}

#[test]
fn its_telemetry_was_counted_and_its_figures_are_those_of_the_readme() {
    let folder = demo();
    let messages = fs::read_to_string(folder.path().join("demo/gold/messages.jsonl")).unwrap();
    for line in messages.lines() {
        let item: Value = serde_json::from_str(line).unwrap();
        let text = item["text"].as_str().unwrap();
        let telemetry = &item["telemetry"];
        assert_eq!(telemetry["question_marks"], text.matches('?').count());
        assert_eq!(telemetry["words"], text.split_whitespace().count());
    }
    let arguments = ["-C", "demo", "gate", "-o", "-", "--format", "json"];
    let output = labelgate(folder.path(), &arguments);
    let report = crate::schema::read(&output.stdout).unwrap();
    assert_eq!(report["items"]["clusters"], 28);
    assert_eq!(report["metrics"]["agreement"]["value"], 40.0 / 44.0);
    let rule = &report["telemetry"][0];
    assert_eq!(rule["rule"], "problems_cost");
    assert_eq!(rule["counterexamples"], 2);
}
