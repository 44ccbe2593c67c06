//! Numbers and decisions.

use super::{check_decisions, check_value};

#[test]
fn a_number_is_a_number_or_a_plain_text_of_one() {
    check_value(r#"{"value": 150}"#, "150");
    check_value(r#"{"value": 1.5e3}"#, "1500");
    check_value(r#"{"value": "150"}"#, "150");
    check_value(r#"{"value": " 1.5e3 "}"#, "~1500");
    for text in [
        "$150",
        "1,500",
        "about 200",
        "NaN",
        "inf",
        "1e999",
        "100-200",
    ] {
        check_value(
            &format!(r#"{{"value": "{text}"}}"#),
            &format!("!`{text}` is not a plain number"),
        );
    }
    check_value(r#"{"value": NaN}"#, "!broken JSON at `NaN}`");
    check_value(r#"{"value": true}"#, "!`true` is not a plain number");
    check_value(r#"{"value": null}"#, "!`value` is null");
    check_value(r#"{"value": ""}"#, "!`value` is empty");
    check_value(r#"{"value": [100, 200]}"#, "!`value` is a list");
    check_value(
        r#"{"value": 100} {"value": 200}"#,
        "!two different answers: `100` and `200`",
    );
}

#[test]
fn a_number_out_of_range_says_on_which_side() {
    check_value(r#"{"value": 0}"#, "!`0` is not positive");
    check_value(r#"{"value": -3}"#, "!`-3` is not positive");
    check_value(r#"{"value": 0.5}"#, "!`0.5` is below the least value 1");
    check_value(
        r#"{"value": 100001}"#,
        "!`100001` is above the greatest value 100000",
    );
}

#[test]
fn decisions_are_counted_by_stage_and_decider() {
    check_decisions(r#"{"decisions": []}"#, "[0, 0, 0, 0]");
    check_decisions(
        r#"{"decisions": [
            {"what": "a", "stage": "planning", "decider": "assistant"},
            {"what": "b", "stage": "execution", "decider": "user"},
            {"stage": "execution", "decider": "user", "why": {"stage": 7}}]}"#,
        "[0, 1, 2, 0]",
    );
    check_decisions(
        r#"{"decisions": [{"stage": " Planning", "decider": "USER"}]}"#,
        "~[1, 0, 0, 0]",
    );
    check_decisions(
        r#"{"decisions": [{"stage": "planning", "stage": "planning", "decider": "user"}]}"#,
        "[1, 0, 0, 0]",
    );
}

#[test]
fn one_bad_decision_spoils_the_list() {
    let check = |entry: &str, reason: &str| {
        let good = r#"{"stage": "planning", "decider": "user"}"#;
        check_decisions(
            &format!(r#"{{"decisions": [{good}, {entry}, {good}]}}"#),
            &format!("!decision 2: {reason}"),
        );
    };
    check(r#"{"decider": "user"}"#, "no `stage`");
    check(r#"{"stage": "planning"}"#, "no `decider`");
    check(
        r#"{"stage": "design", "decider": "user"}"#,
        "`design` is not a declared stage",
    );
    check(
        r#"{"stage": "planning", "decider": null}"#,
        "`decider` is null, not a text",
    );
    check(
        r#"{"stage": "planning", "stage": "execution", "decider": "user"}"#,
        "two different `stage`s",
    );
    check(r#""planning by user""#, "not an object");
    check_decisions(
        r#"{"decisions": {}}"#,
        "!`decisions` is an object, not a list",
    );
    check_decisions(r#"{"decisions": null}"#, "!`decisions` is null, not a list");
    check_decisions(
        r#"{"decisions": []} {"decisions": [{"stage": "planning", "decider": "user"}]}"#,
        "!two different answers",
    );
}
