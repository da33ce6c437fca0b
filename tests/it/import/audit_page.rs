//! The page of an audit: it says what the JSON says, names every client, holds no cell of an anonymous export, can be searched,
//! and keeps hostile names as text.

use std::fs;
use std::path::{Path, PathBuf};

use fleetsim::output::report;
use fleetsim::output::results::audit::AuditResult;
use serde_json::json;
use tempfile::TempDir;

use crate::commands::command_line::{expect, names_in};
use crate::results::browser::{Browser, Media};
use crate::support::imported::files_of;
use crate::support::in_repository;
use crate::support::reports::HOSTILE;

const NONE: [&str; 0] = [];

/// A folder with a ready-made case in `export`.
fn with_export(stem: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("export")).unwrap();
    for (name, bytes) in files_of(&in_repository(&format!("tests/exports/{stem}"))) {
        fs::write(dir.path().join("export").join(name), bytes).unwrap();
    }
    dir
}

/// The result as JSON, and the page, of a ready-made case.
fn audited(dir: &Path, more: &[&str]) -> (AuditResult, String) {
    let args = ["audit", "export", "--format", "json", "--report", "acme.html"];
    let (stdout, _) = expect(0, dir, &[&args[..], more].concat());
    (serde_json::from_str(&stdout).unwrap(), fs::read_to_string(dir.join("acme.html")).unwrap())
}

#[test]
fn the_page_is_made_of_the_result_and_names_every_client() {
    for stem in ["02-retired-not-released", "06-temporary-file", "14-re-image-wave", "16-who-gets-the-40"] {
        let dir = with_export(stem);
        let (result, page) = audited(dir.path(), &[]);
        assert_eq!(page, report::of_audit(&result), "{stem}");
        assert!(page.contains(&result.answer), "{stem}");
        for client in result.findings.iter().flat_map(|finding| &finding.clients) {
            assert!(page.contains(&format!("<span>{}</span>", client.name)), "{stem}: {client:?}");
            assert!(page.contains(&client.guid), "{stem}: {client:?}");
        }
        let findings = page.matches("<article class=\"finding\"").count();
        assert_eq!(findings, result.findings.len(), "{stem}");
        // Whatever is to be done leads to what it is about.
        for index in result.to_do.iter().flat_map(|step| &step.findings) {
            let number = index + 1;
            assert!(page.contains(&format!("href=\"#finding-{number}\"")), "{stem}");
            assert!(page.contains(&format!("id=\"finding-{number}\"")), "{stem}");
        }
    }
}

/// First what is certain, then live agents, then what has to be looked for, then a purchase.
#[test]
fn steps_are_in_the_order_in_which_licenses_are_freed() {
    let dir = tempfile::tempdir().unwrap();
    let rows = |kinds: &[(&str, &str, &str, u32)]| {
        let mut computers = String::from("Guid,Name,IsManaged,Status,LastConfigRequest,LastBasicInventory\n");
        let mut held = String::from("ResourceGuid\n");
        let (mut agents, mut scans) =
            (String::from("ResourceGuid,AgentName\n"), String::from("ResourceGuid,LastPatchInventory\n"));
        let mut number = 0;
        for (name, status, seen, count) in kinds {
            for _ in 0..*count {
                number += 1;
                let guid = format!("{number:08x}-5eed-4000-8000-000000000000");
                computers += &format!("{guid},{name}-{number},1,{status},{seen},{seen}\n");
                agents += &format!("{guid},Altiris Agent\n{guid},Altiris Software Update Agent\n");
                if !name.starts_with("WAITS") {
                    held += &format!("{guid}\n");
                    scans += &format!("{guid},{seen}\n");
                }
            }
        }
        [("computers", computers), ("license_in_use", held), ("agents", agents), ("patch_inventory", scans)]
    };
    let now = "2026-03-02 08:45:00";
    let export = dir.path().join("export");
    fs::create_dir(&export).unwrap();
    for (table, text) in rows(&[
        ("USED", "Active", now, 30),
        ("SILENT", "Active", "2026-01-05 08:00:00", 3),
        ("ALIVE", "Retired", now, 2),
        ("GONE", "Disposed", "2025-12-01 08:00:00", 4),
        ("WAITS", "Active", now, 20),
    ]) {
        fs::write(export.join(format!("{table}.csv")), text).unwrap();
    }
    fs::write(export.join("licenses.csv"), "Nodes\n39\n").unwrap();
    let (result, page) = audited(dir.path(), &["--exported-at", "2026-03-02T09:00"]);
    let numbers = &result.numbers;
    assert_eq!(
        (numbers.nodes, numbers.licenses_in_use, numbers.held_for_nothing),
        (Some(39), 39, 9),
        "{result:#?}"
    );
    assert_eq!((numbers.held_certainly, numbers.held_agent_first, numbers.held_look_first), (4, 2, 3));
    assert_eq!((numbers.waiting_for_license, numbers.nodes_missing), (20, Some(11)));
    assert_eq!(
        result.answer,
        "9 of the 39 licenses in use are held for nothing, 3 of them perhaps not, and 20 clients wait for one: free \
         them and buy 11 nodes, or up to 14 if some are in use."
    );
    let steps: Vec<&str> = result
        .to_do
        .iter()
        .map(|step| step.findings.first().map_or("buy", |index| result.findings[*index].finding.as_str()))
        .collect();
    assert_eq!(steps, ["disposed", "retired_agent_alive", "silent", "pool_exhausted"]);
    let places: Vec<usize> = result.to_do.iter().map(|step| page.find(&step.what[1..]).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn no_cell_of_an_anonymous_export_is_in_the_page() {
    let dir = with_export("14-re-image-wave");
    let (named, _) = audited(dir.path(), &[]);
    let (_, page) = audited(dir.path(), &["--anonymize", "--salt", "pepper"]);
    let page = page.to_lowercase();
    let clients = named.findings.iter().flat_map(|finding| &finding.clients);
    for client in clients.filter(|client| client.name.len() >= 5) {
        assert!(!page.contains(&client.name.to_lowercase()), "{client:?}");
        assert!(client.guid.is_empty() || !page.contains(&client.guid.to_lowercase()), "{client:?}");
    }
    assert!(!page.contains("export<") && page.contains("<h1>customer</h1>"), "the folder is not named");
}

#[test]
fn a_file_that_is_no_report_is_kept() {
    let dir = with_export("03-disposed");
    let page: PathBuf = dir.path().join("page.html");
    fs::write(&page, "<p>mine</p>").unwrap();
    let (_, stderr) = expect(1, dir.path(), &["audit", "export", "--report", "page.html"]);
    assert!(stderr.contains("page.html is there and is no report"), "{stderr}");
    assert_eq!(fs::read_to_string(&page).unwrap(), "<p>mine</p>");
    expect(0, dir.path(), &["audit", "export", "--report", "page.html", "--force"]);
    expect(0, dir.path(), &["audit", "export", "--report", "page.html"]);
    expect(2, dir.path(), &["audit", "export", "--report", "export/computers.csv", "--force"]);
    assert_eq!(names_in(dir.path()), ["export", "page.html"]);
}

#[test]
fn hostile_texts_stay_texts_and_lists_can_be_searched() {
    let Some(browser) = Browser::start() else { return };
    let dir = with_export("14-re-image-wave");
    let (mut result, _) = audited(dir.path(), &[]);
    result.scenario = HOSTILE.to_string();
    result.noticed.push(HOSTILE.to_string());
    let found = result.findings.iter().position(|finding| finding.finding == "pool_full").unwrap();
    result.findings[found].clients[0].name = HOSTILE.to_string();
    result.findings[found].what = HOSTILE.to_string();
    let file = dir.path().join("hostile.html");
    fs::write(&file, report::of_audit(&result)).unwrap();
    let page = browser.open(&file);
    assert_eq!(page.eval("window.hacked === undefined && document.images.length === 0"), json!(true));
    assert!(page.text().contains("</title></script>"), "{}", page.text());
    let name = &result.findings[found].clients[1].name;
    let find = |wanted: &str| {
        let set = format!(
            "(() => {{ const input = document.querySelector('.find input'); input.value = {};
               input.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter' }}));
               return [document.querySelector('.find output').textContent,
                 [...document.querySelectorAll('.finding')].filter(f => !f.hidden).length,
                 [...document.querySelectorAll('.clients li')].filter(l => !l.hidden).length,
                 document.querySelectorAll('details[open]').length]; }})()",
            json!(wanted)
        );
        page.eval(&set)
    };
    let of_clients = |name: &str| {
        let has = |finding: &&_| -> bool {
            let finding: &fleetsim::output::results::audit::AuditFinding = finding;
            finding.clients.iter().any(|client| client.name.to_lowercase().contains(&name.to_lowercase()))
        };
        result.findings.iter().filter(has).count()
    };
    let within = of_clients(name);
    let shown = find(name);
    assert_eq!((&shown[1], &shown[3]), (&json!(within), &json!(within)), "{shown}");
    assert!(shown[0].as_str().unwrap().contains(" in "), "{shown}");
    let none = find("no computer is called so");
    assert_eq!((&none[0], &none[1]), (&json!("in no finding"), &json!(0)));
    let all: usize = result.findings.iter().map(|finding| finding.clients.len()).sum();
    assert_eq!(find(""), json!(["", result.findings.len(), all, 0]));
    for (width, dark) in [(390, false), (1200, true)] {
        page.set_size(width, 800);
        page.emulate_dark(dark);
        let wide = page.eval("document.documentElement.scrollWidth <= innerWidth");
        assert_eq!(wide, json!(true), "{width} px");
    }
    page.emulate_media(Media::Print);
    assert!(page.text().contains("All records, each in one row"));
    assert_eq!(page.problems(), NONE);
    assert_eq!(page.requests(), NONE);
}
