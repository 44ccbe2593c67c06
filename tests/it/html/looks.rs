//! How pages look: whether they keep to their screen, can be read in both colour schemes, and can be
//! gone through with the keyboard.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::browser::{Browser, Page, Screen};
use super::{HOSTILE, LAPTOP, PHONE, report, root};

/// Every kind of page, small where it can be.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let file = |name: &str| folder.join(format!("{name}.html"));
    for (name, arguments) in [
        ("gate", &["gate", "work_mode", "--with-items"][..]),
        ("numbers", &["score", "task_value"]),
        ("compare", &["compare", "expertise@v1", "expertise@v2"]),
        ("appendix", &["appendix", "work_mode"]),
        ("plan", &["plan", "work_mode"]),
    ] {
        report(&root(), arguments, &file(name));
    }
    // Names that fill any line, and one that fills a screen.
    let long = "W".repeat(10_000);
    // The last of the hostile ones has a byte that no file of labels may have.
    let names: Vec<&str> = HOSTILE[..7].iter().copied().chain([&*long]).collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = (0..120).map(|at| {
        let [reference, candidate] =
            [at, at + at % 3 / 2].map(|at| quoted(names[at % names.len()]));
        format!(
            "{reference},{candidate},{}\n",
            quoted(names[at / 9 % names.len()])
        )
    });
    let labels = folder.join("labels.csv");
    fs::write(
        &labels,
        format!("judge,mode,place\n{}", rows.collect::<String>()),
    )
    .unwrap();
    let mut arguments = vec!["score", "labels.csv", "--scheme", "nominal"];
    arguments.extend([
        "--reference",
        "judge",
        "--candidate",
        "mode",
        "--slice",
        "place",
    ]);
    report(folder, &arguments, &file("hostile"));
    let names = ["gate", "numbers", "compare", "appendix", "plan", "hostile"];
    names.map(file).into()
}

/// The texts that are too faint, of how many.
fn faint(browser: &mut Browser, page: &Page) -> (u64, Value) {
    let found = browser.value(page, include_str!("looks.js"));
    (found["n"].as_u64().unwrap(), found["faint"].clone())
}

#[test]
fn every_page_keeps_to_its_screen_and_can_be_read_in_light_and_dark() {
    let folder = tempfile::tempdir().unwrap();
    let pages = pages(folder.path());
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    for file in &pages {
        let name = file.display();
        for screen in [LAPTOP, PHONE] {
            for is_dark in [false, true] {
                browser.show_on(&page, Screen { is_dark, ..screen });
                browser.open(&page, file);
                let width = browser.value(&page, "document.documentElement.scrollWidth");
                assert_eq!(width, screen.width, "{name}");
                let (n, faint) = faint(&mut browser, &page);
                assert!(n > 20, "{name}: {n} texts");
                assert_eq!(faint, json!([]), "{name}, dark: {is_dark}");
            }
        }
        // No name takes a screen for itself.
        let tallest = "Math.max(0, ...[...document.querySelectorAll('tbody tr:not(.space)')]\
            .map(row => row.getBoundingClientRect().height))";
        assert!(
            browser.value(&page, tallest).as_f64().unwrap() < 300.0,
            "{name}"
        );
        let headings = "[...document.querySelectorAll('h1, h2, h3, h4')]\
            .map(heading => Number(heading.tagName[1]))";
        let headings = browser.value(&page, headings);
        let levels = headings.as_array().unwrap().iter();
        let levels: Vec<u64> = levels.map(|level| level.as_u64().unwrap()).collect();
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{name}: {levels:?}"
        );
        let title = browser.value(&page, "document.querySelector('h1').innerText.trim()");
        assert_ne!(title, "", "{name}");
    }
    assert_eq!(browser.complaints, Vec::<String>::new());
    // What is faint is found.
    browser.value(
        &page,
        "(() => { const p = document.createElement('p'); p.textContent = 'faint'; \
         p.style.color = 'color-mix(in srgb, currentColor 30%, transparent)'; \
         document.querySelector('main').prepend(p); })()",
    );
    assert!(
        faint(&mut browser, &page).1[0]
            .as_str()
            .unwrap()
            .ends_with(" P faint")
    );
}

#[test]
fn the_tab_key_goes_through_the_page_in_order_and_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gate.html");
    report(&root(), &["gate", "work_mode", "--with-items"], &file);
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    browser.show_on(&page, LAPTOP);
    browser.open(&page, &file);
    browser.value(
        &page,
        "window.stops = []; document.addEventListener('focusin', event => \
         window.stops.push(event.target))",
    );
    let seen = "(() => { const one = document.activeElement; \
        const marked = one.closest('.switch') ? one.nextElementSibling : one; \
        const box = marked.getBoundingClientRect(); \
        return [getComputedStyle(marked).outlineStyle, box.width > 0 && box.right > 0]; })()";
    let mut n = 0;
    loop {
        for kind in ["rawKeyDown", "keyUp"] {
            let tab =
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            browser.call(Some(&page), "Input.dispatchKeyEvent", tab);
        }
        if browser.value(&page, "document.activeElement === document.body") == true {
            break;
        }
        n += 1;
        assert!(n < 400, "the page can be left");
        // Rows are drawn as they come into sight, a moment after the key.
        browser.wait_for(&page, &format!("{seen}.join() === 'solid,true'"));
    }
    let order = "window.stops.every((stop, at) => at === 0 || \
        window.stops[at - 1].compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING || \
        window.stops[at - 1] === stop)";
    assert_eq!(browser.value(&page, order), true);
    for stop in [
        ".skip",
        "#theme",
        ".contents a",
        ".by-count",
        ".matrix a",
        "#search",
        "#rows",
    ] {
        let is_met = format!("window.stops.some(stop => stop.matches('{stop}'))");
        assert_eq!(browser.value(&page, &is_met), true, "{stop}");
    }
}
