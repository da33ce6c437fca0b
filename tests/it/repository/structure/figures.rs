//! All figures of the structure, to compare before and after:
//! `cargo test --test it structure::figures -- --ignored --nocapture`.

use super::circles::{Needs, circles, circles_in_folders, circles_of};
use super::functions::{Function, Wings, functions};
use super::source::{Source, files};
use super::{Types, shared_names};

/// How many of the longest are listed.
const LONGEST: usize = 5;

/// Columns of the timeline whose homes are counted.
const COLUMNS: [&str; 3] = ["scans_rejected", "downloads_failed", "cycles_stopped"];

/// Lines at a share of all, in order of length.
fn quantile(sorted: &[usize], percent: usize) -> usize {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// Length and name of each, longest first, and a line with median, 95th percentile and longest.
fn lengths(what: &str, mut all: Vec<(usize, String)>) {
    all.sort();
    let sorted: Vec<usize> = all.iter().map(|(lines, _)| *lines).collect();
    let (half, most, last) = (quantile(&sorted, 50), quantile(&sorted, 95), quantile(&sorted, 100));
    println!("{:<58}{}", format!("{what}s"), all.len());
    println!("{:<58}{half} / {most} / {last}", format!("lines of a {what}: median / 95 % / longest"));
    for (lines, name) in all.iter().rev().take(LONGEST) {
        println!("  {lines:>5} {name}");
    }
}

/// Files whose code, without comments and tests, has a word.
fn with_word<'s>(sources: &'s [Source], word: &str) -> Vec<&'s str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &String| {
        !line.trim_start().starts_with("//") && line.split(|c| !is_word(c)).any(|found| found == word)
    };
    sources.iter().filter(|source| source.lines.iter().any(has)).map(|source| source.name.as_str()).collect()
}

fn row(what: &str, figure: impl std::fmt::Display) {
    println!("{what:<58}{figure}");
}

/// Which wings and files of the fleet call methods of each other.
fn fleet_calls(wings: &Wings) {
    row("wings of the fleet", wings.all().len());
    row("methods of impl Fleet used across wings", wings.across().len());
    let mut needs = Needs::new();
    for (caller, method, home) in wings.calls.iter().filter(|(caller, _, home)| caller != home) {
        needs.entry(caller.clone()).or_default().insert(home.clone(), method.clone());
        needs.entry(home.clone()).or_default();
    }
    row(
        "arrows between files by methods of impl Fleet",
        needs.values().map(|others| others.len()).sum::<usize>(),
    );
    let largest = circles_of(&needs).iter().map(|circle| circle.len()).max().unwrap_or_default();
    row("files in the largest circle of these arrows", largest);
}

#[test]
#[ignore = "prints figures, decides nothing"]
fn all_figures() {
    let sources = files();
    println!();
    lengths("file", sources.iter().map(|source| (source.lines.len(), source.name.clone())).collect());
    let functions = functions(&sources);
    let named = functions.iter().map(|f| (f.lines, format!("{}:{} {}", f.file, f.line, f.name)));
    lengths("function", named.collect());

    let types = Types::of(&sources);
    let (all, sharing, shared) = shared_names(&types);
    row("types", all);
    row("types that share their name", format!("{sharing} ({:.1} %)", 100.0 * sharing as f64 / all as f64));
    row("names shared", shared.len());

    let circles = circles(&sources);
    row("circles of files", circles.len());
    row("files in circles", circles.iter().map(|circle| circle.len()).sum::<usize>());
    let inside = circles_in_folders(&sources);
    row("circles of files of one folder", inside.len());

    let methods: Vec<&Function> = functions.iter().filter(|f| f.is_method_of_fleet()).collect();
    let mut homes: Vec<&str> = methods.iter().map(|method| method.file.as_str()).collect();
    homes.dedup();
    row("methods of impl Fleet", methods.len());
    row("files with methods of impl Fleet", homes.len());
    fleet_calls(&Wings::of(&sources));
    row("methods of impl Fleet with a bare u32", methods.iter().filter(|f| !f.bare.is_empty()).count());
    row(
        "methods of impl Fleet with a bare u32 for an id",
        methods.iter().filter(|f| f.takes_bare_id()).count(),
    );
    let of_fleet: Vec<&Function> = functions.iter().filter(|f| f.file.starts_with("fleet/")).collect();
    let bare = of_fleet.iter().filter(|f| f.takes_bare_id()).count();
    row("functions of fleet with a bare u32 for an id", format!("{bare} of {}", of_fleet.len()));

    for column in COLUMNS {
        let files = with_word(&sources, column);
        row(&format!("files that name the column {column}"), format!("{}: {}", files.len(), files.join(" ")));
    }
}
