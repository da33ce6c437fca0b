//! What is built in from others, under which licenses, and what of our own code the compiler does not vouch for.

use std::fs;
use std::process::Command;

use crate::support::{UPDATE_COMMAND, files_below, in_repository, read, updating};

/// Each of them lets a program under MIT hold the code and be handed on. Of alternatives one is enough.
const LICENSES: [&str; 9] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Is a license expression one that we can live with? `/` is how `OR` was once written.
fn is_fine(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" AND ").all(|all| all.split(" OR ").any(|one| LICENSES.contains(&one.trim())))
}

/// Name, version and license of every crate that the program is linked with on this system, in order.
fn crates() -> Vec<[String; 3]> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(in_repository(".")).args([
        "tree",
        "--locked",
        "--offline",
        "--edges",
        "normal",
        "--no-dedupe",
    ]);
    let output = cargo.args(["--prefix", "none", "--format", "{p}|{l}"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut crates: Vec<[String; 3]> = text.lines().filter_map(entry).collect();
    crates.sort();
    crates.dedup();
    crates
}

/// `csv v1.4.0|Unlicense/MIT`; our own crate and macros say where they are from, which does not matter.
fn entry(line: &str) -> Option<[String; 3]> {
    let (package, license) = line.split_once('|')?;
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    (name != env!("CARGO_PKG_NAME")).then(|| [name.to_string(), version.to_string(), license.to_string()])
}

/// `1.89` or `1.89.0`, in numbers.
fn release(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap()).collect()
}

/// The oldest Rust that is promised is one that every crate promises; what is newer in our own code clippy finds
/// (`incompatible_msrv`).
#[test]
fn no_crate_needs_a_newer_rust_than_is_promised() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(in_repository(".")).args([
        "metadata",
        "--locked",
        "--offline",
        "--format-version",
        "1",
    ]);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let needs = |package: &serde_json::Value| package["rust_version"].as_str().map(release);
    let ours = release(env!("CARGO_PKG_RUST_VERSION"));
    let newer: Vec<&str> = packages
        .iter()
        .filter(|package| needs(package).is_some_and(|needed| needed[..2] > ours[..2]))
        .filter_map(|package| package["name"].as_str())
        .collect();
    assert!(packages.len() > 100 && newer.is_empty(), "{newer:?}");
    let readme = read(&in_repository("README.md"));
    assert!(readme.contains(concat!("Rust (", env!("CARGO_PKG_RUST_VERSION"), " or later)")));
}

/// Other systems link a few others; the list is that of Linux.
#[test]
#[cfg(target_os = "linux")]
fn licenses_of_others_are_listed_and_fine() {
    let crates = crates();
    assert!(crates.len() > 50, "{crates:?}");
    for [name, _, license] in &crates {
        assert!(is_fine(license), "{name}: {license}");
    }
    let rows = crates.iter().map(|[name, version, license]| format!("| {name} | {version} | {license} |\n"));
    let expected = format!(
        "# What is built in\n\nThe program holds code of these crates (on Linux; elsewhere a few others take the place of \
         some), and reports hold\n[uPlot](src/output/report/assets/uplot.LICENSE) 1.6.32 (MIT).\n\n\
         | crate | version | license |\n|---|---|---|\n{}",
        rows.collect::<String>()
    );
    let path = in_repository("docs/third-party.md");
    if updating() {
        fs::write(&path, &expected).unwrap();
    }
    assert!(read(&path) == expected, "docs/third-party.md is out of date; run `{UPDATE_COMMAND}`");
}

#[test]
fn alternatives_and_all_of_several_are_distinguished() {
    for (expression, fine) in [
        ("MIT OR GPL-3.0", true),
        ("Unlicense/MIT", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0", false),
        ("GPL-3.0", false),
        ("", false),
    ] {
        assert_eq!(is_fine(expression), fine, "{expression}");
    }
}

/// The compiler denies it but for one place that says why (`src/lib.rs`); this counts that it is one.
#[test]
fn one_place_is_unsafe() {
    let holds = |path: &std::path::PathBuf| read(path).contains("#[expect(unsafe_code");
    let places: Vec<_> = files_below(&in_repository("src"), "rs").into_iter().filter(holds).collect();
    assert_eq!(places, [in_repository("src/engine/chacha.rs")]);
    assert!(read(&in_repository("src/lib.rs")).contains("#![deny(unsafe_code)]"));
}
