//! Published label files, where they are at hand.

use std::collections::BTreeMap;

use labelgate::label_file::{PanelSpec, SchemeWord, panel};

use super::*;

/// The file, or a word about it where it is not at hand.
fn published(path: &str) -> Result<Table, String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let bytes = std::fs::read(format!("{root}/../shared/data/agreement/{path}"))
        .map_err(|error| format!("skipped: {path}: {error}"))?;
    Ok(labelgate::table::read(Path::new(path), bytes).expect("a table"))
}

fn counted(labels: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for label in labels {
        *counts.entry(&**label).or_default() += 1;
    }
    counts
}

/// How many items have this label on both sides.
fn n_agree(study: &Study, label: &str) -> usize {
    let candidate = outcomes(study, &study.candidate);
    let both = reference(study).into_iter().zip(candidate);
    both.filter(|(one, other)| one == label && other == label)
        .count()
}

fn of(candidate: &str, reference: &str) -> Spec {
    Spec {
        candidate: candidate.into(),
        reference: reference.into(),
        id: Some("item_id".into()),
        ..Spec::default()
    }
}

#[test]
fn the_yardstick_files_are_read_with_their_counts() {
    let table = match published("yardstick/two_class_example.csv") {
        Ok(table) => table,
        Err(skipped) => return println!("{skipped}"),
    };
    let two = study(&of("predicted", "truth"), &table, None).unwrap();
    assert_eq!(
        counted(&reference(&two)),
        BTreeMap::from([("Class1", 258), ("Class2", 242)])
    );
    assert_eq!(
        (n_agree(&two, "Class1"), n_agree(&two, "Class2")),
        (227, 192)
    );

    let table = match published("yardstick/hpc_cv.csv") {
        Ok(table) => table,
        Err(skipped) => return println!("{skipped}"),
    };
    let spec = Spec {
        scheme: SchemeWord::Ordinal,
        labels: Some(words(&["VF", "F", "M", "L"])),
        cluster: Some("Resample".into()),
        rules: words(&["sure: label == \"VF\" => VF > F"]),
        ..of("pred", "obs")
    };
    let hpc = study(&spec, &table, None).unwrap();
    assert_eq!((hpc.items.len(), hpc.items.clusters.len()), (3467, 10));
    assert_eq!(counted(&outcomes(&hpc, &hpc.candidate)).len(), 4);

    let table = match published("yardstick/solubility_test.csv") {
        Ok(table) => table,
        Err(skipped) => return println!("{skipped}"),
    };
    let spec = Spec {
        scheme: SchemeWord::Numeric,
        ..of("prediction", "solubility")
    };
    let solubility = study(&spec, &table, None).unwrap();
    assert_eq!(solubility.items.len(), 316);
    assert!(
        solubility
            .candidate
            .outcomes
            .iter()
            .all(|one| matches!(one, Some(Outcome::Ok(_))))
    );
}

#[test]
fn the_pandalm_judges_are_read_with_their_counts() {
    let table = match published("pandalm/data.csv") {
        Ok(table) => table,
        Err(skipped) => return println!("{skipped}"),
    };
    let spec = Spec {
        labels: Some(words(&["0", "1", "2"])),
        slices: words(&["model_pair", "app"]),
        ..of("pandalm_7b", "annotator1")
    };
    let judged = study(&spec, &table, None).unwrap();
    assert_eq!(judged.items.len(), 999);
    assert_eq!(counted(&outcomes(&judged, &judged.candidate)).len(), 3);

    let spec = Spec {
        candidate: "gpt_3_5_turbo".into(),
        ..spec
    };
    let judged = study(&spec, &table, None).unwrap();
    let outcomes = outcomes(&judged, &judged.candidate);
    let counts = counted(&outcomes);
    assert_eq!(counts["!`garbage` is not a label of the scheme"], 25);
    assert_eq!(counts["!`Tie` is not a label of the scheme"], 38);
    assert_eq!(counts["1"] + counts["2"], 999 - 25 - 38);

    let raters = words(&["annotator1", "annotator2", "annotator3"]);
    let spec = PanelSpec {
        raters,
        id: Some("item_id".into()),
        ..PanelSpec::default()
    };
    let panel = panel(&spec, &table).unwrap();
    assert_eq!(ids(panel.scheme.labels().unwrap()), ["0", "1", "2"]);
    assert!(
        panel
            .ratings
            .iter()
            .all(|labels| labels.iter().flatten().count() == 999)
    );
}
