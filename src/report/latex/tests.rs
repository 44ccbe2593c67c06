use std::collections::BTreeSet;

use proptest::prelude::*;

use super::text::{Mode, escape, line};
use super::{minus, render, verbatim};
use crate::report::document::{Align, Block, Cell, Column, Document, Matrix, Table};
use crate::report::plot::{Along, Names, Plot, Scale};

/// Commands that escaped text may use; none reads a file, writes one or ends anything.
const HARMLESS: &[&str] = &[
    "textbackslash",
    "textasciitilde",
    "textasciicircum",
    "textless",
    "textgreater",
    "textbar",
    "ttfamily",
    "normalfont",
    "char",
    "fbox",
    "tiny",
    "allowbreak",
    "i",
    "j",
    "u",
    "r",
    "H",
    "v",
    "d",
    "c",
    "b",
    "ss",
    "ae",
    "AE",
    "oe",
    "OE",
    "o",
    "O",
    "aa",
    "AA",
    "l",
    "L",
    "enspace",
    "quad",
    "textendash",
    "textemdash",
    "kern",
    "scriptstyle",
    "ldots",
    "copyright",
    "textcircled",
    "textsuperscript",
    "pounds",
    "mbox",
    "rlap",
    "rule",
];

/// Goes through escaped text as TeX would, and complains of whatever is not text.
fn check_harmless(escaped: &str) {
    assert!(escaped.is_ascii(), "{escaped}");
    let mut depth = 0;
    let mut in_math = false;
    let mut characters = escaped.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let mut name = String::new();
                while let Some(letter) = characters.next_if(char::is_ascii_alphabetic) {
                    name.push(letter);
                }
                if name.is_empty() {
                    let sign = characters.next();
                    let is_sign = sign.is_some_and(|sign| "{}_$%&#`'^~=.\", ".contains(sign));
                    assert!(is_sign, "{escaped}");
                } else {
                    let is_harmless = in_math || HARMLESS.contains(&&*name);
                    assert!(is_harmless, "\\{name} in {escaped}");
                }
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            '$' => in_math = !in_math,
            '^' | '_' => assert!(in_math, "{escaped}"),
            '%' | '#' | '&' => panic!("{character} in {escaped}"),
            character => assert!(!character.is_control(), "{escaped}"),
        }
        assert!(depth >= 0, "{escaped}");
    }
    assert_eq!(depth, 0, "{escaped}");
    assert!(!in_math, "{escaped}");
}

proptest! {
    #[test]
    fn no_text_becomes_a_command(text in any::<String>()) {
        check_harmless(&escape(&text, Mode::Text));
        check_harmless(&escape(&text, Mode::Heading));
        check_harmless(&line(&text));
    }

    #[test]
    fn no_text_full_of_special_characters_becomes_a_command(
        text in "[\\\\{}$&#^_~%`'\"<>|a\\[\\]*\\-! \té→κ😀\u{301}\u{0}]{0,40}",
    ) {
        check_harmless(&escape(&text, Mode::Text));
        check_harmless(&line(&text));
    }
}

#[test]
fn every_sign_is_harmless_and_known_by_one_command() {
    let signs: Vec<char> = (0x80..0x1_0000)
        .filter_map(char::from_u32)
        .filter(|character| super::symbols::symbol(*character).is_some())
        .collect();
    assert!(signs.len() > 150, "{}", signs.len());
    for sign in &signs {
        check_harmless(&escape(&sign.to_string(), Mode::Text));
        check_harmless(&escape(&sign.to_string(), Mode::Mono));
    }
    let arrows: BTreeSet<String> = ['←', '→', '↑', '↓', '⇒', '⇐']
        .map(|arrow| escape(&arrow.to_string(), Mode::Text))
        .into();
    assert_eq!(arrows.len(), 6);
}

#[test]
fn commands_in_a_text_are_shown_and_not_carried_out() {
    assert_eq!(
        escape("\\input{/etc/passwd} 50% a_b", Mode::Text),
        "\\textbackslash{}input\\{/\\allowbreak{}etc/\\allowbreak{}passwd\\} 50\\% a\\_b"
    );
    assert_eq!(
        line("  \\end{lstlisting} `x`"),
        "~~{\\char92}end{\\char123}lstlisting{\\char125} {\\char18}x{\\char18}"
    );
}

#[test]
fn letters_with_accents_are_composed_and_other_scripts_are_numbers() {
    let heading = |text| escape(text, Mode::Heading);
    assert_eq!(heading("é"), "{\\'{e}}");
    assert_eq!(heading("e\u{301}"), "{\\'{e}}");
    assert_eq!(heading("ế"), "{\\'{{\\^{e}}}}");
    assert_eq!(heading("ị"), "{\\d{i}}");
    assert_eq!(heading("ï"), "{\\\"{\\i}}");
    assert_eq!(heading("中"), "\\fbox{\\tiny U+4E2D}");
    assert_eq!(heading("😀"), "\\fbox{\\tiny U+1F600}");
    assert_eq!(heading("\u{0}"), "\\fbox{\\tiny U+0000}");
    assert_eq!(heading("\u{200B}"), "\\fbox{\\tiny U+200B}");
}

#[test]
fn spaces_of_a_listing_keep_their_width() {
    assert_eq!(line("\ta  b"), "~~~~a \\ b");
    assert_eq!(line(" \tx"), "~~~~x");
    assert_eq!(line("a "), "a ");
    assert_eq!(line(""), "");
}

#[test]
fn a_listing_has_its_lines_and_no_more() {
    let written = verbatim("one\n\n% two\n").text;
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[1], "\\labelgateline one");
    assert_eq!(lines[2], "\\labelgateempty");
    assert_eq!(lines[3], "\\labelgateline \\% two");
    assert_eq!(lines.len(), 5);
}

fn column(title: &str, align: Align) -> Column {
    Column {
        title: title.to_owned(),
        align,
    }
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        head: blocks,
        verdict: Vec::new(),
        overview: Vec::new(),
        findings: Vec::new(),
        legend: Vec::new(),
        sections: Vec::new(),
    }
}

/// What a document holds between its head and its end.
fn body(blocks: Vec<Block>) -> String {
    let text = render(&document(blocks));
    let (_, body) = text
        .split_once("\\providecommand\\labelgatesubsubsection")
        .unwrap();
    let (_, body) = body.split_once('\n').unwrap();
    body.strip_suffix(super::FOOT).unwrap().to_owned()
}

#[test]
fn a_small_table_is_set_with_its_caption_rules_and_aligned_figures() {
    let table = Table {
        columns: vec![column("", Align::Left), column("v_2", Align::Left)],
        rows: vec![
            vec![
                Cell::Text("agreement".to_owned()),
                Cell::Number("0.985 [0.971, 0.992]*".to_owned()),
            ],
            vec![
                Cell::Text("bias & more".to_owned()),
                Cell::Number("-0.1".to_owned()),
            ],
        ],
    };
    let caption = Block::Caption("work_mode: 95 % intervals.".to_owned());
    insta::assert_snapshot!(body(vec![caption, Block::Table(table)]), @r"
    \labelgateneed{105pt}%

    \begingroup
    \def\labelgatecell{\fontsize{9}{10.8}\selectfont\def\arraystretch{1}}%
    \fontsize{9}{10.8}\selectfont\setlength\tabcolsep{5.5pt}%
    \def\arraystretch{1.00}%
    \begin{longtable}{@{}>{\labelgatecell}l>{\labelgatecell}l@{}}
    \caption[]{work\_\allowbreak{}mode: 95 \% intervals.}\\
    \toprule
     & v\_2\\*
    \midrule
    \endfirsthead
    \toprule
     & v\_2\\*
    \midrule
    \endhead
    \bottomrule
    \endlastfoot
    \bottomrule
    \endfoot
    agreement & \phantom{$-$}0.985 [0.971, 0.992]*\\*
    bias \& more & $-$0.1\phantom{00}\\
    \end{longtable}
    \endgroup
    ");
}

fn matrix(labels: &[String]) -> Matrix {
    let n = labels.len();
    Matrix {
        rows: "reference".to_owned(),
        columns: "candidate".to_owned(),
        labels: labels.to_vec(),
        counts: vec![vec![Some(88.0); n]; n],
        totals: None,
    }
}

#[test]
fn a_matrix_has_its_labels_above_where_they_fit_and_else_their_numbers() {
    let few = ["yes".to_owned(), "no".to_owned()];
    let text = body(vec![Block::Matrix(matrix(&few))]);
    assert!(text.contains(" & yes & no\\\\*"), "{text}");
    assert!(!text.contains("numbered"), "{text}");
    let many: Vec<String> = (1..=24)
        .map(|n| format!("a_rather_long_label_{n}"))
        .collect();
    let text = body(vec![Block::Matrix(matrix(&many))]);
    assert!(text.contains("candidate, numbered as the rows"), "{text}");
    assert!(text.contains(" & 1 & 2 & 3 &"), "{text}");
    assert!(text.contains("\n24 a\\_rather\\_"), "{text}");
    assert_eq!(text.matches("\\begin{longtable}").count(), 1, "{text}");
}

#[test]
fn a_matrix_too_wide_for_a_page_is_split_into_panels() {
    let labels: Vec<String> = (1..=80).map(|n| format!("label {n}")).collect();
    let text = body(vec![Block::Matrix(matrix(&labels))]);
    assert!(text.matches("\\begin{longtable}").count() > 1, "{text}");
    assert!(text.contains(" & 80\\\\*\n"), "{text}");
}

#[test]
fn tables_without_a_caption_are_not_counted() {
    let table = Table {
        columns: vec![column("a", Align::Left)],
        rows: vec![vec![Cell::Text("b".to_owned())]],
    };
    let text = body(vec![Block::Table(table)]);
    assert!(text.contains("\\addtocounter{table}{-1}"), "{text}");
    assert!(!text.contains("\\caption"), "{text}");
}

#[test]
fn a_plot_needs_its_package_and_is_counted_only_where_tables_are() {
    let plot = || {
        Block::Plot(Plot {
            title: "bias_100% by month".to_owned(),
            summary: String::new(),
            along: Along::Rows(Names::of("", ["a_b"])),
            values: Scale::new("bias", -1.0, 1.0),
            series: Vec::new(),
            references: Vec::new(),
        })
    };
    let report = render(&document(vec![plot()]));
    assert!(report.contains("\\usepackage{tikz}"));
    assert!(!report.contains("\\refstepcounter"), "{report}");
    assert!(report.contains("{{$-$}1"), "{report}");
    let heading = Block::Heading(1, "Validation".to_owned(), None);
    let appendix = render(&document(vec![heading, plot()]));
    assert!(appendix.contains("\\refstepcounter{figure}"));
    assert!(appendix.contains("bias\\_\\allowbreak{}100\\% by month"));
    let table = Block::Prose("a plain report".to_owned());
    assert!(!render(&document(vec![table])).contains("tikz"));
}

#[test]
fn the_sign_of_a_number_is_no_hyphen() {
    assert_eq!(
        minus("tau -0.21 [-0.40, 2-3] (-1) a-1 --5 - 3"),
        "tau −0.21 [−0.40, 2-3] (−1) a-1 --5 - 3"
    );
}
