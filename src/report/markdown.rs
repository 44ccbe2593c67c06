//! GitHub-flavoured Markdown: the verdict first, then each report.

use super::document::{Align, Block, Cell, Document, Table};
use crate::gate::Verdict;

/// The document as Markdown.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    let sections = document.sections.iter().flatten();
    for block in document
        .head
        .iter()
        .chain(document.overview.iter().rev())
        .chain(sections)
    {
        match block {
            Block::Heading(level, title, verdict) => {
                let verdict = verdict.map_or_else(String::new, |v| format!("{} ", symbol(v)));
                let hashes = "#".repeat(usize::from(*level));
                text.push_str(&format!("{hashes} {verdict}{}\n\n", escape(title)));
            }
            Block::Prose(prose) => text.push_str(&format!("{}\n\n", escape(prose))),
            Block::Table(table) => table_text(&mut text, table),
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

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Faint(text) | Cell::Number(text) | Cell::Note(text) => {
            escape(text)
        }
        Cell::Count(text, true) => format!("**{}**", escape(text)),
        Cell::Count(text, false) => escape(text),
        Cell::Verdict(verdict) => symbol(*verdict).to_owned(),
        Cell::Axis(_) => String::new(),
    }
}

/// Text that Markdown must not read as markup: ids and labels come from files.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '|' | '*' | '`' | '[' | ']' | '\\' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '_' => escaped.push_str("\\_"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(escape("a|b <i> *x*"), "a\\|b &lt;i> \\*x\\*");
    }
}
