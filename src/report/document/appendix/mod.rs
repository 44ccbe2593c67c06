//! The appendix of a paper: the summary, each classifier, definitions, prompts and methods.
//!
//! The same tables as in any other report, with captions that say what they rest on. A new block
//! of a report gets its place in `sections`.

mod condense;
mod methods;
mod names;
mod references;
mod sections;
mod summary;
mod texts;

use super::{Block, Document, legend};
use crate::report::appendix::Appendix;
use crate::report::model::Run;

/// Lays out the appendix of a run.
pub fn lay_out_appendix(run: &Run, appendix: &Appendix) -> Document {
    let mut sections = vec![summary::summary(run)];
    sections.extend(
        run.reports
            .iter()
            .map(|report| sections::section(report, run)),
    );
    sections.push(texts::definitions(run, appendix));
    sections.push(texts::prompts(appendix));
    let methods = methods::methods(run, appendix);
    let references = references::cited(&methods);
    sections.push(methods);
    sections.push(references);
    let mut head = vec![Block::Heading(
        1,
        "Validation of the classifiers".to_owned(),
        None,
    )];
    head.extend(summary::introduction(run).into_iter().map(Block::Prose));
    Document {
        head,
        verdict: Vec::new(),
        overview: run
            .incomplete
            .iter()
            .map(|why| Block::Prose(format!("Incomplete: {why}")))
            .collect(),
        findings: Vec::new(),
        legend: legend(&sections),
        sections,
    }
}
