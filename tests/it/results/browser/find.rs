//! Programs that the tests use where they are: a browser, and `pdftotext`.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::PathBuf;

/// Names a path to the browser that is to be used.
const BROWSER: &str = "FLEETSIM_BROWSER";

/// In the order they are tried. `chromium-browser` comes last: on Ubuntu it is a stub that asks for a snap.
const BROWSERS: [&str; 8] = [
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium-browser",
];

/// Where they are installed without being on PATH. On Windows, below one of `WINDOWS_ROOTS`.
const ON_MACOS: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];
const ON_WINDOWS: [&str; 3] = [
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
];
const WINDOWS_ROOTS: [&str; 3] = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"];

/// The browser to use, if there is one.
pub fn browser() -> Option<PathBuf> {
    if let Some(named) = env::var_os(BROWSER).filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        // This browser was asked for by name: falling back to another, or to none, would test something else.
        assert!(named.is_file(), "{BROWSER}: there is no file {}", named.display());
        return Some(named);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let found = on_path(&path, &BROWSERS).or_else(|| usual_places().find(|place| place.is_file()));
    or_skip(found, in_ci(), "no Chromium or Chrome found; install one or set FLEETSIM_BROWSER")
}

/// The program that turns a PDF into text, if it is there.
pub fn pdftotext() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    or_skip(on_path(&path, &["pdftotext"]), in_ci(), "no pdftotext found; install poppler's tools")
}

fn on_path(path: &OsStr, names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(path).collect();
    let files =
        names.iter().flat_map(|name| folders.iter().map(move |f| f.join(format!("{name}{EXE_SUFFIX}"))));
    files.into_iter().find(|file| file.is_file())
}

fn usual_places() -> impl Iterator<Item = PathBuf> {
    let roots = WINDOWS_ROOTS.into_iter().filter_map(env::var_os).map(PathBuf::from);
    let on_windows = roots.flat_map(|root| ON_WINDOWS.into_iter().map(move |place| root.join(place)));
    ON_MACOS.into_iter().map(PathBuf::from).chain(on_windows)
}

fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|ci| !ci.is_empty())
}

/// A machine without the program passes the tests it needs, with a message. CI does not: there a test
/// that never runs would go unnoticed.
fn or_skip<T>(found: Option<T>, in_ci: bool, missing: &str) -> Option<T> {
    if found.is_none() {
        assert!(!in_ci, "{missing} (in CI nothing is skipped)");
        eprintln!("skipped: {missing}");
    }
    found
}

#[test]
fn a_browser_is_found_on_path_in_order_of_names() {
    let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let path = env::join_paths([one.path(), other.path()]).unwrap();
    assert_eq!(on_path(&path, &BROWSERS), None);
    std::fs::create_dir(one.path().join(format!("chromium{EXE_SUFFIX}"))).unwrap();
    let edge = one.path().join(format!("msedge{EXE_SUFFIX}"));
    std::fs::write(&edge, "").unwrap();
    assert_eq!(on_path(&path, &BROWSERS), Some(edge));
    let chromium = other.path().join(format!("chromium{EXE_SUFFIX}"));
    std::fs::write(&chromium, "").unwrap();
    assert_eq!(on_path(&path, &BROWSERS), Some(chromium));
}

#[test]
fn what_is_missing_is_skipped() {
    assert_eq!(or_skip(Some(1), true, "no such program"), Some(1));
    assert_eq!(or_skip::<u8>(None, false, "no such program"), None);
}

#[test]
#[should_panic(expected = "no such program (in CI nothing is skipped)")]
fn nothing_is_skipped_in_ci() {
    or_skip::<u8>(None, true, "no such program");
}
