//! What a reader knows who knows that counts are whole and not negative: the bounds of every cell of the
//! confusion matrix, narrowed by the sums that are shown until nothing changes.

use serde_json::Value;

use super::{LABELS, Made, score};

/// Cells that add up to a number that is shown.
struct Line {
    cells: Vec<[usize; 2]>,
    sum: u64,
}

fn lines(report: &Value) -> Vec<Line> {
    let n = report["labels"].as_array().unwrap().len();
    let all = |row: usize| (0..n).map(move |column| [row, column]);
    let whole = (0..n).flat_map(all).collect();
    let mut lines = vec![Line {
        cells: whole,
        sum: report["items"]["scored"].as_u64().unwrap(),
    }];
    for (label, class) in report["classes"].as_array().unwrap().iter().enumerate() {
        let of = [
            ("reference", all(label).collect::<Vec<_>>()),
            ("candidate", (0..n).map(|row| [row, label]).collect()),
            ("true_positive", vec![[label, label]]),
        ];
        for (key, cells) in of {
            lines.extend(class[key].as_u64().map(|sum| Line { cells, sum }));
        }
    }
    if let Some(agreement) = report["metrics"]["agreement"]["value"].as_f64() {
        lines.push(Line {
            cells: (0..n).map(|label| [label, label]).collect(),
            sum: (agreement * lines[0].sum as f64).round() as u64,
        });
    }
    lines
}

/// The least and the greatest count that each cell may have.
fn bounds(report: &Value) -> Vec<Vec<[u64; 2]>> {
    let lines = lines(report);
    let counts = report["confusion"]["counts"].as_array().unwrap();
    let start = |count: &Value| match count.as_u64() {
        Some(count) => [count, count],
        None => [0, lines[0].sum],
    };
    let of_row = |row: &Value| row.as_array().unwrap().iter().map(start).collect();
    let mut bounds: Vec<Vec<[u64; 2]>> = counts.iter().map(of_row).collect();
    loop {
        let before = bounds.clone();
        for line in &lines {
            for [row, column] in &line.cells {
                let others = line.cells.iter().filter(|cell| *cell != &[*row, *column]);
                let others: Vec<[u64; 2]> = others.map(|[r, c]| bounds[*r][*c]).collect();
                let least: u64 = others.iter().map(|[low, _]| low).sum();
                let most: u64 = others.iter().map(|[_, high]| high).sum();
                let cell = &mut bounds[*row][*column];
                cell[0] = cell[0].max(line.sum.saturating_sub(most));
                cell[1] = cell[1].min(line.sum - least);
            }
        }
        if bounds == before {
            return bounds;
        }
    }
}

#[test]
fn bounds_leave_no_hidden_cell_of_few_accounts_one_count() {
    let folder = tempfile::tempdir().unwrap();
    let mut n_open = 0;
    for seed in 100..124 {
        let n_labels = 2 + seed as usize % 3;
        let made = Made::new(seed, n_labels);
        made.write(&folder.path().join("d.csv"));
        let labels = LABELS[..n_labels].join(",");
        let report = score(folder.path(), "nominal", &labels, &["--min-clusters", "4"]);
        for (row, of_row) in bounds(&report).into_iter().enumerate() {
            for (column, [low, high]) in of_row.into_iter().enumerate() {
                let is_hidden = report["confusion"]["counts"][row][column].is_null();
                let such = |of: &[String; 8]| of[2] == LABELS[row] && of[4] == LABELS[column];
                let n_accounts = made.n_accounts(such);
                if is_hidden && (1..4).contains(&n_accounts) {
                    assert!(low < high, "seed {seed}: {row}, {column} is {low}");
                    n_open += 1;
                }
            }
        }
    }
    assert!(n_open > 20, "{n_open}");
}

#[test]
fn bounds_find_what_is_hidden_without_care() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::new(3, 3);
    made.write(&folder.path().join("d.csv"));
    let mut report = score(folder.path(), "nominal", "a,b,c", &[]);
    let count = report["confusion"]["counts"][0][1].take().as_u64().unwrap();
    assert_eq!(bounds(&report)[0][1], [count, count]);
}
