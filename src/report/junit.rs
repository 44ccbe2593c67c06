//! JUnit XML for whatever shows test results: a case for each gate and, of a gate that speaks of
//! several classes or slice values, for each of them.
//!
//! A case fails if the demand is missed. It is an error if what is demanded could not be computed.
//! It is skipped if the data cannot tell, for that is no success; where the run was told that an
//! inconclusive gate counts as failed, it fails. Only what is met passes.

use quick_junit::{NonSuccessKind, Property, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::document::{check_note, gate_demand, gate_evidence, gate_note, gate_place};
use super::guard::Guard;
use super::model::{RaterReport, Report, Run};
use crate::finding::Finding;
use crate::gate::{Check, Gate, Judgement, Reason, Verdict};
use crate::stat::Undefined;

/// The run as JUnit XML. Characters that XML 1.0 does not allow are left out.
pub fn render(run: &Run) -> String {
    let mut junit = Junit::new(format!("labelgate {}", run.command));
    junit.add_test_suite(of_run(run));
    for report in &run.reports {
        junit.add_test_suite(of_report(report, run));
    }
    for report in &run.rater_reports {
        junit.add_test_suite(of_raters(report, run));
    }
    if let Some(guard) = &run.guard
        && !guard.findings.is_empty()
    {
        junit.add_test_suite(of_findings(guard));
    }
    // Writing to memory cannot fail. Of what XML forbids, the writer knows all but these two.
    let xml = junit.to_string().unwrap_or_default();
    xml.replace(['\u{fffe}', '\u{ffff}'], "")
}

/// Whether every answer is there: a verdict on some of them is not one on all.
fn of_run(run: &Run) -> TestSuite {
    let status = match run.incomplete.is_empty() {
        true => TestCaseStatus::success(),
        false => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status
                .set_type("incomplete")
                .set_message(run.incomplete.join(" "));
            status
        }
    };
    let mut suite = TestSuite::new("labelgate");
    let mut case = TestCase::new("every answer is there", status);
    case.set_classname("labelgate");
    suite.add_test_case(case);
    with_manifest(&mut suite, run);
    suite
}

fn with_manifest(suite: &mut TestSuite, run: &Run) {
    let manifest = &run.manifest;
    let intervals = manifest.intervals;
    for (name, value) in [
        ("version", manifest.version.to_owned()),
        ("provider", manifest.provider.clone()),
        ("level", intervals.level.coverage().to_string()),
        ("interval", intervals.method.key().to_owned()),
        ("seed", intervals.seed.to_string()),
    ] {
        suite.add_property(Property::new(name, value));
    }
    if let Some(verdict) = run.verdict {
        suite.add_property(Property::new("verdict", verdict.key()));
    }
}

fn of_report(report: &Report, run: &Run) -> TestSuite {
    let mut suite = TestSuite::new(&*report.classifier);
    let account = &report.scorecard.all.account;
    for (name, value) in [
        ("scheme", report.scheme),
        ("candidate", &report.candidate),
        ("baseline", report.baseline.as_deref().unwrap_or_default()),
        ("reference", &report.reference),
        ("items", &account.total.to_string()),
        ("scored", &account.scored.to_string()),
        ("clusters", &account.n_clusters.to_string()),
    ] {
        if !value.is_empty() {
            suite.add_property(Property::new(name, value));
        }
    }
    for (gate, judgement) in &report.gates {
        for case in of_gate(report, gate, judgement, run.inconclusive_fails) {
            suite.add_test_case(case);
        }
    }
    if report.gates.is_empty() {
        suite.add_test_case(nothing_decided(&report.classifier));
    }
    suite
}

fn of_raters(report: &RaterReport, run: &Run) -> TestSuite {
    let mut suite = TestSuite::new(&*report.classifier);
    suite.add_property(Property::new("raters", report.raters.join(", ")));
    with_manifest(&mut suite, run);
    suite.add_test_case(nothing_decided(&report.classifier));
    suite
}

/// A file without any case is taken for a mistake by what reads it, and figures alone are no pass.
fn nothing_decided(classifier: &str) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status
        .set_type("no_gate")
        .set_message("no gate: there are figures, and nothing to decide");
    let mut case = TestCase::new("gates", status);
    case.set_classname(classifier);
    case
}

fn of_gate(
    report: &Report,
    gate: &Gate,
    judgement: &Judgement,
    inconclusive_fails: bool,
) -> Vec<TestCase> {
    let demand = gate_demand(report, gate);
    let case = |name: String, verdict: Verdict, check: Option<&Check>, note: String| {
        let measured = check.map_or_else(|| "–".to_owned(), |check| gate_evidence(gate, check));
        let message = match note.is_empty() {
            true => format!("measured {measured}"),
            false => format!("measured {measured}: {note}"),
        };
        let reason = check.map(|check| check.reason);
        let status = status(verdict, reason, message, inconclusive_fails);
        let mut case = TestCase::new(name, status);
        case.set_classname(&*report.classifier);
        case
    };
    // Verdicts that became certain early are of the gate as a whole.
    if judgement.checks.len() < 2 || judgement.early.is_some() {
        let note = gate_note(report, gate, judgement);
        return vec![case(demand, judgement.verdict, judgement.deciding(), note)];
    }
    let checks = judgement.checks.iter();
    checks
        .map(|check| {
            let name = match gate_place(report, check) {
                Some(place) => format!("{demand}: {place}"),
                None => demand.clone(),
            };
            let note = check_note(gate, judgement, check);
            case(name, check.verdict, Some(check), note)
        })
        .collect()
}

fn status(
    verdict: Verdict,
    reason: Option<Reason>,
    message: String,
    inconclusive_fails: bool,
) -> TestCaseStatus {
    let failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let error = TestCaseStatus::non_success(NonSuccessKind::Error);
    let (mut status, kind) = match (verdict, reason) {
        (Verdict::Pass, _) => return TestCaseStatus::success(),
        (Verdict::Fail, _) => (failure, "missed"),
        (_, Some(Reason::Undefined(Undefined::Suppressed))) if !inconclusive_fails => {
            (TestCaseStatus::skipped(), "suppressed")
        }
        (_, Some(Reason::Undefined(why) | Reason::NoInterval(why)))
            if why != Undefined::Suppressed =>
        {
            (error, "undefined")
        }
        (_, Some(Reason::NoBaseline)) => (error, "undefined"),
        _ if inconclusive_fails => (failure, "inconclusive"),
        _ => (TestCaseStatus::skipped(), "inconclusive"),
    };
    let code = reason.map_or("none", Reason::code);
    let message = match verdict {
        Verdict::Inconclusive => format!("inconclusive ({code}): {message}"),
        _ => message,
    };
    status.set_type(kind).set_message(message);
    status
}

/// What a change did to the test itself.
fn of_findings(guard: &Guard) -> TestSuite {
    let mut suite = TestSuite::new("findings");
    suite.add_test_cases(guard.findings.iter().map(of_finding));
    suite
}

fn of_finding(finding: &Finding) -> TestCase {
    let mut status = match finding.allowed {
        true => TestCaseStatus::skipped(),
        false => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let message = match finding.allowed {
        true => format!("allowed: {}", finding.message),
        false => finding.message.to_string(),
    };
    status.set_type(finding.name.word()).set_message(message);
    let place = crate::fault::shown(&finding.place.file);
    let line = finding
        .place
        .line
        .map_or_else(String::new, |line| format!(":{line}"));
    let name = format!("{}: {place}{line}", finding.name.word());
    let mut case = TestCase::new(name, status);
    case.set_classname("findings");
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_met_passes() {
        let check = |verdict, reason, fails, expected: &str| {
            let status = status(verdict, Some(reason), String::new(), fails);
            let found = match status {
                TestCaseStatus::Success { .. } => "success".to_owned(),
                TestCaseStatus::Skipped { ty, .. } => {
                    format!("skipped {}", ty.unwrap().as_str())
                }
                TestCaseStatus::NonSuccess { kind, ty, .. } => {
                    format!("{kind:?} {}", ty.unwrap().as_str())
                }
            };
            assert_eq!(found, expected, "{verdict:?} {reason:?} {fails}");
        };
        let undefined = Reason::Undefined(Undefined::NoVariation);
        let suppressed = Reason::Undefined(Undefined::Suppressed);
        let open = Verdict::Inconclusive;
        for fails in [false, true] {
            check(Verdict::Pass, Reason::Met, fails, "success");
            check(Verdict::Fail, Reason::Missed, fails, "Failure missed");
            check(open, undefined, fails, "Error undefined");
            check(open, Reason::NoBaseline, fails, "Error undefined");
        }
        let no_interval = Reason::NoInterval(Undefined::ZeroVariance);
        check(open, no_interval, false, "Error undefined");
        check(open, suppressed, false, "skipped suppressed");
        check(open, suppressed, true, "Failure inconclusive");
        for reason in [
            Reason::Straddles,
            Reason::FewClusters,
            Reason::LowSupport { support: 3.0 },
            Reason::NoClassSupported,
            Reason::EmptySlice,
            Reason::StoppedEarly,
        ] {
            check(open, reason, false, "skipped inconclusive");
            check(open, reason, true, "Failure inconclusive");
        }
    }
}
