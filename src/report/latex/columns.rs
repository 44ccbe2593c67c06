//! What the columns of a table hold, and the room that takes.

use super::number::{Figure, Room};
use super::plan::{Content, Need, parts};
use super::text::LONGEST_PART;
use super::width::TINY;
use crate::gate::Verdict;
use crate::report::document::{Cell, Table};
use crate::report::numbers::HIDDEN;

/// What stands for a figure is shorter, unless it is words.
const SIGN: usize = 9;

/// What each column holds, as far as its setting goes.
pub(super) enum Kind {
    Words,
    Figures {
        value: Room,
        has_limits: bool,
        /// Whether an interval is marked.
        has_mark: bool,
    },
}

/// The columns that are shown: not drawn intervals, and not notes, which stand below their rows.
pub(super) fn shown(table: &Table) -> Vec<usize> {
    let is_shown = |column: &usize| {
        let mut cells = table.rows.iter().map(|row| &row[*column]);
        !cells.any(|cell| matches!(cell, Cell::Axis(_) | Cell::Note(_)))
    };
    (0..table.columns.len()).filter(is_shown).collect()
}

/// The text of a cell.
pub(super) fn words(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text)
        | Cell::Faint(text)
        | Cell::Number(text)
        | Cell::Estimate(text, _)
        | Cell::Note(text)
        | Cell::Count(text, _) => text,
        Cell::Verdict(Verdict::Pass) => "pass",
        Cell::Verdict(Verdict::Inconclusive) => "inconclusive",
        Cell::Verdict(Verdict::Fail) => "fail",
        Cell::Suppressed => HIDDEN,
        Cell::Axis(_) => "",
    }
}

/// Stands for a figure where there is none.
pub(super) fn is_filler(text: &str) -> bool {
    matches!(text, "" | "–" | "·" | HIDDEN)
}

pub(super) fn kinds(table: &Table, shown: &[usize]) -> Vec<Kind> {
    let kind = |column: &usize| {
        let cells = || table.rows.iter().map(|row| &row[*column]);
        let is_figure = |cell: &&Cell| {
            matches!(
                cell,
                Cell::Number(_) | Cell::Estimate(..) | Cell::Count(..) | Cell::Faint(_)
            ) && Figure::read(words(cell)).is_some()
        };
        let is_other = |cell: &Cell| {
            matches!(cell, Cell::Text(text) if !is_filler(text))
                || matches!(cell, Cell::Number(text) if Figure::read(text).is_none() && !is_filler(text) && !text.starts_with("< "))
                || matches!(cell, Cell::Verdict(_))
        };
        if !cells().any(|cell| is_figure(&cell)) || cells().any(is_other) {
            return Kind::Words;
        }
        let figures = || cells().filter_map(|cell| Figure::read(words(cell)));
        Kind::Figures {
            value: Room::of(figures().map(|figure| figure.value)),
            has_limits: figures().any(|figure| figure.limits.is_some()),
            has_mark: figures().any(|figure| !figure.mark.is_empty()),
        }
    };
    shown.iter().map(kind).collect()
}

pub(super) fn needs(table: &Table, shown: &[usize], kinds: &[Kind]) -> Vec<Need> {
    let need = |(column, kind): (&usize, &Kind)| Need {
        title: parts(&table.columns[*column].title),
        content: {
            let cells = || table.rows.iter().map(|row| words(&row[*column]));
            match kind {
                Kind::Words => {
                    let short = |part: String| part.trim_end().chars().take(LONGEST_PART).collect();
                    Content::Words {
                        longest: widest(cells().map(str::to_owned)),
                        part: widest(cells().flat_map(parts).map(short)),
                    }
                }
                Kind::Figures { value, .. } => {
                    // Words that stand for a figure wrap; signs and the like do not.
                    let signs = cells().filter(|text| text.len() < SIGN && !text.contains('['));
                    let limits = cells().filter_map(|text| {
                        Figure::read(text)?.limits?;
                        // A minus is wider than a hyphen.
                        Some(text[text.find('[')?..].replace('-', "−"))
                    });
                    // Bold digits are wider.
                    let mut column = table.rows.iter().map(|row| &row[*column]);
                    let bold = match column.any(|cell| matches!(cell, Cell::Count(_, true))) {
                        true => ".",
                        false => "",
                    };
                    let value = format!("{}{bold}", value.widest());
                    Content::Figures {
                        value: widest(signs.map(str::to_owned).chain([value])),
                        limits: widest(limits),
                    }
                }
            }
        },
    };
    shown.iter().zip(kinds).map(need).collect()
}

/// The text that takes most room.
fn widest(texts: impl Iterator<Item = String>) -> String {
    let width = |text: &String| TINY.width(text);
    texts
        .max_by(|one, other| width(one).total_cmp(&width(other)))
        .unwrap_or_default()
}
