//! Confidence against outcome.

use labelgate::stat::Moments;
use labelgate::stat::calibration::{self as c, Bin, Closed, Forecast};
use serde_json::Value;

use super::answer::Answers;
use super::take;

pub(super) fn compute(_statistic: &str, input: &Value) -> Option<Answers> {
    Some(if input.get("probs").is_some() {
        several_classes(input)
    } else {
        yes_or_no(input)
    })
}

fn yes_or_no(input: &Value) -> Answers {
    let right = take::list(&input["correct"])
        .iter()
        .map(|right| take::whole(right) == 1);
    let items: Vec<Forecast> = take::numbers(&input["confidence"])
        .into_iter()
        .zip(right)
        .map(|(confidence, right)| Forecast::new(confidence, right))
        .collect();
    let mut moments = Moments::<u64>::new(0.5);
    for item in &items {
        moments.count_pair(f64::from(item.right), item.confidence, 1);
    }
    let n_bins = take::whole(&input["bins"]) as usize;
    let bins = c::reliability(&items, n_bins, Closed::Right);
    let mut answers = Answers::default();
    answers.put("n", items.len());
    answers.put("ece", c::ece(&bins));
    answers.put("mce", c::mce(&bins));
    let bin = |bin: &Bin| {
        let mut answers = Answers::default();
        answers.put("count", bin.n_items);
        answers.put("mean_confidence", bin.confidence);
        answers.put("accuracy", bin.accuracy);
        answers
    };
    answers.put(
        "reliability_right_closed",
        bins.iter().map(bin).collect::<Vec<Answers>>(),
    );
    let left = c::reliability(&items, n_bins, Closed::Left);
    answers.put("ece_left_closed", c::ece(&left));
    answers.put("ece_equal_mass", c::ece(&c::equal_mass(&items, n_bins)));
    answers.put("brier", c::brier(&moments));
    answers.put("brier_skill_score", c::brier_skill(&moments));
    answers.put("log_loss", c::log_loss(&items));
    answers
}

fn several_classes(input: &Value) -> Answers {
    let labels = take::list(&input["label"])
        .iter()
        .map(|label| take::whole(label) as usize);
    let items: Vec<(Vec<f64>, usize)> = take::matrix(&input["probs"])
        .into_iter()
        .zip(labels)
        .collect();
    let mut answers = Answers::default();
    let score = c::brier_multiclass(&items);
    answers.put("brier_multiclass_sum", score);
    answers.put("brier_multiclass_half", score.map(|score| score / 2.0));
    answers.put("log_loss", c::log_loss_multiclass(&items));
    answers.put("accuracy_argmax_first_on_tie", c::top_accuracy(&items));
    answers
}
