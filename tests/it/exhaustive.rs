//! Scans counted by arithmetic and scans simulated one by one give the same bytes.
//!
//! A share of the random scenarios runs with the other tests; as many as wanted by
//! `FLEETSIM_RANDOM_SCENARIOS=5000 cargo test --release --test it exhaustive`.

use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::observe::service::Service;
use fleetsim::scenario::model::Scenario;
use fleetsim::study::run::run;
use fleetsim::words::time::{Span, Time};

use crate::cases::{Results, ScenarioFile, check};
use crate::random::scenario_of;
use crate::support::{files_below, in_repository};

/// Random scenarios in a usual run of the tests.
const USUAL: u64 = 300;

/// Everything a run comes to, as text: its files, and how clients were served after a warm-up.
fn results(scenario: &Scenario, mode: Mode) -> String {
    let mut service = Service::new(Time::START + Span(scenario.duration.ms() / 3));
    let go_on = |_, _| ControlFlow::Continue(());
    let outcome = run(scenario, 0, mode, &mut service, go_on).expect("nobody interrupts");
    let Results { timeline, summary } = Results::of(scenario, &outcome);
    let later = service.finish(outcome.tally, scenario.horizon());
    format!("{timeline}{summary}{service:#?}{:#?}", later.counts)
}

fn assert_same(scenario: &Scenario, name: &str) {
    let exhaustive = results(scenario, Mode { exhaustive: true, threads: 1 });
    let counted = results(scenario, Mode { exhaustive: false, threads: 2 });
    if let Some((one, other)) = exhaustive.lines().zip(counted.lines()).find(|(one, other)| one != other) {
        panic!("{name}\n  exhaustive: {one}\n  counted:    {other}");
    }
    assert_eq!(exhaustive.len(), counted.len(), "{name}");
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

#[test]
fn the_same_bytes_on_random_scenarios() {
    let count = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"));
    for seed in 1..=count {
        let yaml = scenario_of(seed);
        let same = || assert_same(&check(&yaml, "random").scenario, &format!("seed {seed}"));
        std::panic::catch_unwind(same).unwrap_or_else(|cause| {
            eprintln!("seed {seed} fails:\n{yaml}");
            std::panic::resume_unwind(cause)
        });
    }
}
