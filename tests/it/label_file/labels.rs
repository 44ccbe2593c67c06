use labelgate::label_file::SchemeWord;

use super::*;

#[test]
fn the_labels_found_on_any_side_are_the_labels_sorted() {
    let spec = Spec {
        baseline: Some("b".into()),
        ..spec()
    };
    let study = read(&spec, "r,c,b\nfix,fix,new\nbuild,ask,fix\n");
    assert_eq!(
        ids(study.scheme.labels().unwrap()),
        ["ask", "build", "fix", "new"]
    );
    let study = read(&super::spec(), "r,c\n10,9\n9,10\n2,x\n");
    assert_eq!(ids(study.scheme.labels().unwrap()), ["2", "9", "10", "x"]);
}

#[test]
fn declared_labels_stay_in_their_order_and_all_else_is_unparsed() {
    let spec = Spec {
        labels: Some(words(&["fix", " build", "ask"])),
        ..spec()
    };
    let study = read(&spec, "r,c\nfix,FIX\nbuild,bild\nfix,fix\n");
    assert_eq!(ids(study.scheme.labels().unwrap()), ["fix", "build", "ask"]);
    let unparsed = "!`bild` is not a label of the scheme";
    assert_eq!(outcomes(&study, &study.candidate), ["fix", unparsed, "fix"]);
    assert_eq!(study.candidate.n_normalised, 1);
}

#[test]
fn the_first_spelling_of_the_reference_wins() {
    let study = read(&spec(), "r,c\nBuild,build\nbuild,Build\nfix, fix\n");
    assert_eq!(ids(study.scheme.labels().unwrap()), ["Build", "fix"]);
    assert_eq!(reference(&study), ["Build", "Build", "fix"]);
    assert_eq!(study.candidate.n_normalised, 2);
}

#[test]
fn an_empty_cell_is_missing_and_no_outcome() {
    let study = read(&spec(), "r,c\n,a\na,\nb, \nb,b\n");
    assert_eq!(reference(&study), ["-", "a", "b", "b"]);
    assert_eq!(outcomes(&study, &study.candidate), ["a", "-", "-", "b"]);
}

#[test]
fn an_abstention_is_an_outcome_and_an_excluded_label_stays_a_label() {
    let spec = Spec {
        abstain: words(&["Unclear"]),
        exclude: words(&["test"]),
        ..spec()
    };
    let study = read(&spec, "r,c\na,unclear\ntest,b\nb,test\n");
    assert_eq!(
        outcomes(&study, &study.candidate),
        ["~unclear", "b", "test"]
    );
    assert_eq!(reference(&study), ["a", "test", "b"]);
    let set = study.scheme.labels().unwrap();
    assert_eq!(
        set.scored().map(|label| set.id(label)).collect::<Vec<_>>(),
        ["a", "b", "unclear"]
    );
}

#[test]
fn an_abstention_that_does_not_occur_is_noted_with_the_nearest_label() {
    let spec = Spec {
        abstain: words(&["uncler"]),
        ..spec()
    };
    let study = read(&spec, "r,c\na,unclear\na,a\n");
    assert!(
        study
            .notes
            .iter()
            .any(|note| note == "`--abstain uncler` occurs nowhere; did you mean `unclear`?")
    );
}

#[test]
fn one_label_throughout_is_no_fault() {
    let study = read(&spec(), "r,c\na,a\na,a\n");
    assert_eq!(ids(study.scheme.labels().unwrap()), ["a"]);
    let spec = Spec {
        exclude: words(&["a"]),
        ..spec()
    };
    assert_eq!(
        read(&spec, "r,c\na,a\n")
            .scheme
            .labels()
            .unwrap()
            .scored()
            .count(),
        0
    );
}

#[test]
fn ordinal_labels_without_a_declared_order_are_sorted_and_that_is_noted() {
    let spec = Spec {
        scheme: SchemeWord::Ordinal,
        ..spec()
    };
    let study = read(&spec, "r,c\n10,9\n9,10\n");
    assert_eq!(ids(study.scheme.labels().unwrap()), ["9", "10"]);
    assert!(
        study.notes[0].contains("ordered as numbers: `9` < `10`;"),
        "{:?}",
        study.notes
    );
    let study = read(&spec, "r,c\nlow,mid\nmid,high\n");
    assert!(study.notes[0].contains("in alphabetical order: `high` < `low` < `mid`;"));
    let spec = Spec {
        labels: Some(words(&["low", "high"])),
        ..spec
    };
    assert_eq!(read(&spec, "r,c\nlow,high\n").notes, [] as [&str; 0]);
}

#[test]
fn a_label_that_only_the_candidate_gives_is_noted() {
    let study = read(&spec(), "r,c\na,garbage\nb,a\nNA,a\n");
    assert!(
        study.notes[0].starts_with("`NA` counts as a label"),
        "{:?}",
        study.notes
    );
    assert!(
        study.notes[1].starts_with("only `c` has `garbage`"),
        "{:?}",
        study.notes
    );
}

#[test]
fn labels_are_numbers_and_booleans_of_json_too() {
    let text = "{\"r\":5,\"c\":5.0}\n{\"r\":\"5\",\"c\":true}\n{\"r\":6,\"c\":[1]}\n{\"c\":null}\n";
    let study = study(&spec(), &table("a.jsonl", text), None).unwrap();
    assert_eq!(reference(&study), ["5", "5", "6", "-"]);
    assert_eq!(
        outcomes(&study, &study.candidate),
        ["5", "true", "!the label is a list", "-"]
    );
    assert_eq!(study.candidate.n_normalised, 0);
}

#[test]
fn numbers_are_kept_as_written_and_what_is_none_is_unparsed() {
    let spec = Spec {
        scheme: SchemeWord::Numeric,
        ..spec()
    };
    let study = read(&spec, "r,c\n1.5, 2e2\n-3,x\n,4\n0,\n");
    assert_eq!(reference(&study), ["1.5", "-3", "-", "0"]);
    assert_eq!(
        outcomes(&study, &study.candidate),
        ["200", "!`x` is not a number", "4", "-"]
    );
    let spec = Spec { log: true, ..spec };
    let study = read(&spec, "r,c\n1,2\n3,-1\n2,0\n");
    let expect = ["2", "!`-1` is not positive", "!`0` is not positive"];
    assert_eq!(outcomes(&study, &study.candidate), expect);
}

#[test]
fn rows_without_ids_are_numbered_in_their_order() {
    let text = format!("r,c\n{}", "a,a\n".repeat(12));
    let items = read(&spec(), &text).items;
    assert_eq!(
        (&*items.items[0].id, &*items.items[11].id),
        ("row 01", "row 12")
    );
    assert_eq!(items.position("row 10"), Some(9));
    assert_eq!(items.clusters.len(), 12);
}

#[test]
fn items_stand_in_the_order_of_their_ids_with_what_belongs_to_them() {
    let spec = Spec {
        id: Some("i".into()),
        cluster: Some("k".into()),
        slices: words(&["s", "t", "s"]),
        weight: Some("w".into()),
        ..spec()
    };
    let study = read(
        &spec,
        "i,k,s,t,w,r,c\nz,one,x,,2,a,b\ny,two,,5,0.5,b,b\nx,one,x,6,1,a,a\n",
    );
    let items = &study.items;
    assert_eq!(
        items.items.iter().map(|item| &*item.id).collect::<String>(),
        "xyz"
    );
    assert_eq!(
        items
            .items
            .iter()
            .map(|item| item.cluster)
            .collect::<Vec<_>>(),
        [0, 1, 0]
    );
    assert_eq!(items.clusters, ["one".into(), "two".into()]);
    assert_eq!(items.slices, ["s".into(), "t".into()]);
    assert_eq!(items.items[0].slices, [Some("x".into()), Some("6".into())]);
    assert_eq!(items.items[1].slices, [None, Some("5".into())]);
    assert_eq!(study.weights, Some(vec![1.0, 0.5, 2.0]));
    assert_eq!(reference(&study), ["a", "b", "a"]);
    assert_eq!(outcomes(&study, &study.candidate), ["a", "b", "b"]);
}

#[test]
fn a_column_scored_against_itself_is_noted() {
    let spec = Spec {
        candidate: "r".into(),
        ..spec()
    };
    let study = read(&spec, "r\na\nb\n");
    assert_eq!(
        study.notes,
        ["candidate and reference are the same column, `r`"]
    );
}

#[test]
fn a_million_rows_are_no_burden() {
    let mut text = String::from("i,k,r,c,n\n");
    for row in 0..1_000_000 {
        let label = ["a", "b", "c", "d"][row % 4];
        let other = ["a", "B", "c"][row % 3];
        text += &format!(
            "{},{},{label},{other},{row}\n",
            row * 7 % 1_000_003,
            row % 50_000
        );
    }
    let spec = Spec {
        id: Some("i".into()),
        cluster: Some("k".into()),
        rules: words(&["many: label in [\"a\"] => n > 5"]),
        ..spec()
    };
    let study = read(&spec, &text);
    assert_eq!(
        (study.items.len(), study.items.clusters.len()),
        (1_000_000, 50_000)
    );
    assert_eq!(study.candidate.n_normalised, 333_333);
}
