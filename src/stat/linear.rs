//! The little linear algebra that regression needs, for a handful of columns.

/// A column whose part outside the span of earlier columns is smaller than this share of it is
/// determined by them.
const DEPENDENT: f64 = 1e-10;

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// X = QR with orthonormal columns Q, by Gram–Schmidt applied twice, which keeps the digits that
/// the normal equations would square away.
#[derive(Clone, Debug)]
pub(super) struct Orthogonal {
    /// Columns of Q.
    q: Vec<Vec<f64>>,
    /// Columns of R: the first `j + 1` entries of column `j`.
    r: Vec<Vec<f64>>,
    /// Columns of X determined by earlier ones, with those.
    pub(super) dependent: Vec<(usize, Vec<usize>)>,
}

impl Orthogonal {
    pub(super) fn of(x: &[Vec<f64>]) -> Self {
        let columns = x.iter().map(Vec::len).min().unwrap_or(0);
        let mut all = Self {
            q: Vec::new(),
            r: Vec::new(),
            dependent: Vec::new(),
        };
        let mut kept: Vec<usize> = Vec::new();
        for column in 0..columns {
            let values: Vec<f64> = x.iter().map(|row| row[column]).collect();
            let (mut weights, rest) = all.project(&values);
            let length = norm(&rest);
            let scale = norm(&values);
            if length <= DEPENDENT * scale {
                let by = all.solve(&weights).into_iter().zip(&kept);
                let sizes = by.map(|(weight, earlier)| {
                    let size = weight.abs()
                        * norm(&x.iter().map(|row| row[*earlier]).collect::<Vec<f64>>());
                    (*earlier, size)
                });
                let named = sizes
                    .filter(|(_, size)| *size > 1e-8 * scale)
                    .map(|(earlier, _)| earlier);
                all.dependent.push((column, named.collect()));
                continue;
            }
            weights.push(length);
            all.q
                .push(rest.iter().map(|value| value / length).collect());
            all.r.push(weights);
            kept.push(column);
        }
        all
    }

    pub(super) fn columns(&self) -> usize {
        self.q.len()
    }

    /// A row of Q.
    pub(super) fn row(&self, item: usize) -> Vec<f64> {
        self.q.iter().map(|column| column[item]).collect()
    }

    /// Qᵀy and what is left of y.
    pub(super) fn project(&self, y: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut rest = y.to_vec();
        let mut weights = vec![0.0; self.q.len()];
        for _ in 0..2 {
            for (column, weight) in self.q.iter().zip(&mut weights) {
                let part = dot(column, &rest);
                *weight += part;
                for (value, q) in rest.iter_mut().zip(column) {
                    *value -= part * q;
                }
            }
        }
        (weights, rest)
    }

    /// R⁻¹ times a vector.
    pub(super) fn solve(&self, scores: &[f64]) -> Vec<f64> {
        let mut left = scores.to_vec();
        let mut solved = vec![0.0; scores.len()];
        for place in (0..solved.len()).rev() {
            solved[place] = left[place] / self.r[place][place];
            for (value, r) in left.iter_mut().zip(&self.r[place]) {
                *value -= solved[place] * r;
            }
        }
        solved
    }

    /// R⁻ᵀ times a vector: weights of coefficients as a direction in the basis.
    pub(super) fn to_basis(&self, weights: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(weights.len());
        for (column, weight) in self.r.iter().zip(weights) {
            let known = dot(&column[..solved.len()], &solved);
            solved.push((weight - known) / column[solved.len()]);
        }
        solved
    }

    /// A row of R⁻¹.
    pub(super) fn inverse_row(&self, row: usize) -> Vec<f64> {
        let unit: Vec<f64> = (0..self.columns())
            .map(|place| f64::from(place == row))
            .collect();
        self.to_basis(&unit)
    }

    /// Whether the columns can add up to a constant.
    pub(super) fn spans_constant(&self) -> bool {
        let n = self.q.first().map_or(0, Vec::len);
        let ones = vec![1.0; n];
        norm(&self.project(&ones).1) <= DEPENDENT * (n as f64).sqrt()
    }
}

/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.
pub(super) fn symmetric_eigen(matrix: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut vectors: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(i == j)).collect())
        .collect();
    let size: f64 = a.iter().map(|row| dot(row, row)).sum();
    for _ in 0..100 {
        let mut outside = 0.0;
        for p in 0..n {
            for q in p + 1..n {
                outside += a[p][q] * a[p][q];
                if a[p][q] == 0.0 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let sign = if theta < 0.0 { -1.0 } else { 1.0 };
                let tangent = sign / (theta.abs() + (theta * theta + 1.0).sqrt());
                let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
                let sine = tangent * cosine;
                for row in &mut a {
                    let (x, y) = (row[p], row[q]);
                    (row[p], row[q]) = (cosine * x - sine * y, sine * x + cosine * y);
                }
                rotate_rows(&mut a, p, q, cosine, sine);
                rotate_rows(&mut vectors, p, q, cosine, sine);
            }
        }
        if outside <= 1e-34 * size {
            break;
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

/// Turns rows `p` and `q`, `p` before `q`, towards each other.
fn rotate_rows(rows: &mut [Vec<f64>], p: usize, q: usize, cosine: f64, sine: f64) {
    let (head, tail) = rows.split_at_mut(q);
    for (x, y) in head[p].iter_mut().zip(&mut tail[0]) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        let matrix = vec![
            vec![2.0, 1.0, 0.5],
            vec![1.0, 3.0, 0.2],
            vec![0.5, 0.2, 1.0],
        ];
        let (values, vectors) = symmetric_eigen(&matrix);
        for i in 0..3 {
            for j in 0..3 {
                let pairs = values.iter().zip(&vectors);
                let entry: f64 = pairs.map(|(value, v)| value * v[i] * v[j]).sum();
                assert!((entry - matrix[i][j]).abs() < 1e-13);
            }
        }
    }
}
