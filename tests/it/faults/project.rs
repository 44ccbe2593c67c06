//! A tiny sound project, and variants of it.

use std::fs;
use std::path::Path;

use labelgate::fault::Fault;
use labelgate::project::{Project, load};

pub(super) const FILES: &[(&str, &str)] = &[
    (
        "labelgate.toml",
        r#"name = "tiny"

[items]
path = "gold/items.jsonl"
cluster = "account"
slices = ["month"]

[run]
provider = "replay"
concurrency = 4
"#,
    ),
    (
        "gold/items.jsonl",
        r#"{"id": "s-1", "account": "a", "month": "05", "text": "One.", "telemetry": {"lines": 10, "commits": 1, "agent": "x"}}
{"id": "s-2", "account": "a", "month": "05", "text": "Two.", "telemetry": {"lines": 0, "commits": null, "agent": "y"}}
{"id": "s-3", "account": "b", "month": null, "text": "Three.", "telemetry": {"lines": 2.5, "commits": 2}}
"#,
    ),
    (
        "gold/labels/mode.csv",
        "id,rater,label,confidence\ns-1,ann,build,0.9\ns-2,ann,fix,\ns-3,ann,talk,1\ns-1,bob,fix,0.5\n",
    ),
    (
        "gold/labels/level.csv",
        "id,label\ns-1,low\ns-2,high\ns-3,none\n",
    ),
    ("gold/labels/price.csv", "id,value\ns-1,20\ns-2,35.5\n"),
    (
        "gold/labels/choices.jsonl",
        r#"{"id": "s-1", "decisions": [{"what": "x", "stage": "plan", "decider": "user"}]}
{"id": "s-2", "decisions": []}
"#,
    ),
    (
        "prompts/mode/classifier.toml",
        r#"title = "Mode"
scheme = "nominal"
baseline = "v1"
candidate = "v2"

[[label]]
id = "build"
says = "Makes it."

[[label]]
id = "fix"

[[label]]
id = "talk"

[reference]
path = "gold/labels/mode.csv"
rater = "bob"

[[telemetry]]
name = "change"
when = 'label in ["build", "fix"]'
expect = 'lines > 0.0'

[[gate]]
metric = "agreement"
at_least = 0.7

[[gate]]
metric = "f1"
class = "*"
min_support = 5
at_least = 0.6
by = "point"

[[gate]]
metric = "recall"
class = "fix"
compared_to = "baseline"
margin = 0.02

[[gate]]
metric = "holds"
rule = "change"
at_least = 0.8
slice = "month"
"#,
    ),
    (
        "prompts/mode/v1.md",
        "+++\nmax_tokens = 300\n+++\n\nOne of:\n{{labels}}\n\n{{item}}\n",
    ),
    (
        "prompts/mode/v2.md",
        "+++\nmax_tokens = 300\ntemperature = 0.5\nanswer = \"json\"\nfields = [\"label\"]\nlabels = \"ids\"\n+++\nOne of:\n{{labels}}\n\n{{item}}\n",
    ),
    (
        "prompts/level/classifier.toml",
        r#"scheme = "ordinal"
candidate = "v1"
exclude = ["none"]

[[label]]
id = "low"

[[label]]
id = "high"

[[label]]
id = "none"

[reference]
path = "gold/labels/level.csv"

[[direction]]
name = "more_lines"
outcome = "double(lines)"
transform = "log1p"
expect = "increasing"
controls = ["month", "mode", "agent"]

[[gate]]
metric = "mean_difference"
at_most = 0.5
by = "point"
"#,
    ),
    (
        "prompts/level/v1.md",
        "+++\nmax_tokens = 10\nanswer = \"label\"\n+++\n{{labels}} {{item}}\n",
    ),
    (
        "prompts/price/classifier.toml",
        r#"scheme = "numeric"
scale = "log"
unit = "USD"
min = 1
max = 1000
candidate = "v1"

[reference]
path = "gold/labels/price.csv"

[[gate]]
metric = "mae"
at_most = 0.5
"#,
    ),
    (
        "prompts/price/v1.md",
        "+++\nmax_tokens = 10\nfields = [\"value\"]\n+++\nHow much?\n{{item}}\n",
    ),
    (
        "prompts/choices/classifier.toml",
        r#"scheme = "decisions"
stages = ["plan", "work"]
deciders = ["user", "agent"]
yields = ["user_plan_share", "user_work_share"]
candidate = "v1"

[reference]
path = "gold/labels/choices.jsonl"

[[direction]]
name = "fewer_lines"
share = "user_plan_share"
outcome = "lines"
expect = "decreasing"

[[gate]]
share = "user_plan_share"
metric = "mae"
at_most = 0.2
"#,
    ),
    (
        "prompts/choices/v1.md",
        "+++\nmax_tokens = 100\n+++\nWhich?\n{{item}}\n",
    ),
    (
        "prompts/derived.toml",
        r#"[[derived]]
id = "kept"
title = "Kept"
value = 'mode != "talk" && commits > 0'
where = 'level >= "low"'

[[derived.gate]]
metric = "agreement"
at_least = 0.8

[[derived]]
id = "lost"
value = "!kept"
"#,
    ),
];

/// A copy of the project in a folder of its own.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in FILES {
        write(folder.path(), file, text);
    }
    folder
}

/// Writes a file of the project.
pub(super) fn write(folder: &Path, file: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Replaces a text that stands in a file of the project once.
pub(super) fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "`{from}` in {file}");
    fs::write(path, text.replace(from, to)).unwrap();
}

pub(super) fn read(folder: &Path) -> Result<Project, Vec<Fault>> {
    load(folder, Path::new("labelgate.toml"))
}

/// The faults of a project as `file:line: message (help)`.
pub(super) fn shown(folder: &Path) -> Vec<String> {
    let Err(faults) = read(folder) else {
        return Vec::new();
    };
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let shown = faults.iter().map(|fault| {
        let file = fs::canonicalize(&fault.file).unwrap_or_else(|_| fault.file.clone());
        let file = file
            .strip_prefix(&folder)
            .unwrap_or(&file)
            .display()
            .to_string();
        let line = fault.place.as_ref().map_or(0, |place| place.line);
        let help = fault.help.as_deref().unwrap_or("no help");
        format!("{file}:{line}: {} ({help})", fault.message)
    });
    shown.collect()
}
