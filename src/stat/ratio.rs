//! Sums of ratio distances ((a − b)/(a + b))² over very many values.
//!
//! In logarithms u, v the distance is tanh²((u − v)/2), a smooth function of u − v. Over boxes no
//! wider than one unit of u it is interpolated at Chebyshev nodes on both sides, so that the time
//! grows with the number of values and not with its square (Greengard & Rokhlin 1987 in one
//! dimension; Fong & Darve 2009 for Chebyshev nodes). With 16 nodes a box the error lies at the
//! rounding of f64.

/// Up to so many distinct values every pair is visited.
const FEW: usize = 2000;
/// Nodes of a box.
const NODES: usize = 16;

/// The squared relative difference of two values that are not negative; 0 of two zeros.
pub(super) fn ratio_distance(a: f64, b: f64) -> f64 {
    if a + b == 0.0 {
        return 0.0;
    }
    let share = (a - b) / (a + b);
    share * share
}

/// For each of these distinct values in ascending order, none negative, each with the number of
/// times it occurs: the sum of its distances to all.
pub(super) fn distance_sums(distinct: &[(f64, f64)]) -> Vec<f64> {
    if distinct.len() <= FEW {
        let to_all = |value: f64| -> f64 {
            let distances = distinct.iter();
            distances
                .map(|(other, times)| times * ratio_distance(value, *other))
                .sum()
        };
        return distinct.iter().map(|(value, _)| to_all(*value)).collect();
    }
    // Zero is as far from every other value as can be.
    let (zero, positive) = match distinct.split_first() {
        Some((&(0.0, times), rest)) => (Some(times), rest),
        _ => (None, distinct),
    };
    let n_positive: f64 = positive.iter().map(|(_, times)| times).sum();
    let sums = sums_of_positive(positive).into_iter();
    let to_zero = zero.unwrap_or(0.0);
    let of_zero = zero.map(|_| n_positive);
    of_zero
        .into_iter()
        .chain(sums.map(|sum| sum + to_zero))
        .collect()
}

/// Boxes of equal width over the logarithms of the values.
struct Boxes {
    start: f64,
    width: f64,
    n: usize,
}

impl Boxes {
    fn over(low: f64, high: f64) -> Self {
        let range = (high - low).max(f64::MIN_POSITIVE);
        let n = range.ceil().max(1.0);
        Self {
            start: low,
            width: range / n,
            n: n as usize,
        }
    }

    /// The box of a logarithm, and its place in it from −1 to 1.
    fn place(&self, log: f64) -> (usize, f64) {
        let at = (log - self.start) / self.width;
        let place = (at as usize).min(self.n - 1);
        (place, 2.0 * (at - place as f64) - 1.0)
    }
}

fn sums_of_positive(distinct: &[(f64, f64)]) -> Vec<f64> {
    let (Some(first), Some(last)) = (distinct.first(), distinct.last()) else {
        return Vec::new();
    };
    let boxes = Boxes::over(libm::log(first.0), libm::log(last.0));
    let places: Vec<(usize, f64)> = distinct
        .iter()
        .map(|(value, _)| boxes.place(libm::log(*value)))
        .collect();
    let mut moments = vec![[0.0; NODES]; boxes.n];
    for ((place, at), (_, times)) in places.iter().zip(distinct) {
        for (moment, polynomial) in moments[*place].iter_mut().zip(polynomials(*at)) {
            *moment += times * polynomial;
        }
    }
    let table = NODE_ANGLES.map(|angle| polynomials(libm::cos(angle)));
    let weights: Vec<[f64; NODES]> = moments.iter().map(|m| at_nodes(&table, m)).collect();
    let potentials = potentials(&boxes, &table, &weights);
    let coefficients: Vec<[f64; NODES]> = potentials.iter().map(|p| series(&table, p)).collect();
    places
        .iter()
        .map(|(place, at)| {
            let terms = coefficients[*place].iter().zip(polynomials(*at));
            terms.map(|(c, polynomial)| c * polynomial).sum()
        })
        .collect()
}

/// The angles of the Chebyshev nodes: (2q + 1)π/2p.
const NODE_ANGLES: [f64; NODES] = {
    let mut angles = [0.0; NODES];
    let mut node = 0;
    while node < NODES {
        angles[node] = (2 * node + 1) as f64 * std::f64::consts::PI / (2 * NODES) as f64;
        node += 1;
    }
    angles
};

/// The Chebyshev polynomials at a place.
fn polynomials(at: f64) -> [f64; NODES] {
    let mut values = [1.0; NODES];
    values[1] = at;
    for degree in 2..NODES {
        values[degree] = 2.0 * at * values[degree - 1] - values[degree - 2];
    }
    values
}

/// The weight each node takes of the values of its box.
fn at_nodes(table: &[[f64; NODES]; NODES], moments: &[f64; NODES]) -> [f64; NODES] {
    table.map(|polynomials| {
        let terms = polynomials.iter().zip(moments).map(|(p, m)| p * m);
        (2.0 * terms.sum::<f64>() - moments[0]) / NODES as f64
    })
}

/// The Chebyshev series through values at the nodes.
fn series(table: &[[f64; NODES]; NODES], values: &[f64; NODES]) -> [f64; NODES] {
    let mut coefficients = [0.0; NODES];
    for (degree, coefficient) in coefficients.iter_mut().enumerate() {
        let terms = table.iter().zip(values).map(|(p, value)| p[degree] * value);
        let scale = if degree == 0 { 1.0 } else { 2.0 };
        *coefficient = scale * terms.sum::<f64>() / NODES as f64;
    }
    coefficients
}

/// The sums of distances at the nodes of every box, to the weights at the nodes of all.
fn potentials(
    boxes: &Boxes,
    table: &[[f64; NODES]; NODES],
    weights: &[[f64; NODES]],
) -> Vec<[f64; NODES]> {
    let mut potentials = vec![[0.0; NODES]; boxes.n];
    for apart in 0..boxes.n {
        // Distances depend on how far apart two boxes are, not on where they lie.
        let distance = |one: usize, other: usize| {
            let between = apart as f64 + (table[one][1] - table[other][1]) / 2.0;
            let tanh = libm::tanh(between * boxes.width / 2.0);
            tanh * tanh
        };
        let distances: [[f64; NODES]; NODES] =
            std::array::from_fn(|one| std::array::from_fn(|other| distance(one, other)));
        for low in 0..boxes.n - apart {
            let high = low + apart;
            for (one, distances) in distances.iter().enumerate() {
                for (other, distance) in distances.iter().enumerate() {
                    potentials[high][one] += distance * weights[low][other];
                    if apart > 0 {
                        potentials[low][other] += distance * weights[high][one];
                    }
                }
            }
        }
    }
    potentials
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_values_have_the_sums_of_all_pairs() {
        for (scale, power) in [(1.0, 1.0), (1e-6, 0.002), (1e300, 60.0)] {
            let mut distinct = vec![(0.0, 3.0)];
            let value = |i: usize| scale / (1.0 + i as f64).powf(power);
            distinct.extend(
                (0..FEW + 500)
                    .rev()
                    .map(|i| (value(i), 1.0 + (i % 3) as f64)),
            );
            for ((value, _), sum) in distinct.iter().zip(distance_sums(&distinct)).step_by(97) {
                let slow: f64 = distinct
                    .iter()
                    .map(|(other, times)| times * ratio_distance(*value, *other))
                    .sum();
                assert!(
                    (sum - slow).abs() < 1e-12 * slow,
                    "{value}: {sum} for {slow}"
                );
            }
        }
    }
}
