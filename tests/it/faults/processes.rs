//! Two processes in one folder, few file handles, signals that stop for a while, scenarios that change.

use std::fs;
use std::process::Stdio;

use crate::support::faults::{Case, RESULTS, RUN, SWEEP, files, fleetsim, stderr_text};

/// The second one is refused, or comes after the first: never do files of both stand side by side.
#[test]
fn two_processes_do_not_mix_in_one_folder() {
    let case = Case::new(RUN);
    let cwd = case.place.path();
    for round in 0..10 {
        case.set_up();
        let start = |seed: &'static [&'static str]| {
            let mut command = case.command(seed);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let both = [start(&["--seed", "8"]), start(&[])];
        let mut succeeded = 0;
        for child in both {
            let done = child.wait_with_output().unwrap();
            match done.status.code() {
                Some(0) => succeeded += 1,
                code => {
                    assert_eq!(code, Some(1), "round {round}: {}", stderr_text(&done));
                    let says = format!("another fleetsim is writing into {RESULTS}");
                    assert!(stderr_text(&done).contains(&says), "round {round}: {}", stderr_text(&done));
                }
            }
        }
        let found = files(&case.folder());
        assert!(succeeded > 0 && (found == case.old || found == case.new), "round {round}: a mixture");
        let report = fleetsim(cwd, &["report", RESULTS]).output().unwrap();
        assert!(report.status.success(), "round {round}: {}", stderr_text(&report));
    }
}

/// A folder that does not exist yet is made by one, and not removed by the other that is refused.
#[test]
fn two_first_processes_do_not_take_the_folder_from_each_other() {
    let case = Case::new(RUN);
    for _ in 0..10 {
        let _ = fs::remove_dir_all(case.folder());
        let start = || case.command(&[]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let both = [start(), start()].map(|child| child.wait_with_output().unwrap());
        assert!(
            both.iter().any(|done| done.status.success()),
            "{}{}",
            stderr_text(&both[0]),
            stderr_text(&both[1])
        );
        assert!(files(&case.folder()) == case.new);
    }
}

/// Whose scenario changes meanwhile goes on with nothing of the old one.
#[test]
fn a_scenario_that_changed_does_not_go_on() {
    let case = Case::new(SWEEP);
    let cwd = case.place.path();
    case.set_up();
    fs::write(case.folder().join("sweep.partial.jsonl"), kept(&case)).unwrap();
    let scenario = cwd.join("s.yaml");
    let text = fs::read_to_string(&scenario).unwrap();
    // What a file says counts, not how: a comment changes nothing.
    for (changed, says) in [
        (text.replace("12h", "11h"), Some("is of another scenario")),
        (text.replace("seed: 3", "seed: 4"), Some("is of another seed")),
        (text.replace("name: Tiny", "name: Other"), Some("did not write for this scenario")),
        (format!("# looked at\n{text}"), None),
    ] {
        fs::write(&scenario, changed).unwrap();
        let done = case.command(&["--resume"]).output().unwrap();
        match says {
            Some(says) => assert!(stderr_text(&done).contains(says), "{}", stderr_text(&done)),
            None => assert!(done.status.success(), "{}", stderr_text(&done)),
        }
    }
    assert_eq!(files(&case.folder()).get("sweep.csv"), case.new.get("sweep.csv"));
}

/// What a sweep leaves that is killed after a point.
fn kept(case: &Case) -> Vec<u8> {
    let path = case.folder().join("sweep.partial.jsonl");
    loop {
        case.set_up();
        let mut child = case.command(&[]).stderr(Stdio::null()).spawn().unwrap();
        let lines = || fs::read(&path).map_or(0, |bytes| bytes.iter().filter(|byte| **byte == b'\n').count());
        while lines() < 2 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if lines() >= 2 {
            return fs::read(path).unwrap();
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::process::{Child, Command, Output};
    use std::time::Duration;

    use crate::faults::blocked::ended;

    use super::*;
    use crate::support::faults::{COMPARE, REPLICATE, SIZE, send};

    fn shell(case: &Case, line: &str) -> Output {
        let program = assert_cmd::cargo::cargo_bin("fleetsim");
        let args = case.args.iter().map(|arg| format!("'{arg}'")).collect::<Vec<_>>().join(" ");
        let line = line.replace("$ARGS", &args);
        Command::new("sh")
            .args(["-c", &line])
            .current_dir(case.place.path())
            .env("F", program)
            .output()
            .unwrap()
    }

    #[test]
    fn sixteen_file_handles_are_enough() {
        for args in [RUN, REPLICATE, SWEEP, SIZE, COMPARE] {
            let case = Case::new(args);
            let done = shell(&case, "ulimit -n 16; exec \"$F\" $ARGS");
            assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
            assert!(files(&case.folder()) == case.new, "{args:?}");
        }
        // Many points are no more files than few.
        let points =
            ["sweep", "s.yaml", "-q", "-n", "1", "--threads", "1", "--set", "licenses.base.nodes=1..60:1"];
        let done = shell(&Case::new(&points), "ulimit -n 16; exec \"$F\" $ARGS");
        assert!(done.status.success(), "{}", stderr_text(&done));
    }

    /// Work that takes long, in a folder of its own.
    fn long(case: &Case, args: &[&str]) -> Child {
        let _ = fs::remove_dir_all(case.folder());
        let args = [args, &["-o", RESULTS]].concat();
        let mut command = fleetsim(case.place.path(), &args);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        while !case.folder().exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(300));
        child
    }

    /// Every signal to end: with its exit code, and what is complete kept.
    #[test]
    fn signals_to_end_are_heeded() {
        let case = Case::new(RUN);
        let years = case.place.path().join("years.yaml");
        let text =
            crate::support::faults::TINY.replace("duration: 8d", "duration: 3650d").replace("2/d", "20/d");
        let text = text.replace("12h", "1m");
        fs::write(years, text).unwrap();
        let run = &["run", "years.yaml", "--exhaustive", "--anyway"][..];
        let replicate = &["replicate", "s.yaml", "-n", "1000000"][..];
        let sweep = &["sweep", "s.yaml", "-n", "50", "--set", "licenses.base.nodes=1..300:1"][..];
        for (args, signals, leaves) in [
            (run, &["-INT"][..], &[][..]),
            (run, &["-TERM"], &[]),
            (run, &["-HUP"], &[]),
            (run, &["-INT", "-INT"], &[]),
            (replicate, &["-INT"], &["replicate.partial.jsonl", "replicate.json", "replications.csv"]),
            (replicate, &["-TERM"], &["replicate.partial.jsonl", "replicate.json", "replications.csv"]),
            (sweep, &["-HUP"], &["sweep.partial.jsonl"]),
            (sweep, &["-TERM"], &["sweep.partial.jsonl"]),
        ] {
            let child = long(&case, args);
            signals.iter().for_each(|signal| send(&child, signal));
            let code = ended(child, &format!("{args:?} {signals:?}")).status.code();
            let wanted = if signals == ["-TERM"] { 143 } else { 130 };
            assert_eq!(code, Some(wanted), "{args:?} {signals:?}");
            let found = files(&case.folder());
            assert!(leaves.iter().all(|name| found.contains_key(*name)), "{args:?}: {:?}", found.keys());
            if signals.len() == 1 {
                assert!(!found.keys().any(|name| crate::support::faults::is_left_over(name)), "{args:?}");
            }
        }
    }

    /// Stopped and continued again and again, nothing changes.
    #[test]
    fn being_stopped_for_a_while_changes_nothing() {
        let case = Case::new(REPLICATE);
        case.set_up();
        let mut child = case.command(&[]).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            send(&child, "-STOP");
            std::thread::sleep(Duration::from_millis(3));
            send(&child, "-CONT");
            std::thread::sleep(Duration::from_millis(3));
        }
        assert!(child.wait().unwrap().success());
        assert!(files(&case.folder()) == case.new);
    }
}
