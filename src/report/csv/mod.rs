//! One tidy table: a row for each figure, count and gate, with all digits. Item ids and texts are
//! not in it, and nothing is that the JSON report does not say.

mod directions;
mod gates;
mod history;
mod moved;
mod raters;
mod row;

use super::exact;
use super::guard::Guard;
use super::model::{Certainty, Report, Run};
use crate::align::Account;
use crate::model::OutcomeKind;
use crate::score::{Comparison, Figure, Measures, RepeatScore, RuleScore, SecondOpinion};
use crate::stat::Undefined;
pub use history::render as render_history;
use row::{Numbers, Place, Rows, Ruling};

pub(super) use row::text as table;

/// The run as CSV, with a header.
pub fn render(run: &Run) -> String {
    let mut rows = Rows::default();
    for report in &run.reports {
        of_report(&mut rows, report);
    }
    for report in &run.rater_reports {
        raters::rows(&mut rows, report);
    }
    if let Some(guard) = &run.guard {
        findings(&mut rows, guard);
    }
    for why in &run.incomplete {
        let place = scope(Place::default(), "incomplete");
        let ruling = Ruling {
            reason: why.clone(),
            ..Ruling::default()
        };
        rows.push(place, "", Numbers::default(), ruling);
    }
    if let Some(verdict) = run.verdict {
        let ruling = Ruling {
            verdict: verdict.key().to_owned(),
            ..Ruling::default()
        };
        let place = scope(Place::default(), "run");
        rows.push(place, "", Numbers::default(), ruling);
    }
    rows.into_text()
}

fn scope<'a>(place: Place<'a>, scope: &'a str) -> Place<'a> {
    Place { scope, ..place }
}

fn named<'a>(place: Place<'a>, scope: &'a str, name: &'a str) -> Place<'a> {
    Place {
        scope,
        name,
        ..place
    }
}

fn of_report(rows: &mut Rows, report: &Report) {
    let card = &report.scorecard;
    let candidate = Place {
        classifier: &report.classifier,
        side: "candidate",
        revision: &report.candidate,
        against: &report.reference,
        ..Place::default()
    };
    let baseline = Place {
        side: "baseline",
        revision: report.baseline.as_deref().unwrap_or_default(),
        ..candidate
    };
    let difference = Place {
        side: "difference",
        against: baseline.revision,
        ..candidate
    };
    whole(rows, report, candidate, &card.all);
    if let Some(measured) = &card.baseline {
        overall(rows, baseline, measured);
    }
    rules(rows, report, candidate, &card.rules);
    let reference = Place {
        side: "reference",
        revision: &report.reference,
        against: "",
        ..candidate
    };
    rules(rows, report, reference, &card.reference_rules);
    if let Some(compared) = &card.comparison {
        comparison(rows, report, difference, compared);
        if let Some(moved) = &compared.moved {
            moved::rows(rows, report, difference, moved);
        }
    }
    if let Some(watch) = &report.watch {
        moved::alarms(rows, report, difference, watch);
    }
    directions::rows(rows, report, candidate, reference);
    for (place, score) in [
        (candidate, &report.repeats.candidate),
        (baseline, &report.repeats.baseline),
    ] {
        if let Some(score) = score {
            repeats(
                rows,
                Place {
                    against: "",
                    ..place
                },
                score,
            );
        }
    }
    for (name, opinion) in &report.seconds {
        second_opinion(rows, candidate, name, opinion);
    }
    for certainty in &report.certainties {
        calibration(rows, candidate, certainty);
    }
    for score in &card.slices {
        let in_slice = |place| Place {
            slice: &report.names.slices[score.slice],
            slice_value: &score.value,
            ..place
        };
        account(rows, in_slice(candidate), &score.measures.account);
        overall(rows, in_slice(candidate), &score.measures);
        rules(rows, report, in_slice(candidate), &score.rules);
    }
    for (slice, value) in &card.hidden_slices {
        hidden_slice(rows, candidate, &report.names.slices[*slice], value);
    }
    for (gate, judgement) in &report.gates {
        gates::judged(rows, report, candidate, gate, judgement);
    }
}

fn overall(rows: &mut Rows, place: Place<'_>, measures: &Measures) {
    for (metric, measured) in &measures.metrics {
        rows.measured(scope(place, "overall"), metric.key(), measured);
    }
}

/// A value of a slice whose figures are hidden.
fn hidden_slice<'a>(rows: &mut Rows, place: Place<'a>, slice: &'a str, slice_value: &'a str) {
    let place = Place {
        slice,
        slice_value,
        ..scope(place, "overall")
    };
    rows.figure(place, "", Numbers::undefined(Undefined::Suppressed));
}

/// What became of all items, and the figures over them.
fn whole(rows: &mut Rows, report: &Report, place: Place<'_>, measures: &Measures) {
    account(rows, place, &measures.account);
    overall(rows, place, measures);
    if let Some(confusion) = &measures.confusion {
        for (counts, reference_label) in confusion.counts.iter().zip(&report.names.labels) {
            for (count, candidate_label) in counts.iter().zip(&report.names.labels) {
                let cell = Place {
                    reference_label,
                    candidate_label,
                    ..scope(place, "confusion")
                };
                rows.figure(cell, "count", Numbers::sum(*count));
            }
        }
    }
    for (class, label) in measures.classes.iter().zip(&report.names.labels) {
        let of_class = named(place, "class", label);
        for (key, count) in [
            ("reference", class.reference),
            ("candidate", class.candidate),
            ("true_positive", class.true_positive),
        ] {
            rows.figure(of_class, key, Numbers::sum(count));
        }
        for (metric, measured) in &class.metrics {
            rows.measured(of_class, metric.key(), measured);
        }
    }
    for (share, name) in measures.shares.iter().zip(&report.names.shares) {
        let of_share = named(place, "share", name);
        rows.count(of_share, "undefined_items", share.undefined);
        for (metric, measured) in &share.metrics {
            rows.measured(of_share, metric.key(), measured);
        }
    }
}

fn account(rows: &mut Rows, place: Place<'_>, account: &Account) {
    let items = scope(place, "items");
    for (key, count) in [
        ("total", account.total),
        ("scored", account.scored),
        ("clusters", account.n_clusters),
        ("missing_reference", account.missing_reference),
        ("missing_candidate", account.missing_candidate),
        ("excluded_both", account.excluded.both),
        ("excluded_reference_only", account.excluded.reference_only),
        ("excluded_candidate_only", account.excluded.candidate_only),
        ("normalised", account.normalised),
    ] {
        rows.count(items, key, count);
    }
    for kind in OutcomeKind::ALL {
        rows.count(scope(place, "outcomes"), kind.key(), account.outcome(kind));
    }
}

fn rules(rows: &mut Rows, report: &Report, place: Place<'_>, scores: &[RuleScore]) {
    for ((name, _), score) in report.names.rules.iter().zip(scores) {
        let of_rule = named(place, "rule", name);
        let [[a, b], [c, d]] = score.table;
        for (key, count) in [
            ("labelled_and_expected", a),
            ("labelled_not_expected", b),
            ("not_labelled_expected", c),
            ("not_labelled_not_expected", d),
            ("missing_telemetry", Some(score.missing_telemetry)),
            ("failed", Some(score.failed)),
        ] {
            rows.count(of_rule, key, count);
        }
        for (metric, measured) in &score.metrics {
            rows.measured(of_rule, metric.key(), measured);
        }
    }
}

fn comparison(rows: &mut Rows, report: &Report, place: Place<'_>, compared: &Comparison) {
    let items = scope(place, "items");
    let [baseline_unanswered, candidate_unanswered] = compared.unanswered;
    for (key, count) in [
        ("compared", compared.n),
        ("baseline_unanswered", baseline_unanswered),
        ("candidate_unanswered", candidate_unanswered),
        ("baseline_lacks", compared.not_common.baseline_lacks),
        ("candidate_lacks", compared.not_common.candidate_lacks),
        ("both_lack", compared.not_common.both_lack),
    ] {
        rows.count(items, key, count);
    }
    let changed = compared.changed.map(|n| n as f64);
    rows.figure(items, "changed", Numbers::sum(changed));
    let overall = scope(place, "overall");
    if let Some([baseline_only, candidate_only]) = compared.discordant {
        rows.figure(overall, "only_baseline_right", Numbers::sum(baseline_only));
        rows.figure(
            overall,
            "only_candidate_right",
            Numbers::sum(candidate_only),
        );
    }
    for (figure, measured) in &compared.differences {
        let (place, metric) = of_figure(report, place, *figure);
        rows.measured(place, metric, measured);
    }
    if let Some(measured) = &compared.answered_difference {
        rows.measured(overall, "answered_difference", measured);
    }
    if let Some(mcnemar) = &compared.mcnemar {
        for (key, p) in [
            ("mcnemar_exact_p", mcnemar.exact),
            ("mcnemar_midp_p", mcnemar.mid),
            ("mcnemar_chi2_p", mcnemar.chi_square),
        ] {
            rows.figure(overall, key, Numbers::p_value(p));
        }
    }
    if let Some(test) = &compared.noninferiority {
        rows.figure(overall, "noninferiority_p", Numbers::p_value(test.p));
    }
}

fn of_figure<'a>(
    report: &'a Report,
    place: Place<'a>,
    figure: Figure,
) -> (Place<'a>, &'static str) {
    match figure {
        Figure::Overall(metric) => (scope(place, "overall"), metric.key()),
        Figure::Class(class, metric) => {
            let label = &report.names.labels[class];
            (named(place, "class", label), metric.key())
        }
        Figure::Share(share, metric) => {
            let name = &report.names.shares[share];
            (named(place, "share", name), metric.key())
        }
        Figure::Rule(rule, metric) => {
            let (name, _) = &report.names.rules[rule];
            (named(place, "rule", name), metric.key())
        }
    }
}

fn repeats(rows: &mut Rows, place: Place<'_>, score: &RepeatScore) {
    let place = scope(place, "repeats");
    for (key, count) in [
        ("count", score.count),
        ("items", score.n_items),
        ("flipped_items", score.n_flipped),
    ] {
        rows.count(place, key, count);
    }
    rows.measured(place, "flip_rate", &score.flip_rate);
    if let Some(kappa) = &score.test_retest_kappa {
        rows.measured(place, "test_retest_kappa", kappa);
    }
    for (metric, measured) in &score.metrics {
        rows.measured(place, metric.key(), measured);
    }
}

/// A second rater against the reference, and the candidate on the same items.
fn second_opinion<'a>(
    rows: &mut Rows,
    candidate: Place<'a>,
    rater: &'a str,
    opinion: &SecondOpinion,
) {
    let place = named(candidate, "second_rater", rater);
    let ceiling = Place {
        side: "reference",
        revision: rater,
        ..place
    };
    for (place, figures) in [(ceiling, &opinion.ceiling), (place, &opinion.candidate)] {
        for (metric, measured) in figures {
            rows.measured(place, metric.key(), measured);
        }
    }
    if let Some(difference) = &opinion.difference {
        let place = Place {
            side: "difference",
            against: rater,
            ..place
        };
        rows.measured(place, "agreement", difference);
    }
    for (key, count) in [
        ("items", Some(opinion.n)),
        ("disagreements", opinion.sides.total()),
        ("sides_with_candidate", opinion.sides.with_candidate),
        ("sides_with_reference", opinion.sides.with_reference),
        ("sides_with_neither", opinion.sides.with_neither),
    ] {
        rows.count(ceiling, key, count);
    }
}

/// What somebody's confidence comes to, and each bin of it.
fn calibration<'a>(rows: &mut Rows, candidate: Place<'a>, certainty: &'a Certainty) {
    let found = &certainty.calibration;
    let place = Place {
        side: certainty.whose.key(),
        revision: &certainty.name,
        against: &certainty.against,
        ..scope(candidate, "calibration")
    };
    for (key, count) in [
        ("items", found.n),
        ("without_confidence", found.without),
        ("unusable", Some(found.n_unusable)),
    ] {
        rows.count(place, key, count);
    }
    for (metric, measured) in &found.metrics {
        rows.measured(place, metric.key(), measured);
    }
    for bin in &found.bins {
        let name = format!("{} to {}", exact::number(bin.low), exact::number(bin.high));
        let place = named(place, "calibration_bin", &name);
        rows.count(place, "items", bin.n);
        rows.figure(place, "mean_confidence", Numbers::plain(bin.confidence));
        rows.measured(place, "accuracy", &bin.accuracy);
    }
}

fn findings(rows: &mut Rows, guard: &Guard) {
    for finding in &guard.findings {
        let ruling = Ruling {
            verdict: match finding.allowed {
                true => "allowed".to_owned(),
                false => "fail".to_owned(),
            },
            reason: finding.message.to_string(),
            ..Ruling::default()
        };
        let place = named(Place::default(), "finding", finding.name.word());
        rows.push(place, "", Numbers::default(), ruling);
    }
}
