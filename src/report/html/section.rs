//! A report: its head, its parts, its blocks.

use super::draw::{self, Scale};
use super::escape::escape;
use super::matrix::{Leads, matrix};
use super::table::{cell, estimate_text, name, table, tip};
use super::{Ids, verdict_mark};
use crate::report::document::page::{Content, Outcomes, Panel, Part, RuleCard, Section};
use crate::report::document::{Block, Cell, Whisker};
use crate::report::plot::{Plot, Room, svg};

/// A report. `leads` is where the items of its matrix are listed.
pub(super) fn section(
    section: &Section,
    number: usize,
    leads: Option<Leads>,
    ids: &mut Ids,
) -> String {
    let name = escape(&section.name);
    let mut html = format!(
        "<section class=\"report\" id=\"s{number}\" aria-labelledby=\"s{number}-title\"><header>\
         <h2 id=\"s{number}-title\">{name}{}</h2>",
        section.verdict.map_or_else(String::new, |verdict| {
            format!(" {}", verdict_mark(verdict))
        })
    );
    if !section.title.is_empty() {
        html.push_str(&format!(
            "<p class=\"question\">{}</p>",
            escape(&section.title)
        ));
    }
    html.push_str(&blocks(&section.lead, &section.name, 3, None, ids));
    html.push_str(&outcomes(&section.outcomes));
    html.push_str("</header>");
    for part in &section.parts {
        html.push_str(&one_part(part, section, leads, ids));
    }
    html.push_str("</section>");
    html
}

fn one_part(part: &Part, section: &Section, leads: Option<Leads>, ids: &mut Ids) -> String {
    let caption = format!("{}: {}", section.name, part.title);
    let content = match &part.content {
        // Headings of a part without a title are next below that of the report.
        Content::Blocks(inner) if part.title.is_empty() => blocks(inner, &caption, 3, None, ids),
        Content::Blocks(inner) => blocks(inner, &caption, 4, None, ids),
        Content::Confusion(inner) => {
            let matrix = blocks(inner, &caption, 4, leads, ids);
            let hint = match matrix.contains(" data-report=") {
                true => "<p class=\"hint scripted\">A cell lists its items.</p>",
                false => "",
            };
            format!("{matrix}{hint}")
        }
        Content::Rules(rules) => {
            let rules = rules.iter().map(|rule| rule_card(rule, &caption));
            format!("<div class=\"rules\">{}</div>", rules.collect::<String>())
        }
        Content::Panels(panels) => {
            let panels = panels.iter().map(panel);
            format!("<div class=\"panels\">{}</div>", panels.collect::<String>())
        }
    };
    let title = escape(&part.title);
    match (part.is_folded, title.is_empty()) {
        (_, true) => format!("<div class=\"part\">{content}</div>"),
        (true, _) => {
            format!("<details class=\"part\"><summary>{title}</summary>{content}</details>")
        }
        (false, _) => format!("<section class=\"part\"><h3>{title}</h3>{content}</section>"),
    }
}

/// The plot of a table, which comes behind it and other tables.
fn plot_of(after: &[Block]) -> Option<&Plot> {
    let mut after = after
        .iter()
        .skip_while(|block| matches!(block, Block::Table(_) | Block::Caption(_)));
    match after.next() {
        Some(Block::Plot(plot)) => Some(plot),
        _ => None,
    }
}

/// A plot for a laptop and for a telephone, of which the style sheet shows one.
fn drawn(plot: &Plot) -> String {
    let of =
        |class: &str, room| format!("<div class=\"{class}\">{}</div>", svg::render(plot, room));
    of("at-wide", Room::SCREEN) + &of("at-narrow", Room::SMALL)
}

/// Blocks as every format has them; headings become those of a level.
pub(super) fn blocks(
    blocks: &[Block],
    caption: &str,
    level: u8,
    leads: Option<Leads>,
    ids: &mut Ids,
) -> String {
    let mut html = String::new();
    let mut caption = caption.to_owned();
    let mut is_drawn = false;
    for (at, block) in blocks.iter().enumerate() {
        match block {
            Block::Table(one) if !is_drawn && plot_of(&blocks[at + 1..]).is_some() => {
                let drawn = plot_of(&blocks[at + 1..]).map(drawn);
                is_drawn = true;
                html.push_str(&format!(
                    "{}<details class=\"digits\"><summary>In digits</summary>{}</details>",
                    drawn.unwrap_or_default(),
                    table(one, &caption)
                ));
            }
            // Drawn already.
            Block::Plot(_) if is_drawn => is_drawn = false,
            Block::Heading(_, title, verdict) => {
                let mark = verdict
                    .map_or_else(String::new, |verdict| format!("{} ", verdict_mark(verdict)));
                html.push_str(&format!("<h{level}>{mark}{}</h{level}>", escape(title)));
                caption.clone_from(title);
            }
            Block::Prose(prose) => html.push_str(&format!("<p>{}</p>", words(prose))),
            Block::Caption(said) => {
                caption.clone_from(said);
                // A table says it itself to those who hear it.
                let unheard = match blocks.get(at + 1) {
                    Some(Block::Table(_) | Block::Matrix(_)) => " aria-hidden=\"true\"",
                    _ => "",
                };
                html.push_str(&format!(
                    "<p class=\"caption\"{unheard}>{}</p>",
                    words(said)
                ));
            }
            Block::List(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|entry| format!("<li>{}</li>", escape(entry)));
                html.push_str(&format!("<ul>{}</ul>", entries.collect::<String>()));
            }
            Block::Verbatim(lines) => {
                html.push_str(&format!("<pre tabindex=\"0\">{}</pre>", escape(lines)));
            }
            Block::Table(one) => html.push_str(&table(one, &caption)),
            Block::Matrix(one) => html.push_str(&matrix(one, &caption, leads, ids)),
            Block::Plot(plot) => {
                html.push_str(&drawn(plot));
            }
        }
    }
    html
}

/// Prose, in which what stands between backticks is to be typed as it is.
fn words(prose: &str) -> String {
    let parts: Vec<&str> = prose.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(prose);
    }
    let parts = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}

fn outcomes(sides: &[Outcomes]) -> String {
    if sides.is_empty() {
        return String::new();
    }
    let side = |side: &Outcomes| {
        let key: String = side
            .counts
            .iter()
            .map(|(kind, n)| {
                format!(
                    "<li><svg class=\"swatch\" viewBox=\"0 0 10 10\" width=\"10\" height=\"10\" \
                     aria-hidden=\"true\"><rect class=\"o-{kind}\" width=\"10\" height=\"10\" \
                     rx=\"2\"/></svg>{n} {}</li>",
                    kind.replace('_', " ")
                )
            })
            .collect();
        format!(
            "<div class=\"outcome\"><span class=\"side\">{}</span>{}<ul>{key}</ul></div>",
            escape(&side.name),
            draw::outcome_bar(side)
        )
    };
    let sides: String = sides.iter().map(side).collect();
    format!(
        "<div class=\"outcomes\" role=\"group\" aria-label=\"Outcomes of answers\">{sides}</div>"
    )
}

fn rule_card(rule: &RuleCard, caption: &str) -> String {
    let [as_said, otherwise] = &rule.table;
    let row = |words: &str, cells: &[Cell; 2]| {
        let cells = cells
            .iter()
            .map(|one| format!("<td>{}</td>", cell(one, None)));
        format!(
            "<tr><th scope=\"row\">{words}</th>{}</tr>",
            cells.collect::<String>()
        )
    };
    let (hidden_ones, figures): (Vec<_>, Vec<_>) = rule
        .figures
        .iter()
        .partition(|(_, one)| matches!(one, Cell::Suppressed));
    let hidden_names: Vec<String> = hidden_ones.iter().map(|(name, _)| escape(name)).collect();
    let all_hidden = match hidden_names.is_empty() {
        true => String::new(),
        false => format!(
            "<p class=\"veiled\">Hidden, too few clusters: {}.</p>",
            hidden_names.join(", ")
        ),
    };
    let figures = figures.into_iter().map(|(name, one)| {
        let whisker = match one {
            Cell::Estimate(text, whisker) => {
                let scale = Scale::of([whisker].into_iter());
                let drawn = draw::whisker(whisker, scale, None);
                format!("{}{drawn}", estimate_text(text))
            }
            other => cell(other, None),
        };
        format!("<div><dt>{}</dt><dd>{whisker}</dd></div>", escape(name))
    });
    let figures = match figures.collect::<String>() {
        figures if figures.is_empty() => figures,
        figures => format!("<dl class=\"figures\">{figures}</dl>"),
    };
    let says = match rule.says.is_empty() {
        true => String::new(),
        false => format!("<p class=\"says\">{}</p>", escape(&rule.says)),
    };
    let missing = match rule.missing.is_empty() {
        true => String::new(),
        false => format!("<p class=\"says\">{}</p>", escape(&rule.missing)),
    };
    let (title, expects) = (escape(&rule.name), escape(&rule.expects));
    format!(
        "<article class=\"rule\"><h4>{title}</h4><p class=\"sentence\">{}</p>{says}\
         <div class=\"scroll\"><table class=\"two\"><caption class=\"unseen\">{}, {title}</caption>\
         <thead><tr><td></td><th scope=\"col\"><code>{expects}</code></th>\
         <th scope=\"col\">not so</th></tr></thead><tbody>{}{}</tbody></table></div>\
         {figures}{all_hidden}{missing}</article>",
        escape(&rule.sentence),
        escape(caption),
        row(&name(&format!("labelled {}", rule.labelled)), as_said),
        row("labelled otherwise", otherwise),
    )
}

fn panel(panel: &Panel) -> String {
    let whiskers: Vec<&Whisker> = panel
        .rows
        .iter()
        .filter_map(|(.., cell)| match cell {
            Cell::Estimate(_, whisker) => Some(whisker),
            _ => None,
        })
        .collect();
    let scale = Scale::of(whiskers.into_iter());
    let rows = panel.rows.iter().map(|(value, n, one)| {
        let figure = match one {
            Cell::Estimate(text, whisker) => {
                let drawn = draw::whisker(whisker, scale, panel.overall);
                format!(
                    "<td>{drawn}</td><td class=\"estimate\">{}</td>",
                    estimate_text(text)
                )
            }
            other => format!("<td colspan=\"2\">{}</td>", cell(other, None)),
        };
        format!(
            "<tr><th scope=\"row\"{}>{}</th><td class=\"number right\">{}</td>{figure}</tr>",
            tip(value),
            escape(value),
            escape(n)
        )
    });
    let (slice, figure) = (escape(&panel.slice), escape(&panel.figure));
    format!(
        "<div class=\"panel\"><table><caption>{figure} by {slice}</caption><thead><tr>\
         <th scope=\"col\">{slice}</th><th scope=\"col\" class=\"right\">items</th>\
         <td></td><th scope=\"col\"><span class=\"unseen\">{figure}</span></th></tr></thead><tbody>{}</tbody></table></div>",
        rows.collect::<String>()
    )
}
