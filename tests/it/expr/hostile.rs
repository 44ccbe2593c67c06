//! Whatever the text, compiling and evaluating it ends, and without a panic.

use labelgate::expr::{Evaluated, Input, Program, Type, Wanted};
use labelgate::model::{LabelIx, Value};
use proptest::prelude::*;

use super::scope;

/// Compiles and evaluates. Faults must lie in the text, between characters; what compiles must
/// yield what was wanted, or fail because of the values and not of their types.
fn survive(text: &str) -> bool {
    let scope = scope();
    let mut compiles = false;
    for wanted in [Wanted::Bool, Wanted::Number] {
        match Program::compile(text, &scope, wanted) {
            Err(faults) => {
                assert!(!faults.is_empty());
                for fault in faults {
                    let place = text.get(fault.span.clone());
                    assert!(place.is_some(), "{fault:?} in {text:?}");
                }
            }
            Ok(program) => {
                compiles = true;
                for (int, double) in [(0, 0.0), (3, 0.5), (i64::MIN, -1e308), (i64::MAX, 1e300)] {
                    let found =
                        program.evaluate(|position| value(&scope.0[position].ty, int, double));
                    assert!(is_sound(&found, wanted), "{found:?} of {text:?}");
                }
            }
        }
    }
    compiles
}

fn value(ty: &Type, int: i64, double: f64) -> Option<Input> {
    Some(match ty {
        Type::Int => Input::Value(Value::Int(int)),
        Type::Double => Input::Value(Value::Double(double)),
        Type::Bool => Input::Value(Value::Bool(int > 0)),
        Type::Text => Input::Value(Value::Text("a\0ö".into())),
        Type::Nominal(_) | Type::Ordinal(_) => Input::Label(LabelIx(1)),
    })
}

fn is_sound(found: &Evaluated, wanted: Wanted) -> bool {
    const REASONS: [&str; 4] = [
        "division by zero",
        "a number too large to compute with",
        "int(): ",
        "double(): string parse error",
    ];
    match found {
        Evaluated::Value(Value::Bool(_)) => wanted == Wanted::Bool,
        Evaluated::Value(Value::Int(_)) => wanted == Wanted::Number,
        Evaluated::Value(Value::Double(value)) => wanted == Wanted::Number && value.is_finite(),
        Evaluated::Value(Value::Text(_)) | Evaluated::Missing => false,
        Evaluated::Failed(reason) => REASONS.iter().any(|known| reason.starts_with(known)),
    }
}

/// In a thread with half the stack that any platform gives.
fn survive_on_a_small_stack(text: String) -> bool {
    let survives = move || survive(&text);
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    thread.spawn(survives).unwrap().join().unwrap()
}

/// The text is refused, for this reason.
fn check_refused(text: &str, reason: &str) {
    survive(text);
    let faults = Program::compile(text, &scope(), Wanted::Bool).unwrap_err();
    let found = faults.iter().any(|fault| fault.message.contains(reason));
    assert!(found, "{faults:?}");
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn long_texts_are_refused() {
    check_refused(&"a".repeat(4_097), "at most 4096 bytes");
    check_refused(&" ".repeat(1_000_000), "at most 4096 bytes");
    check_refused(&nested("(", "commits", ")", 10_000), "at most 4096 bytes");
    let wide = format!("commits in [{}0]", "0,".repeat(2_000));
    assert!(survive(&wide));
}

#[test]
fn deeply_nested_texts_are_refused() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("!(", ")"),
        ("-(", ")"),
        ("int(", ")"),
    ] {
        check_refused(&nested(open, "commits", close, 17), "nested at most 16");
        check_refused(&nested(open, "commits", close, 500), "nested at most 16");
        check_refused(&open.repeat(500), "nested at most 16");
    }
    for operator in ["+", "<", "&&", "==", "?", "? trouble :"] {
        let chain = format!(" {operator} commits").repeat(101);
        check_refused(&format!("commits{chain}"), "at most 100 operators");
    }
    check_refused(&"!".repeat(4_000), "at most 100 operators");
}

#[test]
fn the_deepest_texts_allowed_need_little_stack() {
    let sum = format!("commits{}", " + commits".repeat(80));
    for (open, close) in [("(", ")"), ("int(", ")"), ("-(", ")"), ("-int(", ")")] {
        let deep = nested(open, &sum, close, 16);
        assert!(survive_on_a_small_stack(deep.clone()), "{deep}");
    }
    let right = nested("(commits + ", "commits", ")", 16);
    let both = format!("{right}{}", " * 2 - commits".repeat(40));
    assert!(survive_on_a_small_stack(both));
    let choices = nested("(trouble ? commits : ", "commits", ")", 16);
    assert!(survive_on_a_small_stack(choices));
    let chain = format!("{}trouble", "trouble ? trouble : ".repeat(50));
    assert!(survive_on_a_small_stack(chain));
    let comparisons = format!("commits{}", " < commits".repeat(100));
    assert!(!survive_on_a_small_stack(comparisons));
    let lists = nested("[", "commits", "]", 16);
    assert!(!survive_on_a_small_stack(lists));
    let memberships = nested("(trouble in [", "trouble", "])", 8);
    assert!(survive_on_a_small_stack(memberships));
}

#[test]
fn odd_characters_are_refused() {
    for text in [
        "\0",
        "commits > \0",
        "\u{feff}commits > 1",
        "commits > 1\u{200b}",
        "💥",
        "`a`",
    ] {
        check_refused(text, "is not expected here");
    }
    check_refused("commits > １", "cannot be a name");
    for text in [
        "\"",
        "'",
        "\"\\",
        "'\\'",
        "\"\"\"",
        "month == '\n'",
        "month == \"a\\\"",
    ] {
        assert!(!survive(text), "{text}");
    }
    assert!(survive("month == '\0💥'"));
}

fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "commits",
        "share",
        "trouble",
        "month",
        "mode",
        "success",
        "signal",
        "unknown",
        "1",
        "4",
        "-2",
        "0.5",
        "9223372036854775807",
        "\"build\"",
        "'4'",
        "\"no_clear_goal\"",
        "true",
        "null",
        "in",
        "in",
        "==",
        "==",
        "!=",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "&&",
        "||",
        "!",
        "?",
        ":",
        "(",
        ")",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "double(",
        "int(",
        "size(",
        ".contains(",
        "has(",
        ".map(",
        ".exists(",
        "{",
        "}",
        "=>",
        "`",
        "\"",
        "'",
        "\\",
        "//",
        "\n",
        "é",
        "r\"\"",
        "b''",
        "0x1",
        "1u",
        ".5",
        "e",
        "1e5",
    ])
}

/// Numbers that parse; about half have types that fit.
fn number() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "commits",
        "lines_added",
        "share",
        "cost",
        "0",
        "4",
        "-2",
        "0.5",
        "double(commits)",
        "int(share)",
        "size(month)",
        "int(month)",
        "double(month)",
        "9223372036854775807",
    ]);
    let sign = prop::sample::select(vec!["+", "-", "*", "/", "%"]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(3, 8, 2, move |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                4 => (pair, sign.clone()).prop_map(|((a, b), sign)| format!("({a} {sign} {b})")),
                1 => inner.clone().prop_map(|a| format!("double({a})")),
                1 => inner.clone().prop_map(|a| format!("-{a}")),
                1 => inner.prop_map(|a| format!("(trouble ? {a} : {a})")),
            ]
        })
}

/// Truths and numbers that parse.
fn expression() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "trouble",
        "true",
        "mode == \"fix\"",
        "mode in ['fix', 1]",
        "success > \"failed\"",
        "\"no_clear_goal\" == success",
        "4 <= signal",
        "month < '2'",
        "month.contains(\"a\")",
        "month in ['a', month]",
        "trouble in [true]",
        "commits > share",
        "trouble == 1",
    ]);
    let sign = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let compared = (number(), sign, number()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}"));
    let within = (number(), number(), number()).prop_map(|(a, b, c)| format!("{a} in [{b}, {c}]"));
    let leaf = prop_oneof![known.prop_map(str::to_owned), compared, within];
    let truth = leaf.prop_recursive(3, 8, 2, |inner| {
        let pair = || (inner.clone(), inner.clone());
        prop_oneof![
            2 => pair().prop_map(|(a, b)| format!("{a} && {b}")),
            2 => pair().prop_map(|(a, b)| format!("({a} || {b})")),
            1 => pair().prop_map(|(a, b)| format!("(({a}) ? {b} : !({a}))")),
        ]
    });
    prop_oneof![2 => truth, 1 => number()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_texts_do_no_harm(text in ".{0,60}") {
        survive(&text);
    }

    #[test]
    fn arbitrary_expressions_do_no_harm(text in expression()) {
        survive(&text);
    }

    #[test]
    fn arbitrary_tokens_do_no_harm(
        tokens in prop::collection::vec(token(), 0..30),
        blank in prop::sample::select(vec!["", " "]),
    ) {
        survive(&tokens.join(blank));
        survive(&format!("commits > {}", tokens.join(" ")));
    }
}
