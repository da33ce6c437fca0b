//! The pictures of the README, made anew by one command:
//! `cargo test --release --test it pictures -- --ignored`.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::results::browser::{Browser, Page};
use crate::support::in_repository;
use crate::support::reports::succeeds;

/// Pixels across.
const WIDTH: u32 = 1048;

#[test]
#[ignore = "writes docs/*.png"]
fn the_pictures_of_the_readme() {
    let browser = Browser::start().expect("pictures are taken in a browser");
    let dir = TempDir::new().unwrap();
    let scenario = |name: &str| in_repository("scenarios").join(name).display().to_string();
    succeeds(dir.path(), &["run", &scenario("quickstart.yaml"), "--report"]);
    let report = browser.open(&dir.path().join("quickstart/report.html"));
    shot(&report, 760, "docs/report.png");

    let command = ["run", &scenario("one-server-20k.yaml"), "--no-progress"];
    let output = String::from_utf8(succeeds(dir.path(), &command).stdout).unwrap();
    let page = terminal(dir.path(), "fleetsim run scenarios/one-server-20k.yaml", &output);
    let page = browser.open(&page);
    page.set_size(WIDTH, 200);
    let height = page.eval("document.body.scrollHeight").as_u64().unwrap();
    shot(&page, u32::try_from(height).unwrap(), "docs/terminal.png");
}

fn shot(page: &Page, height: u32, name: &str) {
    page.set_size(WIDTH, height);
    page.frame();
    fs::create_dir_all(in_repository("docs")).unwrap();
    fs::write(in_repository(name), page.screenshot()).unwrap();
}

/// A page that looks like a terminal in which a command was run.
fn terminal(folder: &Path, command: &str, output: &str) -> std::path::PathBuf {
    let escaped = output.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!DOCTYPE html><meta charset=utf-8><style>body {{ margin: 0; background: #14181d; color: #dfe5ea; }}
         pre {{ margin: 0; padding: 20px 24px; width: 100ch; white-space: pre-wrap;
         font: 16.61px/19px 'DejaVu Sans Mono', Consolas, Menlo, monospace; }}
         b {{ color: #7fd0a0; }}</style><pre><b>$</b> {command}\n{escaped}</pre>"
    );
    let file = folder.join("terminal.html");
    fs::write(&file, page).unwrap();
    file
}
