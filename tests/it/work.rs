//! Work that is counted instead of timed: what a piece of code allocates, what a program reads.
//!
//! A busy machine takes longer for the same work, so no verdict hangs on a clock; a count is the same every time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What was allocated, freed meanwhile or not. Growing a vector allocates its new size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated {
    pub times: u64,
    pub bytes: u64,
}

thread_local! {
    static SO_FAR: Cell<Allocated> = const { Cell::new(Allocated { times: 0, bytes: 0 }) };
}

/// What `work` returns, and what it allocated on this thread.
pub fn allocated<T>(work: impl FnOnce() -> T) -> (T, Allocated) {
    let before = SO_FAR.get();
    let done = work();
    let after = SO_FAR.get();
    (done, Allocated { times: after.times - before.times, bytes: after.bytes - before.bytes })
}

/// The system's allocator, counting for each thread.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(bytes: usize) {
    // Threads that are ending may free and allocate when their counters are gone already.
    let _ = SO_FAR.try_with(|so_far| {
        let Allocated { times, bytes: before } = so_far.get();
        so_far.set(Allocated { times: times + 1, bytes: before + bytes as u64 });
    });
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        count(bytes);
        unsafe { System.realloc(old, layout, bytes) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        unsafe { System.dealloc(old, layout) }
    }
}

#[test]
fn allocations_are_counted_on_the_thread_that_makes_them() {
    let (kept, first) = allocated(|| vec![0u8; 1000]);
    assert_eq!(first, Allocated { times: 1, bytes: 1000 });
    let ((), none) = allocated(|| drop(kept));
    assert_eq!(none, Allocated { times: 0, bytes: 0 });
    let (_, elsewhere) = allocated(|| std::thread::spawn(|| vec![0u8; 1 << 20].len()).join().unwrap());
    assert!(elsewhere.bytes < 1 << 20, "{elsewhere:?}");
}
