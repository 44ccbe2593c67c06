//! Pictures as SVG: whiskers, gates on an axis, bars. Colours are classes, so that the style sheet
//! decides for light and for dark.

use super::escape::escape;
use crate::report::document::page::Outcomes;
use crate::report::document::{Axis, Span, Whisker};

/// An axis that the whiskers of a column share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    from: f64,
    to: f64,
}

const WHISKER: (f64, f64) = (112.0, 14.0);
const GATE: (f64, f64) = (220.0, 22.0);
const BAR: (f64, f64) = (600.0, 14.0);
/// Room for a dot at either end.
const EDGE: f64 = 6.0;

impl Scale {
    /// The axis that all of these need.
    pub(super) fn of<'a>(whiskers: impl Iterator<Item = &'a Whisker>) -> Self {
        let (mut least, mut reach, mut is_difference) = (0.0_f64, 0.0_f64, false);
        for whisker in whiskers {
            let (low, high) = whisker.limits.unwrap_or((whisker.value, whisker.value));
            least = least.min(low).min(whisker.value);
            for end in [low, high, whisker.value] {
                reach = reach.max(end.abs());
            }
            is_difference |= whisker.span == Span::AroundZero;
        }
        match is_difference {
            true => {
                let reach = if reach > 0.0 { reach * 1.05 } else { 1.0 };
                Self {
                    from: -reach,
                    to: reach,
                }
            }
            false => Self {
                from: if least < 0.0 { -1.0 } else { 0.0 },
                to: 1.0,
            },
        }
    }

    fn place(self, value: f64, width: f64) -> f64 {
        let share = (value - self.from) / (self.to - self.from);
        EDGE + share.clamp(0.0, 1.0) * (width - 2.0 * EDGE)
    }
}

/// A value with its limits; beside the same in words, so nothing is read out. `mark` is another
/// value to compare with.
pub(super) fn whisker(whisker: &Whisker, scale: Scale, mark: Option<f64>) -> String {
    let (width, height) = WHISKER;
    let middle = height / 2.0;
    let at = |value: f64| scale.place(value, width);
    let mut svg = format!(
        "<svg class=\"whisker\" viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\">{}",
        rail(at(scale.from), at(scale.to), middle)
    );
    let zero = (whisker.span == Span::AroundZero || scale.from < 0.0).then_some(0.0);
    svg.extend(zero.map(|zero| tick("zero", at(zero), 1.0, height - 1.0)));
    svg.extend(mark.map(|mark| tick("mark", at(mark), 0.0, height)));
    svg.extend(
        whisker
            .limits
            .map(|(low, high)| reach(at(low), at(high), middle)),
    );
    svg.push_str(&dot(at(whisker.value), middle));
    svg.push_str("</svg>");
    svg
}

/// A gate: value, interval and threshold on one axis, in words for those who hear it.
pub(super) fn gate(axis: &Axis, words: &str) -> String {
    let (width, height) = GATE;
    let middle = 8.0;
    let scale = Scale {
        from: axis.from,
        to: axis.to,
    };
    let at = |value: f64| scale.place(value, width);
    let mut svg = format!(
        "<svg class=\"gate\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">",
        escape(words)
    );
    svg.push_str(&rail(at(scale.from), at(scale.to), middle));
    if axis.from < 0.0 && axis.to > 0.0 {
        svg.push_str(&tick("zero", at(0.0), 3.0, 13.0));
    }
    svg.extend(
        axis.limits
            .map(|(low, high)| reach(at(low), at(high), middle)),
    );
    svg.push_str(&tick("threshold", at(axis.threshold), 0.0, 16.0));
    let tip = at(axis.threshold);
    svg.push_str(&format!(
        "<path class=\"threshold-tip\" d=\"M{:.1} 22L{:.1} 22L{tip:.1} 16Z\"/>",
        tip - 4.0,
        tip + 4.0
    ));
    svg.push_str(&dot(at(axis.value), middle));
    svg.push_str("</svg>");
    svg
}

/// What became of questions, as parts of a bar.
pub(super) fn outcome_bar(outcomes: &Outcomes) -> String {
    let (width, height) = BAR;
    let words: Vec<String> = outcomes
        .counts
        .iter()
        .map(|(kind, n)| format!("{n} {}", kind.replace('_', " ")))
        .collect();
    let mut svg = format!(
        "<svg class=\"bar\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{}: {}\">",
        escape(&outcomes.name),
        words.join(", ")
    );
    let total: u64 = outcomes.counts.iter().map(|(_, n)| n).sum();
    // What is rare is drawn wide enough to be seen.
    let least = 4.0;
    let room = width - least * outcomes.counts.len() as f64;
    let mut from = 0.0;
    for (kind, n) in &outcomes.counts {
        let part = least + room * *n as f64 / total.max(1) as f64;
        svg.push_str(&format!(
            "<rect class=\"o-{kind}\" x=\"{from:.1}\" y=\"0\" width=\"{:.1}\" height=\"{height}\"/>",
            (part - 1.0).max(1.0)
        ));
        from += part;
    }
    svg.push_str("</svg>");
    svg
}

/// The axis itself.
fn rail(from: f64, to: f64, y: f64) -> String {
    format!("<path class=\"rail\" d=\"M{from:.1} {y}H{to:.1}\"/>")
}

/// An interval, with a tick at either end.
fn reach(from: f64, to: f64, y: f64) -> String {
    let top = y - 3.0;
    format!(
        "<path class=\"reach\" d=\"M{from:.1} {top}v6M{from:.1} {y}H{to:.1}M{to:.1} {top}v6\"/>"
    )
}

fn tick(class: &str, x: f64, from: f64, to: f64) -> String {
    format!("<path class=\"{class}\" d=\"M{x:.1} {from}V{to}\"/>")
}

fn dot(x: f64, y: f64) -> String {
    format!("<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y}\" r=\"3.5\"/>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_share_an_axis_around_0() {
        let one = |value, limits| Whisker {
            value,
            limits: Some(limits),
            span: Span::AroundZero,
        };
        let whiskers = [one(0.1, (-0.1, 0.4)), one(-0.2, (-0.3, -0.1))];
        let scale = Scale::of(whiskers.iter());
        assert_eq!(
            (scale.from, scale.to),
            (-0.42000000000000004, 0.42000000000000004)
        );
        assert_eq!(scale.place(0.0, 112.0), 56.0);
    }

    #[test]
    fn an_axis_of_shares_reaches_below_0_only_where_it_must() {
        let one = |value| Whisker {
            value,
            limits: None,
            span: Span::Unit,
        };
        assert_eq!(Scale::of([one(0.3)].iter()).from, 0.0);
        assert_eq!(Scale::of([one(0.3), one(-0.3)].iter()).from, -1.0);
    }
}
