//! Whether a change made the test easier instead of the prompt better: two states of a project held
//! against each other, and prompts against the items they are judged on. Knows no files, no git.
//!
//! To add a finding: a variant of [`FindingName`], and where it is
//! found here; `docs/ci.md` lists it.

mod gates;
mod gold;
mod leakage;
mod names;
mod scheme;

use std::path::{Path, PathBuf};

use crate::finding::{Finding, FindingName, Spot};
use crate::gate::Gate;
use crate::project::{Classifier, Derived, Project};
use crate::report::Names;

pub use leakage::{Leak, Quotes};

/// What became easier from one state of a project to another. What became stricter, and what is
/// new, is no finding. In the order of the classifiers, then derived measures, then items.
pub fn compare(before: &Project, now: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    for classifier in &before.classifiers {
        match now.classifier(&classifier.id) {
            Some(other) => {
                let sides = Sides {
                    before: (before, classifier),
                    now: (now, other),
                };
                findings.extend(sides.findings());
            }
            None if classifier.gates.is_empty() => {}
            None => {
                let message = removed(&classifier.id, "classifier", &classifier.gates);
                let place = Spot::file(now.root.join(&now.file));
                let was = Spot::file(relative(before, &classifier.file));
                let name = FindingName::ClassifierRemoved;
                findings.push(Finding::new(name, message, place).was(was));
            }
        }
    }
    for derived in &before.derived {
        let other = now.derived.iter().find(|other| other.id == derived.id);
        findings.extend(of_derived(before, now, derived, other));
    }
    findings.extend(gold::items(before, now));
    findings
}

/// A classifier before and now, each with its project.
#[derive(Clone, Copy)]
struct Sides<'p> {
    before: (&'p Project, &'p Classifier),
    now: (&'p Project, &'p Classifier),
}

impl Sides<'_> {
    fn findings(self) -> Vec<Finding> {
        let (before, now) = (self.before.1, self.now.1);
        let mut findings: Vec<Finding> = scheme::changed(&before.scheme, &now.scheme)
            .map(|what| {
                let message = format!("{}: {what}", now.id);
                let (at, was) = (now.lines.scheme, before.lines.scheme);
                self.finding(FindingName::SchemeChanged, message, at, was)
            })
            .into_iter()
            .collect();
        findings.extend(self.baseline());
        let named = |(project, classifier): (&Project, &Classifier)| {
            crate::assess::names(&project.items, &classifier.scheme, &classifier.rules)
        };
        let judged = gates::compare(
            &gates::Gates {
                of: &before.id,
                gates: &before.gates,
                names: &named(self.before),
                file: relative(self.before.0, &before.file),
            },
            &gates::Gates {
                of: &now.id,
                gates: &now.gates,
                names: &named(self.now),
                file: now.file.clone(),
            },
        );
        findings.extend(judged);
        findings.extend(self.rules());
        findings.extend(gold::references(self));
        findings
    }

    fn finding(self, name: FindingName, message: String, at: usize, was: usize) -> Finding {
        let was = Spot::line(relative(self.before.0, &self.before.1.file), was);
        Finding::new(name, message, Spot::line(&self.now.1.file, at)).was(was)
    }

    /// A baseline that is neither what it was nor what was the candidate then, which is how it
    /// should move on.
    fn baseline(self) -> Option<Finding> {
        let (before, now) = (self.before.1, self.now.1);
        let (old, new) = (before.baseline.as_ref()?, now.baseline.as_ref());
        let is_itself = new.is_some_and(|new| new.sha256 == now.candidate.sha256);
        if let Some(new) = new
            && (new.sha256 == old.sha256 || (new.sha256 == before.candidate.sha256 && !is_itself))
        {
            return None;
        }
        let judges = |gate: &Gate| matches!(gate.demand, crate::gate::Demand::NotBehind { .. });
        if !before.gates.iter().any(judges) {
            return None;
        }
        let what = match new {
            None => format!("there is no baseline any more; it was {}", old.name),
            Some(new) if is_itself => {
                format!("the baseline, {}, is the candidate itself", new.name)
            }
            Some(new) if new.name == old.name => {
                format!("the prompt of the baseline, {}, was edited", new.name)
            }
            Some(new) => format!(
                "the baseline is {} instead of {}, and was not the candidate before",
                new.name, old.name
            ),
        };
        Some(self.finding(
            FindingName::BaselineChanged,
            format!("{}: {what}", now.id),
            now.lines.baseline.unwrap_or(1),
            before.lines.baseline.unwrap_or(1),
        ))
    }

    /// Telemetry rules that gates judged and that say something else now. One that is gone took
    /// its gates with it, which are found as such.
    fn rules(self) -> Vec<Finding> {
        let (before, now) = (self.before.1, self.now.1);
        let is_judged = |position: usize| {
            before.gates.iter().any(|gate| {
                matches!(gate.target, crate::gate::Target::Rule { rule, .. } if rule == position)
            })
        };
        let mut findings = Vec::new();
        for (position, rule) in before.rules.iter().enumerate() {
            let other = now.rules.iter().position(|other| other.name == rule.name);
            let Some(at) = other.filter(|_| is_judged(position)) else {
                continue;
            };
            let other = &now.rules[at];
            let mut what = Vec::new();
            for (key, old, new) in [
                ("when", rule.when.text(), other.when.text()),
                ("expect", rule.expect.text(), other.expect.text()),
            ] {
                if old != new {
                    what.push(format!("{key} `{old}` → `{new}`"));
                }
            }
            if what.is_empty() {
                continue;
            }
            let message = format!("{}: rule {}: {}", now.id, rule.name, what.join(", "));
            let line = |lines: &[usize], at: usize| lines.get(at).copied().unwrap_or(1);
            let (at, was) = (
                line(&now.lines.rules, at),
                line(&before.lines.rules, position),
            );
            findings.push(self.finding(FindingName::RuleChanged, message, at, was));
        }
        findings
    }
}

fn of_derived(
    before: &Project,
    now: &Project,
    old: &Derived,
    new: Option<&Derived>,
) -> Vec<Finding> {
    let file = relative(before, &before.derived_file());
    let Some(new) = new else {
        if old.gates.is_empty() {
            return Vec::new();
        }
        let message = removed(&old.id, "derived measure", &old.gates);
        let place = Spot::file(now.derived_file());
        let finding = Finding::new(FindingName::ClassifierRemoved, message, place);
        return vec![finding.was(Spot::line(file, old.line))];
    };
    let mut findings = Vec::new();
    let filter = |derived: &Derived| derived.filter.as_ref().map(|f| f.text().to_owned());
    let is_same = old.value.text() == new.value.text() && filter(old) == filter(new);
    if !is_same && !old.gates.is_empty() {
        let said = |derived: &Derived| match filter(derived) {
            Some(filter) => format!("`{}` where `{filter}`", derived.value.text()),
            None => format!("`{}`", derived.value.text()),
        };
        let message = format!("{}: {} → {}", new.id, said(old), said(new));
        let place = Spot::line(now.derived_file(), new.line);
        let finding = Finding::new(FindingName::MeasureChanged, message, place);
        findings.push(finding.was(Spot::line(&file, old.line)));
    }
    let names = |project: &Project| Names {
        labels: vec!["false".to_owned(), "true".to_owned()],
        slices: project
            .items
            .slices
            .iter()
            .map(ToString::to_string)
            .collect(),
        ..Names::default()
    };
    findings.extend(gates::compare(
        &gates::Gates {
            of: &old.id,
            gates: &old.gates,
            names: &names(before),
            file,
        },
        &gates::Gates {
            of: &new.id,
            gates: &new.gates,
            names: &names(now),
            file: now.derived_file(),
        },
    ));
    findings
}

fn removed(id: &str, what: &str, gates: &[Gate]) -> String {
    match gates.len() {
        1 => format!("{id}: the {what} is gone, and with it a gate"),
        n => format!("{id}: the {what} is gone, and with it {n} gates"),
    }
}

/// A file of a project relative to its folder.
fn relative(project: &Project, file: &Path) -> PathBuf {
    file.strip_prefix(&project.root).unwrap_or(file).to_owned()
}
