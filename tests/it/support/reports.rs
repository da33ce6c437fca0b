//! Result folders of every kind, each with its report, for the tests of reports.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;

use crate::support::cases::SMALL;

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
    (
        "run",
        &["run", "small.yaml", "-o", "run"],
        "The pool runs out first on 2 February 2026, 5 times for 3.4 days in all; 9 clients are turned away.",
    ),
    ("replicate", &["replicate", "small.yaml", "-n", "12", "-o", "replicate"], "The pool runs out in "),
    (
        "sweep",
        &["sweep", "small.yaml", "--set", "licenses.base.nodes=50..110:20", "-n", "6", "-o", "sweep"],
        "licenses.base.nodes=90 is the first of 4 variants that keeps the risk that a client is turned away",
    ),
    (
        "size",
        &["size", "small.yaml", "--target", "P(rejected) <= 20%", "-n", "12", "-o", "size"],
        "nodes of base are the smallest pool that keeps the risk that a client is turned away at or below 20 %",
    ),
    (
        "compare",
        &["compare", "small.yaml", "--set", "licenses.base.nodes=70", "-n", "6", "-o", "compare"],
        "With --set licenses.base.nodes=70 there are ",
    ),
    ("diagnose", &["diagnose", "small.yaml", "--at", "40d", "-o", "diagnose"], " no license. The "),
    (
        "plan",
        &["diagnose", "small.yaml", "--at", "40d", "--plan", "--no-purchase", "-o", "plan"],
        "will hold a license by",
    ),
];

/// Makes the results of a kind, with their report, from `small.yaml`; returns the report.
pub fn made(folder: &Path, kind: &str) -> PathBuf {
    std::fs::write(folder.join("small.yaml"), SMALL).unwrap();
    let (_, arguments, _) = KINDS.iter().find(|(name, ..)| *name == kind).unwrap();
    succeeds(folder, &[*arguments, &["--report"]].concat());
    folder.join(kind).join("report.html")
}

/// Text that tries to be more than text.
pub const HOSTILE: &str =
    "</title></script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>\"&lt;";

/// Makes the results of a kind and their report, whatever has a name in them being called [`HOSTILE`]: names in
/// scenarios are held to letters and digits, but titles, comments and the files of a folder may hold any text.
pub fn made_hostile(folder: &Path, kind: &str) -> PathBuf {
    let yaml = HOSTILE.replace('"', "\\\"");
    let text = SMALL.replace("name: Small", &format!("name: \"{yaml}\" # {HOSTILE}"));
    let text =
        text.replace("groups: {pcs: {", "sites: {hq: {bandwidth: 1 Gbit/s}}\ngroups: {pcs: {site: hq, ");
    std::fs::write(folder.join("small.yaml"), text).unwrap();
    let (_, arguments, _) = KINDS.iter().find(|(name, ..)| *name == kind).unwrap();
    succeeds(folder, arguments);
    let (json, csv) = (HOSTILE.replace('"', "\\\""), HOSTILE.replace('"', "\"\""));
    for entry in std::fs::read_dir(folder.join(kind)).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let spoilt = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => text.replace(",hq,", &format!(",\"{csv}\",")),
            _ => text
                .replace("\"hq\"", &format!("\"{json}\""))
                .replace("pcs-", &json)
                .replace("\"base\"", &format!("\"{json}\"")),
        };
        std::fs::write(&path, spoilt).unwrap();
    }
    succeeds(folder, &["report", kind, "--force"]);
    folder.join(kind).join("report.html")
}
