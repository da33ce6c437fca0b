//! Result folders of every kind, each with its report, for the tests of reports.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;

use crate::planning::SMALL;

/// The program, in a folder.
pub fn fleetsim(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("fleetsim").unwrap();
    command.current_dir(folder).args(arguments).output().unwrap()
}

#[track_caller]
pub fn succeeds(folder: &Path, arguments: &[&str]) -> Output {
    let output = fleetsim(folder, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    output
}

/// A command for each kind of results, the folder it fills, and what its report answers.
pub const KINDS: [(&str, &[&str], &str); 7] = [
    ("run", &["run", "small.yaml", "-o", "run"], "The pool runs out on 13 February 2026, "),
    ("replicate", &["replicate", "small.yaml", "-n", "12", "-o", "replicate"], "The pool runs out in "),
    (
        "sweep",
        &["sweep", "small.yaml", "--set", "licenses.base.nodes=50..110:20", "-n", "6", "-o", "sweep"],
        "licenses.base.nodes=90 is the first of 4 variants that keeps the risk that a client is turned away",
    ),
    (
        "size",
        &["size", "small.yaml", "--target", "P(rejected) <= 20%", "-n", "12", "-o", "size"],
        "nodes of base are the smallest pool that keeps the risk that a client is turned away at or below 20%",
    ),
    (
        "compare",
        &["compare", "small.yaml", "--set", "licenses.base.nodes=70", "-n", "6", "-o", "compare"],
        "fewer clients turned away than A",
    ),
    ("diagnose", &["diagnose", "small.yaml", "--at", "38d", "-o", "diagnose"], "hold no license"),
    (
        "plan",
        &["diagnose", "small.yaml", "--at", "38d", "--plan", "--no-purchase", "-o", "plan"],
        "without a license hold one by",
    ),
];

/// Makes the results of a kind, with their report, from `small.yaml`; returns the report.
pub fn made(folder: &Path, kind: &str) -> PathBuf {
    std::fs::write(folder.join("small.yaml"), SMALL).unwrap();
    let (_, arguments, _) = KINDS.iter().find(|(name, ..)| *name == kind).unwrap();
    succeeds(folder, &[*arguments, &["--report"]].concat());
    folder.join(kind).join("report.html")
}

/// A scenario in which every name tries to be more than a name.
pub const HOSTILE: &str = r#"fleetsim: 1
name: "</title><script>window.hacked = 1</script>"
duration: 20d
licenses:
  "</script><script>window.hacked = 2</script>": {nodes: 5, aup_until: 2026-01-20}
sites:
  "<img src=x onerror='window.hacked = 3'>": {bandwidth: 10 Mbit/s}
groups:
  "\"><b onmouseover='window.hacked = 4'>": {clients: 9, site: "<img src=x onerror='window.hacked = 3'>", enrol: {uniform: [0d, 5d]}}
  named: {names: ["</script><script>window.hacked = 5</script>", "a&lt;b"]}
actions:
  - {at: 12d, retire: {group: "\"><b onmouseover='window.hacked = 4'>", clients: 2}}
"#;
