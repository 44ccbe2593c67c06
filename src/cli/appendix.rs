//! `labelgate appendix`: what a paper prints of the classifiers. Asks nothing.

use super::Failure;
use super::answers;
use super::args::AppendixArgs;
use super::exit::Exit;
use super::gate::{Question, assess_project};
use super::output::{Targets, no_such_format};
use super::settings::Settings;
use super::stored::Runs;
use crate::ask::sha256_hex;
use crate::fault::{Fault, shown};
use crate::project::{Classifier, Derived, Project, Revision};
use crate::report::appendix::{Appendix, DerivedText, Described, Prompt, RuleText};
use crate::report::document::{Detail, lay_out, lay_out_appendix};
use crate::report::{Format, html, latex, markdown};
use crate::score::Scope;
use crate::store::RunId;

pub(super) fn run(args: &AppendixArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let mut project = settings.load()?;
    let hide = &mut project.privacy.min_clusters;
    *hide = settings.min_clusters(&args.output, *hide)?;
    settings.apply_run(&args.run, &mut project)?;
    let gather = |wanted: &dyn Fn(&str) -> bool| {
        let runs = Runs::both(args.stored_run.map(RunId));
        answers::look_up(&project, wanted, &args.run, runs, settings)
    };
    let asked = Question {
        names: &args.names,
        command: "appendix",
        intervals,
        scope: Scope::All,
        with_items: false,
    };
    let (run, _) = assess_project(&project, &asked, gather, settings)?;
    let appendix = appendix(&project, |id| {
        run.reports.iter().any(|report| report.classifier == id)
    })?;
    let document = lay_out_appendix(&run, &appendix);
    let render = |format| match format {
        Format::Markdown => Ok(markdown::render(&document)),
        Format::Html => Ok(html::render("Appendix", &document)),
        Format::Latex => Ok(latex::render(&document)),
        Format::Json | Format::Csv | Format::Junit => {
            Err(no_such_format("an appendix", ".tex, .md or .html"))
        }
    };
    targets.put(render, || lay_out(&run, Detail::Summary), settings)?;
    let accounts = run.reports.iter();
    let n_scored: u64 = accounts
        .map(|report| report.scorecard.all.account.scored)
        .sum();
    if !run.incomplete.is_empty() {
        return Ok(Exit::Incomplete);
    }
    match n_scored {
        0 => Err(
            Failure::message("nothing was scored, so there is nothing to print")
                .help("`labelgate score NAME` says why of one classifier"),
        ),
        _ => Ok(Exit::Success),
    }
}

fn appendix(project: &Project, wanted: impl Fn(&str) -> bool) -> Result<Appendix, Failure> {
    let classifiers = project.classifiers.iter();
    let classifiers = classifiers.filter(|classifier| wanted(&classifier.id));
    let derived = project.derived.iter();
    let derived = derived.filter(|derived| wanted(&derived.id));
    Ok(Appendix {
        classifiers: classifiers
            .map(|classifier| described(project, classifier))
            .collect::<Result<_, _>>()?,
        derived: derived.map(derived_text).collect(),
    })
}

fn described(project: &Project, classifier: &Classifier) -> Result<Described, Failure> {
    let rules = classifier.rules.iter().map(|rule| RuleText {
        name: rule.name.to_string(),
        when: rule.when.text().to_owned(),
        expect: rule.expect.text().to_owned(),
        says: rule.says.to_string(),
    });
    let mut prompts = vec![prompt(project, &classifier.candidate, true)?];
    if let Some(baseline) = &classifier.baseline
        && baseline.name != classifier.candidate.name
    {
        prompts.push(prompt(project, baseline, false)?);
    }
    Ok(Described {
        id: classifier.id.to_string(),
        scheme: classifier.scheme.clone(),
        rules: rules.collect(),
        prompts,
    })
}

/// The file of a prompt as it was when the project was loaded, or nothing: the figures are of it.
fn prompt(project: &Project, revision: &Revision, is_candidate: bool) -> Result<Prompt, Failure> {
    let path = project.root.join(&revision.file);
    let fault = |reason: String| -> Failure {
        let help = "run it again when nothing writes to the file";
        vec![Fault::new(&revision.file, reason).help(help)].into()
    };
    let bytes = std::fs::read(&path).map_err(|error| fault(format!("cannot be read: {error}")))?;
    if sha256_hex(&bytes) != revision.sha256 {
        return Err(fault("changed while it was being used".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| fault(error.to_string()))?;
    Ok(Prompt {
        revision: revision.name.to_string(),
        is_candidate,
        file: shown(&revision.file),
        sha256: revision.sha256.clone(),
        text,
    })
}

fn derived_text(derived: &Derived) -> DerivedText {
    let filter = derived.filter.as_ref();
    DerivedText {
        id: derived.id.to_string(),
        says: derived.says.to_string(),
        value: derived.value.text().to_owned(),
        filter: filter.map_or_else(String::new, |filter| filter.text().to_owned()),
    }
}
