//! Text that a spreadsheet must not take for a formula.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a line break, or with the full-width forms
//! of these signs, may be run as a formula by the program that opens it. Such a cell gets an
//! apostrophe in front, which [`undo`] takes away again. Numbers are left as they are.

/// The cell as a spreadsheet may open it.
pub fn guarded(text: &str) -> String {
    match looks_like_formula(text.trim_start_matches('\'')) && !is_number(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// The text that a cell stands for: the inverse of [`guarded`].
pub fn undo(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if guarded(text) == cell => text,
        _ => cell,
    }
}

fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn is_number(text: &str) -> bool {
    text.parse().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_guarded_and_numbers_are_not() {
        let check = |text: &str, expected: &str| assert_eq!(guarded(text), expected);
        check("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")");
        check("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0");
        check("-build", "'-build");
        check("@SUM(1)", "'@SUM(1)");
        check("\t=1", "'\t=1");
        check("\r=1", "'\r=1");
        check("＝1", "'＝1");
        check("-inf", "'-inf");
        check("-0.25", "-0.25");
        check("+3", "+3");
        check("build", "build");
        check("'quoted'", "'quoted'");
        check("", "");
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in ["=1", "'=1", "''=1", "'a", "-1", "'-1", "-a", "", "'", "@"] {
            assert_eq!(undo(&guarded(text)), text);
        }
    }
}
