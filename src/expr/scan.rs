//! Cuts an expression into tokens, so that faults have a place and `cel` never sees hostile text.

use std::ops::Range;

use super::ExprFault;

/// Longer texts are not looked at.
const MAX_BYTES: usize = 4_096;
/// The parser recurses per bracket: about 15 KiB of stack each, when optimised.
const MAX_NESTING: usize = 16;
/// Parser and evaluation recurse per operator: about 2 KiB of stack each, when optimised.
const MAX_OPERATORS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier.
    Name,
    /// A number, text, or one of the words `true` and `false`.
    Literal,
    /// An operator, a bracket or a mark.
    Sign,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// For a bracket, where the other one of its pair stands among the tokens; else itself.
    pub(super) partner: usize,
}

/// A text and its tokens; brackets match.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) all: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// The text of a token; empty beyond the last one.
    pub(super) fn text(&self, index: usize) -> &'a str {
        self.all
            .get(index)
            .map_or("", |token| &self.text[token.span.clone()])
    }

    /// Whether the token is this operator, bracket or mark.
    pub(super) fn is_sign(&self, index: usize, sign: &str) -> bool {
        self.all
            .get(index)
            .is_some_and(|token| token.kind == Kind::Sign)
            && self.text(index) == sign
    }

    /// Whether the token before this one is that sign.
    pub(super) fn is_after(&self, index: usize, sign: &str) -> bool {
        index > 0 && self.is_sign(index - 1, sign)
    }

    /// Whether a value may end with this token.
    pub(super) fn ends_value(&self, index: usize) -> bool {
        match self.all[index].kind {
            Kind::Name | Kind::Literal => true,
            Kind::Sign => matches!(self.text(index), ")" | "]"),
        }
    }
}

/// Cuts the text into tokens, or says everything that is wrong with its characters and brackets.
pub(super) fn scan(text: &str) -> Result<Tokens<'_>, Vec<ExprFault>> {
    if text.len() > MAX_BYTES {
        let message = format!(
            "an expression may have at most {MAX_BYTES} bytes, and this has {}",
            text.len()
        );
        return Err(vec![ExprFault::new(0..text.len(), message)]);
    }
    let mut all: Vec<Token> = Vec::new();
    let mut faults = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut n_operators = 0;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if let Some(length) = blank(&text[at..]) {
            at += length;
            continue;
        }
        let (length, kind) = match token(&text[at..], first) {
            Ok(found) => found,
            Err((length, message, help)) => {
                let span = at..at + length;
                faults.push(ExprFault::new(span, message).maybe_help(help.map(Into::into)));
                if matches!(first, '"' | '\'') {
                    // What follows may be inside or outside the text.
                    return Err(faults);
                }
                at += length;
                continue;
            }
        };
        let span = at..at + length;
        let index = all.len();
        let mut partner = index;
        match &text[span.clone()] {
            "(" | "[" => {
                open.push(index);
                if open.len() > MAX_NESTING {
                    let message = format!("brackets may be nested at most {MAX_NESTING} deep");
                    faults.push(ExprFault::new(span, message));
                    return Err(faults);
                }
            }
            close @ (")" | "]") => match open.pop() {
                None => {
                    faults.push(ExprFault::new(
                        span.clone(),
                        format!("`{close}` closes nothing"),
                    ));
                }
                Some(opened) => {
                    let opener = &text[all[opened].span.clone()];
                    if (opener == "(") != (close == ")") {
                        let message = format!("`{close}` does not close `{opener}`");
                        faults.push(ExprFault::new(span.clone(), message));
                    }
                    all[opened].partner = index;
                    partner = opened;
                }
            },
            "." | "," => {}
            _ if kind == Kind::Sign => n_operators += 1,
            _ => {}
        }
        if n_operators > MAX_OPERATORS {
            let message = format!("an expression may have at most {MAX_OPERATORS} operators");
            faults.push(ExprFault::new(span, message));
            return Err(faults);
        }
        all.push(Token {
            kind,
            span,
            partner,
        });
        at += length;
    }
    for opened in open {
        let span = all[opened].span.clone();
        let message = format!("`{}` is not closed", &text[span.clone()]);
        faults.push(ExprFault::new(span, message));
    }
    if faults.is_empty() {
        Ok(Tokens { text, all })
    } else {
        Err(faults)
    }
}

/// The length of the white space or the comment that the text begins with.
fn blank(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let is_blank = |character| matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{c}');
    text.starts_with(is_blank)
        .then(|| text.find(|character| !is_blank(character)))
        .map(|length| length.unwrap_or(text.len()))
}

/// A length with what is wrong and what to do about it.
type Wrong = (usize, String, Option<&'static str>);

/// The length and kind of the token that the text begins with.
fn token(text: &str, first: char) -> Result<(usize, Kind), Wrong> {
    match first {
        'a'..='z' | 'A'..='Z' | '_' => word(text),
        '0'..='9' => number(text),
        '.' if text[1..].starts_with(|next: char| next.is_ascii_digit()) => number(text),
        '"' | '\'' => quoted(text, first),
        _ => sign(text, first),
    }
}

fn word(text: &str) -> Result<(usize, Kind), Wrong> {
    let length = run(text, |character| {
        character.is_alphanumeric() || character == '_'
    });
    let word = &text[..length];
    if !word.is_ascii() {
        return Err(unusable_name(word));
    }
    if text[length..].starts_with(['"', '\'']) {
        let message = format!("text with the prefix `{word}` is not supported");
        return Err((length, message, None));
    }
    let kind = match word {
        "in" => Kind::Sign,
        "true" | "false" => Kind::Literal,
        _ => Kind::Name,
    };
    Ok((length, kind))
}

fn unusable_name(word: &str) -> Wrong {
    let message = format!("`{word}` cannot be a name");
    let help = "names are made of the letters a to z, digits and `_`";
    (word.len(), message, Some(help))
}

fn number(text: &str) -> Result<(usize, Kind), Wrong> {
    let digits = |from: usize| run(&text[from..], |character| character.is_ascii_digit());
    let mut length = digits(0);
    let mut is_whole = true;
    if text[length..].starts_with('.') && digits(length + 1) > 0 {
        is_whole = false;
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            is_whole = false;
            length += 1 + sign + exponent;
        }
    }
    let trailing = run(&text[length..], |character| {
        character.is_alphanumeric() || character == '_'
    });
    if trailing > 0 {
        length += trailing;
        let message = format!("`{}` is neither a number nor a name", &text[..length]);
        return Err((length, message, None));
    }
    let literal = &text[..length];
    let fits = if is_whole {
        literal.parse::<i64>().is_ok()
    } else {
        literal.parse::<f64>().is_ok_and(f64::is_finite)
    };
    if fits {
        Ok((length, Kind::Literal))
    } else {
        Err((length, "this number is too large".to_owned(), None))
    }
}

fn quoted(text: &str, quote: char) -> Result<(usize, Kind), Wrong> {
    let triple = [quote; 3].iter().collect::<String>();
    if text.starts_with(&triple) {
        let message = format!("text in `{triple}` is not supported");
        return Err((3, message, None));
    }
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if matches!(character, '\n' | '\r') {
            return Err((at, "this text is not closed on its line".to_owned(), None));
        }
        if character == quote && !is_escaped {
            return Ok((at + 1, Kind::Literal));
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    Err((text.len(), "this text is not closed".to_owned(), None))
}

fn sign(text: &str, first: char) -> Result<(usize, Kind), Wrong> {
    const PAIRS: [&str; 7] = ["==", "!=", "<=", ">=", "&&", "||", "=>"];
    if PAIRS.iter().any(|pair| text.starts_with(pair)) {
        return Ok((2, Kind::Sign));
    }
    let help = match first {
        '<' | '>' | '+' | '-' | '*' | '/' | '%' | '!' | '?' | ':' | ',' | '.' | '(' | ')' | '['
        | ']' => return Ok((1, Kind::Sign)),
        '=' => Some("write `==` to compare"),
        '&' => Some("write `&&` for and"),
        '|' => Some("write `||` for or"),
        '{' | '}' => {
            let message = "maps are not supported in rules".to_owned();
            return Err((1, message, None));
        }
        _ if first.is_alphanumeric() => {
            return Err(unusable_name(&text[..run(text, char::is_alphanumeric)]));
        }
        _ => None,
    };
    let message = format!("`{}` is not expected here", first.escape_debug());
    Err((first.len_utf8(), message, help))
}

/// How many bytes at the beginning are of characters that satisfy the predicate.
fn run(text: &str, predicate: impl Fn(char) -> bool) -> usize {
    text.find(|character| !predicate(character))
        .unwrap_or(text.len())
}
