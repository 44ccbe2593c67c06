//! The schema `labelgate.plan/1`. Fields are only ever added.

use serde_json::{Value, json};

use super::object::Object;
use crate::plan::{Cost, ExpectedFrom, Need, Outlook, Size, Source, Spend, total};
use crate::report::document::gate_demand;
use crate::report::model::Report;
use crate::report::plan::Plan;

const SCHEMA: &str = "labelgate.plan/1";

/// The plan as `labelgate.plan/1`, with a final newline.
pub fn render(plan: &Plan) -> String {
    let all = total(plan.series.iter().map(|(_, spend)| spend));
    let series = plan.series.iter();
    let series = series.map(|(name, spent)| spend(Object::new().with("name", &**name), spent));
    let gates = plan.gates.iter().flat_map(|(report, needs)| {
        let gates = report.gates.iter().zip(needs);
        gates.map(move |((gate, _), need)| {
            let demand = gate_demand(report, gate);
            gate_need(report, &demand, gate.line, need)
        })
    });
    let object = Object::new()
        .with("schema", SCHEMA)
        .with("version", plan.version)
        .with("provider", &*plan.provider)
        .with("items", plan.n_items)
        .with("clusters", plan.n_clusters)
        .with("series", series.collect::<Vec<_>>())
        .with("total", spend(Object::new(), &all))
        .with("gates", gates.collect::<Vec<_>>())
        .with("notes", &plan.notes);
    let mut text = serde_json::to_string_pretty(&object).unwrap_or_default();
    text.push('\n');
    text
}

/// What a series takes; a cost that is not known is `null`, never 0.
fn spend(object: Object, spend: &Spend) -> Object {
    let counted = &spend.counted;
    let (basis, answers) = match spend.expected_from {
        ExpectedFrom::Stored(answers) => ("stored_answers", answers),
        ExpectedFrom::Limit => ("max_tokens", 0),
    };
    object
        .with("questions", counted.questions)
        .with("stored", counted.stored)
        .with("to_ask", counted.to_ask)
        .with("items_cut", counted.items_cut)
        .with("input_tokens_estimated", counted.input_tokens)
        .with("cache_read_tokens_estimated", spend.cached_tokens)
        .with("output_tokens_expected", spend.output_expected)
        .with("output_tokens_most", spend.output_most)
        .with("expected_from", basis)
        .with("answers_behind_expectation", answers)
        .with("cost_usd", cost(spend.live))
        .with("batch_cost_usd", cost(spend.batch))
}

fn cost(cost: Option<Cost>) -> Value {
    match cost {
        None => Value::Null,
        Some(Cost { expected, most }) => json!({"expected": expected, "most": most}),
    }
}

fn gate_need(report: &Report, demand: &str, line: usize, need: &Need) -> Object {
    let sourced = |number: Option<(f64, Source)>| match number {
        None => Value::Null,
        Some((value, source)) => json!({"value": value, "from": source.key()}),
    };
    let basis = &need.basis;
    let object = Object::new()
        .with("classifier", &*report.classifier)
        .with("gate", demand)
        .with("line", line as u64)
        .with(
            "figure",
            json!(need.figure.map(|figure| report.figure_name(figure))),
        )
        .with("slice_value", need.slice_value.as_deref())
        .with("true_value", sourced(basis.truth))
        .with("discordance", sourced(basis.discordance))
        .with("design_effect", sourced(basis.design_effect));
    let size = |size: Size| json!({"items": size.items, "clusters": size.clusters});
    match need.outlook {
        Outlook::Decided {
            passes,
            at_80,
            at_90,
        } => object
            .with("outlook", if passes { "pass" } else { "fail" })
            .with("power_80", size(at_80))
            .with("power_90", size(at_90)),
        Outlook::Never => object
            .with("outlook", "never")
            .with("power_80", Value::Null)
            .with("power_90", Value::Null),
        Outlook::Unknown(why) => object
            .with("outlook", "unknown")
            .with("reason", why.code())
            .with("power_80", Value::Null)
            .with("power_90", Value::Null),
    }
}
