//! The open slot: the entries of the stretch of time that is being simulated, in order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::engine::queue::CONTENT_BITS;
use crate::engine::queue::slots::Slots;

/// Below this many entries a plain sort is as fast as dealing them out first.
const FEW: usize = 64;
/// At most 2^12 piles: their counters have to stay in the fastest cache.
const MAX_PILE_BITS: u32 = 12;

/// What the slot held when it opened, sorted, and what was pushed into it since.
#[derive(Default)]
pub struct OpenSlot {
    sorted: Vec<u64>,
    /// Entries of `sorted` already taken.
    taken: usize,
    /// Entries of `sorted` already announced.
    announced: usize,
    /// An entry before all others, pushed since the slot opened: usually what the last event causes at
    /// once. A chain of steps in one instant never touches the heap.
    next: Option<u64>,
    /// What else was pushed since the slot opened.
    late: BinaryHeap<Reverse<u64>>,
    /// Per pile: where its next entry goes. Kept only for its allocation.
    ends: Vec<u32>,
}

impl OpenSlot {
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.next.is_none() && self.taken == self.sorted.len() && self.late.is_empty()
    }

    /// Adds an entry after the slot was opened.
    #[inline]
    pub fn push(&mut self, entry: u64) {
        match self.next {
            Some(next) if entry < next => {
                self.late.push(Reverse(next));
                self.next = Some(entry);
            }
            None if self.peek().is_none_or(|first| entry < first) => self.next = Some(entry),
            _ => self.late.push(Reverse(entry)),
        }
    }

    #[inline]
    pub fn peek(&self) -> Option<u64> {
        if self.next.is_some() {
            return self.next;
        }
        let sorted = self.sorted.get(self.taken).copied();
        let late = self.late.peek().map(|late| late.0);
        sorted.into_iter().chain(late).min()
    }

    #[inline]
    pub fn pop(&mut self) -> Option<u64> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        let Some(&entry) = self.sorted.get(self.taken) else {
            return self.late.pop().map(|late| late.0);
        };
        if self.late.peek().is_some_and(|late| late.0 < entry) {
            return self.late.pop().map(|late| late.0);
        }
        self.taken += 1;
        Some(entry)
    }

    /// Is nothing left of what was announced last, but something to announce?
    #[inline]
    pub fn may_announce(&self) -> bool {
        self.announced <= self.taken && self.taken < self.sorted.len()
    }

    /// Announces the next entries, at most `most`; not those that were pushed after the slot opened.
    #[inline]
    pub fn announce(&mut self, most: usize) -> &[u64] {
        self.announced = self.sorted.len().min(self.taken + most);
        &self.sorted[self.taken..self.announced]
    }

    /// Takes over the entries of `slot`; everything taken from the previous one is forgotten.
    pub fn fill(&mut self, slots: &Slots, slot: i64, slot_bits: u32) {
        assert!(self.is_empty(), "a slot opened before the previous one was finished");
        (self.taken, self.announced) = (0, 0);
        let len = slots.len(slot);
        if len >= FEW {
            return self.deal(slots, slot, slot_bits);
        }
        self.sorted.clear();
        slots.parts(slot).for_each(|part| self.sorted.extend_from_slice(part));
        self.sorted.sort_unstable();
    }

    /// Sorts by dealing the entries straight from their chunks onto piles of neighbouring
    /// offsets, two to four to a pile, and then sorting every pile. If all fall on one
    /// instant, they are one pile, and this is a plain sort.
    fn deal(&mut self, slots: &Slots, slot: i64, slot_bits: u32) {
        let len = slots.len(slot);
        let pile_bits = (len.ilog2() - 1).min(slot_bits).min(MAX_PILE_BITS);
        let shift = CONTENT_BITS + slot_bits - pile_bits;
        self.count(slots, slot, 1 << pile_bits, shift);
        self.sorted.resize(len, 0);
        for part in slots.parts(slot) {
            for &entry in part {
                let end = &mut self.ends[(entry >> shift) as usize];
                self.sorted[*end as usize] = entry;
                *end += 1;
            }
        }
        let mut start = 0;
        for &end in &self.ends {
            self.sorted[start..end as usize].sort_unstable();
            start = end as usize;
        }
    }

    /// Sets `ends` to where each pile starts: the number of entries on the piles before it.
    fn count(&mut self, slots: &Slots, slot: i64, piles: usize, shift: u32) {
        self.ends.clear();
        self.ends.resize(piles, 0);
        for part in slots.parts(slot) {
            part.iter().for_each(|entry| self.ends[(entry >> shift) as usize] += 1);
        }
        let mut before = 0;
        for end in &mut self.ends {
            before += std::mem::replace(end, before);
        }
    }

    pub fn clear(&mut self) {
        self.sorted.clear();
        (self.taken, self.announced) = (0, 0);
        self.next = None;
        self.late.clear();
    }

    pub fn memory_bytes(&self) -> usize {
        let entries = self.sorted.capacity() + self.late.capacity();
        entries * size_of::<u64>() + self.ends.capacity() * size_of::<u32>()
    }
}
