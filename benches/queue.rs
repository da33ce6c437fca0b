//! The event queue against std's heap, in the hold model: pop one event, push one.
//!
//! The pattern is that of a fleet: n clients, each with one pending event, the next one 4 h ± 10 min
//! after the last. The time criterion prints is per event. `cargo bench --bench queue`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use fleetsim::engine::queue::{EventKey, EventQueue};
use fleetsim::units::time::Time;

type Group<'a> = BenchmarkGroup<'a, criterion::measurement::WallTime>;

const PERIOD_MS: u64 = 4 * 3_600_000;
const JITTER_MS: u64 = 2 * 600_000;

struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, n: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0) * u128::from(n)) >> 64) as i64
    }

    fn first(&mut self, entity: u32) -> EventKey {
        EventKey { time: Time(self.below(PERIOD_MS)), rank: 3, entity, ordinal: 0 }
    }

    fn next(&mut self, key: EventKey) -> EventKey {
        let wait_ms = (PERIOD_MS - JITTER_MS / 2) as i64 + self.below(JITTER_MS);
        EventKey { time: Time(key.time.ms() + wait_ms), ordinal: key.ordinal.wrapping_add(1), ..key }
    }
}

fn buckets(group: &mut Group, name: &str, pending: u32) {
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    let mut queue = EventQueue::new(Time::NEVER);
    for entity in 0..pending {
        queue.push(random.first(entity));
    }
    let mut hold = || {
        let key = queue.pop().expect("never empty");
        queue.push(random.next(key))
    };
    measure(group, name, "buckets", pending, &mut hold);
    println!("{name}: {:.1} bytes an event", queue.memory_bytes() as f64 / f64::from(pending));
}

fn heap(group: &mut Group, name: &str, pending: u32) {
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    let mut queue: BinaryHeap<_> = (0..pending).map(|entity| Reverse(wide(random.first(entity)))).collect();
    let mut hold = || {
        let Reverse(key) = queue.pop().expect("never empty");
        queue.push(Reverse(wide(random.next(narrow(key)))));
        true
    };
    measure(group, name, "std-heap", pending, &mut hold);
}

/// Lets every client have two events first: only then are the queue's chunks as mixed as in a run.
fn measure(group: &mut Group, name: &str, queue: &str, pending: u32, hold: &mut impl FnMut() -> bool) {
    for _ in 0..2 * u64::from(pending) {
        hold();
    }
    group.bench_function(format!("{queue}/{name}"), |b| b.iter(|| black_box(hold())));
}

fn wide(key: EventKey) -> u128 {
    let content = u64::from(key.rank) << 43 | u64::from(key.entity) << 16 | u64::from(key.ordinal);
    (key.time.ms() as u128) << 49 | u128::from(content)
}

fn narrow(key: u128) -> EventKey {
    EventKey {
        time: Time((key >> 49) as i64),
        rank: (key >> 43) as u8 & 63,
        entity: (key >> 16) as u32 & ((1 << 27) - 1),
        ordinal: key as u16,
    }
}

fn hold_model(c: &mut Criterion) {
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(1)).sample_size(20);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    for (name, pending) in [("1k", 1_000), ("100k", 100_000), ("1M", 1_000_000), ("10M", 10_000_000)] {
        buckets(&mut group, name, pending);
        heap(&mut group, name, pending);
    }
    group.finish();
}

criterion_group!(benches, hold_model);
criterion_main!(benches);
