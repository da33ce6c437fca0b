//! Signals to end: Ctrl-C, and on Unix also SIGTERM and SIGHUP. Every command is over within two seconds.
//!
//! The first signal sets a flag ([`interrupted`]). Simulations and studies look at it often and end by themselves.
//! Other work (reading, checking, rendering, waiting for a pipe) does not look at it: when the command is not over after
//! [`GRACE`], the thread that takes the signals removes what is not complete on disk and ends the process. Two things
//! are not cut off: a command that saves results of a study ([`interrupted_to_save`], [`saving`]), until [`saved`]; and files
//! that belong together and are getting their names. A second signal waits for nothing but the latter.

// The wall clock decides when an interrupted command is ended; it reaches no result.
#![allow(clippy::disallowed_methods)]

use std::io::Write;
use std::panic;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::output::store::pending;

/// Broken off by Ctrl-C (SIGINT), or because the terminal is gone (SIGHUP).
pub const INTERRUPTED: u8 = 130;
/// Broken off by SIGTERM.
pub const TERMINATED: u8 = 143;

/// How long a command may take to end by itself.
const GRACE: Duration = Duration::from_millis(1_200);
/// How long it may take to remove what is not complete and to say so: a pipe or a disk may take nothing.
const FAREWELL: Duration = Duration::from_millis(600);
/// How often is looked at what has changed.
const LOOK: Duration = Duration::from_millis(50);

/// The exit code that the first signal asks for; 0: there was none.
static CODE: AtomicU8 = AtomicU8::new(0);
/// A worker has promised to save.
static PROMISED: AtomicBool = AtomicBool::new(false);
static STATE: Mutex<InterruptState> = Mutex::new(InterruptState { saving: false, until: None });
static CHANGED: Condvar = Condvar::new();

struct InterruptState {
    /// Results of a study are being saved.
    saving: bool,
    /// When the process is ended; `None` before the first signal.
    until: Option<Instant>,
}

fn state() -> MutexGuard<'static, InterruptState> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on signals to end are heeded. Must be called before any other thread starts.
pub fn heed() {
    #[cfg(unix)]
    unix::take_signals();
    // Where no handler can be set Ctrl-C ends the process at once, as it always did.
    #[cfg(not(unix))]
    let _ = ctrlc::set_handler(|| received(INTERRUPTED));
}

#[cfg(unix)]
mod unix {
    use std::thread;

    use nix::sys::signal::{SigSet, Signal};

    use super::{INTERRUPTED, TERMINATED, received};

    /// Blocks the signals in this thread and in all that it will start, but one, which waits for them.
    pub fn take_signals() {
        let signals: SigSet = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect();
        if signals.thread_block().is_err() {
            return;
        }
        let wait = move || {
            while let Ok(signal) = signals.wait() {
                received(if signal == Signal::SIGTERM { TERMINATED } else { INTERRUPTED });
            }
        };
        if thread::Builder::new().name("signals".into()).spawn(wait).is_err() {
            // No thread would take the signals: they end the process at once, as usual.
            let _ = signals.thread_unblock();
        }
    }
}

/// Was there a signal to end?
pub fn interrupted() -> bool {
    CODE.load(Ordering::Relaxed) != 0
}

/// As [`interrupted`], asked by a study that saves what is complete: from the first yes until [`saved`] only a second
/// signal ends the process.
pub fn interrupted_to_save() -> bool {
    if interrupted() && !PROMISED.swap(true, Ordering::Relaxed) {
        saving();
    }
    interrupted()
}

/// Results of a study are complete: until [`saved`] only a second signal ends the process.
pub fn saving() {
    state().saving = true;
}

/// Nothing more is to be saved: an interrupted command has [`GRACE`] again.
pub fn saved() {
    let mut state = state();
    state.saving = false;
    state.until = state.until.map(|_| Instant::now() + GRACE);
    CHANGED.notify_all();
}

/// The exit code of an interrupted command.
pub fn code() -> u8 {
    match CODE.load(Ordering::Relaxed) {
        0 => INTERRUPTED,
        code => code,
    }
}

/// Does work on another thread. `None`: a signal to end came meanwhile; the work is then not waited for.
///
/// # Panics
/// When the work does.
pub fn unless_interrupted<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = mpsc::channel();
    let worker = thread::spawn(move || {
        let _ = done.send(work());
    });
    loop {
        match result.recv_timeout(LOOK) {
            Ok(result) => return Some(result),
            Err(RecvTimeoutError::Timeout) if interrupted() => return None,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panicked) => panic::resume_unwind(panicked),
                Ok(()) => unreachable!("it sends its result before it ends"),
            },
        }
    }
}

/// A signal to end has come, or what stands for one.
pub fn received(code: u8) {
    match CODE.compare_exchange(0, code, Ordering::Relaxed, Ordering::Relaxed) {
        Err(first) => end(first),
        Ok(_) => {
            // Without a thread for it the command ends by itself, or at the second signal.
            let _ = thread::Builder::new().spawn(move || {
                let _nothing_is_saved = end_of_grace();
                end(code)
            });
        }
    }
}

/// Waits until the command has had its time. While the state is locked, nothing can begin to be saved.
fn end_of_grace() -> MutexGuard<'static, InterruptState> {
    let mut state = state();
    let mut until = Instant::now() + GRACE;
    state.until = Some(until);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if !state.saving && left.is_zero() {
            return state;
        }
        let changed = CHANGED.wait_timeout(state, left.max(LOOK));
        (state, _) = changed.unwrap_or_else(PoisonError::into_inner);
        until = state.until.unwrap_or(until);
    }
}

/// Ends the process without the help of the thread that works.
fn end(code: u8) -> ! {
    let (ended, farewell) = mpsc::channel();
    let _ = thread::Builder::new().spawn(move || {
        let left = if pending::abandon() { "files that are there are whole" } else { "nothing was written" };
        let _ = writeln!(std::io::stderr().lock(), "interrupted; {left}");
        let _ = ended.send(());
    });
    let _ = farewell.recv_timeout(FAREWELL);
    std::process::exit(i32::from(code));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the tests of the program rely on instead of a clock of their own.
    #[test]
    fn a_command_is_over_within_two_seconds() {
        assert!(GRACE + FAREWELL <= Duration::from_secs(2));
    }
}
