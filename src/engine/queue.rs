//! The event queue: every pending event, handed out in one total order.
//!
//! # Order
//!
//! Simultaneous events are ordered by content (rank, entity, ordinal), never by insertion.
//! Two events with the same key are the same event to the queue, so no run can depend on which
//! of them was pushed first.
//!
//! # Why buckets
//!
//! A binary heap touches log2(n) scattered cache lines per pop, and once it outgrows the caches
//! most of those are misses: with a million pending, an event costs nearly twenty times what it
//! costs with a thousand, and five times what it costs with a hundred thousand (measured by
//! `benches/queue.rs`). But a simulation consumes its events in one sweep over time, and the order
//! of two events that are still hours away does not matter yet. So time is cut into *slots*:
//!
//! ```text
//!   now                                    window end
//!    |  open  | slot | slot | slot |  ...  |   page   |   page   | ...
//!      sorted   unordered, 8 bytes an entry    far: unordered, 16 bytes an event
//! ```
//!
//! * **near** (`slots.rs`): an event is appended to its slot, unordered, as one packed `u64`.
//! * **open** (`open.rs`): when time reaches a slot its entries are sorted, in one buffer that fits
//!   a fast cache. What is pushed into the slot after that goes through a small heap.
//! * **far**: what lies one to two pages of slots (1.5 to 3 days) ahead or more is kept by page and
//!   spread over slots when time gets there. Otherwise a million events thinly spread over years
//!   would reserve a chunk of memory each; so memory follows what is pending, whatever the
//!   horizon.
//!
//! The cost of an event is then an append, a share of a sort of a few thousand entries, and a
//! read from that buffer: about the same from a thousand pending events to a million, and less
//! than twice that at ten million.

mod open;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::units::time::Time;
use open::OpenSlot;
use slots::{PAGE, Slots};

/// Bits of an entry below the offset in the slot: rank, entity, ordinal.
const CONTENT_BITS: u32 = RANK_BITS + ENTITY_BITS + ORDINAL_BITS;
const RANK_BITS: u32 = 6;
const ENTITY_BITS: u32 = 27;
const ORDINAL_BITS: u32 = 16;

/// Slots of 32.8 s: all fifteen bits an entry has for the offset.
const DEFAULT_SLOT_BITS: u32 = 15;

/// Most events announced at a time: enough to fetch their data in parallel, and it stays in the fastest cache.
const ANNOUNCED: usize = 64;

/// What happens when: an instant, and the content that orders events of the same instant.
///
/// The derived order is the documented order of events: time, then rank, entity, ordinal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EventKey {
    /// When it happens; the first criterion of the order.
    pub time: Time,
    /// Position of the kind of event among the kinds; below 64.
    pub rank: u8,
    /// The client or record it happens to; below 2^27.
    pub entity: u32,
    /// Distinguishes the events of one kind and entity; a handler uses it to ignore stale ones.
    pub ordinal: u16,
}

impl EventKey {
    /// `[rank: 6][entity: 27][ordinal: 16]`, which order the events of one instant.
    #[inline(always)]
    fn content(self) -> u64 {
        let rank_and_entity = (self.rank as u64) << ENTITY_BITS | self.entity as u64;
        rank_and_entity << ORDINAL_BITS | self.ordinal as u64
    }

    /// `[offset in slot: 15][content: 49]`, so that within one slot comparing integers is comparing keys.
    fn pack(self, slot_bits: u32) -> u64 {
        pack(self.time, self.content(), slot_bits)
    }

    #[inline(always)]
    fn unpack(entry: u64, slot: i64, slot_bits: u32) -> EventKey {
        EventKey {
            time: Time((slot << slot_bits) + (entry >> CONTENT_BITS) as i64),
            rank: (entry >> (ENTITY_BITS + ORDINAL_BITS)) as u8 & ((1 << RANK_BITS) - 1),
            entity: (entry >> ORDINAL_BITS) as u32 & ((1 << ENTITY_BITS) - 1),
            ordinal: entry as u16,
        }
    }
}

#[inline]
fn pack(time: Time, content: u64, slot_bits: u32) -> u64 {
    let offset = time.ms() as u64 & ((1 << slot_bits) - 1);
    offset << CONTENT_BITS | content
}

/// Pending events up to a horizon; see the [module](self) for how and why.
pub struct EventQueue {
    slot_bits: u32,
    horizon: Time,
    /// Instant of the last popped event; nothing may be pushed before it.
    now: Time,
    len: usize,
    /// Number of the slot `now` lies in, or -1 before the first pop.
    open_slot: i64,
    open: OpenSlot,
    /// Slots after `open_slot` and before `window_end`.
    slots: Slots,
    /// A multiple of [`PAGE`]: at least one whole page after the open one is near.
    window_end: i64,
    /// Events at or after `window_end`, by page.
    far: BTreeMap<i64, Vec<EventKey>>,
    /// What the last peek found among events that are not in the open slot.
    peeked: Option<Time>,
}

impl EventQueue {
    /// A queue that refuses events after `horizon`. Its clock stands at [`Time::START`].
    pub fn new(horizon: Time) -> Self {
        Self::with_slot_bits(horizon, DEFAULT_SLOT_BITS)
    }

    /// As [`EventQueue::new`], with slots of 2^`slot_bits` ms. Changes the speed, never the order.
    pub fn with_slot_bits(horizon: Time, slot_bits: u32) -> Self {
        assert!((8..=15).contains(&slot_bits), "a slot has 2^8 to 2^15 ms, not 2^{slot_bits}");
        let mut queue = Self {
            slot_bits,
            horizon,
            now: Time::START,
            len: 0,
            open_slot: -1,
            open: OpenSlot::default(),
            slots: Slots::default(),
            window_end: 0,
            far: BTreeMap::new(),
            peeked: None,
        };
        queue.clear(horizon);
        queue
    }

    /// Forgets all events and turns the clock back to the start; keeps the allocations.
    pub fn clear(&mut self, horizon: Time) {
        assert!(horizon >= Time::START, "the horizon lies before the start: {horizon:?}");
        self.horizon = horizon;
        self.now = Time::START;
        self.len = 0;
        self.open_slot = -1;
        self.open.clear();
        self.slots.clear();
        self.window_end = 2 * PAGE;
        self.far.clear();
        self.peeked = None;
    }

    /// Adds an event; `false` if it lies after the horizon and was dropped.
    ///
    /// The current instant is allowed, with any rank: an event may have consequences at once.
    ///
    /// Inlined down to two numbers: a key that goes through memory is written in parts and read as a whole, which
    /// processors do not forward (in [`EventQueue::pop`], 7 % of a run).
    #[inline(always)]
    pub fn push(&mut self, key: EventKey) -> bool {
        assert!(key.rank < 1 << RANK_BITS && key.entity < 1 << ENTITY_BITS, "key too wide");
        self.push_content(key.time, key.content())
    }

    fn push_content(&mut self, time: Time, content: u64) -> bool {
        assert!(time >= self.now, "event pushed into the past: {time:?}, now {:?}", self.now);
        if time > self.horizon {
            return false;
        }
        let slot = time.ms() >> self.slot_bits;
        let entry = pack(time, content, self.slot_bits);
        self.len += 1;
        if slot == self.open_slot {
            self.open.push(entry);
            return true;
        }
        if slot < self.window_end {
            self.slots.push(slot, entry);
        } else {
            self.far.entry(slot / PAGE).or_default().push(EventKey::unpack(entry, slot, self.slot_bits));
        }
        self.peeked = self.peeked.map(|earliest| earliest.min(time));
        true
    }

    /// Removes the event with the smallest key and moves the clock to it.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<EventKey> {
        if self.open.is_empty() && !self.open_next() {
            return None;
        }
        let key = EventKey::unpack(self.open.pop()?, self.open_slot, self.slot_bits);
        let time = key.time;
        assert!(time >= self.now, "time ran backwards: {time:?} after {:?}", self.now);
        self.now = time;
        self.len -= 1;
        Some(key)
    }

    /// Are events known to come next that were not announced yet?
    #[inline]
    pub fn may_announce(&self) -> bool {
        self.open.may_announce()
    }

    /// Announces some of the events that come next, in order, each of them once. Events pushed from
    /// now on may come in between.
    #[inline]
    pub fn announce(&mut self) -> impl Iterator<Item = EventKey> {
        let (slot, slot_bits) = (self.open_slot, self.slot_bits);
        let next = self.open.announce(ANNOUNCED).iter();
        next.map(move |entry| EventKey::unpack(*entry, slot, slot_bits))
    }

    /// Instant of the event that [`EventQueue::pop`] would return now.
    ///
    /// Opens no slot: until that event is popped, earlier ones may still be pushed.
    pub fn peek_time(&mut self) -> Option<Time> {
        if let Some(entry) = self.open.peek() {
            return Some(EventKey::unpack(entry, self.open_slot, self.slot_bits).time);
        }
        if self.peeked.is_none() {
            self.peeked = self.earliest_unopened();
        }
        self.peeked
    }

    /// Number of events pushed and not popped yet.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether all events pushed so far have been popped.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Heap bytes reserved (the nodes of the map of far pages are estimated, from above).
    pub fn memory_bytes(&self) -> usize {
        const FAR_PAGE_BYTES: usize = 64; // a B-tree node is at least half full
        let far: usize = self.far.values().map(|page| page.capacity() * size_of::<EventKey>()).sum();
        self.open.memory_bytes() + self.slots.memory_bytes() + far + self.far.len() * FAR_PAGE_BYTES
    }

    /// Sorts the next slot that holds anything into the open one; `false` if nothing is pending.
    #[inline(never)]
    fn open_next(&mut self) -> bool {
        let Some(slot) = self.next_slot() else { return false };
        assert!(slot > self.open_slot, "slot {slot} opened after {}", self.open_slot);
        self.move_window(slot / PAGE);
        self.open_slot = slot;
        self.open.fill(&self.slots, slot, self.slot_bits);
        self.slots.release(slot);
        self.peeked = None;
        true
    }

    fn next_slot(&mut self) -> Option<i64> {
        if let Some(slot) = self.slots.next_occupied(self.open_slot + 1, self.window_end) {
            return Some(slot);
        }
        let page = *self.far.first_key_value()?.0;
        self.move_window(page);
        self.slots.next_occupied(page * PAGE, self.window_end)
    }

    /// Makes `page` and the one after it near. Everything before `page` has passed.
    fn move_window(&mut self, page: i64) {
        let end = (page + 2) * PAGE;
        if end == self.window_end {
            return;
        }
        self.window_end = end;
        while let Some(first) = self.far.first_entry()
            && *first.key() < page + 2
        {
            for key in first.remove() {
                self.slots.push(key.time.ms() >> self.slot_bits, key.pack(self.slot_bits));
            }
        }
    }

    fn earliest_unopened(&self) -> Option<Time> {
        if let Some(slot) = self.slots.next_occupied(self.open_slot + 1, self.window_end) {
            let entry = self.slots.parts(slot).flatten().min()?;
            return Some(EventKey::unpack(*entry, slot, self.slot_bits).time);
        }
        let (_, page) = self.far.first_key_value()?;
        page.iter().map(|key| key.time).min()
    }
}
