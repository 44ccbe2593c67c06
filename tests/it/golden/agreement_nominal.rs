//! Two raters, nominal labels.

use labelgate::num::Level;
use labelgate::stat::agreement::{
    agreement, bias_index, brennan_prediger, chance_table, cohen_chance_agreement, cohen_kappa,
    gwet_ac1, gwet_chance_agreement, kappa_max, pabak, prevalence_index, scott_pi,
    specific_agreement, with_constant_rater_named,
};
use labelgate::stat::distribution::t_quantile;
use labelgate::stat::interval::delta_of_table;
use labelgate::stat::krippendorff::{Measurement, two_rater_alpha};
use serde_json::Value;

use super::answer::Answers;
use super::table::{Table, estimate, limits, standard_error};

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "nominal_two_rater").then_some(())?;
    let table = Table::read(input)?;
    let confusion = &table.confusion;
    let n = confusion.total() as f64;
    let mut answers = Answers::default();
    answers.put("n", confusion.total());
    answers.put("dropped_missing_pairs", table.n_dropped);
    answers.put("matrix", table.counts());
    answers.put("percent_agreement", agreement(confusion));
    answers.put(
        "expected_agreement_cohen",
        cohen_chance_agreement(confusion),
    );
    answers.put("kappa_max", kappa_max(confusion));

    let kappa = cohen_kappa(confusion);
    let kappa_estimate = estimate(confusion, cohen_kappa)
        .map(|estimate| with_constant_rater_named(estimate, confusion));
    let null_error = chance_table(confusion)
        .and_then(|chance| standard_error(delta_of_table(&chance, cohen_kappa, Level::DEFAULT)));
    answers.put("cohen_kappa", kappa);
    answers.put("cohen_kappa_ci95", limits(&kappa_estimate));
    answers.put("cohen_kappa_se", standard_error(kappa_estimate));
    answers.put("cohen_kappa_se_null", null_error);
    answers.put(
        "cohen_kappa_z_null",
        kappa.and_then(|kappa| Ok(kappa / null_error?)),
    );

    answers.put("scott_pi", scott_pi(confusion));
    answers.put("scott_pi_se", standard_error(estimate(confusion, scott_pi)));
    let ac1 = gwet_ac1(confusion);
    let ac1_estimate = estimate(confusion, gwet_ac1);
    let ac1_error = standard_error(ac1_estimate.clone());
    answers.put("gwet_ac1", ac1);
    answers.put(
        "gwet_ac1_expected_agreement",
        gwet_chance_agreement(confusion),
    );
    answers.put("gwet_ac1_ci95", limits(&ac1_estimate));
    answers.put("gwet_ac1_se", ac1_error);
    answers.put(
        "gwet_ac1_ci95_t_capped",
        ac1.and_then(|ac1| {
            let half = t_quantile(Level::DEFAULT.upper_tail(), n - 1.0) * ac1_error?;
            Ok((ac1 - half, (ac1 + half).min(1.0)))
        }),
    );
    answers.put("bennett_s", brennan_prediger(confusion));
    answers.put(
        "bennett_s_se",
        standard_error(estimate(confusion, brennan_prediger)),
    );
    let alpha = two_rater_alpha(confusion, Measurement::Nominal);
    answers.put("krippendorff_alpha_nominal", alpha);

    answers.put("prevalence_index", prevalence_index(confusion));
    answers.put("bias_index", bias_index(confusion));
    answers.put("pabak", pabak(confusion));
    let specific: Vec<_> = (0..confusion.n_labels())
        .map(|label| specific_agreement(confusion, label))
        .collect();
    if let [positive, negative] = specific[..] {
        answers.put("positive_specific_agreement", positive);
        answers.put("negative_specific_agreement", negative);
    }
    answers.put("specific_agreement_by_category", specific);
    Some(answers)
}
