//! What the pages in `docs/` say, held against the program.

use std::fs;
use std::path::Path;

use labelgate::score::{ClassMetric, Metric, RuleMetric};

use crate::cli::{code, labelgate, text};

fn page(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    fs::read_to_string(docs.join(name)).unwrap()
}

/// The first block of this language on a page that begins so.
fn block<'p>(page: &'p str, language: &str, begin: &str) -> &'p str {
    let opening = format!("```{language}\n{begin}");
    let start = page.find(&opening).unwrap() + language.len() + 4;
    let rest = &page[start..];
    &rest[..rest.find("```").unwrap()]
}

#[test]
fn the_page_of_files_names_every_metric() {
    let page = page("files.md");
    let overall = Metric::ALL.iter().map(|metric| metric.key());
    let of_class = ClassMetric::ALL.iter().map(|metric| metric.key());
    let of_rule = RuleMetric::ALL.iter().map(|metric| metric.key());
    for key in overall.chain(of_class).chain(of_rule) {
        assert!(page.contains(&format!("`{key}`")), "{key} is missing");
    }
}

#[test]
fn the_prompt_and_the_gates_of_the_guide_are_accepted() {
    let page = page("bring-your-own.md");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    assert_eq!(code(&labelgate(root, &["init"])), 0);
    let prompt = block(&page, "", "+++");
    fs::write(root.join("prompts/intent/v1.md"), prompt).unwrap();
    let file = root.join("prompts/intent/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    let (before, _) = all.split_once("# Gates.").unwrap();
    let gates = block(&page, "toml", "[[gate]]");
    fs::write(&file, format!("{before}{gates}")).unwrap();
    let check = labelgate(root, &["check"]);
    assert_eq!(code(&check), 0, "{}", text(&check.stderr));
    let said = text(&check.stdout);
    assert!(said.contains(" 1 classifier, "), "{said}");
    assert!(said.contains(" 3 gates\n"), "{said}");
}
