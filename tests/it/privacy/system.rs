//! Linear equations, and which unknowns they leave no choice.

use std::collections::{BTreeMap, BTreeSet};

/// Equations over unknowns that have names. What they are equal to does not matter for what can be
/// solved, so only the factors are kept.
#[derive(Default)]
pub(super) struct System {
    unknowns: BTreeMap<String, usize>,
    equations: Vec<BTreeMap<usize, f64>>,
}

impl System {
    /// The sum of these unknowns, each times its factor, is known.
    pub(super) fn add(&mut self, terms: impl IntoIterator<Item = (String, f64)>) {
        let mut equation = BTreeMap::new();
        for (name, factor) in terms {
            let next = self.unknowns.len();
            let unknown = *self.unknowns.entry(name).or_insert(next);
            *equation.entry(unknown).or_insert(0.0) += factor;
        }
        equation.retain(|_, factor| factor.abs() > 1e-12);
        self.equations.push(equation);
    }

    /// The unknowns of which the equations leave one value.
    pub(super) fn solved(&self) -> BTreeSet<&str> {
        let n = self.unknowns.len();
        let mut rows: Vec<Vec<f64>> = self
            .equations
            .iter()
            .map(|equation| (0..n).map(|u| *equation.get(&u).unwrap_or(&0.0)).collect())
            .collect();
        let mut pivots = Vec::new();
        for column in 0..n {
            let from = pivots.len();
            let best = (from..rows.len()).max_by(|a, b| {
                let size = |row: &usize| rows[*row][column].abs();
                size(a).total_cmp(&size(b))
            });
            let Some(best) = best.filter(|row| rows[*row][column].abs() > 1e-9) else {
                continue;
            };
            rows.swap(from, best);
            let scale = rows[from][column];
            for value in &mut rows[from] {
                *value /= scale;
            }
            let pivot = rows[from].clone();
            for (place, row) in rows.iter_mut().enumerate() {
                let times = row[column];
                if place != from && times != 0.0 {
                    for (value, of_pivot) in row.iter_mut().zip(&pivot) {
                        *value -= times * of_pivot;
                    }
                    row[column] = 0.0;
                }
            }
            pivots.push(column);
        }
        let stands_alone = |row: &[f64], pivot: usize| {
            let mut others = row
                .iter()
                .enumerate()
                .filter(|(column, _)| *column != pivot);
            others.all(|(_, factor)| factor.abs() < 1e-7)
        };
        let solved: BTreeSet<usize> = pivots
            .iter()
            .enumerate()
            .filter(|(row, pivot)| stands_alone(&rows[*row], **pivot))
            .map(|(_, pivot)| *pivot)
            .collect();
        let names = self.unknowns.iter();
        names
            .filter(|(_, unknown)| solved.contains(unknown))
            .map(|(name, _)| &**name)
            .collect()
    }
}

#[test]
fn a_system_tells_what_it_leaves_no_choice() {
    let mut system = System::default();
    let name = |name: &str| name.to_owned();
    system.add([(name("a"), 1.0), (name("b"), 1.0), (name("c"), 1.0)]);
    system.add([(name("b"), 2.0), (name("c"), 1.0)]);
    assert!(system.solved().is_empty());
    system.add([(name("c"), 1.0)]);
    assert_eq!(system.solved().len(), 3);
}
