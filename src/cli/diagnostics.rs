//! Faults as people read them: the file, the line, what is wrong and what to do.

use std::collections::BTreeMap;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::fault::{Fault, shown};

/// So many faults of one file are shown with their lines; the others have a line each, so that a
/// file wrong throughout does not drive all else off the screen.
const PICTURED: usize = 8;

/// The faults, one after the other, then how many there are. With colour codes, which the caller's
/// stream strips where they are not wanted.
pub(super) fn render(faults: &[Fault]) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    let mut pictured: BTreeMap<&Path, usize> = BTreeMap::new();
    let mut was_short = false;
    for fault in faults {
        let n = pictured.entry(&fault.file).or_default();
        *n += 1;
        let is_short = *n > PICTURED;
        if was_short && !is_short {
            text.push('\n');
        }
        was_short = is_short;
        if is_short {
            text.push_str(&render_short(fault));
            text.push('\n');
        } else {
            text.push_str(&render_one(&renderer, fault));
            text.push_str("\n\n");
        }
    }
    if was_short {
        text.push('\n');
    }
    if faults.len() > 1 {
        text.push_str(&format!("{} faults\n", faults.len()));
    }
    text
}

/// An error that has no place in a file.
pub(super) fn message(message: &str, help: Option<&str>) -> String {
    let mut group = Level::ERROR
        .primary_title(message)
        .elements([] as [annotate_snippets::Element<'_>; 0]);
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// A fault on a line of its own: `file:line:column: what is wrong`.
fn render_short(fault: &Fault) -> String {
    // What is quoted from a file may hold what a terminal obeys.
    let message = fault.message.replace(char::is_control, " ");
    match &fault.place {
        Some(place) => {
            let (line, column) = (place.line, place.column);
            format!("{}:{line}:{column}: {message}", shown(&fault.file))
        }
        None => format!("{}: {message}", shown(&fault.file)),
    }
}

fn render_one(renderer: &Renderer, fault: &Fault) -> String {
    let path = shown(&fault.file);
    let title = Level::ERROR.primary_title(&*fault.message);
    let mut group = match &fault.place {
        Some(place) => {
            let offset = |characters: usize| {
                place
                    .excerpt
                    .char_indices()
                    .nth(characters)
                    .map_or(place.excerpt.len(), |at| at.0)
            };
            let start = offset(place.column.saturating_sub(1));
            let end = offset((place.column + place.width).saturating_sub(1)).max(start);
            let snippet = Snippet::source(&*place.excerpt)
                .path(&*path)
                .line_start(place.line)
                .annotation(AnnotationKind::Primary.span(start..end));
            title.element(snippet)
        }
        None => title.element(annotate_snippets::Origin::path(&*path)),
    };
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(&**help));
    }
    renderer.render(&[group])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Place;

    #[test]
    fn a_fault_shows_its_file_line_and_column() {
        let place = Place::of_line(7, 3, 5, "a, lable = 1");
        let fault = Fault::new("prompts/x/classifier.toml", "unknown key `lable`")
            .at(place)
            .help("did you mean `label`?");
        let text = anstream::adapter::strip_str(&render(&[fault])).to_string();
        assert!(text.contains("unknown key `lable`"), "{text}");
        assert!(text.contains("prompts/x/classifier.toml:7:3"), "{text}");
        assert!(text.contains("did you mean `label`?"), "{text}");
    }
}
