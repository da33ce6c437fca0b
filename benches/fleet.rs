//! The whole fleet on the reference workload, beside the loop written by hand for it: same run,
//! alternating, so that both see the same machine. Fails below 5 M events/s or above 64 bytes of
//! client and queue state a client. `cargo bench --bench fleet [-- 1m]`.

mod reference;

use fleetsim::engine::queue::EventQueue;
use fleetsim::engine::simulation::Model;
use fleetsim::fleet::Mode;
use fleetsim::fleet::model::Fleet;
use fleetsim::scenario::model::Scenario;
use reference::{assert_agreement, chosen_size, handwritten, median, model, timed};

/// Least events a second, in millions.
const LEAST_SPEED: f64 = 5.0;
/// Most bytes of client rows and pending events, per client.
const MOST_BYTES: f64 = 64.0;

fn main() {
    let size = chosen_size();
    let (mut by_hand, mut fleet) = (Vec::new(), Vec::new());
    let mut events = 0;
    for seed in 0..size.runs as u64 {
        let (simple, seconds) = timed(|| handwritten::run(size.clients, seed));
        by_hand.push(seconds * 1e9 / simple.events as f64);
        // From the scenario's text to the outcome.
        let (full, seconds) = timed(|| model::run(&model::load(size), Mode::default()));
        fleet.push(seconds * 1e9 / full.events as f64);
        assert_agreement(size.clients, simple, full);
        events = full.events;
    }
    let (by_hand, fleet) = (median(by_hand), median(fleet));
    let bytes = peak_bytes(&model::load(size)) as f64 / f64::from(size.clients);
    println!("reference workload, {} clients, {events} events, median of {}", size.clients, size.runs);
    println!("                 ns/event   M events/s");
    println!("  handwritten  {by_hand:>10.1}   {:>10.2}", 1e3 / by_hand);
    println!("  fleet        {fleet:>10.1}   {:>10.2}", 1e3 / fleet);
    println!("  ratio        {:>10.2}", fleet / by_hand);
    println!("  client rows and queue, peak: {bytes:.1} bytes a client");
    assert!(1e3 / fleet >= LEAST_SPEED, "below {LEAST_SPEED} M events/s");
    assert!(bytes <= MOST_BYTES, "above {MOST_BYTES} bytes a client");
}

/// Most heap bytes of client rows and event queue at any time of a run, looked at every 1,024 events.
fn peak_bytes(scenario: &Scenario) -> usize {
    let mut queue = EventQueue::new(scenario.horizon());
    let mut fleet = Fleet::new(scenario, 0, Mode::default(), (), &mut queue);
    let (mut peak, mut events) = (0, 0u64);
    while let Some(event) = queue.pop() {
        if events % 1024 == 0 {
            peak = peak.max(fleet.client_bytes() + queue.memory_bytes());
        }
        events += 1;
        fleet.handle(event, &mut queue);
    }
    peak
}
