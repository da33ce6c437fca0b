//! Bytes that choose a scenario which is run. Choices that contradict each other are refused, and that is all.

use fleetsim::scenario;

use crate::rules::exhaustive::{assert_same, office};
use crate::rules::invariants::audit;
use crate::support::random::{found_file, scenario_of_bytes};

pub fn audited(bytes: &[u8]) {
    let (_, yaml) = scenario_of_bytes(bytes);
    if let Ok(checked) = scenario::check(&yaml, "fuzzed", &found_file) {
        audit(&checked.scenario, &yaml);
    }
}

pub fn counted(bytes: &[u8]) {
    let (seed, yaml) = scenario_of_bytes(bytes);
    for yaml in [office(&yaml, seed), yaml] {
        if let Ok(checked) = scenario::check(&yaml, "fuzzed", &found_file) {
            assert_same(&checked.scenario, &yaml);
        }
    }
}
