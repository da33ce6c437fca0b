//! The fuzzer's finds again, without a fuzzer: what it kept in `tests/fuzzed`, and mutations of that.
//!
//! `FLEETSIM_FUZZ_MUTATIONS=1000000 cargo test --release --test it fuzzed` tries as many as wanted;
//! `cargo test --test it fuzzed -- --ignored` makes the inputs that a fuzzer starts from.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use crate::commands::fuzzed::mutations::Mutations;
use crate::commands::fuzzed::packed::{pack, unpack};
use crate::commands::fuzzed::{TARGETS, Target};
use crate::support::imported::{Files, files_of};
use crate::support::random::found_file;
use crate::support::reports::{KINDS, made};
use crate::support::{files_below, in_repository};

/// Mutations in a usual run of the tests, of all targets together.
const USUAL: usize = 2_000;

/// What the fuzzer kept for a target, and what there is in the repository; results are made by a command, and would
/// take too long.
fn inputs(name: &str) -> Vec<Vec<u8>> {
    let mut paths = files_of(&in_repository("tests/fuzzed").join(name));
    paths.sort();
    let mut inputs: Vec<Vec<u8>> = paths.into_iter().map(|(_, bytes)| bytes).collect();
    assert!(!inputs.is_empty(), "{name}");
    match name {
        "scenario" => {
            let scenarios = files_below(&in_repository("scenarios"), "yaml");
            inputs.extend(scenarios.iter().map(|path| fs::read(path).unwrap()));
        }
        "report" => {}
        other => inputs.extend(start_of(other)),
    }
    inputs
}

/// Where a target fails, its input is left as a file for it.
fn holds(target: Target, bytes: &[u8], what: &str) {
    let name = target.name;
    catch_unwind(AssertUnwindSafe(|| (target.one)(bytes))).unwrap_or_else(|cause| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzzed-{name}"));
        fs::write(&path, bytes).unwrap();
        eprintln!("{name} fails on {what}: {}", path.display());
        resume_unwind(cause)
    });
}

#[test]
fn what_was_found_holds() {
    for target in TARGETS {
        for (nth, bytes) in inputs(target.name).iter().enumerate() {
            holds(target, bytes, &format!("input {nth}"));
        }
    }
}

#[test]
fn mutations_of_it_hold() {
    let count = std::env::var("FLEETSIM_FUZZ_MUTATIONS").map_or(USUAL, |n| n.parse().expect("a number"));
    assert_eq!(TARGETS.iter().map(|target| target.percent).sum::<usize>(), 100);
    for target in TARGETS {
        let inputs = inputs(target.name);
        let mut mutations = Mutations::seeded(1);
        for nth in 0..(count * target.percent).div_ceil(100) {
            holds(target, &mutations.of(&inputs), &format!("mutation {nth}"));
        }
    }
}

#[test]
fn packed_files_are_the_same_unpacked() {
    let files = [("a.csv".to_string(), b"x\n--y\n".to_vec()), ("b.csv".to_string(), b"\xff\0".to_vec())];
    let packed = pack(b"@@", &files);
    assert_eq!(packed, b"@@\n--- a.csv\nx\n--y\n--- b.csv\n\xff\0");
    assert_eq!(unpack(&packed), (&b"@@"[..], files.into()));
}

/// What a fuzzer starts from, besides `scenarios` and what it kept: written to `fuzz/corpus`.
#[test]
#[ignore = "writes files"]
fn inputs_to_start_from() {
    for Target { name, .. } in TARGETS {
        let folder = in_repository("fuzz/corpus").join(name);
        fs::create_dir_all(&folder).unwrap();
        for (nth, bytes) in start_of(name).iter().enumerate() {
            fs::write(folder.join(format!("start-{nth}")), bytes).unwrap();
        }
    }
}

fn start_of(name: &str) -> Vec<Vec<u8>> {
    match name {
        "run" | "exhaustive" => {
            let choices = |seed| {
                let mut bytes = Mutations::seeded(seed);
                (0..250).map(|_| bytes.below(256) as u8).collect()
            };
            (0..12).map(choices).collect()
        }
        "changes" => [
            "licenses.base.nodes=9\nscan.every=6h\nactions.0.at=2d\nlicenses.top_up={nodes: 5, from: 2d}\n",
            "! retire group=a clients=4 at 1d\n! retire clients=[a-1, a-2] agent=live at 2026-03-01T08:00\n",
            "! run licensing_refresh at 1d 2h\n! restart_package_server s at 2h\n! {at: 1d, retire: {group: a}}\n",
            "! policies dsup.enabled=true plugin_install.groups=[a] at 3d\n! upgrade version=8.8 at 2d\n",
            "! membership_update delta=5m complete={daily: \"02:10\"}\n! retire silent_for=3d holding=true at 3d\n",
        ]
        .map(Into::into)
        .to_vec(),
        "clients" => {
            (1..12).map(|seed| found_file(&format!("found-{seed}.csv")).unwrap().into_bytes()).collect()
        }
        "import" => {
            let exports = fs::read_dir(in_repository("tests/exports")).unwrap();
            let folders = exports.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
            folders.chain([in_repository("scenarios/export")]).map(|folder| export(&folder)).collect()
        }
        "report" => KINDS.map(|(kind, ..)| results(kind)).to_vec(),
        _ => Vec::new(),
    }
}

/// An export.
fn export(folder: &Path) -> Vec<u8> {
    pack(b"@@", &beginnings(files_of(folder)))
}

/// A result folder without its report.
fn results(kind: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path(), kind);
    let mut files = files_of(&folder.path().join(kind));
    files.retain(|(name, _)| name != "report.html");
    pack(b"", &beginnings(files))
}

/// Of tables the first rows: a short input is tried often.
fn beginnings(mut files: Files) -> Files {
    for (name, bytes) in &mut files {
        if name.ends_with(".csv") {
            *bytes = bytes.split_inclusive(|byte| *byte == b'\n').take(12).flatten().copied().collect();
        }
    }
    files.sort();
    files
}
