//! Faults of gates.

use super::check;

const MODE: &str = "prompts/mode/classifier.toml";
const LEVEL: &str = "prompts/level/classifier.toml";
const PRICE: &str = "prompts/price/classifier.toml";
const CHOICES: &str = "prompts/choices/classifier.toml";

/// Replaces the body of the last gate of `mode`, which begins on line 42.
fn gate(body: &str, line: usize, message: &str, help: &str) {
    let old = "metric = \"holds\"\nrule = \"change\"\nat_least = 0.8\nslice = \"month\"";
    let place = format!("{MODE}:{}", 42 + line);
    check(MODE, old, body, &[(&place, message, help)]);
}

#[test]
fn of_gates() {
    let least = "at_least = 0.5";
    gate(least, 0, "no `metric`", "the figure");
    gate("metric = \"agreement\"", 0, "demands nothing", "`at_most");
    gate(
        &format!("metric = \"agrement\"\n{least}"),
        1,
        "unknown metric `agrement`",
        "`agreement`?",
    );
    gate(
        &format!("metric = \"mae\"\n{least}"),
        1,
        "a metric of numeric schemes",
        "this scheme has",
    );
    gate(
        &format!("metric = \"pabak\"\n{least}"),
        1,
        "schemes with two labels",
        "nominal",
    );
    gate(
        &format!("metric = \"f1\"\n{least}"),
        1,
        "a metric of one class",
        "add `class",
    );
    gate(
        &format!("metric = \"holds\"\n{least}"),
        1,
        "of a telemetry rule",
        "add `rule`",
    );
    gate(
        &format!("metric = \"agreement\"\nclass = \"fix\"\n{least}"),
        1,
        "not a metric of one",
        "`f1`",
    );
    gate(
        &format!("metric = \"f1\"\nclass = \"fxi\"\n{least}"),
        2,
        "unknown class `fxi`",
        "`fix`?",
    );
    gate(
        &format!("metric = \"f1\"\nrule = \"change\"\n{least}"),
        1,
        "of a telemetry rule",
        "`holds`",
    );
    gate(
        &format!("metric = \"holds\"\nrule = \"chnge\"\n{least}"),
        2,
        "unknown rule",
        "`change`?",
    );
    gate(
        &format!("metric = \"mae\"\nshare = \"x\"\n{least}"),
        2,
        "needs a `decisions` scheme",
        "",
    );
    gate(
        &format!("metric = \"agreement\"\nslice = \"moth\"\n{least}"),
        2,
        "unknown slice",
        "`month`?",
    );
    gate(
        &format!("metric = \"agreement\"\nmin_support = 3\n{least}"),
        2,
        "needs a `class`",
        "add",
    );
    gate(
        &format!("metric = \"f1\"\nclass = \"*\"\nrule = \"change\"\n{least}"),
        2,
        "one figure",
        "two",
    );
    gate(
        &format!("metric = \"agreement\"\n{least}\nat_most = 0.6"),
        3,
        "demands one thing",
        "two",
    );
    gate(
        &format!("metric = \"agreement\"\n{least}\nby = 1"),
        3,
        "must be a string, not a whole number",
        "",
    );
    gate(
        "metric = \"agreement\"\nat_least = \"high\"",
        2,
        "must be a number",
        "",
    );
    gate("metric = \"agreement\"\nat_least = nan", 2, "finite", "");
    gate("metric = \"agreement\"\nat_least = inf", 2, "finite", "");
    gate(
        "metric = \"agreement\"\nat_least = 75",
        2,
        "could never pass",
        "write a share: 0.75",
    );
    gate(
        "metric = \"agreement\"\nat_least = -1",
        2,
        "could never fail",
        "between 0 and 1",
    );
    gate(
        "metric = \"agreement\"\nat_most = 2",
        2,
        "could never fail",
        "",
    );
    gate(
        &format!("metric = \"agreement\"\n{least}\nby = \"upper\""),
        3,
        "cannot go by `upper`",
        "`by = \"lower\"`",
    );
    gate(
        "metric = \"agreement\"\nat_most = 0.5\nby = \"lower\"",
        3,
        "cannot go by `lower`",
        "upper",
    );
    gate(
        &format!("metric = \"agreement\"\n{least}\nby = \"middle\""),
        3,
        "cannot be `middle`",
        "`point`",
    );
    gate(
        &format!("metric = \"agreement\"\n{least}\nmargin = 0.1"),
        3,
        "`margin` needs",
        "compared_to",
    );
    gate(
        "metric = \"agreement\"\ncompared_to = \"v1\"\nmargin = 0",
        2,
        "cannot be `v1`",
        "baseline",
    );
    gate(
        "metric = \"agreement\"\ncompared_to = \"baseline\"",
        0,
        "no `margin`",
        "0.02",
    );
    gate(
        "metric = \"agreement\"\ncompared_to = \"baseline\"\nmargin = -0.1",
        3,
        "negative",
        "",
    );
    gate(
        "metric = \"bowker_p\"\ncompared_to = \"baseline\"\nmargin = 0.1",
        2,
        "neither better",
        "",
    );
    gate(
        "metric = \"agreement\"\nat_leest = 0.5\nat_least = 0.5",
        2,
        "unknown key",
        "`at_least`?",
    );
    check(
        MODE,
        "baseline = \"v1\"\n",
        "",
        &[(
            "prompts/mode/classifier.toml:38",
            "names no `baseline`",
            "add `baseline",
        )],
    );
    check(
        LEVEL,
        "metric = \"mean_difference\"",
        "metric = \"f1\"\nclass = \"none\"",
        &[(
            "prompts/level/classifier.toml:26",
            "is excluded",
            "another label",
        )],
    );
    check(
        CHOICES,
        "share = \"user_plan_share\"\nmetric",
        "metric",
        &[(
            "prompts/choices/classifier.toml:16",
            "no `share`",
            "`user_plan_share`",
        )],
    );
    check(
        CHOICES,
        "plan_share\"\nmetric",
        "pln_share\"\nmetric",
        &[(
            "prompts/choices/classifier.toml:17",
            "unknown share",
            "`user_plan_share`?",
        )],
    );
    check(
        PRICE,
        "at_most = 0.5",
        "class = \"*\"\nat_most = 0.5",
        &[(
            "prompts/price/classifier.toml:13",
            "needs a `nominal` or `ordinal`",
            "",
        )],
    );
}
