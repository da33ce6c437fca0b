//! The workload that simulation engines are compared on: the fleet, simulated in full and with scans counted, against a
//! loop written by hand and against theory; and what a client costs in memory. `cargo bench --bench fleet` times it.

#[path = "../../../benches/reference/mod.rs"]
#[allow(dead_code, reason = "shared with the benches, which measure more of it")]
mod reference;

use fleetsim::fleet::Mode;
use reference::{assert_agreement, handwritten, model};

const CLIENTS: u32 = 100_000;
const SCENARIO: &str = "reference-100k-30d";
const EXHAUSTIVE: Mode = Mode { exhaustive: true, threads: 1 };

#[test]
fn the_fleet_agrees_with_a_loop_written_by_hand_and_with_theory() {
    let scenario = model::load(SCENARIO);
    let exhaustive = model::run(&scenario, EXHAUSTIVE);
    assert_eq!(model::run(&scenario, model::as_the_program()), exhaustive, "scans counted and simulated");
    assert_agreement(CLIENTS, handwritten::run(CLIENTS, 1), exhaustive);
}

#[test]
fn a_client_takes_64_bytes_at_most_with_its_events() {
    let bytes = model::bytes_per_client(&model::load(SCENARIO), EXHAUSTIVE);
    assert!(bytes <= 64.0, "{bytes:.1} bytes a client");
}
