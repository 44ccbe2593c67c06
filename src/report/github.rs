//! What GitHub reads: workflow commands, and Markdown within the room it gives.

/// How much Markdown a step may add to the summary of its job, in bytes.
pub const SUMMARY_ROOM: usize = 1024 * 1024;
/// How much a comment may hold: 65,536 characters, taken as bytes.
pub const COMMENT_ROOM: usize = 65_536;
/// So many annotations of one kind a step may make; more are dropped.
const MOST: usize = 10;

/// Something to show beside a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// How grave it is.
    pub kind: Kind,
    /// The file, relative to the repository.
    pub file: String,
    /// The line, from 1; the first without one.
    pub line: Option<usize>,
    /// A few words.
    pub title: String,
    /// All of it.
    pub message: String,
}

/// How grave an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something failed.
    Error,
    /// Something to look at, which fails nothing.
    Warning,
    /// Something to know.
    Notice,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// The annotations as workflow commands, one on each line, the gravest first. Where there are more
/// of a kind than are shown, the last says so.
pub fn commands(annotations: &[Annotation]) -> String {
    let mut text = String::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&Annotation> = annotations.iter().filter(|a| a.kind == kind).collect();
        let shown = match of_kind.len() > MOST {
            true => MOST - 1,
            false => of_kind.len(),
        };
        for annotation in &of_kind[..shown] {
            text.push_str(&command(annotation));
        }
        let rest = of_kind.len() - shown;
        if rest > 0 {
            let word = kind.word();
            text.push_str(&format!(
                "::{word} title=labelgate::and {rest} more; see the report\n"
            ));
        }
    }
    text
}

fn command(annotation: &Annotation) -> String {
    format!(
        "::{} file={},line={},title={}::{}\n",
        annotation.kind.word(),
        property(&annotation.file),
        annotation.line.unwrap_or(1),
        property(&annotation.title),
        data(&annotation.message)
    )
}

/// Text after the second `::`, in which only line ends and the escape itself are special.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which `:` and `,` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Markdown that fits into so many bytes, cut between blocks if it must be, with a note. Empty if
/// not even the note fits.
pub fn cut(markdown: &str, room: usize) -> String {
    const NOTE: &str = "_Cut here: the report is longer than what may be shown in this place._\n";
    if markdown.len() <= room {
        return markdown.to_owned();
    }
    let Some(most) = room.checked_sub(NOTE.len()) else {
        return String::new();
    };
    // Blocks end with an empty line, and no table holds one.
    let end = markdown.match_indices("\n\n").map(|(at, _)| at + 2);
    let end = end.take_while(|end| *end <= most).last().unwrap_or(0);
    format!("{}{NOTE}", &markdown[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotation(line: usize) -> Annotation {
        Annotation {
            kind: Kind::Error,
            file: "prompts/a,b/classifier.toml".to_owned(),
            line: Some(line),
            title: "gate: 100%".to_owned(),
            message: "a: 5 %, b\r\nnext".to_owned(),
        }
    }

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        let expected = "::error file=prompts/a%2Cb/classifier.toml,line=7,title=gate%3A 100%25::\
                        a: 5 %25, b%0D%0Anext\n";
        assert_eq!(commands(&[annotation(7)]), expected);
    }

    #[test]
    fn of_more_annotations_than_are_shown_the_last_counts_the_rest() {
        let text = commands(&(1..=12).map(annotation).collect::<Vec<_>>());
        assert_eq!(text.lines().count(), 10);
        assert!(
            text.lines()
                .last()
                .unwrap()
                .ends_with("::and 3 more; see the report")
        );
        assert_eq!(
            commands(&(1..=10).map(annotation).collect::<Vec<_>>())
                .lines()
                .count(),
            10
        );
    }

    #[test]
    fn markdown_is_cut_between_blocks_and_never_within_a_table() {
        let table = "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n\n";
        let markdown = format!("# Title\n\n{table}{}", "word ".repeat(50));
        assert_eq!(cut(&markdown, markdown.len()), markdown);
        for room in 0..markdown.len() {
            let text = cut(&markdown, room);
            assert!(text.len() <= room, "{room}");
            let n_rows = text.lines().filter(|line| line.starts_with('|')).count();
            assert!(n_rows == 0 || n_rows == 4, "{room}: {text}");
            assert!(text.is_empty() || text.contains("Cut here"), "{room}");
        }
    }
}
