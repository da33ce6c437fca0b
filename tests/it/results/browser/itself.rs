//! Does the harness see what it must? A test of a report that finds nothing wrong is worth as much as this.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::results::browser::{Browser, Media, PATIENCE, Page, pdf_pages, pdf_text};

/// A page of this body, open in a browser of its own; nothing where there is no browser.
pub(super) fn opened(body: &str) -> Option<(Page, Browser, TempDir)> {
    let browser = Browser::start()?;
    let dir = tempfile::tempdir().unwrap();
    let page = browser.open(&written(dir.path(), "page.html", body));
    Some((page, browser, dir))
}

fn written(dir: &Path, name: &str, body: &str) -> std::path::PathBuf {
    let file = dir.join(name);
    let html =
        format!("<!DOCTYPE html><html lang=en><meta charset=utf-8><title>t</title><body>{body}</html>");
    fs::write(&file, html).unwrap();
    file
}

const NONE: [&str; 0] = [];

#[track_caller]
fn assert_in_order(found: &[String], expected: &[&str]) {
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found} does not hold {expected}");
    }
}

#[test]
fn a_clean_page_has_no_problems_and_makes_no_requests() {
    let Some((page, _browser, _dir)) = opened(
        "<p>It is <b>ü</b>.</p><p hidden>not seen</p>
         <img src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='>
         <script>console.log('fine'); fetch(URL.createObjectURL(new Blob(['x'])))</script>",
    ) else {
        return;
    };
    assert_eq!(page.text().trim(), "It is ü.");
    assert_eq!(page.problems(), NONE);
    assert_eq!(page.requests(), NONE);
}

#[test]
fn errors_warnings_and_exceptions_are_problems() {
    let Some((page, _browser, _dir)) = opened(
        "<script>console.error('one', 2, {}); console.warn('two'); console.assert(false, 'three')</script>
         <script>throw new RangeError('four')</script>
         <script>this is no script</script>
         <script>Promise.reject(new Error('six')); addEventListener('load', () => alert('seven'))</script>",
    ) else {
        return;
    };
    let expected = [
        "console error: one 2 Object",
        "console warning: two",
        "console assert: three",
        "RangeError: four",
        "SyntaxError",
        "Error: six",
        "dialog: seven",
    ];
    let mut found = page.problems();
    // A rejected promise is reported when nothing has caught it, before or after the dialog.
    found.sort_by_key(|found| expected.iter().position(|expected| found.contains(expected)));
    assert_in_order(&found, &expected);
    // What comes later is seen as well.
    page.eval("setTimeout(() => { throw 'eight' }) && 0");
    assert!(page.problems().last().unwrap().contains("eight"));
}

/// Requests of a page, of its frames and its workers; nothing is reached, which is a problem, too.
#[test]
fn requests_of_every_origin_are_seen() {
    let Some((page, _browser, dir)) = opened(
        "<link rel=stylesheet href='http://example.invalid/style.css'>
         <img src='http://127.0.0.1:9/picture.png'><img src='beside.png'>
         <iframe src='http://127.0.0.1:9/frame.html'></iframe>
         <script>
           fetch('http://127.0.0.1:9/fetched').catch(() => 0);
           new WebSocket('ws://127.0.0.1:9/socket');
           new Worker(URL.createObjectURL(new Blob([\"fetch('http://127.0.0.1:9/worker').catch(() => 0)\"])));
         </script>",
    ) else {
        return;
    };
    let beside = crate::results::browser::file_url::file_url(&dir.path().join("beside.png"));
    let mut found = page.requests();
    found.sort();
    assert_eq!(
        found,
        [
            &beside,
            "http://127.0.0.1:9/fetched",
            "http://127.0.0.1:9/frame.html",
            "http://127.0.0.1:9/picture.png",
            "http://127.0.0.1:9/worker",
            "http://example.invalid/style.css",
            "ws://127.0.0.1:9/socket",
        ]
    );
    let problems = page.problems().join("\n");
    for asked in ["picture.png", "beside.png", "fetched", "style.css", "socket"] {
        assert!(problems.contains(asked), "{asked} is not in {problems}");
    }
}

#[test]
fn size_colours_and_media_are_as_set() {
    let Some((page, _browser, _dir)) = opened("<p>wide</p>") else { return };
    let looks = || {
        page.eval(
            "[innerWidth, innerHeight, ...['(prefers-color-scheme: dark)', '(prefers-color-scheme: light)',
              'print', 'screen'].map(query => matchMedia(query).matches)]",
        )
    };
    assert_eq!(looks(), json!([1280, 800, false, true, false, true]));
    page.set_size(400, 300);
    page.emulate_dark(true);
    assert_eq!(looks(), json!([400, 300, true, false, false, true]));
    page.emulate_media(Media::Print);
    assert_eq!(looks(), json!([400, 300, true, false, true, false]));
    page.emulate_dark(false);
    page.emulate_media(Media::Screen);
    assert_eq!(looks(), json!([400, 300, false, true, false, true]));
}

#[test]
fn pictures_and_prints_show_the_page() {
    let Some((page, _browser, _dir)) = opened(
        "<style>@page { size: A4 } body { margin: 0 } section { height: 1000px; break-after: page }
         section:last-of-type { break-after: auto; height: 900px }</style>
         <section>first</section><section>second</section><section>third — dritte Seite</section>",
    ) else {
        return;
    };
    // Width and height stand in a PNG after its signature and the name of its first chunk.
    let size = |png: &[u8]| {
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()))
    };
    assert_eq!(size(&page.screenshot()), [1280, 800]);
    assert_eq!(size(&page.screenshot_whole()), [1280, 2900]);
    let pdf = page.pdf();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(pdf_pages(&pdf), 3);
    if let Some(text) = pdf_text(&pdf) {
        // It ends each page with a form feed.
        let pages: Vec<&str> = text.split_terminator('\u{c}').map(str::trim).collect();
        assert_eq!(pages, ["first", "second", "third — dritte Seite"]);
    }
}

#[test]
fn without_scripts_nothing_runs() {
    let Some(browser) = Browser::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let body = "<p onclick='this.textContent = 1'>still</p><noscript>no scripts</noscript>
                <script>document.body.append('ran'); console.error('ran')</script>";
    let file = written(dir.path(), "page.html", body);
    let page = browser.open_without_scripts(&file);
    page.click(20.0, 25.0);
    assert_eq!(page.text().split_whitespace().collect::<Vec<_>>(), ["still", "no", "scripts"]);
    assert_eq!(page.problems(), NONE);
    // A second page of the same browser, where they run.
    let page = browser.open(&file);
    page.click(20.0, 25.0);
    assert_eq!(page.text().split_whitespace().collect::<Vec<_>>(), ["1", "ran"]);
    assert_eq!(page.problems(), ["console error: ran"]);
}

#[test]
fn a_file_is_found_whatever_its_name() {
    let Some(browser) = Browser::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("a b;ü");
    fs::create_dir(&inner).unwrap();
    let page = browser.open(&written(&inner, "50% #1 &~'(x)+,=@[].html", "<p>here</p>"));
    assert_eq!(page.text(), "here");
    assert_eq!(page.requests(), NONE);
    assert_eq!(page.problems(), NONE);
}

#[test]
fn promises_are_awaited_and_exceptions_fail_the_test() {
    let Some((page, _browser, _dir)) = opened("<p>x</p>") else { return };
    let later = "new Promise(done => setTimeout(() => done({ a: [1.5, null] }), 50))";
    assert_eq!(page.eval(later), json!({ "a": [1.5, null] }));
    assert_eq!(page.eval("undefined"), json!(null));
    for (expression, says) in [
        ("nothing.here", "ReferenceError: nothing is not defined"),
        ("Promise.reject(new Error('too late'))", "Error: too late"),
        ("(", "SyntaxError"),
    ] {
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| page.eval(expression)));
        let message = *failed.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains(says) && message.ends_with(&format!("in {expression}")), "{message}");
    }
}

/// A test that waits for a page for ever would say nothing; and its browser ends like any other.
#[test]
fn a_page_that_hangs_is_given_up() {
    let Some(browser) = Browser::start() else { return };
    let limit = Duration::from_secs(1);
    let mut tools = browser.connect(PATIENCE).unwrap();
    let target = tools.call("Target.createTarget", json!({ "url": "about:blank" }));
    tools.attach(target["targetId"].as_str().unwrap());
    let answer = tools.try_call("Runtime.evaluate", json!({ "expression": "for (;;);" }), limit);
    assert_eq!(answer.unwrap_err(), "no answer in 1 s");
}

/// The test that uses it may have failed.
#[test]
fn nothing_is_left_of_a_browser() {
    let Some(browser) = Browser::start() else { return };
    let (home, address) = (browser.home.path().to_path_buf(), browser.tools.clone().unwrap().0);
    assert!(home.exists() && std::net::TcpStream::connect(address).is_ok());
    drop(browser);
    assert!(!home.exists() && std::net::TcpStream::connect(address).is_err());
}
