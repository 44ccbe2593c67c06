//! Two sides judged right or wrong on the same items.

use labelgate::num::Level;
use labelgate::stat::distribution::normal_sf;
use labelgate::stat::interval::{
    agresti_min, bonett_price, delta, newcombe, noninferiority_p, paired_wald, tango,
    tango_statistic,
};
use labelgate::stat::paired::{
    PairedOutcomes, baseline_rate, candidate_rate, difference, mcnemar_chi2, mcnemar_chi2_edwards,
    mcnemar_chi2_half, mcnemar_exact_p, mcnemar_exact_p_candidate_worse, mcnemar_midp, odds_ratio,
};
use labelgate::stat::{Clustered, Undefined};
use serde_json::Value;

use super::answer::Answers;
use super::table::standard_error;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "paired_binary").then_some(())?;
    let count = |name: &str| input[name].as_u64();
    let outcomes = PairedOutcomes {
        both: count("a")?,
        baseline_only: count("b")?,
        candidate_only: count("c")?,
        neither: count("d")?,
    };
    let level = Level::new(input["confidence"].as_f64().unwrap_or(0.95))?;
    let mut answers = Answers::default();
    answers.put("n", outcomes.total());
    answers.put("difference", difference(&outcomes));
    answers.put("baseline_rate", baseline_rate(&outcomes));
    answers.put("candidate_rate", candidate_rate(&outcomes));
    answers.put("discordant", outcomes.discordant());
    let chi2 = mcnemar_chi2(&outcomes);
    answers.put("mcnemar_chi2", chi2.map(|test| test.statistic));
    answers.put("mcnemar_chi2_p", chi2.map(|test| test.p));
    let edwards = mcnemar_chi2_edwards(&outcomes);
    answers.put("mcnemar_chi2_edwards", edwards.map(|test| test.statistic));
    answers.put("mcnemar_chi2_edwards_p", edwards.map(|test| test.p));
    let half = mcnemar_chi2_half(&outcomes);
    answers.put(
        "mcnemar_chi2_half_correction",
        half.map(|test| test.statistic),
    );
    answers.put("mcnemar_exact_p", mcnemar_exact_p(&outcomes));
    answers.put("mcnemar_midp", mcnemar_midp(&outcomes));
    let worse = mcnemar_exact_p_candidate_worse(&outcomes);
    answers.put("mcnemar_exact_p_candidate_worse", worse);
    let odds = odds_ratio(&outcomes, level);
    answers.put("odds_ratio", odds.map(|(ratio, _)| ratio));
    answers.put("odds_ratio_exact_ci", odds.map(|(_, limits)| limits));

    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| input[name].as_f64().unwrap_or(f64::NAN));
    let n = outcomes.total() as f64;
    let se = standard_error(delta(&items(&outcomes), difference, level));
    answers.put("wald_se", se);
    answers.put("wald_ci", paired_wald(b, c, n, level));
    answers.put("bonett_price_ci", bonett_price(b, c, n, level));
    answers.put("agresti_min_ci", agresti_min(b, c, n, level));
    answers.put("tango_ci", tango(b, c, n, level));
    answers.put("newcombe_ci", newcombe([a, b, c, d], level));

    if let Some(margin) = input["margin"].as_f64() {
        answers.put("ni_score_z", tango_statistic(b, c, n, -margin));
        answers.put("ni_score_p", noninferiority_p(b, c, n, margin));
        let wald_z = se.and_then(|se| {
            let distance = difference(&outcomes)? + margin;
            (se > 0.0)
                .then(|| distance / se)
                .ok_or(Undefined::ZeroVariance)
        });
        answers.put("ni_wald_z", wald_z);
        answers.put("ni_wald_p", wald_z.map(normal_sf));
        let bound = tango(b, c, n, Level::ONE_SIDED_95).map(|(low, _)| low);
        answers.put("ni_score_lower95_one_sided", bound);
        answers.put("ni_pass_at_5pct", bound.map(|low| low > -margin));
    }
    Some(answers)
}

/// Every item a cluster of its own.
fn items(outcomes: &PairedOutcomes) -> Clustered<PairedOutcomes> {
    let mut items = Vec::new();
    for (baseline, candidate, count) in [
        (true, true, outcomes.both),
        (true, false, outcomes.baseline_only),
        (false, true, outcomes.candidate_only),
        (false, false, outcomes.neither),
    ] {
        let mut item = PairedOutcomes::new();
        item.count_item(baseline, candidate, 1);
        items.extend(std::iter::repeat_n(item, count as usize));
    }
    Clustered(items)
}
