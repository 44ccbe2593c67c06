//! What is hidden takes a sentence, not a table: rows and labels of which nothing is shown are named
//! below, and tables of nothing else are left out.

use crate::report::document::{Block, Cell, Matrix, Table, Totals};

/// The blocks without rows that show nothing but marks of hidden numbers. Captions come right
/// before their tables.
pub(super) fn condense(blocks: Vec<Block>) -> Vec<Block> {
    let mut condensed = Vec::new();
    let mut caption = None;
    // What the table before hid, so that a long list is not told twice.
    let mut before = String::new();
    for block in blocks {
        match block {
            Block::Caption(words) => caption = Some(words),
            Block::Table(table) => {
                let (table, hidden) = without_hidden(table);
                if table.rows.is_empty() && !hidden.is_empty() {
                    condensed.push(Block::Prose(nothing(caption.take(), &hidden)));
                    continue;
                }
                condensed.extend(caption.take().map(Block::Caption));
                condensed.push(Block::Table(table));
                if hidden.is_empty() {
                    continue;
                }
                condensed.push(Block::Prose(match hidden == before {
                    true => "All hidden: the same.".to_owned(),
                    false => format!("All hidden: {hidden}."),
                }));
                before = hidden;
            }
            Block::Matrix(matrix) => match without_hidden_labels(&matrix) {
                (None, _) => {
                    let labels = matrix.labels.join(", ");
                    condensed.push(Block::Prose(nothing(caption.take(), &labels)));
                }
                (Some(matrix), hidden) => {
                    condensed.extend(caption.take().map(Block::Caption));
                    condensed.push(Block::Matrix(matrix));
                    if !hidden.is_empty() {
                        before = hidden.join(", ");
                        condensed.push(Block::Prose(format!(
                            "All hidden, rows and columns: {before}. Sums are over all labels."
                        )));
                    }
                }
            },
            other => {
                condensed.extend(caption.take().map(Block::Caption));
                condensed.push(other);
            }
        }
    }
    condensed.extend(caption.map(Block::Caption));
    condensed
}

/// A sentence in the place of a table that would show nothing.
fn nothing(caption: Option<String>, names: &str) -> String {
    // What is shown, without what it rests on.
    let caption = caption.unwrap_or_default();
    let what = caption.split(". ").next().unwrap_or_default();
    format!("{what}: all hidden, for too few clusters are behind it ({names}).")
}

/// The table without its hidden rows, and their names.
fn without_hidden(table: Table) -> (Table, String) {
    let Table { columns, rows } = table;
    // That records are missing is known of hidden rules too, and says nothing of them.
    let beside: Vec<bool> = columns
        .iter()
        .map(|column| matches!(&*column.title, "Not recorded" | "not recorded"))
        .collect();
    let is_hidden = |row: &[Cell]| {
        let shows = |(cell, beside): (&Cell, &bool)| match cell {
            Cell::Suppressed | Cell::Text(_) => false,
            Cell::Faint(text) => !matches!(&**text, "" | "–"),
            Cell::Note(note) => !note.is_empty(),
            Cell::Number(_) => !beside,
            Cell::Estimate(..) | Cell::Count(..) | Cell::Verdict(_) | Cell::Axis(_) => true,
        };
        row.contains(&Cell::Suppressed) && !row.iter().zip(&beside).any(shows)
    };
    let (hidden, shown): (Vec<Vec<Cell>>, Vec<Vec<Cell>>) =
        rows.into_iter().partition(|row| is_hidden(row));
    let names = names(&hidden);
    (
        Table {
            columns,
            rows: shown,
        },
        names,
    )
}

/// The rows by the words that they begin with; those that share the first are told together.
fn names(rows: &[Vec<Cell>]) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows {
        let words = row.iter().map_while(|cell| match cell {
            Cell::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        });
        let mut words: Vec<String> = words.collect();
        let Some(last) = words.pop() else {
            continue;
        };
        let first = words.join(" ");
        match groups.last_mut() {
            Some((of, names)) if *of == first => names.push(last),
            _ => groups.push((first, vec![last])),
        }
    }
    let groups = groups.iter().map(|(of, names)| match of.is_empty() {
        true => names.join(", "),
        false => format!("{of} {}", names.join(", ")),
    });
    groups.collect::<Vec<_>>().join("; ")
}

/// The matrix without labels of which neither row nor column nor sum shows anything, and those
/// labels; nothing where no cell is left to show.
fn without_hidden_labels(matrix: &Matrix) -> (Option<Matrix>, Vec<String>) {
    let n = matrix.labels.len();
    let is_hidden = |label: &usize| {
        let row = || matrix.counts[*label].iter();
        let column = || matrix.counts.iter().map(|counts| &counts[*label]);
        let mut sums = matrix
            .totals
            .iter()
            .flat_map(|totals| [&totals.rows[*label], &totals.columns[*label]]);
        row().all(Option::is_none) && column().all(Option::is_none) && sums.all(Option::is_none)
    };
    let (hidden, shown): (Vec<usize>, Vec<usize>) = (0..n).partition(|label| is_hidden(label));
    if shown.is_empty() && n > 0 {
        return (None, Vec::new());
    }
    let of = |all: &[Option<f64>]| shown.iter().map(|label| all[*label]).collect();
    let left = Matrix {
        rows: matrix.rows.clone(),
        columns: matrix.columns.clone(),
        labels: shown
            .iter()
            .map(|label| matrix.labels[*label].clone())
            .collect(),
        counts: shown
            .iter()
            .map(|label| of(&matrix.counts[*label]))
            .collect(),
        totals: matrix.totals.as_ref().map(|totals| Totals {
            rows: of(&totals.rows),
            columns: of(&totals.columns),
            all: totals.all,
        }),
    };
    let hidden = hidden.iter().map(|label| matrix.labels[*label].clone());
    (Some(left), hidden.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{left, right};

    fn text(words: &str) -> Cell {
        Cell::Text(words.to_owned())
    }

    #[test]
    fn hidden_rows_are_named_and_the_others_stay() {
        let number = || Cell::Number("3".to_owned());
        let row = |slice: &str, value: &str, cell: Cell| vec![text(slice), text(value), cell];
        let table = |rows| {
            Block::Table(Table {
                columns: vec![left("slice"), left("value"), right("n")],
                rows,
            })
        };
        let caption = || Block::Caption("x: Slices. n = 3.".to_owned());
        let shown = row("month", "may", number());
        let blocks = vec![
            caption(),
            table(vec![
                shown.clone(),
                row("month", "june", Cell::Suppressed),
                row("month", "july", Cell::Suppressed),
                row("surface", "web", Cell::Suppressed),
            ]),
            caption(),
            table(vec![row("month", "june", Cell::Suppressed)]),
        ];
        let prose = |words: &str| Block::Prose(words.to_owned());
        assert_eq!(
            condense(blocks),
            [
                caption(),
                table(vec![shown]),
                prose("All hidden: month june, july; surface web."),
                prose("x: Slices: all hidden, for too few clusters are behind it (month june)."),
            ]
        );
    }

    #[test]
    fn a_row_that_shows_anything_stays() {
        let rows = vec![
            vec![text("a"), Cell::Suppressed, Cell::Number("2".to_owned())],
            vec![text("b"), Cell::Faint("–".to_owned()), text("")],
        ];
        let table = Table {
            columns: vec![left(""), right("n"), right("m")],
            rows,
        };
        assert_eq!(without_hidden(table.clone()), (table, String::new()));
    }

    #[test]
    fn a_label_goes_where_row_and_column_and_sums_are_hidden() {
        let matrix = Matrix {
            rows: "reference".to_owned(),
            columns: "candidate".to_owned(),
            labels: ["a", "b", "c"].map(str::to_owned).to_vec(),
            counts: vec![
                vec![Some(7.0), None, None],
                vec![None, None, None],
                vec![None, None, None],
            ],
            totals: Some(Totals {
                rows: vec![Some(8.0), None, None],
                columns: vec![None, None, Some(9.0)],
                all: 20.0,
            }),
        };
        let (left, hidden) = without_hidden_labels(&matrix);
        assert_eq!(left.unwrap().labels, ["a", "c"]);
        assert_eq!(hidden, ["b"]);
        let counts = vec![vec![None]];
        let matrix = Matrix {
            labels: vec!["a".to_owned()],
            counts,
            totals: None,
            ..matrix
        };
        assert_eq!(without_hidden_labels(&matrix), (None, Vec::new()));
    }
}
