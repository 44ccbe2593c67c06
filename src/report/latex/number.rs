//! Numbers as they stand in cells: taken apart so that decimal points come to stand below one
//! another. Nothing is computed with them.

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number<'a> {
    /// `+`, `-` or nothing.
    sign: &'a str,
    whole: &'a str,
    /// The digits after the point.
    decimals: &'a str,
}

/// A value with its limits, where it has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Figure<'a> {
    pub(super) value: Number<'a>,
    pub(super) limits: Option<[Number<'a>; 2]>,
    /// The mark of an interval that is not to be trusted.
    pub(super) mark: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let rest = text.trim_start_matches(['+', '-']);
        let sign = &text[..text.len() - rest.len()];
        let (whole, decimals) = rest.split_once('.').unwrap_or((rest, ""));
        let is_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = sign.len() <= 1
            && !whole.is_empty()
            && is_digits(whole)
            && is_digits(decimals)
            && (decimals.is_empty() != rest.contains('.'));
        is_number.then_some(Self {
            sign,
            whole,
            decimals,
        })
    }
}

impl<'a> Figure<'a> {
    /// Reads `0.85`, `-12` or `+0.85 [0.75, 0.92]*`.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let Some((value, limits)) = text.split_once(" [") else {
            return Some(Self {
                value: Number::read(text)?,
                limits: None,
                mark: "",
            });
        };
        let (limits, mark) = limits.split_once(']')?;
        let (low, high) = limits.split_once(", ")?;
        let is_mark = matches!(mark, "" | "*");
        Some(Self {
            value: Number::read(value)?,
            limits: Some([Number::read(low)?, Number::read(high)?]),
            mark: is_mark.then_some(mark)?,
        })
    }
}

impl Number<'_> {
    /// The number with a proper minus.
    pub(super) fn plain(&self) -> String {
        let sign = match self.sign {
            "" => String::new(),
            sign => format!("${sign}$"),
        };
        let point = if self.decimals.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{}", self.whole, self.decimals)
    }
}

/// How much room the parts of numbers of a column take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    has_sign: bool,
    whole: usize,
    decimals: usize,
}

impl Room {
    /// The room that all of the numbers fit in.
    pub(super) fn of<'a>(numbers: impl Iterator<Item = Number<'a>>) -> Self {
        numbers.fold(Self::default(), |room, number| Self {
            has_sign: room.has_sign || !number.sign.is_empty(),
            whole: room.whole.max(number.whole.len()),
            decimals: room.decimals.max(number.decimals.len()),
        })
    }

    /// The number with empty room where others have digits.
    pub(super) fn set(self, number: &Number<'_>) -> String {
        let mut text = String::new();
        let missing = self.whole.saturating_sub(number.whole.len());
        text.push_str(&space('0', missing));
        match number.sign {
            "" if self.has_sign => text.push_str("\\phantom{$-$}"),
            "" => {}
            sign => text.push_str(&format!("${sign}$")),
        }
        text.push_str(number.whole);
        let missing = self.decimals - number.decimals.len();
        if number.decimals.is_empty() {
            if missing > 0 {
                text.push_str(&format!("\\phantom{{.{}}}", "0".repeat(missing)));
            }
        } else {
            text.push_str(&format!(".{}{}", number.decimals, space('0', missing)));
        }
        text
    }

    /// A text as wide as every number set in this room.
    pub(super) fn widest(self) -> String {
        let sign = if self.has_sign { "+" } else { "" };
        let point = if self.decimals > 0 { "." } else { "" };
        format!("{sign}{}{point}", "0".repeat(self.whole + self.decimals))
    }
}

fn space(digit: char, n: usize) -> String {
    match n {
        0 => String::new(),
        n => format!("\\phantom{{{}}}", digit.to_string().repeat(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_limits_are_read_as_they_are_printed() {
        let figure = Figure::read("+0.85 [-0.75, 0.920]*").unwrap();
        assert_eq!(figure.value.sign, "+");
        assert_eq!(figure.limits.unwrap()[0].sign, "-");
        assert_eq!(figure.limits.unwrap()[1].decimals, "920");
        assert_eq!(figure.mark, "*");
        assert!(Figure::read("12").is_some());
        for no_figure in [
            "",
            "–",
            "< 0.001",
            "1.",
            ".5",
            "1.2.3",
            "--1",
            "1 [2]",
            "1 [2, 3]x",
        ] {
            assert_eq!(Figure::read(no_figure), None, "{no_figure}");
        }
    }

    #[test]
    fn decimal_points_stand_below_one_another() {
        let numbers = ["0.5", "-12.25", "3"].map(|text| Number::read(text).unwrap());
        let room = Room::of(numbers.into_iter());
        let set = numbers.map(|number| room.set(&number));
        assert_eq!(set[0], "\\phantom{0}\\phantom{$-$}0.5\\phantom{0}");
        assert_eq!(set[1], "$-$12.25");
        assert_eq!(set[2], "\\phantom{0}\\phantom{$-$}3\\phantom{.00}");
        assert_eq!(room.widest(), "+0000.");
    }
}
