//! What the tests of faults share: a small fleet, result folders as bytes, and what must hold of a folder
//! whatever happened to the program that was filling it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;
use tempfile::TempDir;

/// A fleet that takes milliseconds.
pub const TINY: &str = "fleetsim: 1\nname: Tiny\nduration: 8d\nseed: 3\nscan: {every: 12h}\n\
                        licenses: {base: {nodes: 6}}\ngroups: {pcs: {enrol: {poisson: 2/d}, lifetime: {exponential: 9d}}}\n";

/// The folder that results go to: a name that stands in no other path.
pub const RESULTS: &str = "RESULTS";

/// The content of a folder, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// An empty folder with the scenario in it; in memory where there is such a thing, for syncs take long on a disk.
pub fn place() -> TempDir {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let place = place.unwrap();
    fs::write(place.path().join("s.yaml"), TINY).unwrap();
    place
}

pub fn fleetsim(cwd: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("fleetsim").unwrap();
    command.current_dir(cwd).args(args);
    command
}

pub fn files(folder: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else { return Files::new() };
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    paths.map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

/// Makes a folder anew with this content.
pub fn fill(folder: &Path, files: &Files) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

pub fn stderr_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[cfg(unix)]
pub fn send(child: &std::process::Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Does the name say that the file lies beside its place?
pub fn is_left_over(name: &str) -> bool {
    name.starts_with(".fleetsim-probe-") || (name.starts_with('.') && name.contains(".tmp-"))
}

/// A command that fills [`RESULTS`], and what it gives when nothing happens to it.
pub struct Case {
    pub place: TempDir,
    pub args: Vec<&'static str>,
    /// Of the same command under another seed, and what is kept of interrupted work, if anything is.
    pub old: Files,
    pub new: Files,
}

impl Case {
    pub fn new(args: &[&'static str]) -> Case {
        let place = place();
        let args = [args, &["-o", RESULTS]].concat();
        let case = Case { place, args, old: Files::new(), new: Files::new() };
        let of = |seed: &[&str]| {
            let done = case.command(seed).output().unwrap();
            assert!(done.status.success(), "{:?}: {}", case.args, stderr_text(&done));
            let made = files(&case.folder());
            fs::remove_dir_all(case.folder()).unwrap();
            made
        };
        let (old, new) = (of(&["--seed", "8"]), of(&[]));
        Case { old, new, ..case }
    }

    pub fn folder(&self) -> std::path::PathBuf {
        self.place.path().join(RESULTS)
    }

    pub fn command(&self, more: &[&str]) -> Command {
        fleetsim(self.place.path(), &[&self.args, more].concat())
    }

    /// What an earlier run left.
    pub fn set_up(&self) {
        fill(&self.folder(), &self.old);
    }

    /// Every result file is the old one or the new one, and none half; a report is made of one result or of none.
    #[track_caller]
    pub fn assert_whole(&self, what: &str) {
        let found = files(&self.folder());
        let results = |files: &Files| -> Files {
            let kept = |name: &String| !is_left_over(name) && !name.contains(".partial.");
            files.iter().filter(|(name, _)| kept(name)).map(|(n, b)| (n.clone(), b.clone())).collect()
        };
        let (found, old, new) = (results(&found), results(&self.old), results(&self.new));
        for (name, bytes) in &found {
            let whole = [&old, &new].iter().any(|files| files.get(name) == Some(bytes));
            assert!(whole, "{what}: {name} is neither the old file nor the new one");
        }
        let without_report = |files: &Files| {
            let mut files = files.clone();
            files.remove("report.html");
            files
        };
        let found = without_report(&found);
        if !found.contains_key("origin.json") {
            return;
        }
        let of_one = [&old, &new].iter().any(|files| without_report(files) == found);
        let report = fleetsim(self.place.path(), &["report", RESULTS, "-o", "report.html"]).output().unwrap();
        assert_eq!(report.status.success(), of_one, "{what}: {}", stderr_text(&report));
    }

    /// Nothing lies beside its place.
    #[track_caller]
    pub fn assert_clean(&self, what: &str) {
        let left: Vec<String> = files(&self.folder()).into_keys().filter(|name| is_left_over(name)).collect();
        assert!(left.is_empty(), "{what}: {left:?}");
    }

    /// The same command, going on with what there is, ends with the new files and nothing else.
    #[track_caller]
    pub fn assert_recovers(&self, what: &str) {
        let unfinished =
            files(&self.folder()).keys().any(|name| name.contains(".partial.") && !is_left_over(name));
        let done = self.command(if unfinished { &["--resume"] } else { &[] }).output().unwrap();
        assert!(done.status.success(), "{what}: {}", stderr_text(&done));
        let found = files(&self.folder());
        let names: Vec<&String> = found.keys().collect();
        assert!(
            found == self.new,
            "{what}: afterwards there are other files than those of one go: {names:?}"
        );
    }
}

/// Are all faults wanted, and not a part of them? `FLEETSIM_FAULTS=all`, as in CI; it takes a minute or two.
pub fn all_wanted() -> bool {
    std::env::var("FLEETSIM_FAULTS").is_ok_and(|wanted| wanted == "all")
}

/// Numbers that look random and are the same every time (SplitMix64).
pub struct Seeded(pub u64);

impl Seeded {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (word ^ (word >> 31)) % limit
    }
}

/// Commands of every kind that fill a folder, small.
pub const RUN: &[&str] = &["run", "s.yaml", "-q", "--report", "--events"];
pub const REPLICATE: &[&str] = &["replicate", "s.yaml", "-q", "--threads", "1", "-n", "12", "--report"];
pub const SWEEP: &[&str] = &[
    "sweep",
    "s.yaml",
    "-q",
    "--threads",
    "1",
    "-n",
    "4",
    "--set",
    "licenses.base.nodes=4..7:1",
    "--report",
];
pub const SIZE: &[&str] =
    &["size", "s.yaml", "-q", "--threads", "1", "-n", "4", "--target", "P(rejected) <= 20%", "--report"];
pub const COMPARE: &[&str] =
    &["compare", "s.yaml", "-q", "--threads", "1", "-n", "8", "--set", "licenses.base.nodes=7", "--report"];
