//! The hold model: so many events pending, each pop followed by a push. What the engine costs by itself.

use std::hint::black_box;

use fleetsim::engine::queue::{EventKey, EventQueue};
use fleetsim::units::time::Time;

use super::timed;

const PERIOD_MS: u64 = 4 * 3_600_000;
const JITTER_MS: u64 = 2 * 600_000;
const EVENTS: u64 = 4_000_000;

/// Nanoseconds an event with so many pending; scans of clients every 4 h ± 10 min.
pub fn nanoseconds(pending: u32) -> f64 {
    let mut random = 0x9E37_79B9_7F4A_7C15u64;
    let mut below = |n: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        ((u128::from(random) * u128::from(n)) >> 64) as i64
    };
    let mut queue = EventQueue::new(Time::NEVER);
    for entity in 0..pending {
        queue.push(EventKey { time: Time(below(PERIOD_MS)), rank: 3, entity, ordinal: 0 });
    }
    let mut hold = |events: u64| {
        for _ in 0..events {
            let key = queue.pop().expect("never empty");
            let wait = (PERIOD_MS - JITTER_MS / 2) as i64 + below(JITTER_MS);
            queue.push(EventKey { time: Time(key.time.ms() + wait), ..key });
        }
        black_box(queue.len())
    };
    // Only after two events each the queue's memory is as mixed as in a run.
    hold(2 * u64::from(pending));
    timed(|| hold(EVENTS)).1 * 1e9 / EVENTS as f64
}
