//! `score FILE --raters` from outside: any number of raters, none of whom is taken as right.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{code, json_report, labelgate, text};

/// Krippendorff's example of four observers with gaps (Krippendorff 2011, part C).
const KRIPPENDORFF: &str = "unit,A,B,C,D
01,1,1,,1
02,2,2,3,2
03,3,3,3,3
04,3,3,3,3
05,2,2,2,2
06,1,2,3,4
07,4,4,4,4
08,1,1,2,1
09,2,2,2,2
10,,5,5,5
11,,,1,1
12,,3,,
";

fn folder(file: &str, content: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(file), content).unwrap();
    folder
}

/// The JSON report of `score labels.csv` with these flags, which must succeed.
#[track_caller]
fn report(content: &str, flags: &str) -> Value {
    let folder = folder("labels.csv", content);
    let arguments: Vec<&str> = ["score", "labels.csv"]
        .into_iter()
        .chain(flags.split(' '))
        .collect();
    let (exit, report) = json_report(folder.path(), &arguments);
    assert_eq!(exit, 0, "{report}");
    report
}

#[track_caller]
fn assert_value(estimate: &Value, expect: f64) {
    let value = estimate["value"].as_f64();
    assert!(
        value.is_some_and(|value| (value - expect).abs() < 5e-4),
        "{estimate} for {expect}"
    );
    let bounds = (estimate["low"].as_f64(), estimate["high"].as_f64());
    if let (Some(low), Some(high)) = bounds {
        assert!(low <= expect && expect <= high, "{estimate}");
    } else {
        assert!(estimate["interval_undefined"].is_string(), "{estimate}");
    }
}

#[test]
fn krippendorffs_example_has_the_published_values_at_every_level_of_measurement() {
    let score = |scheme: &str| {
        let flags = format!("--raters A,B,C,D --id unit --scheme {scheme}");
        report(KRIPPENDORFF, &flags)["metrics"].clone()
    };
    assert_value(&score("nominal")["krippendorff_alpha"], 0.743);
    let ordinal = score("ordinal");
    assert_value(&ordinal["krippendorff_alpha"], 0.743);
    assert_value(&ordinal["krippendorff_alpha_ordinal"], 0.815);
    let numeric = score("numeric");
    assert_value(&numeric["krippendorff_alpha_interval"], 0.849);
    assert_value(&numeric["krippendorff_alpha_ratio"], 0.797);
    assert_eq!(
        numeric["krippendorff_alpha_interval"]["method"],
        "cluster_jackknife"
    );
}

#[test]
fn gaps_are_counted_and_leave_fleiss_kappa_undefined() {
    let report = report(KRIPPENDORFF, "--raters A,B,C,D --id unit --scheme nominal");
    assert_eq!(
        report["items"],
        json!({
            "total": 12, "scored": 11, "clusters": 11, "rated_once": 1, "unrated": 0,
            "ratings": {"A": 9, "B": 11, "C": 10, "D": 11},
            "missing": {"A": 3, "B": 1, "C": 2, "D": 1},
            "excluded": {"A": 0, "B": 0, "C": 0, "D": 0},
        })
    );
    let metrics = &report["metrics"];
    assert_eq!(
        metrics["fleiss_kappa"],
        json!({"value": null, "undefined": "unequal_number_of_ratings"})
    );
    assert_eq!(metrics["krippendorff_alpha"]["n"], 11);
    // Of the 11 items 8 agree throughout; the pairs that agree are 1/2, 0 and 1/2 of the others.
    assert_value(&metrics["agreement"], (8.0 + 0.5 + 0.0 + 0.5) / 11.0);
    // An item rated once counts for the shares of the labels.
    assert_eq!(metrics["gwet_ac1"]["n"], 12);
}

/// Three runs of one prompt over 16 sessions: the first case of tests/golden/multirater.json.
const THREE_RUNS: &str = "id,account,one,two,three
01,a,test,test,test
02,a,test,fix,fix
03,a,build,build,build
04,b,orchestrate,test,orchestrate
05,b,orchestrate,orchestrate,orchestrate
06,b,build,build,build
07,c,orchestrate,orchestrate,fix
08,c,fix,fix,fix
09,d,orchestrate,orchestrate,orchestrate
10,d,build,orchestrate,orchestrate
11,e,build,build,build
12,e,build,build,orchestrate
13,f,test,orchestrate,orchestrate
14,f,orchestrate,build,build
15,g,test,test,test
16,g,test,test,build
";
const RUNS: &str = "--raters one,two,three --scheme nominal --id id";

#[test]
fn complete_ratings_have_every_figure_with_an_interval() {
    let report = report(THREE_RUNS, RUNS);
    assert_eq!(report["schema"], "labelgate.report/1");
    assert_eq!(report["classifier"], "labels.csv");
    assert_eq!(report["scheme"], "nominal");
    assert_eq!(
        report["labels"],
        json!(["build", "fix", "orchestrate", "test"])
    );
    assert_eq!(report["raters"], json!(["one", "two", "three"]));
    assert_eq!(report["manifest"]["level"], 0.95);
    let metrics = report["metrics"].as_object().unwrap();
    let expected = [
        ("agreement", 0.666_667),
        ("fleiss_kappa", 0.539_016),
        ("gwet_ac1", 0.560_808),
    ];
    for (metric, value) in expected {
        assert_value(&metrics[metric], value);
    }
    for (metric, estimate) in metrics {
        assert_eq!(estimate["method"], "delta", "{metric}");
        assert_eq!(estimate["n"], 16, "{metric}");
    }
    assert_eq!(
        report["label_counts"]["counts"],
        json!([[5, 1, 5, 5], [5, 2, 5, 4], [5, 3, 6, 2]])
    );
}

#[test]
fn intervals_are_of_clusters_where_items_have_some() {
    let report = report(THREE_RUNS, &format!("{RUNS} --cluster account"));
    assert_eq!(report["items"]["clusters"], 7);
    let alpha = &report["metrics"]["krippendorff_alpha"];
    assert_eq!(alpha["method"], "clustered_delta");
    assert_eq!(alpha["clusters"], 7);
    assert_eq!(alpha["flags"], json!(["few_clusters"]));
}

#[test]
fn two_raters_agree_as_a_candidate_agrees_with_a_reference() {
    let raters = report(THREE_RUNS, &format!("{RUNS} --cluster account"));
    let pairs = raters["pairs"].as_array().unwrap();
    let names: Vec<&Value> = pairs.iter().map(|pair| &pair["raters"]).collect();
    assert_eq!(
        json!(names),
        json!([["one", "two"], ["one", "three"], ["two", "three"]])
    );
    let flags = "--reference one --candidate three --scheme nominal --id id --cluster account";
    let scored = report(THREE_RUNS, flags);
    for metric in ["agreement", "cohen_kappa"] {
        assert_eq!(pairs[1][metric], scored["metrics"][metric], "{metric}");
    }
    assert_eq!(pairs[1]["n"], 16);
}

#[test]
fn of_two_raters_agreement_is_that_of_the_pair() {
    let report = report("a,b\n1,1\n2,2\n1,1\n", "--raters a,b --scheme nominal");
    assert_eq!(
        report["metrics"]["agreement"],
        report["pairs"][0]["agreement"]
    );
    assert_eq!(report["metrics"]["agreement"]["method"], "wilson");
}

#[test]
fn an_excluded_label_counts_as_missing() {
    let content = "a,b,c\nx,x,x\ny,y,none\ny,none,none\nnone,none,none\nx,y,x\n";
    let flags = "--raters a,b,c --scheme nominal --labels x,y,none --exclude none";
    let report = report(content, flags);
    assert_eq!(report["labels"], json!(["x", "y"]));
    let items = &report["items"];
    assert_eq!(items["scored"], 3);
    assert_eq!(items["rated_once"], 1);
    assert_eq!(items["unrated"], 1);
    assert_eq!(items["excluded"], json!({"a": 1, "b": 2, "c": 3}));
    assert_value(
        &report["metrics"]["agreement"],
        (1.0 + 1.0 + 1.0 / 3.0) / 3.0,
    );
}

#[test]
fn numbers_are_compared_on_the_scale_asked_for() {
    let content = "a,b\n1,2\n10,20\n100,200\n1000,2000\n";
    let linear = report(content, "--raters a,b --scheme numeric");
    let log = report(content, "--raters a,b --scheme numeric --scale log");
    let ratio = "krippendorff_alpha_ratio";
    assert_eq!(linear["metrics"][ratio], log["metrics"][ratio]);
    assert_value(&log["pairs"][0]["bias"], std::f64::consts::LN_2);
    assert_value(&log["pairs"][0]["mae"], std::f64::consts::LN_2);
    assert_eq!(log["labels"], json!([]));
    assert!(log.get("label_counts").is_none());
}

#[test]
fn numbers_have_no_weighted_alpha() {
    let flags = "--raters a,b --scheme numeric --weight w";
    let report = report("a,b,w\n1,2,1\n3,3,2\n", flags);
    let alpha = &report["metrics"]["krippendorff_alpha_interval"];
    assert_eq!(alpha["undefined"], "not_weighted");
}

#[test]
fn slices_have_figures_of_their_own() {
    let report = report(THREE_RUNS, &format!("{RUNS} --slice account"));
    let slices = report["slices"].as_array().unwrap();
    assert_eq!(slices.len(), 7);
    assert_eq!(slices[0]["slice"], "account");
    assert_eq!(slices[0]["value"], "a");
    assert_eq!(slices[0]["items"]["scored"], 3);
    assert_value(&slices[0]["metrics"]["agreement"], 7.0 / 9.0);
    assert_eq!(slices[0]["pairs"].as_array().unwrap().len(), 3);
}

#[test]
fn people_read_figures_pairs_and_who_gave_which_label() {
    let folder = folder("labels.csv", KRIPPENDORFF);
    let flags = "score labels.csv --raters A,B,C,D --id unit --scheme ordinal --labels 1,2,3,4,5";
    let arguments: Vec<&str> = flags.split(' ').collect();
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    insta::assert_snapshot!(text(&output.stdout), @r"
      labelgate 0.1.0 · score · 12 items · labels.csv · 95 % intervals

    labels.csv
      4 raters: 11 of 12 items rated by two or more, 11 clusters, 1 rated only once

                                  all raters
      agreement                   0.82 [0.63, 1.00]*
      fleiss_kappa                undefined: items differ in their number of ratings
      krippendorff_alpha          0.74 [0.48, 1.00]*
      krippendorff_alpha_ordinal  0.82 [0.55, 1.00]*
      gwet_ac1                    0.78 [0.51, 1.00]*

      Pairs

      raters     both rated  agreement           cohen_kappa         kappa_quadratic
      A       B           9  0.89 [0.57, 0.98]*  0.84 [0.56, 1.00]*  0.94 [0.82, 1.00]*
      A       C           8  0.62 [0.31, 0.86]*  0.48 [0.06, 0.90]*  0.54 [0.05, 1.00]*
      A       D           9  0.89 [0.57, 0.98]*  0.85 [0.58, 1.00]*  0.55 [-0.16, 1.00]*
      B       C           9  0.67 [0.35, 0.88]*  0.54 [0.12, 0.97]*  0.86 [0.68, 1.00]*
      B       D          10  0.90 [0.60, 0.98]*  0.87 [0.63, 1.00]*  0.87 [0.61, 1.00]*
      C       D          10  0.70 [0.40, 0.89]*  0.62 [0.26, 0.97]*  0.89 [0.76, 1.00]*

      Ratings by rater and label

      rater  ratings  missing  1  2  3  4  5
      A            9        3  3  3  2  1  ·
      B           11        1  2  4  3  1  1
      C           10        2  1  3  4  1  1
      D           11        1  3  3  2  2  1
      * Too few clusters to trust the interval (fewer than 20, or under 8 degrees of freedom): gates on it are inconclusive,
      whatever it says.
    ");

    let markdown = [&arguments[..], &["-o", "-", "--format", "markdown"]].concat();
    let output = labelgate(folder.path(), &markdown);
    assert_eq!(code(&output), 0);
    let page = text(&output.stdout);
    assert!(page.contains("| A | B | 9 | "), "{page}");
    assert!(
        page.contains("| krippendorff_alpha_ordinal | 0.8"),
        "{page}"
    );
}

/// `score labels.csv` with these flags fails with exit code 2 and says so.
#[track_caller]
fn check_fault(content: &str, flags: &str, expect: &str) {
    let folder = folder("labels.csv", content);
    let arguments: Vec<&str> = ["score", "labels.csv"]
        .into_iter()
        .chain(flags.split(' '))
        .collect();
    let output = labelgate(folder.path(), &arguments);
    let errors = text(&output.stderr);
    assert_eq!(code(&output), 2, "{errors}");
    assert!(errors.contains(expect), "{errors}");
}

#[test]
fn an_unknown_rater_is_met_with_the_nearest_column() {
    check_fault(
        "alice,bert\n1,1\n",
        "--raters alice,bret --scheme nominal",
        "did you mean `bert`?",
    );
}

#[test]
fn raters_are_two_or_more_columns_with_a_scheme() {
    let content = "a,b\n1,1\n";
    check_fault(
        content,
        "--raters a --scheme nominal",
        "at least two columns",
    );
    check_fault(content, "--raters a,a --scheme nominal", "names `a` twice");
    check_fault(content, "--raters a,b", "needs --scheme");
}

#[test]
fn raters_have_no_candidate_reference_baseline_rule_or_second_file() {
    for flag in ["candidate", "reference", "baseline", "rule"] {
        let flags = format!("--raters a,b --scheme nominal --{flag} a");
        check_fault("a,b\n1,1\n", &flags, "cannot be used with");
    }
    let flags = "--raters a,b --scheme nominal --id a --against other.csv";
    check_fault("a,b\n1,1\n", flags, "cannot be used with");
}

#[test]
fn ratings_without_a_second_one_are_no_success() {
    let folder = folder("labels.csv", "a,b\n1,\n,2\n,1\n2,\n");
    let flags = "score labels.csv --raters a,b --scheme nominal -o report.json";
    let output = labelgate(folder.path(), &flags.split(' ').collect::<Vec<_>>());
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("no item was rated twice"));
    let written = fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report = crate::schema::read(written.as_bytes()).unwrap();
    assert_eq!(report["items"]["rated_once"], 4);
    let agreement = &report["metrics"]["agreement"];
    assert_eq!(agreement["undefined"], "no_pairable_values");
}

#[test]
fn raters_of_a_classifier_are_refused_rather_than_ignored() {
    let folder = super::cli::project();
    let arguments = [
        "score",
        "work_mode",
        "--raters",
        "a,b",
        "--scheme",
        "nominal",
    ];
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("is for a file of labels"));
}
