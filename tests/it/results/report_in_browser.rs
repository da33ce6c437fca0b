//! What does a real browser make of a report?

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::results::browser::{Browser, Media, Page, pdf_pages, pdf_text};
use crate::support::reports::{HOSTILE, KINDS, made, made_hostile, succeeds};

const NONE: [&str; 0] = [];

/// The report of a kind of results, open.
fn opened(kind: &str) -> Option<(Page, Browser, TempDir)> {
    let browser = Browser::start()?;
    let dir = TempDir::new().unwrap();
    let page = browser.open(&made(dir.path(), kind));
    page.frame();
    Some((page, browser, dir))
}

#[track_caller]
fn assert_clean(page: &Page) {
    assert_eq!(page.problems(), NONE);
    assert_eq!(page.requests(), NONE);
}

#[test]
fn every_report_opens_and_makes_no_requests() {
    let Some(browser) = Browser::start() else { return };
    let dir = TempDir::new().unwrap();
    for (kind, _, answer) in KINDS {
        let page = browser.open(&made(dir.path(), kind));
        assert_clean(&page);
        let text = page.text();
        assert!(text.contains(answer) && text.contains("How to make it again"), "{kind}: {text}");
        let charts = page.eval(
            "(() => { const all = [...document.querySelectorAll('figure.chart')];
              return all.map(f => [f.querySelectorAll('svg path.line, svg path.band').length > 0,
                f.classList.contains('zooms') && f.querySelector('canvas').width > 300]); })()",
        );
        let charts = charts.as_array().unwrap();
        assert!(charts.iter().all(|chart| *chart == json!([true, true])), "{kind}: {charts:?}");
        assert_eq!(charts.is_empty(), matches!(kind, "diagnose" | "plan"), "{kind}");
        let wide = page.eval("document.documentElement.scrollWidth <= innerWidth");
        assert_eq!(wide, json!(true), "{kind} is wider than the window");
    }
}

/// The layer that zooms has every number of the file.
#[test]
fn charts_hold_the_numbers_of_the_files() {
    let Some((page, _browser, dir)) = opened("run") else { return };
    let mut csv = csv::Reader::from_path(dir.path().join("run/timeline.csv")).unwrap();
    let header = csv.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    let column = |name: &str| -> Vec<f64> {
        let at = header.iter().position(|column| column == name).unwrap();
        rows.iter().map(|row| row[at].parse().unwrap()).collect()
    };
    let shown = page.eval("document.querySelector('#licenses').chart.data");
    let start = 1_767_571_200.0;
    let times: Vec<f64> = column("time_s").iter().map(|second| start + second).collect();
    let expected = [times, column("licenses_in_use"), column("licenses_total"), column("clients_waiting")];
    for (index, expected) in expected.iter().enumerate() {
        let shown: Vec<f64> = shown[index].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        assert_eq!(&shown, expected, "series {index}");
    }
}

fn width(page: &Page) -> f64 {
    let width = "(() => { const { min, max } = document.querySelector('#licenses').chart.scales.x; return max - min; })()";
    page.eval(width).as_f64().unwrap()
}

/// Where the first chart is: left, top, width, height of what is drawn over.
fn place(page: &Page) -> [f64; 4] {
    let place = page.eval(
        "(() => { const over = document.querySelector('#licenses .u-over'); over.scrollIntoView({ block: 'center' });
          const r = over.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()",
    );
    serde_json::from_value(place).unwrap()
}

#[test]
fn dragging_zooms_and_buttons_and_keys_do() {
    let Some((page, _browser, _dir)) = opened("run") else { return };
    let all = width(&page);
    let [left, top, wide, high] = place(&page);
    page.drag((left + 0.25 * wide, top + 0.5 * high), (left + 0.75 * wide, top + 0.5 * high));
    let half = width(&page);
    assert!((half / all - 0.5).abs() < 0.02, "{half} of {all}");
    let press = |label: &str| {
        let button =
            format!("document.querySelector('#licenses .tools button[aria-label=\"{label}\"]').click()");
        page.eval(&button);
    };
    press("Zoom in");
    assert!((width(&page) / half - 0.5).abs() < 0.01);
    press("Zoom out");
    assert!((width(&page) / half - 1.0).abs() < 0.01);
    press("Show all");
    assert_eq!(width(&page), all);
    // The same without a mouse, and read aloud.
    page.eval("document.querySelector('#licenses .live').focus()");
    page.key("+");
    assert!((width(&page) / all - 0.5).abs() < 0.01);
    page.key("0");
    assert_eq!(width(&page), all);
    page.key("Home");
    page.key("ArrowRight");
    let readout = page.eval("document.querySelector('#licenses output').textContent");
    let readout = readout.as_str().unwrap();
    assert!(
        readout.starts_with("2026-01-06 00:00: in use ") && readout.contains(", owned 60, "),
        "{readout}"
    );
    assert_clean(&page);
}

#[test]
fn series_are_switched_by_buttons() {
    let Some((page, _browser, _dir)) = opened("run") else { return };
    let shown = |page: &Page| page.eval("document.querySelector('#licenses').chart.series.map(s => s.show)");
    assert_eq!(shown(&page)[2], json!(true));
    page.eval("document.querySelectorAll('#licenses .legend button')[1].focus()");
    page.key("Enter");
    assert_eq!(shown(&page)[2], json!(false));
    let pressed = "document.querySelectorAll('#licenses .legend button')[1].getAttribute('aria-pressed')";
    assert_eq!(page.eval(pressed), json!("false"));
}

#[test]
fn without_scripts_the_charts_are_there() {
    let Some(browser) = Browser::start() else { return };
    let dir = TempDir::new().unwrap();
    let page = browser.open_without_scripts(&made(dir.path(), "run"));
    let heights = page
        .eval("[...document.querySelectorAll('.plot svg')].map(svg => svg.getBoundingClientRect().height)");
    let heights = heights.as_array().unwrap();
    assert!(
        heights.len() >= 3 && heights.iter().all(|height| height.as_f64().unwrap() > 100.0),
        "{heights:?}"
    );
    assert_eq!(page.eval("document.querySelectorAll('canvas').length"), json!(0));
}

#[test]
fn charts_have_a_text_alternative() {
    let Some((page, _browser, _dir)) = opened("run") else { return };
    let charts = page.eval(
        "[...document.querySelectorAll('figure.chart')].map(figure => {
           const svg = figure.querySelector('svg'), named = svg.getAttribute('aria-labelledby').split(' ');
           return [svg.getAttribute('role'), named.map(id => document.getElementById(id).textContent.length > 5),
             figure.querySelector('.live').tabIndex, figure.querySelectorAll('.numbers tbody tr').length > 1,
             figure.querySelectorAll('.numbers thead th[scope=col]').length ===
             figure.querySelectorAll('.numbers tbody tr:first-child > *').length];
         })",
    );
    for chart in charts.as_array().unwrap() {
        assert_eq!(*chart, json!(["img", [true, true], 0, true, true]));
    }
    let headings = page.eval("[...document.querySelectorAll('h1, h2, h3')].map(h => +h.tagName[1])");
    let levels: Vec<u64> = headings.as_array().unwrap().iter().map(|level| level.as_u64().unwrap()).collect();
    assert!(levels[0] == 1 && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

#[test]
fn it_is_dark_where_the_reader_wants_it() {
    let Some((page, _browser, _dir)) = opened("run") else { return };
    let look = "[getComputedStyle(document.body).backgroundColor, document.querySelector('#licenses').chart.series[1].stroke()]";
    let light = page.eval(look);
    page.emulate_dark(true);
    // The page hears of it some time later.
    let dark = page.eval(&format!(
        "(async () => {{ for (let n = 0; n < 200 && {look}[1] === {}; n++) await new Promise(go => setTimeout(go, 50));
          return {look}; }})()",
        light[1]
    ));
    assert!(light[0] != dark[0] && light[1] != dark[1], "{light} {dark}");
    assert_clean(&page);
}

/// Nothing is lost on paper: charts, all tables, the scenario.
#[test]
fn it_prints() {
    let Some((page, _browser, dir)) = opened("run") else { return };
    page.emulate_media(Media::Print);
    let shown = "[...document.querySelectorAll('.plot')].every(plot => plot.querySelector('svg').getBoundingClientRect().height > 100
        && plot.querySelector('.live').getBoundingClientRect().height === 0)";
    assert_eq!(page.eval(shown), json!(true));
    page.emulate_media(Media::Screen);
    let pdf = page.pdf();
    assert!((2..=20).contains(&pdf_pages(&pdf)), "{} pages", pdf_pages(&pdf));
    assert_eq!(page.eval("document.querySelectorAll('details[open]').length"), json!(0), "folded again");
    let Some(text) = pdf_text(&pdf) else { return };
    for part in [
        "The pool runs out first on 2 February 2026",
        "Licenses over time",
        "fleetsim run small.yaml --seed 3",
        "14 Feb 2026",
        "enrol: {poisson: 3/d}",
        "Made by fleetsim",
    ] {
        assert!(text.contains(part), "{part} is not on paper: {text}");
    }
    drop(dir);
}

/// The widest table: nothing of it is cut off at the edge of the paper.
#[test]
fn wide_tables_fit_the_paper() {
    let Some((page, _browser, _dir)) = opened("sweep") else { return };
    let Some(text) = pdf_text(&page.pdf()) else { return };
    for part in ["idle", "client-hours", "meets"] {
        assert!(text.contains(part), "{part} is not on paper: {text}");
    }
}

#[test]
fn hostile_names_are_shown_as_text() {
    let Some(browser) = Browser::start() else { return };
    let dir = TempDir::new().unwrap();
    for (kind, ..) in KINDS {
        let page = browser.open(&made_hostile(dir.path(), kind));
        assert_clean(&page);
        assert_eq!(page.eval("typeof window.hacked"), json!("undefined"), "{kind}");
        assert_eq!(page.eval("document.querySelectorAll('img').length"), json!(0), "{kind}");
        assert!(page.text().contains(HOSTILE), "{kind}: {}", page.text());
    }
}

/// Would an attack that got through the escaping run? The policy of the page says no.
#[test]
fn a_foreign_script_in_the_page_does_not_run() {
    let Some(browser) = Browser::start() else { return };
    let dir = TempDir::new().unwrap();
    let report = made(dir.path(), "run");
    let spoilt = fs::read_to_string(&report).unwrap();
    let spoilt = spoilt.replace(
        "<footer>",
        "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'><footer>",
    );
    fs::write(&report, spoilt).unwrap();
    let page = browser.open(&report);
    assert_eq!(page.eval("typeof window.hacked"), json!("undefined"));
    assert!(
        page.problems().iter().any(|problem| problem.contains("Content Security Policy")),
        "{:?}",
        page.problems()
    );
}

/// Ten thousand points of eight series; a zoom shows at once.
#[test]
fn ten_thousand_points_stay_fluid() {
    let Some(browser) = Browser::start() else { return };
    let dir = TempDir::new().unwrap();
    let page = browser.open(&year(dir.path()));
    assert_clean(&page);
    // Lines that are there, and as many copies as make eight.
    let points = page.eval(
        "(() => {
           const chart = document.querySelector('#stages').chart, data = chart.data.slice();
           for (let n = 1; data.length < 9; n++) { chart.addSeries({ stroke: 'gray', width: 2 }); data.push(data[n]); }
           chart.setData(data);
           return data.map(series => series.length);
         })()",
    );
    let points: Vec<u64> = serde_json::from_value(points).unwrap();
    assert!(points.len() == 9 && points.iter().all(|points| (8_000..=10_000).contains(points)), "{points:?}");
    let times: Value = page.eval(
        "(async () => {
           const chart = document.querySelector('#stages').chart, { min, max } = chart.scales.x, times = [];
           for (let i = 0; i < 30; i++) {
             const from = performance.now();
             chart.setScale('x', { min: min + i * 1e5, max: max - i * 1e5 });
             await new Promise(done => setTimeout(done));
             times.push(performance.now() - from);
           }
           return times.sort((a, b) => a - b);
         })()",
    );
    let median = times[15].as_f64().unwrap();
    let ready = page.eval("performance.getEntriesByType('navigation')[0].loadEventEnd").as_f64().unwrap();
    println!(
        "a zoom over 8 series of {} points takes {median:.1} ms, the page is ready after {ready:.0} ms",
        points[0]
    );
    // Loose: other tests run at the same time, without a graphics card.
    assert!(median < 250.0, "{times}");
}

/// A year with a row every 53 minutes: a little under ten thousand.
fn year(folder: &Path) -> std::path::PathBuf {
    let text = "fleetsim: 1\nname: Year\nduration: 365d\ntimeline: {every: 53m}\nlicenses: {base: {nodes: 600}}\n\
                groups: {pcs: {enrol: {poisson: 4/d}, lifetime: {exponential: 200d}}}\n";
    fs::write(folder.join("year.yaml"), text).unwrap();
    succeeds(folder, &["run", "year.yaml", "--report"]);
    folder.join("year/report.html")
}
