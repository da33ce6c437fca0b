//! Disks that are full, without inodes or read-only, for real: small file systems in memory.
//!
//! Without permission to mount file systems these tests print a notice and are skipped, also in CI.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::faults::{
    COMPARE, Case, REPLICATE, RESULTS, RUN, SIZE, SWEEP, all_wanted, fill, fleetsim, is_left_over,
    stderr_text,
};

/// A small file system, in the place of the result folder.
struct Mounted(PathBuf);

impl Mounted {
    /// `None`: this is not allowed here.
    fn at(folder: &Path, options: &str) -> Option<Mounted> {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder);
        match mount.output() {
            Ok(done) if done.status.success() => Some(Mounted(folder.to_path_buf())),
            refused => {
                eprintln!("SKIPPED, NOTHING WAS TESTED: this system mounts no tmpfs for us: {refused:?}");
                None
            }
        }
    }

    fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        let done = mount.args(["-o", &format!("remount,{options}")]).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{}", stderr_text(&done));
    }

    /// Everything that lies in it, but what these tests put there to fill it.
    fn files(&self) -> crate::support::faults::Files {
        let mut files = crate::support::faults::files(&self.0);
        files.retain(|name, _| !name.starts_with(STUFFING));
        files
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// What the names of files begin with that only take place.
const STUFFING: &str = "stuffing";

/// Fills the file system up to so many bytes.
fn stuff(mounted: &Mounted, left: usize) {
    let path = mounted.0.join(STUFFING);
    let mut bytes = 1 << 20;
    while bytes >= 1 << 12 {
        let now = fs::metadata(&path).map_or(0, |found| found.len());
        let all = vec![7; now as usize + bytes];
        if fs::write(&path, &all).is_err() {
            fs::write(&path, &all[..now as usize]).unwrap();
            bytes /= 2;
        }
    }
    let full = fs::metadata(&path).unwrap().len();
    fs::write(&path, vec![7; full as usize - left]).unwrap();
}

#[track_caller]
fn refused(done: &Output, what: &str, reason: &str) {
    assert_eq!(done.status.code(), Some(1), "{what}: {}", stderr_text(done));
    assert!(stderr_text(done).contains(RESULTS), "{what}: no path: {}", stderr_text(done));
    assert!(stderr_text(done).contains(reason), "{what}: no reason: {}", stderr_text(done));
}

/// A disk that gets full at many different bytes of a command: whatever was there still is. Every sixth page of
/// memory; all with `FLEETSIM_FAULTS=all`.
#[test]
fn a_full_disk_is_reported_and_the_old_files_stay() {
    for args in [RUN, REPLICATE, SWEEP, SIZE, COMPARE] {
        let case = Case::new(args);
        let Some(mounted) = Mounted::at(&case.folder(), "size=8m") else { return };
        let size: usize = case.new.values().map(Vec::len).sum();
        let mut refusals = 0;
        let step = if all_wanted() { 4 << 10 } else { 24 << 10 };
        for left in (0..size + (256 << 10)).step_by(step) {
            for (name, bytes) in &case.old {
                fs::write(mounted.0.join(name), bytes).unwrap();
            }
            stuff(&mounted, left);
            let done = case.command(&[]).output().unwrap();
            let what = format!("{args:?}, {left} bytes left");
            if done.status.success() {
                assert!(mounted.files() == case.new, "{what}: other files");
                break;
            }
            refused(&done, &what, "No space left on device");
            refusals += 1;
            let mut found = mounted.files();
            let kept = |name: &String| name.contains(".partial.") && !is_left_over(name);
            let partial = found.keys().find(|name| kept(name)).cloned();
            partial.iter().for_each(|name| drop(found.remove(name)));
            let names: Vec<&String> = found.keys().collect();
            assert!(found == case.old, "{what}: not the old files: {names:?}");
            // With room again, the same command goes on where it was. A process that another test is just starting may
            // still hold what it inherited: an empty file takes no room, even if it is held open.
            fs::write(mounted.0.join(STUFFING), "").unwrap();
            fs::remove_file(mounted.0.join(STUFFING)).unwrap();
            let again = case.command(if partial.is_some() { &["--resume"] } else { &[] }).output().unwrap();
            assert!(again.status.success(), "{what}: {}", stderr_text(&again));
            assert!(mounted.files() == case.new, "{what}: other files with room again");
            for name in mounted.files().keys() {
                fs::remove_file(mounted.0.join(name)).unwrap();
            }
        }
        assert!(refusals >= 3, "{args:?}: the disk was full only {refusals} times");
    }
}

/// Commands that write one file: none of it is left, and what was there stays.
#[test]
fn no_room_for_a_single_file() {
    let case = Case::new(RUN);
    let cwd = case.place.path();
    fill(&cwd.join("made"), &case.new);
    let Some(mounted) = Mounted::at(&case.folder(), "size=1m") else { return };
    fs::write(mounted.0.join("old.html"), "old").unwrap();
    fs::write(mounted.0.join("old.yaml"), "old").unwrap();
    stuff(&mounted, 0);
    let export = crate::support::in_repository("scenarios/export").display().to_string();
    let before = mounted.files();
    let file = |name: &str| format!("{RESULTS}/{name}");
    for args in [
        &["report", "made", "-o", &file("old.html"), "--force"][..],
        &["report", "made", "-o", &file("new.html")],
        &["init", &file("old.yaml"), "--force"],
        &["init", &file("new.yaml")],
        &["import", &export, "-q", "-o", &file("old.yaml"), "--force"],
    ] {
        refused(&fleetsim(cwd, args).output().unwrap(), &format!("{args:?}"), "No space left on device");
        assert!(mounted.files() == before, "{args:?}: {:?}", mounted.files().keys());
    }
}

/// There is room, but for no further file: known before anything is simulated.
#[test]
fn no_inodes_left() {
    let case = Case::new(RUN);
    let Some(mounted) = Mounted::at(&case.folder(), "size=8m,nr_inodes=40") else { return };
    for (name, bytes) in &case.old {
        fs::write(mounted.0.join(name), bytes).unwrap();
    }
    let stuffing = |nth: usize| mounted.0.join(format!("{STUFFING}-{nth}"));
    let count = (0..).take_while(|nth| fs::File::create_new(stuffing(*nth)).is_ok()).count();
    assert!(count > 10, "inodes ran out at {count}");
    for free in 0..=count {
        let done = case.command(&[]).output().unwrap();
        let what = format!("{free} inodes");
        if done.status.success() {
            assert!(mounted.files() == case.new && free > 2, "{what}");
            return;
        }
        refused(&done, &what, "No space left on device");
        if free == 0 {
            assert!(stderr_text(&done).contains("cannot write into RESULTS"), "{}", stderr_text(&done));
        }
        assert!(mounted.files() == case.old, "{what}: not the old files");
        fs::remove_file(stuffing(free)).unwrap();
    }
    panic!("all inodes are not enough");
}

/// A file system that takes nothing: known before anything is simulated.
#[test]
fn a_read_only_file_system() {
    let years =
        crate::support::faults::TINY.replace("duration: 8d", "duration: 3650d").replace("2/d", "20/d");
    for args in [RUN, REPLICATE, SWEEP, SIZE, COMPARE] {
        let case = Case::new(args);
        // A command that simulated this first would not end within the time of this test.
        fs::write(case.place.path().join("s.yaml"), years.replace("12h", "1m")).unwrap();
        let Some(mounted) = Mounted::at(&case.folder(), "size=8m") else { return };
        for (name, bytes) in &case.old {
            fs::write(mounted.0.join(name), bytes).unwrap();
        }
        mounted.remount("ro");
        refused(
            &case.command(&["--anyway"]).output().unwrap(),
            &format!("{args:?}"),
            "Read-only file system",
        );
        assert!(mounted.files() == case.old);
    }
}
