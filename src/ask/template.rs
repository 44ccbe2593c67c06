//! A prompt with places for the labels and the item.
//!
//! Text is put in in one pass and never looked at again: a transcript may hold `{{item}}`, `{%` or
//! `</item>`, and stays as it is.

use std::ops::Range;

use crate::fault::nearest;

use crate::model::LabelSet;

/// A prompt that has been looked through for its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Labels,
    Item,
}

/// What is wrong with a prompt's places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// The bytes it is about; empty at the start of the text for what is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// How much of each label a prompt shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelsStyle {
    /// The ids alone.
    Ids,
    /// The ids with their definitions.
    Definitions,
}

const NAMES: [&str; 2] = ["labels", "item"];

impl Template {
    /// Looks a prompt through. `{{item}}` must stand in it once, `{{labels}}` may stand in it any
    /// number of times; any other `{{name}}` is a fault, as is `{{labels}` or `{{item` without its
    /// end, and other braces are plain text.
    ///
    /// ```
    /// use labelgate::ask::Template;
    /// let template = Template::parse("One of:\n{{labels}}\n\n{{item}}").unwrap();
    /// assert_eq!(template.fill("- `a`", "{{labels}}"), "One of:\n- `a`\n\n{{labels}}");
    /// assert!(Template::parse("{{lables}} {{item}}").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, Vec<TemplateFault>> {
        let mut pieces = Vec::new();
        let mut faults = Vec::new();
        let mut item_meant = false;
        let mut written = 0;
        let mut at = 0;
        while let Some(offset) = text[at..].find("{{") {
            let start = at + offset;
            let Some((name, end)) = name_at(text, start) else {
                if let Some((name, end)) = unclosed(text, start) {
                    item_meant |= name == "item";
                    faults.push(TemplateFault {
                        span: start..end,
                        message: format!("the placeholder `{{{{{name}` is not closed"),
                        help: Some(format!("write `{{{{{name}}}}}`")),
                    });
                }
                at = start + 1;
                continue;
            };
            if start > written {
                pieces.push(Piece::Text(text[written..start].into()));
            }
            match name {
                "labels" => pieces.push(Piece::Labels),
                "item" if pieces.contains(&Piece::Item) => faults.push(TemplateFault {
                    span: start..end,
                    message: "`{{item}}` stands in the prompt twice".into(),
                    help: Some("the item is inserted once".into()),
                }),
                "item" => pieces.push(Piece::Item),
                _ => {
                    let meant = nearest(name, NAMES);
                    item_meant |= meant == Some("item");
                    faults.push(unknown(name, meant, start..end));
                }
            }
            written = end;
            at = end;
        }
        if written < text.len() {
            pieces.push(Piece::Text(text[written..].into()));
        }
        if !item_meant && !pieces.contains(&Piece::Item) {
            faults.push(TemplateFault {
                span: 0..0,
                message: "the prompt has no `{{item}}`".into(),
                help: Some("write `{{item}}` where the text to classify goes".into()),
            });
        }
        if faults.is_empty() {
            Ok(Self { pieces })
        } else {
            Err(faults)
        }
    }

    /// Whether the prompt shows the labels.
    pub fn shows_labels(&self) -> bool {
        self.pieces.contains(&Piece::Labels)
    }

    /// The prompt for one item.
    pub fn fill(&self, labels: &str, item: &str) -> String {
        let (before, after) = self.around(labels);
        before + item + &after
    }

    /// What the prompt has before its item and what it has after it.
    ///
    /// ```
    /// use labelgate::ask::Template;
    /// let template = Template::parse("One of: {{labels}}. {{item}}!").unwrap();
    /// assert_eq!(template.around("a, b"), ("One of: a, b. ".to_owned(), "!".to_owned()));
    /// ```
    pub fn around(&self, labels: &str) -> (String, String) {
        let mut pieces = self.pieces.iter();
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Labels => Some(labels.into()),
            Piece::Item => None,
        };
        // Taking the first piece that is no text takes the item away.
        let before = pieces.by_ref().map_while(text).collect();
        (before, pieces.filter_map(text).collect())
    }
}

/// The name between the braces that open at `start`, and where they end.
fn name_at(text: &str, start: usize) -> Option<(&str, usize)> {
    let inner = text[start + 2..].trim_start_matches([' ', '\t']);
    let length = inner
        .find(|character: char| !character.is_alphanumeric() && !"_-.".contains(character))
        .filter(|length| *length > 0)?;
    let (name, rest) = inner.split_at(length);
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix("}}")?;
    Some((name, text.len() - rest.len()))
}

/// One of our names after braces that do not close, and where it ends. As plain text it would leave
/// the prompt without its labels, or the item out of it, and nobody would see.
fn unclosed(text: &str, start: usize) -> Option<(&'static str, usize)> {
    let inner = text[start + 2..].trim_start_matches([' ', '\t']);
    NAMES.into_iter().find_map(|name| {
        let rest = inner.strip_prefix(name)?;
        let more = rest.starts_with(|next: char| next.is_alphanumeric() || "_-.".contains(next));
        let end = text.len() - rest.strip_prefix('}').unwrap_or(rest).len();
        (!more).then_some((name, end))
    })
}

fn unknown(name: &str, meant: Option<&str>, span: Range<usize>) -> TemplateFault {
    TemplateFault {
        span,
        message: format!("unknown placeholder `{{{{{name}}}}}`"),
        help: Some(match meant {
            Some(meant) => format!("did you mean `{{{{{meant}}}}}`?"),
            None => "only `{{labels}}` and `{{item}}` are filled in".into(),
        }),
    }
}

/// The labels as a prompt lists them, one a line, in declared order. Abstentions and excluded
/// labels are among them: the model may answer them.
pub fn labels_text(set: &LabelSet, style: LabelsStyle) -> String {
    let lines: Vec<String> = set
        .declared()
        .iter()
        .map(|label| {
            let says = label.says.trim();
            if style == LabelsStyle::Ids || says.is_empty() {
                format!("- `{}`", label.id)
            } else {
                // Indented, a definition of several lines stays one entry of the list.
                format!("- `{}`: {}", label.id, says.replace('\n', "\n  "))
            }
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::LabelText;

    #[track_caller]
    fn check_filled(template: &str, expect: &str) {
        let template = Template::parse(template).unwrap();
        assert_eq!(template.fill("LABELS", "ITEM"), expect);
    }

    #[track_caller]
    fn check_faults(template: &str, expect: &[(&str, &str, &str)]) {
        let faults = Template::parse(template).unwrap_err();
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| {
                let help = fault.help.as_deref().unwrap_or("");
                (&template[fault.span.clone()], &*fault.message, help)
            })
            .collect();
        assert_eq!(faults, expect);
    }

    #[test]
    fn labels_and_item_are_filled_in() {
        check_filled("a {{labels}} b {{item}} c", "a LABELS b ITEM c");
        check_filled("{{ labels }}{{\titem  }}", "LABELSITEM");
        check_filled("{{labels}} {{labels}} {{item}}", "LABELS LABELS ITEM");
        check_filled("{{item}}", "ITEM");
    }

    #[test]
    fn braces_that_hold_no_name_are_text() {
        for text in [
            "{",
            "{{",
            "{{}}",
            "{{ }}",
            "{{items",
            "{item}",
            "{{a b}}",
            "{{\"a\": 1}}",
            "{{\nitem\n}}",
            "{% raw %}",
            "ö{{ö",
        ] {
            check_filled(&format!("{text} {{{{item}}}}"), &format!("{text} ITEM"));
        }
        check_filled("{{{item}}}", "{ITEM}");
    }

    #[test]
    fn what_is_inserted_is_never_looked_at() {
        let template = Template::parse("{{labels}}|{{item}}|").unwrap();
        let item = "{{labels}} {{item}} {% raw %} {# #} </item> ${x} {{";
        assert_eq!(
            template.fill("{{item}}", item),
            format!("{{{{item}}}}|{item}|")
        );
    }

    #[test]
    fn an_unknown_placeholder_is_a_fault_with_advice() {
        check_faults(
            "{{lables}} {{item}} {{transcript}}",
            &[
                (
                    "{{lables}}",
                    "unknown placeholder `{{lables}}`",
                    "did you mean `{{labels}}`?",
                ),
                (
                    "{{transcript}}",
                    "unknown placeholder `{{transcript}}`",
                    "only `{{labels}}` and `{{item}}` are filled in",
                ),
            ],
        );
    }

    #[test]
    fn the_item_must_stand_in_the_prompt_once() {
        let help = "write `{{item}}` where the text to classify goes";
        check_faults("{{labels}}", &[("", "the prompt has no `{{item}}`", help)]);
        check_faults("", &[("", "the prompt has no `{{item}}`", help)]);
        check_faults(
            "{{item}} {{ item }}",
            &[(
                "{{ item }}",
                "`{{item}}` stands in the prompt twice",
                "the item is inserted once",
            )],
        );
    }

    #[test]
    fn a_placeholder_that_is_not_closed_is_a_fault() {
        let check = |template: &str, span: &str, name: &str| {
            let message = format!("the placeholder `{{{{{name}` is not closed");
            let help = format!("write `{{{{{name}}}}}`");
            check_faults(template, &[(span, &message, &help)]);
        };
        check("{{labels} {{item}}", "{{labels}", "labels");
        check("{{ labels\n{{item}}", "{{ labels", "labels");
        check("{{labels}} {{item}", "{{item}", "item");
        check("{{labels}} {{item", "{{item", "item");
    }

    #[test]
    fn a_misspelt_item_is_not_also_a_missing_one() {
        check_faults(
            "{{Item}}",
            &[(
                "{{Item}}",
                "unknown placeholder `{{Item}}`",
                "did you mean `{{item}}`?",
            )],
        );
    }

    #[test]
    fn labels_are_listed_with_or_without_their_definitions() {
        let labels = [
            ("a", "First.\nReally."),
            ("b", ""),
            ("none", "No sign."),
            ("x", "Out."),
        ]
        .map(|(id, says)| LabelText {
            id: id.into(),
            says: says.into(),
        })
        .to_vec();
        let set = LabelSet::new(labels, &["none"], &["x"]).unwrap();
        assert_eq!(
            labels_text(&set, LabelsStyle::Ids),
            "- `a`\n- `b`\n- `none`\n- `x`"
        );
        assert_eq!(
            labels_text(&set, LabelsStyle::Definitions),
            "- `a`: First.\n  Really.\n- `b`\n- `none`: No sign.\n- `x`: Out."
        );
    }

    proptest! {
        #[test]
        fn a_template_filled_with_its_own_names_is_itself(
            pieces in prop::collection::vec("[{}a ö]{0,4}|\\{\\{labels\\}\\}", 0..12),
        ) {
            let text = format!("{}{{{{item}}}}", pieces.concat());
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(template.fill("{{labels}}", "{{item}}"), text);
            }
        }
    }
}
