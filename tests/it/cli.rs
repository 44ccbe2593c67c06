//! The program from outside: exit code, standard output and standard error, each pinned.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::schema;

/// The repository, which is itself a project.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in a folder without anything of the caller's environment.
pub(crate) fn labelgate(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_labelgate"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A copy of the shipped project that a test may change. It hides nothing: what is hidden has tests
/// of its own.
pub(crate) fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let settings = fs::read_to_string(root().join("labelgate.toml")).unwrap();
    let settings = settings.replace("min_clusters = 5", "min_clusters = 1");
    fs::write(folder.path().join("labelgate.toml"), settings).unwrap();
    for part in ["prompts", "gold"] {
        copy(&root().join(part), &folder.path().join(part));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub(crate) fn json_report(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["-o", "-", "--format", "json"])
        .collect();
    let output = labelgate(folder, &arguments);
    let report = schema::read(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    (code(&output), report)
}

#[test]
fn the_shipped_gate_is_inconclusive_where_accounts_are_few_and_says_so() {
    let output = labelgate(&root(), &["gate"]);
    assert_eq!(code(&output), 3, "{}", text(&output.stderr));
    let out = text(&output.stdout);
    for id in ["work_mode", "decisions", "task_value", "verified_success"] {
        assert!(out.contains(id), "{id} is missing");
    }
    assert!(out.contains("? inconclusive"));
    assert!(out.contains("too few clusters"));
    assert!(!out.contains('\u{1b}'), "colour where no terminal is");
}

#[test]
fn an_early_prompt_fails_its_gates() {
    let folder = project();
    let file = folder.path().join("prompts/expertise/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        all.replace("candidate = \"v2\"", "candidate = \"v1\""),
    )
    .unwrap();
    let output = labelgate(folder.path(), &["gate", "expertise"]);
    assert_eq!(code(&output), 1, "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("✗ fail"));
    assert!(text(&output.stdout).contains("no label changed"));
}

#[test]
fn every_report_of_the_gate_names_its_items_outcomes_metrics_and_verdict() {
    let (exit, report) = json_report(&root(), &["gate"]);
    assert_eq!(exit, 3);
    assert_eq!(report["schema"], "labelgate.report/1");
    assert_eq!(report["verdict"], "inconclusive");
    let reports = report["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 13);
    for report in reports {
        assert_eq!(report["items"]["total"], 240, "{}", report["classifier"]);
        let outcomes = report["items"]["outcomes"].as_object().unwrap();
        assert_eq!(outcomes.len(), 8);
        assert!(report["metrics"].is_object());
    }
}

#[test]
fn one_classifier_gives_one_report_without_a_list() {
    let (exit, report) = json_report(&root(), &["gate", "work_mode"]);
    assert!([0, 1, 3].contains(&exit));
    assert_eq!(report["classifier"], "work_mode");
    assert_eq!(report["candidate"], "v2");
    assert_eq!(report["baseline"], "v1");
    assert_eq!(report["confusion"]["rows"], "reference");
    assert_eq!(report["confusion"]["labels"].as_array().unwrap().len(), 9);
}

#[test]
fn two_runs_write_the_same_bytes() {
    let run = || labelgate(&root(), &["gate", "-o", "-", "--format", "json"]).stdout;
    assert_eq!(run(), run());
}

#[test]
fn scoring_a_classifier_shows_its_matrix_and_classes_and_exits_0() {
    let output = labelgate(&root(), &["score", "work_mode"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let out = text(&output.stdout);
    assert!(out.contains("Confusion matrix"), "{out}");
    assert!(out.contains("orchestrate"), "{out}");
}

#[test]
fn an_edited_prompt_makes_its_recordings_stale_and_the_run_incomplete() {
    let folder = project();
    let prompt = folder.path().join("prompts/work_mode/v2.md");
    let edited = fs::read_to_string(&prompt).unwrap() + "\nThink twice.\n";
    fs::write(&prompt, edited).unwrap();
    let (exit, report) = json_report(folder.path(), &["gate", "work_mode"]);
    assert_eq!(exit, 4);
    assert_eq!(report["items"]["outcomes"]["error"], 240);
    assert_eq!(report["items"]["scored"], 0);
    let why = report["incomplete"][0].as_str().unwrap();
    assert!(
        why.contains("prompts/work_mode/v2.md") && why.contains("Record them again"),
        "{why}"
    );
}

#[test]
fn an_edited_item_makes_its_own_recordings_stale() {
    let folder = project();
    let items = folder.path().join("gold/sessions.jsonl");
    let text = fs::read_to_string(&items).unwrap();
    fs::write(
        &items,
        text.replacen("User: pastes a push", "User: shows a push", 1),
    )
    .unwrap();
    let (exit, report) = json_report(folder.path(), &["gate", "work_mode"]);
    assert_eq!(exit, 4);
    assert_eq!(report["items"]["outcomes"]["error"], 1);
    assert_eq!(report["items"]["outcomes"]["ok"], 239);
}

#[test]
fn an_item_without_recording_is_never_a_pass() {
    let folder = project();
    let answers = folder.path().join("gold/answers/work_mode/v2.jsonl");
    let all = fs::read_to_string(&answers).unwrap();
    let (_, rest) = all.split_once('\n').unwrap();
    fs::write(&answers, rest).unwrap();
    let (exit, report) = json_report(folder.path(), &["gate", "work_mode"]);
    assert_eq!(exit, 4);
    assert_eq!(report["items"]["missing_candidate"], 1);
}

#[test]
fn a_bad_answer_is_counted_and_not_hidden() {
    let folder = project();
    let answers = folder.path().join("gold/answers/work_mode/v2.jsonl");
    let all = fs::read_to_string(&answers).unwrap();
    fs::write(
        &answers,
        all.replacen(r#"\"label\": \"operate\""#, r#"\"label\": \"opérate\""#, 1),
    )
    .unwrap();
    let (_, report) = json_report(folder.path(), &["gate", "work_mode"]);
    assert_eq!(report["items"]["outcomes"]["unparsed"], 1);
    assert_eq!(report["items"]["scored"], 239);
    assert_eq!(report["comparison"]["n"], 240);
    assert_eq!(
        report["comparison"]["unanswered"],
        serde_json::json!([0, 1])
    );
}

#[test]
fn an_inconclusive_verdict_counts_as_the_flag_says() {
    let folder = project();
    let file = folder.path().join("prompts/work_mode/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    let (before, _) = all.split_once("[[gate]]").unwrap();
    let gate = "[[gate]]\nmetric = \"recall\"\nclass = \"orchestrate\"\nmin_support = 50\n\
                at_least = 0.5\nby = \"point\"\n";
    fs::write(&file, format!("{before}{gate}")).unwrap();
    let exit = |flags: &[&str]| {
        let arguments: Vec<&str> = ["gate", "work_mode"].iter().chain(flags).copied().collect();
        code(&labelgate(folder.path(), &arguments))
    };
    assert_eq!(exit(&[]), 3);
    assert_eq!(exit(&["--inconclusive", "pass"]), 0);
    assert_eq!(exit(&["--inconclusive", "fail"]), 1);
}

#[test]
fn a_project_without_gates_cannot_pass_the_gate() {
    let folder = project();
    let file = folder.path().join("prompts/subject/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    let (before, _) = all.split_once("[[gate]]").unwrap();
    fs::write(&file, before).unwrap();
    let output = labelgate(folder.path(), &["gate", "subject"]);
    assert_eq!(code(&output), 2);
    assert!(
        text(&output.stderr).contains("there is no gate"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn an_unknown_classifier_is_met_with_the_nearest_name() {
    let output = labelgate(&root(), &["gate", "work_mod"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("did you mean `work_mode`?"));
}

#[test]
fn the_shipped_project_has_no_faults() {
    let output = labelgate(&root(), &["check"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("no faults: 240 items from 30 clusters"));
}

#[test]
fn a_folder_without_project_is_met_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let output = labelgate(folder.path(), &["gate"]);
    assert_eq!(code(&output), 2);
    assert!(
        text(&output.stderr).contains("labelgate.toml"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_report_in_the_repository_is_the_one_the_program_writes() {
    let output = labelgate(&root(), &["gate", "-o", "-", "--format", "markdown"]);
    let kept = fs::read_to_string(root().join("reports/gate.md")).unwrap();
    assert!(
        text(&output.stdout) == kept,
        "run `just reports` and look at the difference"
    );
}

#[test]
fn the_readme_names_every_exit_code_as_the_help_does() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let help = text(&labelgate(&root(), &["--help"]).stdout);
    for code in ["0", "1", "2", "3", "4"] {
        assert!(
            readme.contains(&format!("| {code} | ")),
            "README lacks exit code {code}"
        );
        assert!(
            help.contains(&format!("\n  {code}  ")),
            "help lacks exit code {code}"
        );
    }
}

#[test]
fn the_readme_shows_what_the_gate_prints() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```text\n").unwrap();
    let (excerpt, _) = rest.split_once("```").unwrap();
    let printed = text(&labelgate(&root(), &["gate"]).stdout);
    assert!(
        printed.contains(excerpt),
        "the README's excerpt is no longer what is printed"
    );
}

#[test]
fn the_comparison_names_margin_p_value_and_verdict_of_the_gate_that_decides_it() {
    let (_, report) = json_report(&root(), &["gate", "work_mode", "subject"]);
    let verdicts = report["reports"].as_array().unwrap().iter().map(|report| {
        let comparison = &report["comparison"];
        assert_eq!(comparison["margin"], 0.03);
        let p = comparison["noninferiority_p"].as_f64().unwrap();
        let gate = report["gates"].as_array().unwrap().iter();
        let mut gate =
            gate.filter(|gate| gate["metric"] == "agreement" && gate["compared_to"] == "baseline");
        let low = gate.next().unwrap()["estimate"]["low"].as_f64().unwrap();
        assert_eq!(p < 0.05, low > -0.03, "{p} {low}");
        comparison["verdict"].as_str().unwrap().to_owned()
    });
    assert_eq!(verdicts.collect::<Vec<_>>(), ["inconclusive", "pass"]);
    let (_, report) = json_report(&root(), &["gate", "expertise"]);
    assert_eq!(report["comparison"].get("noninferiority_p"), None);
    assert_eq!(report["comparison"].get("verdict"), None);
}

#[test]
fn a_revision_compared_with_itself_is_noted() {
    let folder = project();
    let file = folder.path().join("prompts/subject/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    fs::write(&file, all.replace("baseline = \"v1\"", "baseline = \"v2\"")).unwrap();
    let (_, report) = json_report(folder.path(), &["gate", "subject"]);
    let note = "Baseline and candidate are both v2: it is compared with itself.";
    assert_eq!(report["notes"], serde_json::json!([note]));
}

#[test]
fn kappa_of_the_answered_rests_on_the_answered_alone() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "r,c,u\na,a,1\na,b,1\nb,b,2\nnone,a,3\nb,none,3\n";
    fs::write(folder.path().join("d.csv"), rows).unwrap();
    let arguments = "score d.csv --candidate c --reference r --scheme nominal --cluster u \
                     --abstain none";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let (_, report) = json_report(folder.path(), &arguments);
    for metric in ["answered_agreement", "answered_cohen_kappa"] {
        assert_eq!(report["metrics"][metric]["n"], 3, "{metric}");
        assert_eq!(report["metrics"][metric]["clusters"], 2, "{metric}");
    }
    assert_eq!(report["metrics"]["cohen_kappa"]["n"], 5);
}

#[test]
fn a_gate_never_takes_items_of_a_cluster_as_independent() {
    let output = labelgate(&root(), &["gate", "--interval", "wilson"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("these have clusters"));
}
