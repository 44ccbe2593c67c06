//! Revisions: prompt files with front matter.

use std::ops::Range;
use std::path::Path;

use super::Revision;
use super::paths::{Root, stems};
use super::raw::{File, Section};
use crate::answer::AnswerForm;
use crate::ask::{LabelsStyle, Sampling, Template, answer_field, sha256_hex};
use crate::fault::{Fault, did_you_mean};
use crate::model::Scheme;
use crate::table::list;

const FENCE: &str = "+++";

/// Reads a revision of a classifier; `folder` is the classifier's, relative to the project.
pub(super) fn load(
    root: &Root,
    folder: &Path,
    name: &str,
    scheme: Option<&Scheme>,
) -> Result<Revision, Vec<Fault>> {
    let relative = folder.join(format!("{name}.md"));
    let file = root.text(&relative).map_err(|fault| vec![fault])?;
    let revision = read(&file, name, &relative, scheme);
    match revision {
        Some(revision) if file.is_sound() => Ok(revision),
        _ => Err(file.into_faults()),
    }
}

/// The revisions a classifier has files for.
pub(super) fn names(root: &Root, folder: &Path) -> Vec<String> {
    stems(&root.path(folder), "md")
}

/// Advice on a revision without a file.
pub(super) fn no_revision(name: &str, names: &[String]) -> String {
    let known = names.iter().map(|name| &**name);
    match did_you_mean(name, known.clone()) {
        Some(guess) => guess,
        None if names.is_empty() => format!("write the prompt into `{name}.md` beside this file"),
        None => format!("there are {}", list(known)),
    }
}

fn read(file: &File, name: &str, relative: &Path, scheme: Option<&Scheme>) -> Option<Revision> {
    let (front, body) = parts(file)?;
    let template = template(file, body.clone());
    let tree = file.tree_of(front.clone())?;
    let mut section = Section::part(file, &tree, front.start);
    section.span = 0..FENCE.len();
    if section.key("max_tokens").is_none() {
        section.missing(
            "max_tokens",
            "say how long an answer may be, such as `max_tokens = 300`",
        );
    }
    let max_tokens = section.whole("max_tokens", 1);
    let sampling = Sampling {
        temperature: between(&mut section, "temperature", 2.0),
        top_p: between(&mut section, "top_p", 1.0),
    };
    let answer = answer(&mut section, scheme);
    let style = [
        ("ids", LabelsStyle::Ids),
        ("definitions", LabelsStyle::Definitions),
    ];
    let labels_key = section.key("labels");
    let labels = section.choice("labels", &style);
    section.finish();
    let has_labels = scheme.is_none_or(|scheme| scheme.labels().is_some());
    if !has_labels {
        let word = scheme.map_or("", Scheme::word);
        if let Some(span) = labels_key {
            let message = format!("`labels` has no meaning: a {word} scheme has no labels");
            file.fault_help(span, message, "leave it out");
        }
        if template.as_ref().is_some_and(Template::shows_labels) {
            let at = file.text[body.clone()].find("{{labels}}").unwrap_or(0);
            let span = body.start + at..body.start + at + "{{labels}}".len();
            let message = format!("`{{{{labels}}}}` has no meaning: a {word} scheme has no labels");
            file.fault_help(span, message, "write into the prompt what may be answered");
        }
    }
    let (answer, fields) = answer?;
    Some(Revision {
        name: name.into(),
        file: relative.to_owned(),
        sha256: sha256_hex(file.text.as_bytes()),
        template: template?,
        answer,
        fields,
        labels: labels.unwrap_or(LabelsStyle::Definitions),
        max_tokens: max_tokens?,
        sampling,
    })
}

/// The front matter and the text after it, in bytes of the file.
fn parts(file: &File) -> Option<(Range<usize>, Range<usize>)> {
    let help = "begin the file with `+++`, settings such as `max_tokens = 300`, and `+++` again";
    let text = &*file.text;
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = text[mark..].split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != FENCE {
        let message = match text.trim().is_empty() {
            true => "the prompt file is empty",
            false => "no front matter",
        };
        file.fault_help(mark..mark + first.trim_end().len(), message, help);
        return None;
    }
    let front = mark + first.len();
    let mut at = front;
    for line in lines {
        if line.trim_end() == FENCE {
            let body = at + line.len();
            let content = text[body..].trim_matches(['\r', '\n']);
            let start = text.len() - text[body..].trim_start_matches(['\r', '\n']).len();
            return Some((front..at, start..start + content.len()));
        }
        at += line.len();
    }
    let message = "the front matter is not closed";
    file.fault_help(
        mark..mark + FENCE.len(),
        message,
        "add a line `+++` before the prompt",
    );
    None
}

fn template(file: &File, body: Range<usize>) -> Option<Template> {
    let start = body.start;
    match Template::parse(&file.text[body]) {
        Ok(template) => Some(template),
        Err(faults) => {
            for fault in faults {
                let span = start + fault.span.start..start + fault.span.end;
                file.note(span, fault.message, fault.help);
            }
            None
        }
    }
}

/// An optional number from 0 to `most`.
fn between(section: &mut Section<'_>, key: &'static str, most: f64) -> Option<f64> {
    let number = section.number(key)?;
    if !(0.0..=most).contains(&number.value) {
        let message = format!("`{key}` must be between 0 and {most}");
        let help = format!("write `{key} = 0`, or leave it out for the provider's own");
        section.file.fault_help(number.span, message, help);
    }
    Some(number.value)
}

/// How the answer is given and which fields are asked for.
fn answer(
    section: &mut Section<'_>,
    scheme: Option<&Scheme>,
) -> Option<(AnswerForm, Vec<Box<str>>)> {
    let file = section.file;
    let span = section.value("answer");
    let is_bare = section.choice("answer", &[("json", false), ("label", true)]);
    let fields_span = section.key("fields");
    let fields = section.texts("fields");
    let scheme = scheme?;
    let field = answer_field(scheme);
    if is_bare.unwrap_or_default() {
        if let (Scheme::Decisions(_), Some(span)) = (scheme, span) {
            let message = "a list of decisions cannot be answered as a bare label";
            file.fault_help(span, message, "write `answer = \"json\"`");
        }
        if let Some(span) = fields_span {
            let message = "`fields` has no meaning where the answer is the label itself";
            file.fault_help(span, message, "leave it out, or write `answer = \"json\"`");
        }
        return Some((AnswerForm::Label, Vec::new()));
    }
    if let (Some(fields), Some(span)) = (&fields, fields_span)
        && !fields.iter().any(|text| text.value == field)
    {
        let message = format!("`fields` lacks `{field}`, in which the answer is looked for");
        let help = format!("add `\"{field}\"`");
        file.fault_help(span, message, help);
    }
    let form = AnswerForm::Json {
        field: field.into(),
    };
    let fields = match fields {
        Some(fields) => fields.iter().map(|field| field.value.into()).collect(),
        None => vec![field.into()],
    };
    Some((form, fields))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ask::Field;
    use crate::model::Numeric;

    #[track_caller]
    fn check(front: &str, fields: &[&str], shape: Option<&[&str]>) {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("+++\nmax_tokens = 300\n{front}\n+++\n{{{{item}}}}\n");
        fs::write(folder.path().join("v1.md"), text).unwrap();
        let scheme = Scheme::Numeric(Numeric {
            log: false,
            unit: None,
            min: None,
            max: None,
        });
        let root = Root::new(folder.path());
        let revision = load(&root, Path::new(""), "v1", Some(&scheme)).unwrap();
        let kept: Vec<&str> = revision.fields.iter().map(AsRef::as_ref).collect();
        assert_eq!(kept, fields);
        let shaped = revision.shape(&scheme).map(|shape| {
            let names = shape.fields.into_iter().map(|(name, field)| {
                assert_eq!(field == Field::Number, &*name == "value");
                name
            });
            names.collect::<Vec<_>>()
        });
        let expect = shape.map(|names| names.iter().map(|name| (*name).into()).collect());
        assert_eq!(shaped, expect);
    }

    #[test]
    fn a_revision_keeps_the_fields_it_asks_for() {
        let both = ["rationale", "value"];
        check("fields = [\"rationale\", \"value\"]", &both, Some(&both));
        check("", &["value"], Some(&["value"]));
        check("answer = \"label\"", &[], None);
    }
}
