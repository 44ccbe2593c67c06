//! Sample sizes and exact power.

use labelgate::num::Level;
use labelgate::stat::power::{self as p, PairedTest, Supposed};
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "paired_power" => paired_power(input),
        "sample_size" => sample_size(input)?,
        _ => return None,
    })
}

fn paired_power(input: &Value) -> Answers {
    let supposed = Supposed {
        baseline_only: take::number(&input["p_baseline_only"]),
        candidate_only: take::number(&input["p_candidate_only"]),
    };
    let (n, alpha) = (take::whole(&input["n"]), take::number(&input["alpha"]));
    let of = |test| p::paired_power(n, supposed, alpha, test);
    let mut answers = Answers::default();
    answers.put("power_chi2", of(PairedTest::McNemarChiSquare).power);
    answers.put("power_exact", of(PairedTest::McNemarExact).power);
    answers.put("power_midp", of(PairedTest::McNemarMidP).power);
    let margin = take::number(&input["margin"]);
    let score = of(PairedTest::NonInferiority { margin });
    answers.put("power_noninferiority_score", score.power);
    answers.put("rejection_region_size_score", score.n_rejected);
    answers
}

fn sample_size(input: &Value) -> Option<Answers> {
    let at = |name: &str| take::number(&input[name]);
    let mut answers = Answers::default();
    match input["kind"].as_str()? {
        "mcnemar_connor" => {
            let n = p::mcnemar_n(
                at("discordance"),
                at("difference"),
                at("alpha"),
                at("power"),
            );
            answers.put("n_exact", n);
            answers.put("n", n.map(f64::ceil));
        }
        "noninferiority_wald" => {
            let (discordance, difference) = (at("discordance"), at("difference"));
            let (margin, alpha, power) = (at("margin"), at("alpha"), at("power"));
            let n = p::non_inferiority_n(discordance, difference, margin, alpha, power);
            answers.put("n_exact", n);
            answers.put("n", n.map(f64::ceil));
        }
        "wilson_half_width" => {
            let level = Level::new(at("confidence"))?;
            let n = p::wilson_n(at("p"), at("half_width"), level);
            answers.put("n", n);
            answers.put(
                "half_width_at_n",
                n.map(|n| p::wilson_half_width(at("p"), n, level)),
            );
        }
        "design_effect" => {
            let sizes: Vec<u64> = take::list(&input["cluster_sizes"])
                .iter()
                .map(take::whole)
                .collect();
            let cost = p::cluster_cost(&sizes, at("icc"));
            answers.put("kish_mean_size", cost.map(|cost| cost.typical_size));
            answers.put("design_effect", cost.map(|cost| cost.design_effect));
            answers.put("effective_n", cost.map(|cost| cost.effective_n));
            answers.put(
                "effective_n_worst_case",
                cost.map(|cost| cost.worst_effective_n),
            );
        }
        _ => return None,
    }
    Some(answers)
}
