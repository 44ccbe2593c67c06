//! The file of decisions as a part of the project.

use super::Made;
use crate::cli::json_report;

const CLASSIFIER: &str = "prompts/mode/classifier.toml";
const HEADER: &str = "id,rater,label,why,at\n";

#[test]
fn faults_of_the_file_are_those_of_the_project() {
    let made = Made::new();
    let check = |rows: &str, expected: &[&str]| {
        made.write("gold/reviews/mode.csv", rows);
        let (exit, _, said) = made.run(&["check"]);
        assert_eq!(exit, 2, "{said}");
        for expected in expected {
            assert!(said.contains(expected), "{expected}: {said}");
        }
    };
    let rows = "broke,Ann,d,,\nnobody,Ann,a,,\nmute,,a,,\n";
    check(
        &format!("{HEADER}{rows}"),
        &[
            "gold/reviews/mode.csv:2:",
            "`d` is not a label",
            "mode.csv:3:",
            "no item has the id `nobody`",
            "mode.csv:4:",
            "nobody has decided this",
        ],
    );
    check("id,label\nbroke,a\n", &["has the columns `id`, `rater`"]);
    made.write("gold/reviews/mode.csv", "");
    assert_eq!(made.run(&["check"]).0, 0);
}

#[test]
fn the_file_may_be_another_inside_the_project() {
    let made = Made::new();
    let with = |line: &str| {
        let text = super::CLASSIFIER.replace("mode.csv\"", &format!("mode.csv\"\n{line}"));
        made.write(CLASSIFIER, &text);
        made.run(&["check"])
    };
    assert_eq!(with("reviews = \"people/mode.csv\"").0, 0);
    made.decide(&[("broke", "b", "")]);
    assert_eq!(made.take(&[]).0, 0);
    assert!(made.read("people/mode.csv").starts_with(HEADER));
    assert!(!made.file("gold/reviews").exists());
    for (line, expected) in [
        ("reviews = \"../mode.csv\"", "leaves the project's folder"),
        ("reviews = \"people/mode.jsonl\"", "is no .csv file"),
        ("adjudicated = 1", "`adjudicated` must be true or false"),
    ] {
        let (exit, _, said) = with(line);
        assert_eq!(exit, 2, "{line}");
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn two_classifiers_do_not_share_a_file_of_decisions() {
    let made = Made::new();
    let classifier = made.read("prompts/mode/classifier.toml");
    let classifier = classifier.replace(
        "[reference]\n",
        "[reference]\nreviews = \"gold/both.csv\"\n",
    );
    made.write("prompts/mode/classifier.toml", &classifier);
    made.write("prompts/other/classifier.toml", &classifier);
    for revision in ["v1", "v2"] {
        let prompt = made.read(&format!("prompts/mode/{revision}.md"));
        made.write(&format!("prompts/other/{revision}.md"), &prompt);
    }
    let (exit, _, said) = made.run(&["check"]);
    assert_eq!(exit, 2);
    assert!(
        said.contains("`gold/both.csv` holds the decisions on `mode`"),
        "{said}"
    );
    assert!(said.contains("prompts/other/classifier.toml"), "{said}");
    made.edit(
        "prompts/other/classifier.toml",
        "gold/both.csv",
        "gold/other.csv",
    );
    assert_eq!(made.run(&["check"]).0, 0);
}

#[test]
fn no_other_rater_has_the_name_of_the_decisions() {
    let made = Made::new();
    made.edit("gold/labels/mode.csv", ",second,", ",review,");
    assert_eq!(made.run(&["check"]).0, 0);
    made.write("gold/reviews/mode.csv", &format!("{HEADER}broke,Ann,b,,\n"));
    let (exit, _, said) = made.run(&["check"]);
    assert_eq!(exit, 2);
    assert!(
        said.contains("a rater of the reference is called `review`"),
        "{said}"
    );
}

#[test]
fn decisions_that_are_taken_as_right_are_no_second_opinion() {
    let made = Made::new();
    made.write(
        "gold/reviews/mode.csv",
        &format!("{HEADER}broke,Ann,b,,\nunlabelled,Ann,b,,\n"),
    );
    made.edit(CLASSIFIER, "mode.csv\"", "mode.csv\"\nadjudicated = true");
    let (exit, report) = json_report(made.path(), &["score", "mode", "--limit", "11"]);
    assert_eq!(exit, 0);
    assert_eq!(report["items"]["missing_reference"], 0);
    let raters = report["reference_reliability"]["raters"]
        .as_array()
        .unwrap();
    assert_eq!(raters.len(), 1);
    assert_eq!(raters[0]["rater"], "second");
    let (_, out, _) = made.run(&["score", "mode"]);
    assert!(out.contains("first with review"), "{out}");
}
