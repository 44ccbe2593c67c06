//! Faults of rules, directions and derived measures.

use super::among;
use super::project::{edit, folder};

const MODE: &str = "prompts/mode/classifier.toml";
const LEVEL: &str = "prompts/level/classifier.toml";
const CHOICES: &str = "prompts/choices/classifier.toml";
const DERIVED: &str = "prompts/derived.toml";

#[test]
fn of_rules_and_directions() {
    for (file, from, to, line, message, help) in [
        (MODE, "lines > 0.0", "line > 0.0", 23, "`line`", "`lines`"),
        (MODE, "\"fix\"]'", "\"fixx\"]'", 22, "fixx", "`fix`"),
        (MODE, "lines > 0.0", "lines >", 23, "", ""),
        (MODE, "lines > 0.0", "lines + 1.0", 23, "", ""),
        (
            MODE,
            "expect = 'lines > 0.0'",
            "",
            20,
            "no `expect`",
            "commits > 0",
        ),
        (
            MODE,
            "[[gate]]\nmetric = \"agreement\"",
            "[[telemetry]]\nname = \"change\"\nwhen = 'label == \"fix\"'\nexpect = 'lines > 0.0'\n\
             [[gate]]\nmetric = \"agreement\"",
            26,
            "stands on line 21 already",
            "its own",
        ),
        (
            CHOICES,
            "[[gate]]",
            "[[telemetry]]\n[[gate]]",
            16,
            "no label",
            "direction",
        ),
        (
            LEVEL,
            "\"mode\", \"agent\"",
            "\"mod\"",
            22,
            "unknown control `mod`",
            "`mode`?",
        ),
        (
            LEVEL,
            "\"mode\", \"agent\"",
            "\"level\"",
            22,
            "its own direction",
            "leave it out",
        ),
        (
            LEVEL,
            "\"mode\", \"agent\"",
            "\"choices\"",
            22,
            "lists",
            "another",
        ),
        (
            LEVEL,
            "\"log1p\"",
            "\"log2\"",
            20,
            "cannot be `log2`",
            "`log1p`?",
        ),
        (
            LEVEL,
            "\"increasing\"",
            "\"up\"",
            21,
            "cannot be `up`",
            "`increasing`",
        ),
        (
            LEVEL,
            "expect = \"increasing\"\n",
            "",
            17,
            "no `expect`",
            "increasing",
        ),
        (
            LEVEL,
            "\"double(lines)\"",
            "\"double(linse)\"",
            19,
            "linse",
            "lines",
        ),
        (LEVEL, "\"double(lines)\"", "\"agent\"", 19, "", ""),
        (
            LEVEL,
            "transform",
            "share = \"x\"\ntransform",
            20,
            "`share` needs a `decisions`",
            "",
        ),
        (
            CHOICES,
            "share = \"user_plan_share\"\noutcome",
            "outcome",
            10,
            "no `share`",
            "user_plan",
        ),
        (
            CHOICES,
            "plan_share\"\noutcome",
            "pln_share\"\noutcome",
            12,
            "unknown share",
            "`user_plan",
        ),
        (
            MODE,
            "[[gate]]\nmetric = \"agreement\"",
            "[[direction]]\n[[gate]]\nmetric = \"agreement\"",
            25,
            "needs labels in order",
            "",
        ),
    ] {
        among(file, from, to, line, message, help);
    }
}

#[test]
fn of_derived_measures() {
    for (from, to, line, message, help) in [
        ("commits > 0", "comits > 0", 4, "`comits`", "`commits`"),
        ("\"talk\"", "\"tlak\"", 4, "tlak", "`talk`"),
        ("\"!kept\"", "\"!lost\"", 13, "lost", ""),
        ("\"!kept\"", "\"lines + 1.0\"", 13, "", ""),
        ("\"!kept\"", "\"\"", 13, "`value` is empty", ""),
        (
            "\"lost\"",
            "\"kept\"",
            12,
            "a derived measure already",
            "its own",
        ),
        (
            "\"lost\"",
            "\"mode\"",
            12,
            "a classifier already",
            "another",
        ),
        ("\"lost\"", "\"lines\"", 12, "telemetry already", "another"),
        (
            "\"lost\"",
            "\"no-good\"",
            12,
            "cannot be used in expressions",
            "letters",
        ),
        ("where", "when", 5, "unknown key `when`", "`where`?"),
        (
            "at_least = 0.8",
            "compared_to = \"baseline\"\nmargin = 0",
            9,
            "`level` has no baseline",
            "",
        ),
        (
            "metric = \"agreement\"",
            "metric = \"mae\"",
            8,
            "this scheme is derived",
            "",
        ),
        (
            "[[derived]]\nid = \"lost\"",
            "[[derive]]\nid = \"lost\"",
            11,
            "unknown key",
            "`derived`?",
        ),
    ] {
        among(DERIVED, from, to, line, message, help);
    }
}

#[test]
fn an_expression_is_faulted_where_it_is_wrong() {
    let project = folder();
    edit(
        project.path(),
        MODE,
        "lines > 0.0",
        "commits > 0 || line > 0.0",
    );
    let faults = super::read(project.path()).unwrap_err();
    let place = faults[0].place.as_ref().unwrap();
    assert_eq!((place.line, place.column, place.width), (23, 26, 4));
    let project = folder();
    edit(
        project.path(),
        MODE,
        "'lines > 0.0'",
        "\"\\u0020line > 0.0\"",
    );
    let faults = super::read(project.path()).unwrap_err();
    let place = faults[0].place.as_ref().unwrap();
    assert_eq!((place.line, place.column, place.width), (23, 10, 18));
}
