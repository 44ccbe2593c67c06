//! The published schemas: every report that a test reads is held against them, and they are held
//! against the program's lists.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use boon::{Compiler, SchemaIndex, Schemas};
use labelgate::score::{ClassMetric, Metric, RaterMetric, RuleMetric};
use labelgate::stat::Undefined;
use serde_json::{Value, json};

use crate::cli::json_report;

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    folder.join(format!("labelgate.{name}-1.schema.json"))
}

fn schema(name: &str) -> Value {
    serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap()
}

struct Published {
    schemas: Schemas,
    report: SchemaIndex,
    plan: SchemaIndex,
    history: SchemaIndex,
}

impl Published {
    fn compile() -> Self {
        let mut schemas = Schemas::new();
        let mut compiled = |name: &str| {
            let mut compiler = Compiler::new();
            let at = format!("urn:test:{name}");
            compiler.add_resource(&at, schema(name)).unwrap();
            compiler.compile(&at, &mut schemas).unwrap()
        };
        let [report, plan, history] = ["report", "plan", "history"].map(&mut compiled);
        Self {
            schemas,
            report,
            plan,
            history,
        }
    }

    fn fault(&self, value: &Value) -> Option<String> {
        let index = match value["schema"].as_str() {
            Some("labelgate.report/1") => self.report,
            Some("labelgate.plan/1") => self.plan,
            Some("labelgate.history/1") => self.history,
            other => return Some(format!("there is no schema {other:?}")),
        };
        let fault = self.schemas.validate(value, index).err()?;
        Some(format!("{fault:#}"))
    }
}

thread_local! {
    static PUBLISHED: Published = Published::compile();
}

fn fault(value: &Value) -> Option<String> {
    PUBLISHED.with(|published| published.fault(value))
}

/// A report that was written, once it is found to be as its schema says.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, String> {
    let value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match fault(&value) {
        None => Ok(value),
        Some(fault) => Err(fault),
    }
}

fn enumerated(name: &str) -> BTreeSet<String> {
    let words = &schema("report")["$defs"][name]["enum"];
    let words = words.as_array().unwrap().iter();
    words
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

fn set<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    words.map(str::to_owned).collect()
}

#[test]
fn the_schema_lists_every_metric_and_every_reason() {
    let codes = set(Undefined::ALL.iter().map(|reason| reason.code()));
    assert_eq!(enumerated("undefined"), codes);
    assert_eq!(
        enumerated("metric"),
        set(Metric::ALL.iter().map(|metric| metric.key()))
    );
    let reasons = enumerated("reason");
    assert!(reasons.is_superset(&codes), "a check may lack any value");
    let defs = &schema("report")["$defs"];
    for metric in ClassMetric::ALL {
        assert!(defs["class"]["properties"][metric.key()].is_object());
    }
    for metric in RuleMetric::ALL {
        assert!(defs["rule"]["properties"][metric.key()].is_object());
    }
    for metric in RaterMetric::ALL {
        assert!(defs["repeats"]["properties"][metric.key()].is_object());
    }
}

/// Every place of a value at which an object stands.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                objects(member, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(members) => {
            for (position, member) in members.iter().enumerate() {
                objects(member, &format!("{at}/{position}"), found);
            }
        }
        _ => {}
    }
}

/// The same with no list longer than two: one of a kind shows as much as many.
fn short(value: &mut Value) {
    match value {
        Value::Object(members) => members.values_mut().for_each(short),
        Value::Array(members) => {
            members.truncate(2);
            members.iter_mut().for_each(short);
        }
        _ => {}
    }
}

/// Objects whose keys come from the data, so that one more is no fault.
fn is_open(at: &str) -> bool {
    at.ends_with("/sha256") || at.ends_with("/shares")
}

/// Members that a report may have or not.
const OPTIONAL: [&str; 27] = [
    "baseline_metrics",
    "reference_reliability",
    "split",
    "base",
    "findings",
    "warnings",
    "spending",
    "df",
    "flags",
    "needed",
    "reason",
    "estimate",
    "decided_class",
    "slice_value",
    "class",
    "rule",
    "share",
    "min_support",
    "slice",
    "class_items",
    "difference",
    "answered_difference",
    "discordant",
    "verdict",
    "watched",
    "alarms",
    "moved",
];

#[test]
fn a_report_that_lacks_a_member_or_has_one_more_is_refused() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (_, mut report) = json_report(&root, &["gate", "work_mode"]);
    short(&mut report);
    assert_eq!(fault(&report), None);
    let mut places = Vec::new();
    objects(&report, "", &mut places);
    assert!(places.len() > 200, "{}", places.len());
    let (mut n_removed, mut n_added) = (0, 0);
    for place in &places {
        let mut changed = report.clone();
        let object = changed.pointer_mut(place).unwrap().as_object_mut().unwrap();
        let keys: Vec<String> = object.keys().cloned().collect();
        if !is_open(place) {
            object.insert("unheard_of".to_owned(), json!(1));
            assert!(fault(&changed).is_some(), "one more in {place}");
            n_added += 1;
        }
        // The names of metrics are a closed list, of which no scheme has all.
        let is_list = [
            "/metrics",
            "_metrics",
            "/differences",
            "/sha256",
            "/ceiling",
            "/candidate",
        ];
        if is_list.iter().any(|list| place.ends_with(list)) {
            continue;
        }
        for key in keys {
            let is_test = key.ends_with("_p");
            if OPTIONAL.contains(&&*key) || is_test || place.contains("/slices/1") {
                continue;
            }
            let mut changed = report.clone();
            let object = changed.pointer_mut(place).unwrap().as_object_mut().unwrap();
            object.remove(&key);
            assert!(fault(&changed).is_some(), "{place} without {key}");
            n_removed += 1;
        }
    }
    assert!(n_removed > 500 && n_added > 200, "{n_removed} {n_added}");
}

#[test]
fn values_that_no_report_has_are_refused() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (_, report) = json_report(&root, &["gate", "work_mode"]);
    let check = |place: &str, value: Value| {
        let mut changed = report.clone();
        *changed.pointer_mut(place).unwrap() = value;
        assert!(fault(&changed).is_some(), "{place}");
    };
    check("/metrics/agreement/value", json!(null));
    check("/metrics/agreement/value", json!("0.9"));
    check("/metrics/agreement/low", json!(null));
    check("/metrics/agreement/method", json!("guessed"));
    check(
        "/metrics/agreement",
        json!({"value": null, "undefined": "because"}),
    );
    check(
        "/metrics/agreement",
        json!({"value": 0.5, "undefined": "no_items"}),
    );
    check("/items/total", json!(-1));
    check("/items/total", json!(1.5));
    check("/gates/0/verdict", json!("maybe"));
    check("/verdict", json!("ok"));
    check("/schema", json!("labelgate.report/2"));
    check("/scheme", json!("numeric"));
    check("/confusion/rows", json!("candidate"));
    check("/confusion/counts/0/0", json!("x"));
    check("/manifest/sha256", json!({"file": "x"}));
}

#[test]
fn what_is_hidden_is_null_and_still_a_report() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (_, mut report) = json_report(&root, &["score", "work_mode"]);
    for place in [
        "/confusion/counts/0/0",
        "/confusion/counts",
        "/confusion",
        "/classes/0/true_positive",
        "/telemetry/0/table/0/0",
        "/telemetry/0/table",
        "/comparison/discordant/0",
        "/slices/0/items/scored",
    ] {
        *report.pointer_mut(place).unwrap() = json!(null);
        assert_eq!(fault(&report), None, "{place}");
        let (_, whole) = json_report(&root, &["score", "work_mode"]);
        report = whole;
    }
    report["metrics"]["agreement"] = json!({"value": null, "undefined": "suppressed"});
    assert_eq!(fault(&report), None);
}
