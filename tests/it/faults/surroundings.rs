//! The program's environment: folders and files it may not use are reported before anything is
//! simulated, and no environment changes a byte.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::faults::{
    COMPARE, Case, REPLICATE, RESULTS, RUN, SIZE, SWEEP, TINY, files, send, stderr_text,
};

/// A user and a group that own nothing: root is refused nothing.
const NOBODY: u32 = 65534;

/// The same command, run by a user other than root.
fn unprivileged(mut command: Command) -> Command {
    if fs::metadata("/proc/self").is_ok_and(|of_us| of_us.uid() == 0) {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Makes the folder readable and writable for all users.
fn open_to_all(case: &Case) {
    allow(case.place.path(), 0o777);
    for entry in fs::read_dir(case.place.path()).unwrap() {
        allow(&entry.unwrap().path(), 0o777);
    }
}

/// The program where another user can reach it; the build folder may be closed to that user. Another process copies
/// it: a child that another test forks meanwhile would hold a file open that is written here, and no such file can be
/// started.
fn reachable(case: &Case) -> std::path::PathBuf {
    let program = case.place.path().join("program");
    let copied = Command::new("cp").arg(assert_cmd::cargo::cargo_bin("fleetsim")).arg(&program).status();
    assert!(copied.unwrap().success());
    program
}

#[track_caller]
fn refused(case: &Case, program: &Path, args: &[&str], code: i32, says: &[&str]) {
    let mut command = Command::new(program);
    command.current_dir(case.place.path()).args(args);
    let done = unprivileged(command).output().unwrap();
    assert_eq!(done.status.code(), Some(code), "{args:?}: {}", stderr_text(&done));
    for text in says {
        assert!(stderr_text(&done).contains(text), "{args:?}: {}", stderr_text(&done));
    }
}

/// A fleet whose simulation takes too long to wait for: a refusal must come before it.
fn years() -> String {
    TINY.replace("duration: 8d", "duration: 3650d").replace("2/d", "20/d").replace("12h", "1m")
}

#[test]
fn a_folder_that_may_not_be_written_is_refused_before_the_simulation() {
    for args in [RUN, REPLICATE, SWEEP, SIZE, COMPARE] {
        let case = Case::new(args);
        let program = reachable(&case);
        fs::write(case.place.path().join("s.yaml"), years()).unwrap();
        case.set_up();
        open_to_all(&case);
        allow(&case.folder(), 0o555);
        let of = |output: &'static str| [args, &["--anyway", "-o", output]].concat();
        let denied =
            ["cannot write into RESULTS: ", "Permission denied", "help: name another folder with -o"];
        refused(&case, &program, &of(RESULTS), 1, &denied);
        assert!(files(&case.folder()) == case.old, "{args:?}");
        // Below it no folder can be made, and of one that may not be looked into nothing is known.
        refused(
            &case,
            &program,
            &of("RESULTS/new"),
            1,
            &["cannot write into RESULTS/new: ", "Permission denied"],
        );
        allow(&case.folder(), 0o000);
        refused(&case, &program, &of(RESULTS), 1, &["RESULTS", "Permission denied"]);
        allow(&case.folder(), 0o777);
        assert!(files(&case.folder()) == case.old, "{args:?}");
    }
}

#[test]
fn files_that_may_not_be_read_are_named() {
    let case = Case::new(RUN);
    let (cwd, program) = (case.place.path(), reachable(&case));
    let there = "fleetsim: 1\nduration: 1d\ngroups: {pcs: {clients: {file: there.csv}}}\n";
    fs::write(cwd.join("there.yaml"), there).unwrap();
    fs::write(cwd.join("there.csv"), "name\npc-1\n").unwrap();
    case.set_up();
    open_to_all(&case);
    for file in ["s.yaml", "there.csv"] {
        allow(&cwd.join(file), 0o000);
    }
    for command in ["run", "check", "diagnose"] {
        refused(&case, &program, &[command, "s.yaml"], 1, &["error: s.yaml: Permission denied"]);
        let says = ["there.yaml:3:", "groups.pcs.clients", "there.csv", "Permission denied"];
        refused(&case, &program, &[command, "there.yaml"], 3, &says);
    }
    allow(&case.folder().join("summary.json"), 0o000);
    refused(&case, &program, &["report", RESULTS], 1, &["summary.json", "Permission denied"]);
}

/// What a command leaves in these surroundings.
#[track_caller]
fn same_bytes(case: &Case, surround: impl FnOnce(&mut Command)) -> Output {
    let _ = fs::remove_dir_all(case.folder());
    let mut command = case.command(&[]);
    surround(&mut command);
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", stderr_text(&done));
    assert!(files(&case.folder()) == case.new, "{command:?}: other files");
    done
}

#[test]
fn no_environment_changes_a_byte() {
    for args in [RUN, REPLICATE] {
        let case = Case::new(args);
        let sealed = case.place.path().join("sealed");
        fs::create_dir(&sealed).unwrap();
        allow(&sealed, 0o555);
        for unset in ["HOME", "TMPDIR", "TERM", "PATH", "LANG", "USER"] {
            same_bytes(&case, |command| _ = command.env_remove(unset));
        }
        same_bytes(&case, |command| _ = command.env_clear());
        let long = format!("/bin:{}", "/nowhere:".repeat(12_000));
        let sealed = sealed.display().to_string();
        for (name, value) in [
            ("TMPDIR", "/nowhere/at/all"),
            ("TMPDIR", ""),
            ("HOME", "/nowhere/at/all"),
            ("HOME", &sealed),
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LC_ALL", "C"),
            ("LC_ALL", "no such language"),
            ("PATH", &long),
            ("TERM", "dumb"),
            ("TERM", "no such terminal"),
            ("COLUMNS", "0"),
            ("RAYON_NUM_THREADS", "0"),
            ("RAYON_NUM_THREADS", "many"),
            ("TZ", "no/such/zone"),
        ] {
            same_bytes(&case, |command| _ = command.env(name, value));
        }
    }
}

/// A home that may not be written does not matter: a user other than root needs none.
#[test]
fn a_home_that_may_not_be_written_is_not_needed() {
    let case = Case::new(RUN);
    let (cwd, program) = (case.place.path(), reachable(&case));
    let home = cwd.join("home");
    fs::create_dir(&home).unwrap();
    open_to_all(&case);
    allow(&home, 0o555);
    let mut command = Command::new(program);
    command.current_dir(cwd).args(&case.args).env("HOME", &home).env("TMPDIR", &home);
    let done = unprivileged(command).output().unwrap();
    assert!(done.status.success(), "{}", stderr_text(&done));
    assert!(files(&case.folder()) == case.new && files(&home).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn one_processor_is_enough() {
    let several: &[&str] = &["replicate", "s.yaml", "-q", "--threads", "4", "-n", "12", "--report"];
    for args in [RUN, several] {
        let case = Case::new(args);
        let _ = fs::remove_dir_all(case.folder());
        let program = assert_cmd::cargo::cargo_bin("fleetsim");
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program).args(&case.args).current_dir(case.place.path());
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", stderr_text(&done));
        assert!(files(&case.folder()) == case.new, "{args:?}");
    }
}

/// The folder it is started in was deleted: absolute paths do not need it.
#[test]
fn a_working_folder_that_is_gone() {
    let case = Case::new(RUN);
    let cwd = case.place.path();
    let program = assert_cmd::cargo::cargo_bin("fleetsim");
    let gone = |args: &str| {
        let line = format!("mkdir gone && cd gone && rmdir ../gone && exec \"$F\" {args}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(cwd).env("F", &program).env("HERE", cwd).output().unwrap()
    };
    let done = gone("run \"$HERE/s.yaml\" -q --report --events -o \"$HERE/RESULTS\"");
    assert!(done.status.success(), "{}", stderr_text(&done));
    // The page says by which command it was made, and that names other paths here.
    let others = |files: crate::support::faults::Files| -> Vec<_> {
        files.into_iter().filter(|(name, _)| !["report.html", "origin.json"].contains(&&name[..])).collect()
    };
    assert!(others(files(&case.folder())) == others(case.new.clone()));
    for (args, says) in [
        ("run s.yaml", "s.yaml: no such scenario"),
        ("run \"$HERE/s.yaml\" -q", "cannot write into s: No such file or directory"),
        ("run \"$HERE/s.yaml\" -q -o ./here", "cannot write into ./here: No such file or directory"),
        ("init new.yaml", "cannot write new.yaml: No such file or directory"),
    ] {
        let done = gone(args);
        assert_eq!(done.status.code(), Some(1), "{args}: {}", stderr_text(&done));
        assert!(stderr_text(&done).contains(says), "{args}: {}", stderr_text(&done));
    }
    for args in ["--version", "--help"] {
        assert!(gone(args).status.success(), "{args}");
    }
}

/// Stopped and continued in the middle of one run: no byte is another.
#[test]
fn a_run_that_is_stopped_for_a_while() {
    let case = Case::new(&["run", "s.yaml", "-q", "--exhaustive"]);
    let scenario = TINY.replace("duration: 8d", "duration: 600d").replace("12h", "1h");
    fs::write(case.place.path().join("s.yaml"), scenario).unwrap();
    assert!(case.command(&[]).status().unwrap().success());
    let undisturbed = files(&case.folder());
    fs::remove_dir_all(case.folder()).unwrap();
    let mut child = case.command(&[]).stdout(Stdio::null()).spawn().unwrap();
    let mut stops = 0;
    while child.try_wait().unwrap().is_none() {
        send(&child, "-STOP");
        std::thread::sleep(std::time::Duration::from_millis(20));
        send(&child, "-CONT");
        std::thread::sleep(std::time::Duration::from_millis(5));
        stops += 1;
    }
    assert!(child.wait().unwrap().success());
    assert!(stops > 0, "over before it could be stopped");
    assert!(files(&case.folder()) == undisturbed);
}
