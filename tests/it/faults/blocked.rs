//! A signal to end comes while a command waits for a pipe, or works on something that does not look at signals: the
//! command ends, its exit code says which signal it was, and nothing half-written stays.
//!
//! No clock decides here. How soon a command must end is a constant of the program, which a unit test there holds to two
//! seconds; here a command that has not ended after a minute is reported as hung.
#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::support::faults::{
    Case, Files, RESULTS, RUN, TINY, files, fleetsim, is_left_over, place, send, stderr_text,
};

/// Each signal to end, and the exit code that says so.
const SIGNALS: [(&str, i32); 3] = [("-INT", 130), ("-TERM", 143), ("-HUP", 130)];

/// The output of a child that was sent a signal to end.
pub fn ended(mut child: Child, what: &str) -> Output {
    let look = Duration::from_millis(20);
    for _ in 0..60_000 / 20 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(look);
    }
    child.kill().unwrap();
    panic!("hung: {what}");
}

fn spawn(cwd: &Path, args: &[&str]) -> Child {
    fleetsim(cwd, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Waits until a child has opened a pipe to read from it.
fn opened(path: &Path) -> File {
    OpenOptions::new().write(true).open(path).unwrap()
}

#[track_caller]
fn assert_ended(done: &Output, code: i32, what: &str) {
    assert_eq!(done.status.code(), Some(code), "{what}: {}", stderr_text(done));
    assert!(stderr_text(done).contains("interrupted; nothing was written"), "{what}: {}", stderr_text(done));
}

/// Every command that reads a scenario, blocked by the scenario or by a file that it names.
#[test]
fn a_command_that_waits_for_its_input_ends() {
    let case = Case::new(RUN);
    case.set_up();
    let cwd = case.place.path();
    pipe(&cwd.join("fifo.yaml"));
    pipe(&cwd.join("fifo.csv"));
    let of_file =
        TINY.replace("{enrol: {poisson: 2/d}, lifetime: {exponential: 9d}}", "{clients: {file: fifo.csv}}");
    assert!(of_file != TINY);
    fs::write(cwd.join("clients.yaml"), of_file).unwrap();
    let commands: [&[&str]; 9] = [
        &["run", "-o", RESULTS],
        &["check"],
        &["explain", "--client", "pcs-1"],
        &["diagnose", "--at", "1d"],
        &["replicate", "-n", "10", "-o", "new"],
        &["sweep", "-o", "new", "--set", "licenses.base.nodes=1..3:1"],
        &["size", "-o", "new", "--target", "P(rejected) <= 20%"],
        &["compare", "-o", "new", "--set", "licenses.base.nodes=7"],
        &["plan", "replicate", "-n", "10", "-o", "new"],
    ];
    for (turn, command) in commands.iter().enumerate() {
        for (scenario, blocked) in [("fifo.yaml", "fifo.yaml"), ("clients.yaml", "fifo.csv")] {
            let (signal, code) = SIGNALS[turn % SIGNALS.len()];
            let at = if command[0] == "plan" { 2 } else { 1 };
            let args = [&command[..at], &[scenario], &command[at..]].concat();
            let what = format!("{args:?} {signal}");
            let child = spawn(cwd, &args);
            let _writer = opened(&cwd.join(blocked));
            send(&child, signal);
            assert_ended(&ended(child, &what), code, &what);
            assert!(files(&case.folder()) == case.old, "{what}: earlier results have changed");
            assert!(!cwd.join("new").exists(), "{what}");
        }
    }
}

/// No process reads what the command prints: the pipe is full, and the results are there.
#[test]
fn a_command_that_waits_for_its_reader_ends() {
    let place = place();
    let cwd = place.path();
    let set =
        format!("licenses.base.nodes=[{}]", (1..3_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", "));
    let short = TINY.replace("duration: 8d", "duration: 1h");
    fs::write(cwd.join("s.yaml"), short).unwrap();
    let sweep = ["sweep", "s.yaml", "-n", "1", "--set", &set, "-o", RESULTS];
    for (signal, code) in SIGNALS {
        let mut child = spawn(cwd, &sweep);
        let mut first = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        let stdout = child.stdout.take();
        send(&child, signal);
        let done = ended(child, "a sweep whose output nobody reads");
        drop(stdout);
        assert_eq!(done.status.code(), Some(code), "{signal}: {}", stderr_text(&done));
        assert!(
            stderr_text(&done).contains("interrupted; files that are there are whole"),
            "{signal}: {}",
            stderr_text(&done)
        );
    }
    let found: Vec<String> = files(&cwd.join(RESULTS)).into_keys().collect();
    assert_eq!(found, ["origin.json", "sweep.csv", "sweep.json"]);
}

/// While a large file of clients is checked, signals are not looked at.
#[test]
fn a_command_that_checks_a_large_file_ends() {
    let place = place();
    let cwd = place.path();
    let scenario =
        TINY.replace("{enrol: {poisson: 2/d}, lifetime: {exponential: 9d}}", "{clients: {file: fifo.csv}}");
    fs::write(cwd.join("clients.yaml"), scenario).unwrap();
    pipe(&cwd.join("fifo.csv"));
    // As many as take longer than a command has to end.
    for rows in [500_000, 2_000_000, 8_000_000] {
        let child = spawn(cwd, &["check", "clients.yaml"]);
        let mut text = String::from("client\n");
        (0..rows).for_each(|row| text += &format!("pc-{row}\n"));
        opened(&cwd.join("fifo.csv")).write_all(text.as_bytes()).unwrap();
        send(&child, "-TERM");
        let done = ended(child, "check of a large file");
        if done.status.code() != Some(0) {
            assert_ended(&done, 143, "check of a large file");
            return;
        }
    }
    panic!("eight million clients are checked too soon");
}

/// A command that fills a folder, interrupted while a file of this name lies beside its place.
fn interrupted_while(args: &[&str], draft: &str, name: &str) -> (Output, Files) {
    let place = place();
    let cwd = place.path();
    // As many rows as take longer than a command has to end.
    for days in [400, 1_600, 6_000] {
        let long = TINY.replace("duration: 8d", &format!("duration: {days}d\ntimeline: {{every: 1m}}"));
        fs::write(cwd.join("long.yaml"), long).unwrap();
        let folder = cwd.join(RESULTS);
        let _ = fs::remove_dir_all(&folder);
        let child = spawn(cwd, &[args, &["-o", RESULTS]].concat());
        let there = |name: &String| name.starts_with(draft);
        while !files_or_none(&folder).iter().any(there) {
            std::thread::sleep(Duration::from_millis(2));
        }
        send(&child, "-INT");
        let done = ended(child, name);
        if done.status.code() != Some(0) {
            return (done, files(&folder));
        }
    }
    panic!("{name}: too soon");
}

/// Names only: files may come and go.
fn files_or_none(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Results that are not complete are not there, and no folder either.
#[test]
fn a_command_that_writes_a_large_file_ends() {
    let (done, found) = interrupted_while(
        &["run", "long.yaml", "-q", "--anyway"],
        ".timeline.csv.tmp-",
        "writing the timeline",
    );
    assert_ended(&done, 130, "writing the timeline");
    assert!(found.is_empty(), "{:?}", found.keys());
}

/// Results are complete, and their report is not made: they are kept without it.
#[test]
fn a_command_that_makes_a_report_ends() {
    let run = ["run", "long.yaml", "-q", "--anyway", "--report"];
    let (done, found) = interrupted_while(&run, ".origin.json.tmp-", "making a report");
    assert_eq!(done.status.code(), Some(130), "{}", stderr_text(&done));
    assert!(
        stderr_text(&done).contains("interrupted; report.html was not made; all other files are there"),
        "{}",
        stderr_text(&done)
    );
    assert!(!found.keys().any(|name| is_left_over(name)), "{:?}", found.keys());
    assert!(found.contains_key("summary.json") && found.contains_key("timeline.csv"), "{:?}", found.keys());
    assert!(!found.contains_key("report.html"));
}
