//! The columns that a direction is regressed on: the label, and what is held constant.

use std::collections::{BTreeMap, BTreeSet};

use super::{Coding, Control, ControlUse, Held, LEAST_OF_LEVEL};

/// Named columns, each with a place per row.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
}

impl Columns {
    /// Adds a column.
    pub(super) fn push(&mut self, name: String, values: Vec<f64>) {
        self.names.push(name);
        self.values.push(values);
    }

    /// Adds the columns of others.
    pub(super) fn extend(&mut self, others: &Self) {
        self.names.extend(others.names.iter().cloned());
        self.values.extend(others.values.iter().cloned());
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> String {
        self.names.get(column).cloned().unwrap_or_default()
    }

    /// The columns as one list per row.
    pub(super) fn rows(&self, n_rows: usize) -> Vec<Vec<f64>> {
        let row = |row: usize| self.values.iter().map(|column| column[row]).collect();
        (0..n_rows).map(row).collect()
    }
}

/// The columns of the controls on some items, and how each came to be. A level of every control is
/// left out, against which the others are told apart.
pub(super) fn controls(controls: &[Control], items: &[usize]) -> (Columns, Vec<ControlUse>) {
    let mut columns = Columns::default();
    let uses = controls.iter().map(|control| {
        let held = |item: &usize| control.values.as_ref()?.get(*item)?.as_ref();
        let held: Vec<&Held> = items.iter().filter_map(held).collect();
        ControlUse {
            name: control.name.clone(),
            coding: code(&control.name, &held, &mut columns),
        }
    });
    let uses = uses.collect();
    (columns, uses)
}

fn code(name: &str, held: &[&Held], columns: &mut Columns) -> Coding {
    let is_constant = held.windows(2).all(|pair| pair[0] == pair[1]);
    if is_constant {
        return Coding::Constant;
    }
    let numbers = held.iter().map(|held| match held {
        Held::Number(number) => Some(*number),
        Held::Level(_) => None,
    });
    if let Some(numbers) = numbers.collect::<Option<Vec<f64>>>() {
        columns.push(name.to_owned(), numbers);
        return Coding::Number;
    }
    let levels: Vec<&str> = held
        .iter()
        .map(|held| match held {
            Held::Level(level) => &**level,
            Held::Number(_) => "",
        })
        .collect();
    let pooled = rare(&levels);
    let all: BTreeSet<&str> = levels.iter().copied().collect();
    let kept = all.iter().filter(|level| !pooled.contains(*level)).copied();
    let kept: Vec<&str> = kept.collect();
    let has_other = usize::from(!pooled.is_empty());
    let told_apart = kept.len() + has_other;
    if told_apart < 2 {
        return Coding::Constant;
    }
    // The first level that is kept is the one the others are held against.
    for level in &kept[1..] {
        let is = levels.iter().map(|one| f64::from(one == level));
        columns.push(format!("{name} = {level}"), is.collect());
    }
    if has_other > 0 {
        let is = levels.iter().map(|one| f64::from(pooled.contains(one)));
        columns.push(format!("{name} = other"), is.collect());
    }
    Coding::Levels {
        told_apart,
        pooled: pooled.len(),
    }
}

/// The levels to be counted as one: those with few items, and while all of these together are still
/// few, the next smallest, by name where they are equal. At least one level is kept.
fn rare<'a>(levels: &[&'a str]) -> BTreeSet<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for level in levels {
        *counts.entry(level).or_default() += 1;
    }
    let mut by_count: Vec<(usize, &str)> = counts.into_iter().map(|(l, n)| (n, l)).collect();
    by_count.sort_unstable();
    by_count.pop();
    let mut pooled = BTreeSet::new();
    let mut n_pooled = 0;
    for (n, level) in by_count {
        let is_rare = n < LEAST_OF_LEVEL;
        let is_needed = n_pooled > 0 && n_pooled < LEAST_OF_LEVEL;
        if !is_rare && !is_needed {
            break;
        }
        n_pooled += n;
        pooled.insert(level);
    }
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(counts: &[(&'static str, usize)]) -> Vec<&'static str> {
        let levels = counts.iter();
        levels.flat_map(|(level, n)| vec![*level; *n]).collect()
    }

    fn pooled(counts: &[(&'static str, usize)]) -> Vec<&'static str> {
        rare(&levels(counts)).into_iter().collect()
    }

    #[test]
    fn levels_with_few_items_are_pooled() {
        assert_eq!(
            pooled(&[("a", 9), ("b", 4), ("c", 5), ("d", 3)]),
            ["b", "d"]
        );
        assert_eq!(pooled(&[("a", 9), ("b", 5)]), [""; 0]);
    }

    #[test]
    fn a_pool_that_is_still_small_takes_the_next_level() {
        assert_eq!(
            pooled(&[("a", 9), ("b", 6), ("c", 2), ("d", 7)]),
            ["b", "c"]
        );
    }

    #[test]
    fn one_level_is_always_kept() {
        assert_eq!(pooled(&[("a", 2), ("b", 2), ("c", 1)]), ["a", "c"]);
        assert_eq!(pooled(&[("a", 2)]), [""; 0]);
    }

    #[test]
    fn a_control_becomes_a_column_for_each_level_but_the_first() {
        let held = |level: &str| Some(Held::Level(level.into()));
        let level = |item: usize| held(["a", "b", "c"][item / 5]);
        let control = Control {
            name: "mode".to_owned(),
            values: Some((0..15).map(level).collect()),
        };
        let items: Vec<usize> = (0..15).collect();
        let (columns, uses) = controls(&[control], &items);
        assert_eq!(columns.names, ["mode = b", "mode = c"]);
        assert_eq!(columns.values[0].iter().sum::<f64>(), 5.0);
        assert_eq!(columns.values[0][5], 1.0);
        let coding = Coding::Levels {
            told_apart: 3,
            pooled: 0,
        };
        assert_eq!(uses[0].coding, coding);
    }

    #[test]
    fn a_control_that_never_varies_has_no_column() {
        let control = Control {
            name: "lines".to_owned(),
            values: Some(vec![Some(Held::Number(3.0)); 4]),
        };
        let (columns, uses) = controls(&[control], &[0, 1, 3]);
        assert_eq!(columns.names, [""; 0]);
        assert_eq!(uses[0].coding, Coding::Constant);
    }
}
