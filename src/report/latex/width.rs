//! How wide text will be: Computer Modern's own widths, for tables that must fit a page. Other
//! fonts that papers are set in are about as wide or narrower.

/// The sizes that tables are set in, in points, with how wide a digit of that size is. Small sizes
/// are drawn wider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    /// The height in points.
    pub(super) points: f64,
    /// From line to line, in points.
    pub(super) leading: f64,
    /// The width of an em of Computer Modern at ten points, scaled to here.
    em: f64,
}

/// From the size of footnotes down to the smallest that can be read.
pub(super) const SIZES: [Size; 4] = [
    size(9.0, 10.8, 9.25),
    size(8.0, 9.6, 8.5),
    size(7.0, 8.4, 8.05),
    size(6.0, 7.2, 7.5),
];

/// The smallest, for matrices alone.
pub(super) const TINY: Size = size(5.0, 6.2, 7.1);

const fn size(points: f64, leading: f64, em: f64) -> Size {
    Size {
        points,
        leading,
        em,
    }
}

impl Size {
    /// The width of a text in points.
    pub(super) fn width(self, text: &str) -> f64 {
        self.em * text.chars().map(width).sum::<f64>()
    }

    /// The commands that switch to it.
    pub(super) fn select(self) -> String {
        format!(
            "\\fontsize{{{}}}{{{}}}\\selectfont",
            self.points, self.leading
        )
    }

    /// The next smaller size.
    pub(super) fn smaller(self) -> Self {
        let next = SIZES.iter().find(|size| size.points < self.points);
        next.copied().unwrap_or(TINY)
    }
}

/// The width of a character in ems.
fn width(character: char) -> f64 {
    match character {
        'i' | 'l' | '.' | ',' | ':' | ';' | '\'' | '!' | '[' | ']' | '|' => 0.278,
        ' ' | '-' => 0.334,
        'f' | 'j' => 0.306,
        '(' | ')' | 't' | 'r' | 's' => 0.39,
        'c' | 'e' | 'z' => 0.445,
        '_' => 0.37,
        '0'..='9' | 'a' | 'g' | 'o' | '/' | '"' | '*' | '$' | '·' => 0.5,
        'k' | 'q' | 'v' | 'x' | 'y' => 0.528,
        'b' | 'd' | 'h' | 'n' | 'p' | 'u' | 'S' => 0.556,
        'I' => 0.361,
        'w' | 'A'..='Z' => 0.8,
        'm' | '%' | '&' | '#' | '@' | '+' | '=' | '<' | '>' | '~' | '^' | '−' | '≤' | '≥' => {
            0.834
        }
        '?' | '`' | '{' | '}' | '\\' | '–' | '↓' | '↑' => 0.53,
        '—' | '→' | '←' => 1.0,
        'α'..='ω' => 0.65,
        // Letters with accents, and signs; what has no sign takes a box with its number.
        _ if super::symbols::symbol(character).is_some() => 0.85,
        '\u{C0}'..='\u{24F}' => 0.75,
        _ => 3.4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_no_narrower_than_in_computer_modern() {
        // Of cmr9, cmr8, cmr7 and cmr6, each at its own size.
        for (size, digit) in SIZES.iter().zip([4.62, 4.25, 3.98, 3.66]) {
            let width = size.width("0");
            assert!(width >= digit && width < 1.04 * digit, "{size:?}: {width}");
        }
    }

    #[test]
    fn smaller_sizes_end_with_the_smallest() {
        assert_eq!(SIZES[3].smaller(), TINY);
        assert_eq!(TINY.smaller(), TINY);
    }
}
