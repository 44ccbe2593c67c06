//! Changes that make the test easier, from outside: a repository with a project, an edit, the gate.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::cli::{code, text};

const CLASSIFIER: &str = "prompts/intent/classifier.toml";
const LABELS: &str = "gold/labels/intent.csv";
const MESSAGES: &str = "gold/messages.jsonl";

/// Git lies where the caller's PATH says.
fn path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

pub(crate) fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_labelgate"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", path())
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=n", "-c", "user.email=n@example.com"])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// The small project in a folder of a repository of its own, committed on `main`; nothing without
/// git.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn repository() -> Option<tempfile::TempDir> {
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: no git");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(&run(folder.path(), &["init", "."], &[])), 0);
    git(folder.path(), &["init", "-q", "."]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "start"]);
    git(folder.path(), &["checkout", "-qb", "change"]);
    Some(folder)
}

pub(crate) fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let all = fs::read_to_string(&path).unwrap();
    assert!(all.contains(from), "{file} lacks {from}");
    fs::write(path, all.replacen(from, to, 1)).unwrap();
}

/// The exit code, and the report as JSON.
fn gate(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["gate", "-o", "-"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    let output = run(folder, &all, &[]);
    let report = crate::schema::read(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    (code(&output), report)
}

fn names(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["name"].as_str().unwrap())
        .collect()
}

#[test]
fn a_threshold_lowered_on_a_branch_fails_until_it_is_allowed_by_name() {
    let Some(folder) = repository() else { return };
    let folder = folder.path();
    edit(folder, CLASSIFIER, "at_least = 0.70", "at_least = 0.60");
    git(folder, &["commit", "-qam", "change"]);
    let output = run(folder, &["gate", "--base", "main"], &[]);
    let out = text(&output.stdout);
    assert_eq!(code(&output), 1, "{out}");
    assert!(out.contains("agreement at_least 0.7 → 0.6"), "{out}");
    assert!(out.contains(&format!("{CLASSIFIER}:49")), "{out}");
    assert!(out.contains(&format!("at main: {CLASSIFIER}:49")), "{out}");
    assert!(out.contains("--allow threshold-lowered"), "{out}");
    assert!(out.contains("5 of 5 gates pass, 0 inconclusive, 0 fail, 1 finding not allowed"));

    let (exit, report) = gate(folder, &["--base", "main"]);
    assert_eq!((exit, report["verdict"].as_str()), (1, Some("fail")));
    assert_eq!(report["base"], "main");
    let finding = &report["findings"][0];
    assert_eq!(finding["name"], "threshold-lowered");
    assert_eq!(finding["file"], CLASSIFIER);
    assert_eq!(finding["line"], 49);
    assert_eq!(finding["base"]["line"], 49);
    assert_eq!(finding["allowed"], false);

    let (exit, report) = gate(folder, &["--base", "main", "--allow", "threshold-lowered"]);
    assert_eq!((exit, report["verdict"].as_str()), (0, Some("pass")));
    assert_eq!(report["findings"][0]["allowed"], true);
    // Allowing another finding does not help.
    let (exit, _) = gate(folder, &["--base", "main", "--allow", "gate-removed"]);
    assert_eq!(exit, 1);
    let markdown = run(
        folder,
        &["gate", "--base", "main", "-o", "-", "--format", "md"],
        &[],
    );
    let markdown = text(&markdown.stdout);
    assert!(
        markdown.contains("| ❌ fail | threshold-lowered |"),
        "{markdown}"
    );
}

#[test]
fn what_is_stricter_or_new_is_no_finding() {
    let Some(folder) = repository() else { return };
    let folder = folder.path();
    for (from, to) in [
        ("at_least = 0.70", "at_least = 0.71"),
        ("margin = 0.02", "margin = 0.01"),
        ("min_support = 5", "min_support = 4"),
        ("by = \"point\"", "by = \"lower\""),
        ("title = ", "# A comment moves every line.\ntitle = "),
        (
            "[[gate]]\nmetric = \"cohen_kappa\"",
            "[[gate]]\nmetric = \"gwet_ac1\"\nat_least = 0.1\n\n[[gate]]\nmetric = \"cohen_kappa\"",
        ),
        ("Nothing has gone wrong.", "All is well."),
    ] {
        edit(folder, CLASSIFIER, from, to);
    }
    let (_, report) = gate(folder, &["--base", "main"]);
    assert_eq!(names(&report), Vec::<&str>::new());
}

/// Each is one edit of the classifier's file, and what it is called.
#[test]
fn every_way_to_demand_less_has_its_name() {
    let Some(folder) = repository() else { return };
    let folder = folder.path();
    let problems = "[[gate]]\nrule = \"problems_cost\"\nmetric = \"contrast\"\nat_least = 0.30\n\
                    by = \"lower\"\n";
    let class = "class = \"*\"\n";
    for (from, to, expected) in [
        ("margin = 0.02", "margin = 0.05", &["margin-widened"][..]),
        ("by = \"lower\"", "by = \"point\"", &["by-weakened"]),
        (
            "min_support = 5",
            "min_support = 6",
            &["min-support-raised"],
        ),
        (problems, "", &["gate-removed"]),
        (class, "class = \"other\"\n", &["gate-removed"]),
        ("refunds + reopened > 0", "refunds >= 0", &["rule-changed"]),
        // A rule that no gate judges may change.
        ("question_marks > 0", "question_marks > 1", &[]),
        (
            "scheme = \"nominal\"",
            "scheme = \"nominal\"\nabstain = [\"other\"]",
            &["scheme-changed"],
        ),
        (
            "scheme = \"nominal\"",
            "scheme = \"ordinal\"",
            &["scheme-changed"],
        ),
        (
            "baseline = \"v1\"",
            "baseline = \"v2\"",
            &["baseline-changed"],
        ),
    ] {
        git(folder, &["checkout", "-q", "."]);
        edit(folder, CLASSIFIER, from, to);
        let (_, report) = gate(folder, &["--base", "main"]);
        assert_eq!(names(&report), expected, "{from} → {to}");
    }
}

#[test]
fn a_slice_that_is_dropped_and_an_upper_threshold_that_is_raised_are_found() {
    let Some(folder) = repository() else { return };
    let folder = folder.path();
    let more = "\n[[gate]]\nmetric = \"agreement\"\nslice = \"channel\"\nat_least = 0.2\n\
                by = \"point\"\n\n[[gate]]\nmetric = \"no_information_rate\"\nat_most = 0.9\n\
                by = \"point\"\n";
    let file = folder.join(CLASSIFIER);
    let all = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{all}{more}")).unwrap();
    git(folder, &["commit", "-qam", "more gates"]);
    edit(folder, CLASSIFIER, "slice = \"channel\"\n", "");
    edit(folder, CLASSIFIER, "at_most = 0.9", "at_most = 0.95");
    let (_, report) = gate(folder, &["--base", "HEAD"]);
    assert_eq!(
        names(&report),
        ["slice-dropped", "threshold-raised"],
        "{report}"
    );
}

#[test]
fn gold_is_compared_item_by_item_and_ids_are_shown_on_demand_alone() {
    let Some(folder) = repository() else { return };
    let folder = folder.path();
    edit(folder, LABELS, "m01,first,question", "m01,first,other");
    edit(folder, LABELS, "m02,first,praise\n", "");
    let (exit, report) = gate(folder, &["--base", "main"]);
    assert_eq!(exit, 1);
    assert_eq!(names(&report), ["gold-relabelled", "gold-unlabelled"]);
    assert!(!report.to_string().contains("m01\""), "{report}");
    let (_, report) = gate(folder, &["--base", "main", "-v"]);
    assert_eq!(report["findings"][0]["items"], serde_json::json!(["m01"]));
    assert_eq!(report["findings"][1]["items"], serde_json::json!(["m02"]));

    git(folder, &["checkout", "-q", "."]);
    let messages = fs::read_to_string(folder.join(MESSAGES)).unwrap();
    let mut lines: Vec<Value> = messages
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // Two accounts become one, a text and a number change, and an item goes with all that was said
    // of it.
    let (first, other) = (lines[0]["customer"].clone(), &lines[1..lines.len() - 1]);
    let other = other
        .iter()
        .position(|line| line["customer"] != first)
        .unwrap()
        + 1;
    lines[other]["customer"] = first;
    lines[3]["text"] = "An easier one.".into();
    let gone = lines.pop().unwrap()["id"].as_str().unwrap().to_owned();
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    fs::write(folder.join(MESSAGES), lines.join("\n")).unwrap();
    for file in [
        LABELS,
        "gold/answers/intent/v1.jsonl",
        "gold/answers/intent/v2.jsonl",
    ] {
        let all = fs::read_to_string(folder.join(file)).unwrap();
        let kept: Vec<&str> = all.lines().filter(|line| !line.contains(&gone)).collect();
        fs::write(folder.join(file), kept.join("\n") + "\n").unwrap();
    }
    let (exit, report) = gate(folder, &["--base", "main"]);
    assert_eq!(exit, 4, "the answer to the edited text is stale");
    let found = names(&report);
    assert_eq!(
        found,
        ["gold-removed", "gold-edited", "clusters-changed"],
        "{report}"
    );
}

#[test]
fn a_base_that_cannot_be_read_is_explained() {
    let Some(repository) = repository() else {
        return;
    };
    let folder = repository.path();
    let refused = |folder: &Path, base: &str, expected: &[&str]| {
        let output = run(folder, &["gate", &format!("--base={base}")], &[]);
        let said = text(&output.stderr);
        assert_eq!(code(&output), 2, "{said}");
        for expected in expected {
            assert!(said.contains(expected), "{expected}: {said}");
        }
    };
    refused(folder, "nowhere", &["no commit `nowhere`", "fetch-depth"]);
    refused(folder, "--help", &["no commit `--help`"]);
    // A project with faults at the base.
    edit(folder, CLASSIFIER, "scheme =", "sceme =");
    git(folder, &["commit", "-qam", "broken"]);
    git(folder, &["checkout", "-q", "main", "--", "."]);
    refused(
        folder,
        "change",
        &["change:prompts/intent/classifier.toml:", "sceme"],
    );
    // Without a repository, and without git.
    let alone = tempfile::tempdir().unwrap();
    assert_eq!(code(&run(alone.path(), &["init", "."], &[])), 0);
    refused(alone.path(), "main", &["not a git repository"]);
    let output = run(folder, &["gate", "--base", "main"], &[("PATH", "/nowhere")]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("no `git`"));
    let output = run(folder, &["gate", "--allow", "treshold-lowered"], &[]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("did you mean `threshold-lowered`?"));
}

#[test]
fn a_base_without_a_project_leaves_nothing_to_compare_with_and_says_so() {
    let Some(repository) = repository() else {
        return;
    };
    let folder = repository.path();
    git(folder, &["checkout", "-q", "--orphan", "empty"]);
    git(folder, &["rm", "-rqf", "--cached", "."]);
    git(folder, &["commit", "-qm", "nothing", "--allow-empty"]);
    let output = run(folder, &["gate", "--base", "empty"], &[]);
    let out = text(&output.stdout);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(out.contains("empty has no `labelgate.toml`"), "{out}");
}

#[test]
fn a_project_in_a_folder_of_a_repository_is_found_there() {
    let Some(repository) = repository() else {
        return;
    };
    let folder = repository.path();
    assert_eq!(code(&run(folder, &["init", "deep/er"], &[])), 0);
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "deeper"]);
    let file = format!("deep/er/{CLASSIFIER}");
    edit(folder, &file, "margin = 0.02", "margin = 0.5");
    let (exit, report) = gate(folder, &["-C", "deep/er", "--base", "HEAD"]);
    assert_eq!(exit, 1);
    assert_eq!(report["findings"][0]["file"], file);
}

#[test]
fn a_prompt_that_quotes_an_item_fails_the_gate_and_warns_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(code(&run(folder, &["init", "."], &[])), 0);
    let messages = fs::read_to_string(folder.join(MESSAGES)).unwrap();
    let item = messages
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .max_by_key(|item| item["text"].as_str().unwrap().len())
        .unwrap();
    let (id, quoted) = (item["id"].as_str().unwrap(), item["text"].as_str().unwrap());
    let says = format!(
        "Anything else, as: {}",
        quoted.to_uppercase().replace('"', "")
    );
    edit(
        folder,
        CLASSIFIER,
        "Anything else:",
        &format!("{says} Also:"),
    );
    let check = run(folder, &["check"], &[]);
    assert_eq!(code(&check), 0);
    let said = text(&check.stderr);
    assert!(
        said.contains(&format!("warning: leakage: {CLASSIFIER}:")),
        "{said}"
    );
    assert!(!said.contains(id), "{said}");
    assert!(text(&run(folder, &["check", "-v"], &[]).stderr).contains(id));
    let (exit, report) = gate(folder, &[]);
    assert_eq!((exit, names(&report)), (1, vec!["leakage"]));
    assert_eq!(report["findings"][0]["items"], Value::Null);
    assert_eq!(gate(folder, &["--allow", "leakage"]).0, 0);
}
