//! What is written out. One report value, laid out once for people and serialised for machines.
//! Computes no statistic and reads nothing.
//!
//! To add a format: a variant of [`Format`] and a file; formats for people start from
//! [`document::lay_out`], pictures from [`plot::Plot`].

pub mod amounts;
pub mod appendix;
pub mod csv;
pub mod document;
mod exact;
pub mod github;
pub mod guard;
pub mod history;
pub mod html;
pub mod items;
pub mod json;
pub mod junit;
pub mod latex;
pub mod markdown;
mod markup;
pub mod model;
mod numbers;
pub mod plan;
pub mod plot;
pub mod review;
pub mod runs;
pub mod spreadsheet;
pub mod terminal;

pub use appendix::Appendix;
pub use guard::Guard;
pub use model::{
    Certainty, Direction, Early, Manifest, Names, RaterReport, Repeats, Report, RuleWords, Run,
    Spending, Whose,
};
pub use plan::{Plan, lay_out as lay_out_plan};

use thiserror::Error;

/// A format that reports are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `labelgate.report/1`.
    Json,
    /// GitHub-flavoured Markdown.
    Markdown,
    /// A page for a browser, complete in itself.
    Html,
    /// One tidy table of every figure.
    Csv,
    /// JUnit XML.
    Junit,
    /// LaTeX, for a paper.
    Latex,
}

/// A file name whose ending names no format.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "cannot tell the format of `{0}`: reports are written as .json, .md, .html, .tex, .csv or .xml (JUnit)"
)]
pub struct UnknownFormat(pub String);

impl Format {
    /// The format that a file's ending stands for.
    pub fn of_path(path: &str) -> Result<Self, UnknownFormat> {
        match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json") => Ok(Self::Json),
            Some("md") => Ok(Self::Markdown),
            Some("html" | "htm") => Ok(Self::Html),
            Some("csv") => Ok(Self::Csv),
            Some("xml") => Ok(Self::Junit),
            Some("tex") => Ok(Self::Latex),
            _ => Err(UnknownFormat(path.to_owned())),
        }
    }
}

/// The run as text of a format.
pub fn render(run: &Run, format: Format) -> String {
    match format {
        Format::Json => json::render(run),
        Format::Markdown => markdown::render(&document::lay_out(run, document::Detail::Full)),
        Format::Html => html::render_run(run),
        Format::Csv => csv::render(run),
        Format::Junit => junit::render(run),
        Format::Latex => latex::render(&document::lay_out(run, document::Detail::Full)),
    }
}
