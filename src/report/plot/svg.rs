//! A plot as SVG to be set into HTML. It says what things are by class and gives them modest looks
//! by presentation attributes, which any style sheet overrides: there is no `style` and no script,
//! so a content security policy may forbid both. Colours are those of the text around it.
//!
//! Classes: `plot`; `plot-grid`, `plot-axis`, `plot-threshold`, `plot-line`, `plot-whisker`,
//! `plot-point`, and `plot-weak` of points that are drawn hollow; texts are `plot-label`,
//! `plot-tick`, `plot-title`, `plot-threshold-name`, `plot-series-name`, `plot-missing`. What
//! belongs to a series has `plot-series-0`, `plot-series-1` … besides.

use std::fmt::Write;

use super::Plot;
use super::layout::{
    Anchor, At, Ink, Picture, Room, Shape, Stroke, draw, number, outline_corners, radius,
};
use crate::report::markup::escape;

/// The plot as an `<svg>` element.
pub fn render(plot: &Plot, room: Room) -> String {
    let Picture {
        width,
        height,
        font,
        shapes,
    } = draw(plot, room);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" \
         viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" font-size=\"{f}\" \
         font-family=\"system-ui, sans-serif\" fill=\"currentColor\" stroke=\"none\">\
         <title>{}</title><desc>{}</desc>",
        escape(&plot.title),
        escape(&plot.summary),
        w = number(width),
        h = number(height),
        f = number(font),
    );
    for shape in &shapes {
        push(&mut svg, shape, font);
    }
    svg.push_str("</svg>\n");
    svg
}

fn push(svg: &mut String, shape: &Shape, font: f64) {
    // Writing to a string cannot fail.
    let _ = match shape {
        Shape::Line(stroke, places) => {
            let places = places.iter().map(|at| pair(*at));
            let places = places.collect::<Vec<_>>().join(" ");
            write!(
                svg,
                "\n<polyline class=\"{}\" points=\"{places}\" fill=\"none\" \
                 stroke=\"currentColor\"{}/>",
                stroke_class(*stroke),
                stroke_looks(*stroke),
            )
        }
        Shape::Dot {
            at,
            series,
            is_hollow,
            says,
        } => {
            let weak = if *is_hollow { " plot-weak" } else { "" };
            let looks = match is_hollow {
                true => " fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.25\"",
                false => "",
            };
            write!(
                svg,
                "\n<path class=\"plot-point plot-series-{series}{weak}\" d=\"{}\"{looks}>\
                 <title>{}</title></path>",
                outline(*at, *series, radius(font)),
                escape(says),
            )
        }
        Shape::Text {
            at,
            ink,
            anchor,
            text,
            full,
        } => {
            let full = full.as_ref();
            let full = full.map_or_else(String::new, |full| {
                format!("<title>{}</title>", escape(full))
            });
            write!(
                svg,
                "\n<text class=\"{}\" x=\"{}\" y=\"{}\"{}{}>{full}{}</text>",
                ink_class(*ink),
                number(at.0),
                number(at.1),
                match anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                },
                match ink {
                    Ink::Label | Ink::Series(_) => "",
                    Ink::Tick | Ink::Title | Ink::Threshold | Ink::Missing =>
                        " fill-opacity=\"0.7\"",
                },
                escape(text),
            )
        }
    };
}

fn outline((x, y): At, series: usize, r: f64) -> String {
    let corners = |corners: &[At]| {
        let corners: Vec<String> = corners
            .iter()
            .map(|(dx, dy)| pair((x + dx * r, y + dy * r)))
            .collect();
        format!("M{}Z", corners.join("L"))
    };
    match outline_corners(series) {
        None => {
            let (left, d, r) = (pair((x - r, y)), number(2.0 * r), number(r));
            format!("M{left}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0Z")
        }
        Some(outline) => corners(outline),
    }
}

fn stroke_class(stroke: Stroke) -> String {
    match stroke {
        Stroke::Grid => "plot-grid".to_owned(),
        Stroke::Axis => "plot-axis".to_owned(),
        Stroke::Threshold => "plot-threshold".to_owned(),
        Stroke::Line(series) => format!("plot-line plot-series-{series}"),
        Stroke::Whisker(series) => format!("plot-whisker plot-series-{series}"),
    }
}

fn stroke_looks(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Grid => " stroke-opacity=\"0.15\"",
        Stroke::Axis => " stroke-opacity=\"0.5\"",
        Stroke::Threshold => " stroke-opacity=\"0.6\" stroke-dasharray=\"4 3\"",
        Stroke::Line(_) => " stroke-opacity=\"0.6\" stroke-width=\"1.5\"",
        Stroke::Whisker(_) => " stroke-width=\"1.5\"",
    }
}

fn ink_class(ink: Ink) -> String {
    match ink {
        Ink::Label => "plot-label".to_owned(),
        Ink::Tick => "plot-tick".to_owned(),
        Ink::Title => "plot-title".to_owned(),
        Ink::Threshold => "plot-threshold-name".to_owned(),
        Ink::Series(series) => format!("plot-series-name plot-series-{series}"),
        Ink::Missing => "plot-missing".to_owned(),
    }
}

fn pair((x, y): At) -> String {
    format!("{},{}", number(x), number(y))
}
