//! Scans counted by arithmetic and scans simulated one by one give the same bytes.
//!
//! A share of the random scenarios runs with the other tests; as many as wanted by
//! `FLEETSIM_RANDOM_SCENARIOS=5000 cargo test --release --test it exhaustive`.

use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::observe::service::Service;
use fleetsim::observe::sites::Sites;
use fleetsim::observe::trace::Detail;
use fleetsim::scenario;
use fleetsim::scenario::model::Scenario;
use fleetsim::study::divergence::{Side, unlike};
use fleetsim::study::run::run;
use fleetsim::units::time::{Span, Time};

use crate::support::cases::{Results, ScenarioFile, check, sites_csv, solutions_csv};
use crate::support::minimal::minimal;
use crate::support::random::{found_file, scenario_of};
use crate::support::{files_below, in_repository};

/// Random scenarios in a usual run of the tests.
const USUAL: u64 = 300;

/// Everything a run comes to, as text: its files, and how clients were served after a warm-up.
fn results(scenario: &Scenario, mode: Mode) -> String {
    let mut service = Service::new(Time::START + Span(scenario.duration.ms() / 3));
    let go_on = |_, _| ControlFlow::Continue(());
    let mut sites = Sites::new(scenario, 0);
    let outcome = run(scenario, 0, mode, (&mut service, &mut sites), go_on).expect("nobody interrupts");
    let Results { timeline, summary } = Results::of(scenario, &outcome);
    let solutions = solutions_csv(scenario, &outcome);
    let later = service.finish(outcome.totals, scenario.horizon());
    let sites = sites_csv(scenario, sites);
    format!("{timeline}{sites}{solutions}{summary}{service:#?}{:#?}", later.counts)
}

/// The same bytes, however scans are counted.
pub fn assert_same(scenario: &Scenario, name: &str) {
    let exhaustive = results(scenario, Mode { exhaustive: true, threads: 1 });
    let counted = results(scenario, Mode { exhaustive: false, threads: 2 });
    if let Some((one, other)) = exhaustive.lines().zip(counted.lines()).find(|(one, other)| one != other) {
        panic!("{name}\n  exhaustive: {one}\n  counted:    {other}");
    }
    assert_eq!(exhaustive.len(), counted.len(), "{name}");
}

/// What `run --self-check` looks through for the event at which runs part.
fn assert_same_events(scenario: &Scenario, name: &str) {
    let sides = [true, false].map(|exhaustive| Side {
        scenario,
        mode: Mode { exhaustive, threads: 1 },
        detail: Detail::WithoutScans,
    });
    assert_eq!(unlike(sides, &|| false), None, "{name}");
}

#[test]
fn the_same_events_on_rules_and_random_scenarios() {
    for file in ScenarioFile::all_in("scenarios/rules") {
        assert_same_events(&file.check().scenario, &file.stem);
    }
    for seed in 1..=USUAL / 5 {
        assert_same_events(&check(&scenario_of(seed), "random").scenario, &format!("seed {seed}"));
    }
}

#[test]
fn the_same_bytes_on_every_scenario() {
    // Those of `bench` are for measuring: a million clients and more.
    let all = files_below(&in_repository("scenarios"), "yaml");
    for path in all.iter().filter(|path| !path.components().any(|part| part.as_os_str() == "bench")) {
        let file = ScenarioFile::read(path);
        assert_same(&file.check().scenario, &file.stem);
    }
}

/// Hours that many clients keep alike, of which a scenario of `office` has some.
const OFFICE_HOURS: [&str; 6] = [
    "{weekdays: \"08:00-18:00\"}",
    "{weekdays: \"08:00-18:00\", saturday: \"10:00-11:00\", present: 70%, holidays: [2026-01-06]}",
    "{daily: [\"06:00-11:30\", \"12:00-22:00\"]}",
    "{daily: [\"09:10-10:00\", \"10:00-14:00\"], present: 50%}",
    "{daily: \"20:00-07:00\"}",
    "{weekdays: \"00:00-24:00\"}",
];

fn office_of(seed: u64) -> String {
    office(&scenario_of(seed), seed)
}

/// A random scenario whose clients are never always on, with scans that end before the next one begins.
pub fn office(yaml: &str, seed: u64) -> String {
    let hours = |nth: u64| OFFICE_HOURS[(seed / 3 + nth) as usize % OFFICE_HOURS.len()];
    let short =
        ["duration: 0s,", "duration: 3m,", "duration: {uniform: [0m, 40m]},", "duration: {exponential: 3m},"];
    let lasts = short[(seed / 5) as usize % short.len()];
    let every = ["1d", "1h", "6h", "7h"][seed as usize % 4];
    let mut lines: Vec<String> = yaml.lines().map(str::to_string).collect();
    for line in &mut lines {
        if ["  a: ", "  b: ", "  c: "].iter().any(|group| line.starts_with(group)) {
            let (before, _) = line.split_once("online: ").expect("groups say when they are on");
            *line = format!("{before}online: {}}}", hours(u64::from(line.starts_with("  b: "))));
        } else if let Some((_, after)) =
            line.split_once("  duration: ").filter(|_| line.contains("give_up_after"))
        {
            let (_, after) = after.split_once(" retry:").expect("it follows");
            *line = format!("  {lasts} retry:{after}");
        } else if line.starts_with("timeline: ") {
            *line = format!("timeline: {{every: {every}}}");
        }
    }
    lines.join("\n")
}

#[test]
fn the_same_bytes_on_random_scenarios() {
    same_on_random(scenario_of);
}

#[test]
fn the_same_bytes_on_random_offices() {
    same_on_random(office_of);
}

fn same_on_random(scenario_of: fn(u64) -> String) {
    let count = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"));
    for seed in 1..=count {
        let yaml = scenario_of(seed);
        let same = || assert_same(&check(&yaml, "random").scenario, &format!("seed {seed}"));
        std::panic::catch_unwind(same).unwrap_or_else(|cause| {
            let fails = |smaller: &str| {
                // What is no scenario any more does not fail.
                if let Ok(checked) = scenario::check(smaller, "random", &found_file) {
                    assert_same(&checked.scenario, "smaller");
                }
            };
            eprintln!("seed {seed} fails:\n{yaml}\nso does\n{}", minimal(&yaml, &fails));
            std::panic::resume_unwind(cause)
        });
    }
}
