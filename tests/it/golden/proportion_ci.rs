//! One proportion: five intervals and their variants.

use labelgate::num::Level;
use labelgate::stat::interval::{
    Proportion, agresti_coull, clopper_pearson, jeffreys, jeffreys_with_ends, wald,
    wilson_corrected, wilson_score,
};
use serde_json::Value;

use super::answer::Answers;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "proportion_ci").then_some(())?;
    let proportion = Proportion::new(input["x"].as_u64()?, input["n"].as_u64()?);
    let level = Level::new(input["confidence"].as_f64()?)?;
    let clipped = wald(proportion, level).map(|(low, high)| (low.max(0.0), high.min(1.0)));
    let mut answers = Answers::default();
    answers.put("estimate", proportion.share());
    answers.put("wald", wald(proportion, level));
    answers.put("wald_clipped", clipped);
    answers.put("wilson", wilson_score(proportion, level));
    answers.put("wilson_cc", wilson_corrected(proportion, level));
    answers.put("clopper_pearson", clopper_pearson(proportion, level));
    answers.put("agresti_coull", agresti_coull(proportion, level));
    answers.put("jeffreys", jeffreys(proportion, level));
    answers.put(
        "jeffreys_endpoint_rule",
        jeffreys_with_ends(proportion, level),
    );
    Some(answers)
}
