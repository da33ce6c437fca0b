//! Killed at any instant, a command leaves whole files, and the same command puts everything right.
//!
//! Forty times in all; 200 times with `FLEETSIM_FAULTS=all`.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::faults::{COMPARE, Case, REPLICATE, RUN, SIZE, SWEEP, Seeded, all_wanted};

/// How often each of the five commands is killed.
fn kills() -> u64 {
    if all_wanted() { 40 } else { 8 }
}

// The wall clock says within which time to kill; it reaches no result.
#[allow(clippy::disallowed_methods)]
fn killed(args: &[&'static str], seed: u64) {
    let case = Case::new(args);
    let mut random = Seeded(seed);
    let started = Instant::now();
    case.set_up();
    assert!(case.command(&[]).status().unwrap().success());
    let usual = started.elapsed().as_micros() as u64;
    let (mut hit, mut tried) = (0, 0);
    while hit < kills() {
        tried += 1;
        assert!(tried < 20 * kills() + 100, "{args:?} is too fast to be killed");
        case.set_up();
        let command = &mut case.command(&[]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let after = Duration::from_micros(random.below(usual));
        std::thread::sleep(after);
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            continue;
        }
        hit += 1;
        let what = format!("{args:?}, killed after {after:?}");
        case.assert_whole(&what);
        case.assert_recovers(&what);
    }
}

#[test]
fn run() {
    killed(RUN, 1);
}

#[test]
fn replicate() {
    killed(REPLICATE, 2);
}

#[test]
fn sweep() {
    killed(SWEEP, 3);
}

#[test]
fn size() {
    killed(SIZE, 4);
}

#[test]
fn compare() {
    killed(COMPARE, 5);
}
