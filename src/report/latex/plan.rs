//! How a table is set so that it fits: which size, which columns wrap, whether limits stand below
//! their values, and what is left for another panel.

use super::text::ends_part;
use super::width::{SIZES, Size, TINY};

/// The room for a table in points: a little less than the text width of `article`, which is 345.
pub(super) const ROOM: f64 = 336.0;

/// What a column needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Need {
    /// The title's parts; a line may end after each.
    pub(super) title: Vec<String>,
    /// What stands in it.
    pub(super) content: Content,
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Words that can wrap.
    Words {
        /// The longest of the cells.
        longest: String,
        /// The longest part that no line can end in.
        part: String,
    },
    /// Figures as wide as these: value and limits.
    Figures {
        /// The widest value.
        value: String,
        /// The widest limits, with brackets and marks; empty without any.
        limits: String,
    },
}

/// How a table is set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// The size of its letters.
    pub(super) size: Size,
    /// Half the room between two columns, in points.
    pub(super) gap: f64,
    /// Whether limits stand below their values.
    pub(super) is_stacked: bool,
    /// The columns of each panel with their widths; those that wrap have to be told theirs.
    pub(super) panels: Vec<Vec<Place>>,
}

/// A column in its panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Which column it is.
    pub(super) column: usize,
    /// How wide, in points.
    pub(super) width: f64,
    /// Whether its cells wrap at this width.
    pub(super) wraps: bool,
}

struct Way {
    size: Size,
    gap: f64,
    is_stacked: bool,
    /// The least that a column of words is squeezed to, in points.
    least: f64,
    /// Whether titles stand on one line.
    is_wide: bool,
}

const fn way(size: Size, gap: f64, is_stacked: bool, least: f64) -> Way {
    Way {
        size,
        gap,
        is_stacked,
        least,
        is_wide: false,
    }
}

/// A way in which titles stand on one line.
const fn wide(size: Size, gap: f64) -> Way {
    Way {
        is_wide: true,
        ..way(size, gap, false, f64::INFINITY)
    }
}

/// From the most pleasant to the densest. Words wrap only where a line still holds a few.
const WAYS: [Way; 13] = [
    wide(SIZES[0], 5.5),
    way(SIZES[0], 5.5, false, f64::INFINITY),
    wide(SIZES[1], 4.5),
    way(SIZES[1], 4.5, false, f64::INFINITY),
    way(SIZES[0], 5.0, false, 110.0),
    way(SIZES[1], 4.0, false, 100.0),
    way(SIZES[1], 4.5, true, f64::INFINITY),
    way(SIZES[1], 4.0, true, 80.0),
    way(SIZES[1], 3.0, true, 65.0),
    way(SIZES[2], 3.0, true, 60.0),
    way(SIZES[2], 2.0, true, 55.0),
    way(SIZES[3], 1.6, true, 60.0),
    way(TINY, 1.2, true, 55.0),
];

/// How many of the ways leave the text as large as a footnote.
const LARGE: usize = 6;
/// How many leave limits below their values large enough to be read.
const LEGIBLE: usize = 11;
/// The way in which panels are set.
const IN_PANELS: usize = 7;

/// A plan that needs no small print, if there is one.
pub(super) fn large(needs: &[Need]) -> Option<Plan> {
    WAYS[..LARGE].iter().find_map(|way| fit(needs, way))
}

/// A plan that fits; where no single table does, its columns are shared out among panels, each of
/// which begins with the first column.
pub(super) fn plan(needs: &[Need]) -> Plan {
    let has_limits = |need: &Need| matches!(&need.content, Content::Figures { limits, .. } if !limits.is_empty());
    // Limits are set smaller still than their values.
    let ways = match needs.iter().any(has_limits) {
        true => &WAYS[..LEGIBLE],
        false => &WAYS[..],
    };
    let single = ways.iter().find_map(|way| fit(needs, way));
    single.unwrap_or_else(|| panels(needs, &WAYS[IN_PANELS]))
}

fn fit(needs: &[Need], way: &Way) -> Option<Plan> {
    let columns: Vec<usize> = (0..needs.len()).collect();
    let places = places(needs, &columns, way)?;
    Some(Plan {
        size: way.size,
        gap: way.gap,
        is_stacked: way.is_stacked,
        panels: vec![places],
    })
}

/// The widths of these columns, if they fit.
fn places(needs: &[Need], columns: &[usize], way: &Way) -> Option<Vec<Place>> {
    let natural = |column: &usize| needs[*column].natural(way);
    let gaps = 2.0 * way.gap * columns.len().saturating_sub(1) as f64;
    let least = |column: &usize| needs[*column].least(way).min(natural(column));
    let spare = ROOM - gaps - columns.iter().map(least).sum::<f64>();
    if spare < 0.0 {
        return None;
    }
    let wished: Vec<f64> = columns.iter().map(|c| natural(c) - least(c)).collect();
    let given = share(spare, &wished);
    let places = columns.iter().zip(wished.iter().zip(given));
    Some(
        places
            .map(|(column, (wish, given))| Place {
                column: *column,
                width: least(column) + given,
                wraps: given + 0.01 < *wish,
            })
            .collect(),
    )
}

/// Shares room out: small wishes are granted, and great ones get more of what is left, though not
/// as much more as they are greater.
fn share(room: f64, wished: &[f64]) -> Vec<f64> {
    let weight = |place: &usize| wished[*place].sqrt();
    let mut order: Vec<usize> = (0..wished.len()).collect();
    order.sort_by(|one, other| wished[*one].total_cmp(&wished[*other]));
    let mut given = vec![0.0; wished.len()];
    let mut left = room;
    let mut weights: f64 = order.iter().map(weight).sum();
    for place in order.iter().filter(|place| wished[**place] > 0.0) {
        let part = left * weight(place) / weights;
        given[*place] = wished[*place].min(part);
        left -= given[*place];
        weights -= weight(place);
    }
    given
}

fn panels(needs: &[Need], way: &Way) -> Plan {
    let mut panels: Vec<Vec<Place>> = Vec::new();
    let mut columns: Vec<usize> = vec![0];
    let mut fitting = None;
    for column in 1..needs.len() {
        columns.push(column);
        match places(needs, &columns, way) {
            Some(places) => fitting = Some(places),
            None => {
                panels.extend(fitting.take());
                columns = vec![0, column];
                fitting = places(needs, &columns, way).or_else(|| Some(squeezed(&columns)));
            }
        }
    }
    panels.extend(fitting.or_else(|| Some(squeezed(&columns))));
    Plan {
        size: way.size,
        gap: way.gap,
        is_stacked: way.is_stacked,
        panels,
    }
}

/// Equal widths, where nothing else is left.
fn squeezed(columns: &[usize]) -> Vec<Place> {
    let width = ROOM / columns.len() as f64 - 12.0;
    let place = |column: &usize| Place {
        column: *column,
        width,
        wraps: true,
    };
    columns.iter().map(place).collect()
}

impl Need {
    /// The width in which nothing wraps.
    fn natural(&self, way: &Way) -> f64 {
        match &self.content {
            Content::Words { longest, .. } => way.size.width(longest).max(self.title_width(way)),
            Content::Figures { .. } => self.figures(way),
        }
    }

    /// The least width.
    fn least(&self, way: &Way) -> f64 {
        match &self.content {
            Content::Words { part, .. } => {
                let part = way.size.width(part).max(self.title_width(way));
                part.max(way.least)
            }
            Content::Figures { .. } => self.figures(way),
        }
    }

    fn figures(&self, way: &Way) -> f64 {
        let Content::Figures { value, limits } = &self.content else {
            return 0.0;
        };
        let figures = match way.is_stacked {
            true => {
                let limits = way.size.smaller().width(limits);
                way.size.width(value).max(limits)
            }
            false if limits.is_empty() => way.size.width(value),
            false => way.size.width(&format!("{value} {limits}")),
        };
        figures.max(self.title_width(way))
    }

    /// The width of the title, or of its longest part.
    fn title_width(&self, way: &Way) -> f64 {
        if way.is_wide {
            return way.size.width(&self.title.concat());
        }
        let parts = self.title.iter();
        parts
            .map(|part| way.size.width(part.trim_end()))
            .fold(0.0, f64::max)
    }
}

/// Parts of a text between which a line may end.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    for character in text.chars() {
        part.push(character);
        if character == ' ' || ends_part(character) {
            parts.push(std::mem::take(&mut part));
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// The title on as few lines as the width allows.
pub(super) fn title_lines(title: &[String], size: Size, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in title {
        match lines.last_mut() {
            Some(line) if size.width(format!("{line}{part}").trim_end()) <= width + 0.01 => {
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}
