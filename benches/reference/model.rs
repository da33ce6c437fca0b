//! The reference workload as the product simulates it: scenario, engine, fleet, observers.

use std::fs;
use std::ops::ControlFlow;

use fleetsim::scenario;
use fleetsim::scenario::model::Scenario;
use fleetsim::study;

use super::{Counts, Size};
use fleetsim::fleet::Mode;

/// Reads and checks the scenario of a size.
pub fn load(size: Size) -> Scenario {
    let file = format!("{}/scenarios/bench/reference-{}-30d.yaml", env!("CARGO_MANIFEST_DIR"), size.name);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let no_files = |name: &str| Err(format!("{name}: the reference workload refers to no files"));
    let checked = scenario::check(&text, size.name, &no_files);
    checked.unwrap_or_else(|faults| panic!("{file}: {faults:?}")).scenario
}

/// Runs a scenario as `fleetsim run` does, with all built-in observers.
pub fn run(scenario: &Scenario, mode: Mode) -> Counts {
    let go_on = |_, _| ControlFlow::Continue(());
    let outcome = study::run::run(scenario, 0, mode, (), go_on).expect("nobody interrupts");
    let (counts, levels) = (outcome.tally.counts, outcome.tally.levels);
    let scans = counts.scans_returned + counts.scans_rejected;
    Counts {
        // Nobody leaves, so who has reported the plug-in at the end has sent one inventory.
        events: counts.clients_enrolled + levels.clients_plugin_reported + counts.downloads_completed + scans,
        licenses: levels.licenses_in_use,
        rejections: counts.scans_rejected,
    }
}
