//! Cases with known answers: events worked out by hand, and figures worked out by theory.
//!
//! The first hold to the millisecond: retry on a fixed interval, refund only at the daily refresh,
//! downloads that share a bandwidth, downloads that wait for a slot. Their stages have no length, so
//! joining the fleet is asking for a license (or for a download).
//!
//! The others hold within four standard errors, with fixed seeds and without a second try; each case has
//! a seed of its own (its place in the list), or all would share the same random streams. Part of the
//! replications, or of the cases, is run by `cargo test`; everything by
//! `cargo test --release --test it theory -- --ignored`. What headers say about figures is explained
//! in `figures`.

use std::fmt::Write;
use std::ops::ControlFlow;

use fleetsim::observe::columns::COLUMNS;
use fleetsim::scenario::model::Scenario;
use fleetsim::study::measures::{EVENTS, find};
use fleetsim::study::replicate::{Plan, replicate};
use fleetsim::units::time::Span;

use crate::rules::figures::{Extent, Known, Line};
use crate::support::cases::{ScenarioFile, assert_all_as_expected, run_silently};
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
        let taken = run_silently(&file.check().scenario).totals.counts.licenses_granted;
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

/// A 95 % interval covers the truth in 95 of 100 repetitions: 1,000 repetitions of 30 replications
/// each, of a pool without limit (a band of the timeline: a Poisson law with mean 51.02 at day 5) and
/// of a loss pool (Erlang's formula), hit 922 to 978 times. The exact interval of a probability (first
/// passage) covers at least as often.
#[test]
#[ignore = "takes minutes: cargo test --release --test it theory -- --ignored"]
fn intervals_cover_as_often_as_they_say() {
    const REPETITIONS: u64 = 1_000;
    let (_, figures) = cases();
    let scenario = |stem: &str, duration: i64| {
        let file = figures.iter().find(|file| file.stem == stem).expect("the case is there");
        let mut scenario = file.check().scenario;
        scenario.duration = Span::days(duration);
        scenario
    };
    let mut unlimited = scenario("b2-o2-unlimited-exponential", 5);
    let mut loss = scenario("b1-o1-loss-exponential", 220);
    let mut passage = scenario("b7-o5-first-passage", 60);
    let replicated = |scenario: &Scenario, warm_up| {
        let plan = Plan { warm_up, ..Plan::of(30, 2) };
        replicate(scenario, &plan, |_| ControlFlow::Continue(()), &|| false)
    };
    let in_use = COLUMNS.iter().position(|column| column.name == "licenses_in_use").unwrap();
    let rejected = EVENTS.iter().position(|event| event.name == "any_rejected").unwrap();
    let (mut band, mut measure, mut probability) = (0, 0, 0);
    for seed in 1..=REPETITIONS {
        (unlimited.seed, loss.seed, passage.seed) = (seed, seed, seed);
        let last = replicated(&unlimited, Span::ZERO).bands.cells.pop().unwrap();
        band += u32::from(last[in_use].mean_interval().unwrap().contains(51.024_364_1));
        let all = replicated(&loss, Span::days(20));
        let share = all.measures[find("rejected_share").unwrap()].mean_interval().unwrap();
        measure += u32::from(share.contains(0.120_518_635_1e9));
        let (_, interval) = replicated(&passage, Span::ZERO).probability(rejected).unwrap();
        probability += u32::from(interval.contains(0.238_389_507_3));
    }
    eprintln!("of {REPETITIONS} intervals cover: band {band}, measure {measure}, probability {probability}");
    for hits in [band, measure] {
        assert!((922..=978).contains(&hits), "{hits} of {REPETITIONS}");
    }
    assert!(probability >= 922, "{probability} of {REPETITIONS}");
}
