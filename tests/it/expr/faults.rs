//! What is wrong with an expression, and where.

use labelgate::expr::{ExprFault, Program, Wanted, split_rule};

use super::scope;

/// A fault as the text it is about, what is wrong and what to do.
fn shown(text: &str, fault: &ExprFault) -> String {
    let place = &text[fault.span.clone()];
    let help = fault.help.as_ref().map(|help| format!("; {help}"));
    format!("{place} | {}{}", fault.message, help.unwrap_or_default())
}

/// The faults of the expression begin like these.
fn check(text: &str, expected: &[&str]) {
    let faults = Program::compile(text, &scope(), Wanted::Bool).unwrap_err();
    let found: Vec<String> = faults.iter().map(|fault| shown(text, fault)).collect();
    let is_as_expected = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(found, start)| found.starts_with(start));
    assert!(is_as_expected, "in {text}:\n{found:#?}\n{expected:#?}");
}

#[test]
fn unknown_names_are_all_found() {
    check(
        "lines_aded > 0 && \"comits\" == month || comits > 1 && xyzzy > 2",
        &[
            "lines_aded | unknown name `lines_aded`; did you mean `lines_added`?",
            "comits | unknown name `comits`; did you mean `commits`?",
            "xyzzy | unknown name `xyzzy`; known here: lines_added, commits, share, ",
        ],
    );
    check("\"ä\" == month && x", &["x | unknown name `x`"]);
}

#[test]
fn a_label_must_be_a_declared_one() {
    check(
        "mode == \"biuld\"",
        &["\"biuld\" | no label `biuld` in `mode`; did you mean `build`?"],
    );
    check(
        "mode in [\"build\", \"Fix\", \"xyzzy\"]",
        &[
            "\"Fix\" | no label `Fix` in `mode`; did you mean `fix`?",
            "\"xyzzy\" | no label `xyzzy` in `mode`; its labels: build, fix, 1",
        ],
    );
    check(
        "signal >= 3",
        &["3 | no label `3` in `signal`; its labels: none, 1, 2, 4, 5"],
    );
    check("- 1 < signal", &["- 1 | no label `-1` in `signal`"]);
    check("signal in [4, 4.5]", &["4.5 | no label `4.5` in `signal`"]);
}

#[test]
fn only_ranked_labels_have_an_order() {
    check(
        "mode < \"fix\"",
        &["< | the labels of `mode` have no order; compare with `==`, `!=` or `in`"],
    );
    check(
        "success > \"no_clear_goal\"",
        &["\"no_clear_goal\" | `no_clear_goal` is excluded and has no rank"],
    );
    check(
        "signal < signal",
        &["< | two labels can be compared only with"],
    );
}

#[test]
fn labels_are_compared_only_with_labels() {
    check(
        "success == signal",
        &["== | these two have different labels"],
    );
    check(
        "mode == month",
        &["month | `mode` can be compared only with its labels"],
    );
    check(
        "mode == true",
        &["true | `mode` can be compared only with its labels"],
    );
    check(
        "mode && trouble",
        &["mode | `&&` needs true or false, not a label"],
    );
    check("mode + 1 > 2", &["mode | `+` needs numbers, not a label"]);
    check(
        "double(mode) > 1",
        &["mode | `double` needs a number or a string, not a label"],
    );
    check(
        "month in [mode]",
        &["mode | a list holds values, not a label"],
    );
    check(
        "(trouble ? mode : \"fix\") == \"fix\"",
        &["mode | a choice must yield a value, not a label"],
    );
}

#[test]
fn ints_and_doubles_do_not_mix_in_arithmetic() {
    check(
        "(lines_added + commits) * share > 1.0",
        &["* | `*` cannot mix an int and a double; write `double(lines_added + commits)`"],
    );
    check(
        "share - size(month) > 0",
        &["- | `-` cannot mix an int and a double; write `double(size(month))`"],
    );
    check(
        "share % 2 == 1",
        &["share | `%` needs whole numbers, not a double"],
    );
}

#[test]
fn types_must_fit() {
    check(
        "commits",
        &["commits | this must be true or false, not an int"],
    );
    check(
        "(commits + 1)",
        &["commits + 1 | this must be true or false, not an int"],
    );
    check(
        "!commits",
        &["commits | `!` needs true or false, not an int"],
    );
    check(
        "lines_added == month",
        &["== | `==` cannot compare an int with a string"],
    );
    check("trouble < true", &["< | true and false have no order"]);
    check(
        "commits > 0 > 1",
        &["> | `>` cannot compare a bool with an int"],
    );
    check(
        "commits in [1, \"a\"]",
        &["\"a\" | `in` cannot compare an int with a string"],
    );
    check(
        "commits in 3",
        &["in | `in` needs a list in square brackets"],
    );
    check("commits in []", &["[] | nothing is in an empty list"]);
    check(
        "[commits] == 1",
        &["[commits] | a list may stand only after `in`"],
    );
    check(
        "commits ? trouble : true",
        &["commits | what stands before `?` must be"],
    );
    check(
        "trouble ? commits > 1 : commits",
        &["? | this yields a bool or an int"],
    );
    check(
        "month + \"a\" == month",
        &["month | `+` needs", "\"a\" | `+` needs"],
    );
    let scope = scope();
    let faults = Program::compile("trouble", &scope, Wanted::Number).unwrap_err();
    assert_eq!(faults[0].message, "this must be a number, not a bool");
}

#[test]
fn only_some_functions_are_supported() {
    check(
        "flaot(commits) > 1",
        &["flaot | the function `flaot` is not supported"],
    );
    check(
        "_x(1) > commits",
        &["_x | the function `_x` is not supported"],
    );
    check(
        "month.startWith(\"a\")",
        &[
            ".startWith | the function `startWith` is not supported in rules; did you mean `startsWith`?",
        ],
    );
    check(
        "contains(month, \"a\")",
        &["contains | `contains` is written after the text it looks at; write `text.contains("],
    );
    check(
        "commits(1) > 1",
        &["commits | `commits` is a name and no function"],
    );
    check(
        "double() > share",
        &["double() | `double` takes one argument"],
    );
    check("month.size(1) > 2", &["size(1) | `size` takes no argument"]);
    check(
        "month.contains(1)",
        &["1 | `contains` needs a string, not an int"],
    );
}

#[test]
fn the_rest_of_cel_is_not_supported() {
    check(
        "commits.x == 1",
        &[".x | fields such as `.x` are not supported in rules"],
    );
    check(".commits == 1", &[".commits | fields such as"]);
    check(
        "commits[0] == 1",
        &["[ | indexing is not supported in rules"],
    );
    check(
        "{\"a\": 1} == commits",
        &["{ | maps are not supported", "} | maps"],
    );
    check(
        "has(commits.x)",
        &["has | the function `has`", ".x | fields such as"],
    );
    check(
        "[1].exists(x, x == commits)",
        &[
            ".exists | the function `exists`",
            "x | unknown",
            "x | unknown",
        ],
    );
    check(
        "month == r\"a\"",
        &["r | text with the prefix `r` is not supported"],
    );
    check(
        "month == '''a'''",
        &["''' | text in `'''` is not supported"],
    );
    check(
        "commits > 0x1F",
        &["0x1F | `0x1F` is neither a number nor a name"],
    );
    check(
        "commits == null",
        &["null | `null` is not supported in rules; an item"],
    );
}

#[test]
fn a_slip_of_the_pen_is_understood() {
    check(
        "commits = 1",
        &["= | `=` is not expected here; write `==` to compare"],
    );
    check(
        "commits > 1 & trouble",
        &["& | `&` is not expected here; write `&&` for and"],
    );
    check(
        "trouble and commits > 0",
        &["and | `and` is not an operator; write `&&`"],
    );
    check(
        "not trouble",
        &["not | `not` is not an operator; write `!`"],
    );
    check("for > 1", &["for | `for` is a word that CEL reserves"]);
    check("trouble => trouble", &["=> | `=>` may stand only between"]);
}

#[test]
fn syntax_errors_have_a_place() {
    check("", &[" | an expression is missing"]);
    check("commits >", &[" | the expression breaks off here"]);
    check("commits\n  > > 1", &["> | `>` is not expected here"]);
    check(
        "month == \"ä\" trouble",
        &["trouble | `trouble` is not expected here"],
    );
    check("(commits > 1", &["( | `(` is not closed"]);
    check("commits > 1)", &[") | `)` closes nothing"]);
    check("commits in [1)", &[") | `)` does not close `[`"]);
    check("month == \"a", &["\"a | this text is not closed"]);
    check(
        "month == 'a\nb'",
        &["'a | this text is not closed on its line"],
    );
    check(
        "month == \"\\q\"",
        &["\"\\q\" | this text has an escape that CEL does not know"],
    );
    check("größe > 1", &["größe | `größe` cannot be a name"]);
    check(
        "commits # 1 ~ 2",
        &["# | `#` is not expected here", "~ | `~` is not"],
    );
    check(
        "commits > 99999999999999999999",
        &["99999999999999999999 | this number is too"],
    );
    check("share > 1e999", &["1e999 | this number is too large"]);
    let choices = "trouble ? trouble ? true : false : true";
    check(
        choices,
        &["? | `?` is not expected here; put a choice within a choice in"],
    );
}

#[test]
fn a_rule_may_not_say_the_same_of_every_item() {
    check(" 1 < 2 ", &["1 < 2 | this says the same of every item"]);
    let constant = Program::compile("1 + 2", &scope(), Wanted::Number);
    assert!(constant.is_ok_and(|program| program.inputs().is_empty()));
}

#[test]
fn a_rule_that_cannot_be_split_says_why() {
    let check = |text: &str, expected: &str| {
        let found = shown(text, &split_rule(text).unwrap_err());
        assert!(found.starts_with(expected), "{found}");
    };
    check(
        "label == 1 => x",
        " | this rule does not begin with a name; a rule is written",
    );
    check(
        "a ? b : c => d",
        "a ? b : | this rule does not begin with a name",
    );
    check("ä: => b => c", "=> | a rule has only one `=>`");
    check("a: b", " | this rule has no `=>`");
    check("ä: (b => c", "( | `(` is not closed");
}

#[test]
fn a_fault_can_be_moved_to_where_the_expression_stands() {
    let line = "code: mode == \"biuld\" => commits > 0";
    let rule = split_rule(line).unwrap();
    let faults = Program::compile(rule.when.text, &scope(), Wanted::Bool).unwrap_err();
    let fault = faults[0].clone().moved(rule.when.start);
    assert!(shown(line, &fault).starts_with("\"biuld\" | no label"));
}
