//! The guides and the comments name files that exist.

use std::path::Path;

use crate::support::{all_below, in_repository, read};

/// Pages for readers of the repository.
const GUIDES: [&str; 4] = ["README.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/EXPORTS.md"];

/// Folders below which a path in backticks or in a comment is a path of the repository.
const FOLDERS: [&str; 7] = ["src/", "tests/", "scenarios/", "docs/", "benches/", "fuzz/", ".ci/"];

/// Paths of the repository named in a text: what begins with one of [`FOLDERS`] after something that is no part of a
/// path. Patterns (`scenarios/bench/*`) and made-up names (`src/rules/<rule>.rs`) are left out.
fn paths(text: &str) -> Vec<&str> {
    let of_path = |c: char| c.is_ascii_alphanumeric() || "_-./*<>".contains(c);
    let words = text.split(|c: char| !of_path(c));
    let named = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    let named = named.map(|word| word.trim_end_matches(['.', '/']));
    named.filter(|word| !word.contains(['*', '<', '>']) && !word.contains("...")).collect()
}

/// Targets of the relative links of a page in Markdown.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = targets.map(|(target, _)| target.split('#').next().unwrap_or_default());
    targets.filter(|target| !target.is_empty() && !target.contains("://")).collect()
}

#[test]
fn guides_link_to_files_that_exist() {
    let mut missing = Vec::new();
    for guide in GUIDES {
        let path = in_repository(guide);
        let text = read(&path);
        let folder = path.parent().expect("a file stands in a folder");
        let linked = links(&text).into_iter().map(|target| (target, folder.join(target)));
        let named = paths(&text).into_iter().map(|target| (target, in_repository(target)));
        for (target, place) in linked.chain(named) {
            // The package for the registry comes without these.
            let left_out = [".ci", "fuzz", "python"].iter().any(|folder| target.starts_with(folder));
            let is_package = !in_repository(".ci").exists();
            if !place.exists() && (!left_out || !is_package) {
                missing.push(format!("{guide}: {target}"));
            }
        }
    }
    assert!(missing.is_empty(), "these name no file: {missing:#?}");
}

/// Made by a program that is built or run, or standing for any file of a user.
const MADE: [&str; 1] = ["fuzz/corpus"];

#[test]
fn comments_name_files_that_exist() {
    let mut missing = Vec::new();
    for folder in ["src", "tests/it", "benches"] {
        for path in all_below(&in_repository(folder)) {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            for (number, line) in (1..).zip(read(&path).lines()) {
                let Some((_, comment)) = line.split_once("//") else { continue };
                let absent = |named: &&str| !in_repository(named).exists() && !MADE.contains(named);
                let absent = paths(comment).into_iter().filter(absent);
                missing.extend(absent.map(|named| format!("{}:{number}: {named}", shown(&path))));
            }
        }
    }
    assert!(missing.is_empty(), "these name no file: {missing:#?}");
}

fn shown(path: &Path) -> String {
    path.strip_prefix(in_repository("")).unwrap_or(path).display().to_string().replace('\\', "/")
}

#[test]
fn paths_and_links_are_found_in_a_text() {
    let text = "See `src/rules/mod.rs`, (tests/it/) and [x](docs/report.png#top), [y](https://a.b/src/c), src/<x>.rs.";
    assert_eq!(paths(text), ["src/rules/mod.rs", "tests/it", "docs/report.png"]);
    assert_eq!(links(text), ["docs/report.png"]);
}
