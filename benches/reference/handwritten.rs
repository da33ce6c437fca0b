//! The reference workload and nothing else: the least a simulation of it has to do.
//!
//! Exact: events happen in order of (millisecond, client). They wait in slots of time as packed
//! 8-byte entries; a slot is sorted when it opens, and events that still fall into the open one go
//! through a heap. No keyed draws, no facts, no rules, no output.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Counts, licenses};

const HOUR: u32 = 3_600_000;
const DAY: u32 = 24 * HOUR;
const END: u32 = 30 * DAY;
const SCAN_EVERY: u32 = 4 * HOUR;
/// Scans come up to this much early or late.
const JITTER: u32 = HOUR / 6;
const PACKAGE_MEAN: f64 = HOUR as f64 / 6.0;

/// Slots of 8.2 s: a few dozen entries to sort with 100,000 clients.
const SLOT_BITS: u32 = 13;
/// Slots in the ring: 37 h. The longest wait of the workload is a day.
const RING: usize = 1 << 14;

/// Simulates `clients` clients for 30 days.
pub fn run(clients: u32, seed: u64) -> Counts {
    run_on(Slots::new(), clients, seed)
}

/// The same on the standard library's heap, as most simulations have it.
pub fn run_on_heap(clients: u32, seed: u64) -> Counts {
    run_on(Heap::default(), clients, seed)
}

fn run_on(mut queue: impl Queue, clients: u32, seed: u64) -> Counts {
    let mut fleet = Fleet {
        random: SplitMix(seed),
        clients: vec![Client { scan: 0, stage: Stage::New }; clients as usize],
        free: licenses(clients),
        counts: Counts { events: 0, licenses: 0, rejections: 0 },
    };
    for client in 0..clients {
        queue.push(fleet.random.below(DAY), client);
    }
    while let Some((now, client)) = queue.pop() {
        let next = fleet.handle(now, client);
        if next <= END {
            queue.push(next, client);
        }
    }
    fleet.counts
}

/// What happens to a client next.
#[derive(Clone, Copy)]
enum Stage {
    New,
    InventoryComing,
    PackageComing,
    Scanning,
    ScanningWithLicense,
}

#[derive(Clone, Copy)]
struct Client {
    /// Its next scan, jitter apart (ms); it does not accumulate.
    scan: u32,
    stage: Stage,
}

struct Fleet {
    random: SplitMix,
    clients: Vec<Client>,
    free: u64,
    counts: Counts,
}

impl Fleet {
    /// One event of a client; the instant of its next one.
    #[inline]
    fn handle(&mut self, now: u32, client: u32) -> u32 {
        self.counts.events += 1;
        let row = &mut self.clients[client as usize];
        match row.stage {
            Stage::New => {
                row.stage = Stage::InventoryComing;
                return now + self.random.below(DAY);
            }
            Stage::InventoryComing => {
                row.stage = Stage::PackageComing;
                return now + self.random.exponential(PACKAGE_MEAN);
            }
            Stage::PackageComing => {
                row.stage = Stage::Scanning;
                row.scan = now;
            }
            Stage::Scanning if self.free > 0 => {
                self.free -= 1;
                self.counts.licenses += 1;
                row.stage = Stage::ScanningWithLicense;
            }
            Stage::Scanning => self.counts.rejections += 1,
            Stage::ScanningWithLicense => {}
        }
        row.scan += SCAN_EVERY;
        row.scan - JITTER + self.random.below(2 * JITTER + 1)
    }
}

/// Pending events, in order of (millisecond, client).
trait Queue {
    fn push(&mut self, at: u32, client: u32);
    fn pop(&mut self) -> Option<(u32, u32)>;
}

#[derive(Default)]
struct Heap(BinaryHeap<Reverse<u64>>);

impl Queue for Heap {
    #[inline]
    fn push(&mut self, at: u32, client: u32) {
        self.0.push(Reverse(u64::from(at) << 32 | u64::from(client)));
    }

    #[inline]
    fn pop(&mut self) -> Option<(u32, u32)> {
        let Reverse(entry) = self.0.pop()?;
        Some(((entry >> 32) as u32, entry as u32))
    }
}

/// Pending events; an entry is `[ms: 32][client: 32]`.
struct Slots {
    ring: Vec<Vec<u64>>,
    /// The slot of the current instant: latest first, so that the next one is at the end.
    open: Vec<u64>,
    open_slot: usize,
    late: BinaryHeap<Reverse<u64>>,
    pending: usize,
}

impl Slots {
    fn new() -> Slots {
        let late = BinaryHeap::new();
        Slots { ring: vec![Vec::new(); RING], open: Vec::new(), open_slot: usize::MAX, late, pending: 0 }
    }

    /// Sorts the next slot that holds anything. Its memory goes to the open slot, and back to a later one.
    fn open_next(&mut self) -> Option<()> {
        if self.pending == 0 {
            return None;
        }
        let mut slot = self.open_slot.wrapping_add(1);
        while self.ring[slot % RING].is_empty() {
            slot += 1;
        }
        std::mem::swap(&mut self.open, &mut self.ring[slot % RING]);
        self.open.sort_unstable_by_key(|entry| Reverse(*entry));
        self.open_slot = slot;
        Some(())
    }
}

impl Queue for Slots {
    #[inline]
    fn push(&mut self, at: u32, client: u32) {
        let entry = u64::from(at) << 32 | u64::from(client);
        let slot = (at >> SLOT_BITS) as usize;
        self.pending += 1;
        if slot == self.open_slot {
            self.late.push(Reverse(entry));
        } else {
            self.ring[slot % RING].push(entry);
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<(u32, u32)> {
        if self.open.is_empty() && self.late.is_empty() {
            self.open_next()?;
        }
        self.pending -= 1;
        let late_first = match (self.open.last(), self.late.peek()) {
            (Some(entry), Some(late)) => late.0 < *entry,
            (entry, _) => entry.is_none(),
        };
        let entry = if late_first { self.late.pop()?.0 } else { self.open.pop()? };
        Some(((entry >> 32) as u32, entry as u32))
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a few operations a draw.
struct SplitMix(u64);

impl SplitMix {
    #[inline]
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 to `n` − 1.
    #[inline]
    fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    fn exponential(&mut self, mean: f64) -> u32 {
        let unit = ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        (-mean * libm::log(unit)) as u32
    }
}
