use super::layout::{Anchor, Shape, draw, spread};
use super::*;
use proptest::prelude::*;

fn value(at: f64, value: f64, low: f64, high: f64) -> Point {
    Point {
        at,
        mark: Mark::Value {
            value,
            limits: Some((low, high)),
            is_weak: false,
        },
        says: format!("{value} [{low}, {high}]"),
    }
}

fn without(at: f64, mark: Mark) -> Point {
    Point {
        at,
        mark,
        says: String::new(),
    }
}

fn plot(along: Along, points: Vec<Point>) -> Plot {
    Plot {
        title: "agreement by surface".to_owned(),
        summary: "web: 0.5.".to_owned(),
        along,
        values: Scale::new("agreement", 0.0, 1.0),
        series: vec![Series {
            name: "v2".to_owned(),
            points,
            is_joined: false,
        }],
        references: Vec::new(),
    }
}

fn rows(names: &[&str], points: Vec<Point>) -> Plot {
    plot(Along::Rows(Names::of("", names.iter().copied())), points)
}

fn texts(plot: &Plot, room: Room) -> Vec<String> {
    let shapes = draw(plot, room).shapes.into_iter();
    let text = |shape| match shape {
        Shape::Text { text, .. } => Some(text),
        Shape::Line(..) | Shape::Dot { .. } => None,
    };
    shapes.filter_map(text).collect()
}

fn n_dots(plot: &Plot) -> usize {
    let shapes = draw(plot, Room::SCREEN).shapes.into_iter();
    shapes
        .filter(|shape| matches!(shape, Shape::Dot { .. }))
        .count()
}

#[test]
fn a_plot_of_one_row_as_svg() {
    let mut plot = rows(&["web"], vec![value(0.0, 0.5, 0.4, 0.65)]);
    plot.references.push(Reference::Value {
        value: 0.7,
        name: "all 0.70".to_owned(),
    });
    let room = Room {
        width: 200.0,
        font: 10.0,
    };
    insta::assert_snapshot!(svg::render(&plot, room));
}

#[test]
fn a_plot_of_one_row_as_tikz() {
    let plot = rows(&["web"], vec![value(0.0, 0.5, 0.4, 0.65)]);
    let room = Room {
        width: 200.0,
        font: 10.0,
    };
    insta::assert_snapshot!(pgf::render(&plot, room, &|text| format!("<{text}>")));
}

#[test]
fn text_from_files_stays_text_in_svg() {
    let hostile = "</text><script>alert(1)</script>\u{1}\"'&\u{ffff}";
    let mut plot = rows(&[hostile], vec![value(0.0, 0.5, 0.4, 0.65)]);
    hostile.clone_into(&mut plot.title);
    hostile.clone_into(&mut plot.summary);
    hostile.clone_into(&mut plot.series[0].points[0].says);
    hostile.clone_into(&mut plot.values.title);
    plot.references.push(Reference::Value {
        value: 0.7,
        name: hostile.to_owned(),
    });
    let svg = svg::render(&plot, Room::SCREEN);
    assert!(!svg.contains("<script"), "{svg}");
    assert!(svg.contains("&lt;script&gt;"));
    assert!(!svg.chars().any(|c| c.is_control() && c != '\n'));
    assert!(!svg.contains('\u{ffff}'));
    // Nothing a content security policy would have to allow.
    assert!(!svg.contains("style") && !svg.contains("href"));
}

#[test]
fn every_text_of_a_tikz_picture_went_through_the_escape() {
    let mut plot = rows(&["a_b"], vec![without(0.0, Mark::Suppressed)]);
    plot.references.push(Reference::Value {
        value: 0.7,
        name: "50 %".to_owned(),
    });
    let tikz = pgf::render(&plot, Room::PAPER, &|_| "ESCAPED".to_owned());
    assert!(!tikz.contains("a_b") && !tikz.contains("50 %"), "{tikz}");
    assert!(!tikz.contains("not shown"));
    assert!(tikz.contains("{ESCAPED}"));
}

#[test]
fn what_is_suppressed_or_absent_has_no_dot_and_says_so() {
    let points = vec![
        value(0.0, 0.5, 0.4, 0.6),
        without(1.0, Mark::Suppressed),
        without(2.0, Mark::Absent),
    ];
    let names = ["a", "b", "c"];
    let along = Along::Columns(Names::of("", names));
    for plot in [rows(&names, points.clone()), plot(along, points)] {
        assert_eq!(n_dots(&plot), 1);
        let texts = texts(&plot, Room::SCREEN);
        assert!(texts.iter().any(|text| text == "not shown"), "{texts:?}");
        assert!(texts.iter().any(|text| text == "–"), "{texts:?}");
    }
}

#[test]
fn a_line_is_broken_where_there_is_no_value() {
    let points = (0..5).map(|at| match at {
        2 => without(2.0, Mark::Absent),
        at => value(f64::from(at), 0.5, 0.4, 0.6),
    });
    let along = Along::Scale(Scale::new("", 0.0, 4.0));
    let mut plot = plot(along, points.collect());
    plot.series[0].is_joined = true;
    let lines = draw(&plot, Room::SCREEN).shapes.into_iter().filter(|shape| {
        matches!(shape, Shape::Line(super::layout::Stroke::Line(0), places) if places.len() == 2)
    });
    assert_eq!(lines.count(), 2);
}

#[test]
fn names_too_long_to_stand_side_by_side_are_set_in_rows() {
    let names = ["educational_instruction_and_library"; 8];
    let along = Along::Columns(Names::of("", names));
    let plot = plot(along, vec![value(0.0, 0.5, 0.4, 0.6)]);
    let shapes = draw(&plot, Room::SCREEN).shapes;
    let n_labels = shapes.iter().filter(|shape| {
        matches!(shape, Shape::Text { text, anchor: Anchor::End, full: None, .. }
            if text == names[0])
    });
    assert_eq!(n_labels.count(), 8);
}

#[test]
fn a_long_name_is_broken_where_words_end() {
    let name = "building_and_grounds_cleaning_and_maintenance";
    let plot = rows(&[name], vec![value(0.0, 0.5, 0.4, 0.6)]);
    let texts = texts(&plot, Room::PAPER);
    let first = "building_and_grounds_cleaning_".to_owned();
    assert!(texts.contains(&first), "{texts:?}");
    assert!(texts.contains(&"and_maintenance".to_owned()), "{texts:?}");
}

#[test]
fn a_name_without_room_is_cut_and_told_in_full() {
    let name = "anamethatnocolumnofatelephonehasroomfor";
    let plot = rows(&[name], vec![value(0.0, 0.5, 0.4, 0.6)]);
    let svg = svg::render(&plot, Room::SMALL);
    assert!(svg.contains(&format!("<title>{name}</title>anamethat")));
    assert!(svg.contains("…</text>"));
}

#[test]
fn numbers_that_are_none_are_not_drawn() {
    let points = vec![
        value(0.0, f64::NAN, 0.4, 0.6),
        value(f64::INFINITY, 0.5, 0.4, 0.6),
        value(0.0, 0.5, f64::NEG_INFINITY, 0.6),
    ];
    let along = Along::Scale(Scale::covering("", Kind::Log, [-1.0, f64::NAN], (0.0, 1.0)));
    let mut plot = plot(along, points);
    for point in &mut plot.series[0].points {
        point.says.clear();
    }
    let svg = svg::render(&plot, Room::SCREEN);
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}

#[test]
fn a_scale_ends_on_round_numbers_within_its_bounds() {
    let ends = |kind, values: &[f64], bounds| {
        let scale = Scale::covering("", kind, values.iter().copied(), bounds);
        (scale.from, scale.to)
    };
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    assert_eq!(ends(Kind::Linear, &[0.52, 0.97], (0.0, 1.0)), (0.5, 1.0));
    assert_eq!(ends(Kind::Linear, &[0.93, 1.0], (0.0, 1.0)), (0.92, 1.0));
    assert_eq!(ends(Kind::Linear, &[3.0], free), (2.0, 4.0));
    assert_eq!(ends(Kind::Log, &[3.0, 700.0], free), (2.0, 1000.0));
    assert_eq!(ends(Kind::Linear, &[], free), (0.0, 1.0));
}

proptest! {
    #[test]
    fn ticks_are_few_round_and_within_their_ends(
        from in -1e6..1e6_f64, width in 1e-6..1e6_f64, most in 3..12_usize,
    ) {
        let ticks = ticks::linear(from, from + width, most);
        prop_assert!(ticks.len() <= most);
        for (tick, text) in &ticks {
            prop_assert!((from..=from + width).contains(&(tick.clamp(from, from + width))));
            prop_assert!((tick.clamp(from, from + width) - tick).abs() <= 1e-8 * width);
            // What is written is where the tick stands.
            prop_assert_eq!(text.parse::<f64>().unwrap(), *tick);
        }
        let steps: Vec<f64> = ticks.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        for step in &steps {
            prop_assert!((step - steps[0]).abs() <= 1e-6 * steps[0].abs());
            let digit = step / 10_f64.powf(step.log10().floor());
            let is_round = [1.0, 2.0, 4.0, 5.0, 10.0].iter().any(|d| (digit - d).abs() < 1e-3);
            prop_assert!(is_round, "{step}");
        }
        prop_assert!(ticks.len() >= 2, "{ticks:?}");
    }

    #[test]
    fn ticks_of_ratios_are_within_their_ends(
        from in -6.0..6.0_f64, decades in 0.1..12.0_f64, most in 3..12_usize,
    ) {
        let (from, to) = (10_f64.powf(from), 10_f64.powf(from + decades));
        let ticks = ticks::log(from, to, most);
        prop_assert!(ticks.len() <= most);
        for (tick, text) in &ticks {
            prop_assert!(*tick >= from * (1.0 - 1e-6) && *tick <= to * (1.0 + 1e-6));
            prop_assert_eq!(text.parse::<f64>().unwrap(), *tick);
        }
    }

    #[test]
    fn ticks_of_days_are_days_within_their_ends(
        from in -300_000.0..300_000.0_f64, width in 0.0..200_000.0_f64, most in 3..12_usize,
    ) {
        let ticks = ticks::days(from.floor(), (from + width).floor(), most);
        prop_assert!(!ticks.is_empty() && ticks.len() <= most);
        for (tick, _) in &ticks {
            prop_assert!(*tick >= from.floor() && *tick <= from + width && tick.fract() == 0.0);
        }
        prop_assert!(ticks.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    }

    #[test]
    fn a_covering_scale_has_room_for_every_value(
        values in prop::collection::vec(-1e5..1e5_f64, 1..20),
    ) {
        let free = (f64::NEG_INFINITY, f64::INFINITY);
        let scale = Scale::covering("", Kind::Linear, values.iter().copied(), free);
        let slack = 1e-7 * (scale.to - scale.from);
        for value in values {
            prop_assert!(scale.from <= value + slack && value - slack <= scale.to);
        }
    }

    #[test]
    fn names_that_would_overlap_are_moved_apart(
        places in prop::collection::vec(0.0..100.0_f64, 1..8),
    ) {
        let moved = spread(&places, 10.0, (0.0, 100.0));
        let mut sorted = moved.clone();
        sorted.sort_by(f64::total_cmp);
        prop_assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 10.0 - 1e-9));
        prop_assert!(moved.iter().all(|place| (-1e-9..=100.0 + 1e-9).contains(place)));
    }
}
