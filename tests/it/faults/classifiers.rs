//! Faults of schemes and of prompts.

use super::project::{edit, folder, write};
use super::{among, check, check_folder};

const MODE: &str = "prompts/mode/classifier.toml";
const LEVEL: &str = "prompts/level/classifier.toml";
const PRICE: &str = "prompts/price/classifier.toml";
const CHOICES: &str = "prompts/choices/classifier.toml";

#[test]
fn of_a_scheme() {
    for (file, from, to, line, message, help) in [
        (
            MODE,
            "\"nominal\"",
            "\"nominl\"",
            2,
            "`scheme` cannot be `nominl`",
            "`nominal`?",
        ),
        (
            MODE,
            "id = \"talk\"",
            "id = \"fix\"",
            14,
            "declared twice",
            "its own",
        ),
        (
            MODE,
            "id = \"talk\"",
            "id = \" Fix\"",
            14,
            "cannot be told apart",
            "its own",
        ),
        (
            MODE,
            "id = \"talk\"",
            "id = \"\"",
            14,
            "`id` is empty",
            "answer it",
        ),
        (
            MODE,
            "says",
            "say",
            8,
            "unknown key `say` in this `[[label]]`",
            "`says`?",
        ),
        (
            LEVEL,
            "[\"none\"]",
            "[\"nonne\"]",
            3,
            "`nonne` in `exclude` is not a label",
            "`none`?",
        ),
        (
            LEVEL,
            "[\"none\"]",
            "[\"none\", \"low\"]",
            5,
            "at least two labels",
            "[[label]]",
        ),
        (
            LEVEL,
            "exclude",
            "abstain = [\"none\"]\nexclude",
            4,
            "both",
            "scored as a class",
        ),
        (
            LEVEL,
            "exclude",
            "abstain = [\"x\"]\nexclude",
            3,
            "`x` in `abstain`",
            "known:",
        ),
        (
            PRICE,
            "unit",
            "abstain = [\"x\"]\nunit",
            3,
            "belongs to",
            "change `scheme`",
        ),
        (
            PRICE,
            "[reference]",
            "[[label]]\nid = \"a\"\n[reference]",
            8,
            "belongs to",
            "",
        ),
        (PRICE, "\"log\"", "\"lg\"", 2, "cannot be `lg`", "`log`?"),
        (PRICE, "max = 1000", "max = nan", 5, "finite", ""),
        (PRICE, "max = 1000", "max = 1", 5, "not above `min`", ""),
        (
            CHOICES,
            "stages = [\"plan\", \"work\"]",
            "",
            1,
            "no `stages`",
            "planning",
        ),
        (
            CHOICES,
            "\"user_work_share\"]",
            "\"usr_work_share\"]",
            4,
            "unknown share",
            "`user_work",
        ),
        (
            CHOICES,
            "[\"user\", \"agent\"]",
            "[\"user\", \"user\"]",
            3,
            "twice",
            "",
        ),
    ] {
        among(file, from, to, line, message, help);
    }
}

#[test]
fn of_labels_that_are_too_few() {
    let project = folder();
    write(
        project.path(),
        PRICE,
        "scheme = \"nominal\"\ncandidate = \"v1\"\n[reference]\npath = \"gold/labels/price.csv\"\n",
    );
    check_folder(
        project.path(),
        &[("prompts/price/classifier.toml:1", "no `label`", "[[label]]")],
    );
    edit(
        project.path(),
        PRICE,
        "[reference]",
        "[[label]]\nid = \"a\"\n[reference]",
    );
    check_folder(
        project.path(),
        &[(
            "prompts/price/classifier.toml:3",
            "at least two labels",
            "[[label]]",
        )],
    );
}

#[test]
fn of_revisions() {
    check(
        MODE,
        "\"v2\"",
        "\"v3\"",
        &[(
            "prompts/mode/classifier.toml:4",
            "no prompt file `v3.md`",
            "did you mean `v",
        )],
    );
    check(
        MODE,
        "\"v1\"",
        "\"../v1\"",
        &[(
            "prompts/mode/classifier.toml:3",
            "not the name of a revision",
            "",
        )],
    );
    check(
        MODE,
        "candidate = \"v2\"\n",
        "",
        &[(
            "prompts/mode/classifier.toml:1",
            "no `candidate`",
            "`v1.md`",
        )],
    );
    let v2 = "prompts/mode/v2.md";
    for (from, to, line, message, help) in [
        (
            "+++\nmax",
            "max",
            1,
            "no front matter",
            "begin the file with `+++`",
        ),
        ("ids\"\n+++", "ids\"\n++", 1, "not closed", "add a line"),
        (
            "max_tokens",
            "max_token",
            2,
            "unknown key `max_token`",
            "`max_tokens`?",
        ),
        ("= 300", "= 0", 2, "must be a whole number from 1", ""),
        ("= 300", "= [", 3, "not TOML", ""),
        ("= 0.5", "= 3", 3, "between 0 and 2", ""),
        (
            "= 0.5",
            "= \"hot\"",
            3,
            "must be a number, not a string",
            "",
        ),
        ("\"json\"", "\"jsn\"", 4, "cannot be `jsn`", "`json`?"),
        (
            "\"json\"",
            "\"label\"",
            5,
            "`fields` has no meaning",
            "leave it out",
        ),
        (
            "[\"label\"]",
            "[\"lable\"]",
            5,
            "`fields` lacks `label`",
            "add",
        ),
        ("\"ids\"", "\"id\"", 6, "cannot be `id`", "`ids`?"),
        ("{{item}}", "the item", 8, "{{item}}", ""),
        (
            "{{labels}}",
            "{{lables}}",
            9,
            "unknown placeholder `{{lables}}`",
            "{{labels}}",
        ),
    ] {
        among(v2, from, to, line, message, help);
    }
    check(
        "prompts/price/v1.md",
        "How much?",
        "{{labels}}",
        &[(
            "prompts/price/v1.md:5",
            "a numeric scheme has no labels",
            "write into the prompt",
        )],
    );
    check(
        "prompts/price/v1.md",
        "fields",
        "labels = \"ids\"\nfields",
        &[(
            "prompts/price/v1.md:3",
            "a numeric scheme has no labels",
            "leave it out",
        )],
    );
    check(
        "prompts/choices/v1.md",
        "100",
        "100\nanswer = \"label\"",
        &[(
            "prompts/choices/v1.md:3",
            "cannot be answered as a bare label",
            "json",
        )],
    );
}
