//! The queue against a plain heap of full keys, and its promises one by one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;
use crate::units::time::Span;

struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    /// Waits as a simulation has them: none, within a slot, hours, and now and then years.
    fn wait(&mut self) -> Span {
        let longest_ms = match self.below(16) {
            0..2 => 1,
            2..4 => 30,
            4..7 => 100_000,
            7..15 => 5 * Span::HOUR.ms() as u64,
            _ => 3 * 365 * Span::DAY.ms() as u64,
        };
        Span(self.below(longest_ms) as i64)
    }

    fn key(&mut self, time: Time) -> EventKey {
        let (rank, entity) = (self.below(64) as u8, self.below(1 << ENTITY_BITS) as u32);
        EventKey { time, rank, entity, ordinal: self.below(1 << ORDINAL_BITS) as u16 }
    }

    fn key_after(&mut self, now: Time) -> EventKey {
        let wait = self.wait();
        self.key(now + wait)
    }
}

const YEAR: Span = Span::days(365);

fn at(ms: i64, rank: u8, entity: u32, ordinal: u16) -> EventKey {
    EventKey { time: Time(ms), rank, entity, ordinal }
}

fn drain(queue: &mut EventQueue) -> Vec<EventKey> {
    std::iter::from_fn(|| queue.pop()).collect()
}

/// Random traffic through `queue` and a reference heap at once; gives the order of events.
fn traffic(queue: &mut EventQueue, horizon: Time, seed: u64) -> Vec<EventKey> {
    let mut random = Xorshift(seed);
    let mut reference = BinaryHeap::new();
    let mut order: Vec<EventKey> = Vec::new();
    let mut now = Time::START;
    for step in 0..60_000 {
        // Up to a third of the steps more is pushed than popped, then the queue runs low.
        for _ in 0..random.below(if step < 20_000 { 4 } else { 3 }) {
            let key = random.key_after(now);
            assert_eq!(queue.push(key), key.time <= horizon, "seed {seed}, {key:?}");
            if key.time <= horizon {
                reference.push(Reverse(key));
            }
        }
        if random.below(4) == 0 {
            assert_eq!(queue.peek_time(), reference.peek().map(|key| key.0.time), "seed {seed}");
        }
        let key = queue.pop();
        assert_eq!(key, reference.pop().map(|key| key.0), "seed {seed}, step {step}");
        assert_eq!(queue.len(), reference.len(), "seed {seed}, step {step}");
        now = key.map_or(now, |key| key.time);
        order.extend(key);
    }
    let rest = drain(queue);
    let expected = std::iter::from_fn(|| reference.pop().map(|key| key.0));
    assert!(rest.iter().copied().eq(expected), "seed {seed}: the rest differs");
    assert!(queue.is_empty() && queue.peek_time().is_none());
    order.extend(rest);
    order
}

#[test]
fn the_order_is_that_of_a_heap_of_keys_and_independent_of_the_slot_width() {
    for (seed, horizon) in [(1, Time::NEVER), (2, Time::START + Span::DAY), (3, Time::START + YEAR)] {
        let by_slot_bits = [8, 11, 13, 15]
            .map(|slot_bits| traffic(&mut EventQueue::with_slot_bits(horizon, slot_bits), horizon, seed));
        assert!(by_slot_bits[0].len() > 1_000, "seed {seed}: {} events", by_slot_bits[0].len());
        assert!(by_slot_bits.iter().all(|order| *order == by_slot_bits[0]), "seed {seed}");
    }
}

#[test]
fn a_full_slot_comes_out_sorted_whether_spread_or_on_one_instant() {
    for spread_ms in [1, 3, 1_000, 65_536] {
        let (mut queue, mut random) = (EventQueue::new(Time::NEVER), Xorshift(7));
        let mut key = || {
            let time = Time(random.below(spread_ms) as i64);
            random.key(time)
        };
        let mut keys: Vec<_> = (0..20_000).map(|_| key()).collect();
        keys.iter().for_each(|key| assert!(queue.push(*key)));
        keys.sort();
        assert!(drain(&mut queue) == keys, "spread over {spread_ms} ms");
    }
}

#[test]
fn simultaneous_events_are_ordered_by_rank_then_entity_then_ordinal() {
    let order =
        [at(5, 0, 9, 9), at(5, 1, 0, 8), at(5, 1, 2, 0), at(5, 1, 2, 1), at(5, 63, (1 << 27) - 1, 65_535)];
    let mut queue = EventQueue::new(Time(5));
    order.iter().rev().for_each(|key| assert!(queue.push(*key)));
    assert_eq!(drain(&mut queue), order);
}

#[test]
fn a_consequence_at_the_same_instant_may_have_a_lower_rank() {
    let mut queue = EventQueue::new(Time(100));
    queue.push(at(7, 4, 1, 0));
    queue.push(at(7, 6, 1, 0));
    assert_eq!(queue.pop(), Some(at(7, 4, 1, 0)));
    queue.push(at(7, 2, 1, 0));
    assert_eq!(drain(&mut queue), [at(7, 2, 1, 0), at(7, 6, 1, 0)]);
}

#[test]
fn equal_keys_all_come_out() {
    let far_ms = 50 * YEAR.ms();
    let mut queue = EventQueue::new(Time::NEVER);
    let keys = [at(0, 1, 1, 1), at(0, 1, 1, 1), at(far_ms, 1, 1, 1), at(far_ms, 1, 1, 1)];
    keys.iter().for_each(|key| assert!(queue.push(*key)));
    assert_eq!(queue.pop(), Some(keys[0]));
    queue.push(keys[0]);
    assert_eq!(drain(&mut queue), [keys[0], keys[0], keys[2], keys[3]]);
}

#[test]
fn the_horizon_is_the_last_instant_that_is_kept() {
    let mut queue = EventQueue::new(Time(1_000));
    assert!(queue.push(at(1_000, 0, 0, 0)));
    assert!(!queue.push(at(1_001, 0, 0, 0)));
    assert_eq!(queue.len(), 1);
}

#[test]
fn a_peek_leaves_room_for_earlier_events() {
    let mut queue = EventQueue::new(Time::NEVER);
    for ms in [80 * YEAR.ms(), Span::DAY.ms(), 70_000, 3] {
        queue.push(at(ms, 0, 0, 0));
        assert_eq!(queue.peek_time(), Some(Time(ms)));
    }
    assert_eq!(drain(&mut queue).len(), 4);
}

#[test]
fn a_cleared_queue_is_like_new_and_keeps_its_memory() {
    let horizon = Time::START + YEAR;
    let mut queue = EventQueue::new(Time::NEVER);
    let expected = traffic(&mut EventQueue::new(horizon), horizon, 11);
    traffic(&mut queue, Time::NEVER, 12);
    for ms in [0, 0, 70_000, Span::DAY.ms(), YEAR.ms()] {
        queue.push(at(queue.now.ms() + ms, 0, 0, 0));
    }
    queue.pop();
    queue.clear(horizon);
    assert!(queue.is_empty() && queue.peek_time().is_none() && queue.pop().is_none());
    assert_eq!(traffic(&mut queue, horizon, 11), expected);
    let reserved = queue.memory_bytes();
    queue.clear(horizon);
    assert_eq!(queue.memory_bytes(), reserved);
}

/// Bytes reserved after every one of `pending` events was replaced ten times, `wait` later each.
fn bytes_after_holding(pending: u32, wait: impl Fn(&mut Xorshift) -> u64) -> usize {
    let (mut queue, mut random) = (EventQueue::new(Time::NEVER), Xorshift(5));
    for entity in 0..pending {
        let ms = wait(&mut random);
        queue.push(at(random.below(ms + 1) as i64, 0, entity, 0));
    }
    for _ in 0..10 * pending {
        let key = queue.pop().expect("as many pushed as popped");
        queue.push(EventKey { time: key.time + Span(wait(&mut random) as i64), ..key });
    }
    queue.memory_bytes()
}

#[test]
fn memory_follows_what_is_pending() {
    let scans = |random: &mut Xorshift| Span::hours(4).ms() as u64 + random.below(600_000);
    assert!(bytes_after_holding(100_000, scans) <= 16 * 100_000);
    let thinly_over_years = |random: &mut Xorshift| random.below(10 * YEAR.ms() as u64);
    let bytes = bytes_after_holding(100_000, thinly_over_years);
    assert!(bytes <= 64 * 100_000, "{bytes} bytes");
}

#[test]
fn a_far_horizon_costs_nothing() {
    let mut queue = EventQueue::with_slot_bits(Time::START + Span::days(36_500), 8);
    assert!(queue.push(at(Span::days(36_500).ms(), 0, 0, 0)));
    assert!(queue.memory_bytes() < 100_000, "{} bytes", queue.memory_bytes());
    assert_eq!(drain(&mut queue).len(), 1);
}

#[test]
#[should_panic(expected = "pushed into the past")]
fn an_event_before_the_last_popped_one_is_refused() {
    let mut queue = EventQueue::new(Time::NEVER);
    queue.push(at(10, 5, 0, 0));
    queue.pop();
    queue.push(at(9, 5, 0, 0));
}

#[test]
#[should_panic(expected = "key too wide")]
fn an_entity_beyond_27_bits_is_refused() {
    EventQueue::new(Time::NEVER).push(at(0, 0, 1 << 27, 0));
}

#[test]
fn what_is_announced_happens_in_that_order_and_is_announced_once() {
    let mut random = Xorshift(11);
    let mut queue = EventQueue::new(Time::START + YEAR);
    for _ in 0..5_000 {
        let wait = Span(random.below(1_000_000) as i64);
        queue.push(random.key(Time::START + wait));
    }
    let (mut announced, mut popped) = (Vec::new(), Vec::new());
    while let Some(key) = queue.pop() {
        popped.push(key);
        if queue.may_announce() {
            announced.extend(queue.announce());
        }
    }
    // All but the first of each slot, which opens when that is popped.
    let slots = 1 + (1_000_000 >> DEFAULT_SLOT_BITS);
    assert_eq!(announced.len(), popped.len() - slots);
    let mut order = popped.iter();
    assert!(announced.iter().all(|key| order.any(|other| other == key)));
}
