//! A table with the rules of `booktabs`, in a `longtable`: it stays where it is, and breaks
//! between pages if it must.

use super::columns::{Kind, is_filler, kinds, needs, shown, words};
use super::minus;
use super::number::Figure;
use super::plan::{Need, Place, Plan, ROOM, large, plan, title_lines};
use super::text::{Mode, escape};
use super::width::SIZES;
use crate::report::document::{Cell, Table};

/// Tables so high are kept on one page, in points; a matrix is read as a whole.
const KEPT_TOGETHER: f64 = 130.0;
const KEPT_TOGETHER_MATRIX: f64 = 260.0;
/// How many lines a page has at least of a table that goes on.
const LINES_APART: usize = 5;
/// The room that rules, titles and what is around take, in points.
const HEAD: f64 = 45.0;
/// The room of a line above the titles with its rule, and of the rule above sums.
const ABOVE: f64 = 26.0;

/// What stands above all columns but the first.
pub(super) struct Above {
    /// Of rows, above the first column.
    pub(super) rows: String,
    /// Of columns.
    pub(super) columns: String,
    /// Whether the last row holds sums.
    pub(super) has_totals: bool,
}

/// A table as LaTeX.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The commands.
    pub(super) text: String,
    /// The room its beginning takes, in points.
    pub(super) need: f64,
}

/// The table as LaTeX.
pub(super) fn table(table: &Table, caption: Option<&str>) -> Written {
    write(table, caption, None, None)
}

/// Whether the table can be set without small print.
pub(super) fn fits_large(table: &Table) -> Option<Plan> {
    let shown = shown(table);
    let kinds = kinds(table, &shown);
    large(&needs(table, &shown, &kinds))
}

/// The same with a line above the columns' titles, in a plan made before.
pub(super) fn write(
    table: &Table,
    caption: Option<&str>,
    above: Option<&Above>,
    made: Option<Plan>,
) -> Written {
    let shown = shown(table);
    if shown.is_empty() {
        return Written::default();
    }
    let kinds = kinds(table, &shown);
    let needs = needs(table, &shown, &kinds);
    let plan = made.unwrap_or_else(|| plan(&needs));
    let mut written = Written::default();
    for (number, panel) in plan.panels.iter().enumerate() {
        let setting = Setting {
            table,
            shown: &shown,
            kinds: &kinds,
            needs: &needs,
            plan: &plan,
            panel,
            above,
        };
        // One number for all panels.
        let one = setting.write(caption.filter(|_| number == 0));
        if number == 0 {
            written = one;
        } else {
            written.text.push_str(&super::need(one.need));
            written.text.push_str(&one.text);
        }
    }
    written
}

/// One panel, about to be written.
struct Setting<'a> {
    table: &'a Table,
    shown: &'a [usize],
    kinds: &'a [Kind],
    needs: &'a [Need],
    plan: &'a Plan,
    panel: &'a [Place],
    above: Option<&'a Above>,
}

impl Setting<'_> {
    fn write(&self, caption: Option<&str>) -> Written {
        let plan = self.plan;
        let lines: Vec<usize> = self.table.rows.iter().map(|row| self.lines(row)).collect();
        let n_lines: usize = lines.iter().sum();
        let kept = match self.above {
            Some(_) => KEPT_TOGETHER_MATRIX,
            None => KEPT_TOGETHER,
        };
        let is_short = n_lines as f64 * plan.size.leading <= kept;
        let n_first = if is_short {
            n_lines
        } else {
            let sums = lines.iter().scan(0, |sum, lines| {
                *sum += lines;
                Some(*sum)
            });
            sums.into_iter()
                .find(|sum| *sum >= LINES_APART)
                .unwrap_or(n_lines)
        };
        let above = self.above.map_or(0.0, |_| ABOVE);
        let caption_lines = caption.map_or(0.0, |text| (SIZES[0].width(text) / ROOM).ceil());
        let mut text = format!(
            "\\begingroup\n\\def\\labelgatecell{{{}\\def\\arraystretch{{1}}}}%\n\
             \\fontsize{{9}}{{10.8}}\\selectfont\\setlength\\tabcolsep{{{}pt}}%\n\
             \\def\\arraystretch{{{:.2}}}%\n\\begin{{longtable}}{{@{{}}{}@{{}}}}\n",
            plan.size.select(),
            plan.gap,
            plan.size.leading / 10.8,
            self.panel
                .iter()
                .map(|place| self.spec(place))
                .collect::<String>(),
        );
        if let Some(caption) = caption {
            text.push_str(&format!(
                "\\caption[]{{{}}}\\\\\n",
                escape(caption, Mode::Text)
            ));
        }
        let titles = self.titles();
        text.push_str(&format!(
            "\\toprule\n{titles}\\endfirsthead\n\\toprule\n{titles}\\endhead\n\
             \\bottomrule\n\\endlastfoot\n\\bottomrule\n\\endfoot\n"
        ));
        let last = self.table.rows.len().saturating_sub(1);
        for (number, row) in self.table.rows.iter().enumerate() {
            // Neither the first rows nor the last are left alone on a page.
            let before: usize = lines[..=number].iter().sum();
            let is_end = before < LINES_APART || n_lines - before < LINES_APART;
            let is_kept = number < last && (is_short || is_end);
            if self.above.is_some_and(|above| above.has_totals) && number == last {
                text.push_str("\\midrule\n");
            }
            text.push_str(&self.row(row));
            let star = if is_kept { "*" } else { "" };
            // A figure with limits below it is set off from the next.
            let gap = if self.has_stacks() && number < last {
                "[2pt]"
            } else {
                ""
            };
            text.push_str(&format!("\\\\{star}{gap}\n"));
        }
        text.push_str("\\end{longtable}\n");
        if caption.is_none() {
            // It counts all the same.
            text.push_str("\\addtocounter{table}{-1}");
        }
        text.push_str("\\endgroup\n");
        Written {
            text,
            need: HEAD + above + 11.0 * caption_lines + n_first as f64 * (plan.size.leading + 1.0),
        }
    }

    /// Whether limits stand below their values.
    fn has_stacks(&self) -> bool {
        let has_limits = |place: &Place| {
            matches!(
                self.kind(place),
                Kind::Figures {
                    has_limits: true,
                    ..
                }
            )
        };
        self.plan.is_stacked && self.panel.iter().any(has_limits)
    }

    fn kind(&self, place: &Place) -> &Kind {
        &self.kinds[place.column]
    }

    /// The column as `array` wants it.
    fn spec(&self, place: &Place) -> String {
        let cell = ">{\\labelgatecell";
        match self.kind(place) {
            Kind::Words if place.wraps => format!(
                "{cell}\\raggedright\\hangindent=0.8em\\arraybackslash}}p{{{:.1}pt}}",
                place.width
            ),
            Kind::Words => format!("{cell}}}l"),
            Kind::Figures {
                has_limits: false, ..
            } => format!("{cell}}}r"),
            Kind::Figures { .. } if self.plan.is_stacked => format!("{cell}}}c"),
            Kind::Figures { .. } => format!("{cell}}}l"),
        }
    }

    fn titles(&self) -> String {
        let mut text = String::new();
        if let Some(above) = self.above {
            let n = self.panel.len() - 1;
            text.push_str(&format!(
                "\\labelgatecell {} & \\multicolumn{{{n}}}{{c@{{}}}}{{\\labelgatecell {}}}\\\\*\n\
                 \\cmidrule(l){{2-{}}}\n",
                escape(&above.rows, Mode::Text),
                escape(&above.columns, Mode::Text),
                n + 1
            ));
        }
        let has_titles = self
            .panel
            .iter()
            .any(|place| !self.needs[place.column].title.is_empty());
        if !has_titles {
            return text;
        }
        let titles = self.panel.iter().map(|place| {
            let title = &self.needs[place.column].title;
            let lines = title_lines(title, self.plan.size, place.width);
            let lines = lines
                .iter()
                .map(|line| escape(line.trim_end(), Mode::Heading));
            let lines: Vec<String> = lines.collect();
            let align = match self.kind(place) {
                Kind::Words => "l",
                Kind::Figures {
                    has_limits: false, ..
                } => "r",
                Kind::Figures { .. } if self.plan.is_stacked => "c",
                Kind::Figures { .. } => "l",
            };
            match lines.len() {
                0 | 1 => lines.concat(),
                _ => format!(
                    "\\begin{{tabular}}[b]{{@{{}}{align}@{{}}}}{}\\end{{tabular}}",
                    lines.join("\\\\")
                ),
            }
        });
        let titles: Vec<String> = titles.collect();
        text.push_str(&format!("{}\\\\*\n\\midrule\n", titles.join(" & ")));
        text
    }

    /// About how many lines a row takes.
    fn lines(&self, row: &[Cell]) -> usize {
        let size = self.plan.size;
        let of_cell = |place: &Place| match self.kind(place) {
            Kind::Words if place.wraps => {
                let width = size.width(words(&row[self.shown[place.column]]));
                // Lines are far fewer than 2^52.
                (width / place.width * 1.15).ceil() as usize
            }
            Kind::Figures {
                has_limits: true, ..
            } if self.plan.is_stacked => 2,
            _ => 1,
        };
        let notes = row
            .iter()
            .filter(|cell| matches!(cell, Cell::Note(text) if !text.is_empty()));
        self.panel.iter().map(of_cell).max().unwrap_or(1) + notes.count()
    }

    fn row(&self, row: &[Cell]) -> String {
        // What is demanded and why it was missed has numbers; an expression stays as it is.
        let is_ruling = row.iter().any(|cell| matches!(cell, Cell::Verdict(_)));
        let said = |text: &str| match is_ruling {
            true => escape(&minus(text), Mode::Text),
            false => escape(text, Mode::Text),
        };
        let cells = self.panel.iter().map(|place| {
            let cell = &row[self.shown[place.column]];
            match self.kind(place) {
                Kind::Words => said(words(cell)),
                Kind::Figures { .. } => self.figure(cell, place),
            }
        });
        let mut text = cells.collect::<Vec<_>>().join(" & ");
        let notes = row.iter().filter_map(|cell| match cell {
            Cell::Note(note) if !note.is_empty() => Some(note),
            _ => None,
        });
        let n = self.panel.len();
        let gaps = 2.0 * self.plan.gap * (n - 1) as f64;
        let width: f64 = self.panel.iter().map(|place| place.width).sum::<f64>() + gaps;
        for note in notes {
            text.push_str(&format!(
                "\\\\*\n\\multicolumn{{{n}}}{{@{{}}p{{{:.1}pt}}@{{}}}}{{\\labelgatecell\
                 \\raggedright\\leftskip=1.5em\\relax {}}}",
                width * 0.95,
                said(note)
            ));
        }
        text
    }

    /// A cell among figures.
    fn figure(&self, cell: &Cell, place: &Place) -> String {
        let Kind::Figures {
            value: room,
            has_limits,
            has_mark,
        } = self.kind(place)
        else {
            return String::new();
        };
        let text = words(cell);
        let Some(figure) = Figure::read(text) else {
            return self.no_figure(text, place, *has_limits);
        };
        let value = room.set(&figure.value);
        let value = match cell {
            Cell::Count(_, true) => format!("\\textbf{{{value}}}"),
            _ => value,
        };
        let Some([low, high]) = figure.limits else {
            return value;
        };
        let limits = format!("[{}, {}]", low.plain(), high.plain());
        // Intervals with a mark and without stand below one another.
        let mark = match (figure.mark, has_mark) {
            ("", true) if self.plan.is_stacked => "\\phantom{*}",
            (mark, _) => mark,
        };
        match self.plan.is_stacked {
            false => format!("{value} {limits}{mark}"),
            true => format!(
                "\\begin{{tabular}}[t]{{@{{}}c@{{}}}}{value}\\\\{{{}{limits}{mark}}}\\end{{tabular}}",
                self.plan.size.smaller().select(),
            ),
        }
    }

    /// What stands where there is no figure: a sign in the middle, or words why.
    fn no_figure(&self, text: &str, place: &Place, has_limits: bool) -> String {
        let escaped = escape(text, Mode::Text);
        if is_filler(text) && !has_limits {
            return escaped;
        }
        if self.plan.size.width(text) <= place.width {
            return format!("\\multicolumn{{1}}{{c}}{{\\labelgatecell {escaped}}}");
        }
        format!(
            "\\parbox[t]{{{:.1}pt}}{{\\labelgatecell\\raggedright {escaped}\\strut}}",
            place.width
        )
    }
}
