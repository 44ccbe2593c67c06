//! Prevalence, prediction-powered means, multiplicity, pooled raters and confidence sequences.

use labelgate::num::Level;
use labelgate::stat::confidence_sequence::{self as cs, Plan};
use labelgate::stat::dawid_skene::dawid_skene;
use labelgate::stat::interval::Proportion;
use labelgate::stat::multiplicity::{Adjustment, adjusted, rejected};
use labelgate::stat::ppi::{Tuning, ppi_clustered_se, ppi_mean};
use labelgate::stat::prevalence::{self as p, Accuracy, Validation};
use labelgate::stat::{Confusion, Undefined};
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn prevalence(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "rogan_gladen" => rogan_gladen(input),
        "multiclass_prevalence" => multiclass(input),
        _ => return None,
    })
}

fn level(input: &Value) -> Level {
    let confidence = input.get("confidence").map_or(0.95, take::number);
    Level::new(confidence).unwrap()
}

fn rogan_gladen(input: &Value) -> Answers {
    let (positives, n) = (take::whole(&input["positives"]), take::whole(&input["n"]));
    let validation = input
        .get("validation")
        .filter(|v| !v.is_null())
        .map(|v| Validation {
            true_positive: take::whole(&v["tp"]),
            false_negative: take::whole(&v["fn"]),
            true_negative: take::whole(&v["tn"]),
            false_positive: take::whole(&v["fp"]),
        });
    let accuracy = match validation {
        Some(validation) => validation.accuracy(),
        None => Ok(Accuracy {
            sensitivity: take::number(&input["sensitivity"]),
            specificity: take::number(&input["specificity"]),
        }),
    };
    let apparent = Proportion::new(positives, n).share();
    let share = apparent.and_then(|apparent| p::rogan_gladen(apparent, accuracy?));
    let mut answers = Answers::default();
    answers.put("apparent", apparent);
    answers.put("sensitivity", accuracy.map(|a| a.sensitivity));
    answers.put("specificity", accuracy.map(|a| a.specificity));
    answers.put(
        "youden",
        accuracy.map(|a| a.sensitivity + a.specificity - 1.0),
    );
    answers.put("estimate", share);
    answers.put("estimate_clipped", share.map(|share| share.clamp(0.0, 1.0)));
    let se = apparent.and_then(|apparent| p::rogan_gladen_se_known(apparent, n, accuracy?));
    answers.put("se_known", se);
    let level = level(input);
    let known = |apparent| p::rogan_gladen_interval_known(apparent, n, accuracy?, level);
    answers.put("ci_wilson_known", apparent.and_then(known));
    if let Some(validation) = validation {
        let se = apparent.and_then(|apparent| p::rogan_gladen_se(apparent, n, validation));
        answers.put("se_delta", se);
        let z = labelgate::stat::distribution::normal_quantile(level.upper_tail());
        let limits = se.and_then(|se| Ok((share? - z * se, share? + z * se)));
        answers.put("ci_delta", limits);
        let limits = p::lang_reiczigel(positives, n, validation, level);
        answers.put("ci_lang_reiczigel", limits);
    }
    answers
}

fn multiclass(input: &Value) -> Answers {
    let rows = take::matrix(&input["validation"]);
    let mut validation = Confusion::new(rows.len());
    for (reference, row) in rows.iter().enumerate() {
        for (candidate, count) in row.iter().enumerate() {
            validation.count_pair(reference, candidate, *count as u64);
        }
    }
    let counts: Vec<u64> = take::list(&input["predicted_counts"])
        .iter()
        .map(take::whole)
        .collect();
    let total = counts.iter().sum();
    let naive: Result<Vec<f64>, Undefined> = counts
        .iter()
        .map(|count| Proportion::new(*count, total).share())
        .collect();
    let mut answers = Answers::default();
    answers.put("naive", naive);
    let direct = p::direct(&validation, &counts);
    answers.put("direct", direct.clone().map(|shares| shares.shares));
    answers.put("direct_se", direct.map(|shares| shares.se));
    let inverse = p::inverse(&validation, &counts);
    answers.put("inverse", inverse.clone().map(|shares| shares.shares));
    answers.put(
        "inverse_clipped_renormalised",
        inverse.clone().map(|shares| shares.clipped()),
    );
    answers.put("inverse_se", inverse.map(|shares| shares.se));
    answers
}

pub(super) fn ppi(_statistic: &str, input: &Value) -> Option<Answers> {
    let (y, f) = (take::numbers(&input["y"]), take::numbers(&input["f"]));
    let unlabelled = take::numbers(&input["f_unlabelled"]);
    let tuning = match input.get("lambda").and_then(Value::as_f64) {
        Some(lambda) => Tuning::Fixed(lambda),
        None => Tuning::Auto,
    };
    let mean = ppi_mean(&y, &f, &unlabelled, tuning);
    let mut answers = Answers::default();
    let tuned = mean.and_then(|mean| mean.tuned.unwrap_or(Ok(mean.lambda)));
    answers.put("lambda_unclipped", tuned);
    answers.put("lambda", tuned.and_then(|_| mean.map(|mean| mean.lambda)));
    answers.put("estimate", mean.map(|mean| mean.estimate));
    answers.put("se", mean.map(|mean| mean.se));
    answers.put("ci", mean.map(|mean| mean.interval(level(input))));
    answers.put("classical_se", mean.map(|mean| mean.classical_se));
    answers.put(
        "variance_ratio",
        mean.and_then(|mean| mean.variance_ratio()),
    );
    if input.get("cluster").is_some() {
        let of = |items: &Vec<usize>| items.iter().map(|item| (y[*item], f[*item])).collect();
        let labelled: Vec<Vec<(f64, f64)>> =
            take::clusters(&input["cluster"]).iter().map(of).collect();
        let others = take::by_cluster(&unlabelled, &input["cluster_unlabelled"]);
        let se = mean.and_then(|mean| ppi_clustered_se(&labelled, &others, mean.lambda));
        answers.put("se_clustered", se);
    }
    Some(answers)
}

pub(super) fn multiplicity(_statistic: &str, input: &Value) -> Option<Answers> {
    let p = take::optional_numbers(&input["p"]);
    let mut answers = Answers::default();
    answers.put("tests", p.iter().flatten().count());
    for adjustment in Adjustment::ALL {
        let values = adjusted(&p, adjustment);
        let alpha = take::number(&input["alpha"]);
        let decisions = values.as_ref().map(|values| rejected(values, alpha));
        answers.put(
            &format!("{}_reject", adjustment.key()),
            decisions.map_err(|reason| *reason),
        );
        answers.put(adjustment.key(), values);
    }
    Some(answers)
}

pub(super) fn pooled_raters(_statistic: &str, input: &Value) -> Option<Answers> {
    let categories = take::list(&input["categories"]);
    let position = |label: &Value| categories.iter().position(|c| c == label).unwrap();
    let given = |cell: &Value| match cell {
        Value::Null => Vec::new(),
        Value::Array(labels) => labels.iter().map(position).collect(),
        label => vec![position(label)],
    };
    let ratings: Vec<Vec<Vec<usize>>> = take::list(&input["ratings"])
        .iter()
        .map(|rater| take::list(rater).iter().map(given).collect())
        .collect();
    let iterations = take::whole(&input["iterations"]) as u32;
    let pooled = dawid_skene(&ratings, categories.len(), iterations);
    let mut answers = Answers::default();
    answers.put("posterior", pooled.clone().map(|pooled| pooled.posterior));
    answers.put("prior", pooled.clone().map(|pooled| pooled.prior));
    answers.put("confusion", pooled.clone().map(|pooled| pooled.confusion));
    answers.put("log_likelihood", pooled.map(|pooled| pooled.log_likelihood));
    Some(answers)
}

pub(super) fn sequence(_statistic: &str, input: &Value) -> Option<Answers> {
    let x = take::numbers(&input["x"]);
    let alpha = take::number(&input["alpha"]);
    let running = input["running_intersection"].as_bool().unwrap_or_default();
    let mut answers = Answers::default();
    let sequence = match input["method"].as_str().unwrap() {
        "empirical_bernstein" => cs::empirical_bernstein(&x, alpha, running),
        "hoeffding" => cs::hoeffding(&x, alpha, running),
        "hedged" => cs::hedged(&x, alpha, take::whole(&input["breaks"]) as u32, running),
        "empirical_bernstein_lower" => {
            answers.put("lower", cs::empirical_bernstein_lower(&x, alpha, running));
            return Some(answers);
        }
        "capital" => {
            let null_mean = take::number(&input["null_mean"]);
            let capital = cs::betting_capital(&x, null_mean, alpha, Plan::Open);
            let first = capital
                .clone()
                .and_then(|capital| cs::first_rejection(&capital, alpha));
            answers.put("first_rejection", first);
            answers.put(
                "anytime_p",
                capital.clone().map(|capital| cs::anytime_p(&capital)),
            );
            answers.put("capital", capital);
            return Some(answers);
        }
        _ => return None,
    };
    answers.put("lower", sequence.clone().map(|sequence| sequence.lower));
    answers.put("upper", sequence.map(|sequence| sequence.upper));
    Some(answers)
}
