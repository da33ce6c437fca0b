//! Independent pieces of work on several threads, their results in order.
//!
//! The results arrive in order of index, one after the other, so what is computed from them cannot depend
//! on the number of threads. Workers run ahead by a bounded number of pieces: memory
//! does not grow with the number of pieces.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::{ControlFlow, Range};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

/// Threads that can run at the same time here.
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

thread_local! {
    static AT_WORK: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The piece that this thread works on: what a panic was about.
pub fn at_work_on() -> Option<u64> {
    AT_WORK.get()
}

/// Pieces a worker may be ahead of the one whose result is awaited.
pub const AHEAD: u64 = 4;

/// What workers and the taker of results share.
struct Shared<T> {
    board: Mutex<Board<T>>,
    changed: Condvar,
}

struct Board<T> {
    /// Next index to be worked on.
    next: u64,
    /// Next index whose result is taken.
    awaited: u64,
    /// Results not taken yet; `None`: broken off.
    done: BTreeMap<u64, Option<T>>,
    /// Nothing more is wanted.
    stopped: bool,
}

impl<T> Shared<T> {
    fn board(&self) -> MutexGuard<'_, Board<T>> {
        self.board.lock().expect("nobody panics with the board in hand")
    }

    /// The next index to work on, when it is near enough to the awaited one.
    fn take_on(&self, end: u64, ahead: u64) -> Option<u64> {
        let mut board = self.board();
        loop {
            if board.stopped || board.next >= end {
                return None;
            }
            if board.next < board.awaited + ahead {
                board.next += 1;
                return Some(board.next - 1);
            }
            board = self.changed.wait(board).expect("nobody panics with the board in hand");
        }
    }

    fn hand_in(&self, index: u64, result: Option<T>) {
        self.board().done.insert(index, result);
        self.changed.notify_all();
    }

    /// The awaited result, as soon as it is there. `None`: broken off.
    fn fetch(&self) -> Option<T> {
        let mut board = self.board();
        loop {
            let awaited = board.awaited;
            if let Some(result) = board.done.remove(&awaited) {
                board.awaited += 1;
                self.changed.notify_all();
                return result;
            }
            if board.stopped {
                return None;
            }
            board = self.changed.wait(board).expect("nobody panics with the board in hand");
        }
    }

    fn stop(&self) {
        self.board().stopped = true;
        self.changed.notify_all();
    }
}

/// Stops all threads when its owner ends, even by a panic: no thread waits for a worker that panicked.
struct StopsAtEnd<'b, T>(&'b Shared<T>);

impl<T> Drop for StopsAtEnd<'_, T> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Works on these indices and gives each result to `take`, in order of index.
///
/// Ends when all are taken, when `take` breaks, or when `work` gives `None` (it was broken off): then
/// all results before that one have been taken.
///
/// # Panics
/// When `work` or `take` does.
pub fn in_order<T: Send>(
    threads: usize,
    indices: Range<u64>,
    work: impl Fn(u64) -> Option<T> + Sync,
    mut take: impl FnMut(u64, T) -> ControlFlow<()>,
) {
    let Range { start, end } = indices;
    let board = Board { next: start, awaited: start, done: BTreeMap::new(), stopped: false };
    let shared = Shared { board: Mutex::new(board), changed: Condvar::new() };
    let threads = threads.clamp(1, usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX).max(1));
    let ahead = AHEAD * threads as u64;
    std::thread::scope(|scope| {
        let _stop = StopsAtEnd(&shared);
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(index) = shared.take_on(end, ahead) {
                    let panicked = StopsAtEnd(&shared);
                    AT_WORK.set(Some(index));
                    let result = work(index);
                    AT_WORK.set(None);
                    std::mem::forget(panicked);
                    shared.hand_in(index, result);
                }
            });
        }
        for index in start..end {
            let Some(result) = shared.fetch() else { return };
            if take(index, result).is_break() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// The later an index, the sooner it is done, as far as threads allow.
    fn squares(threads: usize, total: u64, most: u64) -> Vec<u64> {
        let mut taken = Vec::new();
        let work = |index: u64| {
            assert_eq!(at_work_on(), Some(index));
            std::thread::yield_now();
            Some(index * index)
        };
        in_order(threads, 0..total, work, |index, square| {
            assert_eq!(square, index * index);
            taken.push(square);
            if index + 1 == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        taken
    }

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        let all: Vec<u64> = (0..500).map(|i| i * i).collect();
        for threads in [1, 2, 3, 7] {
            assert_eq!(squares(threads, 500, u64::MAX), all);
            assert_eq!(squares(threads, 500, 100), all[..100]);
        }
        assert!(squares(3, 0, u64::MAX).is_empty());
    }

    #[test]
    fn workers_run_a_bounded_number_of_pieces_ahead() {
        let (started, taken) = (AtomicU64::new(0), AtomicU64::new(0));
        let work = |_| {
            let ahead = started.fetch_add(1, Ordering::SeqCst) + 1 - taken.load(Ordering::SeqCst);
            assert!(ahead <= 2 * AHEAD + 3, "{ahead} ahead");
            Some(())
        };
        in_order(2, 0..10_000, work, |_, ()| {
            taken.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Continue(())
        });
    }

    #[test]
    fn what_is_broken_off_ends_the_results_before_it() {
        let mut taken = 0;
        in_order(
            3,
            10..1_000,
            |index| (index < 40).then_some(()),
            |_, ()| {
                taken += 1;
                ControlFlow::Continue(())
            },
        );
        assert_eq!(taken, 30);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_of_a_worker_ends_it_all() {
        let work = |index| if index == 5 { panic!("on purpose") } else { Some(()) };
        in_order(2, 0..1_000, work, |_, ()| ControlFlow::Continue(()));
    }
}
