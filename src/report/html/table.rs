//! Tables: every figure in words, and drawn below where it can be.

use super::draw::{self, Scale};
use super::escape::escape;
use super::verdict_mark;
use crate::report::document::{Align, Cell, Column, Table, Whisker};

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
    let mut html = open(columns.len(), is_gates, caption);
    html.push_str("<thead><tr>");
    for column in &columns {
        html.push_str(&head(&table.columns[*column], is_gates));
    }
    html.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        html.push_str("<tr>");
        for column in &columns {
            let align = table.columns[*column].align;
            let inner = match &row[*column] {
                Cell::Text(text) if Some(*column) == namer => name(text),
                Cell::Axis(axis) => draw::gate(axis, &axis_words(row)),
                one => cell(one, scales[*column]),
            };
            if Some(*column) == namer {
                let notes = notes.iter().map(|note| note_text(&row[*note]));
                let notes: String = notes.collect();
                html.push_str(&format!("<th scope=\"row\">{inner}{notes}</th>"));
            } else {
                let class = class_of(&row[*column], align);
                html.push_str(&format!("<td{class}>{inner}</td>"));
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    html
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

fn head(column: &Column, is_gates: bool) -> String {
    let title = match &*column.title {
        "" if is_gates => "<span class=\"unseen\">gate</span>".to_owned(),
        "" => "<span class=\"unseen\">name</span>".to_owned(),
        title => escape(title),
    };
    let class = match column.align {
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
        (Cell::Number(_) | Cell::Count(..) | Cell::Suppressed, Align::Right) => {
            " class=\"number right\""
        }
        (Cell::Number(_) | Cell::Count(..) | Cell::Suppressed, Align::Left) => " class=\"number\"",
        (_, Align::Right) => " class=\"right\"",
        (_, Align::Left) => "",
    }
}

/// A name, which may break behind its underscores.
pub(super) fn name(text: &str) -> String {
    escape(text).replace('_', "_<wbr>")
}

/// What is inside a cell.
pub(super) fn cell(cell: &Cell, scale: Option<Scale>) -> String {
    match cell {
        Cell::Text(text) | Cell::Number(text) | Cell::Count(text, false) => escape(text),
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
    let (value, limits) = text.split_once(' ').unwrap_or((text, ""));
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
