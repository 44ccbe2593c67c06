//! The terminal: aligned columns, restrained colour, intervals drawn on an axis. Colour codes are
//! always written; the caller's stream strips them where they are not wanted.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::document::{Align, Axis, Block, Cell, Document, Table};
use super::numbers::HIDDEN;
use crate::gate::Verdict;

const AXIS_WIDTH: usize = 24;
const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// The document for a terminal of `width` columns: each report, then what they come to.
pub fn render(document: &Document, width: usize) -> String {
    let mut text = String::new();
    // What it all comes to stands last, where the eye is when the program ends.
    let sections = document.sections.iter().flatten();
    let ends = [
        &document.findings,
        &document.overview,
        &document.verdict,
        &document.legend,
    ];
    for block in document
        .head
        .iter()
        .chain(sections)
        .chain(ends.into_iter().flatten())
    {
        match block {
            Block::Heading(level, title, verdict) => heading(&mut text, *level, title, *verdict),
            Block::Prose(prose) | Block::Caption(prose) => prose_lines(&mut text, prose, width),
            Block::List(entries) => {
                for entry in entries {
                    prose_lines(&mut text, &format!("- {entry}"), width);
                }
            }
            Block::Verbatim(lines) => {
                for line in lines.lines() {
                    text.push_str(&format!("  | {}\n", clean(line)));
                }
            }
            Block::Table(table) => table_lines(&mut text, table, width),
            Block::Matrix(matrix) => table_lines(&mut text, &matrix.table(), width),
            // The tables say the same.
            Block::Plot(_) => {}
        }
    }
    text
}

fn heading(text: &mut String, level: u8, title: &str, verdict: Option<Verdict>) {
    text.push('\n');
    let line = match verdict {
        Some(verdict) => format!("{}  {}", verdict_text(verdict), paint(BOLD, title)),
        None => paint(BOLD, title),
    };
    let indent = if level > 2 { "  " } else { "" };
    text.push_str(&format!("{indent}{line}\n"));
}

fn prose_lines(text: &mut String, prose: &str, width: usize) {
    let mut line = String::new();
    for word in prose.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > width.saturating_sub(2) {
            text.push_str(&format!("  {}\n", paint(FAINT, &line)));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text.push_str(&format!("  {}\n", paint(FAINT, &line)));
}

fn table_lines(text: &mut String, table: &Table, width: usize) {
    let is = |column: usize, wanted: fn(&Cell) -> bool| {
        table.rows.iter().any(|row| wanted(&row[column]))
    };
    let is_axis = |column: usize| is(column, |cell| matches!(cell, Cell::Axis(_)));
    let is_note = |column: usize| is(column, |cell| matches!(cell, Cell::Note(_)));
    let natural = |column: usize| {
        let cells = table
            .rows
            .iter()
            .map(|row| cell_text(&row[column]).0.width());
        cells
            .chain([table.columns[column].title.width()])
            .max()
            .unwrap_or(0)
    };
    let (notes, mut columns): (Vec<usize>, Vec<usize>) =
        (0..table.columns.len()).partition(|column| is_note(*column));
    let total = |columns: &[usize]| columns.iter().map(|c| natural(*c) + 2).sum::<usize>();
    // A drawn axis is the first thing a narrow terminal can do without.
    if total(&columns) > width {
        columns.retain(|column| !is_axis(*column));
    }
    text.push('\n');
    if columns
        .iter()
        .any(|column| !table.columns[*column].title.is_empty())
    {
        let titles = columns.iter().map(|column| {
            let of_column = &table.columns[*column];
            pad(&of_column.title, natural(*column), of_column.align, FAINT)
        });
        push_line(text, titles);
    }
    let note_indent = columns.first().map_or(0, |column| natural(*column) + 4);
    for row in &table.rows {
        let cells = columns.iter().map(|column| {
            let (words, style) = cell_text(&row[*column]);
            pad(
                &words,
                natural(*column),
                table.columns[*column].align,
                style,
            )
        });
        push_line(text, cells);
        for note in &notes {
            let (words, style) = cell_text(&row[*note]);
            if !words.is_empty() {
                text.push_str(&format!(
                    "{}└ {}\n",
                    " ".repeat(note_indent),
                    paint(style, &words)
                ));
            }
        }
    }
}

fn push_line(text: &mut String, cells: impl Iterator<Item = String>) {
    let line = cells.collect::<Vec<_>>().join("  ");
    text.push_str("  ");
    text.push_str(line.trim_end());
    text.push('\n');
}

fn pad(words: &str, width: usize, align: Align, style: Style) -> String {
    let space = " ".repeat(width.saturating_sub(words.width()));
    match align {
        Align::Left => format!("{}{space}", paint(style, words)),
        Align::Right => format!("{space}{}", paint(style, words)),
    }
}

fn cell_text(cell: &Cell) -> (String, Style) {
    match cell {
        Cell::Text(text) | Cell::Number(text) | Cell::Estimate(text, _) => (clean(text), PLAIN),
        Cell::Faint(text) | Cell::Note(text) => (clean(text), FAINT),
        Cell::Count(text, is_diagonal) => (text.clone(), if *is_diagonal { BOLD } else { PLAIN }),
        Cell::Suppressed => (HIDDEN.to_owned(), FAINT),
        Cell::Verdict(verdict) => (verdict_words(*verdict).to_owned(), verdict_style(*verdict)),
        Cell::Axis(axis) => (draw(axis), PLAIN),
    }
}

/// Text from files without control characters, which could move the cursor or set colours.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓ pass",
        Verdict::Inconclusive => "? inconclusive",
        Verdict::Fail => "✗ fail",
    }
}

fn verdict_style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::Inconclusive => AnsiColor::Yellow,
        Verdict::Fail => AnsiColor::Red,
    };
    Style::new().fg_color(Some(colour.into()))
}

fn verdict_text(verdict: Verdict) -> String {
    paint(verdict_style(verdict).bold(), verdict_words(verdict))
}

fn paint(style: Style, text: &str) -> String {
    if style == PLAIN || text.is_empty() {
        return clean(text);
    }
    format!("{style}{}{style:#}", clean(text))
}

/// The interval as a line with a dot, the threshold as a bar.
fn draw(axis: &Axis) -> String {
    let place = |value: f64| {
        let share = ((value - axis.from) / (axis.to - axis.from)).clamp(0.0, 1.0);
        // Between 0 and the width the cast is exact.
        (share * (AXIS_WIDTH - 1) as f64).round() as usize
    };
    let mut cells = vec!['·'; AXIS_WIDTH];
    if let Some((low, high)) = axis.limits {
        cells[place(low)..=place(high)].fill('─');
        cells[place(low)] = '├';
        cells[place(high)] = '┤';
    }
    cells[place(axis.threshold)] = '┃';
    cells[place(axis.value)] = '●';
    cells.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_drawn_with_its_value_and_threshold() {
        let axis = Axis {
            from: 0.0,
            to: 1.0,
            value: 0.8,
            limits: Some((0.7, 0.9)),
            threshold: 0.5,
        };
        assert_eq!(draw(&axis), "············┃···├─●──┤··");
    }

    #[test]
    fn control_characters_from_files_do_not_reach_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
