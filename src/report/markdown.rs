//! GitHub-flavoured Markdown: the verdict first, then each report.

use super::document::{Align, Block, Cell, Document, Table};
use super::numbers::HIDDEN;
use crate::gate::Verdict;

/// The document as Markdown.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    let parts = [
        &document.head,
        &document.verdict,
        &document.overview,
        &document.findings,
        &document.legend,
    ];
    for block in parts.into_iter().chain(&document.sections).flatten() {
        match block {
            Block::Heading(level, title, verdict) => {
                let verdict = verdict.map_or_else(String::new, |v| format!("{} ", symbol(v)));
                let hashes = "#".repeat(usize::from(*level));
                text.push_str(&format!("{hashes} {verdict}{}\n\n", escape(title)));
            }
            Block::Prose(prose) => text.push_str(&format!("{}\n\n", escape(prose))),
            Block::Caption(caption) => text.push_str(&format!("**{}**\n\n", escape(caption))),
            Block::Table(table) => table_text(&mut text, table),
            Block::Matrix(matrix) => table_text(&mut text, &matrix.table()),
            // The tables say the same.
            Block::Plot(_) => {}
            Block::List(entries) => {
                for entry in entries {
                    text.push_str(&format!("- {}\n", escape(entry)));
                }
                text.push('\n');
            }
            Block::Verbatim(lines) => verbatim(&mut text, lines),
        }
    }
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅ pass",
        Verdict::Inconclusive => "❔ inconclusive",
        Verdict::Fail => "❌ fail",
    }
}

fn table_text(text: &mut String, table: &Table) {
    // A column of drawn intervals has nothing to say in Markdown.
    let shown: Vec<usize> = (0..table.columns.len())
        .filter(|column| {
            !table
                .rows
                .iter()
                .any(|row| matches!(row[*column], Cell::Axis(_)))
        })
        .collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push_str(&line(
        shown
            .iter()
            .map(|c| escape(&table.columns[*c].title))
            .collect(),
    ));
    let rule = shown
        .iter()
        .map(|column| match table.columns[*column].align {
            Align::Left => "---".to_owned(),
            Align::Right => "---:".to_owned(),
        });
    text.push_str(&line(rule.collect()));
    for row in &table.rows {
        text.push_str(&line(
            shown.iter().map(|column| cell(&row[*column])).collect(),
        ));
    }
    text.push('\n');
}

/// A fenced block; the fence is longer than any the text has.
fn verbatim(text: &mut String, lines: &str) {
    let longest = lines.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    let end = if lines.ends_with('\n') { "" } else { "\n" };
    text.push_str(&format!("{fence}text\n{lines}{end}{fence}\n\n"));
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text)
        | Cell::Faint(text)
        | Cell::Number(text)
        | Cell::Estimate(text, _)
        | Cell::Note(text) => escape(text),
        Cell::Count(text, true) => format!("**{}**", escape(text)),
        Cell::Count(text, false) => escape(text),
        Cell::Suppressed => HIDDEN.to_owned(),
        Cell::Verdict(verdict) => symbol(*verdict).to_owned(),
        Cell::Axis(_) => String::new(),
    }
}

/// Text that Markdown must not read as markup: ids and labels come from files. What cannot be
/// markup where it stands is left readable.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match character {
            '\n' | '\r' => escaped.push(' '),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '|' | '`' | '\\' | '#' | '~' | '*' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '_' if !(in_word(before) && in_word(next)) => escaped.push_str("\\_"),
            ']' if matches!(next, Some('(' | '[' | ':')) => escaped.push_str("\\]"),
            _ => escaped.push(character),
        }
        before = Some(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(escape("a|b <i> *x*"), "a\\|b &lt;i> \\*x\\*");
        assert_eq!(escape("[a](b) _c_"), "[a\\](b) \\_c\\_");
    }

    #[test]
    fn no_fence_in_a_text_ends_it() {
        let mut text = String::new();
        verbatim(&mut text, "a\n````\nb");
        assert_eq!(text, "`````text\na\n````\nb\n`````\n\n");
    }

    #[test]
    fn names_and_intervals_stay_readable() {
        assert_eq!(escape("kappa_linear [0.1, 0.2]"), "kappa_linear [0.1, 0.2]");
    }
}
