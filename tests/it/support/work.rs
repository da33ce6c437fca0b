//! Work that is counted instead of timed: what a piece of code allocates, what a program reads.
//!
//! A busy machine takes longer for the same work, so no verdict depends on a clock; a count is the same every time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What some work allocated. Growing a vector allocates its new size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated {
    /// How often.
    pub times: u64,
    /// Bytes, freed meanwhile or not.
    pub bytes: u64,
    /// Most bytes at the same time.
    pub peak: u64,
}

/// What a thread has allocated so far.
#[derive(Clone, Copy)]
struct Counters {
    times: u64,
    bytes: u64,
    /// Not freed yet; below zero where another thread allocated what this one frees.
    live: i64,
    peak: i64,
}

thread_local! {
    static SO_FAR: Cell<Counters> = const { Cell::new(Counters { times: 0, bytes: 0, live: 0, peak: 0 }) };
}

/// What `work` returns, and what it allocated on this thread.
pub fn allocated<T>(work: impl FnOnce() -> T) -> (T, Allocated) {
    let before = SO_FAR.get();
    SO_FAR.set(Counters { peak: before.live, ..before });
    let done = work();
    let after = SO_FAR.get();
    let peak = (after.peak - before.live) as u64;
    SO_FAR.set(Counters { peak: after.peak.max(before.peak), ..after });
    (done, Allocated { times: after.times - before.times, bytes: after.bytes - before.bytes, peak })
}

/// The system's allocator, counting for each thread.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(bytes: usize, freed: usize) {
    // Threads that are ending may free and allocate when their counters are gone already.
    let _ = SO_FAR.try_with(|so_far| {
        let Counters { times, bytes: before, live, peak } = so_far.get();
        let live = live + bytes as i64 - freed as i64;
        let times = times + u64::from(bytes > 0);
        so_far.set(Counters { times, bytes: before + bytes as u64, live, peak: peak.max(live) });
    });
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        count(bytes, layout.size());
        unsafe { System.realloc(old, layout, bytes) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        count(0, layout.size());
        unsafe { System.dealloc(old, layout) }
    }
}

#[test]
fn allocations_are_counted_on_the_thread_that_makes_them() {
    let (kept, first) = allocated(|| vec![0u8; 1000]);
    assert_eq!(first, Allocated { times: 1, bytes: 1000, peak: 1000 });
    let ((), none) = allocated(|| drop(kept));
    assert_eq!(none, Allocated { times: 0, bytes: 0, peak: 0 });
    let (_, three) = allocated(|| (0..3).map(|_| vec![0u8; 100].len()).sum::<usize>());
    assert_eq!(three, Allocated { times: 3, bytes: 300, peak: 100 });
    let (_, elsewhere) = allocated(|| std::thread::spawn(|| vec![0u8; 1 << 20].len()).join().unwrap());
    assert!(elsewhere.bytes < 1 << 20, "{elsewhere:?}");
}
