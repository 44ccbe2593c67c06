//! A plot as a TikZ picture, for papers. It needs the package `tikz` and nothing else, and takes the
//! typeface of the text around it. The caller says how text is escaped.

use std::fmt::Write;

use super::Plot;
use super::layout::{
    Anchor, At, Ink, Picture, Room, Shape, Stroke, draw, number, outline_corners, radius,
};

/// The plot as a `tikzpicture`, whose texts `escape` has made safe for LaTeX.
pub fn render(plot: &Plot, room: Room, escape: &dyn Fn(&str) -> String) -> String {
    let Picture {
        width,
        height,
        font,
        shapes,
    } = draw(plot, room);
    // Down is positive in a picture.
    let mut tikz = format!(
        "\\begin{{tikzpicture}}[x=1pt, y=-1pt, inner sep=0pt, line width=0.4pt, \
         font={{\\fontsize{{{}}}{{{}}}\\selectfont}}]\n\
         \\useasboundingbox (0,0) rectangle {};\n",
        number(font),
        number(font * 1.2),
        place((width, height)),
    );
    for shape in &shapes {
        push(&mut tikz, shape, font, escape);
    }
    tikz.push_str("\\end{tikzpicture}\n");
    tikz
}

/// How high the picture is, in the unit of the room.
pub fn height(plot: &Plot, room: Room) -> f64 {
    draw(plot, room).height
}

fn push(tikz: &mut String, shape: &Shape, font: f64, escape: &dyn Fn(&str) -> String) {
    // Writing to a string cannot fail.
    let _ = match shape {
        Shape::Line(stroke, places) => {
            let places = places.iter().map(|at| place(*at));
            let places = places.collect::<Vec<_>>().join(" -- ");
            writeln!(tikz, "\\draw[{}] {places};", looks(*stroke))
        }
        Shape::Dot {
            at,
            series,
            is_hollow,
            says: _,
        } => {
            let command = match is_hollow {
                true => "\\draw[line width=0.7pt]",
                false => "\\fill",
            };
            writeln!(tikz, "{command} {};", outline(*at, *series, radius(font)))
        }
        Shape::Text {
            at,
            ink,
            anchor,
            text,
            full: _,
        } => {
            let anchor = match anchor {
                Anchor::Start => "base west",
                Anchor::Middle => "base",
                Anchor::End => "base east",
            };
            let colour = match ink {
                Ink::Label | Ink::Series(_) => "",
                Ink::Tick | Ink::Title | Ink::Threshold | Ink::Missing => ", text=black!65",
            };
            let at = place(*at);
            writeln!(
                tikz,
                "\\node[anchor={anchor}{colour}] at {at} {{{}}};",
                escape(text)
            )
        }
    };
}

fn looks(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Grid => "black!15",
        Stroke::Axis => "black!50",
        Stroke::Threshold => "black!60, dash pattern=on 3pt off 2pt",
        Stroke::Line(_) => "black!60, line width=0.8pt",
        Stroke::Whisker(_) => "line width=0.8pt",
    }
}

fn outline((x, y): At, series: usize, r: f64) -> String {
    let corners = |corners: &[At]| {
        let corners = corners.iter();
        let corners = corners.map(|(dx, dy)| place((x + dx * r, y + dy * r)));
        format!("{} -- cycle", corners.collect::<Vec<_>>().join(" -- "))
    };
    match outline_corners(series) {
        None => format!("{} circle[radius={}pt]", place((x, y)), number(r)),
        Some(outline) => corners(outline),
    }
}

fn place((x, y): At) -> String {
    format!("({},{})", number(x), number(y))
}
