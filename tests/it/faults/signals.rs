//! Ctrl-C while a huge fleet is set up, or while all its clients rest and each event looks at all of them: the
//! run is over soon, at whatever instant.
#![cfg(unix)]

use std::cell::Cell;
use std::fs;
use std::ops::ControlFlow;
use std::process::{Child, Stdio};
use std::time::Duration;

use fleetsim::fleet::Mode;
use fleetsim::scenario::model::Scenario;
use fleetsim::study::run::{Interrupted, run};
use fleetsim::units::time::Time;

use crate::faults::blocked::ended;
use crate::support::cases::check;
use crate::support::faults::{RESULTS, files, fleetsim, place, send, stderr_text};

/// Ten million clients take a second or two to set up in the release profile, a million in the dev profile.
const HUGE: u32 = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };

/// A fleet that keeps hours, so that it takes a while to know when each client comes.
fn huge(clients: u32) -> String {
    format!(
        "fleetsim: 1\nname: Huge\nduration: 30d\nlicenses: {{base: {{nodes: 5}}}}\nscan: {{every: 8h}}\n\
         groups: {{pcs: {{clients: {clients}, online: {{weekdays: \"08:00-18:00\", present: 70%}}}}}}\n"
    )
}

/// How often the run asks whether to go on, up to the n-th time, when the answer is no.
fn asked(scenario: &Scenario, until: u64) -> (u64, Option<Interrupted>) {
    let asked = Cell::new(0);
    let watch = |_, _| {
        asked.set(asked.get() + 1);
        if asked.get() < until { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let interrupted = run(scenario, 0, Mode::default(), (), watch).err();
    (asked.get(), interrupted)
}

/// Each time the run asks before the first event, the set-up can end.
#[test]
fn the_set_up_asks_whether_to_go_on() {
    let scenario = check(&huge(300_000), "huge").scenario;
    // Between its stages, and every 65,536 clients of the last one, which is the longest.
    for until in 1..=8 {
        assert_eq!(asked(&scenario, until), (until, Some(Interrupted(Time::START))), "the {until}-th time");
    }
}

/// In a year in which nothing happens but that scans are counted, there are too few events to wait for 65,536.
#[test]
fn counting_all_scans_asks_whether_to_go_on() {
    let calm = "fleetsim: 1\nname: Calm\nduration: 365d\ntimeline: {every: 1h}\nscan: {every: 8h}\n\
                licenses: {base: {nodes: 50}}\ngroups: {pcs: {clients: 50}}\n";
    let scenario = check(calm, "calm").scenario;
    let (times, interrupted) = asked(&scenario, u64::MAX);
    assert!(interrupted.is_none());
    assert!(times >= 365 * 24, "asked only {times} times");
    let (_, interrupted) = asked(&scenario, 5_000);
    assert!(interrupted.is_some_and(|Interrupted(at)| at > Time::START && at < scenario.horizon()));
}

/// The program at work, for some time by now.
fn at_work(cwd: &std::path::Path, after: Duration) -> Child {
    let mut command = fleetsim(cwd, &["run", "huge.yaml", "-q", "--anyway", "-o", RESULTS]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(after);
    child
}

/// How soon is held by a unit test of the program; one that does not end at all is reported as hung.
#[test]
fn one_interrupt_ends_the_run_of_a_huge_fleet() {
    let place = place();
    let cwd = place.path();
    fs::write(cwd.join("huge.yaml"), huge(HUGE)).unwrap();
    for after in [30, 100, 300, 700, 1_500, 3_000] {
        let mut child = at_work(cwd, Duration::from_millis(after));
        if child.try_wait().unwrap().is_some() {
            assert!(after > 30, "a huge fleet is no work");
            break;
        }
        send(&child, "-INT");
        let done = ended(child, "the run of a huge fleet");
        assert_eq!(done.status.code(), Some(130), "after {after} ms: {}", stderr_text(&done));
        assert!(stderr_text(&done).contains("interrupted; nothing was written"), "{}", stderr_text(&done));
        assert!(files(&cwd.join(RESULTS)).is_empty());
    }
}

/// Whatever is going on, the second one does not wait for it.
#[test]
fn two_interrupts_end_it_at_once() {
    let place = place();
    let cwd = place.path();
    fs::write(cwd.join("huge.yaml"), huge(HUGE)).unwrap();
    let child = at_work(cwd, Duration::from_millis(100));
    send(&child, "-INT");
    std::thread::sleep(Duration::from_millis(20));
    send(&child, "-INT");
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130));
}
