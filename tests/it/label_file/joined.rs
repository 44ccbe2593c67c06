use super::*;

fn joined() -> Spec {
    Spec {
        candidate: "label".into(),
        reference: "label".into(),
        id: Some("id".into()),
        ..Spec::default()
    }
}

const CANDIDATE: &str = "id,label,n\ns3,b,3\ns1,a,1\ns4,a,4\n";

fn against(spec: &Spec, reference: &str) -> Result<Study, Vec<Fault>> {
    study(
        spec,
        &table("cand.csv", CANDIDATE),
        Some(&table("ref.csv", reference)),
    )
}

#[track_caller]
fn check_against(spec: &Spec, reference: &str, expect: &[&str]) {
    check_begin(
        &shown(&against(spec, reference).expect_err("faults")),
        expect,
    );
}

#[test]
fn the_items_are_those_of_both_files() {
    let study = against(&joined(), "label,id\nb,s1\na,s2\nb,s3\n").unwrap();
    assert_eq!(
        study
            .items
            .items
            .iter()
            .map(|item| &*item.id)
            .collect::<String>(),
        "s1s2s3s4"
    );
    assert_eq!(reference(&study), ["b", "a", "b", "-"]);
    assert_eq!(outcomes(&study, &study.candidate), ["a", "-", "b", "a"]);
    assert_eq!(study.notes, [] as [&str; 0]);
}

#[test]
fn what_is_known_of_an_item_comes_from_whichever_file_has_it() {
    let spec = Spec {
        cluster: Some("k".into()),
        weight: Some("n".into()),
        rules: words(&["m: label == \"a\" => m > n"]),
        ..joined()
    };
    let study = against(&spec, "id,label,k,m\ns1,b,x,5\ns2,a,x,\ns3,b,y,7\n").unwrap();
    let clusters: Vec<_> = study.items.items.iter().map(|item| item.cluster).collect();
    assert_eq!(clusters, [0, 0, 1, 2]);
    assert_eq!(study.items.clusters, ["x".into(), "y".into(), "s4".into()]);
    assert_eq!(study.weights, Some(vec![1.0, 0.0, 3.0, 4.0]));
    assert_eq!(study.items.telemetry.len(), 2);
}

#[test]
fn the_first_rater_is_the_reference_unless_another_is_named() {
    let reference_text = "id,rater,label\ns1,ann,b\ns1,ben,a\ns3,ann,a\ns9,ben,b\n";
    let study = against(&joined(), reference_text).unwrap();
    assert_eq!(reference(&study), ["b", "a", "-"]);
    assert_eq!(
        study.notes,
        [
            "`ref.csv` has labels of `ann`, `ben`: those of `ann` are the reference, `--rater` takes \
          others"
        ]
    );
    let spec = Spec {
        rater: Some("ben".into()),
        ..joined()
    };
    let study = against(&spec, reference_text).unwrap();
    assert_eq!(reference(&study), ["a", "-", "-", "b"]);
    assert_eq!(study.notes, [] as [&str; 0]);
}

#[test]
fn a_rater_labels_an_item_once() {
    check_against(
        &joined(),
        "id,rater,label\ns1,ann,b\ns1,ben,b\ns1,ann,a\ns3,,a\n",
        &[
            "ref.csv:5:4: no rater",
            "ref.csv:4:1: the id `s1` stands on line 2 already; an item has one row of each rater",
        ],
    );
}

#[test]
fn an_unknown_rater_is_answered_with_the_nearest() {
    let spec = Spec {
        rater: Some("anne".into()),
        ..joined()
    };
    check_against(
        &spec,
        "id,rater,label\ns1,ann,b\ns1,ben,b\n",
        &["ref.csv:1:1: no rater `anne`; did you mean `ann`? The raters are `ann`, `ben`"],
    );
    let expect = "ref.csv:1:1: no column `rater`, which `--rater` needs; the file has `id`";
    check_against(&spec, "id,label\ns1,b\n", &[expect]);
}

#[test]
fn files_are_joined_on_an_id_that_both_have() {
    let spec = Spec {
        id: None,
        ..joined()
    };
    check_against(
        &spec,
        "id,label\ns1,a\n",
        &[
            "(command line): `--against` needs `--id COLUMN`, to know which rows belong together; \
           columns of both files: `id`, `label`",
        ],
    );
    let expect = "ref.csv:1:1: no column `id`, which `--id` names; did you mean `ids`?";
    check_against(&joined(), "ids,label\ns1,a\n", &[expect]);
}

#[test]
fn files_without_a_common_id_are_a_fault_that_shows_both() {
    check_against(
        &joined(),
        "id,label\nS-1,a\nS-3,b\n",
        &[
            "cand.csv:1:1: no `id` of `cand.csv` is in `ref.csv`; `cand.csv` has `s3`, `s1`, `s4`; \
           `ref.csv` has `S-1`, `S-3`: check",
        ],
    );
}

#[test]
fn the_reference_column_is_looked_for_in_the_reference_file() {
    let spec = Spec {
        reference: "n".into(),
        ..joined()
    };
    let expect = "ref.csv:1:1: no column `n`, which `--reference` names; the file has";
    check_against(&spec, "id,label\ns1,a\n", &[expect]);
}

#[test]
fn ids_of_json_and_csv_are_the_same_text() {
    let one = table(
        "c.jsonl",
        "{\"id\":1,\"label\":\"a\"}\n{\"id\":2.0,\"label\":\"b\"}\n",
    );
    let other = table("r.csv", "id,label\n2,b\n1,a\n");
    let study = study(&joined(), &one, Some(&other)).unwrap();
    assert_eq!(reference(&study), outcomes(&study, &study.candidate));
}

#[test]
fn columns_of_the_same_name_are_told_apart_by_their_files() {
    check_against(
        &joined(),
        "id,label\ns1,A1\ns3,B1\n",
        &[
            "cand.csv:1:1: `label` of `cand.csv` and `label` of `ref.csv` have no label in common; \
           `label` of `cand.csv` has `a`, `b`, `label` of `ref.csv` has `A1`, `B1`: check",
        ],
    );
}
