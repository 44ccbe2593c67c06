//! Many tests at once: p-values adjusted so that one level holds for all of them.

use super::Undefined;

/// How a family of p-values is adjusted. Missing p-values leave the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// Times the number of tests; any false rejection at most at the level (Bonferroni; Dunn 1961).
    Bonferroni,
    /// Stepping down; never weaker than Bonferroni (Holm 1979). For alarms on any regression.
    Holm,
    /// Stepping up; tests independent or positively dependent (Hochberg 1988).
    Hochberg,
    /// False discoveries at most at the level among rejections; tests independent or positively
    /// dependent (Benjamini & Hochberg 1995). For tables by class.
    BenjaminiHochberg,
    /// The same under any dependence (Benjamini & Yekutieli 2001).
    BenjaminiYekutieli,
    /// 1 − (1 − p)^m; tests independent (Šidák 1967).
    Sidak,
}

impl Adjustment {
    /// Every adjustment, in the order of their declaration.
    pub const ALL: [Self; 6] = [
        Self::Bonferroni,
        Self::Holm,
        Self::Hochberg,
        Self::BenjaminiHochberg,
        Self::BenjaminiYekutieli,
        Self::Sidak,
    ];

    /// The name in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Bonferroni => "bonferroni",
            Self::Holm => "holm",
            Self::Hochberg => "hochberg",
            Self::BenjaminiHochberg => "benjamini_hochberg",
            Self::BenjaminiYekutieli => "benjamini_yekutieli",
            Self::Sidak => "sidak",
        }
    }
}

/// Adjusted p-values, each in the place of its own; a missing one stays missing.
///
/// In 0–1. Undefined where no p-value is present (`no_tests`).
///
/// ```
/// use labelgate::stat::multiplicity::{Adjustment, adjusted};
/// let p = [Some(0.01), None, Some(0.25), Some(0.015625)];
/// assert_eq!(adjusted(&p, Adjustment::Holm), Ok(vec![Some(0.03), None, Some(0.25), Some(0.03125)]));
/// ```
pub fn adjusted(p: &[Option<f64>], adjustment: Adjustment) -> Result<Vec<Option<f64>>, Undefined> {
    let mut family: Vec<(usize, f64)> = p
        .iter()
        .enumerate()
        .filter_map(|(place, p)| Some((place, p.filter(|p| p.is_finite())?)))
        .collect();
    if family.is_empty() {
        return Err(Undefined::NoTests);
    }
    family.sort_by(|a, b| a.1.total_cmp(&b.1));
    let values: Vec<f64> = family.iter().map(|(_, p)| *p).collect();
    let mut all = vec![None; p.len()];
    for ((place, _), value) in family.iter().zip(ascending(&values, adjustment)) {
        all[*place] = Some(value.min(1.0));
    }
    Ok(all)
}

/// Which tests are significant at a level: adjusted p at most the level, where a difference of
/// rounding counts as equal, so that 3 × (0.05/3) is at most 0.05.
///
/// ```
/// use labelgate::stat::multiplicity::rejected;
/// assert_eq!(rejected(&[Some(0.1 + 0.2), None, Some(0.31)], 0.3), [Some(true), None, Some(false)]);
/// ```
pub fn rejected(adjusted: &[Option<f64>], level: f64) -> Vec<Option<bool>> {
    let bound = level * (1.0 + 8.0 * f64::EPSILON);
    adjusted.iter().map(|p| p.map(|p| p <= bound)).collect()
}

/// Adjusted values of p-values in ascending order.
fn ascending(p: &[f64], adjustment: Adjustment) -> Vec<f64> {
    let m = p.len() as f64;
    let rank = |place: usize| place as f64 + 1.0;
    let each = |factor: &dyn Fn(usize) -> f64| -> Vec<f64> {
        p.iter()
            .enumerate()
            .map(|(place, p)| factor(place) * p)
            .collect()
    };
    match adjustment {
        Adjustment::Bonferroni => each(&|_| m),
        Adjustment::Holm => {
            let mut values = each(&|place| m - place as f64);
            for place in 1..values.len() {
                values[place] = values[place].max(values[place - 1]);
            }
            values
        }
        Adjustment::Hochberg => stepped_up(each(&|place| m - place as f64)),
        Adjustment::BenjaminiHochberg => stepped_up(each(&|place| m / rank(place))),
        Adjustment::BenjaminiYekutieli => {
            let harmonic: f64 = (0..p.len()).map(|place| 1.0 / rank(place)).sum();
            stepped_up(each(&|place| harmonic * m / rank(place)))
        }
        Adjustment::Sidak => {
            let value = |p: &f64| -libm::expm1(m * libm::log1p(-p));
            p.iter().map(value).collect()
        }
    }
}

fn stepped_up(mut values: Vec<f64>) -> Vec<f64> {
    for place in (1..values.len()).rev() {
        values[place - 1] = values[place - 1].min(values[place]);
    }
    values
}
