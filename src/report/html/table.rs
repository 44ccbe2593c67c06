//! Tables: every figure in words, and drawn below where it can be.

use super::draw::{self, Scale};
use super::escape::escape;
use super::verdict_mark;
use crate::report::document::{Align, Cell, Table, Whisker};

/// How many columns may be had without scrolling sideways on a telephone.
const NARROW: usize = 4;

/// A table; the caption is for those who hear it.
pub(super) fn table(table: &Table, caption: &str) -> String {
    let scales: Vec<Option<Scale>> = (0..table.columns.len())
        .map(|column| {
            let cells = table.rows.iter().map(|row| &row[column]);
            let whiskers: Vec<&Whisker> = cells.filter_map(whisker_of).collect();
            (!whiskers.is_empty()).then(|| Scale::of(whiskers.into_iter()))
        })
        .collect();
    let has = |column: usize, wanted: fn(&Cell) -> bool| {
        table.rows.iter().any(|row| wanted(&row[column]))
    };
    let all = 0..table.columns.len();
    let (notes, columns): (Vec<usize>, Vec<usize>) =
        all.partition(|column| has(*column, |cell| matches!(cell, Cell::Note(_))));
    let is_gates = columns
        .iter()
        .any(|column| has(*column, |cell| matches!(cell, Cell::Axis(_))));
    // A row is named by its first cell that is no verdict.
    let namer = columns
        .iter()
        .copied()
        .find(|column| !has(*column, |cell| matches!(cell, Cell::Verdict(_))));
    let (veiled, rows): (Vec<&Vec<Cell>>, Vec<&Vec<Cell>>) =
        table.rows.iter().partition(|row| is_veiled(row));
    if rows.is_empty() && !veiled.is_empty() {
        return veil(table, &veiled, true);
    }
    let mut html = open(columns.len(), is_gates, caption);
    html.push_str("<thead><tr>");
    for column in &columns {
        let title = match is_gates {
            true if Some(*column) == namer => "gate",
            true if has(*column, |cell| matches!(cell, Cell::Verdict(_))) => "verdict",
            _ => &table.columns[*column].title,
        };
        html.push_str(&head(title, table.columns[*column].align));
    }
    html.push_str("</tr></thead><tbody>");
    // A name of several rows in a row spans them.
    let is_same = |at: usize| {
        let first = columns
            .first()
            .copied()
            .filter(|first| Some(*first) == namer);
        let pair = first.zip(rows.get(at).zip(at.checked_sub(1)));
        pair.is_some_and(|(column, (row, before))| match &row[column] {
            Cell::Text(name) => name.is_empty() || row[column] == rows[before][column],
            _ => false,
        })
    };
    let has_groups = (0..rows.len()).any(is_same);
    let noted = match has_groups {
        true => columns.get(1).copied(),
        false => namer,
    };
    for (at, row) in rows.iter().enumerate() {
        let is_again = is_same(at);
        html.push_str(if is_again {
            "<tr class=\"again\">"
        } else {
            "<tr>"
        });
        for column in &columns {
            if is_again && Some(*column) == namer {
                continue;
            }
            let align = table.columns[*column].align;
            let inner = match &row[*column] {
                Cell::Text(text) if Some(*column) == namer => name(text),
                Cell::Axis(axis) => draw::gate(axis, &axis_words(row)),
                one => cell(one, scales[*column]),
            };
            let notes = match Some(*column) == noted {
                true => notes.iter().map(|note| note_text(&row[*note])).collect(),
                false => String::new(),
            };
            if Some(*column) == namer {
                let more = (at + 1..rows.len()).take_while(|at| is_same(*at)).count();
                let span = match more {
                    0 => String::new(),
                    more => format!(" rowspan=\"{}\"", 1 + more),
                };
                html.push_str(&format!("<th scope=\"row\"{span}>{inner}{notes}</th>"));
            } else {
                let class = class_of(&row[*column], align);
                html.push_str(&format!("<td{class}>{inner}{notes}</td>"));
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    if !veiled.is_empty() {
        html.push_str(&veil(table, &veiled, false));
    }
    html
}

/// Whether a row has a name, something hidden, and nothing else.
fn is_veiled(row: &[Cell]) -> bool {
    let mut rest = row
        .iter()
        .skip_while(|cell| matches!(cell, Cell::Text(_)))
        .filter(|cell| !matches!(cell, Cell::Faint(text) if text == "–"))
        .peekable();
    row.first()
        .is_some_and(|cell| matches!(cell, Cell::Text(_)))
        && rest.peek().is_some()
        && rest.all(|cell| *cell == Cell::Suppressed)
}

/// A sentence for rows of which nothing is shown; it names the columns too where there is no table.
fn veil(table: &Table, rows: &[&Vec<Cell>], is_all: bool) -> String {
    let names = rows.iter().map(|row| {
        let names = row.iter().map_while(|cell| match cell {
            Cell::Text(text) => Some(name(text)),
            _ => None,
        });
        names.collect::<Vec<_>>()
    });
    // What several rows share, such as a slice, is said once.
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for mut names in names {
        let own = names.pop().unwrap_or_default();
        let shared = names.join(" ");
        match groups.last_mut() {
            Some((last, owns)) if *last == shared => owns.push(own),
            _ => groups.push((shared, vec![own])),
        }
    }
    let groups = groups.iter().map(|(shared, owns)| match &**shared {
        "" => owns.join(", "),
        shared => format!("{shared} {}", owns.join(", ")),
    });
    let groups = groups.collect::<Vec<_>>().join("; ");
    let columns = (0..table.columns.len())
        .filter(|column| rows.iter().all(|row| row[*column] == Cell::Suppressed))
        .map(|column| escape(&table.columns[column].title));
    let of = match is_all {
        true => format!("{} of ", columns.collect::<Vec<_>>().join(", ")),
        false => String::new(),
    };
    format!("<p class=\"veiled\">Hidden, too few clusters: {of}{groups}.</p>")
}

fn open(n_columns: usize, is_gates: bool, caption: &str) -> String {
    let caption = escape(caption);
    let class = if is_gates { " class=\"gates\"" } else { "" };
    let region = if n_columns > NARROW && !is_gates {
        format!(" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"")
    } else {
        String::new()
    };
    format!(
        "<div class=\"scroll\"{region}><table{class}><caption class=\"unseen\">{caption}</caption>"
    )
}

fn head(title: &str, align: Align) -> String {
    let title = match title {
        "" => "<span class=\"unseen\">name</span>".to_owned(),
        title => name(title),
    };
    let class = match align {
        Align::Left => "",
        Align::Right => " class=\"right\"",
    };
    format!("<th scope=\"col\"{class}>{title}</th>")
}

fn whisker_of(cell: &Cell) -> Option<&Whisker> {
    match cell {
        Cell::Estimate(_, whisker) => Some(whisker),
        _ => None,
    }
}

fn class_of(cell: &Cell, align: Align) -> &'static str {
    match (cell, align) {
        (Cell::Estimate(..), _) => " class=\"estimate\"",
        (Cell::Number(text), _) if is_estimate(text) => " class=\"estimate\"",
        (Cell::Number(_) | Cell::Count(..) | Cell::Suppressed, Align::Right) => {
            " class=\"number right\""
        }
        (Cell::Number(_) | Cell::Count(..) | Cell::Suppressed, Align::Left) => " class=\"number\"",
        (_, Align::Right) => " class=\"right\"",
        (_, Align::Left) => "",
    }
}

/// Whether a text is a value with its limits, or these alone, which cannot be drawn.
fn is_estimate(text: &str) -> bool {
    let value = text.split_once(" [").map(|(value, _)| value);
    text.starts_with('[') || value.is_some_and(|value| !value.contains(' '))
}

/// So many characters of a name are shown in full.
const LONG: usize = 80;

/// So many characters have room everywhere.
const SHORT: usize = 16;

/// A name, which may break behind its underscores. Of a very long one three lines are shown.
pub(super) fn name(text: &str) -> String {
    clipped(text, escape(text).replace('_', "_<wbr>"))
}

fn clipped(text: &str, html: String) -> String {
    match text.chars().count() > LONG {
        true => format!("<span class=\"clip\"{}>{html}</span>", tip(text)),
        false => html,
    }
}

/// The beginning of a name that may not be seen whole, to be had by pointing at it.
pub(super) fn tip(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return String::new();
    }
    let start: String = text.chars().take(4 * LONG).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!(" title=\"{}{more}\"", escape(&start))
}

/// What is inside a cell.
pub(super) fn cell(cell: &Cell, scale: Option<Scale>) -> String {
    match cell {
        Cell::Number(text) if is_estimate(text) => estimate_text(text),
        Cell::Text(text) => clipped(text, escape(text)),
        Cell::Number(text) | Cell::Count(text, false) => escape(text),
        Cell::Faint(text) | Cell::Note(text) => {
            format!("<span class=\"faint\">{}</span>", escape(text))
        }
        Cell::Count(text, true) => format!("<strong>{}</strong>", escape(text)),
        Cell::Estimate(text, whisker) => {
            let drawn = scale.map(|scale| draw::whisker(whisker, scale, None));
            format!("{}{}", estimate_text(text), drawn.unwrap_or_default())
        }
        Cell::Suppressed => hidden(),
        Cell::Verdict(verdict) => verdict_mark(*verdict),
        Cell::Axis(_) => String::new(),
    }
}

/// A value and, fainter, its limits.
pub(super) fn estimate_text(text: &str) -> String {
    let (value, limits) = match text.starts_with('[') {
        true => ("", text),
        false => text.split_once(' ').unwrap_or((text, "")),
    };
    format!(
        "<span class=\"value\">{}</span> <span class=\"limits\">{}</span>",
        escape(value),
        escape(limits)
    )
}

/// The mark of a hidden number.
pub(super) fn hidden() -> String {
    "<span class=\"hidden\" role=\"img\" aria-label=\"hidden\" title=\"hidden: too few clusters\">▒</span>"
        .to_owned()
}

fn note_text(cell: &Cell) -> String {
    match cell {
        Cell::Note(text) if !text.is_empty() => {
            format!("<span class=\"note\">{}</span>", escape(text))
        }
        _ => String::new(),
    }
}

/// What an axis shows, from the texts beside it.
fn axis_words(row: &[Cell]) -> String {
    let texts = row.iter().filter_map(|cell| match cell {
        Cell::Text(text) | Cell::Number(text) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    });
    let texts: Vec<&str> = texts.collect();
    format!("Drawn on an axis: {}", texts.join(": measured "))
}
