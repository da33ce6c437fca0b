//! What this thread asks the allocator for: a measure of work and of memory that no clock and no other test disturbs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static TAKEN: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

fn note(taken: usize, given_back: usize) {
    TAKEN.set(TAKEN.get() + taken as u64);
    LIVE.set(LIVE.get() + taken as i64 - given_back as i64);
    PEAK.set(PEAK.get().max(LIVE.get()));
}

// SAFETY: all of it is the system's allocator; numbers of this thread are counted, which allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note(0, layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size, layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// What some work took.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// All bytes asked for, given back or not.
    pub bytes: u64,
    /// Most bytes at the same time.
    pub peak: u64,
}

/// Does work on this thread and gives what it took.
pub fn taken<T>(work: impl FnOnce() -> T) -> (T, Taken) {
    let (before, live) = (TAKEN.get(), LIVE.get());
    PEAK.set(live);
    let done = work();
    (done, Taken { bytes: TAKEN.get() - before, peak: (PEAK.get() - live) as u64 })
}
