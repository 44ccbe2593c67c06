//! Tables out of Markdown, HTML and LaTeX, without a word of how they were written.

/// A table, under the last heading of a report.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) section: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tables of GitHub-flavoured Markdown.
pub(super) fn markdown(text: &str) -> Vec<Table> {
    let plain = |cell: &str| {
        let cell = cell.trim();
        let bold = cell
            .strip_prefix("**")
            .and_then(|cell| cell.strip_suffix("**"));
        let cell = bold.unwrap_or(cell);
        let cell = cell.replace("&lt;", "<").replace("&amp;", "&");
        single_spaced(&cell.replace("\\", ""))
    };
    let mut tables: Vec<Table> = Vec::new();
    let mut section = String::new();
    let mut is_open = false;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = plain(title);
        }
        let inner = line
            .strip_prefix("| ")
            .and_then(|line| line.strip_suffix(" |"));
        let Some(inner) = inner else {
            is_open = false;
            continue;
        };
        let cells: Vec<String> = inner.split(" | ").map(plain).collect();
        match tables.last_mut().filter(|_| is_open) {
            None => tables.push(Table {
                section: section.clone(),
                columns: cells,
                rows: Vec::new(),
            }),
            Some(_) if cells[0].starts_with("---") => {}
            Some(table) => table.rows.push(cells),
        }
        is_open = true;
    }
    tables
}

/// What stands between two marks, and the rest after the second.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<(&'a str, &'a str)> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to)
}

/// The text without everything between these marks.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        kept.push_str(before);
        rest = after.split_once(to).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The tables of a page, and all of its text.
pub(super) fn html(page: &str) -> (Vec<Table>, String) {
    let page = without(page, "<svg", "</svg>");
    let page = without(&page, "<caption", "</caption>");
    let page = without(&page, "<span class=\"unseen\">", "</span>");
    let plain = |html: &str| {
        let text = without(html, "<", ">");
        let text = text.replace("&lt;", "<").replace("&gt;", ">");
        let text = text
            .replace("&#39;", "'")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
        single_spaced(&text)
    };
    let mut tables = Vec::new();
    for part in page.split("<h2").skip(1) {
        let section =
            between(part, ">", "</h2>").map_or_else(String::new, |(title, _)| plain(title));
        let mut rest = part;
        while let Some((table, after)) = between(rest, "<table", "</table>") {
            rest = after;
            let mut rows = table.split("<tr").skip(1).map(|row| {
                let cells = row.split("<t").skip(1);
                let cells =
                    cells.filter(|cell| cell.starts_with(['d', 'h']) && !cell.starts_with("head"));
                let inner = |cell: &str| {
                    cell.split_once('>')
                        .map_or_else(String::new, |(_, cell)| plain(cell))
                };
                cells.map(inner).collect::<Vec<String>>()
            });
            let columns = rows.next().unwrap_or_default();
            tables.push(Table {
                section: section.clone(),
                columns,
                rows: rows.collect(),
            });
        }
    }
    (tables, plain(&page))
}

/// The tables of LaTeX.
pub(super) fn latex(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    for part in text.split("\\labelgatesubsection{").skip(1) {
        let section = part.split_once('\n').map_or("", |(title, _)| title);
        let mut rest = part;
        while let Some((table, after)) = between(rest, "\\begin{longtable}", "\\end{longtable}") {
            rest = after;
            let Some((head, body)) = table.split_once("\\endfoot\n") else {
                continue;
            };
            let head = between(head, "\\toprule\n", "\\midrule\n").map_or("", |(head, _)| head);
            let titles = head.lines().last().unwrap_or_default();
            let titles = titles.trim_end_matches("\\\\*");
            // A row ends in two backslashes at the end of a line.
            let rows = body
                .replace("\\midrule\n", "")
                .replace("\\\\*", "\\\\")
                .replace("\\\\[2pt]", "\\\\");
            let rows = rows.split("\\\\\n").filter(|row| !row.trim().is_empty());
            tables.push(Table {
                section: set(section),
                // A title may go on below, after an underscore too.
                columns: cells(titles)
                    .iter()
                    .map(|title| title.replace("_ ", "_"))
                    .collect(),
                rows: rows.map(cells).collect(),
            });
        }
    }
    tables
}

fn cells(row: &str) -> Vec<String> {
    row.replace("\\&", "\u{1}")
        .split('&')
        .map(|cell| set(&cell.replace('\u{1}', "\\&")))
        .collect()
}

/// What is printed for a piece of LaTeX as reports have it.
fn set(tex: &str) -> String {
    let mut text = without(tex, "\\phantom{", "}");
    for size in ["\\fontsize{", "\\selectfont"] {
        text = match size.ends_with('{') {
            true => without(&text, size, "}")
                .replace("{7.2}", "")
                .replace("{8.4}", "")
                .replace("{9.6}", ""),
            false => text.replace(size, ""),
        };
    }
    for (command, shown) in [
        ("{\\rule[-.1ex]{.7em}{1.3ex}}", "▒"),
        ("\\multicolumn{1}{c}", ""),
        ("\\labelgatecell", ""),
        ("\\begin{tabular}[t]{@{}c@{}}", ""),
        ("\\begin{tabular}[b]{@{}c@{}}", ""),
        ("\\begin{tabular}[b]{@{}l@{}}", ""),
        ("\\begin{tabular}[b]{@{}r@{}}", ""),
        ("\\end{tabular}", ""),
        ("\\textbf", ""),
        ("\\allowbreak{}", ""),
        ("\\\\", " "),
        ("$-$", "-"),
        ("$+$", "+"),
        ("{\\textendash}", "–"),
        ("$\\cdot$", "·"),
        ("$\\to$", "→"),
        ("$\\rightarrow$", "→"),
        ("\\textless{}", "<"),
        ("$<$", "<"),
        ("\\%", "%"),
        ("\\_", "_"),
        ("\\&", "&"),
        ("{", ""),
        ("}", ""),
    ] {
        text = text.replace(command, shown);
    }
    single_spaced(&text)
}
