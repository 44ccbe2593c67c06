//! Quantiles, all resamples of few clusters, and the random stream.

use labelgate::num::Level;
use labelgate::stat::agreement::cohen_kappa;
use labelgate::stat::interval::{Resampled, exhaustive_bootstrap, leave_one_out};
use labelgate::stat::quantile::{QuantileType, quantile};
use labelgate::stat::random::SplitMix64;
use labelgate::stat::{Clustered, Confusion, Moments, Tally, Undefined, numeric};
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    Some(match statistic {
        "quantiles" => quantiles(input),
        "cluster_bootstrap_exhaustive" => exhaustive(input),
        "bootstrap_rng" => stream(input),
        _ => return None,
    })
}

fn quantiles(input: &Value) -> Answers {
    let mut values = take::numbers(&input["x"]);
    values.sort_by(f64::total_cmp);
    let probabilities = take::numbers(&input["probs"]);
    let mut answers = Answers::default();
    for (number, kind) in QuantileType::ALL.into_iter().enumerate() {
        let at = |p: &f64| quantile(&values, *p, kind);
        let all: Result<Vec<f64>, Undefined> = probabilities.iter().map(at).collect();
        answers.put(&format!("type{}", number + 1), all);
    }
    answers
}

fn exhaustive(input: &Value) -> Answers {
    let clusters = take::clusters(&input["cluster"]);
    match input["resample_statistic"].as_str().unwrap() {
        "cohen_kappa" => {
            let categories = take::list(&input["categories"]);
            let position = |label: &Value| categories.iter().position(|c| c == label).unwrap();
            let (a, b) = (take::list(&input["a"]), take::list(&input["b"]));
            let pair = |item: &usize| (position(&a[*item]), position(&b[*item]));
            let tally =
                |items: &Vec<usize>| Confusion::tally(categories.len(), items.iter().map(pair));
            resampled(
                &Clustered(clusters.iter().map(tally).collect()),
                cohen_kappa,
            )
        }
        which => {
            let y = match which {
                "mean" => take::numbers(&input["y"]),
                _ => take::differences(input),
            };
            let tally = |items: &Vec<usize>| {
                let mut moments = Moments::<u64>::new(0.0);
                for item in items {
                    moments.count_pair(0.0, y[*item], 1);
                }
                moments
            };
            resampled(
                &Clustered(clusters.iter().map(tally).collect()),
                numeric::bias,
            )
        }
    }
}

fn resampled<T: Tally>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined>,
) -> Answers {
    let level = Level::DEFAULT;
    let all: Resampled = exhaustive_bootstrap(data, &statistic).unwrap();
    let estimate = statistic(&data.total().unwrap());
    let mut answers = Answers::default();
    answers.put("clusters", data.n_clusters());
    answers.put("ordered_resamples", all.n_defined() + all.undefined());
    answers.put("undefined_resamples", all.undefined());
    answers.put("estimate", estimate);
    answers.put("bootstrap_mean", all.mean());
    answers.put("bootstrap_se", all.se());
    let (support, weights): (Vec<f64>, Vec<u64>) = all.values().iter().take(40).copied().unzip();
    answers.put("support", support);
    answers.put("weights", weights);
    for (name, p) in [("q025", 0.025), ("q975", 0.975)] {
        let of = |kind| all.quantile(p, kind);
        answers.put(&format!("{name}_type1"), of(QuantileType::Inverted));
        answers.put(&format!("{name}_type7"), of(QuantileType::Linear));
    }
    answers.put("percentile_ci95", all.percentile(level));
    answers.put(
        "basic_ci95",
        estimate.and_then(|estimate| all.basic(estimate, level)),
    );
    let left_out = leave_one_out(data, &statistic);
    let bca = left_out.and_then(|left_out| all.bca(estimate?, &left_out, level));
    answers.put("bca_z0", bca.map(|bca| bca.z0));
    answers.put("bca_acceleration", bca.map(|bca| bca.acceleration));
    answers.put("bca_levels", bca.map(|bca| bca.levels));
    answers.put("bca_ci95", bca.map(|bca| (bca.low, bca.high)));
    answers
}

fn stream(input: &Value) -> Answers {
    let seed = take::whole(&input["seed"]);
    let (draws, bound) = (take::whole(&input["draws"]), take::whole(&input["bound"]));
    let mut random = SplitMix64::new(seed);
    let mut numbers = Vec::new();
    for _ in 0..draws {
        numbers.push(random.next_u64());
    }
    let mut random = SplitMix64::new(seed);
    let indices: Vec<usize> = (0..draws).map(|_| random.index(bound as usize)).collect();
    let hex: Vec<String> = numbers
        .iter()
        .map(|number| format!("{number:016x}"))
        .collect();
    let mut answers = Answers::default();
    answers.put(
        "u64_hex",
        hex.iter().map(String::as_str).collect::<Vec<&str>>(),
    );
    answers.put("index", indices);
    answers
}
