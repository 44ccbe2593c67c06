use labelgate::label_file::SchemeWord;

use super::*;

const TEXT: &str = "id,r,c,w\ns1,a,b,1\ns2,b,a,2\n";

#[test]
fn a_flag_that_names_no_column_is_answered_with_the_nearest() {
    let spec = Spec {
        candidate: "cc".into(),
        cluster: Some("account".into()),
        ..spec()
    };
    check_faults(
        &spec,
        TEXT,
        &[
            "a.csv:1:1: no column `cc`, which `--candidate` names; did you mean `c`? The file has",
            "a.csv:1:1: no column `account`, which `--cluster` names; the file has `id`, `r`",
        ],
    );
}

#[test]
fn every_column_that_is_lacking_is_named() {
    let spec = Spec {
        baseline: Some("x1".into()),
        reference: "x2".into(),
        id: Some("x3".into()),
        slices: words(&["x4"]),
        weight: Some("x5".into()),
        ..spec()
    };
    let faults = shown(&study(&spec, &table("a.csv", TEXT), None).unwrap_err()).join("\n");
    for flag in ["--baseline", "--reference", "--id", "--slice", "--weight"] {
        assert!(
            faults.contains(&format!("which `{flag}` names")),
            "{flag} in\n{faults}"
        );
    }
}

#[test]
fn flags_that_do_not_fit_the_scheme_are_faults() {
    let spec = Spec {
        log: true,
        ..spec()
    };
    check_faults(
        &spec,
        TEXT,
        &["(command line): `--scale log` is for numbers"],
    );
    let spec = Spec {
        scheme: SchemeWord::Numeric,
        labels: Some(words(&["a"])),
        abstain: words(&["a"]),
        exclude: words(&["b"]),
        ..spec
    };
    check_faults(
        &spec,
        TEXT,
        &[
            "(command line): `--labels` names labels, and a numeric scheme has none; leave",
            "(command line): `--abstain` names labels",
            "(command line): `--exclude` names labels",
        ],
    );
}

#[test]
fn declared_labels_must_be_two_that_can_be_told_apart() {
    let faults = |labels: &[&str], expect: &str| {
        let spec = Spec {
            labels: Some(words(labels)),
            ..spec()
        };
        check_faults(&spec, TEXT, &[expect]);
    };
    faults(
        &["a", "A "],
        "(command line): `--labels`: labels `a` and `A` cannot be told apart",
    );
    faults(&["a"], "(command line): `--labels`: at least two labels");
    faults(
        &["a", ""],
        "(command line): `--labels`: a label may not be empty",
    );
}

#[test]
fn abstentions_and_excluded_labels_must_be_declared() {
    let spec = Spec {
        labels: Some(words(&["a", "b", "unclear"])),
        abstain: words(&["uncler"]),
        exclude: words(&["zzz"]),
        ..spec()
    };
    check_faults(
        &spec,
        TEXT,
        &[
            "(command line): `--abstain uncler` is none of the labels; did you mean `unclear`? \
             `--labels` has `a`, `b`, `unclear`",
            "(command line): `--exclude zzz` is none of the labels; `--labels` has",
        ],
    );
    let both = words(&["a"]);
    let spec = Spec {
        abstain: both.clone(),
        exclude: both,
        ..super::spec()
    };
    check_faults(&spec, TEXT, &["(command line): `a` cannot be both"]);
}

#[test]
fn a_reference_outside_the_declared_labels_is_a_fault_with_its_place() {
    let spec = Spec {
        labels: Some(words(&["build", "fix"])),
        ..spec()
    };
    check_faults(
        &spec,
        "r,c\nbuild,fix\nbuid,fix\n\"x\ny\",fix\n",
        &[
            "a.csv:3:1: `buid` is none of the labels; did you mean `build`? The labels are \
             `build`, `fix`",
            "a.csv:4:2: `x y` is none of the labels; the labels are",
        ],
    );
}

#[test]
fn a_reference_without_a_number_is_a_fault() {
    let spec = Spec {
        scheme: SchemeWord::Numeric,
        ..spec()
    };
    let text = "r,c\n1,1\nNA,2\n-1,3\n";
    check_faults(
        &spec,
        text,
        &["a.csv:3:1: `NA` is not a number; leave a cell empty"],
    );
    let spec = Spec { log: true, ..spec };
    check_faults(
        &spec,
        text,
        &[
            "a.csv:3:1: `NA` is not a number",
            "a.csv:4:1: `-1` is not positive; `--scale log`",
        ],
    );
}

#[test]
fn labels_that_have_nothing_in_common_are_a_fault_that_shows_both() {
    check_faults(
        &spec(),
        "r,c\n1,1.0\n2,2.0\n1,\n",
        &["a.csv:1:1: `c` and `r` have no label in common; `c` has `1.0`, `2.0`, `r` has `1`, `2`"],
    );
    let declared = Spec {
        labels: Some(words(&["1", "2"])),
        ..spec()
    };
    check_faults(
        &declared,
        "r,c\n1,1.0\n2,2.0\n1,\n",
        &[
            "a.csv:1:1: no cell of `c` holds one of the labels; it has `1.0`, `2.0`, and the labels \
           are `1`, `2`",
        ],
    );
    let numeric = Spec {
        scheme: SchemeWord::Numeric,
        ..spec()
    };
    check_faults(
        &numeric,
        "r,c\n1,a\n",
        &["a.csv:1:1: no cell of `c` is a number; it has `a`"],
    );
    let baseline = Spec {
        baseline: Some("b".into()),
        ..spec()
    };
    check_faults(
        &baseline,
        "r,c,b\n1,1,x\n",
        &["a.csv:1:1: `b` and `r` have no label in common"],
    );
    // Whoever only abstains may still mean the same labels.
    let abstain = Spec {
        abstain: words(&["x"]),
        ..spec()
    };
    assert!(study(&abstain, &table("a.csv", "r,c\n1,x\n"), None).is_ok());
}

#[test]
fn a_column_of_texts_is_not_taken_for_labels() {
    let text: String = (0..1001).map(|row| format!("a,text {row}\n")).collect();
    check_faults(
        &spec(),
        &format!("r,c\n{text}"),
        &["a.csv:1:1: `c` holds 1001 different labels; it has `text 0`, `text 1`"],
    );
    let text: String = (0..1001).map(|row| format!("{row}.5,1\n")).collect();
    let faults = ["a.csv:1:1: `r` holds 1001 different labels; say `--scheme numeric`"];
    check_faults(&spec(), &format!("r,c\n{text}"), &faults);
}

#[test]
fn columns_without_any_label_are_a_fault() {
    check_faults(
        &spec(),
        "r,c\n,\n, \n",
        &["(command line): no cell of `r`, `c` holds a label"],
    );
}

#[test]
fn an_id_stands_in_one_row_only() {
    let spec = Spec {
        id: Some("id".into()),
        ..spec()
    };
    check_faults(
        &spec,
        "id,r,c\ns1,a,b\n,a,b\ns1,b,a\n",
        &[
            "a.csv:3:1: no id; give every row an id",
            "a.csv:4:1: the id `s1` stands on line 2 already; an item has one row",
        ],
    );
}

#[test]
fn every_item_has_a_cluster() {
    let spec = Spec {
        cluster: Some("k".into()),
        ..spec()
    };
    check_faults(
        &spec,
        "r,c,k\na,b,x\nb,a,\n",
        &["a.csv:3:5: the cluster is empty; every item"],
    );
}

#[test]
fn weights_are_numbers_from_0_up_and_not_all_0() {
    let spec = Spec {
        weight: Some("w".into()),
        ..spec()
    };
    check_faults(
        &spec,
        "r,c,w\na,b,x\nb,a,-1\na,a,inf\nb,b,\na,a,0\n",
        &[
            "a.csv:2:5: `x` is no weight; a weight is a number from 0 up",
            "a.csv:3:5: `-1` is no weight",
            "a.csv:4:5: `inf` is no weight",
            "a.csv:5:5: no weight",
        ],
    );
    check_faults(
        &spec,
        "r,c,w\na,b,0\nb,a,0\n",
        &["a.csv:1:1: every weight in `w` is 0"],
    );
}

#[test]
fn a_rater_is_chosen_only_in_a_file_of_references() {
    let spec = Spec {
        rater: Some("ann".into()),
        ..spec()
    };
    check_faults(
        &spec,
        TEXT,
        &["(command line): `--rater` chooses among the raters of a file"],
    );
}

#[test]
fn a_file_wrong_on_every_line_is_summed_up() {
    let spec = Spec {
        labels: Some(words(&["a", "b"])),
        ..spec()
    };
    let text: String = (0..80).map(|_| "x,a\n").collect();
    let faults = study(&spec, &table("a.csv", &format!("r,c\n{text}")), None).unwrap_err();
    assert_eq!(faults.len(), 51);
    assert_eq!(faults[50].message, "and 30 more like these");
}
