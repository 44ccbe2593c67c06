//! Golden cases: values of other implementations and of exact arithmetic, met within the tolerance
//! each case carries. `tests/golden/README.md` describes the files.
//!
//! `LABELGATE_GOLDEN=DIR cargo test --release golden -- --nocapture` also checks the files in DIR.
//! To add a family: a module with `compute`, and its line in [`FAMILIES`].

mod agreement_nominal;
mod agreement_weighted;
mod answer;
mod bootstrap;
mod calibration;
mod classification;
mod cluster;
mod continuous;
mod distributions;
mod infer;
mod krippendorff;
mod listed;
mod marginal_homogeneity;
mod multirater;
mod paired_proportions;
mod power;
mod project_rules;
mod proportion_ci;
mod rank;
mod regression;
mod table;
mod take;
mod tally;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use answer::{Answers, Tolerance, compare};
use listed::LISTED;
use tally::Family;

/// What a family's module computes for one case: a value for each key it knows, or `None` for a
/// statistic it does not know.
type Compute = fn(statistic: &str, input: &Value) -> Option<Answers>;

const FAMILIES: &[(&str, Compute)] = &[
    ("agreement_nominal", agreement_nominal::compute),
    ("agreement_weighted", agreement_weighted::compute),
    ("bootstrap", bootstrap::compute),
    ("calibration", calibration::compute),
    ("classification", classification::compute),
    ("cluster", cluster::compute),
    ("confidence_sequence", infer::sequence),
    ("continuous", continuous::compute),
    ("dawid_skene", infer::pooled_raters),
    ("distributions", distributions::compute),
    ("krippendorff", krippendorff::compute),
    ("marginal_homogeneity", marginal_homogeneity::compute),
    ("multiplicity", infer::multiplicity),
    ("multirater", multirater::compute),
    ("paired_proportions", paired_proportions::compute),
    ("power", power::compute),
    ("ppi", infer::ppi),
    ("prevalence", infer::prevalence),
    ("project_rules", project_rules::compute),
    ("proportion_ci", proportion_ci::compute),
    ("rank", rank::compute),
    ("regression", regression::compute),
];

#[test]
fn the_values_of_every_golden_case_are_met() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")];
    folders.extend(std::env::var_os("LABELGATE_GOLDEN").map(PathBuf::from));
    let mut faults = Vec::new();
    for folder in folders {
        let mut n_families = 0;
        for file in family_files(&folder) {
            if let Some(family) = check_file(&file) {
                println!("{family}");
                n_families += 1;
                faults.extend(family.faults);
            }
        }
        assert!(n_families > 0, "no families in {}", folder.display());
    }
    let n_faults = faults.len();
    for fault in faults.iter().take(60) {
        println!("  {fault}");
    }
    assert!(n_faults == 0, "{n_faults} golden values are not met");
}

fn family_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("failed to read {}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
}

/// `None` for a file that is not a family.
fn check_file(path: &Path) -> Option<Family> {
    let text = std::fs::read_to_string(path).unwrap();
    let file: Value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("failed to parse {}: {error}", path.display()));
    let name = file.get("family")?.as_str()?.to_owned();
    let compute = FAMILIES
        .iter()
        .find(|(family, _)| *family == name)
        .map(|(_, compute)| *compute);
    let mut family = Family::new(&name);
    for case in file["cases"].as_array().unwrap() {
        check_case(&mut family, compute, case);
    }
    Some(family)
}

fn check_case(family: &mut Family, compute: Option<Compute>, case: &Value) {
    family.n_cases += 1;
    let id = case["id"]
        .as_str()
        .unwrap_or("a case without id")
        .to_owned();
    let statistic = case["statistic"].as_str().unwrap_or_default();
    let computed = compute
        .map(|compute| catch_unwind(AssertUnwindSafe(|| compute(statistic, &case["input"]))).ok());
    let answers = match computed {
        None => BTreeMap::new(),
        Some(None) => {
            family.fault(&id, "*", "the computation panicked".to_owned());
            BTreeMap::new()
        }
        Some(Some(None)) => BTreeMap::new(),
        Some(Some(Some(answers))) => answers.into_map(),
    };
    for (key, expected) in case["expected"].as_object().unwrap() {
        let listed = LISTED.iter().find(|(listed_family, listed_key, _)| {
            *listed_family == family.name && (*listed_key == "*" || listed_key == key)
        });
        let tolerance = Tolerance::of(&case["tolerance"], key);
        match (answers.get(key), listed) {
            (None, Some(_)) => family.n_listed += 1,
            (None, None) => family.fault(&id, key, "no computation".to_owned()),
            (Some(_), Some(_)) => family.fault(&id, key, "computed, but listed as not".to_owned()),
            (Some(answer), None) => match compare(answer, expected, tolerance) {
                Ok(error) => family.met(error),
                Err(difference) => family.fault(&id, key, difference),
            },
        }
    }
}
