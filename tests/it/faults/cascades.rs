//! One mistake is one fault: what follows from it is not told beside it.

use super::check;
use super::project::{edit, folder, shown};

const MODE: &str = "prompts/mode/classifier.toml";

#[test]
fn a_broken_header_does_not_make_repetitions_of_what_follows() {
    check(
        "prompts/derived.toml",
        "[[derived]]\nid = \"kept\"",
        "[[derived]\nid = \"kept\"",
        &[("prompts/derived.toml:1", "not TOML: unclosed", "bracket")],
    );
    check(
        "labelgate.toml",
        "concurrency = 4",
        "concurrency = 4\nconcurrency = 5",
        &[("labelgate.toml:11", "duplicate key", "keep one of them")],
    );
}

#[test]
fn a_range_turned_round_does_not_put_every_label_outside() {
    check(
        "prompts/price/classifier.toml",
        "min = 1\nmax = 1000",
        "min = 1000\nmax = 1",
        &[(
            "prompts/price/classifier.toml:5",
            "`max` is 1, not above `min`, 1000",
            "exchange them",
        )],
    );
}

#[test]
fn a_label_of_two_lines_is_faulted_and_not_suggested() {
    check(
        MODE,
        "id = \"talk\"",
        "id = \"ta\\nlk\"",
        &[(&format!("{MODE}:14"), "control character", "one line")],
    );
}

#[test]
fn a_number_beyond_all_counts_does_not_fault_the_rules_on_its_column() {
    check(
        "gold/items.jsonl",
        "\"lines\": 10",
        "\"lines\": 99999999999999999999999",
        &[(
            "gold/items.jsonl:1",
            "`lines` is too large a number",
            "leave out",
        )],
    );
}

#[test]
fn gates_that_no_value_can_pass_together_are_a_fault() {
    let at_most = "[[gate]]\nmetric = \"agreement\"\nat_most = 0.6\n\n[[gate]]\nmetric = \"f1\"";
    check(
        MODE,
        "[[gate]]\nmetric = \"f1\"",
        at_most,
        &[(
            &format!("{MODE}:29"),
            "no value can pass both this gate and that on line 25",
            "`at_least` be below",
        )],
    );
    let project = folder();
    let wider = at_most.replace("0.6", "0.7");
    edit(project.path(), MODE, "[[gate]]\nmetric = \"f1\"", &wider);
    assert_eq!(shown(project.path()), Vec::<String>::new());
}

#[test]
fn a_column_of_json_that_is_unknown_is_pointed_at_where_it_stands_first() {
    check(
        "gold/labels/choices.jsonl",
        "\"decisions\": []",
        "\"decision\": []",
        &[(
            "gold/labels/choices.jsonl:2",
            "unknown column `decision`",
            "`decisions`?",
        )],
    );
}

#[test]
fn a_placeholder_that_is_not_closed_is_not_plain_text() {
    check(
        "prompts/mode/v1.md",
        "{{labels}}",
        "{{labels}",
        &[(
            "prompts/mode/v1.md:6",
            "the placeholder `{{labels` is not closed",
            "write `{{labels}}`",
        )],
    );
}
