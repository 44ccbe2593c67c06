//! Names and functions, looked at token by token: their faults are found even in a text that
//! does not parse, and each has its exact place.

use crate::fault::did_you_mean;

use super::scan::{Kind, Tokens};
use super::{ExprFault, Scope, known};

/// Functions written before their argument.
pub(super) const FUNCTIONS: [&str; 3] = ["double", "int", "size"];
/// Functions written after a text and a dot.
pub(super) const METHODS: [&str; 4] = ["contains", "startsWith", "endsWith", "size"];

/// Words CEL keeps for itself, which can therefore be no names.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// The scope's positions of the names in the text, ascending, and what is wrong with the others.
pub(super) fn vet(tokens: &Tokens<'_>, scope: &Scope) -> (Vec<usize>, Vec<ExprFault>) {
    let mut inputs = Vec::new();
    let mut faults = Vec::new();
    for (index, token) in tokens.all.iter().enumerate() {
        let mut span = token.span.clone();
        let text = tokens.text(index);
        let fault = match token.kind {
            Kind::Name if tokens.is_after(index, ".") => {
                span.start = tokens.all[index - 1].span.start;
                method(text, tokens.is_sign(index + 1, "("))
            }
            Kind::Name if tokens.is_sign(index + 1, "(") => function(text, scope),
            Kind::Name if text == "null" => Some((
                "`null` is not supported in rules".to_owned(),
                Some("an item that lacks a value is left out by itself".to_owned()),
            )),
            Kind::Name if RESERVED.contains(&text) => {
                Some((format!("`{text}` is a word that CEL reserves"), None))
            }
            Kind::Name => match scope.position(text) {
                Some(position) => {
                    inputs.push(position);
                    None
                }
                None => Some(unknown_name(text, scope)),
            },
            Kind::Sign if text == "=>" => Some((
                "`=>` may stand only between the two halves of a rule".to_owned(),
                None,
            )),
            Kind::Sign if text == "[" && index > 0 && tokens.ends_value(index - 1) => {
                Some(("indexing is not supported in rules".to_owned(), None))
            }
            _ => None,
        };
        faults.extend(fault.map(|(message, help)| ExprFault::new(span, message).maybe_help(help)));
    }
    inputs.sort_unstable();
    inputs.dedup();
    (inputs, faults)
}

type Fault = Option<(String, Option<String>)>;

fn method(name: &str, is_called: bool) -> Fault {
    if !is_called {
        let message = format!("fields such as `.{name}` are not supported in rules");
        Some((message, None))
    } else if METHODS.contains(&name) {
        None
    } else {
        Some(unsupported_function(name, &METHODS))
    }
}

fn function(name: &str, scope: &Scope) -> Fault {
    if FUNCTIONS.contains(&name) {
        None
    } else if METHODS.contains(&name) {
        let help = format!("write `text.{name}(\"…\")`");
        let message = format!("`{name}` is written after the text it looks at");
        Some((message, Some(help)))
    } else if scope.position(name).is_some() {
        Some((format!("`{name}` is a name and no function"), None))
    } else {
        Some(unsupported_function(name, &FUNCTIONS))
    }
}

fn unsupported_function(name: &str, candidates: &[&str]) -> (String, Option<String>) {
    let help = did_you_mean(name, candidates.iter().copied())
        .unwrap_or_else(|| known("functions", candidates.iter().copied()));
    let message = format!("the function `{name}` is not supported in rules");
    (message, Some(help))
}

fn unknown_name(name: &str, scope: &Scope) -> (String, Option<String>) {
    let names = || scope.0.iter().map(|known| &*known.name);
    match name {
        "and" | "AND" => return instead(name, "&&"),
        "or" | "OR" => return instead(name, "||"),
        "not" | "NOT" => return instead(name, "!"),
        _ => {}
    }
    let help = did_you_mean(name, names())
        .or_else(|| (!scope.0.is_empty()).then(|| known("known here", names())));
    (format!("unknown name `{name}`"), help)
}

fn instead(word: &str, sign: &str) -> (String, Option<String>) {
    let message = format!("`{word}` is not an operator");
    (message, Some(format!("write `{sign}`")))
}
