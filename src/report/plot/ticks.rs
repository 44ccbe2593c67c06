//! Few ticks at round numbers.

use crate::report::numbers::fixed;

/// So many ticks may always stand: with fewer, no round step may fit.
const FEWEST: usize = 3;
/// Steps beyond this many are never asked for.
const MOST: usize = 50;
/// How far beyond an end, in steps, a tick may stand and count as on it.
const SLACK: f64 = 1e-9;

/// A step of 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    digit: i64,
    exponent: i32,
}

impl Step {
    /// The smallest step of at least this size; `None` where it is no number above 0.
    fn at_least(size: f64) -> Option<Self> {
        if !(size.is_finite() && size > 0.0) {
            return None;
        }
        // Finite numbers have exponents between -324 and 308: the cast is exact.
        let below = size.log10().floor() as i32 - 1;
        let steps = (below..below + 4).flat_map(|exponent| {
            [1, 2, 5]
                .into_iter()
                .map(move |digit| Self { digit, exponent })
        });
        steps
            .into_iter()
            .find(|step| step.times(1) >= size * (1.0 - SLACK))
    }

    /// A whole number of steps, as near to the decimal number as a double can be.
    fn times(self, count: i64) -> f64 {
        let digits = (count * self.digit) as f64;
        match self.exponent {
            exponent if exponent < 0 => digits / 10_f64.powi(-exponent),
            exponent => digits * 10_f64.powi(exponent),
        }
    }

    fn decimals(self) -> usize {
        self.exponent.min(0).unsigned_abs() as usize
    }

    /// The multiples from one number to another.
    fn between(self, from: f64, to: f64) -> impl Iterator<Item = f64> {
        let size = self.times(1);
        let first = (from / size - SLACK).ceil() as i64;
        let last = (to / size + SLACK).floor() as i64;
        (first..=last).map(move |count| self.times(count))
    }
}

/// The multiples of the smallest step of 1, 2 or 5 times a power of ten of which at most `most` lie
/// between the ends, the ends included; of 4 times one where those of 5 would be fewer than two.
/// There are at least 2, and 3 may always stand. Empty where `from` is not below `to`.
///
/// ```
/// use labelgate::report::plot::ticks::linear;
/// let texts: Vec<String> = linear(0.62, 0.95, 4).into_iter().map(|tick| tick.1).collect();
/// assert_eq!(texts, ["0.7", "0.8", "0.9"]);
/// ```
pub fn linear(from: f64, to: f64, most: usize) -> Vec<(f64, String)> {
    let most = most.clamp(FEWEST, MOST);
    let of_step = |step: Step| -> Vec<(f64, String)> {
        let ticks = step.between(from, to).take(2 * MOST);
        let text = |tick: f64| (tick, fixed(tick, step.decimals()));
        ticks.map(text).collect()
    };
    let mut size = (to - from) / (most + 1) as f64;
    // Each try at least doubles the step, from few more multiples than may stand.
    for _ in 0..8 {
        let Some(step) = Step::at_least(size) else {
            return Vec::new();
        };
        match of_step(step) {
            ticks if ticks.len() > most => size = step.times(1) * 1.5,
            ticks if ticks.len() < 2 => return of_step(Step { digit: 4, ..step }),
            ticks => return ticks,
        }
    }
    Vec::new()
}

/// The nearest round numbers around two numbers, about `most` steps apart.
pub(super) fn round_ends(least: f64, most: f64, steps: usize) -> (f64, f64) {
    let spread = match most - least {
        spread if spread > 0.0 => spread,
        // One value stands in the middle of its surroundings.
        _ if least == 0.0 => 1.0,
        _ => least.abs() / 2.0,
    };
    let (least, most) = match most > least {
        true => (least, most),
        false => (least - spread / 2.0, most + spread / 2.0),
    };
    match Step::at_least(spread / steps as f64) {
        None => (least, most),
        Some(step) => {
            let size = step.times(1);
            let from = step.times((least / size + SLACK).floor() as i64);
            let to = step.times((most / size - SLACK).ceil() as i64);
            (from, to)
        }
    }
}

/// The nearest numbers of 1, 2 or 5 times a power of ten around two numbers above 0.
pub(super) fn round_log_ends(least: f64, most: f64) -> (f64, f64) {
    let above = |value: f64| Step::at_least(value).map_or(value, |step| step.times(1));
    // The reciprocal turns "at most" into "at least", and 1, 2, 5 into 1, 5, 2.
    let below = |value: f64| Step::at_least(1.0 / value).map_or(value, |step| 1.0 / step.times(1));
    match (below(least), above(most)) {
        (from, to) if from < to => (from, to),
        (from, to) => (from / 2.0, to * 2.0),
    }
}

/// Round numbers on a scale of ratios: 1, 2 and 5 times the powers of ten, or the powers alone, or
/// every few of them, so that at most `most` stand. Where too few would, those of equal differences.
///
/// ```
/// use labelgate::report::plot::ticks::log;
/// let texts: Vec<String> = log(3.0, 2000.0, 4).into_iter().map(|tick| tick.1).collect();
/// assert_eq!(texts, ["10", "100", "1000"]);
/// ```
pub fn log(from: f64, to: f64, most: usize) -> Vec<(f64, String)> {
    let most = most.clamp(FEWEST, MOST);
    if !(from > 0.0 && from < to && to.is_finite()) {
        return Vec::new();
    }
    let (first, last) = (from.log10().floor() as i32, to.log10().ceil() as i32);
    let tick = |digit: i64, exponent: i32| {
        let step = Step { digit, exponent };
        (step.times(1), fixed(step.times(1), step.decimals()))
    };
    let is_inside =
        |tick: &(f64, String)| tick.0 >= from * (1.0 - SLACK) && tick.0 <= to * (1.0 + SLACK);
    let dense = (first..=last).flat_map(|exponent| [1, 2, 5].map(|digit| tick(digit, exponent)));
    let dense: Vec<_> = dense.filter(is_inside).collect();
    if dense.len() <= most && dense.len() >= 2 {
        return dense;
    }
    for every in 1..=last - first + 1 {
        let powers = (first..=last).filter(|exponent| exponent.rem_euclid(every) == 0);
        let powers: Vec<_> = powers
            .map(|exponent| tick(1, exponent))
            .filter(is_inside)
            .collect();
        if powers.len() <= most && powers.len() >= 2 {
            return powers;
        }
    }
    linear(from, to, most)
}

/// Days since 1970 at which a year, a month or a day begins, so that at most `most` stand, each as
/// `2026`, `2026-03` or `2026-03-14`. One day alone is one tick.
///
/// ```
/// use labelgate::report::plot::ticks::days;
/// // The first half of 1970.
/// let texts: Vec<String> = days(0.0, 180.0, 3).into_iter().map(|tick| tick.1).collect();
/// assert_eq!(texts, ["1970-01", "1970-03", "1970-05"]);
/// ```
pub fn days(from: f64, to: f64, most: usize) -> Vec<(f64, String)> {
    const FARTHEST: f64 = 1e7;
    let most = most.clamp(FEWEST, MOST);
    if !(from <= to && from.abs() < FARTHEST && to.abs() < FARTHEST) {
        return Vec::new();
    }
    let (from, to) = (from.ceil() as i64, to.floor() as i64);
    // Steps of days are counted from the first day, so that a few days in a row all stand.
    for every in [1, 2, 7, 14] {
        let n = (to - from) / every + 1;
        if usize::try_from(n).is_ok_and(|n| n <= most) {
            let ticks = (0..n).map(|step| from + step * every);
            return ticks.map(|day| (day as f64, iso(day, 10))).collect();
        }
    }
    let months = |day: i64| {
        let (year, month, _) = civil(day);
        year * 12 + month - 1
    };
    for every in [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000] {
        let first = months(from).div_euclid(every);
        let last = months(to).div_euclid(every);
        let starts = (first..=last).map(|step| {
            let month = step * every;
            day_of(month.div_euclid(12), month.rem_euclid(12) + 1, 1)
        });
        let starts: Vec<i64> = starts.filter(|day| (from..=to).contains(day)).collect();
        if starts.len() <= most {
            let length = if every < 12 { 7 } else { 4 };
            if starts.len() >= 2 {
                return starts
                    .into_iter()
                    .map(|day| (day as f64, iso(day, length)))
                    .collect();
            }
            break;
        }
    }
    [from, to]
        .into_iter()
        .map(|day| (day as f64, iso(day, 10)))
        .collect()
}

/// The first characters of a day as `2026-03-14`.
fn iso(day: i64, length: usize) -> String {
    let (year, month, day) = civil(day);
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    text.truncate(text.len() - (10 - length));
    text
}

/// Year, month and day of a count of days since 1970.
///
/// Source: H. Hinnant, chrono-compatible low-level date algorithms, 2013.
fn civil(day: i64) -> (i64, i64, i64) {
    // Years begin in March here, so that the leap day is the last.
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_month)
}

/// The days since 1970, with their part, of a moment such as `2026-03-14 12:30`; of midnight where
/// there is a date alone.
pub(in crate::report) fn day_at(moment: &str) -> Option<f64> {
    let (date, time) = moment.split_once(' ').unwrap_or((moment, "00:00"));
    let parts: Result<Vec<i64>, _> = date.split('-').map(str::parse).collect();
    let &[year, month @ 1..=12, day @ 1..=31] = &*parts.ok()? else {
        return None;
    };
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    let part = f64::from(hours.min(24) * 60 + minutes.min(60)) / 1440.0;
    (0..10_000)
        .contains(&year)
        .then(|| day_of(year, month, day) as f64 + part)
}

/// The count of days since 1970 of a date.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_found_again_from_its_date() {
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, of_month) = civil(day);
            assert_eq!(day_of(year, month, of_month), day);
        }
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(iso(20_513, 10), "2026-03-01");
        assert_eq!(day_at("2026-03-01 12:00"), Some(20_513.5));
        assert_eq!(day_at("2026-03-01"), Some(20_513.0));
        assert_eq!(day_at("2026-13-01 12:00"), None);
        assert_eq!(day_at("yesterday"), None);
        assert_eq!(iso(20_512, 10), "2026-02-28");
    }
}
