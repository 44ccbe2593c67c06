//! What is wrong with a command line whatever the file holds.

use std::collections::BTreeSet;

use super::SchemeWord;
use super::{Found, PanelSpec, Spec, quoted};
use crate::expr::{ExprFault, RuleText, split_rule};
use crate::fault::{Fault, Place, did_you_mean};
use crate::model::{LabelSet, LabelText, fold};

/// What stands for the file in faults of the command line.
const COMMAND_LINE: &str = "(command line)";

/// The flags that say what labels are.
#[derive(Clone, Copy, Debug)]
pub(super) struct SchemeFlags<'a> {
    pub(super) scheme: SchemeWord,
    pub(super) labels: Option<&'a [String]>,
    pub(super) abstain: &'a [String],
    pub(super) exclude: &'a [String],
    pub(super) log: bool,
}

/// The flags that say what items are.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemFlags<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) cluster: Option<&'a str>,
    pub(super) slices: &'a [String],
    pub(super) weight: Option<&'a str>,
}

macro_rules! flags_of {
    ($spec:ty) => {
        impl<'a> From<&'a $spec> for SchemeFlags<'a> {
            fn from(spec: &'a $spec) -> Self {
                Self {
                    scheme: spec.scheme,
                    labels: spec.labels.as_deref(),
                    abstain: &spec.abstain,
                    exclude: &spec.exclude,
                    log: spec.log,
                }
            }
        }

        impl<'a> From<&'a $spec> for ItemFlags<'a> {
            fn from(spec: &'a $spec) -> Self {
                Self {
                    id: spec.id.as_deref(),
                    cluster: spec.cluster.as_deref(),
                    slices: &spec.slices,
                    weight: spec.weight.as_deref(),
                }
            }
        }
    };
}

flags_of!(Spec);
flags_of!(PanelSpec);

/// A fault of the command line.
pub(super) fn fault(message: impl Into<String>) -> Fault {
    Fault::new(COMMAND_LINE, message)
}

/// The label set that was declared, if one was.
pub(super) fn declared(flags: &SchemeFlags<'_>, found: &mut Found) -> Option<LabelSet> {
    if flags.scheme != SchemeWord::Numeric {
        if flags.log {
            found.push(
                fault("`--scale log` is for numbers")
                    .help("leave it out or say `--scheme numeric`"),
            );
        }
    } else {
        let given = [
            ("--labels", flags.labels.is_some()),
            ("--abstain", !flags.abstain.is_empty()),
            ("--exclude", !flags.exclude.is_empty()),
        ];
        for (flag, _) in given.iter().filter(|(_, given)| *given) {
            found.push(
                fault(format!(
                    "`{flag}` names labels, and a numeric scheme has none"
                ))
                .help("leave it out or say `--scheme nominal` or `--scheme ordinal`"),
            );
        }
        return None;
    }
    let labels: Vec<&str> = flags.labels?.iter().map(|label| label.trim()).collect();
    let mut spelt = |flag: &str, words: &'_ [String]| -> Option<Vec<String>> {
        let mut all = Vec::new();
        for word in words {
            let word = word.trim();
            match labels.iter().find(|label| fold(label) == fold(word)) {
                Some(label) => all.push((*label).to_owned()),
                None => found.push(undeclared(flag, word, &labels)),
            }
        }
        (all.len() == words.len()).then_some(all)
    };
    let (abstain, exclude) = (
        spelt("--abstain", flags.abstain),
        spelt("--exclude", flags.exclude),
    );
    let texts = labels.iter().map(|label| LabelText {
        id: (*label).into(),
        says: "".into(),
    });
    match LabelSet::new(texts.collect(), &abstain?, &exclude?) {
        Ok(set) => Some(set),
        Err(reason) => {
            let help = "name each label once: `--labels a,b,c`";
            found.push(fault(format!("`--labels`: {reason}")).help(help));
            None
        }
    }
}

fn undeclared(flag: &str, word: &str, labels: &[&str]) -> Fault {
    let labels = labels.iter().copied();
    let listed = format!("`--labels` has {}", crate::table::list(labels.clone()));
    let help = match did_you_mean(word, labels) {
        Some(guess) => format!("{guess} {listed}"),
        None => listed,
    };
    fault(format!("`{flag} {}` is none of the labels", word.trim())).help(help)
}

/// The parts of each rule.
pub(super) fn rules<'a>(rules: &'a [String], found: &mut Found) -> Vec<(&'a str, RuleText<'a>)> {
    let mut names = BTreeSet::new();
    let mut parts = Vec::new();
    for text in rules {
        match split_rule(text) {
            Ok(rule) => {
                if !names.insert(rule.name) {
                    let start = text.find(rule.name).unwrap_or(0);
                    let span = start..start + rule.name.len();
                    let message = format!("two rules are named {}", quoted(rule.name));
                    let fault = rule_fault(
                        text,
                        ExprFault {
                            span,
                            message,
                            help: None,
                        },
                    );
                    found.push(fault.help("give each rule a name of its own"));
                }
                parts.push((&**text, rule));
            }
            Err(fault) => found.push(rule_fault(text, fault)),
        }
    }
    parts
}

/// A fault of a rule, shown on the text of the rule.
pub(super) fn rule_fault(text: &str, fault: ExprFault) -> Fault {
    let ExprFault {
        span,
        message,
        help,
    } = fault;
    let shown = Fault::new("--rule", message).at(Place::of_span(text, span));
    shown.help(help.unwrap_or_else(|| crate::expr::FORM.to_owned()))
}
