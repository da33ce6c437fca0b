//! The reference workload by a loop written by hand: how fast could it be, and what should come out?
//!
//! Prints events, seconds and nanoseconds an event, and holds the counts against theory and against
//! the model, within four standard errors. `cargo bench --bench handwritten [-- 1m]`.

#[allow(dead_code, reason = "shared by two benches, each of which uses a part")]
mod reference;

use fleetsim::fleet::Mode;
use reference::{Counts, assert_agreement, chosen_size, handwritten, median, model, timed};

fn main() {
    let size = chosen_size();
    let runs = (0..size.runs).map(|seed| timed(|| handwritten::run(size.clients, seed as u64)));
    let (counts, seconds): (Vec<Counts>, Vec<f64>) = runs.unzip();
    let seconds = median(seconds);
    let Counts { events, licenses, rejections } = counts[0];
    println!("handwritten, {} clients, 30 days, median of {} runs", size.clients, size.runs);
    println!("  events      {events:>12}   {seconds:.3} s   {:.1} ns/event", seconds * 1e9 / events as f64);
    println!("  licenses    {licenses:>12}\n  rejections  {rejections:>12}");
    let model = model::run(&model::load(size.stem), Mode::default());
    counts.iter().for_each(|one| assert_agreement(size.clients, *one, model));
    println!("  agrees with theory and with the model within 4 standard errors");
}
