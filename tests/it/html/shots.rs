//! Pictures of the page for people to look at.

use std::fs;
use std::path::PathBuf;

use super::browser::{Browser, Screen};
use super::{report, root};

/// Pictures for people to look at: `LABELGATE_SHOTS=folder`, or `just report-shots`.
#[test]
fn pictures_of_the_page_are_taken_where_somebody_asks_for_them() {
    let Ok(folder) = std::env::var("LABELGATE_SHOTS") else {
        return;
    };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    let file = fs::canonicalize(&folder).unwrap().join("report.html");
    report(&root(), &["gate", "--with-items"], &file);
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    for (width, device) in [(1280, "laptop"), (390, "phone")] {
        for (is_dark, colours) in [(false, "light"), (true, "dark")] {
            let height = 1400;
            let screen = Screen {
                width,
                height,
                is_dark,
            };
            browser.show_on(&page, screen);
            browser.open(&page, &file);
            for (part, selector) in [
                ("top", "body"),
                ("gates", "#s9"),
                ("matrix", "#s9 .matrix"),
                ("rules", "#s9 .rules"),
                ("slices", "#s9 .panels"),
                ("items", "#items"),
            ] {
                let scroll = format!(
                    "document.querySelector('{selector}').scrollIntoView({{behavior: 'instant'}})"
                );
                browser.value(&page, &scroll);
                let picture = browser.picture(&page);
                let name = format!("{device}-{colours}-{part}.png");
                fs::write(folder.join(name), from_base64(&picture)).unwrap();
            }
        }
    }
}

fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter(|byte| *byte != b'=');
    let digits = digits.map(|byte| DIGITS.iter().position(|digit| *digit == byte).unwrap());
    let (mut bytes, mut bits, mut n_bits) = (Vec::new(), 0, 0);
    for digit in digits {
        bits = bits << 6 | digit;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits & 255) as u8);
        }
    }
    bytes
}
