//! Scenarios of `scenarios/bench` as the product simulates them: engine, fleet, observers, timeline.

use std::fs;
use std::ops::ControlFlow;

use fleetsim::engine::queue::EventQueue;
use fleetsim::engine::simulation::Model;
use fleetsim::fleet::Fleet;
use fleetsim::fleet::Mode;
use fleetsim::output::tables::timeline;
use fleetsim::scenario;
use fleetsim::scenario::model::Scenario;
use fleetsim::study;
use fleetsim::study::parallel::processors;
use fleetsim::study::replicate::{Plan, replicate};

use super::Counts;

/// Reads and checks a scenario of `scenarios/bench`.
pub fn load(stem: &str) -> Scenario {
    let file = format!("{}/scenarios/bench/{stem}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let no_files = |name: &str| Err(format!("{name}: scenarios to measure refer to no files"));
    let checked = scenario::check(&text, stem, &no_files);
    checked.unwrap_or_else(|faults| panic!("{file}: {faults:?}")).scenario
}

/// Runs a scenario as `fleetsim run` does, with all built-in observers, and writes its timeline.
pub fn run(scenario: &Scenario, mode: Mode) -> Counts {
    let go_on = |_, _| ControlFlow::Continue(());
    let outcome = study::run::run(scenario, 0, mode, (), go_on).expect("nobody interrupts");
    let mut timeline = Vec::new();
    timeline::write(&outcome.rows, scenario.start, &mut timeline).expect("memory takes all");
    assert!(!timeline.is_empty());
    let (counts, levels) = (outcome.totals.counts, outcome.totals.now.levels);
    let scans = counts.scans_returned + counts.scans_rejected;
    Counts {
        // No client leaves, so each that has reported the plug-in at the end has sent one inventory.
        events: counts.clients_enrolled + levels.clients_plugin_reported + counts.downloads_completed + scans,
        licenses: levels.licenses_in_use,
        rejections: counts.scans_rejected,
    }
}

/// Replicates a scenario as `fleetsim replicate` does.
pub fn replicate_on(scenario: &Scenario, replications: u64, threads: usize) {
    let plan = Plan::of(replications, threads);
    let all = replicate(scenario, &plan, |_| ControlFlow::Continue(()), &|| false);
    assert_eq!(all.replications, replications);
}

/// As `fleetsim run` does it.
pub fn as_the_program() -> Mode {
    Mode { exhaustive: false, threads: processors() }
}

/// Most heap bytes of client rows and event queue at any time of a run, looked at every 1,024 events.
pub fn bytes_per_client(scenario: &Scenario, mode: Mode) -> f64 {
    let mut queue = EventQueue::new(scenario.horizon());
    let mut fleet = Fleet::new(scenario, 0, mode, (), &mut queue);
    let (mut peak, mut events) = (0, 0u64);
    while let Some(event) = queue.pop() {
        if events % 1024 == 0 {
            peak = peak.max(fleet.client_bytes() + queue.memory_bytes());
        }
        events += 1;
        fleet.handle(event, &mut queue);
    }
    peak as f64 / fleet.len() as f64
}
