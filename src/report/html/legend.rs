//! What marks and pictures mean: of those that the page has, and no others.

use super::escape::escape;
use crate::report::document::Block;
use crate::report::document::page::Page;

/// The key to what `body` and the overview draw.
pub(super) fn legend(page: &Page, body: &str) -> String {
    let has = |what: &str| body.contains(what);
    let mut entries: Vec<String> = Vec::new();
    let mut drawn = |is_there: bool, picture: &str, words: &str| {
        if is_there {
            entries.push(format!(
                "<li><svg class=\"sample\" viewBox=\"0 0 30 14\" aria-hidden=\"true\">{picture}</svg> \
                 {words}</li>"
            ));
        }
    };
    drawn(
        has("<svg class=\"whisker\"") || has("<svg class=\"gate\""),
        "<path class=\"rail\" d=\"M0 7H30\"/><path class=\"reach\" d=\"M5 4v6M5 7H25M25 4v6\"/>\
         <circle class=\"dot\" cx=\"17\" cy=\"7\" r=\"3.5\"/>",
        "value with its interval, which stands in brackets too",
    );
    drawn(
        has("class=\"threshold\""),
        "<path class=\"rail\" d=\"M0 6H30\"/><path class=\"threshold\" d=\"M15 0V9\"/>\
         <path class=\"threshold-tip\" d=\"M11 14L19 14L15 8Z\"/>",
        "threshold of a gate",
    );
    drawn(
        has("<path class=\"mark\""),
        "<path class=\"rail\" d=\"M0 7H30\"/><path class=\"mark\" d=\"M15 0V14\"/>",
        "value over all items",
    );
    drawn(
        has("<path class=\"zero\""),
        "<path class=\"rail\" d=\"M0 7H30\"/><path class=\"zero\" d=\"M15 1V13\"/>",
        "0, or no difference",
    );
    drawn(
        has(" plot-weak\""),
        "<path class=\"reach\" d=\"M3 7H12M18 7H27\"/>\
         <circle class=\"hollow\" cx=\"15\" cy=\"7\" r=\"3.5\"/>",
        "interval from too few clusters",
    );
    entries.extend(page.legend.iter().filter_map(|block| match block {
        Block::Prose(words) => Some(format!("<li class=\"words\">{}</li>", escape(words))),
        _ => None,
    }));
    match entries.is_empty() {
        true => String::new(),
        false => format!(
            "<ul class=\"legend\" aria-label=\"What marks mean\">{}</ul>\n",
            entries.concat()
        ),
    }
}
