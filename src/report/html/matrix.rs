//! Matrices as heat maps: counts, shares of rows and shares of columns on a switch that needs no
//! script.

use super::Ids;
use super::escape::escape;
use super::table::{hidden, name, tip};
use crate::report::document::Matrix;
use crate::report::document::shares::{Shares, shares};
use crate::report::numbers;
use crate::score::Shown;

/// Where the items of a cell are listed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leads {
    /// The report, by its position in the listing.
    pub(super) report: usize,
}

/// How many labels may stand side by side before their names are turned.
const UPRIGHT: usize = 7;

/// A matrix; its cells lead to their items where these are listed.
pub(super) fn matrix(
    matrix: &Matrix,
    caption: &str,
    leads: Option<Leads>,
    ids: &mut Ids,
) -> String {
    let shares = shares(matrix);
    let caption = escape(caption);
    let (rows, columns) = (escape(&matrix.rows), escape(&matrix.columns));
    let (seen, veiled): (Vec<usize>, Vec<usize>) =
        (0..matrix.labels.len()).partition(|label| !is_veiled(matrix, *label));
    let veiled = veiled.iter().map(|label| name(&matrix.labels[*label]));
    let veiled = match veiled.collect::<Vec<_>>().join(", ") {
        names if names.is_empty() => names,
        names => format!(
            "<p class=\"veiled\">Left out, as each of their cells is hidden or empty: {names}.</p>"
        ),
    };
    if seen.is_empty() {
        return veiled;
    }
    let mut html = format!("<div class=\"matrix\">{}", switch(ids));
    let turned = if seen.len() > UPRIGHT {
        " class=\"turned\""
    } else {
        ""
    };
    html.push_str(&format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table{turned}>\
         <caption class=\"unseen\">{caption}: {rows} in rows, {columns} in columns</caption><thead>\
         <tr><th scope=\"col\" class=\"corner\"><span>{rows} ↓</span> <span>{columns} →</span></th>"
    ));
    for label in &seen {
        let label = &matrix.labels[*label];
        html.push_str(&format!(
            "<th scope=\"col\"><span class=\"label\"{}>{}</span></th>",
            tip(label),
            escape(label)
        ));
    }
    if matrix.totals.is_some() {
        html.push_str("<th scope=\"col\" class=\"total\"><span class=\"label\">all</span></th>");
    }
    html.push_str("</tr></thead><tbody>");
    for row in &seen {
        let label = &matrix.labels[*row];
        html.push_str(&format!(
            "<tr><th scope=\"row\"><span class=\"label\"{}>{}</span></th>",
            tip(label),
            escape(label)
        ));
        for column in &seen {
            html.push_str(&cell(matrix, &shares, (*row, *column), leads));
        }
        if let Some(totals) = &matrix.totals {
            html.push_str(&total(totals.rows[*row]));
        }
        html.push_str("</tr>");
    }
    if let Some(totals) = &matrix.totals {
        html.push_str("<tr class=\"totals\"><th scope=\"row\">all</th>");
        for column in &seen {
            html.push_str(&total(totals.columns[*column]));
        }
        html.push_str(&total(Some(totals.all)));
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    html.push_str(&veiled);
    html.push_str("</div>");
    html
}

/// Whether something is hidden in a label's row and column, and no count stands there.
fn is_veiled(matrix: &Matrix, label: usize) -> bool {
    let row = matrix.counts[label].iter();
    let column = matrix.counts.iter().map(|row| &row[label]);
    let totals = matrix.totals.iter();
    let totals = totals.flat_map(|totals| [&totals.rows[label], &totals.columns[label]]);
    let mut counts = row.chain(column).chain(totals);
    let is_empty = |count: &Shown<f64>| count.is_none_or(|count| count == 0.0);
    counts.clone().any(Option::is_none) && counts.all(is_empty)
}

fn switch(ids: &mut Ids) -> String {
    let name = ids.next();
    let button = |kind: &str, words: &str, checked: &str| {
        format!(
            "<input type=\"radio\" name=\"{name}\" id=\"{name}-{kind}\" class=\"by-{kind}\"{checked}>\
             <label for=\"{name}-{kind}\">{words}</label>"
        )
    };
    format!(
        "<fieldset class=\"switch\"><legend class=\"unseen\">What cells show</legend>{}{}{}</fieldset>",
        button("count", "counts", " checked"),
        button("row", "% of row", ""),
        button("column", "% of column", "")
    )
}

fn cell(
    matrix: &Matrix,
    shares: &Shares,
    (row, column): (usize, usize),
    leads: Option<Leads>,
) -> String {
    let Some(count) = matrix.counts[row][column] else {
        return format!("<td class=\"heat none\">{}</td>", hidden());
    };
    if count == 0.0 {
        return "<td class=\"heat none\">·</td>".to_owned();
    }
    let (of_row, of_column) = (&shares.rows[row][column], &shares.columns[row][column]);
    let words = |share: &Option<(f64, String)>| {
        share.as_ref().map_or_else(hidden, |(_, text)| text.clone())
    };
    let level =
        |share: &Option<(f64, String)>| share.as_ref().map_or(0, |(share, _)| tenths(*share));
    let diagonal = if row == column { " right-label" } else { "" };
    let n = numbers::count(count);
    let inner = format!(
        "<span class=\"n\">{n}</span><span class=\"r\">{}</span><span class=\"c\">{}</span>",
        words(of_row),
        words(of_column)
    );
    let inner = match leads {
        None => inner,
        Some(Leads { report }) => {
            let [of_rows, of_columns] = [row, column].map(|at| escape(&matrix.labels[at]));
            let (rows, columns) = (escape(&matrix.rows), escape(&matrix.columns));
            format!(
                "<a href=\"#items\" data-report=\"{report}\" data-reference=\"{of_rows}\" \
                 data-candidate=\"{of_columns}\" aria-label=\"{n}: {rows} {of_rows}, {columns} \
                 {of_columns}. List the items\">{inner}</a>"
            )
        }
    };
    format!(
        "<td class=\"heat{diagonal} n{} r{} c{}\">{inner}</td>",
        tenths(count / shares.most),
        level(of_row),
        level(of_column)
    )
}

fn total(count: Shown<f64>) -> String {
    let text = count.map_or_else(hidden, numbers::count);
    format!("<td class=\"total\">{text}</td>")
}

/// How dark a share is drawn, from 1 to 10.
fn tenths(share: f64) -> u8 {
    // Between 1 and 10, so it fits.
    (share * 10.0).ceil().clamp(1.0, 10.0) as u8
}
