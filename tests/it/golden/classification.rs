//! Per-class figures, their averages, and whole-table measures.

use labelgate::stat::agreement::agreement;
use labelgate::stat::class::{
    ClassStatistic, Classes, balanced_accuracy, f1, jaccard, macro_average, mcc, micro_f1,
    micro_precision, micro_recall, npv, precision, recall, specificity, weighted_average,
};
use labelgate::stat::{Axis, Confusion, Undefined};
use serde_json::Value;

use super::answer::{Answer, Answers};
use super::table::Table;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "classification_report").then_some(())?;
    let table = Table::read(input)?;
    let confusion = &table.confusion;
    let mut answers = Answers::default();
    answers.put("n", confusion.total());
    answers.put("dropped_missing_pairs", table.n_dropped);
    answers.put("accuracy", agreement(confusion));
    let classes = 0..confusion.n_labels();
    let per_class = classes
        .map(|class| class_figures(confusion, class))
        .collect();
    answers.put("per_class", Answer::List(per_class));

    let statistics: [(&str, ClassStatistic<u64>); 5] = [
        ("precision", precision),
        ("recall", recall),
        ("f1", f1),
        ("specificity", specificity),
        ("npv", npv),
    ];
    for (name, statistic) in statistics {
        let values = by_class(confusion, statistic);
        let or_zero: Vec<f64> = values.iter().map(|value| value.unwrap_or(0.0)).collect();
        answers.put(&format!("per_class_{name}"), values);
        answers.put(&format!("sklearn_{name}_zero"), or_zero);
        for (classes, suffix) in [
            (Classes::Declared, "zero"),
            (Classes::Defined, "skip_undefined"),
            (Classes::Present, "present"),
        ] {
            let average = macro_average(confusion, statistic, classes);
            answers.put(&format!("macro_{name}_{suffix}"), average);
        }
        let weighted = weighted_average(confusion, statistic);
        answers.put(&format!("weighted_{name}"), weighted);
    }
    answers.put("micro_precision", micro_precision(confusion));
    answers.put("micro_recall", micro_recall(confusion));
    answers.put("micro_f1", micro_f1(confusion));
    answers.put("f1_of_macro_averages_zero", f1_of_macro_averages(confusion));
    answers.put("balanced_accuracy", balanced_accuracy(confusion));
    answers.put("mcc", mcc(confusion));
    Some(answers)
}

fn by_class(confusion: &Confusion, statistic: ClassStatistic<u64>) -> Vec<Result<f64, Undefined>> {
    (0..confusion.n_labels())
        .map(|class| statistic(confusion, class))
        .collect()
}

fn class_figures(confusion: &Confusion, class: usize) -> Answer {
    let hits = confusion.count(class, class);
    let support = confusion.margin(Axis::Reference, class);
    let predicted = confusion.margin(Axis::Candidate, class);
    let mut figures = Answers::default();
    figures.put("tp", hits);
    figures.put("fp", predicted - hits);
    figures.put("fn", support - hits);
    figures.put("tn", confusion.total() + hits - support - predicted);
    figures.put("support", support);
    figures.put("predicted", predicted);
    figures.put("precision", precision(confusion, class));
    figures.put("recall", recall(confusion, class));
    figures.put("f1", f1(confusion, class));
    figures.put("specificity", specificity(confusion, class));
    figures.put("npv", npv(confusion, class));
    figures.put("jaccard", jaccard(confusion, class));
    figures.into()
}

/// Not macro F1; the pack holds it so that nobody mixes the two up.
fn f1_of_macro_averages(confusion: &Confusion) -> Result<f64, Undefined> {
    let precision = macro_average(confusion, precision, Classes::Declared)?;
    let recall = macro_average(confusion, recall, Classes::Declared)?;
    let sum = precision + recall;
    Ok(if sum == 0.0 {
        0.0
    } else {
        2.0 * precision * recall / sum
    })
}
