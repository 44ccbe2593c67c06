//! One page for a browser, complete in itself: nothing is fetched, and all but the list of items
//! can be read without scripts.
//!
//! All text from data goes through `escape`, items are packed bytes that only the page's script
//! reads, and a policy in the page lets no script or style run but its own two, by their hashes. So
//! there are no `style` attributes and no handlers in the markup: pictures have classes.

mod draw;
mod escape;
mod items;
mod legend;
mod matrix;
mod section;
mod table;

use sha2::{Digest as _, Sha256};

use super::document::page::{Overview, Page, lay_out_page, page_of};
use super::document::{Cell, Document};
use super::items::Listing;
use super::model::Run;
use crate::gate::Verdict;
use draw::Scale;
use escape::{base64, escape};
use matrix::Leads;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// The run as a page, with its items where they are listed.
pub fn render_run(run: &Run) -> String {
    page(&lay_out_page(run), run.listing.as_ref())
}

/// A document laid out for any format as a page, under a title of its own.
pub fn render(title: &str, document: &Document) -> String {
    page(&page_of(title, document.clone()), None)
}

/// Names that are used once in a page.
#[derive(Debug, Default)]
struct Ids(usize);

impl Ids {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("i{}", self.0)
    }
}

fn page(page: &Page, listing: Option<&Listing>) -> String {
    let mut ids = Ids::default();
    let listed = listing.filter(|listing| !listing.is_empty());
    let title = match &page.verdict {
        Some((verdict, words)) => format!("{}: {words}", verdict.key()),
        None => format!("{} · labelgate", heading(page)),
    };
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n",
        policy(),
        escape(&title)
    );
    html.push_str(&top(page, &mut ids));
    html.push_str("<div class=\"frame\">\n");
    html.push_str(&contents(page, listed.is_some()));
    // Of one section alone the page's own heading is the name.
    let class = match (&page.verdict, page.sections.len()) {
        (None, 1) => " class=\"single\"",
        _ => "",
    };
    html.push_str(&format!("<main id=\"main\"{class}>\n"));
    let mut body = String::new();
    let findings = section::blocks(&page.findings, "Findings", 2, None, &mut ids);
    if !findings.is_empty() {
        body.push_str(&format!(
            "<section class=\"findings\">{findings}</section>\n"
        ));
    }
    for (number, one) in page.sections.iter().enumerate() {
        let leads = listed.and_then(|listing| {
            let report = listing.place_of(number)?;
            Some(Leads { report })
        });
        body.push_str(&section::section(one, number + 1, leads, &mut ids));
        html.push('\n');
    }
    if let Some(listing) = listed {
        body.push_str(&items::section(listing, page));
    }
    html.push_str(&overview(page));
    html.push_str(&legend::legend(page, &body));
    html.push_str(&body);
    html.push_str("</main>\n</div>\n");
    html.push_str(&foot(page));
    html.push_str(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    html
}

/// What the page may do: run its own script and style, which are told by their hashes.
fn policy() -> String {
    let hash = |text: &str| base64(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn top(page: &Page, ids: &mut Ids) -> String {
    let head = section::blocks(&page.head, "", 2, None, ids);
    let verdict = match &page.verdict {
        Some((verdict, words)) => format!(
            "<h1 class=\"verdict {}\">{} <span class=\"words\">{}</span></h1>",
            verdict.key(),
            verdict_mark(*verdict),
            escape(words)
        ),
        None => format!("<h1>{}</h1>", escape(heading(page))),
    };
    let remarks = section::blocks(&page.remarks, "Remarks", 2, None, ids);
    format!(
        "<header class=\"top\"><button type=\"button\" id=\"theme\" hidden>dark</button>{verdict}\
         <div class=\"remarks\">{remarks}</div><div class=\"meta\">{head}</div></header>\n"
    )
}

/// What the page is on, where it gives no verdict.
fn heading(page: &Page) -> &str {
    match &*page.sections {
        [only] if !only.name.is_empty() => &only.name,
        _ => &page.title,
    }
}

fn contents(page: &Page, has_items: bool) -> String {
    if page.sections.len() < 2 && !has_items {
        return String::new();
    }
    // Names stand below one another, with a verdict before them or without.
    let has_marks = page
        .sections
        .iter()
        .any(|section| section.verdict.is_some());
    let no_mark = match has_marks {
        true => "<span class=\"glyph\"></span> ",
        false => "",
    };
    let entries = page.sections.iter().enumerate().map(|(at, section)| {
        let mark = section.verdict.map_or(no_mark, glyph_mark);
        // What a measure asks stands at its heading.
        let name = section.name.split(" · ").next().unwrap_or_default();
        format!(
            "<li><a href=\"#s{}\">{mark}{}</a></li>",
            at + 1,
            table::name(name)
        )
    });
    let items = match has_items {
        true => format!("<li><a href=\"#items\">{no_mark}Items</a></li>"),
        false => String::new(),
    };
    format!(
        "<nav class=\"contents\" aria-label=\"Contents\"><ol>{}{items}</ol></nav>\n",
        entries.collect::<String>()
    )
}

/// One row for each report, where there are several.
fn overview(page: &Page) -> String {
    if page.overview.len() < 2 {
        return String::new();
    }
    let row = |(at, one): (usize, &Overview)| {
        let section = &page.sections[at];
        let [pass, open, fail] = one.gates;
        let counts = [(pass, "pass"), (open, "open"), (fail, "fail")];
        let counts = counts.iter().filter(|(n, _)| *n > 0);
        let counts: Vec<String> = counts.map(|(n, word)| format!("{n} {word}")).collect();
        let headline = one.headline.iter().map(|(name, cell)| {
            let drawn = match cell {
                Cell::Estimate(_, whisker) => {
                    Some(draw::whisker(whisker, Scale::of([whisker].into_iter()), None))
                }
                _ => None,
            };
            format!(
                "<div class=\"head-figure\"><span class=\"name\">{}</span> <span>{}</span> {}</div>",
                table::name(name),
                table::cell(cell, None),
                drawn.unwrap_or_default()
            )
        });
        let title = match section.title.is_empty() {
            true => String::new(),
            false => format!("<span class=\"note\">{}</span>", escape(&section.title)),
        };
        format!(
            "<tr><td>{}</td><th scope=\"row\"><a href=\"#s{}\">{}</a>{title}\
             <span class=\"versus\">{}</span></th><td class=\"counts\">{}</td><td>{}</td></tr>",
            one.verdict.map_or_else(String::new, verdict_mark),
            at + 1,
            escape(&section.name),
            escape(&one.versus),
            match counts.is_empty() {
                true => "<span class=\"faint\">none</span>".to_owned(),
                false => counts.join(" · "),
            },
            headline.collect::<String>()
        )
    };
    let rows: String = page.overview.iter().enumerate().map(row).collect();
    format!(
        "<section class=\"overview\" aria-label=\"Overview\"><div class=\"scroll\"><table>\
         <caption class=\"unseen\">Each classifier</caption><thead><tr><th scope=\"col\">verdict</th>\
         <th scope=\"col\">classifier</th><th scope=\"col\">gates</th>\
         <th scope=\"col\">main figures</th></tr></thead><tbody>{rows}</tbody></table></div></section>\n"
    )
}

fn foot(page: &Page) -> String {
    let files = page.files.iter().map(|(file, hash)| {
        format!(
            "<li>{} <code>{}</code></li>",
            escape(file),
            escape(hash.get(..12).unwrap_or(hash))
        )
    });
    let files: String = files.collect();
    let files = match files.is_empty() {
        true => String::new(),
        false => format!(
            "<details><summary>Files read, with the beginning of their SHA-256</summary>\
             <ul class=\"files\">{files}</ul></details>"
        ),
    };
    match files.is_empty() {
        true => String::new(),
        false => format!("<footer>{files}</footer>\n"),
    }
}

/// A verdict as a badge: a sign and a word, never colour alone.
fn verdict_mark(verdict: Verdict) -> String {
    format!(
        "<span class=\"mark {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
        verdict.key(),
        sign(verdict),
        verdict.key()
    )
}

/// A verdict where there is little room: a sign that is read out as a word.
fn glyph_mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "<span class=\"glyph pass\" role=\"img\" aria-label=\"pass\">✓</span> ",
        Verdict::Inconclusive => {
            "<span class=\"glyph inconclusive\" role=\"img\" aria-label=\"inconclusive\">?</span> "
        }
        Verdict::Fail => "<span class=\"glyph fail\" role=\"img\" aria-label=\"fail\">✗</span> ",
    }
}

fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Pass => '✓',
        Verdict::Inconclusive => '?',
        Verdict::Fail => '✗',
    }
}
