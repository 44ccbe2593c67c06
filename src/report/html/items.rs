//! The list of items: its frame, and what the page's script fills it with. The items themselves are
//! packed bytes; no text of theirs is markup.

use serde_json::json;

use super::escape::escape;
use crate::report::document::page::Page;
use crate::report::items::{Blob, Listing, Packed};

/// The frame of the list, and the packed items.
pub(super) fn section(listing: &Listing, page: &Page) -> String {
    let n = listing.len();
    let named = |position: usize| {
        let name = page.sections.get(position).map(|section| &*section.name);
        json!(name.unwrap_or_default())
    };
    let columns = listing.columns(named);
    let mut html = format!(
        "<section id=\"items\" class=\"items\" aria-labelledby=\"items-title\">\
         <h2 id=\"items-title\">Items</h2>\
         <p id=\"items-off\">The list of {n} items is packed in this file and unpacked by its script. \
         Scripts are off, or the browser cannot unpack it; everything above is complete without \
         it.</p>{FRAME}"
    );
    html.push_str(&blob("packed-columns", &Blob::of(columns.as_bytes())));
    html.push_str(&volumes("texts", &listing.texts));
    for (at, (_, report)) in listing.reports.iter().enumerate() {
        html.push_str(&volumes(
            &format!("candidate-{at}"),
            &report.candidate.rationales,
        ));
        if let Some(baseline) = &report.baseline {
            html.push_str(&volumes(&format!("baseline-{at}"), &baseline.rationales));
        }
    }
    html.push_str("</section>\n");
    html
}

fn volumes(name: &str, packed: &Packed) -> String {
    let volumes = packed.volumes.iter().enumerate();
    let volumes = volumes.map(|(at, volume)| blob(&format!("packed-{name}-{at}"), volume));
    volumes.collect()
}

fn blob(id: &str, blob: &Blob) -> String {
    format!(
        "<script type=\"application/octet-stream\" id=\"{}\" data-bytes=\"{}\">{}</script>\n",
        escape(id),
        blob.n_bytes,
        blob.text
    )
}

const FRAME: &str = include_str!("items.html");
