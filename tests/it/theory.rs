//! Cases with known answers: events worked out by hand, and figures worked out by theory.
//!
//! The first hold to the millisecond: retry on a fixed interval, refund only at the daily refresh,
//! downloads that share a bandwidth, downloads that wait for a slot. Their stages have no length, so
//! joining the fleet is asking for a license (or for a download).
//!
//! The others hold within four standard errors, with fixed seeds and without a second try. Part of the
//! replications, or of the cases, is run by `cargo test`; everything by
//! `cargo test --release --test it theory -- --ignored`. What headers say about figures is explained
//! in `figures`.

use std::fmt::Write;

use crate::cases::{ScenarioFile, assert_all_as_expected, run_silently};
use crate::figures::{Extent, Known, Line};
use crate::support::{UPDATE, in_repository, read, updating};

fn deterministic(file: &ScenarioFile) -> bool {
    file.stem.starts_with("b8-")
}

fn cases() -> (Vec<ScenarioFile>, Vec<ScenarioFile>) {
    ScenarioFile::all_in("tests/theory").into_iter().partition(deterministic)
}

#[test]
fn deterministic_cases_come_out_exactly() {
    let (exact, _) = cases();
    let stems: Vec<&str> = exact.iter().map(|file| file.stem.as_str()).collect();
    assert_eq!(
        stems,
        [
            "b8-o1-retry-fixed-interval",
            "b8-o2-refund-at-daily-refresh",
            "b8-o3-shared-bandwidth",
            "b8-o4-concurrency-limit",
        ]
    );
    assert_all_as_expected(&exact);
}

/// All cases are there: 23 with figures (some in several files) beside the four with events.
#[test]
fn no_case_is_missing() {
    let (_, figures) = cases();
    let mut ids: Vec<String> = figures.iter().map(|file| file.stem[..5].to_uppercase()).collect();
    ids.dedup();
    let families = [("B1", 3), ("B2", 2), ("B3", 3), ("B4", 4), ("B5", 2), ("B6", 2), ("B7", 7)];
    let all = families.iter().flat_map(|(family, count)| (1..=*count).map(move |i| format!("{family}-O{i}")));
    assert_eq!(ids, all.collect::<Vec<_>>());
    for file in &figures {
        assert!(!Known::of(file).lines.is_empty(), "{} knows nothing", file.stem);
    }
}

fn found(extent: Extent) -> Vec<(String, Vec<Line>)> {
    let (_, figures) = cases();
    figures.iter().map(|file| (file.stem.clone(), Known::of(file).compare(file, extent))).collect()
}

fn assert_within(found: &[(String, Vec<Line>)]) {
    let mut wrong = String::new();
    for (stem, lines) in found {
        for line in lines.iter().filter(|line| !line.good) {
            let _ = writeln!(wrong, "{stem}: {line}");
        }
    }
    assert!(wrong.is_empty(), "beyond four standard errors:\n{wrong}");
}

#[test]
fn figures_agree_with_theory_in_short() {
    assert_within(&found(Extent::Fast));
}

/// Everything, and the table of results.
#[test]
#[ignore = "takes minutes: cargo test --release --test it theory -- --ignored"]
fn figures_agree_with_theory() {
    let found = found(Extent::Full);
    let (exact, _) = cases();
    let mut table = String::from(
        "# Theory and simulation\n\nWritten by `FLEETSIM_UPDATE_GOLDEN=1 cargo test --release --test it theory -- --ignored`; \
         without that variable\nthe same command compares. SE: standard error of the simulated figure; four are accepted.\n\n\
         | case | figure | theory | simulated | error in SE | replications |\n|---|---|---|---|---|---|\n",
    );
    for (stem, lines) in &found {
        for line in lines {
            let _ = writeln!(table, "| [{stem}]({stem}.yaml) {}", line.row());
        }
    }
    for file in &exact {
        let taken = run_silently(&file.check().scenario).tally.counts.licenses_granted;
        let stem = &file.stem;
        let _ = writeln!(
            table,
            "| [{stem}]({stem}.yaml) | all events | exact | exact, {taken} licenses taken | 0 | 1 |"
        );
    }
    assert_within(&found);
    assert_all_as_expected(&exact);
    let path = in_repository("tests/theory/RESULTS.md");
    if updating() {
        std::fs::write(&path, table).unwrap();
    } else {
        assert_eq!(
            read(&path),
            table,
            "tests/theory/RESULTS.md is out of date; set {UPDATE}=1 to rewrite it"
        );
    }
}
