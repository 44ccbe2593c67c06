//! The HTML report, opened in a browser.

mod browser;
mod data;
mod looks;
mod shots;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::{code, labelgate, text};
use browser::{Browser, Page, Screen};
use data::{Item, LABELS, many_items, write_project};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

const LAPTOP: Screen = Screen {
    width: 1280,
    height: 900,
    is_dark: false,
};
const PHONE: Screen = Screen {
    width: 390,
    height: 844,
    is_dark: true,
};

/// Writes a page with the program.
fn report(folder: &Path, arguments: &[&str], file: &Path) -> String {
    let name = file.to_str().unwrap();
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["-q", "-o", name])
        .collect();
    let output = labelgate(folder, &arguments);
    assert!(
        [0, 1, 3].contains(&code(&output)),
        "{}",
        text(&output.stderr)
    );
    fs::read_to_string(file).unwrap()
}

fn shown(browser: &mut Browser, page: &Page) -> String {
    let count = browser.value(page, "document.getElementById('count').textContent");
    count.as_str().unwrap().to_owned()
}

/// What cells of a matrix show, as far as it can be seen.
const SEEN: &str = "[...document.querySelectorAll('.matrix')[0].querySelectorAll('td.heat')]\
    .map(cell => cell.innerText.trim()).join(' ')";

#[test]
fn the_page_of_the_shipped_project_opens_quietly_and_its_controls_work() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    report(
        &root(),
        &["score", "work_mode", "--min-clusters", "1", "--with-items"],
        &file,
    );
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    browser.show_on(&page, LAPTOP);
    browser.open(&page, &file);
    assert_eq!(shown(&mut browser, &page), "240 of 240 items");

    // A cell of the matrix lists its items, and as many as it says.
    let cell = "document.querySelector('.matrix td.heat:not(.right-label) a')";
    let n = browser.value(&page, &format!("{cell}.querySelector('.n').textContent"));
    let labels = format!("[{cell}.dataset.reference, {cell}.dataset.candidate]");
    let labels = browser.value(&page, &labels);
    browser.value(&page, &format!("{cell}.click()"));
    assert_eq!(
        shown(&mut browser, &page),
        format!("{} of 240 items", n.as_str().unwrap())
    );
    let of_rows = browser.value(
        &page,
        "[...document.querySelectorAll('#row-body tr:not(.space)')].map(row => \
         [row.children[1].textContent, row.children[3].textContent])",
    );
    for row in of_rows.as_array().unwrap() {
        assert_eq!(row[0], labels[0]);
        let candidate = format!("✗ {} (wrong)", labels[1].as_str().unwrap());
        assert_eq!(row[1], json!(candidate));
    }

    // So does Enter on it.
    browser.value(&page, "document.getElementById('reset').click()");
    assert_eq!(shown(&mut browser, &page), "240 of 240 items");
    browser.value(&page, &format!("{cell}.focus()"));
    let enter = json!({"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r",
        "windowsVirtualKeyCode": 13});
    browser.call(Some(&page), "Input.dispatchKeyEvent", enter);
    browser.wait_for(
        &page,
        &format!(
            "document.getElementById('count').textContent.startsWith('{} of')",
            n.as_str().unwrap()
        ),
    );

    // Search looks into texts; what it finds has what was sought.
    browser.value(&page, "document.getElementById('reset').click()");
    let sought = "const box = document.getElementById('search'); box.value = 'PIPELINE'; \
        box.dispatchEvent(new Event('input', {bubbles: true}))";
    browser.value(&page, &format!("(() => {{ {sought} }})()"));
    browser.wait_for(
        &page,
        "document.getElementById('count').textContent !== '240 of 240 items'",
    );
    let found = shown(&mut browser, &page);
    let n_found: usize = found.split(' ').next().unwrap().parse().unwrap();
    let sessions = fs::read_to_string(root().join("gold/sessions.jsonl")).unwrap();
    let in_texts = sessions.lines().filter(|line| {
        let item: Value = serde_json::from_str(line).unwrap();
        item["text"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("pipeline")
    });
    // Rationales may hold the word too.
    assert!(n_found >= in_texts.count() && n_found < 240, "{found}");

    // One item in full.
    browser.value(&page, "document.querySelector('#row-body button').click()");
    let detail = browser.value(&page, "document.getElementById('detail-body').innerText");
    let detail = detail.as_str().unwrap();
    for part in ["candidate's rationale", "lines_added", "User:"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    browser.value(&page, "document.getElementById('detail-close').click()");

    // The wrong ones are those off the diagonal.
    browser.value(&page, "document.getElementById('reset').click()");
    browser.value(&page, "document.getElementById('wrong').click()");
    let off = "[...document.querySelectorAll('.matrix')[0].querySelectorAll('td.heat:not(.right-label) .n')]\
        .reduce((sum, cell) => sum + Number(cell.textContent), 0)";
    let off = browser.value(&page, off);
    assert_eq!(shown(&mut browser, &page), format!("{off} of 240 items"));

    // The switch of the matrix.
    let counts = browser.value(&page, SEEN);
    browser.value(&page, "document.querySelector('.by-row').click()");
    let rows = browser.value(&page, SEEN);
    browser.value(&page, "document.querySelector('.by-column').click()");
    let columns = browser.value(&page, SEEN);
    assert!(counts != rows && rows != columns && counts != columns);
    assert!(rows.as_str().unwrap().contains("96"), "{rows}");

    assert_eq!(browser.complaints, Vec::<String>::new());
}

/// What somebody might write into a transcript, an id or a label.
const HOSTILE: [&str; 8] = [
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 2</script>",
    "<!--<script>",
    "\"><img src=x onerror=\"window.hacked = 3\">",
    "<svg onload='window.hacked = 4'>",
    "javascript:window.hacked=5",
    "</pre></td></table><iframe srcdoc='<script>parent.hacked = 6</script>'></iframe>",
    "\u{202e}\u{0}\u{1b}[31m]]>{{constructor}}${window.hacked=7}<style>*{display:none}</style>",
];

#[test]
fn hostile_texts_stay_texts() {
    let folder = tempfile::tempdir().unwrap();
    let labels = [
        "<b onclick=alert(1)>x</b>",
        "</script><script>window.hacked=8</script>",
    ];
    let items: Vec<Item> = (0..80)
        .map(|at| Item {
            id: format!("{} {at}", HOSTILE[at % 8]),
            text: format!("{at} {} end", HOSTILE[at % 8]),
            surface: HOSTILE[at % 3].to_owned(),
            lines_added: at as u64,
            labels: [0, at % 5 / 4, at % 7 / 6].map(|shift| labels[(at + shift) % 2].to_owned()),
            rationale: HOSTILE[(at + 1) % 8].to_owned(),
        })
        .collect();
    write_project(folder.path(), &labels, &items);
    let file = folder.path().join("report.html");
    let html = report(folder.path(), &["gate", "--with-items"], &file);
    assert_eq!(html.matches("<script>").count(), 1, "only its own script");
    for word in [
        "<img",
        "<iframe",
        "<!--",
        "onclick=alert",
        " style=",
        "unsafe-inline",
    ] {
        let at = html
            .find(word)
            .map(|at| html[at.saturating_sub(80)..at + 40].to_owned());
        // Text of an attribute may hold the word once its brackets are escaped.
        let is_text = word == "onclick=alert" && html.contains("&lt;b onclick");
        assert!(at.is_none() || is_text, "{word}: {at:?}");
    }
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    browser.show_on(&page, LAPTOP);
    browser.open(&page, &file);
    assert_eq!(shown(&mut browser, &page), "80 of 80 items");
    // Every item is looked at in full.
    for place in 0..80 {
        let at = browser.value(
            &page,
            &format!(
                "(() => {{ document.getElementById('rows').scrollTop = {place} * 34; \
                 return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {{ \
                 document.querySelector('[data-place=\"{place}\"]').click(); \
                 const text = document.querySelector('#detail-body pre').textContent; \
                 document.getElementById('detail').close(); done(text); }}))); }})()"
            ),
        );
        let text = at.as_str().unwrap();
        assert!(
            items.iter().any(|item| item.text == text),
            "{place}: {text:?}"
        );
    }
    browser.value(&page, "document.querySelector('.matrix a').click()");
    let state = browser.value(
        &page,
        "[typeof window.hacked, document.querySelectorAll('iframe, img, main b, object, embed').length, \
          document.querySelectorAll('style').length, \
          [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => \
            a.name.startsWith('on'))).length, \
          [...document.querySelectorAll('a')].filter(a => !a.getAttribute('href').startsWith('#')).length]",
    );
    assert_eq!(state, json!(["undefined", 0, 1, 0, 0]));
    let heads = browser.value(
        &page,
        "document.querySelector('.matrix tbody th').textContent",
    );
    assert!(labels.contains(&heads.as_str().unwrap()), "{heads}");
    assert_eq!(browser.complaints, Vec::<String>::new());

    // Whatever got in would be stopped by the policy.
    browser.value(
        &page,
        "(() => { const script = document.createElement('script'); \
         script.textContent = 'window.hacked = 9'; document.body.append(script); })()",
    );
    assert_eq!(browser.value(&page, "typeof window.hacked"), "undefined");
    assert!(
        browser
            .complaints
            .iter()
            .any(|one| one.contains("Content Security Policy"))
    );
}

#[test]
fn ten_thousand_items_take_a_third_of_their_texts_and_only_rows_in_sight_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let items = many_items(10_000);
    write_project(folder.path(), &LABELS, &items);
    let file = folder.path().join("report.html");
    let html = report(folder.path(), &["gate", "--with-items"], &file);
    let n_bytes: usize = items.iter().map(|item| item.text.len()).sum();
    assert!(
        3 * html.len() <= n_bytes,
        "{} of {n_bytes} bytes",
        html.len()
    );
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    browser.show_on(&page, LAPTOP);
    browser.open(&page, &file);
    assert_eq!(shown(&mut browser, &page), "10000 of 10000 items");
    let drawn = "document.querySelectorAll('#row-body tr').length";
    assert!(browser.value(&page, drawn).as_u64().unwrap() < 80);
    browser.value(
        &page,
        "(() => { const rows = document.getElementById('rows'); rows.scrollTop = rows.scrollHeight; })()",
    );
    browser.wait_for(
        &page,
        "[...document.querySelectorAll('#row-body button')].at(-1)?.textContent === 'session-09999'",
    );
    assert!(browser.value(&page, drawn).as_u64().unwrap() < 80);
    // The last of them in full is what was packed.
    browser.value(
        &page,
        "[...document.querySelectorAll('#row-body button')].at(-1).click()",
    );
    let text = browser.value(
        &page,
        "document.querySelector('#detail-body pre').textContent",
    );
    assert_eq!(text.as_str().unwrap(), items[9_999].text);
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn the_page_fits_its_screen_and_is_complete_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let with_items = folder.path().join("items.html");
    let some = ["gate", "expertise", "work_mode", "--with-items"];
    report(&root(), &some, &with_items);
    let labels = folder.path().join("labels.csv");
    fs::write(&labels, "mode,judge\nfix,fix\nbuild,fix\n").unwrap();
    let small = folder.path().join("small.htm");
    let score = [
        "score",
        "labels.csv",
        "--scheme",
        "nominal",
        "--reference",
        "mode",
        "--candidate",
        "judge",
    ];
    report(folder.path(), &score, &small);
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = browser.page();
    for screen in [LAPTOP, PHONE] {
        browser.show_on(&page, screen);
        for file in [&with_items, &small] {
            browser.open(&page, file);
            let width = browser.value(&page, "document.documentElement.scrollWidth");
            assert_eq!(width, screen.width, "{}", file.display());
        }
    }
    assert_eq!(browser.complaints, Vec::<String>::new());

    // What is hidden is hidden in the list too, which says so.
    browser.open(&page, &with_items);
    let left_out = "document.getElementById('left-out')";
    let words = browser.value(
        &page,
        &format!("{left_out}.checkVisibility() && {left_out}.textContent"),
    );
    assert!(
        words
            .as_str()
            .unwrap()
            .starts_with("Something is left out of "),
        "{words}"
    );
    let hidden = "document.querySelectorAll('#row-body em').length";
    assert!(browser.value(&page, hidden).as_u64().unwrap() > 0);

    // Every heading is under one of the level above, every control has a name.
    let levels = browser.value(
        &page,
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))",
    );
    let levels: Vec<u64> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_u64().unwrap())
        .collect();
    assert_eq!(levels[0], 1);
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    let nameless = browser.value(
        &page,
        "[...document.querySelectorAll('input, select')].filter(e => !e.labels.length).length + \
         [...document.querySelectorAll('svg:not([aria-hidden])')].filter(e => \
         !e.getAttribute('aria-label') && !e.querySelector('title')).length + \
         [...document.querySelectorAll('table')].filter(e => !e.caption).length",
    );
    assert_eq!(nameless, 0);

    let off = json!({"value": true});
    browser.call(Some(&page), "Emulation.setScriptExecutionDisabled", off);
    browser.show_on(&page, LAPTOP);
    let url = format!("file://{}#s2", with_items.display());
    browser.call(Some(&page), "Page.navigate", json!({"url": "about:blank"}));
    browser.call(Some(&page), "Page.navigate", json!({"url": url}));
    // The page's own scripts do not run; questions about it still do.
    browser.wait_for(
        &page,
        "document.readyState === 'complete' && location.protocol === 'file:'",
    );
    let text = browser.value(&page, "document.body.innerText");
    let text = text.as_str().unwrap();
    for part in [
        "gates pass",
        "work_mode",
        "Confusion matrix",
        "Telemetry rules",
        "Scripts are off",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(
        browser.value(&page, "document.getElementById('list').hidden"),
        true
    );
    let counts = browser.value(&page, SEEN);
    let first = "document.querySelector('.by-row')";
    // The page is laid out as it is scrolled to: what moved under the pointer is pressed again.
    for _ in 0..20 {
        let place = browser.value(
            &page,
            &format!(
                "(() => {{ {first}.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
                 const box = {first}.nextElementSibling.getBoundingClientRect(); \
                 return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
            ),
        );
        for kind in ["mousePressed", "mouseReleased"] {
            let press = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            browser.call(Some(&page), "Input.dispatchMouseEvent", press);
        }
        if browser.value(&page, &format!("{first}.checked")) == true {
            break;
        }
    }
    browser.wait_for(&page, &format!("{first}.checked"));
    assert_ne!(browser.value(&page, SEEN), counts);
}
