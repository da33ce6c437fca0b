//! Every operation on a disk that the program does to its results fails once, with an error or by a kill.
//!
//! `strace` makes the n-th system call of a kind fail in the real program, so nothing in the program knows of
//! these tests. Without it they are skipped, but not in CI. Every fourth operation; all with
//! `FLEETSIM_FAULTS=all`.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::faults::{
    COMPARE, Case, Files, REPLICATE, RESULTS, RUN, SIZE, SWEEP, all_wanted, files, fill, place, stderr_text,
};

/// System calls that change something on a disk, or open a file; `?`: not every processor has it.
const CALLS: &str = "openat,write,writev,fsync,fdatasync,ftruncate,?rename,renameat,renameat2,?link,linkat,\
                     ?unlink,unlinkat,?mkdir,mkdirat,copy_file_range,sendfile";

/// What is written to stdout fails in a test of its own.
const STDOUT: &str = "write(1<";

fn there() -> bool {
    let there = Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    assert!(there || std::env::var_os("CI").is_none(), "CI has no strace");
    if !there {
        eprintln!("skipped: strace is not installed");
    }
    there
}

fn traced(cwd: &Path, options: &[&str], args: &[&str]) -> Output {
    let program = assert_cmd::cargo::cargo_bin("fleetsim");
    let mut command = Command::new("strace");
    // With several arenas of memory the thread that first has to wait for one asks how many processors there
    // are: one more file is opened, now by this thread and now by that, and the n-th call is another one.
    command.env("MALLOC_ARENA_MAX", "1").current_dir(cwd);
    command.args(["-f", "-qq", "-y", "-o", "strace.log"]).args(options);
    command.arg("--").arg(program).args(args).output().unwrap()
}

/// A call of the program that has to do with results: which, and the how many-th of its kind.
#[derive(Debug, Clone)]
struct Call {
    name: String,
    number: usize,
    line: String,
}

/// All calls of the main thread, which does all writing, that touch a path with this word in it.
fn calls(cwd: &Path, args: &[&str], word: &str) -> Vec<Call> {
    let done = traced(cwd, &["-e", &format!("trace={CALLS}")], args);
    assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
    let log = fs::read_to_string(cwd.join("strace.log")).unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    let main = log.split_whitespace().next().expect("something was traced").to_string();
    for line in log.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        if thread != main {
            // A report is made by a thread that a signal to end need not wait for; it only reads.
            let reads = name == "openat" && line.contains("O_RDONLY");
            assert!(!line.contains(word) || reads, "another thread writes: {line}");
            continue;
        }
        let number = counts.entry(name.to_string()).or_default();
        *number += 1;
        if line.contains(word) && (word == STDOUT || !call.contains(STDOUT)) {
            found.push(Call { name: name.to_string(), number: *number, line: line.to_string() });
        }
    }
    found
}

/// Those of them whose turn it is; `first` says where to begin.
fn in_turn(calls: &[Call], first: usize) -> impl Iterator<Item = (usize, &Call)> {
    let step = if all_wanted() { 1 } else { 4 };
    calls.iter().enumerate().skip(first % step).step_by(step)
}

/// Runs with the n-th call of a kind failing, or killed at it.
fn failing(cwd: &Path, call: &Call, how: &str, args: &[&str]) -> Output {
    let Call { name, number, .. } = call;
    traced(cwd, &["-e", &format!("trace={name}"), "-e", &format!("inject={name}:{how}:when={number}")], args)
}

/// One error or the other.
fn errors(index: usize) -> (&'static str, &'static str) {
    [("error=ENOSPC", "No space left on device"), ("error=EIO", "Input/output error")][index / 4 % 2]
}

/// Does it only look? Then the program may do without.
fn looks(call: &Call) -> bool {
    call.name == "openat" && !call.line.contains("O_CREAT") && !call.line.contains("O_WRONLY")
}

/// Fails and kills at every call, over the old files.
fn every_call(case: &Case, more: &[&str]) {
    if !there() {
        return;
    }
    let cwd = case.place.path();
    let args = [&case.args, more].concat();
    case.set_up();
    let calls = calls(cwd, &args, RESULTS);
    assert!(calls.len() > 10, "{calls:?}");
    for (index, call) in in_turn(&calls, case.args.len()) {
        let (error, reason) = errors(index);
        let what = format!("{args:?}, {error} at {}", call.line);
        case.set_up();
        let done = failing(cwd, call, error, &args);
        match done.status.code() {
            Some(0) => {
                let log = fs::read_to_string(cwd.join("strace.log")).unwrap();
                let failed = log.lines().find(|line| line.contains("(INJECTED)"));
                assert!(looks(call), "{what}: nobody noticed that this failed: {failed:?}");
                assert!(files(&case.folder()) == case.new, "{what}: other files");
            }
            code => {
                assert_eq!(code, Some(1), "{what}: {}", stderr_text(&done));
                assert!(stderr_text(&done).contains(RESULTS), "{what}: no path: {}", stderr_text(&done));
                assert!(
                    looks(call) || stderr_text(&done).contains(reason),
                    "{what}: no reason: {}",
                    stderr_text(&done)
                );
            }
        }
        case.assert_whole(&what);
        if call.name != "unlink" && call.name != "unlinkat" {
            case.assert_clean(&what);
        }
        case.assert_recovers(&what);
        if !looks(call) {
            let what = format!("{args:?}, killed at {}", call.line);
            case.set_up();
            assert!(!failing(cwd, call, "signal=KILL", &args).status.success(), "{what}");
            case.assert_whole(&what);
            case.assert_recovers(&what);
        }
    }
}

#[test]
fn run() {
    every_call(&Case::new(RUN), &[]);
}

/// Into a folder that is not there yet: nothing is left of it when nothing gets into it.
#[test]
fn a_first_run() {
    if !there() {
        return;
    }
    let case = Case { old: Files::new(), ..Case::new(RUN) };
    let cwd = case.place.path();
    let args: Vec<&str> = case.args.clone();
    for (index, call) in in_turn(&calls(cwd, &args, RESULTS), 1) {
        let (error, _) = errors(index);
        for how in [error, "signal=KILL"] {
            let what = format!("{how} at {}", call.line);
            let _ = fs::remove_dir_all(case.folder());
            let done = failing(cwd, call, how, &args);
            case.assert_whole(&what);
            if done.status.code() == Some(1) && call.name != "unlink" {
                case.assert_clean(&what);
                assert!(
                    !case.folder().exists() || !files(&case.folder()).is_empty(),
                    "{what}: an empty folder"
                );
            }
            case.assert_recovers(&what);
        }
    }
}

#[test]
fn replicate() {
    every_call(&Case::new(REPLICATE), &[]);
}

#[test]
fn sweep() {
    every_call(&Case::new(SWEEP), &[]);
}

#[test]
fn size() {
    every_call(&Case::new(SIZE), &[]);
}

#[test]
fn compare() {
    every_call(&Case::new(COMPARE), &[]);
}

#[test]
fn diagnose() {
    every_call(&Case::new(&["diagnose", "s.yaml", "--no-progress", "--report"]), &[]);
}

/// Commands that write single files, and `merge` that takes what others wrote: the file is the old one or the new one, or not there as before.
#[test]
fn commands_of_single_files_and_merge() {
    if !there() {
        return;
    }
    let place = place();
    let cwd = place.path();
    let made =
        crate::support::faults::fleetsim(cwd, &["run", "s.yaml", "-q", "-o", "made"]).status().unwrap();
    assert!(made.success());
    let export = crate::support::in_repository("scenarios/export").display().to_string();
    let plan = ["plan", "replicate", "s.yaml", "-n", "4", "--shards", "2", "-q", "-o"];
    for args in [
        &[&plan[..], &["study.jsonl"]].concat()[..],
        &["run-shard", "study.jsonl", "0"],
        &["run-shard", "study.jsonl", "1"],
    ] {
        assert!(crate::support::faults::fleetsim(cwd, args).status().unwrap().success());
    }
    let target = |name: &str| format!("{RESULTS}/{name}");
    let (page, init, yaml) = (target("page.html"), target("init.yaml"), target("acme.yaml"));
    let study = target("study.jsonl");
    for (args, old) in [
        (vec!["report", "made", "-o", &page, "--force"], vec!["page.html"]),
        (vec!["init", &init], vec![]),
        (vec!["init", &init, "--force"], vec!["init.yaml"]),
        (vec!["import", &export, "-o", &yaml, "-q"], vec![]),
        (vec!["import", &export, "-o", &yaml, "-q", "--force"], vec!["acme.yaml", "acme.clients.csv"]),
        ([&plan[..], &[&study]].concat(), vec![]),
        ([&plan[..], &[&study, "--force"]].concat(), vec!["study.jsonl"]),
        (vec!["run-shard", "study.jsonl", "0", "-q", "-o", RESULTS], vec!["shard-000000.jsonl.gz"]),
        (vec!["merge", "study.jsonl", "-q", "--force", "-o", RESULTS], vec!["replicate.json"]),
    ] {
        let old: Files = old.into_iter().map(|name| (name.to_string(), b"old".to_vec())).collect();
        let folder = cwd.join(RESULTS);
        fill(&folder, &old);
        let calls = calls(cwd, &args, RESULTS);
        let new = files(&folder);
        for (index, call) in in_turn(&calls, 0) {
            let (error, reason) = errors(index);
            for how in [error, "signal=KILL"] {
                let what = format!("{args:?}, {how} at {}", call.line);
                fill(&folder, &old);
                let done = failing(cwd, call, how, &args);
                let found = files(&folder);
                for (name, bytes) in
                    found.iter().filter(|(name, _)| !crate::support::faults::is_left_over(name))
                {
                    let whole = [&old, &new].iter().any(|files| files.get(name) == Some(bytes));
                    assert!(whole, "{what}: {name} is neither old nor new");
                }
                if how == error && done.status.code() != Some(0) {
                    assert_eq!(done.status.code(), Some(1), "{what}");
                    let reported = stderr_text(&done).contains(RESULTS)
                        && (looks(call) || stderr_text(&done).contains(reason));
                    assert!(reported, "{what}: {}", stderr_text(&done));
                    let left = found.keys().any(|name| crate::support::faults::is_left_over(name));
                    // What could not be removed stays.
                    assert!(!left || call.name.starts_with("unlink"), "{what}: {found:?}");
                } else if how == error {
                    assert!(looks(call) && found == new, "{what}: nobody noticed");
                }
            }
        }
        assert!(calls.len() >= 5, "{args:?}: {calls:?}");
    }
}

/// The files of two imports side by side, as a kill between two renames leaves them, are refused by every command;
/// the next import clears up.
#[test]
fn a_killed_import_leaves_a_pair_or_what_is_refused() {
    if !there() {
        return;
    }
    let place = place();
    let (cwd, folder) = (place.path(), place.path().join(RESULTS));
    let export = crate::support::in_repository("scenarios/export").display().to_string();
    let yaml = format!("{RESULTS}/acme.yaml");
    let new_import = ["import", &export, "-o", &yaml, "-q", "--force"];
    let command = |args: &[&str]| crate::support::faults::fleetsim(cwd, args).output().unwrap();
    let made = |args: &[&str]| {
        fill(&folder, &Files::new());
        assert!(command(args).status.success());
        files(&folder)
    };
    let (old, new) = (made(&[&new_import[..], &["--anonymize"]].concat()), made(&new_import));
    assert!(old.keys().eq(new.keys()) && old.iter().all(|(name, bytes)| new[name] != *bytes));
    fill(&folder, &old);
    let mut mixtures = 0;
    for call in calls(cwd, &new_import, RESULTS).iter().filter(|call| !looks(call)) {
        let what = format!("killed at {}", call.line);
        fill(&folder, &old);
        failing(cwd, call, "signal=KILL", &new_import);
        let mut found = files(&folder);
        found.retain(|name, _| !crate::support::faults::is_left_over(name));
        let checked = command(&["check", &yaml]);
        if found == old || found == new {
            assert!(checked.status.success(), "{what}: {}", stderr_text(&checked));
        } else {
            mixtures += 1;
            for args in
                [&["check", &yaml][..], &["run", &yaml, "-o", "made"], &["diagnose", &yaml, "--at", "0d"]]
            {
                let refused = command(args);
                let why = stderr_text(&refused);
                assert_eq!(refused.status.code(), Some(3), "{what}: {args:?}: {why}");
                let reported =
                    ["acme.yaml", "acme.clients.csv is not the file", "--force", "remove `sha256`"];
                assert!(reported.iter().all(|reported| why.contains(reported)), "{what}: {why}");
            }
        }
        assert!(command(&new_import).status.success(), "{what}");
        assert!(files(&folder) == new, "{what}: {:?}", files(&folder).keys());
    }
    assert!(mixtures > 0, "no kill came between the two");
}

/// When stdout fails, the answer is lost and the loss reported; the results are there.
#[test]
fn stdout_fails() {
    if !there() {
        return;
    }
    let case = Case::new(&["run", "s.yaml", "--format", "json"]);
    let args: Vec<&str> = case.args.clone();
    let calls = calls(case.place.path(), &args, STDOUT);
    for call in &calls {
        case.set_up();
        let done = failing(case.place.path(), call, "error=EIO", &args);
        assert_eq!(done.status.code(), Some(1));
        assert!(stderr_text(&done).contains("stdout: Input/output error"), "{}", stderr_text(&done));
        assert!(files(&case.folder()) == case.new);
    }
    assert!(!calls.is_empty());
}
