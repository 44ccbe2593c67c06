//! What expressions come to.

use labelgate::expr::{Evaluated, Input, Program, Wanted, split_rule};
use labelgate::model::{LabelIx, Value};

use super::{outcome, scope};

/// The expression is true, false, missing or failed for the item.
fn check(text: &str, item: &str, expected: &str) {
    let found = outcome(text, &scope(), Wanted::Bool, item);
    assert_eq!(found, expected, "{text} for {item}");
}

/// The expression yields this number for the item.
fn check_number(text: &str, item: &str, expected: &str) {
    let found = outcome(text, &scope(), Wanted::Number, item);
    assert_eq!(found, expected, "{text} for {item}");
}

#[test]
fn any_missing_name_makes_the_whole_missing() {
    check("trouble || commits > 0", "trouble=true", "missing");
    check("trouble && commits > 0", "trouble=false", "missing");
    check(
        "trouble ? commits > 0 : cost > 1.0",
        "trouble=true commits=3",
        "missing",
    );
    check("mode == \"build\"", "", "missing");
    check("mode in [\"build\"] || true", "", "missing");
}

#[test]
fn a_missing_name_outweighs_a_failure() {
    check("1 / commits > cost", "commits=0", "missing");
}

#[test]
fn labels_are_compared_for_equality() {
    check("mode == \"build\"", "mode=build", "true");
    check("mode != \"build\"", "mode=fix", "true");
    check("\"build\" == mode", "mode=fix", "false");
    check("mode in [\"build\", 'fix']", "mode=fix", "true");
    check("mode in [\"build\"]", "mode=fix", "false");
    check("!(mode in ([\"build\"]))", "mode=fix", "true");
    check("mode == 1", "mode=1", "true");
    check("mode == mode", "mode=fix", "true");
}

#[test]
fn ordinal_labels_are_compared_by_rank() {
    let ids = ["none", "1", "2", "4", "5"];
    for (rank, id) in ids.iter().enumerate() {
        let item = format!("signal={id}");
        for (other, literal) in ["\"none\"", "1", "2", "'4'", "5"].iter().enumerate() {
            let compare = |sign: &str, expected: bool, reversed: bool| {
                let expected = expected.to_string();
                check(&format!("signal {sign} {literal}"), &item, &expected);
                let expected = reversed.to_string();
                check(&format!("{literal} {sign} signal"), &item, &expected);
            };
            compare("<", rank < other, other < rank);
            compare("<=", rank <= other, other <= rank);
            compare(">", rank > other, other > rank);
            compare(">=", rank >= other, other >= rank);
            compare("==", rank == other, rank == other);
            compare("!=", rank != other, rank != other);
        }
    }
}

#[test]
fn numbers_in_a_list_stand_for_labels() {
    check("signal in [4, 5]", "signal=4", "true");
    check("signal in [4, 5]", "signal=none", "false");
    check("signal in [4, \"none\"]", "signal=none", "true");
}

#[test]
fn an_excluded_label_has_no_rank_but_can_be_equal() {
    check("success >= \"partial\"", "success=succeeded", "true");
    check("success >= \"partial\"", "success=no_clear_goal", "missing");
    check("success < \"partial\"", "success=no_clear_goal", "missing");
    check(
        "success == \"no_clear_goal\"",
        "success=no_clear_goal",
        "true",
    );
    check(
        "success != \"no_clear_goal\"",
        "success=no_clear_goal",
        "false",
    );
    check("success != \"no_clear_goal\"", "success=failed", "true");
    check(
        "success == \"no_clear_goal\" || success > \"failed\"",
        "success=no_clear_goal",
        "missing",
    );
}

#[test]
fn ints_and_doubles_compare() {
    check("commits > 0", "commits=1", "true");
    check("share > 0", "share=0.5", "true");
    check("share == 0", "share=0", "true");
    check("commits >= 500.0", "commits=499", "false");
    check("commits < share", "commits=0 share=0.5", "true");
    check("commits in [1, 2.0]", "commits=2", "true");
    check("share in [1, 2.0]", "share=1", "true");
    check(
        "-1 < commits && -0.5 < share",
        "commits=0 share=-0.25",
        "true",
    );
}

#[test]
fn arithmetic_is_that_of_cel() {
    check_number("lines_added + commits * 2", "lines_added=1 commits=3", "7");
    check_number(
        "(lines_added + commits) * 2",
        "lines_added=1 commits=3",
        "8",
    );
    check_number("lines_added / commits", "lines_added=7 commits=2", "3");
    check_number("lines_added % commits", "lines_added=7 commits=4", "3");
    check_number("-commits - -2", "commits=3", "-1");
    check_number("share * 2 + 1", "share=0.25", "1.5");
    check_number("1 - share", "share=0.25", "0.75");
    check_number(
        "double(commits) / double(lines_added)",
        "commits=1 lines_added=4",
        "0.25",
    );
    check_number("int(share)", "share=2.75", "2");
    check_number("trouble ? 0 : share", "trouble=true share=0.5", "0");
    check_number("int(month) + size(month) + month.size()", "month=12", "16");
}

#[test]
fn a_whole_number_serves_as_a_double() {
    let scope = scope();
    let program = Program::compile("share > 0", &scope, Wanted::Bool).unwrap();
    let input = Input::Value(Value::Int(3));
    let found = program.evaluate(|_| Some(input.clone()));
    let expected = Value::Bool(true);
    assert_eq!(found, Evaluated::Value(expected));
}

#[test]
fn text_is_compared_and_searched() {
    check("month == \"2025-03\"", "month=2025-03", "true");
    check(
        "month >= '2025-02' && month < \"2025-10\"",
        "month=2025-03",
        "true",
    );
    check("month in [\"2025-03\"]", "month=2025-04", "false");
    check("month.startsWith(\"2025\")", "month=2025-03", "true");
    check(
        "month.endsWith(\"2025\") || month.contains(\"-\")",
        "month=2025-03",
        "true",
    );
    check("month == \"\\u00e4\\\"\"", "month=ä\"", "true");
}

#[test]
fn what_cannot_be_computed_says_why() {
    check("10 / commits > 1", "commits=0", "failed: division by zero");
    check("10 % commits > 1", "commits=0", "failed: division by zero");
    check(
        "share / cost > 1.0",
        "share=1 cost=0",
        "failed: division by zero",
    );
    check(
        "share / cost != 1.0",
        "share=0 cost=0",
        "failed: division by zero",
    );
    let overflow = "failed: a number too large to compute with";
    check_number("commits + 1", "commits=9223372036854775807", overflow);
    check_number("-commits", "commits=-9223372036854775808", overflow);
    check("share * 10.0 > 1.0", "share=1e308", overflow);
    check("share / 0.1 > 1.0", "share=1e308", overflow);
    check(
        "int(share) > 1",
        "share=1e19",
        "failed: int(): integer overflow",
    );
    check("double(month) > 1.0", "month=inf", overflow);
    let parse = "failed: double(): string parse error: invalid float literal";
    check("double(month) > 1.0", "month=May", parse);
}

#[test]
fn a_side_that_decides_forgives_a_failure_on_the_other() {
    check("commits == 0 || 10 / commits > 1", "commits=0", "true");
    check(
        "10 / commits > 1 && trouble",
        "commits=0 trouble=false",
        "false",
    );
}

#[test]
fn a_value_of_another_type_fails() {
    let scope = scope();
    let program = Program::compile("commits > 0 && mode == 1", &scope, Wanted::Bool).unwrap();
    let found = program.evaluate(|_| Some(Input::Label(LabelIx(9))));
    let reason = "`commits` has a value of another type".to_owned();
    assert_eq!(found, Evaluated::Failed(reason));
}

#[test]
fn inputs_are_the_names_in_the_text() {
    let text = "trouble && lines_added > 0 // commits\n || month == \"share\" && trouble";
    let program = Program::compile(text, &scope(), Wanted::Bool).unwrap();
    assert_eq!(program.inputs(), [0, 4, 5]);
    assert_eq!(program.text(), text);
}

#[test]
fn a_program_can_be_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Program>();
}

#[test]
fn a_rule_is_split_where_its_text_is_not() {
    let text = "  code_change : label in [\"a: =>\", 'b'] =>  x >= 0 ? y : z ";
    let rule = split_rule(text).unwrap();
    assert_eq!(rule.name, "code_change");
    assert_eq!(rule.when.text, "label in [\"a: =>\", 'b']");
    assert_eq!(rule.expect.text, "x >= 0 ? y : z");
    for part in [rule.when, rule.expect] {
        assert!(text[part.start..].starts_with(part.text));
    }
}

#[test]
fn a_program_is_evaluated_on_any_number_of_items() {
    let scope = scope();
    let text = "mode in [\"build\", \"fix\"] && lines_added + commits > 0 && share / cost < 2";
    let program = Program::compile(text, &scope, Wanted::Bool).unwrap();
    let of_item = |item: usize| {
        program.evaluate(|position| {
            Some(match &*scope.0[position].name {
                "mode" => Input::Label(LabelIx(item % 2)),
                "share" | "cost" => Input::Value(Value::Double(1.5)),
                _ => Input::Value(Value::Int(item as i64 % 3)),
            })
        })
    };
    let n_true = (0..10_000)
        .filter(|item| of_item(*item) == Evaluated::Value(Value::Bool(true)))
        .count();
    assert_eq!(n_true, 6_666);
}
