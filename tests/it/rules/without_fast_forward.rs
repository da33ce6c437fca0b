//! Without `src/fleet/fast_forward`, the program writes the same bytes.
//!
//! The test builds the program with `--cfg without_fast_forward`: instead of the folder,
//! `src/fleet/without_fast_forward.rs` is compiled, whose hooks do nothing. That takes minutes, so it is no part of
//! `cargo test`; `.ci/run` runs it. `exhaustive` compares scans counted with scans simulated within one program,
//! on many more scenarios.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

use super::exhaustive::office;
use crate::support::random::{found_file, scenario_of};
use crate::support::{all_below, files_below, in_repository, read};

/// Random scenarios, half of them with online hours that many clients share.
const RANDOM: u64 = 40;

/// Builds the program without the folder. Its dependencies are built once and kept.
fn program_without() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without-fast-forward");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(in_repository(".")).env("RUSTFLAGS", "--cfg without_fast_forward -D warnings");
    // Warnings: nothing is left over that only the folder uses. Built in half the time; the runs are short.
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", "0");
    cargo.args(["build", "--offline", "--locked", "--bin", "fleetsim", "--target-dir"]).arg(&target);
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("debug").join(format!("fleetsim{EXE_SUFFIX}"))
}

/// The files of a run by name.
fn results(program: &Path, scenario: &Path) -> BTreeMap<String, String> {
    let folder = TempDir::new().unwrap();
    let mut run = Command::new(program);
    run.current_dir(folder.path()).arg("run").arg(scenario).args(["-o", "out", "--quiet"]);
    let done = run.output().unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: {errors}", scenario.display());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    all_below(&folder.path().join("out")).iter().map(|path| (name(path), read(path))).collect()
}

fn scenarios(random: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        ["quickstart", "starter"].map(|name| in_repository(&format!("scenarios/{name}.yaml"))).into();
    for folder in ["scenarios/rules", "scenarios/cases"] {
        all.extend(files_below(&in_repository(folder), "yaml"));
    }
    for seed in 1..=RANDOM {
        let yaml = scenario_of(seed);
        let yaml = if seed % 2 == 0 { office(&yaml, seed) } else { yaml };
        let path = random.join(format!("random-{seed}.yaml"));
        fs::write(&path, yaml).unwrap();
        let clients = format!("found-{seed}.csv");
        fs::write(random.join(&clients), found_file(&clients).unwrap()).unwrap();
        all.push(path);
    }
    all
}

#[test]
#[ignore = "builds the program again: cargo test --test it without_fast_forward -- --ignored"]
fn the_same_bytes_without_fast_forward() {
    let (with, without) = (cargo_bin("fleetsim"), program_without());
    let random = TempDir::new().unwrap();
    for scenario in scenarios(random.path()) {
        let [one, other] = [&with, &without].map(|program| results(program, &scenario));
        assert!(one.contains_key("timeline.csv") && one.contains_key("summary.json"), "{:?}", one.keys());
        assert!(one.keys().eq(other.keys()), "{}", scenario.display());
        let unlike: Vec<&String> = one.keys().filter(|name| one[*name] != other[*name]).collect();
        assert!(unlike.is_empty(), "{}: {unlike:?}", scenario.display());
    }
}
