//! A plan as a value, and laid out for people like any report.

use super::amounts::{grouped, money, short};
use super::document::{Align, Block, Cell, Column, Document, Table, gate_demand};
use super::model::Report;
use crate::gate::Demand;
use crate::plan::{
    Basis, Cost, ExpectedFrom, Need, Outlook, Size, Source, Spend, Unforeseen, total,
};

/// What a run will take, and what its gates need.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The version of labelgate.
    pub version: &'static str,
    /// Who would be asked.
    pub provider: String,
    /// Each series with what it takes, in order.
    pub series: Vec<(String, Spend)>,
    /// How many items the project has.
    pub n_items: u64,
    /// Of how many clusters.
    pub n_clusters: u64,
    /// What a pilot shows of each classifier, and what each of its gates needs.
    pub gates: Vec<(Report, Vec<Need>)>,
    /// What the reader must know, one sentence each.
    pub notes: Vec<String>,
}

/// Lays a plan out.
pub fn lay_out(plan: &Plan) -> Document {
    let mut spend = vec![Block::Heading(2, "What asking takes".to_owned(), None)];
    spend.extend(plan.notes.iter().cloned().map(Block::Prose));
    spend.push(spends(plan));
    spend.push(Block::Prose(ESTIMATES.to_owned()));
    let mut gates = Vec::new();
    if plan.gates.iter().any(|(_, needs)| !needs.is_empty()) {
        gates.push(Block::Heading(2, "What gates need".to_owned(), None));
        gates.push(needs(plan));
        gates.push(Block::Prose(APPROXIMATIONS.to_owned()));
    }
    let head = [
        format!("labelgate {}", plan.version),
        "plan".to_owned(),
        format!("{} items", grouped(plan.n_items)),
        format!("{} clusters", grouped(plan.n_clusters)),
        plan.provider.clone(),
    ];
    Document {
        head: vec![Block::Prose(head.join(" · "))],
        verdict: Vec::new(),
        overview: Vec::new(),
        findings: Vec::new(),
        legend: Vec::new(),
        sections: vec![spend, gates],
    }
}

const ESTIMATES: &str = "Tokens read are estimates from the length of the text, and so are costs. \
    `written` is what answers are expected to have, from stored answers of the same series or, \
    marked ≤, from their limit; costs are as expected and, in brackets, at most: with the longest \
    answers and without the provider's cache. What comes from the cache is an estimate too, and in \
    a batch it is not assured. Nothing was sent.";

const APPROXIMATIONS: &str = "Items in all, those at hand included, by normal approximation; more \
    items are taken to come from clusters of the same sizes. A gate on a bound needs 20 clusters or \
    more. A gate whose true value lies on its threshold is never decided.";

fn spends(plan: &Plan) -> Block {
    let all = total(plan.series.iter().map(|(_, spend)| spend));
    let total_row = (plan.series.len() > 1).then_some(("total", &all));
    let rows = plan.series.iter().map(|(name, spend)| (&**name, spend));
    let rows: Vec<(&str, &Spend)> = rows.chain(total_row).collect();
    let has_cut = all.counted.items_cut > 0;
    let mut columns: Vec<Column> = ["questions", "stored", "to ask", "read", "from cache"]
        .map(|title| column(title, Align::Right))
        .into();
    columns.insert(0, column("series", Align::Left));
    if has_cut {
        columns.push(column("items cut", Align::Right));
    }
    columns.extend(
        ["written", "at most", "cost now", "--batch"].map(|title| column(title, Align::Right)),
    );
    let row = |(name, spend): (&str, &Spend)| {
        let counted = &spend.counted;
        let number = |text: String| Cell::Number(text);
        let mut cells = vec![
            Cell::Text(name.to_owned()),
            number(grouped(counted.questions)),
            number(grouped(counted.stored)),
            number(grouped(counted.to_ask)),
            number(format!("~{}", short(counted.input_tokens))),
            number(cached(spend)),
        ];
        if has_cut {
            cells.push(number(grouped(counted.items_cut)));
        }
        let mark = match spend.expected_from {
            ExpectedFrom::Stored(_) => "~",
            ExpectedFrom::Limit => "≤",
        };
        cells.extend([
            number(format!("{mark}{}", short(spend.output_expected))),
            number(short(spend.output_most)),
            number(cost(spend.live)),
            number(cost(spend.batch)),
        ]);
        cells
    };
    Block::Table(Table {
        rows: rows.into_iter().map(row).collect(),
        columns,
    })
}

/// The share of tokens read that may come from the provider's cache.
fn cached(spend: &Spend) -> String {
    match (spend.cached_tokens, spend.counted.input_tokens) {
        (0, _) | (_, 0) => "–".to_owned(),
        (cached, read) => {
            #[expect(clippy::cast_precision_loss, reason = "a share in whole per cent")]
            let share = cached as f64 / read as f64 * 100.0;
            format!("~{:.0} %", share.min(100.0))
        }
    }
}

fn cost(cost: Option<Cost>) -> String {
    match cost {
        None => "unknown".to_owned(),
        Some(cost) if cost.most == 0.0 => "nothing".to_owned(),
        Some(Cost { expected, most }) => format!("~{} ({})", dollars(expected), dollars(most)),
    }
}

fn dollars(usd: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cost is not negative, and saturates"
    )]
    let micro_usd = (usd * 1e6).round() as u64;
    money(micro_usd)
}

fn needs(plan: &Plan) -> Block {
    let several = plan.gates.len() > 1;
    let mut columns: Vec<Column> = [
        "gate",
        "if truly",
        "then",
        "items for 80 %",
        "for 90 %",
        "rests on",
        "",
    ]
    .map(|title| column(title, Align::Left))
    .into();
    if several {
        columns.insert(0, column("classifier", Align::Left));
    }
    let rows = plan.gates.iter().flat_map(|(report, needs)| {
        report
            .gates
            .iter()
            .zip(needs)
            .map(move |((gate, _), need)| {
                let truth = need.basis.truth.map_or_else(
                    || "?".to_owned(),
                    |(truth, _)| match gate.demand {
                        Demand::NotBehind { .. } => format!("{:+} apart", rounded(truth)),
                        _ => rounded(truth).to_string(),
                    },
                );
                let (then, at_80, at_90) = match need.outlook {
                    Outlook::Decided {
                        passes,
                        at_80,
                        at_90,
                    } => {
                        let then = if passes { "passes" } else { "fails" };
                        (then, size(at_80), size(at_90))
                    }
                    Outlook::Never => ("open", "never".to_owned(), "never".to_owned()),
                    Outlook::Unknown(_) => ("?", "unknown".to_owned(), "unknown".to_owned()),
                };
                let mut row = vec![
                    Cell::Text(gate_demand(report, gate)),
                    Cell::Number(truth),
                    Cell::Text(then.to_owned()),
                    Cell::Number(at_80),
                    Cell::Number(at_90),
                    Cell::Faint(basis(&need.basis)),
                    Cell::Note(note(report, need)),
                ];
                if several {
                    row.insert(0, Cell::Text(report.classifier.clone()));
                }
                row
            })
    });
    Block::Table(Table {
        rows: rows.collect(),
        columns,
    })
}

fn size(size: Size) -> String {
    let items = grouped(size.items);
    match size.clusters {
        clusters if clusters == size.items => items,
        1 => format!("{items} of 1 cluster"),
        clusters => format!("{items} of {} clusters", grouped(clusters)),
    }
}

/// What the numbers rest on, in a few words.
fn basis(basis: &Basis) -> String {
    let truth = basis
        .truth
        .map(|(_, source)| format!("{} value", source.key()));
    let discordance = basis
        .discordance
        .map(|(share, source)| format!("discordance {} ({})", rounded(share), source.key()));
    let effect = basis
        .design_effect
        .filter(|(effect, source)| *effect > 1.0 || *source != Source::Usual)
        .map(|(effect, source)| format!("design effect {effect:.1} ({})", source.key()));
    let parts = [truth, discordance, effect];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn note(report: &Report, need: &Need) -> String {
    let place = match (need.figure, &need.slice_value) {
        (Some(figure @ crate::score::Figure::Class(..)), Some(value)) => {
            format!("{} in {value} needs most", report.figure_name(figure))
        }
        (Some(figure @ crate::score::Figure::Class(..)), None) => {
            format!("{} needs most", report.figure_name(figure))
        }
        (_, Some(value)) => format!("{value} needs most; its items alone are counted"),
        _ => String::new(),
    };
    let why = match need.outlook {
        Outlook::Unknown(Unforeseen::NoTruth) => {
            "no answers to go by: give --true METRIC=VALUE, or ask a few items first"
        }
        Outlook::Unknown(Unforeseen::NoSpread) => {
            "its spread is only known from answers: ask some items first"
        }
        Outlook::Unknown(Unforeseen::NoFigure) => {
            "which classes or slice values it will speak of is only known from answers"
        }
        Outlook::Decided { .. } | Outlook::Never => "",
    };
    let parts = [&*place, why];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("; ")
}

/// To three decimals, as short as that is.
fn rounded(value: f64) -> f64 {
    let rounded = (value * 1000.0).round() / 1000.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn column(title: &str, align: Align) -> Column {
    Column {
        title: title.to_owned(),
        align,
    }
}
