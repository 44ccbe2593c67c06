//! Reading a case's input.

use std::collections::BTreeMap;

use serde_json::Value;

/// A list of numbers without gaps.
pub(super) fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

/// A list of numbers, missing ones kept in their places.
pub(super) fn optional_numbers(value: &Value) -> Vec<Option<f64>> {
    list(value).iter().map(Value::as_f64).collect()
}

/// Rows of numbers.
pub(super) fn matrix(value: &Value) -> Vec<Vec<f64>> {
    list(value).iter().map(numbers).collect()
}

pub(super) fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is not a number"))
}

pub(super) fn whole(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is not a whole number"))
}

pub(super) fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("{value} is not a list"))
}

/// The positions of each name, in the order of their first appearance.
pub(super) fn clusters(value: &Value) -> Vec<Vec<usize>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    for (position, name) in list(value).iter().enumerate() {
        let place = *places.entry(name.to_string()).or_insert_with(|| {
            clusters.push(Vec::new());
            clusters.len() - 1
        });
        clusters[place].push(position);
    }
    clusters
}

/// Pairs in which neither number is missing, and how many were dropped.
pub(super) fn complete_pairs(input: &Value) -> (Vec<(f64, f64)>, usize) {
    let (x, y) = (optional_numbers(&input["x"]), optional_numbers(&input["y"]));
    let pairs: Vec<(f64, f64)> = x.iter().zip(&y).filter_map(|(x, y)| x.zip(*y)).collect();
    let dropped = x.len() - pairs.len();
    (pairs, dropped)
}

/// Candidate minus baseline, item by item.
pub(super) fn differences(input: &Value) -> Vec<f64> {
    let (baseline, candidate) = (numbers(&input["baseline"]), numbers(&input["candidate"]));
    candidate
        .iter()
        .zip(&baseline)
        .map(|(c, b)| c - b)
        .collect()
}

/// Values grouped by cluster.
pub(super) fn by_cluster(values: &[f64], cluster: &Value) -> Vec<Vec<f64>> {
    let of = |items: &Vec<usize>| items.iter().map(|item| values[*item]).collect();
    clusters(cluster).iter().map(of).collect()
}
