//! Telemetry rules: what telemetry should show where the label is one of some.

use super::scan::scan;
use super::{ExprFault, Program};

/// A telemetry rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What gates and reports call it.
    pub name: Box<str>,
    /// What it means; may be empty.
    pub says: Box<str>,
    /// Which labels it is about: an expression over `label`.
    pub when: Program,
    /// What should then hold: an expression over telemetry.
    pub expect: Program,
}

/// The parts of a rule written on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleText<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The half before `=>`.
    pub when: Part<'a>,
    /// The half after `=>`.
    pub expect: Part<'a>,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The part.
    pub text: &'a str,
    /// The byte at which it begins.
    pub start: usize,
}

/// Takes apart a rule written as `NAME: WHEN => EXPECT`, without compiling its halves.
///
/// ```
/// let rule = labelgate::expr::split_rule(r#"code: label in ["=>"] => lines > 0"#).unwrap();
/// assert_eq!(rule.name, "code");
/// assert_eq!((rule.when.text, rule.when.start), (r#"label in ["=>"]"#, 6));
/// assert_eq!((rule.expect.text, rule.expect.start), ("lines > 0", 25));
/// ```
pub fn split_rule(text: &str) -> Result<RuleText<'_>, ExprFault> {
    const FORM: &str = "a rule is written `NAME: label in [\"…\"] => lines > 0`";
    let is_part_of_name =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    let (name, rest) = text.split_once(':').unwrap_or(("", text));
    let after_name = text.len() - rest.len();
    let name = name.trim();
    if name.is_empty() || !name.chars().all(is_part_of_name) {
        let fault = ExprFault::new(0..after_name, "this rule does not begin with a name");
        return Err(fault.help(FORM));
    }
    let tokens = scan(rest).map_err(|faults| {
        let first = faults.into_iter().next();
        first.map_or_else(
            || ExprFault::new(after_name..text.len(), "this is no rule"),
            |fault| fault.moved(after_name),
        )
    })?;
    let mut arrows = (0..tokens.all.len())
        .filter(|index| tokens.is_sign(*index, "=>"))
        .map(|index| tokens.all[index].span.clone());
    let Some(arrow) = arrows.next() else {
        let fault = ExprFault::new(text.len()..text.len(), "this rule has no `=>`");
        return Err(fault.help(FORM));
    };
    if let Some(second) = arrows.next() {
        let fault = ExprFault::new(second, "a rule has only one `=>`").moved(after_name);
        return Err(fault.help(FORM));
    }
    let (before, after) = (&rest[..arrow.start], &rest[arrow.end..]);
    Ok(RuleText {
        name,
        when: part(before, after_name),
        expect: part(after, after_name + arrow.end),
    })
}

/// A part without the blanks around it.
fn part(text: &str, start: usize) -> Part<'_> {
    let blanks = text.len() - text.trim_start().len();
    Part {
        text: text.trim(),
        start: start + blanks,
    }
}
