//! How wide texts are, where they are cut or broken, and how they are kept apart.

use unicode_width::UnicodeWidthStr;

/// How wide a letter is, as a part of its height: wide enough for most typefaces.
const LETTER: f64 = 0.64;

/// How wide a text is set, roughly.
pub(super) fn text_width(text: &str, font: f64) -> f64 {
    text.width() as f64 * LETTER * font
}

/// A text that takes at most this width, and the whole text where it was cut.
pub(super) fn cut(text: &str, width: f64, font: f64) -> (String, Option<String>) {
    if text_width(text, font) <= width {
        return (text.to_owned(), None);
    }
    let mut short = String::new();
    for character in text.chars() {
        let mut longer = short.clone();
        longer.push(character);
        if text_width(&longer, font) + LETTER * font > width {
            break;
        }
        short = longer;
    }
    (format!("{}…", short.trim_end()), Some(text.to_owned()))
}

/// A name in one line, or in two where it is too long for one and has a place to break.
pub(super) fn broken(name: &str, width: f64, font: f64) -> (&str, &str) {
    if text_width(name, font) <= width {
        return (name, "");
    }
    let breaks = name.char_indices();
    let breaks = breaks.filter(|(_, c)| matches!(c, ' ' | '_' | '-' | '/'));
    let mut ends = breaks.map(|(start, c)| start + c.len_utf8());
    let fits = |end: &usize| text_width(&name[..*end], font) <= width;
    match ends.rfind(fits) {
        Some(end) => name.split_at(end),
        None => (name, ""),
    }
}

/// Moves places apart so that neighbours are `gap` from one another, in their order and within the
/// ends, if there is room for all; each moves as little as the others let it.
pub(in crate::report::plot) fn spread(
    places: &[f64],
    gap: f64,
    (first, last): (f64, f64),
) -> Vec<f64> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    // Runs of places that touch, each moved as one about the mean of where its members would be.
    let mut runs: Vec<(f64, Vec<usize>)> = Vec::new();
    let settle = |members: &[usize]| {
        let wanted = members
            .iter()
            .zip(0..)
            .map(|(m, i): (&usize, i32)| places[*m] - f64::from(i) * gap);
        let start = wanted.sum::<f64>() / members.len() as f64;
        let room = last - (members.len() - 1) as f64 * gap;
        start.min(room).max(first)
    };
    for member in order {
        let mut run = (settle(&[member]), vec![member]);
        while let Some((start, before)) = runs.pop() {
            if start + before.len() as f64 * gap <= run.0 {
                runs.push((start, before));
                break;
            }
            let members = [before, run.1].concat();
            run = (settle(&members), members);
        }
        runs.push(run);
    }
    let mut moved = places.to_vec();
    for (start, members) in runs {
        for (member, i) in members.iter().zip(0..) {
            moved[*member] = start + f64::from(i) * gap;
        }
    }
    moved
}
