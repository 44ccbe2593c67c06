//! Expressions as projects write them, on items worked out by hand.

use labelgate::expr::{Name, Scope, Type, Wanted};

use super::{nominal, ordinal, outcome};

const TELEMETRY: [&str; 15] = [
    "lines_added",
    "lines_deleted",
    "files_changed",
    "commits",
    "pull_requests",
    "tests_run",
    "tests_passed",
    "tests_failed",
    "tool_calls",
    "tool_errors",
    "tool_rejections",
    "subagent_tool_calls",
    "interrupts",
    "prompts",
    "output_words",
];

fn success() -> Type {
    ordinal(
        &["failed", "partial", "succeeded", "no_clear_goal"],
        &["no_clear_goal"],
    )
}

fn strength() -> Type {
    ordinal(&["none", "1", "2", "3", "4", "5"], &[])
}

/// Telemetry, the label of one classifier, and the names of derived measures.
fn scope(label: Type) -> Scope {
    let telemetry = TELEMETRY.iter().map(|name| (*name, Type::Int));
    let others = [
        ("label", label),
        ("success", success()),
        ("success_signal", strength()),
        ("failure_signal", strength()),
        ("trouble", Type::Bool),
    ];
    let name = |(name, ty): (&str, Type)| Name {
        name: name.into(),
        ty,
    };
    Scope(telemetry.chain(others).map(name).collect())
}

/// For each item, what the rule's condition or expectation comes to.
fn check(label: Type, text: &str, cases: &[(&str, &str)]) {
    let scope = scope(label);
    for (item, expected) in cases {
        let found = outcome(text, &scope, Wanted::Bool, item);
        assert_eq!(found, *expected, "{text} for {item}");
    }
}

fn check_telemetry(text: &str, cases: &[(&str, &str)]) {
    check(Type::Bool, text, cases);
}

#[test]
fn conditions_on_a_nominal_label() {
    let mode = || {
        nominal(&[
            "build",
            "fix",
            "test",
            "orchestrate",
            "operate",
            "understand",
            "plan",
            "analyze",
            "communicate",
        ])
    };
    check(
        mode(),
        r#"label in ["build", "fix"]"#,
        &[
            ("label=build", "true"),
            ("label=fix", "true"),
            ("label=test", "false"),
            ("", "missing"),
        ],
    );
    check(
        mode(),
        r#"label in ["build", "fix", "test", "orchestrate"]"#,
        &[("label=orchestrate", "true"), ("label=operate", "false")],
    );
    check(
        mode(),
        r#"label == "test""#,
        &[("label=test", "true"), ("label=build", "false")],
    );
    check(
        mode(),
        r#"label in ["understand", "plan"]"#,
        &[("label=plan", "true"), ("label=communicate", "false")],
    );
    let subject = || nominal(&["web_frontend", "documentation", "business_content", "other"]);
    check(
        subject(),
        r#"label in ["documentation", "business_content"]"#,
        &[("label=documentation", "true"), ("label=other", "false")],
    );
}

#[test]
fn conditions_on_an_ordinal_label() {
    check(
        strength(),
        r#"label in ["4", "5"]"#,
        &[
            ("label=4", "true"),
            ("label=3", "false"),
            ("label=none", "false"),
        ],
    );
    check(
        strength(),
        r#"label in ["none", "1"]"#,
        &[("label=none", "true"), ("label=2", "false")],
    );
    check(
        strength(),
        r#"label == "5""#,
        &[("label=5", "true"), ("label=4", "false")],
    );
    check(
        success(),
        r#"label == "succeeded""#,
        &[
            ("label=succeeded", "true"),
            ("label=partial", "false"),
            ("label=no_clear_goal", "false"),
        ],
    );
}

#[test]
fn a_condition_on_a_number() {
    check(
        Type::Double,
        "label >= 500.0",
        &[("label=500", "true"), ("label=499.99", "false")],
    );
}

#[test]
fn expectations_on_telemetry() {
    check_telemetry(
        "lines_added + lines_deleted > 0",
        &[
            ("lines_added=0 lines_deleted=1", "true"),
            ("lines_added=0 lines_deleted=0", "false"),
            ("lines_added=7", "missing"),
        ],
    );
    check_telemetry(
        "commits == 0 && lines_added + lines_deleted < 50",
        &[
            ("commits=0 lines_added=20 lines_deleted=29", "true"),
            ("commits=0 lines_added=20 lines_deleted=30", "false"),
            ("commits=1 lines_added=0 lines_deleted=0", "false"),
        ],
    );
    check_telemetry(
        "commits > 0 || pull_requests > 0 || tests_passed > 0",
        &[
            ("commits=0 pull_requests=0 tests_passed=2", "true"),
            ("commits=0 pull_requests=0 tests_passed=0", "false"),
            ("commits=1 pull_requests=0", "missing"),
        ],
    );
    check_telemetry(
        "commits + pull_requests + tests_passed >= 2",
        &[
            ("commits=1 pull_requests=1 tests_passed=0", "true"),
            ("commits=1 pull_requests=0 tests_passed=0", "false"),
        ],
    );
    check_telemetry(
        "commits == 0 && pull_requests == 0 && tests_passed == 0",
        &[
            ("commits=0 pull_requests=0 tests_passed=0", "true"),
            ("commits=0 pull_requests=1 tests_passed=0", "false"),
        ],
    );
    check_telemetry(
        "tool_errors + tests_failed + interrupts + tool_rejections > 0",
        &[
            (
                "tool_errors=0 tests_failed=0 interrupts=0 tool_rejections=1",
                "true",
            ),
            (
                "tool_errors=0 tests_failed=0 interrupts=0 tool_rejections=0",
                "false",
            ),
        ],
    );
    check_telemetry(
        "tests_failed == 0 && interrupts == 0",
        &[
            ("tests_failed=0 interrupts=0", "true"),
            ("tests_failed=0 interrupts=3", "false"),
        ],
    );
    check_telemetry(
        "lines_added + lines_deleted > 100 || output_words > 1500",
        &[
            ("lines_added=60 lines_deleted=40 output_words=1501", "true"),
            ("lines_added=60 lines_deleted=41 output_words=0", "true"),
            ("lines_added=60 lines_deleted=40 output_words=1500", "false"),
        ],
    );
    check_telemetry(
        "tests_run > 0",
        &[("tests_run=1", "true"), ("tests_run=0", "false")],
    );
    check_telemetry(
        "subagent_tool_calls > 0",
        &[("subagent_tool_calls=0", "false"), ("", "missing")],
    );
}

#[test]
fn derived_measures() {
    let verified = r#"success == "succeeded" && success_signal >= 4"#;
    check_telemetry(
        verified,
        &[
            ("success=succeeded success_signal=4", "true"),
            ("success=succeeded success_signal=3", "false"),
            ("success=succeeded success_signal=none", "false"),
            ("success=partial success_signal=5", "false"),
            ("success=no_clear_goal success_signal=5", "false"),
            ("success=failed", "missing"),
        ],
    );
    check_telemetry(
        r#"success != "no_clear_goal""#,
        &[
            ("success=no_clear_goal", "false"),
            ("success=failed", "true"),
        ],
    );
    check_telemetry(
        "failure_signal > 3",
        &[
            ("failure_signal=4", "true"),
            ("failure_signal=3", "false"),
            ("failure_signal=none", "false"),
        ],
    );
    check_telemetry(
        r#"trouble && success == "failed" && lines_added == 0"#,
        &[
            ("trouble=true success=failed lines_added=0", "true"),
            ("trouble=true success=failed lines_added=2", "false"),
            ("trouble=false success=failed", "missing"),
        ],
    );
}

#[test]
fn outcomes_of_directions() {
    let check = |text: &str, item: &str, expected: &str| {
        let found = outcome(text, &scope(Type::Bool), Wanted::Number, item);
        assert_eq!(found, expected, "{text} for {item}");
    };
    let rate = "double(tool_calls) / double(prompts)";
    check(rate, "tool_calls=3 prompts=4", "0.75");
    check(rate, "tool_calls=3 prompts=0", "failed: division by zero");
    check(rate, "tool_calls=3", "missing");
    check(
        "double(commits + tests_passed)",
        "commits=2 tests_passed=3",
        "5",
    );
    check("double(tool_calls)", "tool_calls=9", "9");
    let trouble = "tool_calls == 0 ? 0.0 : double(tool_errors + tests_failed) / double(tool_calls)";
    check(trouble, "tool_calls=0 tool_errors=1 tests_failed=0", "0");
    check(trouble, "tool_calls=8 tool_errors=1 tests_failed=3", "0.5");
    check(trouble, "tool_calls=0 tool_errors=1", "missing");
}
