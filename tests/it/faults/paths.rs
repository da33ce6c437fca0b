//! Places that take no results: reported before anything is simulated, and nothing there is harmed.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::support::faults::{Case, RUN, files, fleetsim, stderr_text};

#[track_caller]
fn refused(cwd: &Path, args: &[&str], says: &str) {
    let done = fleetsim(cwd, args).output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{args:?}: {}", stderr_text(&done));
    assert!(stderr_text(&done).contains(says), "{args:?}: {}", stderr_text(&done));
}

/// A pipe is neither waited for nor replaced, a device not either, whatever `--force` says.
#[test]
fn pipes_devices_and_folders_stay_what_they_are() {
    let case = Case::new(RUN);
    let cwd = case.place.path();
    case.set_up();
    assert!(Command::new("mkfifo").arg("pipe").current_dir(cwd).status().unwrap().success());
    let export = crate::support::in_repository("scenarios/export").display().to_string();
    let no_file = "it is a device or a pipe, and no file";
    for target in ["pipe", "/dev/null"] {
        for args in [
            &["report", "RESULTS", "-o", target][..],
            &["report", "RESULTS", "-o", target, "--force"],
            &["init", target, "--force"],
            &["import", &export, "-o", target, "--force"],
        ] {
            refused(cwd, args, &format!("cannot write {target}: {no_file}"));
        }
        refused(cwd, &["run", "s.yaml", "-o", target], "is a file, and the results need a folder");
    }
    assert!(fs::metadata(cwd.join("pipe")).unwrap().file_type().is_fifo());
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    for name in ["timeline.csv", "summary.json", "origin.json"] {
        case.set_up();
        fs::remove_file(case.folder().join(name)).unwrap();
        fs::rename(cwd.join("pipe"), case.folder().join(name)).unwrap();
        refused(cwd, &["run", "s.yaml", "-o", "RESULTS", "--force"], &format!("{name}: {no_file}"));
        fs::rename(case.folder().join(name), cwd.join("pipe")).unwrap();
    }
    case.set_up();
    refused(cwd, &["report", "RESULTS", "-o", "RESULTS"], "cannot write RESULTS: is a directory");
}

/// A link is followed, and what it leads to replaced.
#[test]
fn links_to_files_are_followed() {
    let case = Case::new(RUN);
    let cwd = case.place.path();
    fs::write(cwd.join("real.yaml"), "old").unwrap();
    symlink("real.yaml", cwd.join("link")).unwrap();
    symlink("nowhere", cwd.join("dangling")).unwrap();
    symlink("loop", cwd.join("loop")).unwrap();
    assert!(fleetsim(cwd, &["init", "link", "--force"]).status().unwrap().success());
    assert!(cwd.join("link").is_symlink() && fs::read(cwd.join("real.yaml")).unwrap() != b"old");
    for name in ["dangling", "loop"] {
        refused(cwd, &["init", name], &format!("{name} exists"));
        refused(cwd, &["init", name, "--force"], &format!("cannot write {name}: "));
        assert!(cwd.join(name).is_symlink() && !cwd.join("nowhere").exists());
    }
    refused(cwd, &["init", &"x".repeat(300)], "File name too long");
}

/// Names that are no text work like any other.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_names() {
    let case = Case::new(RUN);
    let name = OsStr::from_bytes(b"n\xff");
    let mut command = fleetsim(case.place.path(), RUN);
    assert!(command.arg("-o").arg(name).status().unwrap().success());
    assert!(files(&case.place.path().join(name)) == case.new);
}

/// A file that grows too large ends the process as the system does it (SIGXFSZ): what was there stays.
#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_file_sizes_leaves_the_old_files() {
    let case = Case::new(RUN);
    case.set_up();
    let program = assert_cmd::cargo::cargo_bin("fleetsim");
    let line = "ulimit -c 0; ulimit -f 1; exec \"$F\" run s.yaml -q --report -o RESULTS";
    let mut shell = Command::new("sh");
    let done = shell.args(["-c", line]).current_dir(case.place.path()).env("F", program).status().unwrap();
    assert!(!done.success());
    case.assert_whole("a file size limit");
    case.assert_recovers("a file size limit");
}
