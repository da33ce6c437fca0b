//! How fast is the whole, and how far from what was promised? `cargo bench --bench fleet` takes the
//! reference workload of 100,000 clients (or `-- 1m`): by hand, counted and exhaustively, alternating, so that
//! all see the same machine. It prints what it measures and judges nothing but equal results: the bytes of a client, and
//! that the results agree, `tests/it/rules/workload.rs` holds.
//!
//! `cargo bench --bench fleet -- promises` measures every promise of speed beside its baseline, in some
//! minutes, and writes the table into README.md.

#[allow(dead_code, reason = "shared by two benches, each of which uses a part")]
mod reference;

use fleetsim::fleet::Mode;
use reference::{Size, assert_agreement, chosen_size, handwritten, median, model, promises, timed};

const EXHAUSTIVE: Mode = Mode { exhaustive: true, threads: 1 };

fn main() {
    if std::env::args().any(|arg| arg == "promises") {
        return promises::measure();
    }
    let size = chosen_size();
    let Times { by_hand, counted, exhaustive, events } = times(size);
    println!("reference workload, {} clients, {events} events, median of {}", size.clients, size.runs);
    println!("                    seconds   ns/event   by hand = 1");
    for (what, seconds) in [("by hand", by_hand), ("counted", counted), ("exhaustive", exhaustive)] {
        let nanoseconds = seconds * 1e9 / events as f64;
        println!("  {what:<12} {seconds:>12.3} {nanoseconds:>10.1} {:>10.3}", seconds / by_hand);
    }
    let speed = events as f64 / exhaustive / 1e6;
    let bytes = model::bytes_per_client(&model::load(size.stem), EXHAUSTIVE);
    println!("  exhaustive: {speed:.2} M events/s; client rows and queue, peak: {bytes:.1} bytes a client");
}

/// Medians of seconds for one size of the reference workload.
struct Times {
    by_hand: f64,
    counted: f64,
    exhaustive: f64,
    events: u64,
}

fn times(size: Size) -> Times {
    let (mut by_hand, mut counted, mut exhaustive) = (Vec::new(), Vec::new(), Vec::new());
    let mut events = 0;
    for seed in 0..size.runs as u64 {
        let (simple, seconds) = timed(|| handwritten::run(size.clients, seed));
        by_hand.push(seconds);
        // From the scenario's text to the timeline.
        let (fast, seconds) = timed(|| model::run(&model::load(size.stem), model::as_the_program()));
        counted.push(seconds);
        let (full, seconds) = timed(|| model::run(&model::load(size.stem), EXHAUSTIVE));
        exhaustive.push(seconds);
        assert_eq!(fast, full, "counted and exhaustive");
        assert_agreement(size.clients, simple, full);
        events = full.events;
    }
    Times { by_hand: median(by_hand), counted: median(counted), exhaustive: median(exhaustive), events }
}
