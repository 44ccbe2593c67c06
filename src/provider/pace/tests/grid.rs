//! Every server, telling, latency, concurrency and size, against the bars.
//!
//! The bar is 1.05 times the ideal time, items by rate, with at most 5 % of requests refused. The
//! first request, which goes alone, and the last answer take one latency each beside it. Cells
//! that cannot meet the bar have a bound of their own; see [`bar`].

use std::time::Duration;

use crate::provider::pace::Cost;
use crate::provider::pace::tests::server::{Model, Server, Telling};
use crate::provider::pace::tests::simulator::{Run, simulate};

const RATE: f64 = 25.0;

const MODELS: [Model; 7] = [
    Model::Bucket(1.0),
    Model::Bucket(5.0),
    Model::Bucket(25.0),
    Model::Bucket(50.0),
    Model::Bucket(1500.0),
    Model::FixedWindow,
    Model::SlidingWindow,
];

struct Cell {
    telling: Telling,
    model: Model,
    n_items: usize,
    latency_ms: u64,
    concurrency: usize,
}

/// The most that is allowed: wall time by ideal time, and the share of refused requests.
fn bar(cell: &Cell) -> (f64, f64) {
    let of_size = |small, middle, large| match cell.n_items {
        250 => small,
        500 => middle,
        _ => large,
    };
    let window = matches!(cell.model, Model::FixedWindow | Model::SlidingWindow);
    let small_bucket = matches!(cell.model, Model::Bucket(capacity) if capacity < 25.0);
    // Finding the rate takes ten to twenty refusals if the server says nothing, which is more
    // than 5 % of 250.
    let refused = of_size(0.07, 0.05, 0.05);
    // A pause of a whole second after every refusal is worth 25 requests, which nothing gives
    // back unless a bucket saved them up. Two refusals are over the bar up to 1,000 items.
    let wall = if cell.telling.pauses_for_seconds() && small_bucket {
        of_size(1.7, 1.45, 1.25)
    } else if cell.telling.pauses_for_seconds() && window {
        of_size(1.5, 1.5, 1.35)
    } else if cell.latency_ms == 500 && window {
        // The first requests meet two windows, of which half of one is lost.
        of_size(1.45, 1.35, 1.12)
    } else {
        of_size(1.08, 1.05, 1.05)
    };
    (wall, refused)
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for telling in Telling::ALL {
        for model in MODELS {
            // A limit of 1 or 5 that is whole again in a second, as times in whole seconds say it,
            // is another limit than the true one.
            let other = matches!(model, Model::Bucket(capacity) if capacity < 25.0);
            if telling == Telling::Anthropic && other {
                continue;
            }
            for n_items in [250, 500, 2_000] {
                for latency_ms in [5, 50, 500] {
                    for concurrency in [16, 64, 256] {
                        cells.push(Cell {
                            telling,
                            model,
                            n_items,
                            latency_ms,
                            concurrency,
                        });
                    }
                }
            }
        }
    }
    cells
}

#[test]
fn a_limit_is_used_up_with_few_refusals_whatever_the_server_is_like() {
    let (mut table, mut misses, mut strict) = (String::new(), 0, 0);
    let cells = cells();
    for cell in &cells {
        let latency = Duration::from_millis(cell.latency_ms);
        let run = Run {
            n_items: cell.n_items,
            concurrency: cell.concurrency,
            latency,
            cost: Cost::default(),
        };
        let outcome = simulate(&mut Server::new(RATE, cell.model, cell.telling), &run);
        assert!(outcome.most_in_flight <= cell.concurrency);
        let ideal = cell.n_items as f64 / RATE;
        let wall = (outcome.wall.as_secs_f64() - 2.0 * latency.as_secs_f64()) / ideal;
        let refused = outcome.refused_share();
        let (most_wall, most_refused) = bar(cell);
        let miss = wall > most_wall || refused > most_refused;
        misses += usize::from(miss);
        strict += usize::from(wall <= 1.05 && refused <= 0.05);
        table += &format!(
            "{} {:?} {:?} n={} latency={} concurrency={}: {wall:.3} of {most_wall}, {:.1} % refused\n",
            if miss { "MISS" } else { "ok" },
            cell.telling,
            cell.model,
            cell.n_items,
            cell.latency_ms,
            cell.concurrency,
            refused * 100.0,
        );
    }
    // Those with a bound of their own must not become the rule.
    let enough = strict * 100 >= cells.len() * 74;
    assert!(
        misses == 0 && enough,
        "{table}{misses} misses, {strict} of {} in the bar",
        cells.len()
    );
}
