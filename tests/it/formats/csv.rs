//! The table against the JSON report, and against labels that are formulas.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use labelgate::report::spreadsheet;
use serde_json::Value;

use crate::cli::{code, json_report, labelgate, text};

pub(crate) type Row = BTreeMap<String, String>;

/// The rows of a command's table, by column.
pub(super) fn rows(folder: &Path, arguments: &[&str]) -> (i32, Vec<Row>) {
    let all = [arguments, &["-o", "-", "--format", "csv"]].concat();
    let output = labelgate(folder, &all);
    assert!(!output.stdout.is_empty(), "{}", text(&output.stderr));
    (code(&output), parse(&output.stdout))
}

pub(crate) fn parse(bytes: &[u8]) -> Vec<Row> {
    let mut reader = ::csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let row = |record: ::csv::StringRecord| {
        let cells = header.iter().zip(record.iter());
        cells
            .map(|(column, cell)| (column.to_owned(), cell.to_owned()))
            .collect()
    };
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

/// The columns that say what a row is of.
const PLACE: [&str; 9] = [
    "classifier",
    "side",
    "scope",
    "name",
    "slice",
    "slice_value",
    "reference_label",
    "candidate_label",
    "metric",
];

/// Rows by what they are of.
struct Index(BTreeMap<Vec<String>, Vec<Row>>);

impl Index {
    fn of(rows: Vec<Row>) -> Self {
        let mut index = BTreeMap::new();
        for row in rows {
            let place = PLACE.map(|column| row[column].clone()).to_vec();
            index.entry(place).or_insert_with(Vec::new).push(row);
        }
        Self(index)
    }

    /// The one row that is of this and of nothing else.
    fn find(&self, cells: &[(&str, &str)]) -> &Row {
        let cell = |column: &str| {
            let named = cells.iter().find(|(named, _)| *named == column);
            named.map_or_else(String::new, |(_, cell)| (*cell).to_owned())
        };
        let found = &self.0[&PLACE.map(cell).to_vec()];
        assert_eq!(found.len(), 1, "{cells:?}");
        &found[0]
    }
}

/// A member as the table has it: nothing for `null` and for what is absent.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn check_estimate(row: &Row, estimate: &Value) {
    for column in [
        "value", "se", "low", "high", "level", "method", "n", "clusters", "df",
    ] {
        assert_eq!(row[column], cell(&estimate[column]), "{column}: {row:?}");
    }
    let why = match estimate["undefined"].is_null() {
        true => &estimate["interval_undefined"],
        false => &estimate["undefined"],
    };
    assert_eq!(row["undefined"], cell(why), "{row:?}");
}

/// Holds every estimate of an object against its row; how many there were.
fn check_all(rows: &Index, place: &[(&str, &str)], object: &Value) -> usize {
    let mut n = 0;
    for (metric, estimate) in object.as_object().unwrap() {
        if estimate
            .as_object()
            .is_some_and(|all| all.contains_key("value"))
        {
            let cells = [place, &[("metric", metric)]].concat();
            check_estimate(rows.find(&cells), estimate);
            n += 1;
        }
    }
    n
}

#[test]
fn every_number_of_the_json_report_stands_in_the_table_digit_for_digit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (exit, report) = json_report(root, &["gate"]);
    let (exit_csv, table) = rows(root, &["gate"]);
    assert_eq!(exit, exit_csv);
    let rows = Index::of(table.clone());
    let (mut n, mut n_hidden) = (0, 0);
    for report in report["reports"].as_array().unwrap() {
        let classifier = report["classifier"].as_str().unwrap();
        let place =
            |side, scope| vec![("classifier", classifier), ("side", side), ("scope", scope)];
        n += check_all(&rows, &place("candidate", "overall"), &report["metrics"]);
        if report["baseline_metrics"].is_object() {
            n += check_all(
                &rows,
                &place("baseline", "overall"),
                &report["baseline_metrics"],
            );
        }
        for class in report["classes"].as_array().into_iter().flatten() {
            let mut of_class = place("candidate", "class");
            of_class.push(("name", class["label"].as_str().unwrap()));
            n += check_all(&rows, &of_class, class);
            let cells = [&*of_class, &[("metric", "true_positive")]].concat();
            assert_eq!(rows.find(&cells)["value"], cell(&class["true_positive"]));
        }
        for rule in report["telemetry"].as_array().unwrap() {
            let mut of_rule = place("candidate", "rule");
            of_rule.push(("name", rule["rule"].as_str().unwrap()));
            n += check_all(&rows, &of_rule, rule);
        }
        for slice in report["slices"].as_array().unwrap() {
            let mut of_slice = place("candidate", "overall");
            of_slice.push(("slice", slice["slice"].as_str().unwrap()));
            of_slice.push(("slice_value", slice["value"].as_str().unwrap()));
            if slice["suppressed"] == true {
                of_slice.push(("metric", ""));
                assert_eq!(rows.find(&of_slice)["undefined"], "suppressed");
                n_hidden += 1;
                continue;
            }
            n += check_all(&rows, &of_slice, &slice["metrics"]);
        }
        if let Some(differences) = report["comparison"].get("differences") {
            n += check_all(&rows, &place("difference", "overall"), differences);
        }
        let gates = table
            .iter()
            .filter(|row| row["classifier"] == classifier && row["scope"] == "gate");
        let gates: Vec<&Row> = gates.collect();
        assert_eq!(gates.len(), report["gates"].as_array().unwrap().len());
        for (row, gate) in gates.iter().zip(report["gates"].as_array().unwrap()) {
            assert_eq!(row["verdict"], gate["verdict"]);
            if gate["estimate"].is_object() {
                check_estimate(row, &gate["estimate"]);
            }
        }
    }
    assert!(n > 1000 && n_hidden > 0, "{n} {n_hidden}");
    assert_eq!(rows.find(&[("scope", "run")])["verdict"], "inconclusive");
}

/// Every estimate in a value, however deep.
fn estimates<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members)
            if members.contains_key("value") && members.contains_key("level") =>
        {
            found.push(value);
        }
        Value::Object(members) => members.values().for_each(|one| estimates(one, found)),
        Value::Array(all) => all.iter().for_each(|one| estimates(one, found)),
        _ => {}
    }
}

#[test]
fn no_estimate_of_the_json_report_is_without_a_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, report) = json_report(root, &["gate"]);
    let table = rows(root, &["gate"]).1;
    const COLUMNS: [&str; 6] = ["value", "se", "low", "high", "n", "clusters"];
    let (mut n, mut n_directions) = (0, 0);
    for report in report["reports"].as_array().unwrap() {
        let classifier = report["classifier"].as_str().unwrap();
        let of_report = || table.iter().filter(|row| row["classifier"] == classifier);
        let numbers = |row: &Row| COLUMNS.map(|column| row[column].clone());
        let told: std::collections::BTreeSet<_> = of_report().map(numbers).collect();
        let mut all = Vec::new();
        estimates(report, &mut all);
        n += all.len();
        for estimate in all {
            let numbers = COLUMNS.map(|column| cell(&estimate[column]));
            assert!(told.contains(&numbers), "{classifier}: {estimate}");
        }
        for direction in report["directions"].as_array().unwrap() {
            n_directions += 1;
            let name = direction["name"].as_str().unwrap();
            let of_direction = |side: &str, scope: &str| {
                let (side, scope) = (side.to_owned(), scope.to_owned());
                of_report()
                    .filter(move |row| row["side"] == side && row["scope"] == scope)
                    .filter(move |row| row["name"] == name)
            };
            for (side, object) in [
                ("candidate", direction),
                ("reference", &direction["on_reference"]),
            ] {
                let effects = of_direction(side, "direction");
                let effects: Vec<&Row> = effects.filter(|row| row["metric"] == "effect").collect();
                assert_eq!(effects.len(), 1);
                for column in ["value", "low", "high"] {
                    assert_eq!(effects[0][column], cell(&object["effect"][column]));
                }
                assert!(effects[0]["reason"].ends_with(object["status"].as_str().unwrap()));
                let means = of_direction(side, "direction_level");
                let means = means.filter(|row| row["metric"] == "mean");
                let means: Vec<&String> = means.map(|row| &row["value"]).collect();
                let levels = object["levels"].as_array().unwrap().iter();
                let levels: Vec<String> = levels.map(|one| cell(&one["mean"]["value"])).collect();
                assert_eq!(means, levels.iter().collect::<Vec<_>>());
                let steps = of_direction(side, "direction_step");
                let steps = steps.filter(|row| row["metric"] == "difference");
                assert_eq!(steps.count(), object["steps"].as_array().unwrap().len());
            }
        }
    }
    assert!(n > 1500 && n_directions > 3, "{n} {n_directions}");
}

#[test]
fn what_moved_has_its_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compare = ["compare", "work_mode@v1", "work_mode@v2"];
    let (_, report) = json_report(root, &compare);
    let table = rows(root, &compare).1;
    let moved: Vec<&Row> = table.iter().filter(|row| row["scope"] == "moved").collect();
    let of = &report["comparison"]["moved"];
    let labels = of["labels"].as_array().unwrap();
    let mut n_shown = 0;
    for (from, counts) in labels.iter().zip(of["counts"].as_array().unwrap()) {
        for (to, count) in labels.iter().zip(counts.as_array().unwrap()) {
            let is_cell = |row: &&&Row| {
                row["metric"] == "count"
                    && row["name"] == from.as_str().unwrap()
                    && row["candidate_label"] == to.as_str().unwrap()
            };
            let rows: Vec<&&Row> = moved.iter().filter(is_cell).collect();
            assert_eq!(rows.len(), 1, "{from} {to}");
            assert_eq!(rows[0]["value"], cell(count));
            assert_eq!(rows[0]["undefined"] == "suppressed", count.is_null());
            n_shown += usize::from(!count.is_null());
        }
    }
    assert!(n_shown > 3);
    for class in of["classes"].as_array().unwrap() {
        for key in ["right_to_wrong", "wrong_to_right"] {
            let is_count = |row: &&&Row| {
                row["metric"] == key && row["reference_label"] == class["label"].as_str().unwrap()
            };
            let row = moved.iter().find(is_count).unwrap();
            assert_eq!(row["value"], cell(&class[key]));
        }
    }
}

#[test]
fn the_confusion_matrix_has_a_row_for_each_cell() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, report) = json_report(root, &["score", "work_mode"]);
    let rows = Index::of(rows(root, &["score", "work_mode"]).1);
    let labels = report["confusion"]["labels"].as_array().unwrap();
    for (reference, counts) in labels
        .iter()
        .zip(report["confusion"]["counts"].as_array().unwrap())
    {
        for (candidate, count) in labels.iter().zip(counts.as_array().unwrap()) {
            let place = [
                ("classifier", "work_mode"),
                ("side", "candidate"),
                ("scope", "confusion"),
                ("metric", "count"),
                ("reference_label", reference.as_str().unwrap()),
                ("candidate_label", candidate.as_str().unwrap()),
            ];
            assert_eq!(rows.find(&place)["value"], cell(count));
        }
    }
}

#[test]
fn labels_that_are_formulas_are_guarded_and_numbers_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")";
    let rows_in = format!("r,c\n\"{hostile}\",@b\n@b,@b\n\"{hostile}\",\"{hostile}\"\n-1,@b\n");
    fs::write(folder.path().join("l.csv"), rows_in).unwrap();
    let arguments = [
        "score",
        "l.csv",
        "--candidate",
        "c",
        "--reference",
        "r",
        "--scheme",
        "nominal",
    ];
    let (exit, rows) = rows(folder.path(), &arguments);
    assert_eq!(exit, 0);
    let mut seen = Vec::new();
    for row in &rows {
        for (column, cell) in row {
            let is_number = cell.parse::<f64>().is_ok();
            assert!(
                is_number || !cell.starts_with(['=', '+', '-', '@']),
                "{column}: {cell}"
            );
        }
        seen.push(spreadsheet::undo(&row["reference_label"]));
    }
    for label in ["=HYPERLINK(\"http://evil\",\"x\")", "@b", "-1"] {
        assert!(seen.contains(&label), "{label}: {seen:?}");
    }
}

#[test]
fn raters_have_their_rows_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("l.csv"),
        "a,b,c\nx,x,y\ny,y,y\nx,y,x\nx,x,x\n",
    )
    .unwrap();
    let arguments = ["score", "l.csv", "--raters", "a,b,c", "--scheme", "nominal"];
    let (_, report) = json_report(folder.path(), &arguments);
    let rows = rows(folder.path(), &arguments).1;
    let of_pairs = rows.iter().filter(|row| row["scope"] == "pair");
    let of_pairs: Vec<Row> = of_pairs.cloned().collect();
    let rows = Index::of(
        rows.into_iter()
            .filter(|row| row["scope"] == "overall")
            .collect(),
    );
    let place = [
        ("classifier", "l.csv"),
        ("side", "raters"),
        ("scope", "overall"),
    ];
    assert!(check_all(&rows, &place, &report["metrics"]) > 2);
    for pair in report["pairs"].as_array().unwrap() {
        let [one, other] = [0, 1].map(|at| pair["raters"][at].as_str().unwrap());
        let of_pair = |row: &&Row| row["against"] == one && row["revision"] == other;
        let rows = Index::of(of_pairs.iter().filter(of_pair).cloned().collect());
        let place = [
            ("classifier", "l.csv"),
            ("side", "raters"),
            ("scope", "pair"),
        ];
        assert_eq!(check_all(&rows, &place, pair), 2);
    }
}
