//! Means and paired differences over clusters.

use labelgate::num::Level;
use labelgate::stat::Clustered;
use labelgate::stat::cluster::ClusterMean;
use labelgate::stat::interval::{
    Proportion, clustered_tango, clustered_tango_test, clustered_wilson, effective_n,
    paired_design_effect,
};
use labelgate::stat::paired::PairedOutcomes;
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "cluster_mean" => {
            let clusters = take::by_cluster(&take::numbers(&input["y"]), &input["cluster"]);
            let mut answers = mean(&clusters);
            wilson(&mut answers, &clusters);
            answers
        }
        "cluster_paired_difference" => {
            let clusters = take::by_cluster(&take::differences(input), &input["cluster"]);
            let mut answers = mean(&clusters);
            gate(&mut answers, &clusters, take::number(&input["margin"]));
            answers
        }
        _ => return None,
    })
}

fn mean(clusters: &[Vec<f64>]) -> Answers {
    let level = Level::DEFAULT;
    let mean = ClusterMean::of(clusters);
    let mean = mean.as_ref();
    let of = |get: fn(&ClusterMean) -> f64| mean.map(get).map_err(|reason| *reason);
    let mut answers = Answers::default();
    answers.put("n", of(|mean| mean.design().n()));
    answers.put("clusters", clusters.len());
    answers.put("mean", of(ClusterMean::mean));
    answers.put("iid_se", of(ClusterMean::iid_se));
    answers.put("cr0_se", of(ClusterMean::cr0_se));
    let Ok(mean) = mean else {
        return answers;
    };
    answers.put("cr1_se", mean.cr1_se());
    answers.put("cr2_se", mean.cr2_se());
    answers.put("cr2_df", mean.cr2_df());
    answers.put("ci95_cr1_t", mean.cr1_interval(level));
    answers.put("ci95_cr2_bm", mean.cr2_interval(level));
    answers.put("design_effect", mean.design_effect());
    answers.put("icc_anova", mean.icc());
    answers
}

fn wilson(answers: &mut Answers, clusters: &[Vec<f64>]) {
    let tally = |values: &Vec<f64>| Proportion {
        hits: values.iter().sum(),
        trials: values.len() as f64,
    };
    let data = Clustered(clusters.iter().map(tally).collect());
    let Ok(mean) = ClusterMean::of(clusters) else {
        return;
    };
    let variance = mean.cr2_se().map(|se| se * se);
    let effective = variance.map(|v| effective_n(mean.mean(), v, mean.design()));
    answers.put("effective_n", effective);
    let estimate = clustered_wilson(&data, Level::DEFAULT);
    let interval = estimate.and_then(|estimate| estimate.interval);
    let limits = interval.map(|interval| (interval.low, interval.high));
    answers.put("ci95_clustered_wilson", limits);
}

fn gate(answers: &mut Answers, clusters: &[Vec<f64>], margin: f64) {
    let test = ClusterMean::of(clusters).and_then(|mean| mean.non_inferiority(margin));
    answers.put("ni_t", test.map(|test| test.t));
    answers.put("ni_p", test.map(|test| test.p));
    answers.put("lower95_one_sided", test.map(|test| test.lower_95));
    answers.put("ni_pass", test.map(|test| test.passes(margin)));
    let count = |values: &Vec<f64>, difference: f64| {
        values.iter().filter(|value| **value == difference).count() as u64
    };
    let tally = |values: &Vec<f64>| PairedOutcomes {
        both: values.len() as u64 - count(values, -1.0) - count(values, 1.0),
        baseline_only: count(values, -1.0),
        candidate_only: count(values, 1.0),
        neither: 0,
    };
    let data = Clustered(clusters.iter().map(tally).collect());
    let test = clustered_tango_test(&data, margin, 0.05);
    answers.put("paired_design_effect", paired_design_effect(&data));
    answers.put("clustered_tango_z", test.map(|test| test.z));
    answers.put("clustered_tango_pass", test.map(|test| test.p < 0.05));
    if let Ok(test) = test {
        // The interval that a gate reads decides as the test does.
        let estimate = clustered_tango(&data, Level::ONE_SIDED_95).unwrap();
        assert_eq!(estimate.low().unwrap() > -margin, test.p < 0.05);
    }
}
