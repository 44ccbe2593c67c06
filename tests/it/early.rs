//! Gates whose items are asked in waves: simulated, and through the binary on recordings.

use std::fs;

use labelgate::gate::By;
use serde_json::Value;

use crate::cli::{code, json_report, labelgate, project, text};
use crate::simulation::early::{Case, cases};
use crate::simulation::{Population, ZipfLaw};

const REPLICATIONS: u64 = 500;

fn population(law: ZipfLaw, icc: f64) -> Population {
    Population {
        law,
        n_sessions: 1000,
        icc,
    }
}

/// Shares of replications in which the gate was wrong and certain, and of items not asked about.
fn run(case: &Case, population: &Population) -> [f64; 3] {
    let came: Vec<_> = (0..REPLICATIONS)
        .map(|replication| case.run(population, replication))
        .collect();
    let n = REPLICATIONS as f64;
    let wrong = came.iter().filter(|came| came.is_wrong).count() as f64 / n;
    let certain = came.iter().filter(|came| came.verdict.is_some()).count() as f64 / n;
    let asked: usize = came.iter().map(|came| came.asked).sum();
    let of: usize = came.iter().map(|came| came.of).sum();
    [wrong, certain, 1.0 - asked as f64 / of as f64]
}

#[test]
fn no_gate_that_stops_early_is_wrong_more_often_than_it_may() {
    for population in [
        population(ZipfLaw::light(), 0.3),
        population(ZipfLaw::heavy(), 0.3),
    ] {
        for case in cases() {
            let [wrong, ..] = run(&case, &population);
            // 5 % and three standard errors of 500 replications; of a gate at its threshold either
            // verdict of a bound is wrong.
            let may = match case.above().abs() < 1e-9 {
                true => 0.13,
                false => 0.08,
            };
            let law = population.law.name;
            assert!(wrong <= may, "{law}, {}: {wrong}", case.name);
        }
    }
}

#[test]
fn gates_far_from_their_threshold_save_half_of_the_items_and_more() {
    let light = population(ZipfLaw::light(), 0.3);
    for by in [By::Point, By::Bound] {
        for truth in [0.95, 0.75] {
            let [wrong, certain, saved] = run(&Case::share(by, 0.85, truth), &light);
            assert!(wrong < 0.02, "{wrong}");
            assert!(certain > 0.95, "{by:?} {truth}: {certain}");
            assert!(saved > 0.5, "{by:?} {truth}: {saved}");
        }
    }
}

#[test]
fn an_item_instead_of_a_cluster_at_a_time_would_be_wrong_too_often() {
    // Bets on all items of heavy users who are alike take luck for evidence, so that the bands above
    // would show it.
    let heavy = population(ZipfLaw::heavy(), 0.3);
    let case = Case {
        is_on_every_item: true,
        ..Case::share(By::Bound, 0.85, 0.85)
    };
    let [wrong, ..] = run(&case, &heavy);
    assert!(wrong > 0.13, "{wrong}");
}

/// The shipped project, with these gates on work_mode.
fn with_gates(gates: &[&str]) -> tempfile::TempDir {
    let folder = project();
    let file = folder.path().join("prompts/work_mode/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    let (before, _) = all.split_once("[[gate]]").unwrap();
    let gates: Vec<String> = gates
        .iter()
        .map(|gate| format!("[[gate]]\n{gate}\n"))
        .collect();
    fs::write(&file, format!("{before}{}", gates.join("\n"))).unwrap();
    folder
}

/// The report on work_mode with these gates, and the exit code.
fn gated(gates: &[&str], flags: &[&str]) -> (i32, Value) {
    let folder = with_gates(gates);
    let arguments: Vec<&str> = ["gate", "work_mode"]
        .into_iter()
        .chain(flags.iter().copied())
        .collect();
    json_report(folder.path(), &arguments)
}

const AGREEMENT: &str = "metric = \"agreement\"\nat_least = 0.75\nby = \"point\"";
const TOO_MUCH: &str = "metric = \"agreement\"\nat_least = 0.995\nby = \"point\"";
const KAPPA: &str = "metric = \"cohen_kappa\"\nat_least = 0.5\nby = \"point\"";

#[test]
fn recordings_are_read_until_the_verdict_is_certain() {
    // Agreement is 0.93 on all 240.
    let (exit, report) = gated(&[AGREEMENT], &["--stop-early"]);
    assert_eq!(exit, 0, "{report}");
    let early = &report["early"];
    let asked = early["asked"].as_u64().unwrap();
    assert!(asked < 120, "{early}");
    assert_eq!(early["of"], 240);
    assert_eq!(early["saved"], (240 - asked) * 2);
    assert_eq!(early["stopped"], true);
    assert_eq!(report["items"]["total"], asked);
    let gate = &report["gates"][0];
    assert_eq!(gate["verdict"], "pass");
    assert_eq!(gate["early"]["why"], "sequence");
    assert_eq!(gate["early"]["decided_at"], asked);
    assert_eq!(report["incomplete"].as_array().unwrap().len(), 0);
}

#[test]
fn a_certain_failure_ends_it_and_leaves_the_others_undecided() {
    let (exit, report) = gated(&[KAPPA, TOO_MUCH], &["--stop-early"]);
    assert_eq!(exit, 1, "{report}");
    assert_eq!(report["early"]["stopped"], true);
    let gates = &report["gates"];
    assert_eq!(gates[0]["verdict"], "inconclusive");
    assert_eq!(gates[0]["reason"], "stopped_early");
    assert_eq!(gates[0]["early"]["decided_at"], Value::Null);
    assert_eq!(gates[1]["verdict"], "fail");
    assert_eq!(gates[1]["early"]["why"], "arithmetic");
}

#[test]
fn a_figure_that_is_no_mean_takes_all_items_and_keeps_its_verdict() {
    let (exit, report) = gated(&[KAPPA], &["--stop-early"]);
    let (plain_exit, plain) = gated(&[KAPPA], &[]);
    assert_eq!(exit, plain_exit);
    assert_eq!(report["early"]["stopped"], false);
    assert_eq!(report["early"]["saved"], 0);
    assert_eq!(report["gates"], plain["gates"]);
    assert_eq!(report["metrics"], plain["metrics"]);
    assert_eq!(plain["early"], Value::Null);
}

#[test]
fn another_seed_is_another_order_and_the_same_seed_the_same() {
    let ids =
        |seed: &str| gated(&[AGREEMENT], &["--stop-early", "--seed", seed]).1["metrics"].clone();
    assert_eq!(ids("7"), ids("7"));
    assert_ne!(ids("7"), ids("8"));
}

#[test]
fn the_terminal_says_what_was_saved_and_that_intervals_are_not_what_decided() {
    let folder = with_gates(&[AGREEMENT]);
    let output = labelgate(folder.path(), &["gate", "--stop-early", "work_mode"]);
    let out = text(&output.stdout);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    for words in ["Stopped early: ", "certain after ", "intervals shown"] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[test]
fn one_revision_has_no_gates_to_stop_by() {
    let folder = project();
    let output = labelgate(folder.path(), &["run", "--stop-early", "work_mode@v1"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("name the classifier"));
}

/// Answers every question alike.
#[cfg(unix)]
const ALIKE: &str = r#"while IFS= read -r l; do i=${l#*\"id\":\"}; printf '{"id":"%s","label":"build"}\n' "${i%%\"*}"; done"#;

#[cfg(unix)]
#[test]
fn a_live_run_asks_wave_by_wave_and_pays_only_for_what_it_asks() {
    let folder = with_gates(&[AGREEMENT]);
    let file = folder.path().join("labelgate.toml");
    let settings = fs::read_to_string(&file).unwrap();
    let command = format!("provider = \"command\"\ncommand = [\"sh\", \"-c\", '''{ALIKE}''']");
    fs::write(&file, settings.replace("provider = \"replay\"", &command)).unwrap();
    let run = labelgate(folder.path(), &["run", "--stop-early", "work_mode"]);
    assert_eq!(code(&run), 0, "{}", text(&run.stderr));
    let said = text(&run.stderr);
    assert!(said.contains("Stopped early: "), "{said}");
    let (exit, report) = json_report(folder.path(), &["gate", "--stop-early", "work_mode"]);
    assert_eq!(exit, 1, "{report}");
    let asked = report["early"]["asked"].as_u64().unwrap();
    assert!(asked < 240, "{}", report["early"]);
    assert!(
        said.contains(&format!("{asked} of 240")),
        "the same waves: {said}"
    );
    // One wave was enough, and the second command found its answers in the store.
    let answered = format!("{} questions answered", asked * 2);
    assert!(said.contains(&answered), "{said}");
    assert_eq!(report["verdict"], "fail");
}
