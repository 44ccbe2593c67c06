//! LaTeX for a paper: a file that is a document of its own, and also one to `\input` into another.
//!
//! Tables need `booktabs`, `longtable` and `array`, plots `tikz`, and nothing else needs anything. What
//! comes from data is escaped and never a command; see `text` for characters that have no sign.

mod columns;
mod matrix;
mod number;
mod plan;
mod symbols;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod width;

use super::document::{Block, Document};
use super::plot::{Plot, Room, pgf};
use crate::gate::Verdict;
use table::Written;
use text::{Mode, escape, has_long, line};

/// What makes the file a document where none has begun. `\@nodocument` is an error message until
/// `\begin{document}` makes it nothing.
const HEAD: &str = include_str!("head.tex");
/// The end of both.
const FOOT: &str = "\\endgroup\n\\labelgateend\n";

/// The document as LaTeX.
pub fn render(document: &Document) -> String {
    let parts = [
        &document.head,
        &document.verdict,
        &document.overview,
        &document.findings,
        &document.legend,
    ];
    let blocks = || parts.into_iter().chain(&document.sections).flatten();
    let has_sections = blocks().any(|block| matches!(block, Block::Heading(1, ..)));
    let has_plots = blocks().any(|block| matches!(block, Block::Plot(_)));
    let mut text = head(has_plots);
    // The host may have defined them otherwise.
    let star = if has_sections { "" } else { "*" };
    text.push_str(&format!(
        "\\providecommand\\labelgatesection{{\\section}}%\n\
         \\providecommand\\labelgatesubsection{{\\subsection{star}}}%\n\
         \\providecommand\\labelgatesubsubsection{{\\subsubsection*}}%\n"
    ));
    let mut caption = None;
    let mut headings = String::new();
    let mut needed = 0.0;
    let mut coming = blocks().skip(1);
    for block in blocks() {
        let next = coming.next();
        let written = match block {
            Block::Heading(level, title, verdict) => {
                needed += HEADING;
                headings.push_str(&heading(*level, title, *verdict));
                continue;
            }
            Block::Caption(words) => {
                caption = Some(&**words);
                continue;
            }
            Block::Prose(prose) => {
                let written = paragraph(prose);
                match next {
                    // What is said of a text stays with its beginning.
                    Some(Block::Verbatim(_)) => Written {
                        need: BEFORE_TEXT,
                        ..written
                    },
                    _ => written,
                }
            }
            Block::Table(one) => table::table(one, caption),
            Block::Matrix(one) => matrix::matrix(&one.table(), [&one.rows, &one.columns], caption),
            Block::Plot(plot) => picture(plot, has_sections),
            Block::List(entries) => list(entries),
            Block::Verbatim(lines) => verbatim(lines),
        };
        caption = None;
        needed += written.need;
        // A heading stays with what it stands above.
        if needed > 0.0 {
            text.push_str(&need(needed.max(MINIMUM)));
        }
        text.push_str(&std::mem::take(&mut headings));
        text.push('\n');
        text.push_str(&written.text);
        needed = 0.0;
    }
    text.push_str(&headings);
    text.push_str(FOOT);
    text
}

/// The head, with what pictures need where there are some.
fn head(has_plots: bool) -> String {
    let [fragment, document] = match has_plots {
        true => [
            "  \\ifdefined\\tikzpicture\\else\\@latex@error{labelgate: put \\string\\usepackage{tikz} \
             into the preamble}\\@ehc\\fi\n",
            "  \\usepackage{tikz}\n",
        ],
        false => ["", ""],
    };
    HEAD.replace("%TIKZ1\n", fragment)
        .replace("%TIKZ2\n", document)
}

/// A picture in the middle of the page, with its title above it; with a number where tables have one.
fn picture(plot: &Plot, is_numbered: bool) -> Written {
    let escaped = |words: &str| escape(&minus(words), Mode::Text);
    let title = escaped(&plot.title);
    let title = match is_numbered {
        // As a table's: in full lines if it is longer than one.
        true => format!(
            "\\fontsize{{9}}{{10.8}}\\selectfont\\refstepcounter{{figure}}\\setbox0=\\hbox{{\\figurename~\\thefigure: {title}}}%\n\
             \\ifdim\\wd0<\\linewidth\\leavevmode\\box0\\else\\parbox{{\\linewidth}}{{\\figurename~\\thefigure: \
             {title}}}\\fi\\par"
        ),
        false => format!("{{\\small {title}\\par}}"),
    };
    let drawn = pgf::render(plot, Room::PAPER, &escaped);
    Written {
        text: format!(
            "\\begin{{center}}\n{title}\\nopagebreak\\smallskip\n{drawn}\\end{{center}}\n"
        ),
        need: pgf::height(plot, Room::PAPER) + TITLE,
    }
}

/// The sign of numbers below 0 as typesetters have it.
fn minus(words: &str) -> String {
    let mut set = String::with_capacity(words.len());
    let mut before = ' ';
    let mut characters = words.chars().peekable();
    while let Some(character) = characters.next() {
        let is_sign = character == '-'
            && matches!(before, ' ' | '[' | '(')
            && characters.peek().is_some_and(char::is_ascii_digit);
        set.push(if is_sign { '−' } else { character });
        before = character;
    }
    set
}

/// The room of a picture's title and of the space around both, in points.
const TITLE: f64 = 40.0;
/// The room of a heading in points.
const HEADING: f64 = 32.0;
/// The room of a few lines and of the beginning of the text below them.
const BEFORE_TEXT: f64 = 110.0;
/// What a heading or a table needs at least.
const MINIMUM: f64 = 105.0;

/// Begins a page where so many points are not left.
fn need(points: f64) -> String {
    format!("\n\\labelgateneed{{{points:.0}pt}}%\n")
}

fn heading(level: u8, title: &str, verdict: Option<Verdict>) -> String {
    let command = match level {
        0 | 1 => "section",
        2 => "subsection",
        _ => "subsubsection",
    };
    let verdict = verdict.map_or_else(String::new, |verdict| format!(" ({})", verdict.key()));
    let title = escape(&format!("{title}{verdict}"), Mode::Heading);
    format!("\n\\labelgate{command}{{{title}}}\n")
}

fn paragraph(prose: &str) -> Written {
    let escaped = escape(&minus(prose), Mode::Text);
    // Beside a word that fills most of a line, the others would be torn apart.
    let text = match has_long(prose) {
        true => format!("{{\\raggedright {escaped}\\par}}\n"),
        false => format!("{escaped}\\par\n"),
    };
    Written { text, need: 0.0 }
}

fn list(entries: &[String]) -> Written {
    let mut text = "\\begin{labelgatelist}\n".to_owned();
    for entry in entries {
        text.push_str(&format!("\\item {}\n", escape(entry, Mode::Text)));
    }
    text.push_str("\\end{labelgatelist}\n");
    Written { text, need: 0.0 }
}

/// Text as it is. Every line is a paragraph that wraps with an indent, so that no environment
/// reads it whose end it might hold.
fn verbatim(lines: &str) -> Written {
    let mut text = "\\begin{labelgatelisting}\n".to_owned();
    for one in lines.lines() {
        match line(one) {
            empty if empty.is_empty() => text.push_str("\\labelgateempty\n"),
            line => text.push_str(&format!("\\labelgateline {line}\n")),
        }
    }
    text.push_str("\\end{labelgatelisting}\n");
    Written { text, need: 40.0 }
}
